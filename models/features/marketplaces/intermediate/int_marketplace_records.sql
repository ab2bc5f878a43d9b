{{ config(enabled=ratebook.has_feature('marketplaces')) }}

-- What happens to the usage of each hour: a record that was or will be sent, and what came too late
-- for one. Usage with neither is carried to a later hour.
{%- set zero = 'cast(0 as decimal(38, 12))' %}
with allocations as (
    select
        *,
        row_number() over (
            partition by rating_set, agreement_id, dimension
            order by metered_hour desc
        ) as number_from_last,
        cast(
            sum(metered_quantity - late_quantity - sent_quantity) over (
                partition by rating_set, agreement_id, dimension
            ) as decimal(38, 12)
        ) as left_quantity
    from {{ ref('ratebook', 'int_marketplace_allocations') }}
),

answers as (
    select * from {{ ref('ratebook', 'int_marketplace_answers') }}
),

terms as (
    select * from {{ ref('ratebook', 'int_marketplace_terms') }}
),

-- Once the marketplace no longer accepts last records of an agreement, the remainder is late.
remainders as (
    select
        allocations.*,
        allocations.late_quantity + case
            when allocations.is_over and allocations.number_from_last = 1
                then allocations.left_quantity
            else {{ zero }}
        end as unreported_quantity
    from allocations
)

select
    remainders.rating_set,
    coalesce(
        answers.record_id,
        {{ ratebook.surrogate_key(
            ['remainders.agreement_id', 'remainders.dimension'],
            [ratebook.text_of_instant('remainders.metered_hour')]
        ) }}
    ) as metering_record_id,
    remainders.agreement_id,
    remainders.dimension,
    remainders.metered_hour,
    terms.contract_id,
    terms.customer_id,
    terms.marketplace,
    terms.listing_id,
    terms.buyer_id,
    terms.resource_id,
    terms.plan_id,
    terms.missing_field,
    terms.product_uid,
    terms.is_whole,
    terms.can_be_reported,
    terms.contract_ended_at,
    case
        when answers.state is not null then answers.state
        when remainders.open_quantity > 0 then 'pending'
        when remainders.unreported_quantity != 0 then 'late'
    end as state,
    coalesce(
        answers.quantity, case when remainders.open_quantity > 0 then remainders.open_quantity end
    ) as quantity,
    coalesce(
        answers.product_quantity,
        case when remainders.open_quantity > 0 then remainders.open_product_quantity end
    ) as product_quantity,
    answers.accepted_quantity,
    answers.rejected_quantity,
    answers.accepted_product_quantity,
    answers.rejected_product_quantity,
    remainders.metered_quantity,
    cast(
        remainders.unreported_quantity
        + coalesce(case answers.state when 'late' then answers.product_quantity end, {{ zero }})
        as decimal(38, 12)
    ) as late_quantity,
    remainders.event_count,
    coalesce(answers.attempt_count, 0) as attempt_count,
    answers.batch_id,
    answers.sent_at,
    answers.returned_at,
    answers.status,
    answers.detail,
    least(
        {{ ratebook.hour_closes_at('remainders.metered_hour', 'terms') }}, terms.last_records_by
    ) as send_before_at,
    -- The part of the hour's usage that its own record does not report, less the usage of other
    -- hours that it does report.
    cast(
        remainders.metered_quantity - remainders.unreported_quantity - remainders.sent_quantity
        - remainders.open_product_quantity as decimal(38, 12)
    ) as carried_quantity
from remainders
inner join terms
    on
        remainders.rating_set = terms.rating_set
        and remainders.agreement_id = terms.agreement_id
        and remainders.dimension = terms.dimension
left join answers
    on
        remainders.rating_set = answers.rating_set
        and remainders.agreement_id = answers.agreement_id
        and remainders.dimension = answers.dimension
        and remainders.metered_hour = answers.metered_hour
