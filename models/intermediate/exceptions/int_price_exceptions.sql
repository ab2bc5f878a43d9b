-- Terms of prices that are wrong, or need a look. A reason is reported on the contract price if one
-- applies, else on the list price.
with prices as (
    select
        prices.*,
        rate_checks.cell_without_price,
        rate_checks.cell_of_unknown_model,
        case
            when prices.contract_price_uid is not null then 'contract_prices' else 'list_prices'
        end as input,
        coalesce(prices.contract_price_uid, prices.list_price_uid) as id
    from {{ ref('ratebook', 'int_prices') }} as prices
    left join {{ ref('ratebook', 'int_price_rate_checks') }} as rate_checks
        on
            prices.rating_set = rate_checks.rating_set
            and prices.rates_id = rate_checks.rates_id
),

spans as (
    select * from {{ ref('ratebook', 'int_price_spans') }}
),

products_sold as (
    select distinct
        prices.rating_set,
        products.product_uid,
        products.product_type,
        products.event_name,
        products.has_unknown_aggregation
    from prices
    inner join {{ ref('ratebook', 'int_products') }} as products
        on
            prices.configuration_set = products.rating_set
            and prices.product_uid = products.product_uid
    where products.defect is not null
),

unfit_charges as (
    select distinct
        charges.rating_set,
        spans.price_id
    from {{ ref('ratebook', 'int_charges') }} as charges
    inner join spans
        on
            charges.rating_set = spans.rating_set
            and charges.span_id = spans.span_id
    where not {{ ratebook.is_line_amount('charges.gross_amount') }}
)

{% for reason, column, condition, detail in [
    ('UNKNOWN_DELIVERY', 'invoice_delivery', 'has_unknown_delivery',
        "'invoice_delivery is ' || invoice_delivery"),
    ('BAD_SCHEDULE', 'invoice_schedule', 'has_bad_schedule',
        "'invoice_schedule is ' || cast(invoice_schedule as varchar)"),
    ('BAD_SCHEDULE', 'schedule_unit', 'has_unknown_schedule_unit',
        "'schedule_unit is ' || schedule_unit || '; it is MONTH, WEEK or DAY'"),
    ('BAD_SCHEDULE', 'price_months', 'has_bad_price_months',
        "'price_months is ' || cast(price_months as varchar)"
        " || '; it is for recurring fees by the month, from 1 to 1200'"),
    ('UNKNOWN_BILLING_ANCHOR', 'billing_anchor', 'has_unknown_billing_anchor',
        "'billing_anchor is ' || billing_anchor"),
    ('UNKNOWN_CHARGE_MODEL', 'charge_model', 'has_unknown_charge_model',
        "coalesce("
        "'charge_model of cell ' || cell_of_unknown_model || ' is empty or another one',"
        " 'charge_model is ' || charge_model, 'charge_model is empty') || '; rated are "
        ~ ratebook.charge_models() | join(', ') ~ "'"),
    ('NO_PRICE', 'price', "has_no_price and rates_id is null",
        "case when price is null then 'it has no price' else 'it has no package_size' end"),
    ('NO_PRICE', none, "has_no_price and rates_id is not null",
        "case when has_matrix then coalesce('cell ' || cell_without_price, 'a cell')"
        " || ' has no price, or a tier without unit_price and flat_amount'"
        " when charge_model = 'PERCENTAGE' then 'it has neither percent_rate nor fixed_amount'"
        " else 'it has no tiers, or a tier without unit_price and flat_amount' end"),
    ('BAD_CELLS', none, 'has_bad_cells', 'cells_defect'),
    ('PERCENTAGE_WITHOUT_EVENTS', 'charge_model', 'has_percentage_without_events',
        "'PERCENTAGE is for usage that is added up: SUM or COUNT'"),
    ('OUT_OF_RANGE', none, 'is_out_of_range',
        "case when shares_tiers and has_different_bounds"
        " then 'its cells share tiers or packages, but not all begin and end at the same quantities:"
        " give all the same, or tiers_per CELL'"
        " else 'a price, amount or quantity is out of its range or has too many decimals' end"),
    ('EVENT_PRICE_IN_ADVANCE', 'invoice_delivery', 'is_event_price_in_advance',
        "'usage is billed in arrears, not ' || invoice_delivery"),
    ('MINIMUM_ABOVE_MAXIMUM', 'minimum_amount', 'is_billable and minimum_amount > maximum_amount',
        "'the minimum wins: ' || " ~ ratebook.text_of_decimal('minimum_amount')),
    ('MINIMUM_ABOVE_MAXIMUM', 'event_minimum', 'is_billable and has_minimum_above_maximum',
        "'the minimum of an event wins'"),
    ('PRICE_ABOVE_LIST', 'price',
        "is_billable and not is_uplifted and charge_model = 'FLAT' and list_charge_model = 'FLAT'"
        " and cast(price as decimal(38, 10)) * list_price_per"
        " > cast(list_price as decimal(38, 10)) * price_per",
        ratebook.price_text('price', 'price_per') ~ " || ' is above ' || "
        ~ ratebook.price_text('list_price', 'list_price_per')),
] -%}
select
    rating_set,
    input,
    id,
    '{{ reason }}' as reason,
    {{ ratebook.text_literal(column) if column else 'cast(null as varchar)' }} as column_name,
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
    'currency' as column_name,
    'the contract and its pricebook name different currencies' as detail
from prices
where has_currency_mismatch
union all
{% for reason, column, condition, detail in [
    ('UNKNOWN_PRODUCT_TYPE', 'ptype', "coalesce(product_type, '') not in ('FIXED', 'EVENT')",
        'ptype is neither FIXED nor EVENT'),
    ('NO_EVENT_NAME', 'event_name', "product_type = 'EVENT' and event_name is null",
        'event_name is empty'),
    ('UNKNOWN_AGGREGATION', 'aggregation', "product_type = 'EVENT' and has_unknown_aggregation",
        'aggregation is unknown, or needs an agg_property'),
] -%}
select
    rating_set,
    'products' as input,
    product_uid as id,
    '{{ reason }}' as reason,
    '{{ column }}' as column_name,
    '{{ detail }}' as detail
from products_sold
where {{ condition }}
union all
{% endfor -%}
select
    prices.rating_set,
    prices.input,
    prices.id,
    'OUT_OF_RANGE' as reason,
    cast(null as varchar) as column_name,
    'a line would be 10^12 or more' as detail
from prices
inner join unfit_charges
    on
        prices.rating_set = unfit_charges.rating_set
        and prices.price_id = unfit_charges.price_id
