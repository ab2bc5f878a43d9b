{%- set unusual = ratebook.iso_4217() %}
-- The decimals of a currency, if they are not 2.
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
    {%- for rating_set in ratebook.rating_sets() %}
    select
        {{ ratebook.text_literal(rating_set) }} as rating_set,
        iso_4217.*
    from (
        values
        {%- for minor_units, codes in unusual.items() if minor_units != 2 %}
        {%- set last_units = loop.last %}
        {%- for code in codes %}
        ('{{ code }}', {{ minor_units }}){{ "," if not (last_units and loop.last) }}
        {%- endfor %}
        {%- endfor %}
    ) as iso_4217 (currency, minor_units)
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
    iso_4217.rating_set,
    iso_4217.currency,
    iso_4217.minor_units
from iso_4217
left join own
    on
        iso_4217.rating_set = own.rating_set
        and iso_4217.currency = own.code
where own.code is null
