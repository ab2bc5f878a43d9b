{{ config(enabled=ratebook.has_feature('marketplaces')) }}

-- The amounts of the records of a month: sent quantity x price of the span in which their hour
-- ends, less its percent discount, rounded once per span, like its line item; and the marketplace's
-- fee.
with records as (
    select
        rating_set,
        agreement_id,
        dimension,
        contract_id,
        product_uid,
        cast(date_trunc('month', metered_hour) as date) as metered_month,
        -- The last hour of a contract may end after the contract.
        least({{ ratebook.add_hours('metered_hour', 1) }}, contract_ended_at) as hour_end_at,
        case state when 'accepted' then accepted_product_quantity else product_quantity end
            as sent_quantity
    from {{ ref('ratebook', 'int_marketplace_records') }}
    where state in ('sent', 'accepted')
),

spans as (
    select * from {{ ref('ratebook', 'int_price_spans') }}
    where rating_set = {{ ratebook.public_rating_set() }}
),

prices as (
    select * from {{ ref('ratebook', 'int_prices') }}
),

line_items as (
    select * from {{ ref('ratebook', 'int_line_items') }}
    where line_type = 'usage'
),

-- The marketplace's fee is the share of a partner of that kind.
shares as (
    {%- if ratebook.has_feature('partners') %}
    select
        line_shares.rating_set,
        line_shares.line_item_id,
        choices.share_percent,
        choices.share_amount
    from {{ ref('ratebook', 'int_partner_line_shares') }} as line_shares
    inner join {{ ref('ratebook', 'int_partner_share_choices') }} as choices
        on
            line_shares.rating_set = choices.rating_set
            and line_shares.line_item_id = choices.line_item_id
            and choices.is_current
            and choices.is_payable
    where line_shares.kind = 'MARKETPLACE'
    {%- else %}
    select
        rating_set,
        line_item_id,
        cast(null as decimal(38, 20)) as share_percent,
        cast(null as decimal(38, 20)) as share_amount
    from line_items
    where false
    {%- endif %}
),

by_span as (
    select
        records.rating_set,
        records.agreement_id,
        records.dimension,
        records.metered_month,
        spans.span_id,
        spans.price_id,
        cast(sum(records.sent_quantity) as decimal(38, 12)) as sent_quantity
    from records
    inner join spans
        on
            records.contract_id = spans.contract_id
            and records.product_uid = spans.product_uid
            and records.hour_end_at > spans.effective_at
            and records.hour_end_at <= spans.ineffective_at
    group by 1, 2, 3, 4, 5, 6
),

priced as (
    select
        by_span.*,
        line_items.minor_units,
        shares.share_percent,
        shares.share_amount,
        {{ ratebook.round_money(
            ratebook.exact_amount(
                'prices.price',
                ratebook.quantity_numerator('by_span.sent_quantity'),
                'prices.price_per',
                'coalesce(prices.discount_percent, 0)'
            ),
            'line_items.minor_units'
        ) }} as sent_amount
    from by_span
    inner join prices
        on
            by_span.rating_set = prices.rating_set
            and by_span.price_id = prices.price_id
    inner join line_items
        on
            by_span.rating_set = line_items.rating_set
            and by_span.span_id = line_items.span_id
    left join shares
        on
            line_items.rating_set = shares.rating_set
            and line_items.line_item_id = shares.line_item_id
)

select
    rating_set,
    agreement_id,
    dimension,
    metered_month,
    cast(sum(sent_amount) as decimal(28, 8)) as sent_amount,
    cast(
        sum(
            {{ ratebook.round_money(
                ratebook.share_of('sent_amount', 'share_percent', 'share_amount'), 'minor_units'
            ) }}
        ) as decimal(28, 8)
    ) as fee_amount
from priced
group by 1, 2, 3, 4
