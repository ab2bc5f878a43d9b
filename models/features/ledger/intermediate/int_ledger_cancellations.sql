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
    'correction_kind': 'kind', 'amount': 'sign * amount_left',
    'partner_share_amount': 'null',
} -%}
{%- set of_lines = [
    'explanation', 'line_item_id', 'price', 'quantity', 'effective_at', 'ineffective_at',
] -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The rows by which the next close cancels documents, or says them once more: what is left of a
-- document is credited by key, and for a reissue frozen again as it was.
with corrections as (
    select * from {{ ref('ratebook', 'int_document_corrections') }}
    where is_due
),

said as (
    select * from {{ ref('ratebook', 'int_ledger_said_before') }}
),

remaining as (
    select
        place_document_id,
        ledger_key,
        sum(amount) as amount_left
    from said
    group by place_document_id, ledger_key
    having sum(amount) != 0
),

-- A key is described as it stands on the document, else as it was first said.
described as (
    select
        said.*,
        corrections.kind,
        corrections.document_id as corrected_document_id,
        corrections.document_number as corrected_document_number,
        remaining.amount_left,
        row_number() over (
            partition by corrections.document_id, said.ledger_key
            order by
                case when said.document_id = corrections.document_id then 0 else 1 end,
                said.document_position,
                said.row_number
        ) as choice
    from corrections
    inner join remaining
        on corrections.document_id = remaining.place_document_id
    inner join said
        on remaining.ledger_key = said.ledger_key
),

copies as (
    {%- for sign, document_type, row_type, named in [
        (-1, 'CREDIT_NOTE', 'ADJUSTMENT', ''), (1, 'INVOICE', 'LINE', 'anew'),
    ] %}
    select
        {%- for column in columns if column not in own %}
        {{ column if sign > 0 or column not in of_lines else 'null as ' ~ column }},
        {%- endfor %}
        kind,
        corrected_document_id,
        corrected_document_number,
        amount_left,
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
        (select coalesce(max(document_position), 0) from said)
        + dense_rank() over (order by document_type, document_id) as document_position
    from copies
)

select
    {%- for column, type in columns.items() %}
    cast({{ own.get(column, column) }} as {{ type }}) as {{ column }}{{ "," if not loop.last }}
    {%- endfor %}
from placed
