{#- Also reads private models: no mart has the customers of rows that are not billed. -#}
{{ config(group='engine') }}
-- Which reasons matter most? One row per effect and reason: usage that is not rated, configuration
-- that is not billed, and what is billed but needs a look; with the number of rows in the two
-- reports (for usage: events and products that they could have been rated by), the number of
-- customers, an example, and the remedy. Missing revenue comes first. Unknown customers, and rows
-- of inputs without customers, count as none. Repeats, and events that a filter excludes, are
-- unrated on purpose, and left out here.
with usage_exceptions as (
    select * from {{ ref('ratebook', 'usage_event_exceptions') }}
    where reason not in ('DUPLICATE', 'FILTERED_OUT')
),

configuration_exceptions as (
    select * from {{ ref('ratebook', 'pricing_exceptions') }}
),

prices as (
    select * from {{ ref('ratebook', 'int_prices') }}
    where rating_set = {{ ratebook.public_rating_set() }}
),

contract_rows as (
    select * from {{ ref('ratebook', 'int_contract_rows') }}
    where rating_set = {{ ratebook.public_rating_set() }}
),

customers_of_rows as (
    {%- for input, column in [
        ('customers', 'durable_id'), ('customer_aliases', 'customer_id'),
        ('contracts', 'customer_id'), ('entitlement_grants', 'customer_id'),
        ('quotes', 'customer_id'), ('orders', 'customer_id'),
        ('marketplace_agreements', 'customer_id'),
    ] if input in ratebook.active_inputs() %}
    select
        '{{ input }}' as input,
        row_id,
        {{ column }} as customer_id
    from {{ ref('ratebook', 'stg_' ~ input) }}
    union
    {%- endfor %}
    {%- for input, column, owners in [
        ('quote_prices', 'quote_id', 'quotes'), ('order_items', 'order_uid', 'orders')
    ] if input in ratebook.active_inputs() %}
    select
        '{{ input }}' as input,
        parts.row_id,
        owners.customer_id
    from {{ ref('ratebook', 'stg_' ~ input) }} as parts
    inner join {{ ref('ratebook', 'stg_' ~ owners) }} as owners
        on parts.{{ column }} = owners.{{ 'durable_id' if owners == 'quotes' else 'id' }}
    union
    {%- endfor %}
    select
        'contract_prices' as input,
        contract_prices.row_id,
        contract_rows.customer_id
    from {{ ref('ratebook', 'stg_contract_prices') }} as contract_prices
    inner join contract_rows
        on
            contract_prices.contract_uid = contract_rows.contract_uid
            or (
                contract_prices.contract_uid is null
                and contract_prices.contract_id = contract_rows.contract_id
            )
    {%- for input, column in [
        ('pricebooks', 'pricebook_uid'), ('products', 'product_uid'),
        ('list_prices', 'list_price_uid'),
    ] %}
    union
    select
        configuration_exceptions.input,
        configuration_exceptions.row_id,
        prices.customer_id
    from configuration_exceptions
    inner join prices
        on
            configuration_exceptions.input = '{{ input }}'
            and configuration_exceptions.id = prices.{{ column }}
            -- The reason of a price is on its contract price, if it has one.
            {{ "and prices.contract_price_uid is null" if input == 'list_prices' }}
    {%- endfor %}
),

counts as (
    select
        'NOT_RATED' as effect,
        reason,
        count(*) as row_count,
        count(distinct customer_id) as customers,
        'event ' || min(event_name) as example
    from usage_exceptions
    group by reason
    union all
    select
        configuration_exceptions.effect,
        configuration_exceptions.reason,
        count(distinct configuration_exceptions.input || ' ' || configuration_exceptions.row_id)
            as row_count,
        count(distinct customers_of_rows.customer_id) as customers,
        min(configuration_exceptions.input || ' ' || configuration_exceptions.id) as example
    from configuration_exceptions
    left join customers_of_rows
        on
            configuration_exceptions.input = customers_of_rows.input
            and configuration_exceptions.row_id = customers_of_rows.row_id
    group by configuration_exceptions.effect, configuration_exceptions.reason
)

select
    counts.effect,
    counts.reason,
    counts.row_count,
    counts.customers,
    counts.example,
    reasons.remedy
from counts
left join {{ ref('ratebook', 'exception_reasons') }} as reasons
    on
        counts.effect = reasons.effect
        and counts.reason = reasons.reason
order by
    case counts.effect when 'BILLED' then 1 else 0 end asc,
    counts.row_count desc,
    counts.customers desc,
    counts.effect asc,
    counts.reason asc
