{{ config(enabled=ratebook.has_feature('partners')) }}

-- Partners that take no effect, and contracts with an unknown partner.
with partners as (
    select * from {{ ref('ratebook', 'int_partners') }}
),

partner_ids as (
    select distinct
        rating_set,
        partner_id
    from partners
    where partner_id is not null
),

contract_windows as (
    select * from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect and partner_id is not null
)

select
    rating_set,
    'partners' as input,
    partner_uid as id,
    'NO_ID' as reason,
    'durable_id is empty' as detail
from partners
where partner_id is null
union all
select
    rating_set,
    'partners' as input,
    partner_uid as id,
    'UNKNOWN_PARTNER_KIND' as reason,
    coalesce('kind is ' || kind, 'kind is empty') as detail
from partners
where has_unknown_kind
union all
select
    rating_set,
    'partners' as input,
    partner_uid as id,
    'OVERRIDE_SUPERSEDED' as reason,
    'a row of partner ' || partner_id || ' with a lower id decides' as detail
from partners
where is_superseded
union all
select
    contract_windows.rating_set,
    'contracts' as input,
    contract_windows.contract_uid as id,
    'UNKNOWN_PARTNER' as reason,
    'partner_id ' || contract_windows.partner_id || ' is not in partners' as detail
from contract_windows
left join partner_ids
    on
        contract_windows.configuration_set = partner_ids.rating_set
        and contract_windows.partner_id = partner_ids.partner_id
where partner_ids.partner_id is null
