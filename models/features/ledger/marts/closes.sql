{{ config(enabled=ratebook.has_feature('ledger')) }}

select
    close_number,
    closed_at,
    cast(count(distinct document_id) as bigint) as document_count,
    cast(count(*) as bigint) as row_count,
    cast(sum(case when row_type = 'ADJUSTMENT' then 1 else 0 end) as bigint) as adjustment_count,
    max(hash_columns) as hash_columns,
    max(hash_format) as hash_format,
    max(previous_close_hash) as previous_close_hash,
    max(close_hash) as close_hash
from {{ ref('ratebook', 'invoice_ledger') }}
group by close_number, closed_at
