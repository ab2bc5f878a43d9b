{{ config(enabled=ratebook.has_feature('marketplaces')) }}

-- The outcome of each sent record and of its parts. Quantities are in units of the dimension and in
-- units of the product.
with sent_records as (
    select * from {{ ref('ratebook', 'int_marketplace_sent_records') }}
),

terms as (
    select * from {{ ref('ratebook', 'int_marketplace_terms') }}
),

interpreted as (
    select
        sent_records.*,
        case sent_records.answer
            when 'ACCEPTED' then coalesce(sent_records.accepted_quantity, sent_records.quantity)
            when 'REJECTED' then cast(0 as decimal(38, 6))
            -- A key never changes its quantity: a duplicate means that it was accepted before.
            when 'DUPLICATE'
                then
                    coalesce(
                        sent_records.accepted_quantity,
                        case
                            when sent_records.attempt_count > 1 then sent_records.quantity
                            else cast(0 as decimal(38, 6))
                        end
                    )
        end as counted_quantity,
        coalesce(
            {{ ratebook.hour_closes_at('sent_records.metered_hour', 'terms') }}
            >= {{ ratebook.as_of() }},
            true
        )
        and not terms.is_over as is_in_time
    from sent_records
    inner join terms
        on
            sent_records.rating_set = terms.rating_set
            and sent_records.agreement_id = terms.agreement_id
            and sent_records.dimension = terms.dimension
),

with_outcomes as (
    select
        *,
        case
            when counted_quantity = quantity then product_quantity
            else
                cast(
                    cast(counted_quantity as decimal(22, 6)) * unit_factor as decimal(38, 12)
                )
        end as counted_product_quantity,
        case
            when answer in ('UNPROCESSED', 'UNKNOWN') and is_in_time then 'pending'
            when answer in ('UNKNOWN', 'EXPIRED') then 'late'
            when counted_quantity > 0 then 'accepted'
            when counted_quantity is not null then 'rejected'
            else 'sent'
        end as state
    from interpreted
)

select
    rating_set,
    agreement_id,
    dimension,
    metered_hour,
    record_id,
    attempt_count,
    batch_id,
    sent_at,
    returned_at,
    status,
    detail,
    state,
    quantity,
    product_quantity,
    counted_quantity as accepted_quantity,
    quantity - counted_quantity as rejected_quantity,
    counted_product_quantity as accepted_product_quantity,
    product_quantity - counted_product_quantity as rejected_product_quantity
from with_outcomes
-- A record that was not counted and cannot be sent again is dropped: its usage moves to another
-- hour.
where answer is null or answer != 'UNPROCESSED' or is_in_time
