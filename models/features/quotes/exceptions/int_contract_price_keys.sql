{{ config(enabled=ratebook.has_feature('quotes')) }}
{#- The numbers of a cell, as texts. -#}
{%- set cell_terms = [] -%}
{%- for column in [
    'price', 'package_size', 'percent_rate', 'fixed_amount', 'event_minimum', 'event_maximum',
] -%}
{%- do cell_terms.append('cast(cells.' ~ column ~ ' as varchar)') -%}
{%- endfor -%}
-- The tiers and the cells of each contract price as one text each, to compare them.
with keys as (
    select
        rating_set,
        price_uid,
        {{ ratebook.joined_texts(
            "coalesce(cell_id, '') || ':' || coalesce(cast(up_to as varchar), '') || ':' || "
            "cast(coalesce(unit_price, 0) as varchar) || ':' || "
            "cast(coalesce(flat_amount, 0) as varchar)"
        ) }} as tiers_key,
        cast(null as varchar) as cells_key
    from {{ ref('ratebook', 'int_price_tiers') }}
    where input = 'contract_prices'
    group by rating_set, price_uid
    {%- if ratebook.has_feature('matrix_prices') %}
    union all
    select
        cells.rating_set,
        cells.price_uid,
        cast(null as varchar) as tiers_key,
        -- The values in the order of the dimensions.
        {{ ratebook.joined_texts(ratebook.surrogate_key(
            ['cells.cell_id', 'shapes.values_text', 'cells.charge_model'], cell_terms
        )) }} as cells_key
    from {{ ref('ratebook', 'int_matrix_cells') }} as cells
    inner join {{ ref('ratebook', 'int_matrix_cell_shapes') }} as shapes
        on
            cells.rating_set = shapes.rating_set
            and cells.row_id = shapes.row_id
    where cells.input = 'contract_prices'
    group by cells.rating_set, cells.price_uid
    {%- endif %}
)

select
    rating_set,
    price_uid,
    max(tiers_key) as tiers_key,
    max(cells_key) as cells_key
from keys
group by rating_set, price_uid
