{%- set owed = 'rated.owed' if ratebook.has_feature('matrix_prices') else 'rated.amount' -%}
{%- set is_prorated = "coalesce(prorate and line_type = 'fixed', false)" -%}
-- The charges of spans, before and after the percent discount: usage, a fee for the days of the
-- span, or a fee that is not prorated, once per period.
with spans as (
    select * from {{ ref('ratebook', 'int_price_spans') }}
),

prices as (
    select * from {{ ref('ratebook', 'int_prices') }}
    where is_billable
),

{% if ratebook.has_feature('matrix_prices') -%}
rated as (
    select
        rated.*,
        coalesce(parts.amount_divisor, rated.amount_divisor) as owed_divisor,
        case when parts.rated_id is null then rated.amount_whole else parts.amount_whole end
            as owed_whole,
        case when parts.rated_id is null then rated.amount_rest else parts.amount_rest end
            as owed_rest,
        parts.rated_id is not null as is_part,
        parts.sum_whole,
        parts.sum_rest,
        parts.sum_divisor
    from {{ ref('ratebook', 'int_rated_amounts') }} as rated
    left join {{ ref('ratebook', 'int_shared_amounts') }} as parts
        on
            rated.rating_set = parts.rating_set
            and rated.rated_id = parts.rated_id
),

{% else -%}
rated as (
    select
        rated.*,
        false as is_part
    from {{ ref('ratebook', 'int_rated_amounts') }} as rated
),

{% endif -%}

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
        span_id as charged_id,
        'usage' as line_type
    from priced_spans
    where product_type = 'EVENT'
    union all
    select
        *,
        price_id as charged_id,
        case when invoice_delivery = 'ONE_TIME' then 'one_time' else 'fixed' end as line_type
    from priced_spans
    where
        product_type = 'FIXED'
        and (prorate or invoice_delivery = 'ONE_TIME' or is_span_of_whole_fee)
),

-- A price for so many months is owed for the months of the schedule.
apportioned as (
    select
        *,
        case when {{ is_prorated }} then prorated_days else 1 end
        * case when price_months is null then 1 else invoice_schedule end as owed_part,
        case when {{ is_prorated }} then period_days else 1 end * coalesce(price_months, 1)
            as owed_of
    from charged
),

amounts as (
    select
        apportioned.*,
        rated.cell_id,
        rated.price,
        rated.quantity,
        rated.free_quantity_used,
        rated.event_count,
        rated.is_part,
        {%- for name, discount in {'gross': '0', 'net': 'apportioned.discount_percent'}.items() %}
        {{ ratebook.exact_charge(
            owed ~ '_whole', owed ~ '_rest', owed ~ '_divisor', 'apportioned.owed_part',
            'apportioned.owed_of', discount
        ) }} as {{ name }}_amount,
        {%- endfor %}
        {% if ratebook.has_feature('matrix_prices') -%}
        case when rated.is_part then {{ ratebook.exact_charge(
            'rated.sum_whole', 'rated.sum_rest', 'rated.sum_divisor',
            discount_percent='apportioned.discount_percent'
        ) }} end
        {%- else -%}
        cast(null as decimal(38, 20))
        {%- endif %} as net_amount_of_parts
    from apportioned
    inner join rated
        on
            apportioned.rating_set = rated.rating_set
            and apportioned.charged_id = rated.charged_id
)

select
    rating_set,
    span_id,
    cell_id,
    period_id,
    line_type,
    effective_at,
    currency,
    price,
    discount_percent,
    quantity,
    free_quantity_used,
    event_count,
    is_part,
    -- Parts that do not fit together are withheld together.
    case
        when not is_part or {{ ratebook.is_line_amount('net_amount_of_parts') }} then gross_amount
    end as gross_amount,
    net_amount,
    net_amount_of_parts
from amounts
