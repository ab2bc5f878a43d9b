{#- Also reads private models: no mart has gross amounts, free quantities and limits per line. -#}
{{ config(group='engine') }}
{%- set line = var('ratebook_line') or env_var('RATEBOOK_LINE', '') %}
-- How does one line item come to its amount? One row per step, from the terms of its price and
-- their sources to the amount; steps that do not apply are left out. The line is the one whose
-- line_item_id begins with the var ratebook_line, or with the environment variable RATEBOOK_LINE if
-- the var is empty; if there are several, the one with most steps.
with line_items as (
    select
        *,
        {{ ratebook.local_date('effective_at', 'billing_timezone') }} as local_start_date,
        {{ ratebook.local_date('ineffective_at', 'billing_timezone') }} as local_end_date,
        line_type = 'minimum_true_up' as is_true_up,
        line_type = 'usage' as is_usage,
        line_type = 'fixed' and prorate as is_share,
        line_type != 'one_time' as is_recurring
    from {{ ref('ratebook', 'int_line_items') }}
    where
        rating_set = {{ ratebook.public_rating_set() }}
        and starts_with(line_item_id, {{ ratebook.text_literal(line) }})
),

ranked as (
    select
        *,
        row_number() over (
            order by
                case when free_quantity is null then 0 else 1 end
                + case when discount_amount = 0 then 0 else 1 end
                + case when limit_amount is null then 0 else 1 end
                + case when contract_price_uid is null then 0 else 1 end
                + case when prorated_days = period_days then 0 else 1 end
                + case when amount = amount_unrounded then 0 else 1 end desc,
                line_item_id asc
        ) as choice
    from line_items
),

charges as (
    select * from {{ ref('ratebook', 'int_charges') }}
    where rating_set = {{ ratebook.public_rating_set() }}
),

spans as (
    select * from {{ ref('ratebook', 'price_spans') }}
),

prices as (
    select * from {{ ref('ratebook', 'prices') }}
),

explanations as (
    select * from {{ ref('ratebook', 'line_item_explanations') }}
),

line as (
    select
        ranked.*,
        prices.product_type,
        prices.pricebook_uid,
        prices.list_price,
        prices.renewal_number,
        prices.invoice_delivery_source,
        prices.schedule_unit,
        prices.invoice_schedule_source,
        prices.billing_anchor,
        prices.billing_anchor_source,
        prices.prorate_source,
        charges.gross_amount,
        charges.gross_amount - charges.net_amount as percent_discount,
        ranked.discount_amount - (charges.gross_amount - charges.net_amount) as fixed_discount,
        charges.gross_amount - ranked.discount_amount - ranked.amount_unrounded as cut_amount,
        explanations.explanation,
        {{ ratebook.text_of_date('ranked.local_start_date') }} as start_text,
        {{ ratebook.text_of_date('ranked.local_end_date') }} as end_text,
        case ranked.price_source
            when 'contract_price' then 'contract price ' || ranked.contract_price_uid
            else 'list price ' || ranked.list_price_uid
        end as price_source_text,
        case ranked.minimum_amount_source
            when 'contract_price' then 'contract price ' || ranked.contract_price_uid
            else 'list price ' || ranked.list_price_uid
        end as giver_of_minimum
    from ranked
    inner join spans
        on ranked.span_id = spans.span_id
    inner join prices
        on spans.price_id = prices.price_id
    inner join explanations
        on ranked.line_item_id = explanations.line_item_id
    left join charges
        on
            ranked.span_id = charges.span_id
            and ranked.line_type = charges.line_type
            and ranked.cell_id is not distinct from charges.cell_id
    where ranked.choice = 1
),

-- A step that does not apply has no value.
steps as (
    select
        unnest([
            {
                'position': 1,
                'step': 'line',
                'value': line_item_id,
                'source': line_type || ', ' || status || ', invoice ' || invoice_id
            },
            {
                'position': 2,
                'step': 'customer',
                'value': customer_id,
                'source': 'contract ' || contract_id || ', row ' || contract_uid
            },
            {
                'position': 3,
                'step': 'product',
                'value': coalesce(product_name, product_uid),
                'source': 'product '
                || product_uid
                || coalesce(' in pricebook ' || pricebook_uid, '')
            },
            {
                'position': 3,
                'step': 'cell',
                'value': values_text,
                'source': 'cell ' || cell_id || ' of the price'
            },
            {
                'position': 4,
                'step': 'invoice delivery',
                'value': invoice_delivery,
                'source': invoice_delivery_source
            },
            {
                'position': 5,
                'step': 'schedule',
                'value': case
                    when is_recurring
                        then {{ ratebook.schedule_text('invoice_schedule', 'schedule_unit') }}
                end,
                'source': invoice_schedule_source
            },
            {
                'position': 6,
                'step': 'billing anchor',
                'value': case when is_recurring then billing_anchor end,
                'source': billing_anchor_source
            },
            {
                'position': 7,
                'step': 'period',
                'value': case
                    when is_recurring
                        then
                            {{ ratebook.text_of_date('nominal_start_date') }}
                            || ' to '
                            || {{ ratebook.text_of_date('nominal_end_date') }}
                end,
                'source': cast(period_days as varchar) || ' days, in ' || billing_timezone
            },
            {
                'position': 8,
                'step': 'span of these terms',
                'value': start_text || case when is_recurring then ' to ' || end_text else '' end,
                'source': case
                    when is_recurring then cast(prorated_days as varchar) || ' of the days'
                end
            },
            {
                'position': 9,
                'step': 'prorated',
                'value': case
                    when line_type = 'fixed' then case when prorate then 'yes' else 'no' end
                end,
                'source': prorate_source
            },
            {
                'position': 10,
                'step': 'list price',
                'value': case
                    when
                        not is_true_up
                        then {{ ratebook.text_of_decimal('list_price') }} || ' ' || currency
                end,
                'source': 'list price ' || list_price_uid
            },
            {
                'position': 11,
                'step': 'price',
                'value': case
                    when
                        not is_true_up
                        then
                            {{ ratebook.line_price_text() }}
                            || case
                                when
                                    rates_text is not null
                                    and price_per != 1
                                    and charge_model not like '%PERCENTAGE'
                                    then ', each per ' || cast(price_per as varchar)
                                else ''
                            end
                end,
                'source': case when rates_text is null then '' else charge_model || ', ' end
                || price_source_text
                || case
                    when uplift_count > 0
                        then
                            ', raised by '
                            || {{ ratebook.text_of_decimal('renewal_uplift_percent') }}
                            || '% in renewals: ' || cast(uplift_count as varchar)
                    else ''
                end
            },
            {
                'position': 12,
                'step': 'quantity',
                'value': case
                    when not is_true_up then {{ ratebook.text_of_decimal('quantity') }}
                end,
                'source': case
                    when is_usage
                        then
                            cast(event_count as varchar)
                            || case when event_count = 1 then ' event' else ' events' end
                    else 'fixed quantity of the price'
                end
                || coalesce('; unit: ' || unit_name, '')
            },
            {
                'position': 13,
                'step': 'free quantity',
                'value': case
                    when is_part then {{ ratebook.text_of_decimal('-free_quantity') }}
                    when is_usage and (free_quantity is not null or free_quantity_used != 0)
                        then {{ ratebook.text_of_decimal('-free_quantity_used') }}
                end,
                'source': case
                    when charge_model = 'PERCENTAGE' then 'free events and units of the period'
                    when is_part then 'of all cells in the period, before they are divided'
                    else
                        'of the first '
                        || {{ ratebook.text_of_decimal('free_quantity') }}
                        || ' of the period'
                end
            },
            {
                'position': 14,
                'step': 'share of the period',
                'value': case
                    when is_share
                        then cast(prorated_days as varchar) || '/' || cast(period_days as varchar)
                end,
                'source': 'days of the span'
            },
            {
                'position': 14,
                'step': 'months of the price',
                'value': case
                    when not is_true_up
                        then
                            cast(invoice_schedule as varchar)
                            || '/'
                            || cast(price_months as varchar)
                end,
                'source': 'months of the period, and of the price'
            },
            {
                'position': 14,
                'step': 'part of all cells',
                'value': case
                    when is_part
                        then
                            cast(share_numerator as varchar)
                            || '/'
                            || cast(share_divisor as varchar)
                end,
                'source': 'quantity of the cell, of all cells'
            },
            {
                'position': 15,
                'step': 'gross amount',
                'value': {{ ratebook.text_of_decimal('gross_amount') }},
                'source': case
                    when charge_model = 'PERCENTAGE' then 'sum of the events'
                    when rates_text is not null then 'sum of the tiers'
                    when charge_model = 'PACKAGE' then 'price x packages begun by the quantity'
                    else
                        'price x '
                        || case
                            when free_quantity_used != 0 then '(quantity - free)' else 'quantity'
                        end
                        || case
                            when price_per != 1 then ' / ' || cast(price_per as varchar) else ''
                        end
                end
                || case when price_months is not null then ' x months' else '' end
                || case when is_share then ' x share' else '' end
                || case when is_part then ' of all cells x part' else '' end
            },
            {
                'position': 16,
                'step': 'percent discount',
                'value': case
                    when
                        percent_discount != 0
                        then {{ ratebook.text_of_decimal('-percent_discount') }}
                end,
                'source': {{ ratebook.text_of_decimal('discount_percent') }}
                || '% of the gross amount'
            },
            {
                'position': 17,
                'step': 'fixed discount',
                'value': case
                    when fixed_discount != 0 then {{ ratebook.text_of_decimal('-fixed_discount') }}
                end,
                'source': 'once a period, and no line falls below zero by it'
            },
            {
                'position': 18,
                'step': 'maximum',
                'value': case
                    when limit_amount is not null and not is_true_up
                        then {{ ratebook.text_of_decimal('-cut_amount') }}
                end,
                'source': 'the period owes '
                || {{ ratebook.text_of_decimal('limit_amount') }}
                || ' at most'
                || case
                    when is_part then ', and all cells share what is cut'
                    when amount_unrounded > 0
                        then
                            ', and before this line '
                            || {{ ratebook.text_of_decimal('limit_amount - amount_unrounded') }}
                    else ''
                end
            },
            {
                'position': 19,
                'step': 'minimum',
                'value': case
                    when is_true_up then {{ ratebook.text_of_decimal('limit_amount') }}
                end,
                'source': giver_of_minimum || ', for the days in force'
            },
            {
                'position': 20,
                'step': 'other lines',
                'value': case
                    when
                        is_true_up
                        then {{ ratebook.text_of_decimal('amount_unrounded - limit_amount') }}
                end,
                'source': 'what the period owes without the minimum'
            },
            {
                'position': 21,
                'step': 'unrounded',
                'value': {{ ratebook.text_of_decimal('amount_unrounded') }},
                'source': 'the sum of these amounts'
            },
            {
                'position': 22,
                'step': 'amount',
                'value': {{ ratebook.text_of_money('amount', 'minor_units') }} || ' ' || currency,
                'source': case
                    when is_part then 'rounded together with the other cells, to '
                    else 'rounded half away from zero to '
                end
                || cast(minor_units as varchar)
                || ' decimals'
            },
            {
                'position': 23,
                'step': 'in a sentence',
                'value': explanation,
                'source': 'line_item_explanations'
            }
        ]) as step
    from line
)

select
    step.step,
    step.value,
    step.source
from steps
where step.value is not null
order by step.position
