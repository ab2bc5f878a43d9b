{%- set group_columns = ratebook.ledger_group_columns() -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The corrections that get a document of their own, with as much of each key as it can take: an
-- adjustment invoice unless the next invoice is near, a credit note at most what is left of the
-- document that it corrects.
with nets as (
    select nets.*
    from {{ ref('ratebook', 'int_ledger_nets') }} as nets
    left join {{ ref('ratebook', 'int_ledger_placements') }} as placements
        on
            {%- for column in group_columns %}
            nets.{{ column }} = placements.{{ column }}
            and
            {%- endfor %}
            nets.origin_document_id = placements.origin_document_id
    where placements.document_id is null and nets.net_amount != 0
),

sellers as (
    select * from {{ ref('ratebook', 'int_sellers') }}
    where rating_set = {{ ratebook.public_rating_set() }}
),

dated as (
    select
        nets.*,
        documents.amount_left,
        {{ ratebook.local_date(ratebook.as_of(), "coalesce(sellers.timezone, 'UTC')") }}
            as document_date,
        next_issues.next_issue_date
    from nets
    inner join {{ ref('ratebook', 'int_ledger_documents_before') }} as documents
        on nets.origin_document_id = documents.document_id
    left join sellers
        on nets.seller_id = sellers.seller_id
    left join {{ ref('ratebook', 'int_ledger_next_issues') }} as next_issues
        on
            nets.contract_id = next_issues.contract_id
            and nets.customer_id = next_issues.customer_id
            and nets.currency = next_issues.currency
),

due as (
    select *
    from dated
    where
        net_amount < 0
        {%- if var('ratebook_adjustments') == 'documents' %}
        or net_amount > 0
        {%- else %}
        or next_issue_date is null
        or next_issue_date > {{ ratebook.add_days(
            'document_date', var('ratebook_adjustment_wait_days') | int
        ) }}
        {%- endif %}
),

-- Charges first, so that credits beside them count in full.
summed as (
    select
        due.*,
        parts.ledger_key,
        parts.amount,
        greatest(due.amount_left, 0) as most_credited,
        coalesce(sum(parts.amount) over (
            partition by due.contract_id, due.origin_document_id
            order by case when parts.amount > 0 then 0 else 1 end, parts.ledger_key
            rows between unbounded preceding and 1 preceding
        ), 0) as amount_before
    from due
    inner join {{ ref('ratebook', 'int_ledger_parts') }} as parts
        on
            {%- for column in group_columns %}
            due.{{ column }} = parts.{{ column }}
            and
            {%- endfor %}
            due.origin_document_id = parts.origin_document_id
),

taken as (
    select
        *,
        cast(case
            when net_amount > 0 or amount > 0 then amount
            else least(0, greatest(amount, -most_credited - amount_before))
        end as decimal(28, 8)) as taken_amount
    from summed
)

select
    {{ group_columns | join(',\n    ') }},
    origin_document_id,
    ledger_key,
    document_date,
    case when net_amount > 0 then 'ADJUSTMENT_INVOICE' else 'CREDIT_NOTE' end as document_type,
    taken_amount as amount
from taken
where taken_amount != 0 and (net_amount > 0 or most_credited > 0)
