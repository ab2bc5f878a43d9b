{{ config(enabled=ratebook.has_feature('ledger')) }}

-- Rows of the ledger's own inputs that take no effect, or not the one that was meant.
with rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force and rating_set = {{ ratebook.public_rating_set() }}
),

contracts as (
    select * from {{ ref('ratebook', 'int_ledger_contracts') }}
),

customers as (
    select * from {{ ref('ratebook', 'int_known_customers') }}
    where rating_set = {{ ratebook.public_rating_set() }}
),

holds as (
    select
        rows_in_force.version,
        holds.*,
        contracts.contract_id as known_contract_id,
        customers.customer_id as known_customer_id
    from {{ ref('ratebook', 'stg_invoice_holds') }} as holds
    inner join rows_in_force
        on
            holds.row_id = rows_in_force.row_id
            and rows_in_force.input = 'invoice_holds'
    left join contracts
        on holds.contract_id = contracts.contract_id
    left join customers
        on holds.customer_id = customers.customer_id
),

openings as (
    select
        openings.*,
        contracts.contract_id as known_contract_id,
        products.id as known_product_uid
    from {{ ref('ratebook', 'int_ledger_opening') }} as openings
    left join contracts
        on openings.contract_id = contracts.contract_id
    left join rows_in_force as products
        on
            openings.product_uid = products.id
            and products.input = 'products'
),

corrections as (
    select * from {{ ref('ratebook', 'int_document_corrections') }}
)

{% for input, relation, reason, column, condition, detail in [
    ('invoice_holds', 'holds', 'UNKNOWN_REFERENCE', 'contract_id',
        'coalesce(contract_id, customer_id) is null',
        "'contract_id and customer_id are empty'"),
    ('invoice_holds', 'holds', 'UNKNOWN_REFERENCE', 'contract_id',
        'contract_id is not null and known_contract_id is null',
        "'contract_id ' || contract_id || ' is not in contracts'"),
    ('invoice_holds', 'holds', 'UNKNOWN_REFERENCE', 'customer_id',
        'customer_id is not null and known_customer_id is null',
        "'customer_id ' || customer_id || ' is not in customers'"),
    ('invoice_holds', 'holds', 'EMPTY_WINDOW', 'held_to', 'held_to <= held_from',
        "'it ends before it begins, or at once'"),
    ('ledger_opening', 'openings', 'UNKNOWN_REFERENCE', 'contract_id', 'known_contract_id is null',
        "coalesce('contract_id ' || contract_id || ' is not in contracts', 'contract_id is empty')"),
    ('ledger_opening', 'openings', 'UNKNOWN_REFERENCE', 'product_uid', 'known_product_uid is null',
        "coalesce('product_uid ' || product_uid || ' is not in products', 'product_uid is empty')"),
    ('ledger_opening', 'openings', 'UNKNOWN_REFERENCE', 'document_number',
        'document_number is null', "'document_number is empty'"),
    ('ledger_opening', 'openings', 'NO_START', 'nominal_start_date',
        'nominal_start_date is null and not is_unreadable', "'nominal_start_date is empty'"),
    ('ledger_opening', 'openings', 'OUT_OF_RANGE', 'net_amount',
        '(net_amount is null and not is_unreadable) or has_too_many_decimals',
        "'net_amount is empty, out of its range or has too many decimals'"),
    ('ledger_opening', 'openings', 'NOT_ONE_LINE', 'nominal_start_date',
        'known_contract_id is not null and known_product_uid is not null'
        ' and nominal_start_date is not null and not is_incomplete and key_count != 1',
        "case when key_count = 0 then 'no line' else cast(key_count as varchar) || ' lines' end"
        " || ' of ' || contract_id || ' for ' || product_uid || ' from '"
        " || cast(nominal_start_date as varchar)"),
    ('document_corrections', 'corrections', 'UNKNOWN_REFERENCE', 'document_number',
        "reason = 'UNKNOWN_REFERENCE'", 'detail'),
    ('document_corrections', 'corrections', 'NOT_CORRECTED', 'document_number',
        "reason = 'NOT_CORRECTED'", 'detail'),
] -%}
select
    '{{ input }}' as input,
    row_id,
    id,
    version,
    '{{ reason }}' as reason,
    '{{ column }}' as column_name,
    {{ detail }} as detail
from {{ relation }}
where {{ condition }}
{{ "union all" if not loop.last }}
{% endfor %}
