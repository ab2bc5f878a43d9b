{{ config(enabled=ratebook.has_feature('matrix_prices')) }}

-- The dimensions of each matrix price in order, with the property of events that each stands for.
with dimensions as (
    select
        rows_in_force.rating_set,
        rows_in_force.is_unreadable,
        case when stg.list_price_uid is not null then 'list_prices' else 'contract_prices' end
            as input,
        coalesce(stg.list_price_uid, stg.contract_price_uid) as price_uid,
        stg.position,
        stg.property,
        stg.row_id
    from {{ ref('ratebook', 'stg_price_dimensions') }} as stg
    inner join {{ ref('ratebook', 'int_configuration_rows') }} as rows_in_force
        on
            stg.row_id = rows_in_force.row_id
            and rows_in_force.input = 'price_dimensions'
            and rows_in_force.is_in_force
)

select
    rating_set,
    input,
    price_uid,
    row_number() over (
        partition by rating_set, input, price_uid
        order by position nulls last, property, row_id
    ) as dimension_number,
    property,
    {{ ratebook.json_key_path('property') }} as key_path,
    {{ ratebook.json_path('property') }} as property_path,
    count(*) over (partition by rating_set, input, price_uid, property) > 1 as is_repeated,
    is_unreadable
from dimensions
