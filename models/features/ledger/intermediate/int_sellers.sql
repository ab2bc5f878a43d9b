{{ config(enabled=ratebook.has_feature('ledger')) }}

-- One row per seller, in every rating set.
with sellers as (
    select * from {{ ref('ratebook', 'stg_sellers') }}
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force and input = 'sellers'
),

time_zones as (
    select name from {{ ratebook.time_zones() }} as zones
),

ranked as (
    select
        rows_in_force.rating_set,
        sellers.durable_id as seller_id,
        {%- for column in ratebook.ledger_party_columns('seller') %}
        sellers.{{ column }} as seller_{{ column }},
        {%- endfor %}
        coalesce(sellers.number_prefix, '') as number_prefix,
        coalesce(time_zones.name, 'UTC') as timezone,
        row_number() over (
            partition by rows_in_force.rating_set, sellers.durable_id
            order by sellers.id
        ) as choice
    from sellers
    inner join rows_in_force
        on sellers.row_id = rows_in_force.row_id
    left join time_zones
        on sellers.timezone = time_zones.name
    where sellers.durable_id is not null
)

select
    rating_set,
    seller_id,
    {{ ratebook.ledger_party_columns('seller', 'seller_') | join(',\n    ') }},
    number_prefix,
    timezone
from ranked
where choice = 1
