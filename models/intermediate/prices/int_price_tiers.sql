{#- Digits before and after the point, and the lowest value if limited. -#}
{%- set ranges = {
    'up_to': [12, 12, '0.000000000001'], 'unit_price': [8, 10], 'flat_amount': [8, 10],
} -%}
-- The tiers of each price row, or of each cell of it, in order: intervals of quantities, above
-- from_quantity, up to up_to.
with tiers as (
    select
        rows_in_force.rating_set,
        rows_in_force.is_unreadable,
        case when stg.list_price_uid is not null then 'list_prices' else 'contract_prices' end
            as input,
        coalesce(stg.list_price_uid, stg.contract_price_uid) as price_uid,
        stg.cell_id,
        stg.unit_price is null and stg.flat_amount is null as has_no_price,
        {%- for column, range in ranges.items() %}
        {{ ratebook.decimal_within('stg.' ~ column, *range) }} as {{ column }},
        stg.{{ column }} is not null
        and {{ ratebook.decimal_within('stg.' ~ column, *range) }} is null
            as is_{{ column }}_out_of_range,
        {%- endfor %}
        stg.row_id
    from {{ ref('ratebook', 'stg_price_tiers') }} as stg
    inner join {{ ref('ratebook', 'int_configuration_rows') }} as rows_in_force
        on
            stg.row_id = rows_in_force.row_id
            and rows_in_force.input = 'price_tiers'
            and rows_in_force.is_in_force
),

cells as (
    select distinct
        rating_set,
        input,
        price_uid,
        cell_id
    {%- if ratebook.has_feature('matrix_prices') %}
    from {{ ref('ratebook', 'int_matrix_cells') }}
    {%- else %}
    from tiers
    where false
    {%- endif %}
)

select
    tiers.rating_set,
    tiers.input,
    tiers.price_uid,
    tiers.cell_id,
    row_number() over tiers_of_price as tier_number,
    coalesce(lag(tiers.up_to) over tiers_of_price, cast(0 as decimal(24, 12))) as from_quantity,
    tiers.up_to,
    tiers.unit_price,
    tiers.flat_amount,
    tiers.has_no_price,
    tiers.is_up_to_out_of_range
    or tiers.is_unit_price_out_of_range
    or tiers.is_flat_amount_out_of_range
    or count(*) over (
        partition by tiers.rating_set, tiers.input, tiers.price_uid, tiers.cell_id, tiers.up_to
    ) > 1 as is_out_of_range,
    case
        when tiers.cell_id is not null and cells.cell_id is null
            then 'a tier names the cell ' || tiers.cell_id || ', which the price does not have'
    end as unknown_cell,
    tiers.is_unreadable
from tiers
left join cells
    on
        tiers.rating_set = cells.rating_set
        and tiers.input = cells.input
        and tiers.price_uid = cells.price_uid
        and tiers.cell_id = cells.cell_id
window tiers_of_price as (
    partition by tiers.rating_set, tiers.input, tiers.price_uid, tiers.cell_id
    order by tiers.up_to nulls last, tiers.row_id
)
