{{ config(enabled=ratebook.has_feature('partners')) }}

with partners as (
    select * from {{ ref('ratebook', 'stg_partners') }}
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force and input = 'partners'
),

ranked as (
    select
        rows_in_force.rating_set,
        partners.id as partner_uid,
        partners.durable_id as partner_id,
        partners.name as partner_name,
        partners.kind,
        coalesce(partners.kind not in ('RESELLER', 'AFFILIATE', 'MARKETPLACE'), true)
            as has_unknown_kind,
        row_number() over (
            partition by rows_in_force.rating_set, partners.durable_id
            order by partners.id
        ) as choice
    from partners
    inner join rows_in_force
        on partners.row_id = rows_in_force.row_id
)

select
    rating_set,
    partner_uid,
    partner_id,
    partner_name,
    kind,
    has_unknown_kind,
    partner_id is not null and choice > 1 as is_superseded,
    partner_id is not null and choice = 1 and not has_unknown_kind as is_in_effect
from ranked
