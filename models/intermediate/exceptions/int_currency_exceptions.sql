-- Rows of currencies without effect: minor_units are invalid, or another row of the code wins.
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
        ) as choice
    from currencies
    inner join rows_in_force
        on currencies.row_id = rows_in_force.row_id
    where currencies.code is not null
)

select
    rating_set,
    'currencies' as input,
    id,
    'OUT_OF_RANGE' as reason,
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
    'another row of ' || code || ' has the lower id' as detail
from judged
where is_in_range and choice > 1
