{{ config(enabled=ratebook.has_feature('ledger') and ratebook.has_feature('partners')) }}

-- The partner's share of each row that corrects a key: the share that the key has now, less what
-- was said of it, split over the rows of the key by largest remainder.
with keys as (
    select * from {{ ref('ratebook', 'int_ledger_keys') }}
    where difference != 0
),

corrections as (
    select
        ledger_rows.ledger_key,
        ledger_rows.document_id,
        ledger_rows.origin_document_id,
        ledger_rows.partner_id,
        ledger_rows.minor_units,
        ledger_rows.amount,
        documents.document_position
    from {{ ref('ratebook', 'int_ledger_rows_to_freeze') }} as ledger_rows
    inner join {{ ref('ratebook', 'int_ledger_documents') }} as documents
        on ledger_rows.document_id = documents.document_id
    where ledger_rows.row_type = 'ADJUSTMENT' and ledger_rows.correction_kind is null
),

partners_said as (
    select
        ledger.ledger_key,
        ledger.partner_id,
        row_number() over (
            partition by ledger.ledger_key
            order by
                ledger.document_position desc, ledger.row_number desc nulls first,
                ledger.origin_document_id asc
        ) as choice
    from keys
    inner join {{ ref('ratebook', 'int_ledger_said') }} as ledger
        on keys.ledger_key = ledger.ledger_key
    where ledger.partner_id is not null
),

opening as (
    select
        ledger_key,
        sum(net_amount) as amount
    from {{ ref('ratebook', 'int_ledger_opening') }}
    group by ledger_key
),

corrected as (
    select
        ledger_key,
        max(minor_units) as minor_units,
        sum(amount) as amount
    from corrections
    group by ledger_key
),

units as (
    select
        {%- for column, amount in {
            'now_share': 'keys.now_share', 'share_difference': 'keys.share_difference',
            'now_amount': 'keys.now_amount', 'opening_amount': 'coalesce(opening.amount, 0)',
            'amount_left': 'keys.difference - corrected.amount',
        }.items() %}
        {{ ratebook.minor_units_in('(' ~ amount ~ ')', 'corrected.minor_units') }} as {{ column }},
        {%- endfor %}
        keys.ledger_key,
        partners_said.partner_id,
        corrected.minor_units
    from keys
    inner join corrected
        on keys.ledger_key = corrected.ledger_key
    left join opening
        on keys.ledger_key = opening.ledger_key
    left join partners_said
        on keys.ledger_key = partners_said.ledger_key and partners_said.choice = 1
),

-- Another system has said no share: what it has invoiced counts with the share that it has now.
shares as (
    select
        ledger_key,
        partner_id,
        share_difference
        - case
            when now_amount = 0 then 0
            else
                {{ ratebook.whole_quotient(
                    '(2 * abs(now_share * opening_amount) + abs(now_amount))', '(2 * abs(now_amount))'
                ) }}
                * sign(now_share) * sign(opening_amount) * sign(now_amount)
        end as key_share
    from units
),

-- What stays open of a key keeps its part of the share.
weights as (
    select
        ledger_key,
        document_id,
        origin_document_id,
        document_position,
        partner_id,
        minor_units,
        {{ ratebook.minor_units_in('abs(amount)', 'minor_units') }} as weight
    from corrections
    union all
    select
        ledger_key,
        cast(null as varchar) as document_id,
        cast(null as varchar) as origin_document_id,
        cast(null as bigint) as document_position,
        cast(null as varchar) as partner_id,
        minor_units,
        abs(amount_left) as weight
    from units
),

divided as (
    select
        weights.*,
        shares.key_share,
        coalesce(weights.partner_id, shares.partner_id) as share_partner_id,
        abs(shares.key_share) * weights.weight as dividend,
        sum(weights.weight) over (partition by weights.ledger_key) as divisor
    from weights
    inner join shares
        on weights.ledger_key = shares.ledger_key
    where weights.weight != 0
),

ranked as (
    select
        *,
        {{ ratebook.whole_quotient('dividend', 'divisor') }} as share_units,
        abs(key_share)
        - sum({{ ratebook.whole_quotient('dividend', 'divisor') }}) over (partition by ledger_key)
            as units_left,
        row_number() over (
            partition by ledger_key
            order by
                dividend % divisor desc, document_position asc nulls last,
                origin_document_id asc nulls last
        ) as place
    from divided
)

select
    ledger_key,
    document_id,
    origin_document_id,
    share_partner_id as partner_id,
    {{ ratebook.money_of_units(
        '(share_units + case when place <= units_left then 1 else 0 end) * sign(key_share)',
        'minor_units'
    ) }} as partner_share_amount
from ranked
where document_id is not null and share_partner_id is not null
