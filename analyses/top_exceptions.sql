{#- Also reads private models: no mart has the customers of rows that are not billed. -#}
{{ config(group='engine') }}
-- Which reasons matter most? One row per effect and reason: usage that is not rated, configuration
-- that is not billed, and what is billed but needs a look; with the number of events or rows, the
-- number of customers, what is billed by these rows by currency, an example, and the remedy.
-- Missing revenue comes first. Each event counts once for a reason, whatever the number of its
-- products. Unknown customers, and rows of inputs without customers, count as none. Repeats, and
-- events that a filter excludes, are unrated on purpose, and left out here.
{%- set named_by = [
    ('contracts', 'contract_uid'), ('contract_prices', 'contract_price_uid'),
    ('list_prices', 'list_price_uid'), ('products', 'product_uid'), ('customers', 'customer_id'),
] %}
with usage_exceptions as (
    select * from {{ ref('ratebook', 'usage_event_exceptions') }}
    where reason not in ('DUPLICATE', 'FILTERED_OUT')
),

unrated as (
    select
        outcome,
        sum(event_count) as event_count
    from {{ ref('ratebook', 'usage_outcome_counts') }}
    group by outcome
),

configuration_exceptions as (
    select * from {{ ref('ratebook', 'pricing_exceptions') }}
),

prices as (
    select * from {{ ref('ratebook', 'int_prices') }}
    where rating_set = {{ ratebook.public_rating_set() }}
),

customers_of_rows as (
    select
        input,
        row_id,
        customer_id
    from configuration_exceptions
    where customer_id is not null
    {%- for input, column in [
        ('pricebooks', 'pricebook_uid'), ('products', 'product_uid'),
        ('list_prices', 'list_price_uid'), ('contract_prices', 'contract_price_uid'),
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

-- A line is billed once for a reason, however many of its rows have it.
lines_named as (
    {%- for input, column in named_by %}
    select
        configuration_exceptions.effect,
        configuration_exceptions.reason,
        line_items.line_item_id,
        line_items.currency,
        line_items.amount
    from configuration_exceptions
    inner join {{ ref('ratebook', 'line_items') }} as line_items
        on
            configuration_exceptions.input = '{{ input }}'
            and configuration_exceptions.effect = 'BILLED'
            and configuration_exceptions.id = line_items.{{ column }}
    {{ "union" if not loop.last }}
    {%- endfor %}
),

amounts as (
    select
        effect,
        reason,
        currency,
        sum(amount) as amount
    from lines_named
    group by effect, reason, currency
),

billed as (
    select
        effect,
        reason,
        {{ ratebook.joined_texts("currency || ' ' || " ~ ratebook.text_of_decimal('amount')) }}
            as billed
    from amounts
    group by effect, reason
),

counts as (
    select
        'NOT_RATED' as effect,
        usage_exceptions.reason,
        coalesce(max(unrated.event_count), 0)
        + count(
            distinct case
                when usage_exceptions.is_event_rated then usage_exceptions.transaction_id
            end
        ) as row_count,
        count(distinct usage_exceptions.customer_id) as customers,
        'event ' || min(usage_exceptions.event_name) as example
    from usage_exceptions
    left join unrated
        on usage_exceptions.reason = unrated.outcome
    group by usage_exceptions.reason
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
    billed.billed,
    counts.example,
    reasons.remedy
from counts
left join billed
    on
        counts.effect = billed.effect
        and counts.reason = billed.reason
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
