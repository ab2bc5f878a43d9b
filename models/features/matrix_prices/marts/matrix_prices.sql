{{ config(enabled=ratebook.has_feature('matrix_prices')) }}

with prices as (
    select distinct
        configuration_set,
        rates_id,
        price_group_input,
        price_group_price_uid
    from {{ ref('ratebook', 'int_prices') }}
    where is_billable and has_matrix and rating_set = {{ ratebook.public_rating_set() }}
)

select
    prices.rates_id as matrix_rates_id,
    case when prices.price_group_input = 'list_prices' then prices.price_group_price_uid end
        as list_price_uid,
    case when prices.price_group_input = 'contract_prices' then prices.price_group_price_uid end
        as contract_price_uid,
    rates.cell_id,
    shapes.values_text as cell_values,
    shapes.values_json as cell_properties,
    rates.charge_model,
    rates.price,
    {%- for column in ['percent_rate', 'fixed_amount', 'event_minimum', 'event_maximum'] %}
    case when rates.charge_model = 'PERCENTAGE' then rates.{{ column }} end as {{ column }},
    {%- endfor %}
    case when rates.charge_model = 'PACKAGE' then rates.package_size end as package_size
from prices
inner join {{ ref('ratebook', 'int_price_rates') }} as rates
    on
        rates.rating_set = {{ ratebook.public_rating_set() }}
        and prices.rates_id = rates.price_rates_id
        and rates.cell_id is not null
inner join {{ ref('ratebook', 'int_matrix_cell_shapes') }} as shapes
    on
        prices.configuration_set = shapes.rating_set
        and prices.price_group_input = shapes.input
        and prices.price_group_price_uid = shapes.price_uid
        and rates.cell_id = shapes.cell_id
