with currencies as (
    select * from {{ ref('ratebook', 'stg_currencies') }}
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force and input = 'currencies'
),

own as (
    select
        rows_in_force.rating_set,
        currencies.id,
        currencies.code,
        currencies.minor_units,
        row_number() over (
            partition by rows_in_force.rating_set, currencies.code
            order by currencies.id
        ) as choice
    from currencies
    inner join rows_in_force
        on currencies.row_id = rows_in_force.row_id
    where currencies.code is not null and currencies.minor_units between 0 and 8
),

iso_4217 as (
    select * from {{ ref('ratebook', 'iso_4217_minor_units') }}
),

rating_sets as (
    {%- for rating_set in ratebook.rating_sets() %}
    select {{ ratebook.text_literal(rating_set) }} as rating_set
    {{ "union all" if not loop.last }}
    {%- endfor %}
)

select
    rating_set,
    code as currency,
    minor_units
from own
where choice = 1
union all
select
    rating_sets.rating_set,
    iso_4217.currency,
    iso_4217.minor_units
from iso_4217
cross join rating_sets
left join own
    on
        rating_sets.rating_set = own.rating_set
        and iso_4217.currency = own.code
where own.code is null
