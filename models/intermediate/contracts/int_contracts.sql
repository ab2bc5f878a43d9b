{#- The window in effect at the as-of time, else the last before it, else the first after it. -#}
{%- set nearest_first -%}
case when effective_at <= {{ ratebook.as_of() }} then 0 else 1 end asc,
                case when effective_at <= {{ ratebook.as_of() }} then effective_at end
                desc nulls last,
                effective_at asc
{%- endset -%}
{%- set billing_target = 'coalesce(terms.billing_target, contracts.billing_target)' -%}
-- Contracts that are ever in effect, as of the as-of time.
with contracts as (
    select
        *,
        count(*) over (partition by rating_set, contract_id) as amendment_count,
        row_number() over (
            partition by rating_set, contract_id
            order by
                {{ nearest_first }},
                contract_uid asc
        ) as choice
    from {{ ref('ratebook', 'int_contract_windows') }}
    where is_in_effect and rating_set = configuration_set
),

-- The terms that the contract row gets from its pricebook row.
terms as (
    select
        *,
        row_number() over (
            partition by rating_set, contract_uid
            order by
                {{ nearest_first }},
                pricebook_uid asc
        ) as choice
    from {{ ref('ratebook', 'int_contract_pricebooks') }}
),

named as (
    select
        contracts.rating_set,
        contracts.contract_id,
        customer_windows.customer_name,
        row_number() over (
            partition by contracts.rating_set, contracts.contract_id
            order by {{ ratebook.row_in_force_order(
                'customer_windows', ratebook.as_of(), 'customer_windows.customer_uid'
            ) }}
        ) as choice
    from contracts
    inner join {{ ref('ratebook', 'int_customer_windows') }} as customer_windows
        on
            contracts.rating_set = customer_windows.rating_set
            and contracts.customer_id = customer_windows.customer_id
    where contracts.choice = 1
)

select
    contracts.rating_set,
    contracts.contract_id,
    contracts.customer_id,
    named.customer_name,
    origins.channel,
    case
        when contracts.contract_started_at > {{ ratebook.as_of() }} then 'UPCOMING'
        when contracts.contract_ended_at <= {{ ratebook.as_of() }} then 'ENDED'
        else 'ACTIVE'
    end as state,
    contracts.pricebook_id,
    terms.currency,
    contracts.billing_timezone,
    {{ billing_target }} as billing_target,
    {{ ratebook.is_shadow(billing_target) }} as is_shadow,
    contracts.partner_id,
    origins.quote_id,
    origins.order_id,
    contracts.agreement_id,
    origins.signed_at,
    contracts.contract_started_at as started_at,
    contracts.contract_ended_at as ended_at,
    coalesce(contract_rows.auto_renew, false) as auto_renew,
    contracts.amendment_count
from contracts
inner join {{ ref('ratebook', 'int_contract_rows') }} as contract_rows
    on
        contracts.rating_set = contract_rows.rating_set
        and contracts.contract_uid = contract_rows.contract_uid
inner join {{ ref('ratebook', 'int_contract_origins') }} as origins
    on
        contracts.rating_set = origins.rating_set
        and contracts.contract_id = origins.contract_id
left join terms
    on
        contracts.rating_set = terms.rating_set
        and contracts.contract_uid = terms.contract_uid
        and terms.choice = 1
left join named
    on
        contracts.rating_set = named.rating_set
        and contracts.contract_id = named.contract_id
        and named.choice = 1
where contracts.choice = 1
