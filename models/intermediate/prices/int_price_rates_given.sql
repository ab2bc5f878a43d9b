{%- set columns = [
    'price', 'package_size', 'percent_rate', 'fixed_amount', 'event_minimum', 'event_maximum',
] -%}
{%- set kept = [
    'rating_set', 'configuration_set', 'price_rates_id', 'input', 'price_uid', 'is_uplifted',
    'uplift_factor', 'uplift_factor_error', 'free_events', 'is_free_events_out_of_range',
] -%}
-- What is charged for by prices that are not one price, as written: by those with tiers or rates of
-- events, and by each cell of a matrix price.
with prices as (
    select distinct
        rating_set,
        configuration_set,
        rates_id as price_rates_id,
        charge_model as price_charge_model,
        has_matrix,
        price_group_input as input,
        price_group_price_uid as price_uid,
        case when price_group_input = 'list_prices' then configuration_set else rating_set end
            as terms_set,
        is_uplifted,
        uplift_factor,
        -- One row also where the factor is too large.
        case when uplift_factor is not null then uplift_factor_error end as uplift_factor_error
    from {{ ref('ratebook', 'int_prices_resolved') }}
    where rates_id is not null
),

tiers as (
    select distinct
        rating_set,
        input,
        price_uid,
        cell_id
    from {{ ref('ratebook', 'int_price_tiers') }}
),

priced as (
    select
        prices.*,
        {%- for column in columns %}
        terms.{{ column }},
        terms.is_{{ column }}_out_of_range,
        {%- endfor %}
        terms.free_events,
        terms.is_free_events_out_of_range,
        terms.charge_model as own_charge_model,
        tiers.price_uid is not null as has_tiers
    from prices
    inner join {{ ref('ratebook', 'int_price_terms') }} as terms
        on
            prices.terms_set = terms.rating_set
            and prices.input = terms.input
            and prices.price_uid = terms.price_uid
    left join tiers
        on
            prices.configuration_set = tiers.rating_set
            and prices.input = tiers.input
            and prices.price_uid = tiers.price_uid
            and tiers.cell_id is null
)

select
    {%- for column in kept + columns %}
    {{ column }},
    {%- endfor %}
    {%- for column in columns %}
    is_{{ column }}_out_of_range,
    {%- endfor %}
    price_rates_id as rates_id,
    cast(null as varchar) as cell_id,
    cast(null as varchar) as tiers_cell_id,
    cast(null as varchar) as values_text,
    not has_matrix as is_charged,
    price_charge_model as charge_model
from priced
-- A span of a matrix price without usage is charged by the tiers of the price, if it has them.
where
    not has_matrix
    or (
        has_tiers
        and price_charge_model
        in {{ ratebook.text_list(ratebook.charge_models(['tiers'])) }}
    )
{%- if ratebook.has_feature('matrix_prices') %}
union all
-- What a cell leaves empty is that of its price.
select
    {%- for column in kept %}
    priced.{{ column }},
    {%- endfor %}
    {%- for column in columns %}
    case
        when not cells.is_{{ column }}_out_of_range
            then coalesce(cells.{{ column }}, priced.{{ column }})
    end as {{ column }},
    {%- endfor %}
    {%- for column in columns %}
    cells.is_{{ column }}_out_of_range
    or (cells.{{ column }} is null and priced.is_{{ column }}_out_of_range)
        as is_{{ column }}_out_of_range,
    {%- endfor %}
    {{ ratebook.surrogate_key(['cells.cell_id'], ['priced.price_rates_id']) }} as rates_id,
    cells.cell_id,
    tiers.cell_id as tiers_cell_id,
    shapes.values_text,
    true as is_charged,
    coalesce(cells.charge_model, priced.own_charge_model, case
        when
            {%- for column in columns if column != 'price' %}
            coalesce(cells.{{ column }}, priced.{{ column }}) is null
            and not cells.is_{{ column }}_out_of_range
            and not priced.is_{{ column }}_out_of_range
            and
            {%- endfor %}
            priced.free_events is null
            and not priced.is_free_events_out_of_range
            and not priced.has_tiers
            and tiers.cell_id is null
            then 'FLAT'
        else ''
    end) as charge_model
from priced
inner join {{ ref('ratebook', 'int_matrix_cells') }} as cells
    on
        priced.configuration_set = cells.rating_set
        and priced.input = cells.input
        and priced.price_uid = cells.price_uid
        and priced.has_matrix
inner join {{ ref('ratebook', 'int_matrix_cell_shapes') }} as shapes
    on
        cells.rating_set = shapes.rating_set
        and cells.row_id = shapes.row_id
left join tiers
    on
        cells.rating_set = tiers.rating_set
        and cells.input = tiers.input
        and cells.price_uid = tiers.price_uid
        and cells.cell_id = tiers.cell_id
{%- endif %}
