{{ config(enabled=ratebook.has_feature('ledger')) }}

{%- set amounts = ['recomputed', 'frozen', 'opening', 'open', 'waiting', 'not_frozen'] %}
with ledger as (
    select * from {{ ref('ratebook', 'invoice_ledger') }}
),

keys as (
    select * from {{ ref('ratebook', 'int_ledger_keys') }}
),

plan as (
    select * from {{ ref('ratebook', 'int_ledger_plan') }}
),

planned_closes as (
    select distinct close_number
    from plan
),

frozen_closes as (
    select distinct close_number
    from ledger
),

-- What the close of this run has frozen of what was not frozen before.
frozen_now as (
    select
        ledger.contract_id,
        ledger.currency,
        sum(ledger.amount) as amount
    from ledger
    inner join planned_closes
        on ledger.close_number = planned_closes.close_number
    where ledger.row_type = 'LINE' and ledger.correction_kind is null
    group by ledger.contract_id, ledger.currency
),

parts as (
    select
        contract_id,
        currency,
        'recomputed' as part,
        sum(amount) as amount
    from {{ ref('ratebook', 'int_ledger_line_items') }}
    where status = 'FINALIZED'
    group by contract_id, currency
    union all
    select
        contract_id,
        currency,
        'not_frozen' as part,
        case when is_compared then candidate_amount else now_amount end as amount
    from keys
    union all
    select
        contract_id,
        currency,
        'not_frozen' as part,
        -amount as amount
    from frozen_now
    union all
    -- Documents that the next close cancels count as cancelled.
    select
        plan.contract_id,
        plan.currency,
        'not_frozen' as part,
        plan.amount
    from plan
    left join frozen_closes
        on plan.close_number = frozen_closes.close_number
    where plan.correction_kind is not null and frozen_closes.close_number is null
    union all
    select
        contract_id,
        currency,
        'frozen' as part,
        sum(amount) as amount
    from ledger
    group by contract_id, currency
    union all
    select
        contract_id,
        currency,
        'opening' as part,
        amount
    from {{ ref('ratebook', 'int_ledger_said') }}
    where close_number = 0
    union all
    select
        contract_id,
        currency,
        lower(state) as part,
        amount
    from {{ ref('ratebook', 'open_adjustments') }}
),

summed as (
    select
        {%- for part in amounts %}
        cast(sum(case when part = '{{ part }}' then amount else 0 end) as decimal(28, 8))
            as {{ part }}_amount,
        {%- endfor %}
        contract_id,
        currency
    from parts
    group by contract_id, currency
)

select
    contract_id,
    currency,
    recomputed_amount,
    frozen_amount,
    opening_amount,
    open_amount,
    waiting_amount,
    not_frozen_amount,
    cast(
        recomputed_amount - frozen_amount - opening_amount - open_amount - waiting_amount
        - not_frozen_amount
        as decimal(28, 8)
    ) as unexplained_amount
from summed
