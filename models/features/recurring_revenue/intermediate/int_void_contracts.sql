{{ config(enabled=ratebook.has_feature('recurring_revenue')) }}

-- Contracts whose rows are all void, and when they were voided. An ignored contract has no billing
-- time zone: voided_at is local in that of its customer's first row.
with rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force and input = 'contracts'
),

customers as (
    select
        rating_set,
        customer_id,
        billing_timezone,
        row_number() over (
            partition by rating_set, customer_id
            order by effective_at, customer_uid
        ) as choice
    from {{ ref('ratebook', 'int_customer_windows') }}
),

contracts as (
    select
        rows_in_force.rating_set,
        contracts.id as contract_uid,
        contracts.durable_id as contract_id,
        contracts.customer_id,
        contracts.voided_at,
        contracts.created_at,
        contracts.end_reason,
        coalesce(contracts.void, false) as is_void,
        coalesce(
            customers.billing_timezone,
            {{ ratebook.text_literal(var('ratebook_billing_timezone')) }}
        ) as billing_timezone
    from {{ ref('ratebook', 'stg_contracts') }} as contracts
    inner join rows_in_force
        on contracts.row_id = rows_in_force.row_id
    left join customers
        on
            rows_in_force.rating_set = customers.rating_set
            and contracts.customer_id = customers.customer_id
            and customers.choice = 1
    where contracts.durable_id is not null
),

ranked as (
    select
        *,
        coalesce({{ ratebook.instant_of('voided_at', 'billing_timezone') }}, created_at)
            as occurred_at,
        min(case when is_void then 1 else 0 end) over (partition by rating_set, contract_id)
            as is_all_void
    from contracts
),

-- The contract became void with the row that was voided last.
last_rows as (
    select
        *,
        row_number() over (
            partition by rating_set, contract_id
            order by occurred_at desc nulls last, contract_uid desc
        ) as choice
    from ranked
    where is_all_void = 1
)

select
    rating_set,
    contract_id,
    contract_uid,
    customer_id,
    occurred_at,
    end_reason
from last_rows
where choice = 1
