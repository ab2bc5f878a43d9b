{{ config(enabled=ratebook.has_feature('entitlements')) }}

-- Prices that entitle to use their product: recurring fees and usage, with what is free of it in a
-- period. Units are free before the first tier that owes something: allowance is null if none does.
-- Free events are units where each event is one.
with free_tiers as (
    select
        rating_set,
        rates_id,
        min(case when unit_price != 0 or flat_amount != 0 then from_quantity end) as free_up_to
    from {{ ref('ratebook', 'int_uplifted_tiers') }}
    group by rating_set, rates_id
)

select
    prices.rating_set,
    prices.contract_id,
    prices.customer_id,
    prices.product_uid,
    prices.product_type,
    prices.fixed_quantity,
    cast(case
        when free_tiers.rates_id is not null
            then coalesce(prices.free_quantity, 0) + free_tiers.free_up_to
        when event_rates.free_events is null then coalesce(prices.free_quantity, 0)
        when prices.aggregation = 'COUNT'
            then
                least(
                    event_rates.free_events,
                    coalesce(prices.free_quantity, event_rates.free_events)
                )
        else 0
    end as decimal(38, 12)) as allowance,
    prices.effective_at,
    prices.ineffective_at
from {{ ref('ratebook', 'int_prices') }} as prices
left join free_tiers
    on
        prices.rating_set = free_tiers.rating_set
        and prices.rates_id = free_tiers.rates_id
        and not prices.has_matrix
left join {{ ref('ratebook', 'int_price_rates') }} as event_rates
    on
        prices.rating_set = event_rates.rating_set
        and prices.rates_id = event_rates.rates_id
where
    prices.is_billable
    and prices.invoice_delivery != 'ONE_TIME'
    and coalesce(prices.price, 0) >= 0
    and prices.effective_at < prices.ineffective_at
