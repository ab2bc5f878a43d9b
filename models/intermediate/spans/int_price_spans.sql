{%- set kept = [
    'rating_set', 'configuration_set', 'lineage_id', 'price_id', 'terms_key', 'contract_uid',
    'contract_id', 'customer_id', 'list_price_uid', 'contract_price_uid', 'product_uid',
    'product_type', 'invoice_delivery', 'currency', 'billing_target', 'billing_timezone',
    'nominal_start_date', 'nominal_end_date', 'started_at', 'ended_at',
] -%}
-- Pieces of periods, without what lies in the trial of the contract, joined where neighbours have
-- the same terms.
with pieces as (
    select * from {{ ref('ratebook', 'int_period_pieces') }}
),

keyed as (
    select
        {%- for column in kept %}
        {{ column }},
        {%- endfor %}
        greatest(effective_at, trial_ends_at) as effective_at,
        ineffective_at,
        {{ ratebook.surrogate_key([], [
            'lineage_id', 'invoice_delivery', ratebook.text_of_date('nominal_start_date'),
            ratebook.text_of_date('nominal_end_date'),
        ]) }} as period_id
    from pieces
    where trial_ends_at is null or trial_ends_at < ineffective_at
),

-- Rows of a period that continue the previous row, or continue in the next, under the same terms.
with_neighbours as (
    select
        *,
        coalesce(
            lag(terms_key) over rows_of_period = terms_key
            and lag(ineffective_at) over rows_of_period = effective_at
            and lag(started_at) over rows_of_period = started_at
            and lag(ended_at) over rows_of_period = ended_at,
            false
        ) as continues_previous,
        coalesce(
            lead(terms_key) over rows_of_period = terms_key
            and lead(effective_at) over rows_of_period = ineffective_at
            and lead(started_at) over rows_of_period = started_at
            and lead(ended_at) over rows_of_period = ended_at,
            false
        ) as continues_in_next
    from keyed
    window rows_of_period as (
        partition by rating_set, period_id
        order by effective_at, price_id
    )
),

-- A merged span has the ids of its first row, and ends with its last row, the next one kept here.
merged as (
    select
        *,
        case
            when continues_in_next then lead(ineffective_at) over rows_of_period
            else ineffective_at
        end as span_ineffective_at,
        sum(case when continues_previous then 0 else 1 end) over (
            partition by rating_set, period_id
            order by effective_at, price_id
            rows between unbounded preceding and current row
        ) as span_number,
        sum(case when continues_previous then 0 else 1 end) over (
            partition by rating_set, period_id
            order by effective_at, price_id
            rows between unbounded preceding and unbounded following
        ) as span_count
    from with_neighbours
    where not (continues_previous and continues_in_next)
    window rows_of_period as (
        partition by rating_set, period_id
        order by effective_at, price_id
    )
)

select
    rating_set,
    configuration_set,
    {{ ratebook.surrogate_key(
        ['contract_uid', 'list_price_uid', 'contract_price_uid'],
        [
            ratebook.text_of_date('nominal_start_date'), ratebook.text_of_date('nominal_end_date'),
            ratebook.text_of_instant('effective_at'),
        ]
    ) }} as span_id,
    price_id,
    lineage_id,
    period_id,
    {{ ratebook.invoice_key('contract_id') }} as invoice_id,
    contract_uid,
    contract_id,
    customer_id,
    list_price_uid,
    contract_price_uid,
    product_uid,
    product_type,
    invoice_delivery,
    billing_timezone,
    nominal_start_date,
    nominal_end_date,
    started_at,
    ended_at,
    effective_at,
    span_ineffective_at as ineffective_at,
    {{ ratebook.days_between(
        ratebook.local_date('effective_at', 'billing_timezone'),
        ratebook.local_date('span_ineffective_at', 'billing_timezone')
    ) }} as prorated_days,
    {{ ratebook.days_between('nominal_start_date', 'nominal_end_date') }} as period_days,
    span_number,
    span_number = span_count as is_last_span
from merged
where not continues_previous
