{{ config(enabled=ratebook.has_feature('partners')) }}

{#- If the row that applies has one of these defects, there is no share; the defect is reported. -#}
{%- set percent = ratebook.decimal_within('share_percent', 3, 4, 0, 100) -%}
{%- set amount = ratebook.decimal_within('share_amount', 12, 10, 0) -%}
with partner_shares as (
    select * from {{ ref('ratebook', 'stg_partner_shares') }}
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force and input = 'partner_shares'
),

resolved as (
    select
        rows_in_force.rating_set,
        rows_in_force.is_unreadable,
        partner_shares.*
    from partner_shares
    inner join rows_in_force
        on partner_shares.row_id = rows_in_force.row_id
)

select
    rating_set,
    id as partner_share_uid,
    partner_id,
    product_uid,
    currency,
    {{ percent }} as share_percent,
    {{ amount }} as share_amount,
    (share_percent is null) = (share_amount is null)
    or (share_amount is not null and currency is null) as is_bad_share,
    (share_percent is not null and {{ percent }} is null)
    or (share_amount is not null and {{ amount }} is null) as is_out_of_range,
    is_unreadable,
    created_at,
    effective_at,
    ineffective_at
from resolved
