-- Rows that name something that is not there, or do not name what they cannot do without.
with price_terms as (
    select * from {{ ref('ratebook', 'int_price_terms') }}
),

contract_rows as (
    select * from {{ ref('ratebook', 'int_contract_rows') }}
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force
),

pricebook_ids as (
    select distinct
        rows_in_force.rating_set,
        pricebooks.durable_id
    from {{ ref('ratebook', 'stg_pricebooks') }} as pricebooks
    inner join rows_in_force
        on
            pricebooks.row_id = rows_in_force.row_id
            and rows_in_force.input = 'pricebooks'
),

-- What each row names, and where it should be.
named as (
    select
        rating_set,
        input,
        price_uid as id,
        'product_uid' as column_name,
        product_uid as value,
        'products' as named_input,
        true as is_named_by_id
    from price_terms
    where input = 'list_prices' or (list_price_uid is null and list_price_id is null)
    union all
    select
        rating_set,
        input,
        price_uid as id,
        'contract_uid' as column_name,
        contract_uid as value,
        'contracts' as named_input,
        true as is_named_by_id
    from price_terms
    where contract_uid is not null
    union all
    select
        rating_set,
        input,
        price_uid as id,
        'contract_id' as column_name,
        contract_id as value,
        'contracts' as named_input,
        false as is_named_by_id
    from price_terms
    where input = 'contract_prices' and contract_uid is null
    union all
    select
        rating_set,
        input,
        price_uid as id,
        'list_price_uid' as column_name,
        list_price_uid as value,
        'list_prices' as named_input,
        true as is_named_by_id
    from price_terms
    where list_price_uid is not null
    union all
    select
        rating_set,
        input,
        price_uid as id,
        'list_price_id' as column_name,
        list_price_id as value,
        'list_prices' as named_input,
        false as is_named_by_id
    from price_terms
    where list_price_uid is null and list_price_id is not null
    union all
    select
        rating_set,
        'contracts' as input,
        contract_uid as id,
        'pricebook_id' as column_name,
        pricebook_id as value,
        'pricebooks' as named_input,
        false as is_named_by_id
    from contract_rows
    where pricebook_id is not null
    union all
    select
        rating_set,
        'contracts' as input,
        contract_uid as id,
        'customer_id' as column_name,
        customer_id as value,
        'customers' as named_input,
        false as is_named_by_id
    from contract_rows
    where customer_id is null
    union all
    select
        rows_in_force.rating_set,
        'customer_aliases' as input,
        aliases.id,
        case when aliases.alias is null then 'alias' else 'customer_id' end as column_name,
        case when aliases.alias is not null then aliases.customer_id end as value,
        'customers' as named_input,
        false as is_named_by_id
    from {{ ref('ratebook', 'stg_customer_aliases') }} as aliases
    inner join rows_in_force
        on
            aliases.row_id = rows_in_force.row_id
            and rows_in_force.input = 'customer_aliases'
),

present as (
    select
        rating_set,
        input as named_input,
        true as is_named_by_id,
        id as value
    from rows_in_force
    where input in ('products', 'contracts', 'list_prices')
    union
    select
        rating_set,
        'contracts' as named_input,
        false as is_named_by_id,
        contract_id as value
    from contract_rows
    union
    select
        rating_set,
        'list_prices' as named_input,
        false as is_named_by_id,
        durable_id as value
    from price_terms
    where input = 'list_prices'
    union
    select
        rating_set,
        'pricebooks' as named_input,
        false as is_named_by_id,
        durable_id as value
    from pricebook_ids
    union
    select
        rating_set,
        'customers' as named_input,
        false as is_named_by_id,
        customer_id as value
    from {{ ref('ratebook', 'int_known_customers') }}
)

select
    named.rating_set,
    named.input,
    named.id,
    'UNKNOWN_REFERENCE' as reason,
    min(named.column_name || coalesce(' ' || named.value || ' is not in ' || named.named_input, ' is empty')) as detail
from named
left join present
    on
        named.rating_set = present.rating_set
        and named.named_input = present.named_input
        and named.is_named_by_id = present.is_named_by_id
        and named.value = present.value
where present.value is null
group by named.rating_set, named.input, named.id
