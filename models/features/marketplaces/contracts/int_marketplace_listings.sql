{{ config(enabled=ratebook.has_feature('marketplaces')) }}
{%- set unit_factor = ratebook.decimal_within('listings.unit_factor', 9, 6, 0) -%}
-- The dimensions of listings, each with its product and the limits of its marketplace.
with listings as (
    select * from {{ ref('ratebook', 'stg_marketplace_listings') }}
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force and input = 'marketplace_listings'
),

products as (
    select * from {{ ref('ratebook', 'int_products') }}
),

limits as (
    select
        marketplace,
        max(case when name = 'maximum_age_hours' then {{ ratebook.parse_integer('value') }} end)
            as maximum_age_hours,
        max(case when name = 'month_close_hours' then {{ ratebook.parse_integer('value') }} end)
            as month_close_hours,
        max(
            case
                when name = 'maximum_quantity'
                    then cast({{ ratebook.parse_decimal('value') }} as decimal(38, 0))
            end
        ) as maximum_quantity,
        coalesce(max(case when name = 'whole_quantities' then value end) = 'true', false)
            as takes_whole_quantities,
        max(case when name = 'late_usage' then value end) as late_usage
    from {{ ref('ratebook', 'int_marketplace_rules') }}
    where kind = 'LIMIT'
    group by marketplace
),

resolved as (
    select
        rows_in_force.rating_set,
        listings.id as listing_uid,
        listings.marketplace,
        listings.listing_id,
        listings.dimension,
        listings.product_uid,
        coalesce({{ unit_factor }}, cast(1 as decimal(15, 6))) as unit_factor,
        coalesce(listings.whole_quantities, limits.takes_whole_quantities, true) as is_whole,
        coalesce(listings.late_usage, limits.late_usage) as late_usage,
        limits.maximum_age_hours,
        limits.month_close_hours,
        limits.maximum_quantity,
        limits.marketplace is null as has_unknown_marketplace,
        listings.listing_id is null or listings.dimension is null as is_incomplete,
        coalesce(
            products.product_type != 'EVENT' or products.aggregation not in ('COUNT', 'SUM'), false
        ) as is_not_meterable,
        listings.unit_factor is not null and coalesce({{ unit_factor }}, 0) = 0 as is_out_of_range,
        coalesce(listings.late_usage not in ('LISTED', 'NEXT_HOUR'), false)
            as has_unknown_late_usage,
        products.product_uid is not null as has_product,
        -- An unreadable factor must not count as 1.
        not rows_in_force.is_unreadable as is_readable
    from listings
    inner join rows_in_force
        on listings.row_id = rows_in_force.row_id
    left join limits
        on listings.marketplace = limits.marketplace
    left join products
        on
            rows_in_force.rating_set = products.rating_set
            and listings.product_uid = products.product_uid
),

validated as (
    select
        *,
        has_product
        and is_readable
        and not has_unknown_marketplace
        and not is_incomplete
        and not is_not_meterable
        and not is_out_of_range
        and not has_unknown_late_usage as is_usable
    from resolved
),

-- A product has one dimension, and a dimension one product.
by_product as (
    select
        *,
        is_usable and row_number() over (
            partition by rating_set, marketplace, listing_id, product_uid, is_usable
            order by listing_uid
        ) = 1 as is_first_of_product
    from validated
),

ranked as (
    select
        *,
        is_first_of_product and row_number() over (
            partition by rating_set, marketplace, listing_id, dimension, is_first_of_product
            order by listing_uid
        ) = 1 as is_in_effect
    from by_product
)

select
    rating_set,
    listing_uid,
    marketplace,
    listing_id,
    dimension,
    product_uid,
    unit_factor,
    is_whole,
    late_usage,
    maximum_age_hours,
    month_close_hours,
    maximum_quantity,
    has_unknown_marketplace,
    is_incomplete,
    is_not_meterable,
    is_out_of_range,
    has_unknown_late_usage,
    is_usable and not is_in_effect as is_superseded,
    is_in_effect
from ranked
