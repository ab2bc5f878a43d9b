{%- set group_columns = ratebook.ledger_group_columns() -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The corrections on invoices of the next close, with the document of each: an invoice that takes
-- it, else for a charge an adjustment invoice, unless the next invoice is near.
with nets as (
    select
        nets.*,
        placements.document_id,
        {{ ratebook.local_date(ratebook.as_of(), "coalesce(sellers.timezone, 'UTC')") }}
            as document_date
    from {{ ref('ratebook', 'int_ledger_nets') }} as nets
    left join {{ ref('ratebook', 'int_ledger_placements') }} as placements
        on
            {%- for column in group_columns %}
            nets.{{ column }} = placements.{{ column }}
            and
            {%- endfor %}
            nets.origin_document_id = placements.origin_document_id
    left join {{ ref('ratebook', 'int_sellers') }} as sellers
        on
            nets.seller_id = sellers.seller_id
            and sellers.rating_set = {{ ratebook.public_rating_set() }}
),

placed as (
    select
        nets.{{ group_columns | join(',\n        nets.') }},
        nets.origin_document_id,
        nets.document_date,
        case when nets.document_id is null then 'ADJUSTMENT_INVOICE' else 'INVOICE' end
            as document_type,
        coalesce(nets.document_id, {{ ratebook.surrogate_key(
            ['nets.contract_id', 'nets.customer_id'],
            [
                "'ADJUSTMENT_INVOICE'", ratebook.text_literal(ratebook.newest_close().number + 1),
                'nets.currency', 'nets.origin_document_id',
            ]
        ) }}) as document_id
    from nets
    left join {{ ref('ratebook', 'int_ledger_next_issues') }} as next_issues
        on
            nets.contract_id = next_issues.contract_id
            and nets.customer_id = next_issues.customer_id
            and nets.currency = next_issues.currency
    where
        nets.document_id is not null
        or (
            nets.net_amount > 0
            {%- if var('ratebook_adjustments') != 'documents' %}
            and coalesce(next_issues.next_issue_date > {{ ratebook.add_days(
                'nets.document_date', var('ratebook_adjustment_wait_days') | int
            ) }}, true)
            {%- endif %}
        )
)

select
    placed.{{ group_columns | join(',\n    placed.') }},
    placed.document_id,
    placed.document_type,
    placed.document_date,
    placed.origin_document_id,
    case when parts.amount < 0 then placed.origin_document_id else placed.document_id end
        as place_document_id,
    parts.ledger_key,
    parts.amount
from placed
inner join {{ ref('ratebook', 'int_ledger_parts') }} as parts
    on
        {%- for column in group_columns %}
        placed.{{ column }} = parts.{{ column }}
        and
        {%- endfor %}
        placed.origin_document_id = parts.origin_document_id
