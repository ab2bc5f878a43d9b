-- The contract and the customer that a reported row belongs to, where it belongs to one of each.
-- Catalogue rows belong to nobody.
with configuration_in_use as (
    select * from {{ ref('ratebook', 'int_configuration_in_use') }}
    where rating_set = {{ ratebook.public_rating_set() }}
),

contract_rows as (
    select * from {{ ref('ratebook', 'int_contract_rows') }}
    where configuration_set = {{ ratebook.public_rating_set() }}
),

-- Prices with the contract rows that they name.
sold as (
    {%- for column in ['contract_uid', 'contract_id'] %}
    select
        'contract_prices' as input,
        contract_prices.row_id,
        contract_rows.contract_id,
        contract_rows.customer_id
    from {{ ref('ratebook', 'stg_contract_prices') }} as contract_prices
    inner join contract_rows
        on contract_prices.{{ column }} = contract_rows.{{ column }}
    {{ "where contract_prices.contract_uid is null" if column == 'contract_id' }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
    {%- for input, column, source in [
        ('quote_prices', 'quote_id', 'quotes'), ('order_items', 'order_uid', 'orders'),
    ] if input in ratebook.active_inputs() %}
    union all
    select
        '{{ input }}' as input,
        prices.row_id,
        contracts.contract_id,
        -- A prospect is no customer.
        nullif(contracts.customer_id, contracts.contract_uid) as customer_id
    from {{ ref('ratebook', 'stg_' ~ input) }} as prices
    inner join {{ ref('ratebook', 'int_quote_contracts') }} as contracts
        on
            prices.{{ column }} = contracts.quote_or_order_id
            and contracts.source = '{{ source }}'
            and contracts.configuration_set = {{ ratebook.public_rating_set() }}
    {%- endfor %}
    {%- if ratebook.has_feature('marketplaces') %}
    union all
    select
        'marketplace_private_offer_prices' as input,
        prices.row_id,
        contracts.contract_id,
        contracts.customer_id
    from {{ ref('ratebook', 'stg_marketplace_private_offer_prices') }} as prices
    inner join {{ ref('ratebook', 'int_marketplace_contracts') }} as contracts
        on
            prices.offer_id = contracts.offer_id
            and contracts.configuration_set = {{ ratebook.public_rating_set() }}
    {%- endif %}
)

select
    'contracts' as input,
    row_id,
    durable_id as contract_id,
    customer_id
from {{ ref('ratebook', 'stg_contracts') }}
union all
select
    'customers' as input,
    row_id,
    cast(null as varchar) as contract_id,
    durable_id as customer_id
from {{ ref('ratebook', 'stg_customers') }}
union all
select
    'customer_aliases' as input,
    row_id,
    cast(null as varchar) as contract_id,
    customer_id
from {{ ref('ratebook', 'stg_customer_aliases') }}
{%- if ratebook.has_feature('quotes') %}
union all
select
    configuration_in_use.input,
    configuration_in_use.row_id,
    quotes.contract_id,
    quotes.customer_id
from configuration_in_use
inner join {{ ref('ratebook', 'int_quotes') }} as quotes
    on
        configuration_in_use.rating_set = quotes.rating_set
        and configuration_in_use.input = quotes.input
        and configuration_in_use.id = quotes.quote_uid
{%- endif %}
{%- if ratebook.has_feature('entitlements') %}
union all
select
    'entitlement_grants' as input,
    row_id,
    cast(null as varchar) as contract_id,
    customer_id
from {{ ref('ratebook', 'stg_entitlement_grants') }}
{%- endif %}
{%- if ratebook.has_feature('marketplaces') %}
union all
select
    'marketplace_agreements' as input,
    row_id,
    'agreement:' || durable_id as contract_id,
    customer_id
from {{ ref('ratebook', 'stg_marketplace_agreements') }}
{%- endif %}
{%- if ratebook.has_feature('ledger') %}
union all
select
    'invoice_holds' as input,
    row_id,
    contract_id,
    customer_id
from {{ ref('ratebook', 'stg_invoice_holds') }}
union all
select
    'ledger_opening' as input,
    row_id,
    contract_id,
    payer_id as customer_id
from {{ ref('ratebook', 'stg_ledger_opening') }}
{%- endif %}
union all
select
    input,
    row_id,
    case when min(contract_id) = max(contract_id) then min(contract_id) end as contract_id,
    case when min(customer_id) = max(customer_id) then min(customer_id) end as customer_id
from sold
group by input, row_id
