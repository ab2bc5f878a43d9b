{{ config(group='engine', enabled=ratebook.has_feature('marketplaces')) }}

-- Otherwise more or less is reported to a marketplace than was metered, and nobody notices: each
-- month adds up, and all months of a product add up to the usage that the lines of its contract
-- rate (including withheld lines). A product that a contract sells twice at once is rated twice,
-- but used once.
with months as (
    select * from {{ ref('ratebook', 'marketplace_reconciliation') }}
),

dimensions as (
    select * from {{ ref('ratebook', 'int_marketplace_dimensions') }}
    where contract_id is not null
),

spans as (
    select
        *,
        max(ineffective_at) over (
            partition by rating_set, contract_id, product_uid
            order by effective_at, span_id
            rows between unbounded preceding and 1 preceding
        ) > effective_at as is_sold_twice
    from {{ ref('ratebook', 'int_price_spans') }}
    where effective_at < ineffective_at
),

metered as (
    select
        agreement_id,
        dimension,
        sum(metered_quantity) as quantity
    from months
    group by agreement_id, dimension
),

rated as (
    select
        spans.rating_set,
        spans.contract_id,
        spans.product_uid,
        coalesce(max(case when spans.is_sold_twice then 1 end), 0) = 1 as is_sold_twice,
        sum(charges.quantity) as quantity
    from spans
    left join {{ ref('ratebook', 'int_charges') }} as charges
        on
            spans.rating_set = charges.rating_set
            and spans.span_id = charges.span_id
            and charges.line_type = 'usage'
    group by spans.rating_set, spans.contract_id, spans.product_uid
)

select
    agreement_id,
    dimension,
    metered_month,
    metered_quantity,
    sent_quantity + pending_quantity + late_quantity + rejected_quantity as quantity_elsewhere
from months
where metered_quantity != sent_quantity + pending_quantity + late_quantity + rejected_quantity
union all
select
    dimensions.agreement_id,
    dimensions.dimension,
    cast(null as date) as metered_month,
    metered.quantity as metered_quantity,
    rated.quantity as quantity_elsewhere
from dimensions
left join metered
    on
        dimensions.agreement_id = metered.agreement_id
        and dimensions.dimension = metered.dimension
left join rated
    on
        dimensions.rating_set = rated.rating_set
        and dimensions.contract_id = rated.contract_id
        and dimensions.product_uid = rated.product_uid
where
    not coalesce(rated.is_sold_twice, false)
    and coalesce(metered.quantity, 0) != coalesce(rated.quantity, 0)
