{%- set delay_hours = var('ratebook_finalization_delay_hours') | int -%}
-- Line items with their keys and the status of their invoice, in every rating set.
with charges as (
    select * from {{ ref('ratebook', 'int_charges_limited') }}
),

spans as (
    select * from {{ ref('ratebook', 'int_price_spans') }}
),

-- An invoice lasts from the earliest start to the latest end of its lines.
invoices as (
    select
        spans.rating_set,
        spans.invoice_id,
        min(spans.started_at) as invoice_started_at,
        max(spans.ended_at) as invoice_ended_at
    from charges
    inner join spans
        on
            charges.rating_set = spans.rating_set
            and charges.span_id = spans.span_id
    group by spans.rating_set, spans.invoice_id
),

prices as (
    select * from {{ ref('ratebook', 'int_prices') }}
),

rated as (
    select * from {{ ref('ratebook', 'int_rated_amounts') }}
),

joined as (
    select
        charges.rating_set,
        spans.configuration_set,
        case
            when charges.cell_id is null
                then {{ ratebook.surrogate_key([], ['charges.span_id', 'charges.line_type']) }}
            else
                {{ ratebook.surrogate_key(
                    ['charges.cell_id'], ['charges.span_id', 'charges.line_type']
                ) }}
        end as line_item_id,
        spans.invoice_id,
        spans.span_id,
        spans.lineage_id,
        charges.line_type,
        spans.contract_uid,
        spans.contract_id,
        spans.customer_id,
        spans.product_uid,
        prices.product_name,
        prices.unit_name,
        prices.list_price_uid,
        prices.contract_price_uid,
        prices.price_source,
        prices.uplift_count,
        prices.renewal_uplift_percent,
        prices.minimum_amount_source,
        prices.invoice_delivery,
        prices.currency,
        prices.billing_target,
        {{ ratebook.is_shadow('prices.billing_target') }} as is_shadow,
        prices.billing_timezone,
        prices.payment_terms_days,
        prices.payment_terms_kind,
        coalesce(rated.charge_model, prices.charge_model) as charge_model,
        prices.prorate,
        prices.list_price,
        prices.price_per,
        prices.price_months,
        prices.invoice_schedule,
        prices.trial_ends_at,
        rated.package_size,
        charges.cell_id,
        rated.values_text,
        -- What is owed in each tier of the price: of the whole period, for fees.
        rated.rated_id,
        rated.rates_text,
        charges.is_part,
        rated.share_numerator,
        rated.share_divisor,
        charges.price,
        charges.quantity,
        charges.event_count,
        charges.free_quantity_used,
        prices.free_quantity,
        prices.discount_percent,
        spans.prorated_days,
        spans.period_days,
        charges.amount_unrounded,
        charges.discount_amount,
        charges.amount,
        -- The maximum that capped the line, or the minimum that a true-up reaches.
        charges.limit_amount,
        charges.minor_units,
        spans.nominal_start_date,
        spans.nominal_end_date,
        spans.started_at,
        spans.ended_at,
        spans.effective_at,
        spans.ineffective_at,
        invoices.invoice_started_at,
        invoices.invoice_ended_at
    from charges
    inner join spans
        on
            charges.rating_set = spans.rating_set
            and charges.span_id = spans.span_id
    inner join prices
        on
            spans.rating_set = prices.rating_set
            and spans.price_id = prices.price_id
    inner join invoices
        on
            spans.rating_set = invoices.rating_set
            and spans.invoice_id = invoices.invoice_id
    left join rated
        on
            charges.rating_set = rated.rating_set
            and charges.line_type != 'minimum_true_up'
            and case when charges.line_type = 'usage' then spans.span_id else spans.price_id end
            = rated.charged_id
            and charges.cell_id is not distinct from rated.cell_id
),

-- An invoice in advance is issued when the period starts, but not in the trial, in which the
-- contract may still be ended.
issued as (
    select
        *,
        case
            when invoice_delivery = 'ARREARS' then invoice_ended_at
            else greatest(invoice_started_at, coalesce(trial_ends_at, invoice_started_at))
        end as invoice_issued_at
    from joined
)

select
    *,
    case
        when
            invoice_delivery = 'ARREARS'
            and {{ ratebook.add_hours('invoice_issued_at', delay_hours) }} <= {{ ratebook.as_of() }}
            then 'FINALIZED'
        when
            invoice_delivery != 'ARREARS' and invoice_issued_at <= {{ ratebook.as_of() }}
            then 'FINALIZED'
        else 'DRAFT'
    end as status
from issued
