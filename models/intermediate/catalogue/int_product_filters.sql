-- The filters of a product. The first by id is in its own columns: nearly all products with filters
-- have only one, and it is evaluated faster outside of a list.
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
    where filters.product_uid is not null and filters.property is not null
),

collected as (
    select
        rating_set,
        product_uid,
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
    collected.more_filters,
    collected.filters
from collected
inner join numbered
    on
        collected.rating_set = numbered.rating_set
        and collected.product_uid = numbered.product_uid
        and numbered.filter_number = 1
