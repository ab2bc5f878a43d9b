{%- set key_columns = [
    'contract_id', 'customer_id', 'currency', 'product_uid', 'line_type', 'cell_id',
    'nominal_start_date', 'minor_units',
] -%}
{%- set terms = [
    'seller_id', 'payment_terms_days', 'payment_terms_kind', 'purchase_order', 'billing_target',
] -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

-- What another system has invoiced, with the key of the ledger for which it counts: the one whose
-- line it fits. If the line is gone, it is the key that the ledger has corrected on the document.
with openings as (
    select * from {{ ref('ratebook', 'int_ledger_opening_rows') }}
),

lines as (
    select
        line_items.*,
        {{ ratebook.ledger_key('line_items') }} as ledger_key,
        line_terms.seller_id,
        line_terms.purchase_order
    from {{ ref('ratebook', 'int_ledger_line_items') }} as line_items
    inner join {{ ref('ratebook', 'int_ledger_line_terms') }} as line_terms
        on line_items.line_item_id = line_terms.line_item_id
    where line_items.contract_id in (select openings.contract_id from openings)
),

ledger as (
    select * from {{ ref('ratebook', 'int_ledger_before') }}
    where contract_id in (select openings.contract_id from openings)
),

keys as (
    {%- for relation, is_owed in [('lines', true), ('ledger', false)] %}
    select
        ledger_key,
        {{ key_columns | join(',\n        ') }},
        {%- for column in terms %}
        max({{ column }}) as {{ column }},
        {%- endfor %}
        {{ is_owed }} as is_owed
    from {{ relation }}
    group by ledger_key, {{ key_columns | join(', ') }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

corrected as (
    select
        ledger_key,
        origin_document_id,
        max(document_position) as document_position
    from ledger
    where origin_document_id is not null
    group by ledger_key, origin_document_id
),

fitting as (
    select
        openings.row_id,
        keys.*,
        corrected.document_position,
        case
            when keys.is_owed and corrected.ledger_key is not null then 1
            when keys.is_owed then 2
            when corrected.ledger_key is not null then 3
            else 4
        end as preference
    from openings
    inner join keys
        on
            openings.contract_id = keys.contract_id
            and openings.product_uid = keys.product_uid
            and openings.nominal_start_date = keys.nominal_start_date
            and coalesce(openings.line_type, keys.line_type) = keys.line_type
            and coalesce(openings.payer_id, keys.customer_id) = keys.customer_id
            and coalesce(openings.currency, keys.currency) = keys.currency
            and coalesce(openings.cell_id, keys.cell_id, '') = coalesce(keys.cell_id, '')
    left join corrected
        on
            keys.ledger_key = corrected.ledger_key
            and openings.document_id = corrected.origin_document_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by row_id
            order by preference asc, document_position desc nulls last, ledger_key asc
        ) as choice,
        case
            when preference in (1, 3) then 1
            else count(*) over (partition by row_id, preference)
        end as key_count
    from fitting
),

fitted as (
    select
        openings.*,
        openings.is_unreadable
        or openings.net_amount is null
        or openings.document_number is null as is_incomplete,
        coalesce(
            openings.net_amount
            != {{ ratebook.round_money('openings.net_amount', 'ranked.minor_units') }},
            false
        ) as has_too_many_decimals,
        {%- for column in terms %}
        ranked.{{ column }},
        {%- endfor %}
        ranked.customer_id,
        ranked.currency as key_currency,
        coalesce(ranked.key_count, 0) as key_count,
        ranked.ledger_key as fitting_key
    from openings
    left join ranked
        on
            openings.row_id = ranked.row_id
            and ranked.choice = 1
)

select
    fitted.*, -- noqa: AM04
    case
        when key_count = 1 and not is_incomplete and not has_too_many_decimals then fitting_key
    end as ledger_key
from fitted
