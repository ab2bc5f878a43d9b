{%- set totals = ratebook.tables_of_reads()['int_usage_totals'] %}
{%- set read = ratebook.usage_read(totals) %}
-- depends_on: {{ ref('ratebook', 'int_usage_terms') }}
-- depends_on: {{ ref('ratebook', 'int_usage_event_repeats') }}
-- Days of customers whose sums of usage no longer hold, because their terms have changed, or an
-- earlier arrival of an event has come: they are summed again. Without a number, those of all.
{% if read.mode == 'new' -%}
with changes as (
    select * from {{ ref('ratebook', 'int_usage_terms') }}
    where since_read = {{ read.number }} or gone_with_read = {{ read.number }}
),

sums as (
    select distinct
        customer_number,
        cast(coalesce(metered_from, metered_at) as date) as metered_date
    from {{ totals }}
),

-- What events can have been unknown by.
known_now as (
    select 'customer_id ' || customer_id as detail
    from changes
    where kind in ('CUSTOMER', 'ALIAS') and customer_id is not null
    union
    select 'customer_alias ' || name as detail
    from changes
    where kind = 'ALIAS'
)

select
    sums.customer_number,
    sums.metered_date
from sums
inner join changes
    on sums.customer_number = changes.customer_number
where
    changes.kind = 'PRODUCT'
    or (changes.kind = 'CUT' and sums.metered_date = cast(changes.effective_at as date))
union
-- Who has lost usage does not know whose it is now.
select
    cast(null as bigint) as customer_number,
    sums.metered_date
from sums
inner join changes
    on sums.customer_number = changes.customer_number
left join {{ ref('ratebook', 'int_usage_terms') }} as still_owned
    on
        changes.kind = 'ALIAS'
        and still_owned.kind = 'ALIAS'
        and changes.rating_set = still_owned.rating_set
        and changes.name = still_owned.name
        and changes.customer_number = still_owned.customer_number
        and still_owned.gone_with_read is null
        and sums.metered_date >= still_owned.effective_at
        and {{ ratebook.add_days('sums.metered_date', 1) }} <= still_owned.ineffective_at
where
    changes.gone_with_read is not null
    and still_owned.name is null
    and (
        changes.kind = 'CUSTOMER'
        or (
            changes.kind = 'ALIAS'
            and sums.metered_date
            between cast(changes.effective_at as date) and cast(changes.ineffective_at as date)
        )
    )
union
-- A conflict has a customer, too, but does not say which one was unknown.
select
    cast(null as bigint) as customer_number,
    cast(metered_at as date) as metered_date
from {{ totals }}
where
    part = 'EXCEPTIONS'
    and customer_number is null
    and metered_at is not null
    and exists(select 1 from known_now)
    and (detail in (select detail from known_now) or outcome = 'CONFLICT')
union
select
    cast(null as bigint) as customer_number,
    cast(metered_at as date) as metered_date
from {{ ref('ratebook', 'int_usage_event_repeats') }}
where replaced_with_read = {{ read.number }} and metered_at is not null
{%- else -%}
select
    cast(null as bigint) as customer_number,
    cast(null as date) as metered_date
where false
{%- endif %}
