{%- set group_columns = ratebook.ledger_group_columns() -%}
{%- set key_order = [
    'lineage_id', 'nominal_start_date', 'nominal_end_date', 'line_type', "coalesce(cell_id, '')",
    'ledger_key',
] -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The rows of the credit notes of the next close, by key: charges first, so that credits beside
-- them count in full, and then credits from the earliest period on.
with parts as (
    select
        parts.*,
        differences.lineage_id,
        differences.nominal_start_date,
        differences.nominal_end_date,
        differences.line_type,
        differences.cell_id
    from {{ ref('ratebook', 'int_ledger_parts') }} as parts
    inner join {{ ref('ratebook', 'int_ledger_differences') }} as differences
        on parts.ledger_key = differences.ledger_key
),

-- Each credit of a net begins where the one before it has ended.
part_ranges as (
    select
        *,
        sum(greatest(amount, 0)) over of_net as charge_amount,
        coalesce(sum(greatest(-amount, 0)) over (
            of_net
            order by {{ key_order | join(', ') }}
            rows between unbounded preceding and 1 preceding
        ), 0) as credit_start
    from parts
    window of_net as (
        partition by {{ group_columns | join(', ') }}, origin_document_id
    )
),

-- As do the credit notes that share a net.
credit_ranges as (
    select
        *,
        coalesce(sum(amount) over (
            partition by {{ group_columns | join(', ') }}, origin_document_id
            order by credit_number
            rows between unbounded preceding and 1 preceding
        ), 0) as note_start
    from {{ ref('ratebook', 'int_ledger_credits') }}
),

covered as (
    select
        credits.{{ group_columns | join(',\n        credits.') }},
        credits.credited_document_id,
        parts.ledger_key,
        case
            when parts.amount > 0 and credits.note_start = 0 then parts.amount
            when parts.amount > 0 then 0
            else
                -greatest(
                    0,
                    least(
                        parts.credit_start - parts.amount,
                        parts.charge_amount + credits.note_start + credits.amount
                    ) - greatest(
                        parts.credit_start,
                        case
                            when credits.note_start = 0 then 0
                            else parts.charge_amount + credits.note_start
                        end
                    )
                )
        end as amount
    from credit_ranges as credits
    inner join part_ranges as parts
        on
            {%- for column in group_columns %}
            credits.{{ column }} = parts.{{ column }}
            and
            {%- endfor %}
            credits.origin_document_id = parts.origin_document_id
)

select
    {{ group_columns | join(',\n    ') }},
    credited_document_id as origin_document_id,
    ledger_key,
    cast(sum(amount) as decimal(28, 8)) as amount
from covered
where amount != 0
group by {{ group_columns | join(', ') }}, credited_document_id, ledger_key
