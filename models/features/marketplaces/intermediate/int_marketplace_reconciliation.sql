{{ config(enabled=ratebook.has_feature('marketplaces')) }}
{%- set zero = 'cast(0 as decimal(38, 12))' -%}
-- Each month of a dimension: its usage, and what happened to it.
with records as (
    select
        *,
        cast(date_trunc('month', metered_hour) as date) as metered_month
    from {{ ref('ratebook', 'int_marketplace_records') }}
),

amounts as (
    select * from {{ ref('ratebook', 'int_marketplace_amounts') }}
),

line_items as (
    select
        rating_set,
        contract_id,
        product_uid,
        cast(date_trunc('month', effective_at) as date) as metered_month,
        min(currency) as currency,
        max(minor_units) as minor_units,
        cast(sum(amount) as decimal(28, 8)) as rated_amount
    from {{ ref('ratebook', 'int_line_items') }}
    group by 1, 2, 3, 4
    -- Amounts in two currencies have no sum.
    having count(distinct currency) = 1
),

months as (
    select
        rating_set,
        agreement_id,
        contract_id,
        customer_id,
        marketplace,
        listing_id,
        dimension,
        product_uid,
        metered_month,
        sum(event_count) as event_count,
        sum(metered_quantity) as metered_quantity,
        sum(
            case state
                when 'accepted' then accepted_product_quantity
                when 'sent' then product_quantity
                else {{ zero }}
            end
        ) as sent_quantity,
        sum(case state when 'accepted' then accepted_product_quantity else {{ zero }} end)
            as accepted_quantity,
        sum(coalesce(rejected_product_quantity, {{ zero }})) as rejected_quantity,
        sum(late_quantity) as late_quantity,
        sum(case state when 'pending' then product_quantity else {{ zero }} end)
            as unsent_quantity,
        sum(carried_quantity) as carried_quantity
    from records
    where event_count > 0 or state is not null
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9
),

carried as (
    select
        *,
        sum(carried_quantity) over (
            partition by rating_set, agreement_id, dimension
            order by metered_month
            rows between unbounded preceding and current row
        ) as carried_out_quantity
    from months
)

select
    carried.rating_set,
    carried.agreement_id,
    carried.contract_id,
    carried.customer_id,
    carried.marketplace,
    carried.listing_id,
    carried.dimension,
    carried.product_uid,
    carried.metered_month,
    line_items.currency,
    cast(carried.event_count as bigint) as event_count,
    {%- for quantity in ['metered', 'sent', 'accepted'] %}
    cast(carried.{{ quantity }}_quantity as decimal(38, 12)) as {{ quantity }}_quantity,
    {%- endfor %}
    cast(carried.unsent_quantity + carried.carried_quantity as decimal(38, 12))
        as pending_quantity,
    {%- for quantity in ['late', 'rejected', 'carried_out'] %}
    cast(carried.{{ quantity }}_quantity as decimal(38, 12)) as {{ quantity }}_quantity,
    {%- endfor %}
    cast(carried.carried_out_quantity - carried.carried_quantity as decimal(38, 12))
        as carried_in_quantity,
    line_items.rated_amount,
    {%- for amount in ['sent_amount', 'fee_amount'] %}
    case
        when line_items.currency is not null
            then coalesce(amounts.{{ amount }}, cast(0 as decimal(28, 8)))
    end as {{ amount }},
    {%- endfor %}
    line_items.minor_units
from carried
left join line_items
    on
        carried.rating_set = line_items.rating_set
        and carried.contract_id = line_items.contract_id
        and carried.product_uid = line_items.product_uid
        and carried.metered_month = line_items.metered_month
left join amounts
    on
        carried.rating_set = amounts.rating_set
        and carried.agreement_id = amounts.agreement_id
        and carried.dimension = amounts.dimension
        and carried.metered_month = amounts.metered_month
