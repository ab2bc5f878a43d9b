{%- set columns = ratebook.ledger_columns() -%}
{#- What the rows of corrections do not take over from the document that they correct. -#}
{%- set own = {
    'close_number': ratebook.newest_close().number + 1, 'document_id': 'document_id',
    'document_type': 'document_type', 'document_position': 'document_position',
    'row_type': 'row_type', 'row_number': 'null', 'closed_at': 'null', 'document_series': 'null',
    'document_sequence': 'null', 'document_number': 'null', 'document_date': 'null',
    'due_at': 'null', 'issued_at': 'null', 'number_prefix': 'null',
    'origin_document_id': 'corrected_document_id',
    'origin_document_number': 'corrected_document_number', 'place_document_id': 'placed_on',
    'correction_kind': 'kind',
    'partner_share_amount': 'sign * share_left',
} -%}
{%- set of_lines = [
    'explanation', 'line_item_id', 'price', 'quantity', 'effective_at', 'ineffective_at',
] -%}
{%- set of_documents = [
    'seller_id', 'billing_target', 'payment_terms_days', 'payment_terms_kind', 'purchase_order',
] -%}
{%- set of_parties = ratebook.ledger_party_columns('seller', 'seller_')
    + ratebook.ledger_party_columns('customer', 'customer_') -%}
{%- set described_columns = ratebook.ledger_line_columns() + ['invoice_id'] -%}
{%- set said = ref('ratebook', 'int_ledger_said_before') -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The rows by which the next close cancels documents, or says them once more: what is left of a
-- document is credited by key, and for a reissue frozen again as it was.
with corrections as (
    select * from {{ ref('ratebook', 'int_document_corrections') }}
    where is_due
),

remaining as (
    select
        said.of_document_id,
        said.ledger_key,
        said.contract_id,
        said.customer_id,
        said.currency,
        sum(said.amount) as amount_left,
        sum(said.partner_share_amount) as share_left
    from {{ ratebook.rows_of_documents(said) }} as said
    inner join corrections
        on said.of_document_id = corrections.document_id
    group by said.of_document_id, said.ledger_key, said.contract_id, said.customer_id, said.currency
    having sum(said.amount) != 0
),

documents as (
    select distinct
        document_id,
        {{ of_documents | join(',\n        ') }}
    from {{ said }}
    where document_id in (select corrections.document_id from corrections)
),

lines as (
    select
        line_items.*,
        {{ ratebook.ledger_key('line_items') }} as ledger_key
    from {{ ref('ratebook', 'int_ledger_line_items') }} as line_items
    where line_items.contract_id in (select remaining.contract_id from remaining)
),

-- A key is described as it stands on the document, else as it was first said, else as it is now:
-- what another system has said is only an amount.
descriptions as (
    select
        ledger_key,
        document_id,
        document_position,
        row_number,
        {{ (of_lines + described_columns) | join(',\n        ') }}
    from {{ said }}
    where close_number > 0 and ledger_key in (select remaining.ledger_key from remaining)
    union all
    select
        ledger_key,
        cast(null as varchar) as document_id,
        cast(null as bigint) as document_position,
        cast(null as bigint) as row_number,
        {%- for column in of_lines %}
        cast(null as {{ columns[column] }}) as {{ column }},
        {%- endfor %}
        {{ described_columns | join(',\n        ') }}
    from lines
),

described as (
    select
        remaining.*,
        documents.{{ of_documents | join(',\n        documents.') }},
        descriptions.{{ (described_columns + of_lines) | join(',\n        descriptions.') }},
        corrections.kind,
        corrections.document_id as corrected_document_id,
        corrections.document_number as corrected_document_number,
        row_number() over (
            partition by corrections.document_id, remaining.ledger_key
            order by
                case when descriptions.document_id = corrections.document_id then 0 else 1 end,
                descriptions.document_position asc nulls last,
                descriptions.row_number asc
        ) as choice
    from corrections
    inner join documents
        on corrections.document_id = documents.document_id
    inner join remaining
        on corrections.document_id = remaining.of_document_id
    inner join descriptions
        on remaining.ledger_key = descriptions.ledger_key
),

copies as (
    {%- for sign, document_type, row_type, named in [
        (-1, 'CREDIT_NOTE', 'ADJUSTMENT', ''), (1, 'INVOICE', 'LINE', 'anew'),
    ] %}
    select
        ledger_key,
        contract_id,
        customer_id,
        currency,
        {{ (of_documents + described_columns) | join(',\n        ') }},
        {%- for column in of_lines %}
        {{ column if sign > 0 else 'cast(null as ' ~ columns[column] ~ ') as ' ~ column }},
        {%- endfor %}
        kind,
        corrected_document_id,
        corrected_document_number,
        amount_left,
        share_left,
        {{ sign }} as sign,
        '{{ document_type }}' as document_type,
        '{{ row_type }}' as row_type,
        {{ ratebook.surrogate_key(['customer_id'], [
            "'" ~ document_type ~ "'", ratebook.text_literal(ratebook.newest_close().number + 1),
            'currency', 'corrected_document_id', 'kind', "'" ~ named ~ "'",
        ]) }} as document_id
    from described
    where choice = 1 {{ "and kind = 'REISSUE'" if sign > 0 }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

placed as (
    select
        *,
        case when sign > 0 then document_id else corrected_document_id end as placed_on,
        (select coalesce(max(said.document_position), 0) from {{ said }} as said)
        + dense_rank() over (order by document_type, document_id) as document_position
    from copies
)

select
    {%- for column, type in columns.items() if column != 'amount' %}
    cast({{ own.get(column, 'null' if column in of_parties else column) }} as {{ type }})
        as {{ column }},
    {%- endfor %}
    cast(sign * amount_left as decimal(28, 8)) as amount
from placed
