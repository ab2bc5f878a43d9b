{%- set document_date = ratebook.local_date(
    ratebook.as_of(), "coalesce(sellers.timezone, 'UTC')"
) -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The documents that the next close freezes, in the order in which they are numbered. A document of
-- zero has no number, so that the numbers of a seller and year have no gap.
with ledger_rows as (
    select * from {{ ref('ratebook', 'int_ledger_rows_to_freeze') }}
),

documents_before as (
    select * from {{ ref('ratebook', 'int_ledger_documents_before') }}
),

sellers as (
    select * from {{ ref('ratebook', 'int_sellers') }}
    where rating_set = {{ ratebook.public_rating_set() }}
),

totalled as (
    select
        document_id,
        document_type,
        issue_date,
        issued_at,
        seller_id,
        payment_terms_days,
        payment_terms_kind,
        cast(sum(amount) as decimal(28, 8)) as total
    from ledger_rows
    group by 1, 2, 3, 4, 5, 6, 7
),

dated as (
    select
        totalled.document_id,
        totalled.document_type,
        totalled.seller_id,
        totalled.payment_terms_days,
        totalled.payment_terms_kind,
        totalled.total,
        coalesce(sellers.number_prefix, '') as number_prefix,
        {{ document_date }} as document_date,
        -- Corrections by themselves are issued when they are made.
        coalesce(totalled.issue_date, {{ document_date }}) as issue_date,
        {%- if var('ratebook_credit_note_series') %}
        case when totalled.document_type = 'CREDIT_NOTE' then 'CN-' else '' end as document_series
        {%- else %}
        '' as document_series
        {%- endif %}
    from totalled
    left join sellers
        on totalled.seller_id = sellers.seller_id
),

newest_documents as (
    select coalesce(max(document_position), 0) as document_position
    from documents_before
    where close_number <= {{ ratebook.newest_close().number }}
),

last_numbers as (
    select
        seller_id,
        document_series,
        extract(year from document_date) as document_year,
        max(document_sequence) as document_sequence
    from documents_before
    where document_sequence is not null
    group by 1, 2, 3
),

ordered as (
    select
        dated.*,
        extract(year from dated.document_date) as document_year,
        row_number() over (
            order by dated.issue_date, dated.document_type, dated.document_id
        ) as number_in_close,
        case
            when dated.total != 0
                then
                    row_number() over (
                        partition by
                            dated.seller_id, dated.document_series,
                            extract(year from dated.document_date), dated.total = 0
                        order by dated.issue_date, dated.document_type, dated.document_id
                    )
        end as number_in_year
    from dated
),

numbered as (
    select
        ordered.*,
        cast(
            ordered.number_in_year + coalesce(last_numbers.document_sequence, 0) as bigint
        ) as document_sequence
    from ordered
    left join last_numbers
        on
            ordered.seller_id = last_numbers.seller_id
            and ordered.document_series = last_numbers.document_series
            and ordered.document_year = last_numbers.document_year
)

select
    numbered.document_id,
    numbered.document_type,
    numbered.seller_id,
    numbered.number_prefix,
    numbered.document_date,
    numbered.document_series,
    numbered.document_sequence,
    numbered.number_prefix || numbered.document_series
    || cast(numbered.document_year as varchar) || '-'
    || case
        when numbered.document_sequence < 1000000
            then lpad(cast(numbered.document_sequence as varchar), 6, '0')
        else cast(numbered.document_sequence as varchar)
    end as document_number,
    cast(
        {{ ratebook.add_days('numbered.document_date', ratebook.days_to_due(
            'numbered.document_date', 'numbered.payment_terms_days', 'numbered.payment_terms_kind'
        )) }} as date
    ) as due_at,
    numbered.total,
    newest_documents.document_position + numbered.number_in_close as document_position
from numbered
inner join newest_documents
    on true
