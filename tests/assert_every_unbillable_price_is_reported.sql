{{ config(group='engine') }}

-- Otherwise a price is not billed, and no exception says why.
with prices as (
    select * from {{ ref('ratebook', 'int_prices') }}
    where not is_billable and rating_set = {{ ratebook.public_rating_set() }}
),

exceptions as (
    select * from {{ ref('ratebook', 'pricing_exceptions') }}
    where effect = 'NOT_BILLED'
),

contract_rows as (
    select * from {{ ref('ratebook', 'int_contract_rows') }}
    where rating_set = {{ ratebook.public_rating_set() }}
),

-- Contracts and prices of features are reported on the rows of their own inputs.
other_names as (
    select
        source as input,
        source_id as id,
        'contracts' as known_in,
        contract_id as known_as
    from contract_rows
    union all
    select
        source as input,
        source_id as id,
        'contract_prices' as known_in,
        price_uid as known_as
    from {{ ref('ratebook', 'int_price_terms') }}
    where rating_set = {{ ratebook.public_rating_set() }} and input = 'contract_prices'
    union all
    select
        'product_filters' as input,
        id as source_id,
        'products' as known_in,
        product_uid as known_as
    from {{ ref('ratebook', 'stg_product_filters') }}
    {%- for input in ratebook.price_part_inputs() %}
    union all
    select
        '{{ input }}' as input,
        id as source_id,
        case when list_price_uid is not null then 'list_prices' else 'contract_prices' end
            as known_in,
        coalesce(list_price_uid, contract_price_uid) as known_as
    from {{ ref('ratebook', 'stg_' ~ input) }}
    {%- endfor %}
),

named as (
    select
        coalesce(other_names.known_in, exceptions.input) as input,
        coalesce(other_names.known_as, exceptions.id) as id
    from exceptions
    left join other_names
        on
            exceptions.input = other_names.input
            and exceptions.id = other_names.id
),

reported as (
    select distinct prices.price_id
    from prices
    inner join named
        on
            (named.input = 'contract_prices' and prices.contract_price_uid = named.id)
            or (named.input = 'list_prices' and prices.list_price_uid = named.id)
            or (named.input = 'products' and prices.product_uid = named.id)
            -- A row that cannot be read blocks all rows of its contract after it.
            or (named.input = 'contracts' and prices.contract_id = named.id)
            or (named.input = 'pricebooks' and prices.pricebook_uid = named.id)
)

select
    prices.price_id,
    prices.contract_uid,
    prices.list_price_uid,
    prices.contract_price_uid
from prices
left join reported
    on prices.price_id = reported.price_id
where reported.price_id is null
