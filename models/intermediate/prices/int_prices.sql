{%- set priced = ratebook.charge_models(['price']) -%}
{%- set has_price = 'charge_model in ' ~ ratebook.text_list(priced) -%}
{#- A price with any of these defects is not billed; int_price_exceptions names the reason. -#}
{%- set defects = [
    ('has_unknown_delivery', "invoice_delivery not in ('ARREARS', 'ADVANCED', 'ONE_TIME')"),
    ('has_bad_schedule',
        "invoice_schedule > 1200 or (invoice_delivery != 'ONE_TIME' and invoice_schedule < 1)"),
    ('has_unknown_schedule_unit', "schedule_unit not in ('MONTH', 'WEEK', 'DAY')"),
    ('has_bad_price_months',
        "price_months is not null and (product_type != 'FIXED' or invoice_delivery = 'ONE_TIME'"
        " or schedule_unit != 'MONTH' or price_months not between 1 and 1200)"),
    ('has_unknown_billing_anchor', "billing_anchor not in ('CALENDAR', 'ANNIVERSARY')"),
    ('has_unknown_charge_model',
        "has_price_group and case when has_matrix then has_unknown_model"
        " else coalesce(charge_model, '') not in "
        ~ ratebook.text_list(ratebook.charge_models()) ~ " end"),
    ('has_bad_cells', 'cells_defect is not null'),
    ('has_percentage_without_events',
        "has_percentage"
        " and (product_type is distinct from 'EVENT' or aggregation not in ('SUM', 'COUNT'))"),
    ('has_no_price',
        "not has_price_group"
        " or (rates_id is null and " ~ has_price ~ " and price is null and not is_price_out_of_range)"
        " or (rates_id is null and charge_model = 'PACKAGE' and package_size is null"
        " and not is_package_size_out_of_range)"
        " or (rates_id is not null and coalesce(has_rate_without_price, not has_matrix))"),
    ('is_out_of_range',
        "(rates_id is null and is_price_out_of_range)"
        " or (rates_id is null and charge_model = 'PACKAGE' and is_package_size_out_of_range)"
        " or coalesce(has_rate_out_of_range, false) or is_any_amount_out_of_range"
        " or (shares_tiers and has_different_bounds)"),
    ('is_event_price_in_advance',
        "product_type = 'EVENT' and invoice_delivery in ('ADVANCED', 'ONE_TIME')"),
    ('has_currency_mismatch', 'is_currency_mismatch'),
    ('has_unreadable_cell', 'is_unreadable'),
] -%}
with rates as (
    select * from {{ ref('ratebook', 'int_price_rate_checks') }}
),

resolved as (
    select
        resolved.*,
        case when resolved.invoice_delivery != 'ONE_TIME' then trials.trial_ends_at end
            as trial_ends_at,
        rates.has_rate_without_price,
        rates.has_rate_out_of_range,
        rates.has_minimum_above_maximum,
        rates.has_unknown_model,
        rates.has_percentage,
        rates.has_different_bounds,
        rates.rates_key,
        case
            when resolved.has_matrix
                then {{ ratebook.surrogate_key(
                    ['resolved.price_group_input', 'resolved.price_group_price_uid']
                ) }}
        end as matrix_id,
        -- Tiers and packages are those of all cells together.
        coalesce(
            resolved.has_matrix
            and coalesce(resolved.tiers_per, 'PRICE') = 'PRICE'
            and rates.has_other_than_flat
            and not rates.has_percentage,
            false
        ) as shares_tiers,
        {% if ratebook.has_feature('matrix_prices') -%}
        coalesce(resolved.matrix_defect, case
            when resolved.has_matrix is not true then null
            when resolved.product_type is distinct from 'EVENT' then 'only usage has cells'
            when resolved.aggregation = 'WEIGHTED_SUM' then 'a level over time has no cells'
            when resolved.tiers_per not in ('PRICE', 'CELL')
                then 'tiers_per is ' || resolved.tiers_per || '; it is PRICE or CELL'
            when rates.has_percentage and rates.has_other_than_percentage
                then 'cells are either all PERCENTAGE or none'
            when matrix_overlaps.customer_id is not null then matrix_overlaps.defect
        end)
        {%- else -%}
        resolved.matrix_defect
        {%- endif %} as cells_defect
    from {{ ref('ratebook', 'int_prices_resolved') }} as resolved
    left join rates
        on
            resolved.rating_set = rates.rating_set
            and resolved.rates_id = rates.rates_id
    left join {{ ref('ratebook', 'int_contract_trials') }} as trials
        on
            resolved.rating_set = trials.rating_set
            and resolved.contract_id = trials.contract_id
    {%- if ratebook.has_feature('matrix_prices') %}
    left join {{ ref('ratebook', 'int_matrix_overlaps') }} as matrix_overlaps
        on
            resolved.rating_set = matrix_overlaps.rating_set
            and resolved.customer_id = matrix_overlaps.customer_id
            and resolved.product_uid = matrix_overlaps.product_uid
    {%- endif %}
),

-- Only the price's own schedule delays a one-time price, never that of its pricebook.
scheduled as (
    select
        *,
        coalesce(
            own_invoice_schedule,
            case
                when invoice_delivery = 'ONE_TIME' then 0 else
                    coalesce(pricebook_invoice_schedule, 1)
            end
        ) as invoice_schedule,
        -- Each source of a schedule gives its unit with it.
        coalesce(
            own_schedule_unit,
            case when invoice_delivery != 'ONE_TIME' then pricebook_schedule_unit end,
            'MONTH'
        ) as schedule_unit,
        case
            when
                own_invoice_schedule is null
                and invoice_delivery != 'ONE_TIME'
                and pricebook_invoice_schedule is not null
                then 'pricebook'
            else own_invoice_schedule_source
        end as invoice_schedule_source
    from resolved
),

checked as (
    select
        {%- for name, condition in defects %}
        coalesce({{ condition }}, false) as {{ name }},
        {%- endfor %}
        scheduled.*
    from scheduled
)

select
    *, -- noqa: AM04
    {{ ratebook.surrogate_key([
        'contract_uid', 'pricebook_uid', 'list_price_uid', 'contract_price_uid',
    ], [ratebook.text_of_instant('effective_at')]) }} as price_id,
    -- Everything that would show on an invoice, but not the rows that it comes from.
    {{ ratebook.surrogate_key([
        'customer_id', 'charge_model', 'cast(price as varchar)', 'rates_key',
        'cast(shares_tiers as varchar)',
        "cast(case when charge_model = 'PACKAGE' then package_size end as varchar)",
        'cast(price_per as varchar)', 'cast(price_months as varchar)', 'cast(minimum_amount as varchar)',
        'cast(maximum_amount as varchar)',
        "cast(case when charge_model = 'PERCENTAGE' then free_quantity"
        " else nullif(free_quantity, 0) end as varchar)",
        'cast(fixed_quantity as varchar)', 'cast(nullif(discount_percent, 0) as varchar)',
        'cast(nullif(discount_amount, 0) as varchar)', 'pricing_metadata', 'currency',
        'invoice_delivery', 'cast(invoice_schedule as varchar)', 'schedule_unit', 'billing_anchor',
        'cast(prorate as varchar)',
        'cast(payment_terms_days as varchar)', 'payment_terms_kind', 'billing_target',
    ]) }} as terms_key,
    product_defect is null
    {%- for name, condition in defects %}
    and not {{ name }}
    {%- endfor %} as is_billable
from checked
