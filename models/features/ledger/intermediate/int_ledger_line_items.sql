{%- set columns = [
    'rating_set', 'configuration_set', 'line_item_id', 'span_id', 'contract_uid', 'customer_id',
    'currency', 'line_type', 'cell_id', 'invoice_delivery', 'product_uid',
    'product_name', 'unit_name', 'list_price_uid', 'contract_price_uid', 'charge_model',
    'nominal_start_date', 'nominal_end_date', 'started_at', 'ended_at', 'effective_at',
    'ineffective_at', 'minor_units', 'price', 'quantity', 'amount', 'status', 'invoice_issued_at',
    'invoice_started_at', 'billing_timezone', 'billing_target', 'payment_terms_days',
    'payment_terms_kind',
] -%}
{{ config(enabled=ratebook.has_feature('ledger'), materialized='view') }}

-- The line items of this build that can be frozen, under the names that the ledger has for their
-- contracts. An invoice that was frozen under such a name keeps its id. It is a view: who reads a
-- few columns of a few lines does not pay for the others.
with line_items as (
    select * from {{ ref('ratebook', 'int_line_items') }}
    where rating_set = {{ ratebook.public_rating_set() }} and not is_shadow
),

names as (
    select * from {{ ref('ratebook', 'int_ledger_names') }}
    where lineage_id is not null
),

invoices_under_names as (
    select distinct
        ledger.invoice_id,
        ledger.customer_id
    from {{ ref('ratebook', 'int_ledger_before') }} as ledger
    inner join names
        on ledger.contract_id = names.ledger_contract_id
    where ledger.row_type = 'LINE' and ledger.correction_kind is null
),

named as (
    select
        {%- for column in columns %}
        line_items.{{ column }},
        {%- endfor %}
        line_items.values_text as cell_values,
        line_items.lineage_id as price_lineage_id,
        line_items.invoice_id,
        names.ledger_contract_id,
        coalesce(names.ledger_contract_id, line_items.contract_id) as contract_id,
        coalesce(names.ledger_lineage_id, line_items.lineage_id) as lineage_id
    from line_items
    left join names
        on line_items.lineage_id = names.lineage_id
),

with_invoice_keys as (
    select
        *,
        case
            when ledger_contract_id is not null
                then {{ ratebook.invoice_key('ledger_contract_id') }}
        end as invoice_id_under_name
    from named
)

select
    {%- for column in columns %}
    with_invoice_keys.{{ column }},
    {%- endfor %}
    {%- if ratebook.has_feature('partners') %}
    line_shares.partner_id,
    line_shares.share_percent as partner_share_percent,
    line_shares.share_amount as partner_share_amount,
    {%- else %}
    cast(null as varchar) as partner_id,
    cast(null as decimal(7, 4)) as partner_share_percent,
    cast(null as decimal(28, 8)) as partner_share_amount,
    {%- endif %}
    with_invoice_keys.contract_id,
    with_invoice_keys.lineage_id,
    with_invoice_keys.cell_values,
    with_invoice_keys.price_lineage_id,
    coalesce(invoices_under_names.invoice_id, with_invoice_keys.invoice_id) as invoice_id
from with_invoice_keys
left join invoices_under_names
    on
        with_invoice_keys.invoice_id_under_name = invoices_under_names.invoice_id
        and with_invoice_keys.customer_id = invoices_under_names.customer_id
{%- if ratebook.has_feature('partners') %}
left join {{ ref('ratebook', 'int_partner_line_shares') }} as line_shares
    on
        with_invoice_keys.rating_set = line_shares.rating_set
        and with_invoice_keys.line_item_id = line_shares.line_item_id
{%- endif %}
