{{ config(enabled=ratebook.has_feature('ledger')) }}

-- The customers as a close names them on its documents: by the row that is in force at its time.
with customers as (
    select * from {{ ref('ratebook', 'stg_customers') }}
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force and input = 'customers' and rating_set = {{ ratebook.public_rating_set() }}
),

customer_windows as (
    select * from {{ ref('ratebook', 'int_customer_windows') }}
    where rating_set = {{ ratebook.public_rating_set() }}
),

ranked as (
    select
        customer_windows.customer_id,
        {%- for column in ratebook.ledger_party_columns('customer') %}
        customers.{{ column }} as customer_{{ column }},
        {%- endfor %}
        row_number() over (
            partition by customer_windows.customer_id
            order by {{ ratebook.row_in_force_order(
                'customer_windows', ratebook.as_of(), 'customer_windows.customer_uid'
            ) }}
        ) as choice
    from customer_windows
    inner join customers
        on customer_windows.customer_uid = customers.id
    inner join rows_in_force
        on customers.row_id = rows_in_force.row_id
)

select
    {{ ratebook.ledger_party_columns('customer', 'customer_') | join(',\n    ') }},
    customer_id
from ranked
where choice = 1
