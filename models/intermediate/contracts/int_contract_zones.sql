-- Marketplaces use UTC. Any other contract has the zone of the customer row in force at its start,
-- but the start is local in that very zone: so each customer row is tried with the start in its own
-- zone.
{%- set default_zone = ratebook.text_literal(var('ratebook_billing_timezone')) %}
with contract_rows as (
    select
        *,
        coalesce(
            {{ ratebook.instant_of('effective_at', default_zone) }},
            {{ ratebook.beginning_of_time() }}
        )
            as order_at,
        greatest(
            coalesce(
                {{ ratebook.instant_of('started_at', default_zone) }},
                {{ ratebook.beginning_of_time() }}
            ),
            coalesce(
                {{ ratebook.instant_of('effective_at', default_zone) }},
                {{ ratebook.beginning_of_time() }}
            )
        ) >= least(
            {%- for column in ['ended_at', 'ineffective_at', 'archived_at', 'terminated_at'] %}
            coalesce(
                {{ ratebook.instant_of(column, default_zone) }}, {{ ratebook.end_of_time() }}
            ){{ "," if not loop.last }}
            {%- endfor %}
        ) as is_own_window_empty
    from {{ ref('ratebook', 'int_contract_rows') }}
    where
        contract_id is not null
        and customer_id is not null
        and (started_at is not null or has_unreadable_start)
),

customer_windows as (
    select * from {{ ref('ratebook', 'int_customer_windows') }}
),

ordered as (
    select
        *,
        first_value(customer_id) over (
            partition by rating_set, contract_id
            order by is_own_window_empty, order_at, contract_uid
        ) as first_customer_id
    from contract_rows
),

candidates as (
    select
        ordered.rating_set,
        ordered.contract_id,
        customer_windows.customer_uid,
        customer_windows.billing_timezone,
        customer_windows.effective_at,
        customer_windows.ineffective_at,
        {%- set start = ratebook.instant_of(
            'ordered.started_at', 'customer_windows.billing_timezone'
        ) %}
        coalesce(
            min(case when not ordered.is_own_window_empty then {{ start }} end), min({{ start }})
        ) as contract_started_at
    from ordered
    inner join customer_windows
        on
            ordered.configuration_set = customer_windows.rating_set
            and ordered.first_customer_id = customer_windows.customer_id
    group by
        ordered.rating_set,
        ordered.contract_id,
        customer_windows.customer_uid,
        customer_windows.billing_timezone,
        customer_windows.effective_at,
        customer_windows.ineffective_at
),

ranked as (
    select
        *,
        row_number() over (
            partition by rating_set, contract_id
            order by {{ ratebook.row_in_force_order(
                'candidates', 'contract_started_at', 'customer_uid'
            ) }}
        ) as choice
    from candidates
)

select distinct
    contract_rows.rating_set,
    contract_rows.contract_id,
    case
        when contract_rows.source = 'marketplace_agreements' then 'UTC'
        else coalesce(ranked.billing_timezone, {{ default_zone }})
    end as billing_timezone
from contract_rows
left join ranked
    on
        contract_rows.rating_set = ranked.rating_set
        and contract_rows.contract_id = ranked.contract_id
        and ranked.choice = 1
