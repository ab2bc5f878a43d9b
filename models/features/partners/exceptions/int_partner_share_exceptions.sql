{{ config(enabled=ratebook.has_feature('partners')) }}

-- Partner shares that take no effect, or not on every line they are meant for.
with partner_shares as (
    select * from {{ ref('ratebook', 'int_partner_shares') }}
),

choices as (
    select * from {{ ref('ratebook', 'int_partner_share_choices') }}
),

partner_ids as (
    select distinct
        rating_set,
        partner_id
    from {{ ref('ratebook', 'int_partners') }}
),

products as (
    select * from {{ ref('ratebook', 'int_products') }}
),

with_references as (
    select
        partner_shares.*,
        partner_ids.partner_id is null as is_partner_unknown,
        partner_shares.product_uid is not null and products.product_uid is null
            as is_product_unknown
    from partner_shares
    left join partner_ids
        on
            partner_shares.rating_set = partner_ids.rating_set
            and partner_shares.partner_id = partner_ids.partner_id
    left join products
        on
            partner_shares.rating_set = products.rating_set
            and partner_shares.product_uid = products.product_uid
),

windows as (
    select * from {{ ref('ratebook', 'int_partner_share_windows') }}
)

select
    rating_set,
    'partner_shares' as input,
    partner_share_uid as id,
    'UNKNOWN_REFERENCE' as reason,
    case
        when partner_id is null then 'partner_id is empty'
        when is_partner_unknown then 'partner_id ' || partner_id || ' is not in partners'
        else 'product_uid ' || product_uid || ' is not in products'
    end as detail
from with_references
where is_partner_unknown or is_product_unknown
union all
select
    rating_set,
    'partner_shares' as input,
    partner_share_uid as id,
    'BAD_SHARE' as reason,
    'either share_percent or share_amount is needed, and a currency with the latter' as detail
from partner_shares
where is_bad_share
union all
select
    rating_set,
    'partner_shares' as input,
    partner_share_uid as id,
    'OUT_OF_RANGE' as reason,
    'share_percent or share_amount is out of its range or has too many decimals' as detail
from partner_shares
where is_out_of_range
union all
select
    rating_set,
    'partner_shares' as input,
    partner_share_uid as id,
    'EMPTY_WINDOW' as reason,
    'no instant between its start and its end is its own' as detail
from windows
where effective_at >= ineffective_at
union all
select
    rating_set,
    'partner_shares' as input,
    partner_share_uid as id,
    'CURRENCY_MISMATCH' as reason,
    'a line that it is meant for is in another currency' as detail
from choices
where is_currency_mismatch
union all
select
    rating_set,
    'partner_shares' as input,
    partner_share_uid as id,
    'SHARE_SUPERSEDED' as reason,
    'another share of the partner decides on a line that it is meant for' as detail
from choices
where is_superseded
