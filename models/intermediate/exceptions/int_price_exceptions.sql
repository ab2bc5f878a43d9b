-- What is wrong with prices, or worth a look, in the place that they have in a contract. A reason stands on the
-- contract price where one applies, else on the list price.
with prices as (
    select
        *,
        case when contract_price_uid is not null then 'contract_prices' else 'list_prices' end as input,
        coalesce(contract_price_uid, list_price_uid) as id
    from {{ ref('ratebook', 'int_prices') }}
),

spans as (
    select * from {{ ref('ratebook', 'int_price_spans') }}
),

contract_windows as (
    select * from {{ ref('ratebook', 'int_contract_windows') }}
),

unfit_charges as (
    select distinct
        charges.rating_set,
        spans.price_id
    from {{ ref('ratebook', 'int_charges_flat') }} as charges
    inner join spans
        on
            charges.rating_set = spans.rating_set
            and charges.span_id = spans.span_id
    where not {{ ratebook.is_line_amount('charges.gross_amount') }}
),

stubs as (
    select distinct
        rating_set,
        coalesce(contract_price_uid, list_price_uid) as id,
        case when contract_price_uid is not null then 'contract_prices' else 'list_prices' end as input
    from {{ ref('ratebook', 'int_line_items') }}
    where
        line_type = 'fixed'
        and not prorate
        and (
            {{ ratebook.local_date('started_at', 'billing_timezone') }} > nominal_start_date
            or {{ ratebook.local_date('ended_at', 'billing_timezone') }} < nominal_end_date
        )
),

one_time_dates as (
    select * from {{ ref('ratebook', 'int_nominal_periods') }}
    where invoice_delivery = 'ONE_TIME'
),

lineages_billed_once as (
    select distinct
        one_time_dates.rating_set,
        one_time_dates.lineage_id
    from one_time_dates
    inner join prices
        on
            one_time_dates.rating_set = prices.rating_set
            and one_time_dates.lineage_id = prices.lineage_id
            and one_time_dates.invoice_delivery = prices.invoice_delivery
            and one_time_dates.invoice_schedule = prices.invoice_schedule
            and one_time_dates.billing_anchor = prices.billing_anchor
            and one_time_dates.term_started_at = prices.term_started_at
            and one_time_dates.started_at >= prices.effective_at
            and one_time_dates.started_at < prices.ineffective_at
    where prices.is_billable
),

sold_by_pricebook as (
    select * from prices
    where is_billable and list_price_uid is not null
),

billable_in_order as (
    select
        *,
        lag(invoice_delivery || '/' || cast(invoice_schedule as varchar) || '/' || billing_anchor) over (
            partition by rating_set, lineage_id
            order by effective_at, price_id
        ) as previous_schedule,
        invoice_delivery || '/' || cast(invoice_schedule as varchar) || '/' || billing_anchor as own_schedule
    from prices
    where is_billable
),

starts as (
    select
        *,
        {{ ratebook.local_midnight(
            ratebook.add_months(
                "date_trunc('month', " ~ ratebook.to_local('term_started_at', 'billing_timezone') ~ ')', 1
            ),
            'billing_timezone'
        ) }} as next_month_at
    from prices
    where is_billable and billing_anchor = 'CALENDAR'
),

starts_near_boundary as (
    select * from starts
    where next_month_at < {{ ratebook.add_hours('term_started_at', 24) }}
),

first_contract_rows as (
    select
        rating_set,
        contract_id,
        contract_uid,
        row_number() over (
            partition by rating_set, contract_id
            order by started_at, effective_at, contract_uid
        ) as choice
    from contract_windows
    where contract_started_at is not null
)

{% for reason, condition, detail in [
    ('UNKNOWN_DELIVERY', 'has_unknown_delivery', "'invoice_delivery is ' || invoice_delivery"),
    ('BAD_SCHEDULE', 'has_bad_schedule', "'invoice_schedule is ' || cast(invoice_schedule as varchar)"),
    ('UNKNOWN_BILLING_ANCHOR', 'has_unknown_billing_anchor', "'billing_anchor is ' || billing_anchor"),
    ('UNKNOWN_CHARGE_MODEL', 'has_unknown_charge_model',
        "coalesce('charge_model is ' || charge_model || '; FLAT is rated', 'charge_model is empty')"),
    ('NO_PRICE', 'has_no_price', "'price is empty'"),
    ('OUT_OF_RANGE', 'is_out_of_range', "'a price, amount or quantity is too large or has too many decimals'"),
    ('EVENT_PRICE_IN_ADVANCE', 'is_event_price_in_advance', "'usage is billed in arrears, not ' || invoice_delivery"),
    ('MINIMUM_ABOVE_MAXIMUM', 'is_billable and minimum_amount > maximum_amount',
        "'the minimum ' || cast(minimum_amount as varchar) || ' wins over ' || cast(maximum_amount as varchar)"),
    ('PRICE_ABOVE_LIST', 'is_billable and contract_price_uid is not null and price > list_price',
        "cast(price as varchar) || ' is above ' || cast(list_price as varchar)"),
    ('SAME_PRODUCT_TWICE', 'is_billable and lineage_ordinal > 1', "'the pricebook has the product twice'"),
] -%}
select
    rating_set,
    input,
    id,
    '{{ reason }}' as reason,
    {{ detail }} as detail
from prices
where {{ condition }}
union all
{% endfor -%}
select
    rating_set,
    'contracts' as input,
    contract_uid as id,
    'CURRENCY_MISMATCH' as reason,
    'the contract and its pricebook name different currencies' as detail
from prices
where has_currency_mismatch
union all
select
    rating_set,
    'products' as input,
    product_uid as id,
    product_defect as reason,
    case product_defect
        when 'UNKNOWN_PRODUCT_TYPE' then 'ptype is neither FIXED nor EVENT'
        when 'NO_EVENT_NAME' then 'event_name is empty'
        else 'aggregation is unknown, or needs an agg_property'
    end as detail
from prices
where product_defect is not null
union all
select
    prices.rating_set,
    prices.input,
    prices.id,
    'OUT_OF_RANGE' as reason,
    'a line would be 10^12 or more' as detail
from prices
inner join unfit_charges
    on
        prices.rating_set = unfit_charges.rating_set
        and prices.price_id = unfit_charges.price_id
union all
select
    rating_set,
    input,
    id,
    'UNPRORATED_STUB' as reason,
    'a whole fee is owed for a part of a period' as detail
from stubs
union all
select
    prices.rating_set,
    prices.input,
    prices.id,
    'ONE_TIME_OUTSIDE_CONTRACT' as reason,
    'the price is not in force on its date' as detail
from prices
left join lineages_billed_once
    on
        prices.rating_set = lineages_billed_once.rating_set
        and prices.lineage_id = lineages_billed_once.lineage_id
where
    prices.is_billable
    and prices.invoice_delivery = 'ONE_TIME'
    and lineages_billed_once.lineage_id is null
union all
select
    prices.rating_set,
    prices.input,
    prices.id,
    'SAME_PRODUCT_TWICE' as reason,
    'the pricebook sells the product too' as detail
from prices
inner join sold_by_pricebook
    on
        prices.rating_set = sold_by_pricebook.rating_set
        and prices.contract_id = sold_by_pricebook.contract_id
        and prices.product_uid = sold_by_pricebook.product_uid
        and prices.effective_at < sold_by_pricebook.ineffective_at
        and sold_by_pricebook.effective_at < prices.ineffective_at
where prices.is_billable and prices.list_price_uid is null
union all
select
    rating_set,
    'contracts' as input,
    contract_uid as id,
    'SCHEDULE_CHANGED' as reason,
    'product ' || product_uid || ': from ' || previous_schedule || ' to ' || own_schedule as detail
from billable_in_order
where previous_schedule != own_schedule
union all
select
    starts_near_boundary.rating_set,
    case
        when starts_near_boundary.term_started_at = starts_near_boundary.contract_started_at then 'contracts'
        else starts_near_boundary.input
    end as input,
    case
        when starts_near_boundary.term_started_at = starts_near_boundary.contract_started_at
            then first_contract_rows.contract_uid
        else starts_near_boundary.id
    end as id,
    'STARTS_NEAR_BOUNDARY' as reason,
    'it starts less than 24 hours before a month ends: is its time zone meant?' as detail
from starts_near_boundary
inner join first_contract_rows
    on
        starts_near_boundary.rating_set = first_contract_rows.rating_set
        and starts_near_boundary.contract_id = first_contract_rows.contract_id
        and first_contract_rows.choice = 1
