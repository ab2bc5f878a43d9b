{%- set newest = ratebook.newest_close().number -%}
{%- set hash_columns = ratebook.ledger_hash_columns() -%}
{%- do ratebook.check_close_rows() -%}
{{ config(
    enabled=ratebook.has_feature('ledger'), schema='ratebook_state', materialized='incremental',
    incremental_strategy='append', full_refresh=false, on_schema_change='append_new_columns'
) }}

{%- for model in [
    'int_ledger_before', 'int_ledger_differences', 'int_ledger_documents',
    'int_ledger_documents_before', 'int_ledger_frozen_documents', 'int_ledger_missing_contracts',
    'int_sellers',
] %}
-- depends_on: {{ ref('ratebook', model) }}
{%- endfor %}
-- What is frozen: only a close adds rows, and all of its rows at once.
with rows_to_freeze as (
    select * from {{ ref('ratebook', 'int_ledger_plan') }}
    where {{ 'true' if var('ratebook_close') else 'false' }}
    {%- if is_incremental() %}
    -- Two closes at once: the second one has read a ledger that is no longer the newest.
    and {{ newest }} = (select coalesce(max(close_number), 0) from {{ this }})
    {%- endif %}
),

explained as (
    select
        rows_to_freeze.*,
        -- What is said once more is said in the same words.
        case
            when rows_to_freeze.correction_kind is null then explanations.customer_explanation
            else rows_to_freeze.frozen_explanation
        end as explanation
    from rows_to_freeze
    left join {{ ref('ratebook', 'line_item_explanations') }} as explanations
        on rows_to_freeze.line_item_id = explanations.line_item_id
),

hashed as (
    select
        {%- for column, type in ratebook.ledger_columns().items() %}
        cast({{ column }} as {{ type }}) as {{ column }},
        {%- endfor %}
        {{ ratebook.text_literal(hash_columns | join(',')) }} as hash_columns,
        1 as hash_format,
        {{ ratebook.ledger_row_hash(hash_columns) }} as row_hash
    from explained
),

joined as (
    select {{ ratebook.joined_in_order('row_hash', 'row_number', ',') }} as row_hashes
    from hashed
),

previous as (
    {%- if is_incremental() %}
    select max(close_hash) as close_hash
    from {{ this }}
    where close_number = {{ newest }}
    {%- else %}
    select cast(null as varchar) as close_hash
    {%- endif %}
),

hashed_close as (
    select
        previous.close_hash as previous_close_hash,
        {{ ratebook.surrogate_key(['previous.close_hash', 'joined.row_hashes']) }} as close_hash
    from joined
    inner join previous
        on true
)

select
    hashed.*, -- noqa: AM04
    hashed_close.previous_close_hash,
    hashed_close.close_hash
from hashed
inner join hashed_close
    on true
