{%- set group_columns = ratebook.ledger_group_columns() -%}
{%- set payer_columns = ['customer_id', 'currency', 'seller_id'] -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

-- How much of each credit that no invoice takes goes to which document, by a credit note of the
-- next close: as much as the document that it corrects has left, and the rest to the other
-- documents of the contract, the latest first.
with recursive rooms as (
    select * from {{ ref('ratebook', 'int_ledger_rooms') }}
),

placed as (
    select distinct
        {{ group_columns | join(',\n        ') }},
        origin_document_id
    from {{ ref('ratebook', 'int_ledger_adjustments') }}
),

-- Contracts that have one document in common take turns.
credits as (
    select
        nets.*,
        rooms.room,
        coalesce(sum(-nets.net_amount) over (
            partition by nets.origin_document_id
            order by nets.{{ group_columns | join(', nets.') }}
            rows between unbounded preceding and 1 preceding
        ), 0) as credited_before
    from {{ ref('ratebook', 'int_ledger_nets') }} as nets
    inner join rooms
        on
            {%- for column in group_columns %}
            nets.{{ column }} = rooms.{{ column }}
            and
            {%- endfor %}
            nets.origin_document_id = rooms.document_id
    left join placed
        on
            {%- for column in group_columns %}
            nets.{{ column }} = placed.{{ column }}
            and
            {%- endfor %}
            nets.origin_document_id = placed.origin_document_id
    where nets.net_amount < 0 and placed.origin_document_id is null
),

own as (
    select
        *,
        cast(least(-net_amount, greatest(room - credited_before, 0)) as decimal(28, 8)) as amount
    from credits
),

turns as (
    select
        {{ group_columns | join(',\n        ') }},
        origin_document_id,
        cast(-net_amount - amount as decimal(28, 8)) as rest,
        row_number() over (
            partition by {{ payer_columns | join(', ') }}
            order by contract_id, placing_order
        ) as step_number
    from own
    where -net_amount > amount
),

credited as (
    select
        origin_document_id as document_id,
        sum(amount) as amount
    from own
    group by origin_document_id
),

-- Rest by rest, what the documents of a payer have left.
tried as (
    select distinct
        rooms.{{ payer_columns | join(',\n        rooms.') }},
        rooms.document_id,
        rooms.choice_number,
        cast(0 as bigint) as step_number,
        cast(rooms.room - coalesce(credited.amount, 0) as decimal(28, 8)) as room,
        cast(null as varchar) as contract_id,
        cast(null as varchar) as origin_document_id,
        cast(0 as decimal(28, 8)) as amount
    from rooms
    inner join turns
        on
            {%- for column in payer_columns %}
            rooms.{{ column }} = turns.{{ column }}
            and
            {%- endfor %}
            rooms.contract_id = turns.contract_id
    left join credited
        on rooms.document_id = credited.document_id
    union all
    select
        {{ payer_columns | join(',\n        ') }},
        document_id,
        choice_number,
        step_number,
        cast(room - least(own_room, greatest(rest - later_room, 0)) as decimal(28, 8)) as room,
        contract_id,
        origin_document_id,
        cast(least(own_room, greatest(rest - later_room, 0)) as decimal(28, 8)) as amount
    from (
        select
            *,
            coalesce(sum(own_room) over (
                partition by {{ payer_columns | join(', ') }}
                order by choice_number
                rows between unbounded preceding and 1 preceding
            ), 0) as later_room
        from (
            select
                tried.{{ payer_columns | join(',\n                tried.') }},
                tried.document_id,
                tried.choice_number,
                tried.room,
                turns.step_number,
                turns.contract_id,
                turns.origin_document_id,
                turns.rest,
                case when rooms.document_id is null then 0 else tried.room end as own_room
            from tried
            inner join turns
                on
                    {%- for column in payer_columns %}
                    tried.{{ column }} = turns.{{ column }}
                    and
                    {%- endfor %}
                    tried.step_number + 1 = turns.step_number
            left join rooms
                on
                    {%- for column in group_columns %}
                    turns.{{ column }} = rooms.{{ column }}
                    and
                    {%- endfor %}
                    tried.document_id = rooms.document_id
        ) as in_turn
    ) as judged
)

select
    {{ group_columns | join(',\n    ') }},
    origin_document_id,
    origin_document_id as credited_document_id,
    0 as credit_number,
    amount
from own
where amount > 0
union all
select
    {{ group_columns | join(',\n    ') }},
    origin_document_id,
    document_id as credited_document_id,
    choice_number as credit_number,
    amount
from tried
where amount > 0
