{{ config(enabled=ratebook.has_feature('quotes')) }}
{%- set terms = [
    'customer_id', 'pricebook_id', 'currency', 'billing_anchor', 'prorate', 'payment_terms_days',
    'started_at', 'ended_at', 'auto_renew', 'renewal_term_months', 'renewal_uplift_percent',
    'renewal_pricing',
] -%}
{%- set price_terms = [
    'list_price_uid', 'list_price_id', 'product_uid', 'price', 'charge_model', 'discount_percent',
    'discount_amount', 'started_at', 'ended_at', 'renews', 'start_period', 'end_period',
    'minimum_amount', 'maximum_amount', 'free_quantity', 'fixed_quantity', 'invoice_delivery',
    'invoice_schedule', 'schedule_unit', 'billing_anchor', 'prorate', 'pricing_metadata',
    'package_size', 'percent_rate', 'fixed_amount', 'free_events', 'event_minimum', 'event_maximum',
    'price_per', 'price_months', 'tiers_per', 'tiers_key', 'cells_key',
] -%}
{#- What a contract means that does not say it. -#}
{%- set defaults = {'auto_renew': 'false', 'renewal_pricing': "'SAME'"} -%}
{%- set times = ['started_at', 'ended_at'] -%}
{#- For each column: the quote does not say it, or the contract price says the same. -#}
{%- set says_the_same = [] -%}
{%- for column in price_terms -%}
{%- set quoted, own = 'quoted.' ~ column, 'prices.' ~ column -%}
{%- if column in times -%}
{%- set zone = 'compared.billing_timezone' -%}
{%- set quoted, own = ratebook.instant_of(quoted, zone), ratebook.instant_of(own, zone) -%}
{%- endif -%}
{%- set is_same = 'coalesce(' ~ quoted ~ ' = ' ~ own ~ ', false)' -%}
{%- do says_the_same.append('(quoted.' ~ column ~ ' is null or ' ~ is_same ~ ')') -%}
{%- endfor -%}
-- What contracts that came from quotes do not keep: a term of the quote, on the first row of the
-- contract that names it, or a price. What the quote does not say is not compared.
with contract_rows as (
    select * from {{ ref('ratebook', 'int_contract_rows') }}
    where rating_set = {{ ratebook.public_rating_set() }}
),

quotes as (
    select * from {{ ref('ratebook', 'int_quotes') }}
    where
        rating_set = {{ ratebook.public_rating_set() }}
        and input = 'quotes'
        and is_current
),

prices as (
    select
        price_terms.*,
        price_keys.tiers_key,
        price_keys.cells_key
    from {{ ref('ratebook', 'int_price_terms') }} as price_terms
    left join {{ ref('ratebook', 'int_contract_price_keys') }} as price_keys
        on
            price_terms.configuration_set = price_keys.rating_set
            and price_terms.price_uid = price_keys.price_uid
    where price_terms.input = 'contract_prices'
),

naming as (
    select
        contract_windows.billing_timezone,
        contract_rows.*,
        row_number() over (
            partition by contract_rows.contract_id, contract_rows.quote_id
            order by contract_windows.amendment_number
        ) as place
    from contract_rows
    inner join {{ ref('ratebook', 'int_contract_windows') }} as contract_windows
        on
            contract_rows.rating_set = contract_windows.rating_set
            and contract_rows.contract_uid = contract_windows.contract_uid
    where contract_windows.is_in_effect and contract_rows.source = 'contracts'
),

compared as (
    select
        naming.rating_set,
        naming.contract_uid,
        naming.billing_timezone,
        quotes.quote_set,
        {%- for column in terms %}
        {%- for side in ['naming', 'quotes'] %}
        {%- set value = side ~ '.' ~ column %}
        {%- if column in times %}
        {{ ratebook.instant_of(value, 'naming.billing_timezone') }}
        {%- elif column in defaults and side == 'naming' %}
        coalesce({{ value }}, {{ defaults[column] }})
        {%- else %}
        {{ value }}
        {%- endif %} as {{ side }}_{{ column }},
        {%- endfor %}
        {%- endfor %}
        naming.quote_id
    from naming
    inner join quotes
        on naming.quote_id = quotes.quote_id
    where naming.place = 1
),

kept_prices as (
    select distinct
        compared.contract_uid,
        quoted.price_uid
    from compared
    inner join prices as quoted
        on compared.quote_set = quoted.rating_set
    inner join {{ ref('ratebook', 'int_contract_price_bindings') }} as bindings
        on
            compared.rating_set = bindings.rating_set
            and compared.contract_uid = bindings.contract_uid
    inner join prices
        on
            bindings.rating_set = prices.rating_set
            and bindings.contract_price_uid = prices.price_uid
    where {{ says_the_same | join(' and ') }}
)

{% for column in terms -%}
select
    contract_uid,
    '{{ column }}' as term
from compared
where quotes_{{ column }} is not null and quotes_{{ column }} is distinct from naming_{{ column }}
union all
{% endfor -%}
select
    compared.contract_uid,
    'price ' || quoted.source_id as term
from compared
inner join prices as quoted
    on compared.quote_set = quoted.rating_set
left join kept_prices
    on
        compared.contract_uid = kept_prices.contract_uid
        and quoted.price_uid = kept_prices.price_uid
where kept_prices.price_uid is null
