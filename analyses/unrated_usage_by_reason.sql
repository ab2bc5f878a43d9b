-- Which usage does nobody pay for, why, and what would it need? One row per reason, customer,
-- event name and product. Repeats and events that a filter leaves out are meant not to be rated,
-- and left out here. An event that could feed two products stands in the row of each.
--
-- Real output, first row (case study):
-- NOT_PRICED | babel | update | 1 | 531 events | 2024-02-01 to 2024-05-31 | a price that can be
-- billed: see pricing_exceptions
with exceptions as (
    select * from {{ ref('ratebook', 'usage_event_exceptions') }}
    where reason not in ('DUPLICATE', 'FILTERED_OUT')
)

select
    reason,
    customer_id,
    event_name,
    product_uid,
    count(*) as event_count,
    cast(min(metered_at) as date) as first_metered_date,
    cast(max(metered_at) as date) as last_metered_date,
    min(detail) as example,
    case reason
        when 'BAD_TIMESTAMP' then 'metered_at in ISO 8601: send it again'
        when 'BAD_PROPERTIES' then 'properties that are a JSON object: send it again'
        when 'NO_TRANSACTION_ID' then 'a transaction_id: send it again'
        when 'UNKNOWN_ALIAS' then 'a row in customer_aliases whose window holds metered_at'
        when 'AMBIGUOUS_ALIAS' then 'an end for the alias of all owners but one'
        when 'UNKNOWN_CUSTOMER' then 'a row in customers or contracts, or the right customer_id'
        when 'NO_EVENT_NAME' then 'a property "name": send it again under a new transaction_id'
        when 'NO_PRODUCT' then 'a product with this event_name, if it should be paid for'
        when 'BAD_QUANTITY'
            then 'a quantity that can be read: send it again under a new transaction_id'
        when 'NO_CONTRACT' then 'a contract of the customer'
        when 'OUTSIDE_CONTRACT' then 'a contract row that is in force at metered_at'
        when 'NOT_PRICED' then 'a price that can be billed: see pricing_exceptions'
    end as remedy
from exceptions
group by reason, customer_id, event_name, product_uid
order by count(*) desc, reason asc, customer_id asc, event_name asc, product_uid asc
