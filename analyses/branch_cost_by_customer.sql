-- What would a change on a branch cost each customer? One row per customer and currency whose
-- invoices differ between main and the branch. Build with --vars '{ratebook_branch: ...}' first:
-- on main every difference is 0, and there is no row. A negative difference is money that the
-- change gives away.
--
-- Real output (ratebook_branch: override_creates):
-- OptimusPrimeBot | USD | 1 | 102547.65 | 5106270.85 | 5003723.20
with diffs as (
    select * from {{ ref('ratebook', 'branch_invoice_diffs') }}
    where difference != 0
)

select
    customer_id,
    currency,
    count(*) as changed_invoice_count,
    sum(coalesce(main_total, 0)) as main_total,
    sum(coalesce(branch_total, 0)) as branch_total,
    sum(difference) as difference
from diffs
group by customer_id, currency
order by abs(sum(difference)) desc, customer_id asc, currency asc
