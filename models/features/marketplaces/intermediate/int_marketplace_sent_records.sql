{{ config(enabled=ratebook.has_feature('marketplaces')) }}

-- Records sent to a marketplace, one per key: the first reported quantity, the number of attempts,
-- and the last answer.
with keyed as (
    select
        *,
        {{ ratebook.surrogate_key(
            ['agreement_id', 'dimension'], [ratebook.text_of_instant('metered_hour')]
        ) }} as record_key
    from {{ ref('ratebook', 'stg_marketplace_sent_records') }}
    where
        id is not null
        and agreement_id is not null
        and dimension is not null
        and {{ ratebook.decimal_within('quantity', 16, 6, 0) }} is not null
        and sent_at is not null
        and metered_hour = date_trunc('hour', metered_hour)
        and {{ ratebook.is_known_by_system_time('sent_at') }}
),

results as (
    select * from {{ ref('ratebook', 'stg_marketplace_record_results') }}
    where
        record_id is not null
        and returned_at is not null
        -- If the accepted quantity is unreadable, the full quantity must not count as accepted.
        and unparsable_cells is null
        and {{ ratebook.is_known_by_system_time('returned_at') }}
),

dimensions as (
    select * from {{ ref('ratebook', 'int_marketplace_dimensions') }}
),

rules as (
    select * from {{ ref('ratebook', 'int_marketplace_rules') }}
    where kind = 'RESULT'
),

-- An id belongs to one key; using it for another key is reported as an exception and left out.
by_key as (
    select
        *,
        first_value(record_key) over (
            partition by id
            order by sent_at, row_text
        ) as key_of_id
    from keyed
),

numbered as (
    select
        *,
        row_number() over sendings as attempt_number,
        first_value(quantity) over sendings as first_quantity,
        first_value(id) over sendings as first_id
    from by_key
    where record_key = key_of_id
    window sendings as (
        partition by agreement_id, dimension, metered_hour
        order by sent_at, id, row_text
        rows between unbounded preceding and unbounded following
    )
),

-- Another quantity or id for the same key is reported as an exception and left out.
attempts as (
    select
        agreement_id,
        dimension,
        metered_hour,
        first_id as record_id,
        max(attempt_number) as last_number,
        -- An attempt in both the outbox and the table counts once.
        count(distinct sent_at) as attempt_count,
        max(case when attempt_number = 1 then quantity end) as quantity,
        max(case when attempt_number = 1 then product_quantity end) as product_quantity,
        max(sent_at) as sent_at
    from numbered
    where quantity = first_quantity and id = first_id
    group by agreement_id, dimension, metered_hour, first_id
),

last_attempts as (
    select
        attempts.*,
        numbered.batch_id
    from attempts
    inner join numbered
        on
            attempts.record_id = numbered.id
            and attempts.agreement_id = numbered.agreement_id
            and attempts.dimension = numbered.dimension
            and attempts.metered_hour = numbered.metered_hour
            and attempts.last_number = numbered.attempt_number
),

-- A status that the marketplace does not define means nothing.
answers as (
    select
        last_attempts.record_id,
        rules.value as answer,
        results.status,
        results.accepted_quantity,
        results.returned_at,
        results.detail,
        row_number() over (
            partition by last_attempts.record_id
            order by results.returned_at desc, results.id desc, results.row_text desc
        ) as choice
    from last_attempts
    inner join results
        on
            last_attempts.record_id = results.record_id
            and last_attempts.sent_at <= results.returned_at
    inner join dimensions
        on
            last_attempts.agreement_id = dimensions.agreement_id
            and last_attempts.dimension = dimensions.dimension
    inner join rules
        on
            dimensions.marketplace = rules.marketplace
            and results.status = rules.name
)

select
    dimensions.rating_set,
    dimensions.agreement_id,
    dimensions.dimension,
    last_attempts.metered_hour,
    last_attempts.record_id,
    last_attempts.attempt_count,
    last_attempts.batch_id,
    last_attempts.sent_at,
    cast(last_attempts.quantity as decimal(38, 6)) as quantity,
    dimensions.unit_factor,
    coalesce(
        cast(last_attempts.product_quantity as decimal(38, 12)),
        cast(
            cast(last_attempts.quantity as decimal(22, 6)) * dimensions.unit_factor
            as decimal(38, 12)
        )
    ) as product_quantity,
    answers.status,
    cast(
        {{ ratebook.decimal_within('answers.accepted_quantity', 16, 6, 0) }} as decimal(38, 6)
    ) as accepted_quantity,
    answers.returned_at,
    answers.detail,
    answers.answer
from last_attempts
inner join dimensions
    on
        last_attempts.agreement_id = dimensions.agreement_id
        and last_attempts.dimension = dimensions.dimension
left join answers
    on
        last_attempts.record_id = answers.record_id
        and answers.choice = 1
