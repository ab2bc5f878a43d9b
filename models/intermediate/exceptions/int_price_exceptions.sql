-- Terms of prices that are wrong, or need a look. A reason is reported on the contract price if one
-- applies, else on the list price.
with prices as (
    select
        *,
        case when contract_price_uid is not null then 'contract_prices' else 'list_prices' end
            as input,
        coalesce(contract_price_uid, list_price_uid) as id
    from {{ ref('ratebook', 'int_prices') }}
),

spans as (
    select * from {{ ref('ratebook', 'int_price_spans') }}
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
)

{% for reason, condition, detail in [
    ('UNKNOWN_DELIVERY', 'has_unknown_delivery', "'invoice_delivery is ' || invoice_delivery"),
    ('BAD_SCHEDULE', 'has_bad_schedule',
        "'invoice_schedule is ' || cast(invoice_schedule as varchar)"),
    ('UNKNOWN_BILLING_ANCHOR', 'has_unknown_billing_anchor',
        "'billing_anchor is ' || billing_anchor"),
    ('UNKNOWN_CHARGE_MODEL', 'has_unknown_charge_model',
        "coalesce('charge_model is ' || charge_model || '; FLAT is rated', 'charge_model is empty')"
    ),
    ('NO_PRICE', 'has_no_price', "'price is empty'"),
    ('OUT_OF_RANGE', 'is_out_of_range',
        "'a price, amount or quantity is out of its range or has too many decimals'"),
    ('EVENT_PRICE_IN_ADVANCE', 'is_event_price_in_advance',
        "'usage is billed in arrears, not ' || invoice_delivery"),
    ('MINIMUM_ABOVE_MAXIMUM', 'is_billable and minimum_amount > maximum_amount',
        "'the minimum wins: ' || " ~ ratebook.text_of_decimal('minimum_amount')),
    ('PRICE_ABOVE_LIST',
        "is_billable and not is_uplifted and price > list_price and list_charge_model = 'FLAT'",
        ratebook.text_of_decimal('price') ~ " || ' is above ' || "
        ~ ratebook.text_of_decimal('list_price')),
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
