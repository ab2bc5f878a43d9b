-- Rows of currencies without effect: minor_units are invalid, or another row of the code wins. And
-- currencies that nobody knows: they get 2 decimals.
with currencies as (
    select * from {{ ref('ratebook', 'stg_currencies') }}
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force and input = 'currencies'
),

judged as (
    select
        rows_in_force.rating_set,
        currencies.id,
        currencies.code,
        currencies.minor_units,
        coalesce(currencies.minor_units between 0 and 8, false) as is_in_range,
        row_number() over (
            partition by rows_in_force.rating_set, currencies.code
            order by
                case when currencies.minor_units between 0 and 8 then 0 else 1 end,
                currencies.id
        ) as choice,
        min(case when currencies.minor_units between 0 and 8 then currencies.id end)
            over (partition by rows_in_force.rating_set, currencies.code) as winner_id
    from currencies
    inner join rows_in_force
        on currencies.row_id = rows_in_force.row_id
    where currencies.code is not null
),

own_codes as (
    select distinct
        rating_set,
        code
    from judged
),

named as (
    select distinct
        rating_set,
        configuration_set,
        case currency_source when 'contract' then 'contracts' else 'pricebooks' end as input,
        case currency_source when 'contract' then contract_uid else pricebook_uid end as id,
        currency
    from {{ ref('ratebook', 'int_prices') }}
    where is_billable and currency_source != 'default'
)

select
    rating_set,
    'currencies' as input,
    id,
    'OUT_OF_RANGE' as reason,
    'minor_units' as column_name,
    'minor_units ' || coalesce('is ' || cast(minor_units as varchar), 'is empty')
    || ': 0 to 8 make sense' as detail
from judged
where not is_in_range
union all
select
    rating_set,
    'currencies' as input,
    id,
    'OVERRIDE_SUPERSEDED' as reason,
    cast(null as varchar) as column_name,
    'row ' || winner_id || ' of ' || code || ' has the lower id' as detail
from judged
where is_in_range and choice > 1
union all
select
    named.rating_set,
    named.input,
    named.id,
    'UNKNOWN_CURRENCY' as reason,
    'currency' as column_name,
    named.currency || ' is neither an ISO 4217 code nor in currencies: 2 decimals' as detail
from named
left join own_codes
    on
        named.configuration_set = own_codes.rating_set
        and named.currency = own_codes.code
where
    own_codes.code is null
    and named.currency not in {{ ratebook.text_list(ratebook.iso_4217().values() | sum(start=[])) }}
