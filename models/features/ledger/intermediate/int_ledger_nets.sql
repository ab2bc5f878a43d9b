{%- set group_columns = ratebook.ledger_group_columns() -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The differences of a contract, netted per document that they correct, in the order in which they
-- are placed: charges first, the oldest first; then credits, the latest first.
with nets as (
    select
        {{ group_columns | join(',\n        ') }},
        origin_document_id,
        origin_position,
        cast(sum(amount) as decimal(28, 8)) as net_amount
    from {{ ref('ratebook', 'int_ledger_parts') }}
    group by {{ group_columns | join(', ') }}, origin_document_id, origin_position
)

select
    *,
    row_number() over (
        partition by {{ group_columns | join(', ') }}
        order by
            case when net_amount < 0 then 1 else 0 end,
            case when net_amount < 0 then -origin_position else origin_position end
    ) as placing_order
from nets
