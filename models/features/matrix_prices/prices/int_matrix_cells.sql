{#- Digits before and after the point, and the lowest value if limited. -#}
{%- set ranges = {
    'price': [8, 10], 'package_size': [12, 12, '0.000000000001'], 'percent_rate': [8, 10],
    'fixed_amount': [8, 10], 'event_minimum': [8, 10], 'event_maximum': [8, 10],
} -%}
{{ config(enabled=ratebook.has_feature('matrix_prices')) }}

-- The cells of matrix prices with their own terms.
with cells as (
    select
        rows_in_force.rating_set,
        rows_in_force.is_unreadable,
        case when stg.list_price_uid is not null then 'list_prices' else 'contract_prices' end
            as input,
        coalesce(stg.list_price_uid, stg.contract_price_uid) as price_uid,
        stg.row_id,
        stg.cell_id,
        {%- for column, range in ranges.items() %}
        {{ ratebook.decimal_within('stg.' ~ column, *range) }} as {{ column }},
        stg.{{ column }} is not null
        and {{ ratebook.decimal_within('stg.' ~ column, *range) }} is null
            as is_{{ column }}_out_of_range,
        {%- endfor %}
        coalesce(stg.cell_values, '{}') as cell_values,
        stg.charge_model
    from {{ ref('ratebook', 'stg_price_cells') }} as stg
    inner join {{ ref('ratebook', 'int_configuration_rows') }} as rows_in_force
        on
            stg.row_id = rows_in_force.row_id
            and rows_in_force.input = 'price_cells'
            and rows_in_force.is_in_force
)

select
    *,
    count(*) over (partition by rating_set, input, price_uid, cell_id) > 1 as is_repeated,
    {{ ratebook.is_json_object('cell_values') }} as has_values
from cells
