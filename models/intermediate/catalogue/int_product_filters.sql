-- The filters of a product, and whether one of them cannot be read or has no property: then nobody
-- knows what it lets through. The first by id is in its own columns: nearly all products with
-- filters have only one, and it is evaluated faster outside of a list.
with filters as (
    select * from {{ ref('ratebook', 'stg_product_filters') }}
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force and input = 'product_filters'
),

numbered as (
    select
        rows_in_force.rating_set,
        filters.product_uid,
        rows_in_force.is_unreadable or filters.property is null as is_unreadable,
        {{ ratebook.json_key_path('filters.property') }} as key_path,
        {{ ratebook.json_path('filters.property') }} as property_path,
        {{ ratebook.json_list_texts('filters.included_values') }} as included,
        {{ ratebook.json_list_texts('filters.excluded_values') }} as excluded,
        coalesce(filters.is_optional, false) as is_optional,
        row_number() over (
            partition by rows_in_force.rating_set, filters.product_uid
            order by filters.id
        ) as filter_number
    from filters
    inner join rows_in_force
        on filters.row_id = rows_in_force.row_id
    where filters.product_uid is not null
),

collected as (
    select
        rating_set,
        product_uid,
        max(case when is_unreadable then 1 else 0 end) = 1 as is_unreadable,
        {{ ratebook.collect_filters() }} as filters,
        {{ ratebook.collect_filters() }} filter (where filter_number > 1) as more_filters
    from numbered
    group by rating_set, product_uid
)

select
    collected.rating_set,
    collected.product_uid,
    numbered.key_path as filter_key_path,
    numbered.property_path as filter_path,
    numbered.included as filter_included,
    numbered.excluded as filter_excluded,
    numbered.is_optional as filter_is_optional,
    collected.is_unreadable,
    collected.more_filters,
    collected.filters
from collected
inner join numbered
    on
        collected.rating_set = numbered.rating_set
        and collected.product_uid = numbered.product_uid
        and numbered.filter_number = 1
