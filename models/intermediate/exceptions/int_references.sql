-- What each configuration row refers to, and the input that should have it. An empty value is a
-- required reference that is missing.
with price_terms as (
    select * from {{ ref('ratebook', 'int_price_terms') }}
),

contract_rows as (
    select * from {{ ref('ratebook', 'int_contract_rows') }}
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force
)

{% for input, column, named_input, is_named_by_id, condition in [
    ('list_prices', 'product_uid', 'products', true, "input = 'list_prices'"),
    ('contract_prices', 'product_uid', 'products', true,
        "input = 'contract_prices' and list_price_uid is null and list_price_id is null"),
    ('contract_prices', 'contract_uid', 'contracts', true, 'contract_uid is not null'),
    ('contract_prices', 'contract_id', 'contracts', false,
        "input = 'contract_prices' and contract_uid is null"),
    ('contract_prices', 'list_price_uid', 'list_prices', true, 'list_price_uid is not null'),
    ('contract_prices', 'list_price_id', 'list_prices', false,
        'list_price_uid is null and list_price_id is not null'),
] -%}
select
    rating_set,
    configuration_set,
    '{{ input }}' as input,
    price_uid as id,
    '{{ column }}' as column_name,
    {{ column }} as named_value,
    '{{ named_input }}' as named_input,
    {{ is_named_by_id }} as is_named_by_id
from price_terms
where {{ condition }}
union all
{% endfor -%}
select
    rating_set,
    configuration_set,
    'contracts' as input,
    contract_uid as id,
    'pricebook_id' as column_name,
    pricebook_id as named_value,
    'pricebooks' as named_input,
    false as is_named_by_id
from contract_rows
where pricebook_id is not null
union all
select
    rating_set,
    configuration_set,
    'contracts' as input,
    contract_uid as id,
    'customer_id' as column_name,
    customer_id as named_value,
    'customers' as named_input,
    false as is_named_by_id
from contract_rows
where customer_id is null
union all
select
    rows_in_force.rating_set,
    rows_in_force.rating_set as configuration_set,
    'customer_aliases' as input,
    aliases.id,
    case when aliases.alias is null then 'alias' else 'customer_id' end as column_name,
    case when aliases.alias is not null then aliases.customer_id end as named_value,
    'customers' as named_input,
    false as is_named_by_id
from {{ ref('ratebook', 'stg_customer_aliases') }} as aliases
inner join rows_in_force
    on
        aliases.row_id = rows_in_force.row_id
        and rows_in_force.input = 'customer_aliases'
union all
{% for input in ratebook.price_part_inputs() -%}
select
    rows_in_force.rating_set,
    rows_in_force.rating_set as configuration_set,
    '{{ input }}' as input,
    parts.id,
    'contract_price_uid' as column_name,
    parts.contract_price_uid as named_value,
    'contract_prices' as named_input,
    true as is_named_by_id
from {{ ref('ratebook', 'stg_' ~ input) }} as parts
inner join rows_in_force
    on
        parts.row_id = rows_in_force.row_id
        and rows_in_force.input = '{{ input }}'
where parts.list_price_uid is null
union all
{% endfor -%}
select
    rows_in_force.rating_set,
    rows_in_force.rating_set as configuration_set,
    'product_filters' as input,
    filters.id,
    'property' as column_name,
    cast(null as varchar) as named_value,
    'product_filters' as named_input,
    false as is_named_by_id
from {{ ref('ratebook', 'stg_product_filters') }} as filters
inner join rows_in_force
    on
        filters.row_id = rows_in_force.row_id
        and rows_in_force.input = 'product_filters'
left join rows_in_force as products
    on
        rows_in_force.rating_set = products.rating_set
        and filters.product_uid = products.id
        and products.input = 'products'
where filters.property is null and products.id is not null

{%- for input, column, named_input, is_named_by_id in [
    ('product_filters', 'product_uid', 'products', true),
    ('quote_prices', 'quote_id', 'quotes', false),
    ('quote_usage', 'quote_id', 'quotes', false),
    ('quote_usage', 'product_uid', 'products', true),
    ('order_items', 'order_uid', 'orders', true),
    ('marketplace_listings', 'product_uid', 'products', true),
    ('marketplace_private_offer_prices', 'offer_id', 'marketplace_private_offers', false),
    ('marketplace_agreements', 'offer_id', 'marketplace_private_offers', false),
    ('marketplace_agreements', 'replaces_agreement_id', 'marketplace_agreements', false),
    ('marketplace_notifications', 'agreement_id', 'marketplace_agreements', false),
] if input in ratebook.active_inputs() %}
union all
select
    rows_in_force.rating_set,
    rows_in_force.rating_set as configuration_set,
    '{{ input }}' as input,
    stg.id,
    '{{ column }}' as column_name,
    stg.{{ column }} as named_value,
    '{{ named_input }}' as named_input,
    {{ is_named_by_id }} as is_named_by_id
from {{ ref('ratebook', 'stg_' ~ input) }} as stg
inner join rows_in_force
    on
        stg.row_id = rows_in_force.row_id
        and rows_in_force.input = '{{ input }}'
{%- if input == 'marketplace_agreements' %}
where stg.{{ column }} is not null
{%- endif %}
{%- endfor %}
