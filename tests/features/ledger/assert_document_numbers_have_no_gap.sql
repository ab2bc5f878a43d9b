{{ config(enabled=ratebook.has_feature('ledger')) }}
-- Otherwise an auditor asks for the document that is missing, or finds two of one number.
with numbered as (
    select distinct
        seller_id,
        document_series,
        extract(year from document_date) as document_year,
        document_sequence,
        document_id
    from {{ ref('ratebook', 'invoice_ledger') }}
    where document_number is not null
),

counted as (
    select
        *,
        row_number() over (
            partition by seller_id, document_series, document_year
            order by document_sequence, document_id
        ) as expected_sequence
    from numbered
)

select *
from counted
where document_sequence != expected_sequence
