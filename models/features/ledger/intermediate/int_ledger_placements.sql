{%- set group_columns = ratebook.ledger_group_columns() -%}
{%- set pool_columns = ['customer_id', 'currency', 'seller_id', 'placing_group'] -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The corrections that go on an invoice of the next close: each on the first one of its contract
-- whose total stays at zero or above with it. One after the other is tried: a smaller one may still
-- fit where a larger one did not.
with recursive choices as (
    select
        {{ group_columns | join(',\n        ') }},
        placing_group,
        document_id,
        total,
        min(choice_number) as choice_number
    from {{ ref('ratebook', 'int_ledger_candidates') }}
    where document_type = 'INVOICE'
    group by {{ group_columns | join(', ') }}, placing_group, document_id, total
),

contracts as (
    select distinct
        {{ group_columns | join(',\n        ') }},
        placing_group
    from choices
),

-- Contracts that share a document take turns: charges of all of them first.
turns as (
    select
        nets.*,
        contracts.placing_group,
        row_number() over (
            partition by contracts.{{ pool_columns | join(', contracts.') }}
            order by
                case when nets.net_amount < 0 then 1 else 0 end,
                nets.contract_id,
                nets.placing_order
        ) as step_number
    from {{ ref('ratebook', 'int_ledger_nets') }} as nets
    inner join contracts
        on
            {%- for column in group_columns if column != 'contract_id' %}
            nets.{{ column }} = contracts.{{ column }}
            and
            {%- endfor %}
            nets.contract_id = contracts.contract_id
    {%- if var('ratebook_adjustments') == 'documents' %}
    where nets.net_amount = 0
    {%- endif %}
),

tried as (
    select distinct
        choices.{{ pool_columns | join(',\n        choices.') }},
        choices.document_id,
        cast(0 as bigint) as step_number,
        choices.total as running_total,
        cast(null as varchar) as contract_id,
        cast(null as varchar) as origin_document_id
    from choices
    inner join turns
        on
            {%- for column in pool_columns %}
            choices.{{ column }} = turns.{{ column }}
            and
            {%- endfor %}
            turns.step_number = 1
    union all
    select
        {{ pool_columns | join(',\n        ') }},
        document_id,
        step_number,
        cast(
            running_total + case when is_placed then net_amount else 0 end as decimal(28, 8)
        ) as running_total,
        case when is_placed then contract_id end as contract_id,
        case when is_placed then origin_document_id end as origin_document_id
    from (
        select
            *,
            coalesce(
                fitting_number
                = min(fitting_number) over (partition by {{ pool_columns | join(', ') }}),
                false
            ) as is_placed
        from (
            select
                tried.{{ pool_columns | join(',\n                tried.') }},
                tried.document_id,
                tried.running_total,
                turns.step_number,
                turns.contract_id,
                turns.origin_document_id,
                turns.net_amount,
                case
                    when tried.running_total + turns.net_amount >= 0 then choices.choice_number
                end as fitting_number
            from tried
            inner join turns
                on
                    {%- for column in pool_columns %}
                    tried.{{ column }} = turns.{{ column }}
                    and
                    {%- endfor %}
                    tried.step_number + 1 = turns.step_number
            left join choices
                on
                    {%- for column in group_columns %}
                    turns.{{ column }} = choices.{{ column }}
                    and
                    {%- endfor %}
                    tried.document_id = choices.document_id
        ) as in_turn
    ) as judged
)

select
    contract_id,
    customer_id,
    currency,
    seller_id,
    origin_document_id,
    document_id
from tried
where origin_document_id is not null
