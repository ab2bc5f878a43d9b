{{ config(enabled=ratebook.has_feature('marketplaces')) }}

-- Sent records that cannot be used as they are, and answers without meaning.
with sent_records as (
    select
        *,
        row_number() over sendings as attempt_number,
        id is null
        or sent_at is null
        or {{ ratebook.decimal_within('quantity', 16, 6, 0) }} is null
        or (metered_hour = date_trunc('hour', metered_hour)) is not true as is_incomplete
    from {{ ref('ratebook', 'stg_marketplace_sent_records') }}
    window sendings as (
        partition by agreement_id, dimension, metered_hour
        order by sent_at, id, row_text
    )
),

results as (
    select * from {{ ref('ratebook', 'stg_marketplace_record_results') }}
),

dimensions as (
    select * from {{ ref('ratebook', 'int_marketplace_dimensions') }}
),

counted as (
    select * from {{ ref('ratebook', 'int_marketplace_sent_records') }}
)

select
    'marketplace_sent_records' as input,
    sent_records.row_id,
    sent_records.id,
    case
        when sent_records.is_incomplete then 'INCOMPLETE_RECORD'
        when dimensions.dimension is null then 'UNKNOWN_REFERENCE'
        else 'SENT_TWICE'
    end as reason,
    case
        when sent_records.is_incomplete
            then
                'id, metered_hour (a whole hour), quantity (0 or more, up to 6 decimals) or sent_at'
                || ' is not there'
        when dimensions.dimension is null
            then
                'agreement ' || coalesce(sent_records.agreement_id, '(empty)')
                || ' meters no dimension ' || coalesce(sent_records.dimension, '(empty)')
        when sent_records.attempt_number > 1
            then 'the first record of this hour has another id or quantity, and counts'
        else 'the first record of this id is of another hour or dimension, and counts'
    end as detail
from sent_records
left join dimensions
    on
        sent_records.agreement_id = dimensions.agreement_id
        and sent_records.dimension = dimensions.dimension
left join counted
    on
        sent_records.id = counted.record_id
        and sent_records.agreement_id = counted.agreement_id
        and sent_records.dimension = counted.dimension
        and sent_records.metered_hour = counted.metered_hour
        and sent_records.quantity = counted.quantity
where counted.record_id is null and {{ ratebook.is_known_by_system_time('sent_records.sent_at') }}
union all
select
    'marketplace_record_results' as input,
    results.row_id,
    results.id,
    case
        when results.record_id is null or results.returned_at is null then 'INCOMPLETE_RECORD'
        when counted.record_id is null then 'UNKNOWN_REFERENCE'
        else 'UNKNOWN_STATUS'
    end as reason,
    case
        when results.record_id is null or results.returned_at is null
            then 'record_id or returned_at is not there'
        when counted.record_id is null
            then 'record ' || results.record_id || ' was not sent, or no dimension has it'
        else coalesce('status is ' || results.status, 'status is empty')
    end as detail
from results
left join counted
    on results.record_id = counted.record_id
left join dimensions
    on
        counted.agreement_id = dimensions.agreement_id
        and counted.dimension = dimensions.dimension
left join {{ ref('ratebook', 'int_marketplace_rules') }} as rules
    on
        dimensions.marketplace = rules.marketplace
        and rules.kind = 'RESULT'
        and results.status = rules.name
where
    (results.returned_at is null or counted.record_id is null or rules.name is null)
    and {{ ratebook.is_known_by_system_time('results.returned_at') }}
{%- for input in ['marketplace_sent_records', 'marketplace_record_results'] %}
union all
select
    '{{ input }}' as input,
    row_id,
    id,
    'UNPARSABLE_CELL' as reason,
    'cannot be read: ' || ltrim(unparsable_cells, '; ') as detail
from {{ ref('ratebook', 'stg_' ~ input) }}
where unparsable_cells is not null
{%- endfor %}
