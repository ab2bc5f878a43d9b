{%- set group_columns = ratebook.ledger_group_columns() -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The corrections that go on an invoice of the next close: each on the first one of its contract
-- whose total stays at zero or above with it. Document by document, every correction is tried that
-- has no place yet: a smaller one may still fit where a larger one did not.
with recursive pairs as (
    select
        {%- for column in group_columns %}
        nets.{{ column }},
        {%- endfor %}
        nets.origin_document_id,
        nets.placing_order,
        nets.net_amount,
        candidates.document_id,
        candidates.choice_number,
        candidates.total,
        row_number() over (
            partition by nets.{{ group_columns | join(', nets.') }}
            order by candidates.choice_number, nets.placing_order
        ) as step_number
    from {{ ref('ratebook', 'int_ledger_nets') }} as nets
    inner join {{ ref('ratebook', 'int_ledger_candidates') }} as candidates
        on
            {%- for column in group_columns %}
            nets.{{ column }} = candidates.{{ column }}
            and
            {%- endfor %}
            candidates.document_type = 'INVOICE'
    {%- if var('ratebook_adjustments') == 'documents' %}
    where nets.net_amount = 0
    {%- endif %}
),

tried as (
    select
        {{ group_columns | join(',\n        ') }},
        origin_document_id,
        placing_order,
        net_amount,
        document_id,
        choice_number,
        total,
        step_number,
        total + net_amount >= 0 as is_placed,
        cast(
            case when total + net_amount >= 0 then total + net_amount else total end
            as decimal(28, 8)
        ) as running_total,
        case
            when total + net_amount >= 0 then ',' || cast(placing_order as varchar) || ','
            else ','
        end as placed_orders
    from pairs
    where step_number = 1
    union all
    select
        {{ group_columns | join(',\n        ') }},
        origin_document_id,
        placing_order,
        net_amount,
        document_id,
        choice_number,
        total,
        step_number,
        is_fitting as is_placed,
        cast(
            total_before + case when is_fitting then net_amount else 0 end as decimal(28, 8)
        ) as running_total,
        orders_before || case when is_fitting then cast(placing_order as varchar) || ',' else '' end
            as placed_orders
    from (
        select
            *,
            orders_before not like '%,' || cast(placing_order as varchar) || ',%'
            and total_before + net_amount >= 0 as is_fitting
        from (
            select
                pairs.*,
                tried.placed_orders as orders_before,
                case
                    when pairs.choice_number = tried.choice_number then tried.running_total
                    else pairs.total
                end as total_before
            from tried
            inner join pairs
                on
                    {%- for column in group_columns %}
                    tried.{{ column }} = pairs.{{ column }}
                    and
                    {%- endfor %}
                    tried.step_number + 1 = pairs.step_number
        ) as next_pairs
    ) as judged
)

select
    {{ group_columns | join(',\n    ') }},
    origin_document_id,
    document_id
from tried
where is_placed
