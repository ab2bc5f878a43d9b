{%- set numbered_before = ratebook.are_built([this]) and not ratebook.starts_over() -%}
{{ config(schema='ratebook_state') }}

-- The number stands for rating set and customer where there are many rows. A customer keeps it from
-- one build to the next, because sums of usage that are kept have it.
with known as (
    select
        rating_set,
        customer_id
    from {{ ref('ratebook', 'int_customer_windows') }}
    union
    select
        rating_set,
        customer_id
    from {{ ref('ratebook', 'int_contract_rows') }}
    where customer_id is not null
),

numbered as (
    {%- if numbered_before %}
    select
        rating_set,
        customer_id,
        customer_number
    from {{ this }}
    {%- else %}
    select
        rating_set,
        customer_id,
        cast(null as bigint) as customer_number
    from known
    where false
    {%- endif %}
)

select
    known.rating_set,
    known.customer_id,
    coalesce(
        numbered.customer_number,
        (select coalesce(max(all_numbered.customer_number), 0) from numbered as all_numbered)
        + row_number() over (
            partition by numbered.customer_number is null
            order by known.rating_set, known.customer_id
        )
    ) as customer_number
from known
left join numbered
    on
        known.rating_set = numbered.rating_set
        and known.customer_id = numbered.customer_id
