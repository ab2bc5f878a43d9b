-- Quotes and orders without a durable_id, and other rows with ids that are reserved for them.
with rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force
)

{% for input in ['quotes', 'orders'] if input in ratebook.active_inputs() -%}
select
    rows_in_force.rating_set,
    '{{ input }}' as input,
    rows_in_force.id,
    'NO_ID' as reason,
    'durable_id is empty' as detail
from rows_in_force
inner join {{ ref('ratebook', 'stg_' ~ input) }} as stg
    on
        rows_in_force.row_id = stg.row_id
        and rows_in_force.input = '{{ input }}'
where stg.durable_id is null
union all
{% endfor -%}
-- Quotes, orders, agreements and their prices have such ids in private models.
select
    rows_in_force.rating_set,
    rows_in_force.input,
    rows_in_force.id,
    'RESERVED_ID' as reason,
    'ids that begin with quote:, order: or agreement: are those of quotes, orders and agreements'
        as detail
from rows_in_force
left join {{ ref('ratebook', 'stg_contracts') }} as contracts
    on
        rows_in_force.row_id = contracts.row_id
        and rows_in_force.input = 'contracts'
where
    rows_in_force.input in ('contracts', 'contract_prices')
    and (
        {{ ratebook.is_reserved('rows_in_force.id') }}
        or {{ ratebook.is_reserved('contracts.durable_id') }}
    )
