{#- Every model that marts read, in the core and in features. A test keeps the list complete. -#}
{%- set read_by_marts = [
    'int_charge_tiers', 'int_configuration_in_use', 'int_contract_trials', 'int_contract_windows', 'int_contracts',
    'int_exception_owners', 'int_invoices',
    'int_line_items', 'int_next_renewals', 'int_price_spans',
    'int_prices', 'int_reasons', 'int_reasons_by_row', 'int_usage_by_day',
    'int_usage_events_matched', 'int_usage_in_windows', 'int_usage_of_spans', 'int_usage_unrated',
] -%}
{%- set read_by_marts_of = {
    'quotes': [
        'int_quote_states', 'int_quote_totals',
    ],
    'recurring_revenue': [
        'int_contract_events', 'int_contract_months',
    ],
    'entitlements': [
        'int_entitlement_discrepancies', 'int_entitlements', 'int_onboarding_times',
    ],
    'matrix_prices': [
        'int_matrix_cell_shapes', 'int_price_rates',
    ],
    'partners': [
        'int_partner_line_shares', 'int_partners',
    ],
    'marketplaces': [
        'int_marketplace_agreement_states', 'int_marketplace_reconciliation',
        'int_marketplace_record_exceptions', 'int_marketplace_records',
    ],
    'ledger': [
        'int_ledger_before', 'int_ledger_differences', 'int_ledger_documents',
        'int_ledger_documents_before', 'int_ledger_exceptions', 'int_ledger_frozen_documents', 'int_ledger_keys',
        'int_ledger_line_items', 'int_ledger_missing_contracts', 'int_ledger_plan', 'int_ledger_said', 'int_sellers',
        'int_document_credits', 'int_payment_exceptions', 'int_payments',
    ],
} -%}
{{ config(materialized='view') }}

-- The gate: marts are built only after every model that they read has been built and tested.
{%- for model in read_by_marts %}
-- depends_on: {{ ref('ratebook', model) }}
{%- endfor %}
{%- for feature, models in read_by_marts_of.items() if ratebook.has_feature(feature) %}
{%- for model in models %}
-- depends_on: {{ ref('ratebook', model) }}
{%- endfor %}
{%- endfor %}
select
    {{ ratebook.build_log_columns() | join(',\n    ') }}
from {{ ratebook.build_log() }}
