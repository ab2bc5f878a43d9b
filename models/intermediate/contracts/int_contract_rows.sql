{%- set columns = [
    'rating_set', 'configuration_set', 'source', 'source_id', 'contract_uid', 'version',
    'contract_id', 'customer_id', 'pricebook_id', 'partner_id', 'billing_target', 'agreement_id',
    'currency', 'billing_anchor', 'payment_terms_days', 'payment_terms_kind', 'prorate',
    'started_at', 'ended_at', 'effective_at', 'ineffective_at', 'archived_at', 'terminated_at',
    'auto_renew', 'renewal_term_months', 'renewal_uplift_percent', 'renewal_pricing', 'trial_days',
    'signed_at', 'end_reason', 'channel', 'quote_id', 'order_id', 'is_unreadable',
    'has_unreadable_start',
] -%}
{#- The features with contracts of their own, and the model that has them in these columns. -#}
{%- set feature_contracts = {
    'quotes': 'int_quote_contracts', 'marketplaces': 'int_marketplace_contracts',
} -%}
-- Contract rows from every source, in the same columns. The features convert their quotes, orders
-- and marketplace agreements to contract rows; from here on all rows are handled alike.
with contracts as (
    select * from {{ ref('ratebook', 'stg_contracts') }}
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force and input = 'contracts'
),

own_contracts as (
    select
        rows_in_force.rating_set,
        rows_in_force.rating_set as configuration_set,
        'contracts' as source,
        contracts.id as source_id,
        contracts.id as contract_uid,
        contracts.version,
        contracts.durable_id as contract_id,
        contracts.customer_id,
        contracts.pricebook_id,
        contracts.partner_id,
        {%- if ratebook.has_feature('marketplaces') %}
        -- Null: from the pricebook. Not null if a marketplace bills the contract.
        agreements.marketplace as billing_target,
        agreements.agreement_id,
        {%- else %}
        cast(null as varchar) as billing_target,
        cast(null as varchar) as agreement_id,
        {%- endif %}
        contracts.currency,
        contracts.billing_anchor,
        contracts.payment_terms_days,
        contracts.payment_terms_kind,
        contracts.prorate,
        contracts.started_at,
        contracts.ended_at,
        contracts.effective_at,
        contracts.ineffective_at,
        contracts.archived_at,
        contracts.terminated_at,
        contracts.auto_renew,
        contracts.renewal_term_months,
        contracts.renewal_uplift_percent,
        contracts.renewal_pricing,
        contracts.trial_days,
        contracts.signed_at,
        contracts.end_reason,
        contracts.channel,
        contracts.quote_id,
        contracts.order_id,
        rows_in_force.is_unreadable,
        {{ ratebook.is_unparsable(['started_at'], 'rows_in_force.unparsable_cells') }}
            as has_unreadable_start
    from contracts
    inner join rows_in_force
        on contracts.row_id = rows_in_force.row_id
    {%- if ratebook.has_feature('marketplaces') %}
    left join {{ ref('ratebook', 'int_marketplace_agreements') }} as agreements
        on
            rows_in_force.rating_set = agreements.rating_set
            and contracts.agreement_id = agreements.agreement_id
            and agreements.is_current
    {%- endif %}
    where
        not coalesce(contracts.void, false)
        and not {{ ratebook.is_reserved('contracts.id') }}
        and not {{ ratebook.is_reserved('contracts.durable_id') }}
)

select
    {{ columns | join(',\n    ') }}
from own_contracts
{%- for feature, model in feature_contracts.items() if ratebook.has_feature(feature) %}
union all
select
    {{ columns | join(',\n    ') }}
from {{ ref('ratebook', model) }}
{%- endfor %}
