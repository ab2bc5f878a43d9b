{%- set price_parts = ratebook.price_part_inputs() -%}
{%- set always_in_use = ['customers', 'customer_aliases']
    + ratebook.optional_inputs() | reject('in', price_parts) | list -%}
{%- set owned = [('product_filters', 'product_uid', ['products'])] -%}
{%- set used_by = [
    ('pricebooks', 'durable_id', 'pricebooks_in_use', 'pricebook_id'),
    ('list_prices', 'pricebook_uid', 'pricebook_rows_in_use', 'pricebook_uid'),
    ('products', 'id', 'products_in_use', 'product_uid'),
    ('product_filters', 'product_uid', 'products_in_use', 'product_uid'),
    ('currencies', 'code', 'currencies_in_use', 'currency'),
] -%}
{%- for input in price_parts -%}
{%- do owned.append((input, 'contract_price_uid', ['contract_prices', 'quote_prices'])) -%}
{%- do used_by.append((input, 'list_price_uid', 'list_prices', 'id')) -%}
{%- do used_by.append((input, 'contract_price_uid', 'contract_prices', 'id')) -%}
{%- do used_by.append((input, 'contract_price_uid', 'feature_prices', 'price_uid')) -%}
{%- endfor -%}
-- The configuration rows that may be reported: those of customers and contracts, without what
-- belongs to a void contract, and catalogue rows only if a contract uses them.
with configuration_rows as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force or is_without_id or has_same_id_and_version
),

live_configuration as (
    select * from {{ ref('ratebook', 'int_live_contract_configuration') }}
),

contract_prices as (
    select * from live_configuration
    where input = 'contract_prices'
),

{% for used, column, relation, condition in [
    ('pricebooks_in_use', 'pricebook_id', 'int_contract_windows', 'is_in_effect'),
    ('pricebook_rows_in_use', 'pricebook_uid', 'int_offer_pricebooks', 'true'),
    ('currencies_in_use', 'currency', 'int_prices', 'true'),
] -%}
{{ used }} as (
    select distinct
        configuration_set as rating_set,
        {{ column }}
    from {{ ref('ratebook', relation) }}
    where {{ condition }} and {{ column }} is not null
),

{% endfor -%}
list_prices as (
    select
        configuration_rows.rating_set,
        configuration_rows.is_in_force,
        list_prices.*
    from {{ ref('ratebook', 'stg_list_prices') }} as list_prices
    inner join configuration_rows
        on
            list_prices.row_id = configuration_rows.row_id
            and configuration_rows.input = 'list_prices'
    inner join pricebook_rows_in_use
        on
            configuration_rows.rating_set = pricebook_rows_in_use.rating_set
            and list_prices.pricebook_uid = pricebook_rows_in_use.pricebook_uid
),

-- Of quotes, orders and private offers.
feature_prices as (
    select
        configuration_set as rating_set,
        price_uid,
        product_uid
    from {{ ref('ratebook', 'int_price_terms') }}
    where source not in ('list_prices', 'contract_prices')
),

products_named as (
    select
        rating_set,
        product_uid
    from list_prices
    where is_in_force
    union
    select
        contract_prices.rating_set,
        contract_prices.product_uid
    from contract_prices
    inner join {{ ref('ratebook', 'int_contract_price_bindings') }} as bindings
        on
            contract_prices.rating_set = bindings.rating_set
            and contract_prices.id = bindings.contract_price_uid
    union
    select
        rating_set,
        product_uid
    from feature_prices
),

products_in_use as (
    select products_named.*
    from products_named
    inner join configuration_rows as products
        on
            products_named.rating_set = products.rating_set
            and products_named.product_uid = products.id
            and products.input = 'products'
            and products.is_in_force
),

in_use as (
    select
        rating_set,
        input,
        row_id
    from live_configuration
    union
    select
        rating_set,
        input,
        row_id
    from configuration_rows
    where input in {{ ratebook.text_list(always_in_use) }}
    -- A tier or a filter of nothing.
    {%- for input, column, owners in owned %}
    union
    select
        configuration_rows.rating_set,
        configuration_rows.input,
        configuration_rows.row_id
    from configuration_rows
    inner join {{ ref('ratebook', 'stg_' ~ input) }} as parts
        on
            configuration_rows.row_id = parts.row_id
            and configuration_rows.input = '{{ input }}'
    left join configuration_rows as owners
        on
            configuration_rows.rating_set = owners.rating_set
            and parts.{{ column }}
            = case when owners.input = 'quote_prices' then 'quote:' else '' end || owners.id
            and owners.input in {{ ratebook.text_list(owners) }}
            and owners.is_in_force
    where owners.id is null {{ 'and parts.list_price_uid is null' if input in price_parts }}
    {%- endfor %}
    {%- for input, column, used, used_column in used_by %}
    union
    select
        {{ used }}.rating_set,
        '{{ input }}' as input,
        rows_of_input.row_id
    from {{ ref('ratebook', 'stg_' ~ input) }} as rows_of_input
    inner join {{ used }}
        on rows_of_input.{{ column }} = {{ used }}.{{ used_column }}
    {%- endfor %}
)

select configuration_rows.* -- noqa: AM04
from configuration_rows
inner join in_use
    on
        configuration_rows.rating_set = in_use.rating_set
        and configuration_rows.input = in_use.input
        and configuration_rows.row_id = in_use.row_id
