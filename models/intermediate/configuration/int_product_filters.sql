with filters as (
    select * from {{ ref('ratebook', 'stg_product_filters') }}
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force and input = 'product_filters'
)

select
    rows_in_force.rating_set,
    filters.product_uid,
    {{ ratebook.collect_filters(
        key_path=ratebook.json_key_path('filters.property'),
        path=ratebook.json_path('filters.property'),
        included_values='filters.included_values',
        excluded_values='filters.excluded_values',
        is_optional='coalesce(filters.is_optional, false)'
    ) }} as filters
from filters
inner join rows_in_force
    on filters.row_id = rows_in_force.row_id
where filters.product_uid is not null and filters.property is not null
group by rows_in_force.rating_set, filters.product_uid
