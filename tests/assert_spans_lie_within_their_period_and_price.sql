{{ config(group='engine') }}

-- Otherwise usage is rated, or a fee owed, for a time outside of the price or the period, or in a
-- trial. A span may outlast the price that it is named after, because it continues under the equal
-- terms of the next price.
with spans as (
    select * from {{ ref('ratebook', 'int_price_spans') }}
),

prices as (
    select * from {{ ref('ratebook', 'int_prices') }}
)

select
    spans.rating_set,
    spans.span_id
from spans
left join prices
    on
        spans.rating_set = prices.rating_set
        and spans.price_id = prices.price_id
        and spans.lineage_id = prices.lineage_id
        and spans.effective_at >= prices.effective_at
        and spans.effective_at < prices.ineffective_at
where
    prices.price_id is null
    or spans.effective_at < prices.trial_ends_at
    or spans.effective_at < spans.started_at
    or spans.ineffective_at > spans.ended_at
    or spans.ineffective_at < spans.effective_at
