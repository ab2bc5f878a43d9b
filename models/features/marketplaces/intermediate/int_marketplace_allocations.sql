{{ config(enabled=ratebook.has_feature('marketplaces')) }}

{#- The smallest quantity of a record, a unit of the dimension or a millionth of it, in 10^-12. -#}
{%- set smallest = '(case when is_whole then 1000000000000 else 1000000 end)' -%}
-- The quantity that the record of each open hour reports, in hour order: never more than every
-- later hour leaves over, so that nothing is reported twice and a correction lowers what is not yet
-- reported. Counted in the smallest quantity that a record can have.
with hours as (
    select
        *,
        metered_quantity - late_quantity - sent_quantity as change_quantity
    from {{ ref('ratebook', 'int_marketplace_hours') }}
),

balanced as (
    select
        *,
        sum(case when is_complete then change_quantity else cast(0 as decimal(38, 12)) end)
            over up_to_here as balance
    from hours
    window up_to_here as (
        partition by rating_set, agreement_id, dimension
        order by metered_hour
        rows between unbounded preceding and current row
    )
),

available as (
    select
        *,
        greatest(
            min(balance) over (
                partition by rating_set, agreement_id, dimension
                order by metered_hour
                rows between current row and unbounded following
            ),
            cast(0 as decimal(38, 12))
        ) as available_quantity,
        row_number() over (
            partition by rating_set, agreement_id, dimension, is_open
            order by metered_hour
        ) as open_number,
        {{ ratebook.whole_quotient(
            ratebook.quantity_numerator('cast(unit_factor as decimal(38, 12))') ~ ' * ' ~ smallest,
            '1000000000000'
        ) }} as unit_numerator,
        {{ ratebook.whole_quotient(
            ratebook.quantity_numerator('cast(maximum_quantity as decimal(38, 12))'), smallest
        ) }} as maximum_units
    from balanced
),

with_available_units as (
    select
        *,
        {{ ratebook.whole_quotient(
            ratebook.quantity_numerator('available_quantity'), 'unit_numerator'
        ) }} as available_units
    from available
),

-- A record has a maximum quantity; the rest moves to the next hour.
limited as (
    select
        *,
        case
            when maximum_units is null then available_units
            else
                least(
                    open_number * maximum_units,
                    open_number * maximum_units
                    + min(available_units - open_number * maximum_units) over (
                        partition by rating_set, agreement_id, dimension, is_open
                        order by metered_hour
                        rows between unbounded preceding and current row
                    )
                )
        end as reported_units
    from with_available_units
),

reported as (
    select
        *,
        case
            when is_open
                then
                    reported_units - coalesce(
                        lag(reported_units) over (
                            partition by rating_set, agreement_id, dimension, is_open
                            order by metered_hour
                        ), 0
                    )
            else 0
        end as record_units
    from limited
)

select
    rating_set,
    agreement_id,
    dimension,
    metered_hour,
    event_count,
    metered_quantity,
    late_quantity,
    sent_quantity,
    is_complete,
    is_open,
    is_over,
    cast(
        {{ ratebook.decimal_quantity('record_units * ' ~ smallest, 1) }} as decimal(38, 6)
    ) as open_quantity,
    {{ ratebook.decimal_quantity('record_units * unit_numerator', 1) }} as open_product_quantity
from reported
