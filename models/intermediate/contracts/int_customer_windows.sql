with customers as (
    select * from {{ ref('ratebook', 'stg_customers') }}
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force and input = 'customers'
),

time_zones as (
    select name from {{ ratebook.time_zones() }} as zones
),

zoned as (
    select
        rows_in_force.rating_set,
        customers.id as customer_uid,
        customers.version,
        customers.durable_id as customer_id,
        customers.name as customer_name,
        customers.effective_at,
        customers.ineffective_at,
        coalesce(time_zones.name, {{ ratebook.text_literal(var('ratebook_billing_timezone')) }})
            as billing_timezone,
        customers.billing_timezone is not null and time_zones.name is null as is_unknown_timezone,
        customers.billing_timezone as billing_timezone_given
    from customers
    inner join rows_in_force
        on customers.row_id = rows_in_force.row_id
    left join time_zones
        on customers.billing_timezone = time_zones.name
    where customers.durable_id is not null
)

select
    rating_set,
    customer_uid,
    version,
    customer_id,
    customer_name,
    billing_timezone,
    is_unknown_timezone,
    billing_timezone_given,
    coalesce(
        {{ ratebook.instant_of('effective_at', 'billing_timezone') }},
        {{ ratebook.beginning_of_time() }}
    )
        as effective_at,
    coalesce(
        {{ ratebook.instant_of('ineffective_at', 'billing_timezone') }},
        {{ ratebook.end_of_time() }}
    )
        as ineffective_at
from zoned
