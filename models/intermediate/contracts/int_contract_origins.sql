-- How a contract was sold: as set on its row that was signed first, or on its first row in effect
-- if none was signed. A quote is signed when it is accepted, an order when it is paid.
with contract_windows as (
    select * from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect and rating_set = configuration_set
),

contracts as (
    select distinct
        rating_set,
        contract_id,
        billing_timezone
    from contract_windows
),

signatures as (
    select
        contract_rows.rating_set,
        contract_rows.contract_id,
        contract_rows.contract_uid,
        contract_rows.channel,
        contract_rows.quote_id,
        contract_rows.order_id,
        contract_windows.effective_at,
        {{ ratebook.instant_of('contract_rows.signed_at', 'contracts.billing_timezone') }}
            as signed_at
    from contracts
    inner join {{ ref('ratebook', 'int_contract_rows') }} as contract_rows
        on
            contracts.rating_set = contract_rows.rating_set
            and contracts.contract_id = contract_rows.contract_id
    left join contract_windows
        on
            contract_rows.rating_set = contract_windows.rating_set
            and contract_rows.contract_uid = contract_windows.contract_uid
),

ranked as (
    select
        *,
        row_number() over (
            partition by rating_set, contract_id
            order by
                signed_at asc nulls last,
                case when signed_at is null then effective_at end asc nulls last,
                contract_uid asc
        ) as choice
    from signatures
)

select
    rating_set,
    contract_id,
    coalesce(channel, 'DIRECT') as channel,
    quote_id,
    order_id,
    signed_at
from ranked
where choice = 1
