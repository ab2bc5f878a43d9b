-- Rows that refer to something that does not exist, or lack a required reference.
with names as (
    select * from {{ ref('ratebook', 'int_references') }}
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force
),

present as (
    select
        rating_set,
        input as named_input,
        true as is_named_by_id,
        id as named_value
    from rows_in_force
    where input in ('products', 'contracts', 'list_prices', 'contract_prices', 'orders')
    union
    -- The contract price that a quote's price becomes can have tiers before it is one.
    select
        rating_set,
        'contract_prices' as named_input,
        true as is_named_by_id,
        'quote:' || id as named_value
    from rows_in_force
    where input = 'quote_prices'
    union
    select
        rating_set,
        'contracts' as named_input,
        false as is_named_by_id,
        contract_id as named_value
    from {{ ref('ratebook', 'int_contract_rows') }}
    union
    -- Contracts of features are not rows of contracts, but other rows may refer to their ids.
    select
        rating_set,
        'contracts' as named_input,
        true as is_named_by_id,
        contract_uid as named_value
    from {{ ref('ratebook', 'int_contract_rows') }}
    union
    {%- for input in [
        'pricebooks', 'quotes', 'marketplace_private_offers', 'marketplace_agreements'
    ] if input in ratebook.active_inputs() %}
    select
        rows_in_force.rating_set,
        '{{ input }}' as named_input,
        false as is_named_by_id,
        stg.durable_id as named_value
    from {{ ref('ratebook', 'stg_' ~ input) }} as stg
    inner join rows_in_force
        on
            stg.row_id = rows_in_force.row_id
            and rows_in_force.input = '{{ input }}'
    union
    {%- endfor %}
    select
        rating_set,
        'list_prices' as named_input,
        false as is_named_by_id,
        durable_id as named_value
    from {{ ref('ratebook', 'int_price_terms') }}
    where input = 'list_prices'
    union
    select
        rating_set,
        'customers' as named_input,
        false as is_named_by_id,
        customer_id as named_value
    from {{ ref('ratebook', 'int_known_customers') }}
)

select
    names.rating_set,
    names.input,
    names.id,
    'UNKNOWN_REFERENCE' as reason,
    names.column_name,
    min(
        names.column_name
        || coalesce(' ' || names.named_value || ' is not in ' || names.named_input, ' is empty')
    ) as detail
from names
left join present
    on
        case
            when names.named_input = 'contracts' then names.rating_set
            else names.configuration_set
        end = present.rating_set
        and names.named_input = present.named_input
        and names.is_named_by_id = present.is_named_by_id
        and names.named_value = present.named_value
where present.named_value is null
group by names.rating_set, names.input, names.id, names.column_name
