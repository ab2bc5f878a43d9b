{{ config(enabled=ratebook.has_feature('recurring_revenue')) }}

-- Fee changes of a contract without a milestone: because of a phase, an override or a pricebook
-- row.
with milestones as (
    select * from {{ ref('ratebook', 'int_contract_milestones') }}
    where event_type not in ('SIGNED', 'VOIDED')
),

revenue as (
    select * from {{ ref('ratebook', 'int_recurring_revenue') }}
),

contract_windows as (
    select * from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect
),

changes as (
    select
        rating_set,
        contract_id,
        changed_at
    from revenue
    group by rating_set, contract_id, currency, changed_at
    having sum(mrr) != sum(mrr_before) or sum(arr) != sum(arr_before)
),

changes_in_between as (
    select distinct
        changes.rating_set,
        changes.contract_id,
        changes.changed_at
    from changes
    left join milestones
        on
            changes.rating_set = milestones.rating_set
            and changes.contract_id = milestones.contract_id
            and changes.changed_at = milestones.occurred_at
    where milestones.contract_id is null
),

-- The row in force at the change; in a gap, the one before it.
rows_of_changes as (
    select
        changes_in_between.rating_set,
        changes_in_between.contract_id,
        changes_in_between.changed_at,
        contract_windows.contract_uid,
        contract_windows.customer_id,
        row_number() over (
            partition by
                changes_in_between.rating_set,
                changes_in_between.contract_id,
                changes_in_between.changed_at
            order by contract_windows.effective_at desc, contract_windows.contract_uid desc
        ) as choice
    from changes_in_between
    inner join contract_windows
        on
            changes_in_between.rating_set = contract_windows.rating_set
            and changes_in_between.contract_id = contract_windows.contract_id
            and changes_in_between.changed_at >= contract_windows.effective_at
)

select
    rating_set,
    contract_id,
    contract_uid,
    customer_id,
    changed_at
from rows_of_changes
where choice = 1
