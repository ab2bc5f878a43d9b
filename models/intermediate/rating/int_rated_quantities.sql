{%- set usage_numerators = ['to_end', 'to_start', 'of_period'] -%}
-- What is rated: the usage of a span, or of each of its cells, and the quantity of a recurring or
-- one-time fee, which is the same in every span of its price. Free units are taken off.
with spans as (
    select * from {{ ref('ratebook', 'int_price_spans') }}
),

prices as (
    select * from {{ ref('ratebook', 'int_prices') }}
    where is_billable
),

cumulative_quantities as (
    select * from {{ ref('ratebook', 'int_cumulative_quantities') }}
),

usage_quantities as (
    select
        spans.rating_set,
        spans.span_id as rated_id,
        prices.charge_model,
        prices.price,
        prices.package_size,
        prices.rates_id,
        prices.price_per,
        prices.free_quantity,
        cumulative_quantities.event_count,
        {{ ratebook.decimal_quantity(
            'cumulative_quantities.quantity_numerator', 'cumulative_quantities.quantity_divisor'
        ) }} as quantity,
        cumulative_quantities.quantity_divisor,
        cumulative_quantities.is_first_of_period,
    {%- for name in usage_numerators %}
        {{ ratebook.billable_numerator(
            'cumulative_quantities.quantity_numerator_' ~ name,
            'cumulative_quantities.quantity_divisor', 'prices.free_quantity'
        ) }} as numerator_{{ name }}{{ "," if not loop.last }}
    {%- endfor %}
    from cumulative_quantities
    inner join spans
        on
            cumulative_quantities.rating_set = spans.rating_set
            and cumulative_quantities.span_id = spans.span_id
    inner join prices
        on
            spans.rating_set = prices.rating_set
            and spans.price_id = prices.price_id
    where not prices.has_matrix
),

rated as (
    select
        rating_set,
        rated_id,
        rated_id as charged_id,
        cast(null as varchar) as cell_id,
        cast(null as varchar) as values_text,
        charge_model,
        price,
        package_size,
        rates_id,
        price_per,
        free_quantity,
        event_count,
        quantity,
        quantity - {{ ratebook.decimal_quantity(
            '(numerator_to_end - numerator_to_start)', 'quantity_divisor'
        ) }} as free_quantity_used,
        quantity_divisor,
        is_first_of_period,
        numerator_to_end,
        numerator_to_start,
        numerator_of_period,
        cast(null as decimal(38, 0)) as share_numerator,
        cast(null as decimal(38, 0)) as share_divisor
    from usage_quantities
    {%- if ratebook.has_feature('matrix_prices') %}
    union all
    select
        quantities.rating_set,
        case
            when quantities.cell_id is null then quantities.span_id
            else {{ ratebook.surrogate_key(['quantities.cell_id'], ['quantities.span_id']) }}
        end as rated_id,
        quantities.span_id as charged_id,
        quantities.cell_id,
        rates.values_text,
        -- Without usage, only tiers of the price itself can owe something.
        coalesce(rates.charge_model, 'FLAT') as charge_model,
        case
            when rates.rates_id is null then cast(0 as decimal(18, 10)) else rates.price
        end as price,
        rates.package_size,
        rates.rates_id,
        quantities.price_per,
        quantities.free_quantity,
        quantities.event_count,
        quantities.quantity,
        quantities.free_quantity_used,
        1 as quantity_divisor,
        quantities.is_first_of_period,
        {%- for name in usage_numerators %}
        quantities.numerator_{{ name }},
        {%- endfor %}
        quantities.share_numerator,
        quantities.share_divisor
    from {{ ref('ratebook', 'int_cell_quantities') }} as quantities
    left join {{ ref('ratebook', 'int_price_rates') }} as rates
        on
            quantities.rating_set = rates.rating_set
            and quantities.price_rates_id = rates.price_rates_id
            and quantities.cell_id is not distinct from rates.cell_id
    {%- endif %}
    union all
    select
        rating_set,
        price_id as rated_id,
        price_id as charged_id,
        cast(null as varchar) as cell_id,
        cast(null as varchar) as values_text,
        charge_model,
        price,
        package_size,
        rates_id,
        price_per,
        cast(null as decimal(24, 12)) as free_quantity,
        0 as event_count,
        cast(fixed_quantity as decimal(38, 12)) as quantity,
        cast(0 as decimal(38, 12)) as free_quantity_used,
        1 as quantity_divisor,
        true as is_first_of_period,
        {{ ratebook.quantity_numerator('fixed_quantity') }} as numerator_to_end,
        0 as numerator_to_start,
        {{ ratebook.quantity_numerator('fixed_quantity') }} as numerator_of_period,
        cast(null as decimal(38, 0)) as share_numerator,
        cast(null as decimal(38, 0)) as share_divisor
    from prices
    where product_type = 'FIXED' and not has_matrix
)

select
    *,
    -- What a price is for: one package, a hundred percent, or price_per units.
    case
        when charge_model = 'PACKAGE' then 1
        when charge_model in ('GRADUATED_PERCENTAGE', 'PERCENTAGE')
            then 100 * cast(quantity_divisor as decimal(38, 0))
        else cast(price_per as decimal(38, 0)) * cast(quantity_divisor as decimal(38, 0))
    end as amount_divisor
from rated
