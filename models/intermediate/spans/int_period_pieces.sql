-- Periods cut by every window that applies. A rest of less than a local day that joins the period
-- before it decides nothing: the last piece before it continues to the end of the rest.
with periods as (
    select * from {{ ref('ratebook', 'int_nominal_periods') }}
),

prices as (
    select * from {{ ref('ratebook', 'int_prices') }}
    where is_billable
),

cut as (
    select
        prices.rating_set,
        prices.configuration_set,
        prices.lineage_id,
        prices.price_id,
        prices.terms_key,
        prices.contract_uid,
        prices.contract_id,
        prices.customer_id,
        prices.list_price_uid,
        prices.contract_price_uid,
        prices.product_uid,
        prices.product_type,
        prices.invoice_delivery,
        prices.currency,
        prices.billing_target,
        prices.billing_timezone,
        prices.trial_ends_at,
        periods.nominal_start_date,
        periods.nominal_end_date,
        periods.started_at,
        periods.ended_at,
        periods.rest_starts_at,
        greatest(prices.effective_at, periods.started_at) as effective_at,
        least(prices.ineffective_at, periods.ended_at) as ineffective_at
    from periods
    inner join prices
        on
            periods.rating_set = prices.rating_set
            and periods.lineage_id = prices.lineage_id
            and periods.invoice_delivery = prices.invoice_delivery
            and periods.invoice_schedule = prices.invoice_schedule
            and periods.schedule_unit = prices.schedule_unit
            and periods.billing_anchor = prices.billing_anchor
            and periods.term_started_at = prices.term_started_at
            and periods.term_ended_at is not distinct from prices.term_ended_at
            and periods.started_at <= {{ ratebook.last_start_at('prices') }}
            and periods.started_at < prices.ineffective_at
            and (
                periods.ended_at > prices.effective_at
                or (
                    prices.invoice_delivery = 'ONE_TIME'
                    and periods.started_at = prices.effective_at
                )
            )
),

with_rests as (
    select
        *,
        coalesce(
            least(rest_starts_at, lag(rest_starts_at) over pieces_of_lineage) <= effective_at, false
        ) as begins_in_rest,
        coalesce(lag(ineffective_at) over pieces_of_lineage != effective_at, true)
            as is_after_gap
    from cut
    window pieces_of_lineage as (
        partition by rating_set, lineage_id, invoice_delivery = 'ONE_TIME'
        order by effective_at, price_id
    )
),

-- Everything after the first piece in a rest is in it, too.
placed as (
    select
        *,
        max(case when begins_in_rest then 1 else 0 end) over pieces_of_lineage = 1 as is_in_rest,
        sum(case when is_after_gap then 1 else 0 end) over pieces_of_lineage as run_number
    from with_rests
    window pieces_of_lineage as (
        partition by rating_set, lineage_id, invoice_delivery = 'ONE_TIME'
        order by effective_at, price_id
        rows between unbounded preceding and current row
    )
),

lasting as (
    select
        *,
        case
            when
                not is_in_rest and lead(is_in_rest) over pieces_of_run
                then max(ineffective_at) over (
                    partition by rating_set, lineage_id, invoice_delivery = 'ONE_TIME', run_number
                )
            else ineffective_at
        end as last_ineffective_at
    from placed
    window pieces_of_run as (
        partition by rating_set, lineage_id, invoice_delivery = 'ONE_TIME', run_number
        order by effective_at, price_id
    )
)

select
    rating_set,
    configuration_set,
    lineage_id,
    price_id,
    terms_key,
    contract_uid,
    contract_id,
    customer_id,
    list_price_uid,
    contract_price_uid,
    product_uid,
    product_type,
    invoice_delivery,
    currency,
    billing_target,
    billing_timezone,
    -- A trial that reaches the rest lasts to its end.
    case
        when trial_ends_at >= rest_starts_at then greatest(trial_ends_at, ended_at)
        else trial_ends_at
    end as trial_ends_at,
    nominal_start_date,
    nominal_end_date,
    started_at,
    ended_at,
    effective_at,
    last_ineffective_at as ineffective_at
from lasting
where not is_in_rest
