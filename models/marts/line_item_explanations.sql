{{ config(materialized='view') }}

-- Each clause of the sentence is composed next to the numbers that it shows; a clause that does not
-- apply is empty.
with line_items as (
    select
        *,
        {{ ratebook.local_date('effective_at', 'billing_timezone') }} as local_start_date,
        {{ ratebook.local_date('ineffective_at', 'billing_timezone') }} as local_end_date
    from {{ ref('ratebook', 'int_line_items') }}
    where rating_set = {{ ratebook.public_rating_set() }}
),

clauses as (
    select
        line_item_id,
        invoice_id,
        coalesce(product_name, 'Product ' || product_uid)
        || coalesce(' (' || values_text || ')', '')
        || ', ' || {{ ratebook.text_of_date('local_start_date') }}
        || case
            when line_type = 'one_time' then ''
            else ' to ' || {{ ratebook.text_of_date('local_end_date') }}
        end as what,
        {%- for name, source in [('price', 'price_source'), ('minimum', 'minimum_amount_source')] %}
        case {{ source }}
            when 'contract_price' then 'contract price ' || contract_price_uid
            else 'list price ' || list_price_uid
        end as source_of_{{ name }},
        {%- endfor %}
        case
            when uplift_count > 0 and renewal_uplift_percent != 0
                then
                    case when renewal_uplift_percent > 0 then ', risen by ' else ', fallen by ' end
                    || {{ ratebook.text_of_decimal('abs(renewal_uplift_percent)') }}
                    || case
                        when uplift_count = 1 then '% in 1 renewal'
                        else '% in each of ' || cast(uplift_count as varchar) || ' renewals'
                    end
            else ''
        end as uplifted,
        {{ ratebook.line_price_text() }} as unit_price,
        case
            when rates_text is null then ' x '
            when price_per = 1 or charge_model like '%PERCENTAGE' then ' for '
            else ', each per ' || cast(price_per as varchar) || ', for '
        end as times,
        case
            when price_months is null then ''
            else
                ' x ' || cast(invoice_schedule as varchar)
                || case
                    when price_months = 1 then '' else ' / ' || cast(price_months as varchar)
                end || ' months'
        end as months_text,
        {{ ratebook.text_of_decimal('quantity') }}
        || coalesce(' (' || unit_name || ')', '') as quantity_text,
        case
            when
                line_type = 'usage'
                then
                    case when free_quantity_used != 0 then ', metered in ' else ' metered in ' end
                    || cast(event_count as varchar)
                    || case when event_count = 1 then ' event' else ' events' end
            else ''
        end as metered,
        case
            when is_part and free_quantity != 0
                then
                    ', after the first ' || {{ ratebook.text_of_decimal('free_quantity') }}
                    || ' of all cells in the period, which are free'
            when free_quantity_used != 0
                then
                    ', of which ' || {{ ratebook.text_of_decimal('free_quantity_used') }}
                    || ' are free'
                    || case
                        when charge_model = 'PERCENTAGE' then ''
                        else
                            ' (the first ' || {{ ratebook.text_of_decimal('free_quantity') }}
                            || ' of the period are)'
                    end
            else ''
        end as free_units,
        case
            when is_part
                then
                    ', as ' || cast(share_numerator as varchar) || ' / '
                    || cast(share_divisor as varchar) || ' of all cells'
            when line_type = 'fixed' and prorate and prorated_days != period_days
                then
                    ' x ' || cast(prorated_days as varchar) || ' of '
                    || cast(period_days as varchar) || ' days'
            when
                line_type = 'fixed' and not prorate
                then ', owed once for the period without proration'
            else ''
        end as part_text,
        case
            when discount_amount != 0
                then
                    ', less a discount of ' || {{ ratebook.text_of_decimal('discount_amount') }}
                    || coalesce(
                        ' (' || {{ ratebook.text_of_decimal('discount_percent') }} || '% included)',
                        ''
                    )
            else ''
        end as discounted,
        case
            when line_type != 'minimum_true_up' and limit_amount is not null
                then
                    ', cut by the maximum of the period, '
                    || {{ ratebook.text_of_decimal('limit_amount') }}
            else ''
        end as capped,
        ' = ' || case
            when
                amount_unrounded = amount
                then {{ ratebook.text_of_money('amount', 'minor_units') }}
            else {{ ratebook.text_of_decimal('amount_unrounded') }}
        end as unrounded,
        case
            when amount_unrounded != amount
                then
                    ', which is '
                    || {{ ratebook.text_of_money('amount', 'minor_units') }}
                    || ' ' || currency || ' when rounded '
                    || case
                        when is_part then 'together with the other cells'
                        else 'half away from zero'
                    end
            else ' ' || currency
        end as rounded,
        coalesce({{ ratebook.text_of_decimal('limit_amount') }}, '') as limit_text,
        line_type,
        {{ ratebook.customer_explanation() }} as customer_explanation
    from line_items
)

select
    line_item_id,
    invoice_id,
    case line_type
        when 'minimum_true_up'
            then
                what
                || ': up to the minimum of the period, '
                || limit_text
                || ' for its days in force ('
                || source_of_minimum || '), less what its other lines owe' || unrounded || rounded
        else
            what || ': ' || unit_price || ' (' || source_of_price || uplifted || ')'
            || times || quantity_text || free_units || metered || months_text || part_text
            || discounted || capped || unrounded || rounded
    end || '.' as explanation,
    customer_explanation
from clauses
