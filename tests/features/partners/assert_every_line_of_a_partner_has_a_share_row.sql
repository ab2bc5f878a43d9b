{{ config(group='engine', enabled=ratebook.has_feature('partners')) }}

-- Otherwise a line of a partner's contract is missing from the partner's statement, and nobody
-- notices.
with line_items as (
    select * from {{ ref('ratebook', 'int_line_items') }}
),

contract_rows as (
    select * from {{ ref('ratebook', 'int_contract_rows') }}
),

partners as (
    select * from {{ ref('ratebook', 'int_partners') }}
    where is_in_effect
),

line_shares as (
    select * from {{ ref('ratebook', 'int_partner_line_shares') }}
)

select
    line_items.rating_set,
    line_items.line_item_id,
    contract_rows.partner_id
from line_items
inner join contract_rows
    on
        line_items.rating_set = contract_rows.rating_set
        and line_items.contract_uid = contract_rows.contract_uid
inner join partners
    on
        contract_rows.rating_set = partners.rating_set
        and contract_rows.partner_id = partners.partner_id
left join line_shares
    on
        line_items.rating_set = line_shares.rating_set
        and line_items.line_item_id = line_shares.line_item_id
        and contract_rows.partner_id = line_shares.partner_id
where line_shares.line_item_id is null
