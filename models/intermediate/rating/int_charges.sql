{%- set is_shared = "coalesce(prorate and line_type = 'fixed', false)" -%}
-- The charges of spans, before and after the percent discount: usage, a fee for the days of the
-- span, or a fee that is not prorated, once per period.
with spans as (
    select * from {{ ref('ratebook', 'int_price_spans') }}
),

prices as (
    select * from {{ ref('ratebook', 'int_prices') }}
    where is_billable
),

rated as (
    select * from {{ ref('ratebook', 'int_rated_amounts') }}
),

priced_spans as (
    select
        spans.rating_set,
        spans.span_id,
        spans.price_id,
        spans.period_id,
        spans.product_type,
        spans.effective_at,
        spans.prorated_days,
        spans.period_days,
        prices.currency,
        prices.price,
        prices.prorate,
        prices.invoice_delivery,
        prices.price_months,
        prices.invoice_schedule,
        coalesce(prices.discount_percent, 0) as discount_percent,
        -- Without proration: in advance at the first terms of the period, in arrears at the last.
        row_number() over (
            partition by spans.rating_set, spans.period_id, prices.prorate
            order by
                case when prices.invoice_delivery = 'ADVANCED' then spans.effective_at end asc,
                spans.effective_at desc,
                spans.span_id asc
        ) = 1 as is_span_of_whole_fee
    from spans
    inner join prices
        on
            spans.rating_set = prices.rating_set
            and spans.price_id = prices.price_id
),

charged as (
    select
        *,
        span_id as rated_id,
        'usage' as line_type
    from priced_spans
    where product_type = 'EVENT'
    union all
    select
        *,
        price_id as rated_id,
        case when invoice_delivery = 'ONE_TIME' then 'one_time' else 'fixed' end as line_type
    from priced_spans
    where
        product_type = 'FIXED'
        and (prorate or invoice_delivery = 'ONE_TIME' or is_span_of_whole_fee)
),

-- A price for so many months is owed for the months of the schedule.
shared as (
    select
        *,
        case when {{ is_shared }} then prorated_days else 1 end
        * case when price_months is null then 1 else invoice_schedule end as owed_part,
        case when {{ is_shared }} then period_days else 1 end * coalesce(price_months, 1) as owed_of
    from charged
)

select
    shared.rating_set,
    shared.span_id,
    shared.period_id,
    shared.line_type,
    shared.effective_at,
    shared.currency,
    shared.price,
    shared.discount_percent,
    rated.quantity,
    rated.free_quantity_used,
    rated.event_count,
{%- for name, discount in {'gross': '0', 'net': 'shared.discount_percent'}.items() %}
    {{ ratebook.exact_charge(
        'rated.amount_whole', 'rated.amount_rest', 'rated.amount_divisor', 'shared.owed_part',
        'shared.owed_of', discount
    ) }} as {{ name }}_amount{{ "," if not loop.last }}
{%- endfor %}
from shared
inner join rated
    on
        shared.rating_set = rated.rating_set
        and shared.rated_id = rated.rated_id
