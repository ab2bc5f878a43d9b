-- FLAT: price x quantity, before and after the percent discount. A span of usage owes rate(quantity
-- up to its end) minus rate(quantity up to its start); a fee is owed for its days, or once per
-- period if it is not prorated.
with spans as (
    select * from {{ ref('ratebook', 'int_price_spans') }}
),

prices as (
    select * from {{ ref('ratebook', 'int_prices') }}
    where charge_model = 'FLAT'
),

cumulative_quantities as (
    select * from {{ ref('ratebook', 'int_cumulative_quantities') }}
),

priced_spans as (
    select
        spans.rating_set,
        spans.span_id,
        spans.period_id,
        spans.product_type,
        spans.invoice_delivery,
        spans.effective_at,
        spans.prorated_days,
        spans.period_days,
        prices.currency,
        prices.price,
        prices.free_quantity,
        prices.fixed_quantity,
        prices.prorate,
        coalesce(prices.discount_percent, 0) as discount_percent
    from spans
    inner join prices
        on
            spans.rating_set = prices.rating_set
            and spans.price_id = prices.price_id
),

usage_quantities as (
    select
        rating_set,
        span_id,
        event_count,
        {{ ratebook.decimal_quantity('quantity_numerator', 'quantity_divisor') }} as quantity,
        quantity_divisor,
        quantity_numerator_to_end,
        quantity_numerator_to_start
    from cumulative_quantities
),

usage_charges as (
    select
        priced_spans.rating_set,
        priced_spans.span_id,
        priced_spans.period_id,
        'usage' as line_type,
        priced_spans.effective_at,
        priced_spans.currency,
        priced_spans.price,
        priced_spans.discount_percent,
        usage_quantities.quantity,
        usage_quantities.event_count,
        {{ ratebook.billable_numerator(
            'usage_quantities.quantity_numerator_to_end', 'usage_quantities.quantity_divisor',
            'priced_spans.free_quantity'
        ) }}
        - {{ ratebook.billable_numerator(
            'usage_quantities.quantity_numerator_to_start', 'usage_quantities.quantity_divisor',
            'priced_spans.free_quantity'
        ) }} as numerator,
        usage_quantities.quantity_divisor as divisor
    from priced_spans
    inner join usage_quantities
        on
            priced_spans.rating_set = usage_quantities.rating_set
            and priced_spans.span_id = usage_quantities.span_id
),

fee_spans as (
    select
        *,
        invoice_delivery = 'ONE_TIME' as is_one_time,
        -- Without proration: in advance at the first terms of the period, in arrears at the last.
        row_number() over (
            partition by rating_set, period_id, prorate
            order by
                case when invoice_delivery = 'ADVANCED' then effective_at end asc,
                effective_at desc,
                span_id asc
        ) = 1 as is_span_of_whole_fee
    from priced_spans
    where product_type = 'FIXED'
),

fee_charges as (
    select
        rating_set,
        span_id,
        period_id,
        case when is_one_time then 'one_time' else 'fixed' end as line_type,
        effective_at,
        currency,
        price,
        discount_percent,
        cast(fixed_quantity as decimal(38, 12)) as quantity,
        0 as event_count,
        {{ ratebook.quantity_numerator('fixed_quantity') }}
        * case when prorate and not is_one_time then prorated_days else 1 end as numerator,
        case when prorate and not is_one_time then period_days else 1 end as divisor
    from fee_spans
    where prorate or is_one_time or is_span_of_whole_fee
),

charges as (
    select * from usage_charges
    union all
    select * from fee_charges
)

select
    rating_set,
    span_id,
    period_id,
    line_type,
    effective_at,
    currency,
    price,
    discount_percent,
    quantity,
    case
        when line_type = 'usage'
            then quantity - {{ ratebook.decimal_quantity('numerator', 'divisor') }}
        else cast(0 as decimal(38, 12))
    end as free_quantity_used,
    event_count,
    {{ ratebook.exact_amount('price', 'numerator', 'divisor') }} as gross_amount,
    {{ ratebook.exact_amount('price', 'numerator', 'divisor', 'discount_percent') }} as net_amount
from charges
