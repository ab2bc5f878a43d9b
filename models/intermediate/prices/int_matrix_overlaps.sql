{%- set most_properties = ratebook.property_numbers() | length -%}
{%- set most_combinations = 100000 -%}
{%- set one = 'cast(1 as decimal(6, 0))' -%}
{{ config(enabled=ratebook.has_feature('matrix_prices')) }}

-- Products that a customer buys at matrix prices with too many properties or values together. Each
-- event is put into the cells of all of these prices at once, because a price that follows within
-- a period also counts the usage before it.
with prices as (
    select distinct
        owners.rating_set,
        owners.customer_id,
        matrices.configuration_set,
        matrices.product_uid,
        matrices.price_group_input,
        matrices.price_group_price_uid
    from {{ ref('ratebook', 'int_prices_resolved') }} as matrices
    -- A contract may pass to another customer within a period.
    inner join {{ ref('ratebook', 'int_prices_resolved') }} as owners
        on
            matrices.rating_set = owners.rating_set
            and matrices.contract_id = owners.contract_id
            and matrices.product_uid = owners.product_uid
    where matrices.has_matrix and matrices.matrix_defect is null
),

properties as (
    select
        prices.rating_set,
        prices.customer_id,
        prices.product_uid,
        cell_values.property,
        cast(least(
            count(distinct cell_values.cell_value) + 1, {{ most_combinations + 1 }}
        ) as decimal(6, 0)) as value_count,
        row_number() over (
            partition by prices.rating_set, prices.customer_id, prices.product_uid
            order by cell_values.property
        ) as property_number
    from prices
    inner join {{ ref('ratebook', 'int_matrix_cell_values') }} as cell_values
        on
            prices.configuration_set = cell_values.rating_set
            and prices.price_group_input = cell_values.input
            and prices.price_group_price_uid = cell_values.price_uid
    group by prices.rating_set, prices.customer_id, prices.product_uid, cell_values.property
),

-- Two products, because one of all might not fit.
combined as (
    select
        {%- for half in [ratebook.property_numbers()[:5], ratebook.property_numbers()[5:]] %}
        least(
            {%- for number in half %}
            coalesce(max(case when property_number = {{ number }} then value_count end), {{ one }})
            *
            {%- endfor %} {{ one }},
            {{ most_combinations + 1 }}
        ) as combinations_{{ loop.index }},
        {%- endfor %}
        rating_set,
        customer_id,
        product_uid,
        count(*) as property_count
    from properties
    group by rating_set, customer_id, product_uid
)

select
    rating_set,
    customer_id,
    product_uid,
    'the matrix prices of the product have more than ' || case
        when property_count > {{ most_properties }} then '{{ most_properties }} properties'
        else '{{ most_combinations }} combinations of values'
    end || ' together' as defect
from combined
where
    property_count > {{ most_properties }}
    or combinations_1 * combinations_2 > {{ most_combinations }}
