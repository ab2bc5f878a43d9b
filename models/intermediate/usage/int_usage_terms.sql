{{ config(materialized='table_of_reads', replaced=true, schema='ratebook_state') }}
{%- set read = ratebook.usage_read(this) %}
{%- if read.mode == 'nothing' %}
select * from {{ this }}
{%- else %}
-- What decides how the usage of a customer is summed, with the reads since which it holds, and with
-- which it was gone: a change since the last read tells which usage has to be read again.
with cell_values as (
    {%- if ratebook.has_feature('matrix_prices') %}
    select distinct
        cell_set_number,
        {{ ratebook.surrogate_key(
            ['key_path', 'property_path', 'cell_value'], ['property_number']
        ) }} as cell_value_key
    from {{ ref('ratebook', 'int_cell_set_cells') }}
    {%- else %}
    select
        cast(null as bigint) as cell_set_number,
        cast(null as varchar) as cell_value_key
    where false
    {%- endif %}
),

-- What cells look for in events, whatever the number of their set is in this build.
cell_sets as (
    select
        cell_set_number,
        md5({{ ratebook.joined_texts('cell_value_key') }}) as cells
    from cell_values
    group by cell_set_number
),

terms as (
    select
        'CUSTOMER' as kind,
        rating_set,
        customer_id,
        customer_number,
        cast(null as varchar) as name,
        cast(null as timestamp) as effective_at,
        cast(null as timestamp) as ineffective_at
    from {{ ref('ratebook', 'int_known_customers') }}
    union all
    select
        'ALIAS' as kind,
        alias_owners.rating_set,
        alias_owners.customer_id,
        known_customers.customer_number,
        alias_owners.alias as name,
        alias_owners.effective_at,
        alias_owners.ineffective_at
    from {{ ref('ratebook', 'int_alias_owners') }} as alias_owners
    left join {{ ref('ratebook', 'int_known_customers') }} as known_customers
        on
            alias_owners.rating_set = known_customers.rating_set
            and alias_owners.customer_id = known_customers.customer_id
    union all
    select
        'CUT' as kind,
        null as rating_set,
        null as customer_id,
        customer_number,
        null as name,
        effective_at,
        ineffective_at
    from {{ ref('ratebook', 'int_metering_cuts') }}
    union all
    select
        'PRODUCT' as kind,
        null as rating_set,
        null as customer_id,
        metered_products.customer_number,
        concat(
            metered_products.meter_number,
            case when metered_products.is_metered_hourly then ' hourly' end,
            case when metered_products.is_event_priced then ' by the event' end,
            ' ',
            cell_sets.cells
        ) as name,
        null as effective_at,
        null as ineffective_at
    from {{ ref('ratebook', 'int_metered_products') }} as metered_products
    left join cell_sets
        on metered_products.cell_set_number = cell_sets.cell_set_number
),

now_and_before as (
    select
        *,
        true as is_now,
        cast(null as bigint) as since_read
    from terms
    {%- if read.mode == 'new' %}
    union all
    select
        kind,
        rating_set,
        customer_id,
        customer_number,
        name,
        effective_at,
        ineffective_at,
        false as is_now,
        since_read
    from {{ this }}
    where gone_with_read is null
    {%- endif %}
)

select
    kind,
    rating_set,
    customer_id,
    customer_number,
    name,
    effective_at,
    ineffective_at,
    coalesce(min(since_read), {{ read.number }}) as since_read,
    case when max(case when is_now then 1 else 0 end) = 0 then {{ read.number }} end
        as gone_with_read
from now_and_before
group by kind, rating_set, customer_id, customer_number, name, effective_at, ineffective_at
{%- endif %}
