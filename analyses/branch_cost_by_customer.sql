-- What would the change on a branch cost, in total and per customer? One row per currency and
-- is_shadow (a marketplace collects shadow invoices) for all customers together, and one per
-- customer, of the invoices that differ between main and the branch. Build with --vars
-- '{ratebook_branch: ...}' first: on main there are no rows. A negative difference is less revenue.
with diffs as (
    select * from {{ ref('ratebook', 'branch_invoice_diffs') }}
    where difference != 0
),

grouped as (
    {%- for customer_id, number in [("'all customers'", 0), ('customer_id', 1)] %}
    select
        currency,
        is_shadow,
        {{ number }} as number_of_group,
        {{ customer_id }} as customer_id,
        count(distinct customer_id) as customers,
        count(*) as changed_invoices,
        sum(coalesce(main_total, 0)) as main_total,
        sum(coalesce(branch_total, 0)) as branch_total,
        sum(difference) as difference
    from diffs
    group by {{ "currency, is_shadow, customer_id" if number else "currency, is_shadow" }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
)

select
    currency,
    case when is_shadow then 'yes' else 'no' end as shadow,
    customer_id,
    customers,
    changed_invoices,
    main_total,
    branch_total,
    difference
from grouped
order by currency asc, is_shadow asc, number_of_group asc, abs(difference) desc, customer_id asc
