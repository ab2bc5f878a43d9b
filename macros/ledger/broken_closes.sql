{% macro broken_closes(ledger) %}
    {#- A query: the closes whose rows are not as they were frozen, or that do not follow the one before. -#}
    with ledger as (
        select
            *,
            {{ ratebook.ledger_row_hash_as_frozen(ledger) }} as row_hash_now
        from {{ ledger }} as frozen
    ),

    closes as (
        select
            close_number,
            max(close_hash) as close_hash,
            max(previous_close_hash) as previous_close_hash,
            count(distinct close_hash) as hash_count,
            sum(case when row_hash is distinct from row_hash_now then 1 else 0 end) as changed_count,
            {{ ratebook.joined_in_order('row_hash_now', 'row_number', ',') }} as row_hashes
        from ledger
        group by close_number
    ),

    chained as (
        select
            *,
            row_number() over (order by close_number) as expected_number,
            lag(close_hash) over (order by close_number) as expected_previous_hash
        from closes
    )

    select close_number
    from chained
    where
        hash_count != 1
        or changed_count != 0
        or close_number != expected_number
        or previous_close_hash is distinct from expected_previous_hash
        or close_hash != {{ ratebook.surrogate_key(['previous_close_hash', 'row_hashes']) }}
{% endmacro %}
