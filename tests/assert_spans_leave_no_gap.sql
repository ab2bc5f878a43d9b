{{ config(group='engine') }}

-- Otherwise a contract sells a product at a billable price, but for some time after its trial no
-- customer pays for it. Checked at each time at which a gap could begin: the start of each price,
-- the end of the trial, and the end of each span.
with prices as (
    select
        *,
        greatest(effective_at, trial_ends_at) as owed_from
    from {{ ref('ratebook', 'int_prices') }}
    where is_billable and invoice_delivery != 'ONE_TIME'
),

spans as (
    select * from {{ ref('ratebook', 'int_price_spans') }}
),

candidates as (
    select
        rating_set,
        lineage_id,
        owed_from as instant
    from prices
    union
    select
        rating_set,
        lineage_id,
        ineffective_at as instant
    from spans
),

sold as (
    select
        candidates.rating_set,
        candidates.lineage_id,
        candidates.instant
    from candidates
    inner join prices
        on
            candidates.rating_set = prices.rating_set
            and candidates.lineage_id = prices.lineage_id
            and candidates.instant >= prices.owed_from
            and candidates.instant < prices.ineffective_at
    where candidates.instant <= {{ ratebook.last_start_at('prices') }}
)

select
    sold.rating_set,
    sold.lineage_id,
    sold.instant
from sold
left join spans
    on
        sold.rating_set = spans.rating_set
        and sold.lineage_id = spans.lineage_id
        and sold.instant >= spans.effective_at
        and sold.instant < spans.ineffective_at
where spans.span_id is null
