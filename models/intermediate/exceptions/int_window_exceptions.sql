-- Problems with the windows and customers of contracts, and with the windows of rows that contracts
-- depend on.
with contract_rows as (
    select * from {{ ref('ratebook', 'int_contract_rows') }}
),

contract_windows as (
    select
        *,
        lag(customer_id) over (
            partition by rating_set, contract_id, is_in_effect
            order by effective_at
        ) as previous_customer_id
    from {{ ref('ratebook', 'int_contract_windows') }}
),

customer_windows as (
    select * from {{ ref('ratebook', 'int_customer_windows') }}
),

customers as (
    select distinct
        rating_set,
        customer_id
    from customer_windows
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force and input = 'customers'
),

windows as (
    select
        rating_set,
        'contracts' as input,
        contract_uid as id,
        is_in_effect,
        is_overlapping
    from contract_windows
    union all
    select
        rating_set,
        'pricebooks' as input,
        pricebook_uid as id,
        is_in_effect,
        is_overlapping
    from {{ ref('ratebook', 'int_pricebook_windows') }}
    union all
    select
        rating_set,
        'customers' as input,
        customer_uid as id,
        effective_at < ineffective_at as is_in_effect,
        false as is_overlapping
    from customer_windows
    union all
    select
        rating_set,
        'customer_aliases' as input,
        alias_uid as id,
        effective_at < ineffective_at as is_in_effect,
        false as is_overlapping
    from {{ ref('ratebook', 'int_alias_windows') }}
    union all
    select
        rating_set,
        'list_prices' as input,
        price_uid as id,
        coalesce(end_period > coalesce(start_period, 0), true) as is_in_effect,
        false as is_overlapping
    from {{ ref('ratebook', 'int_price_terms') }}
    where input = 'list_prices'
)

{% for reason, relation, condition, input, id, column, detail in [
    ('EMPTY_WINDOW', 'windows', 'not is_in_effect', 'input', 'id', 'cast(null as varchar)',
        "'no instant between its start and its end is its own'"),
    ('OVERLAPPING_AMENDMENTS', 'windows', 'is_overlapping', 'input', 'id', 'cast(null as varchar)',
        "'the next amendment begins before this one ends: it is cut there'"),
    ('NO_START', 'contract_rows', 'started_at is null', "'contracts'", 'contract_uid',
        "'started_at'", "'started_at is empty'"),
    ('NO_ID', 'contract_rows', 'contract_id is null', "'contracts'", 'contract_uid',
        "'durable_id'", "'durable_id is empty'"),
    ('CUSTOMER_CHANGED', 'contract_windows', 'is_in_effect and customer_id != previous_customer_id',
        "'contracts'", 'contract_uid', "'customer_id'",
        "'from ' || previous_customer_id || ' to ' || customer_id"),
    ('UNKNOWN_TIMEZONE', 'customer_windows', 'is_unknown_timezone', "'customers'", 'customer_uid',
        "'billing_timezone'", "'billing_timezone ' || billing_timezone_given"
        " || ' is not an IANA time zone; ' || billing_timezone || ' is used'"),
] -%}
select
    rating_set,
    {{ input }} as input,
    {{ id }} as id,
    '{{ reason }}' as reason,
    {{ column }} as column_name,
    {{ detail }} as detail
from {{ relation }}
where {{ condition }}
union all
{% endfor -%}
select
    rows_in_force.rating_set,
    'customers' as input,
    customers.id,
    'NO_ID' as reason,
    'durable_id' as column_name,
    'durable_id is empty' as detail
from {{ ref('ratebook', 'stg_customers') }} as customers
inner join rows_in_force
    on customers.row_id = rows_in_force.row_id
where customers.durable_id is null
union all
select
    contract_windows.rating_set,
    'contracts' as input,
    contract_windows.contract_uid as id,
    'UNKNOWN_CUSTOMER' as reason,
    'customer_id' as column_name,
    'customer_id ' || contract_windows.customer_id || ' is not in customers' as detail
from contract_windows
left join customers
    on
        contract_windows.configuration_set = customers.rating_set
        and contract_windows.customer_id = customers.customer_id
where contract_windows.is_in_effect and customers.customer_id is null
