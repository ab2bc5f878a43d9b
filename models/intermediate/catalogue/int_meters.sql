-- The products that usage can be matched with; usage of a defective one is never rated. A product
-- of an unknown type might measure usage. If several share an event name, each row lists all
-- of them, so that the outcome of an event can be decided in each of its rows, without a self-join.
with products as (
    select
        *, -- noqa: AM04
        defect is not null or is_unreadable as is_defective
    from {{ ref('ratebook', 'int_products') }}
    where coalesce(product_type, '') != 'FIXED' and event_name is not null
),

with_siblings as (
    select
        *,
        row_number() over (order by rating_set, product_uid) as meter_number,
        dense_rank() over (order by rating_set, event_name) as event_name_number,
        count(*) over (partition by rating_set, event_name) as sibling_count,
        row_number() over (partition by rating_set, event_name order by product_uid)
            as sibling_number,
        {{ ratebook.collect_meters() }} over (
            partition by rating_set, event_name
            order by product_uid
            rows between unbounded preceding and unbounded following
        ) as siblings
    from products
)

select
    meter_number,
    rating_set,
    product_uid,
    event_name,
    event_name_number,
    is_defective,
    aggregation,
    agg_property,
    agg_key_path,
    agg_path,
    filter_key_path,
    filter_path,
    filter_included,
    filter_excluded,
    filter_is_optional,
    more_filters,
    sibling_number,
    case when sibling_count > 1 then siblings end as siblings
from with_siblings
