{%- set origins = {'quote_id': 'quote:', 'order_id': 'order:', 'agreement_id': 'agreement:'} -%}
{{ config(enabled=ratebook.has_feature('ledger')) }}

-- Contracts that have another name in the ledger: they were billed as a quote, an order or an
-- agreement before they had a row of their own, and keep that name. Their lineages, too: an id that
-- changes with the name of the contract would credit all its lines and charge them again.
with contract_rows as (
    select distinct
        contract_id,
        {{ origins | join(',\n        ') }}
    from {{ ref('ratebook', 'int_contract_rows') }}
    where rating_set = {{ ratebook.public_rating_set() }} and source = 'contracts'
),

named as (
    {%- for column, prefix in origins.items() %}
    select
        contract_id,
        '{{ prefix }}' || {{ column }} as ledger_contract_id
    from contract_rows
    where {{ column }} is not null
    {{ "union" if not loop.last }}
    {%- endfor %}
),

frozen as (
    select distinct contract_id
    from {{ ref('ratebook', 'int_ledger_before') }}
),

-- A contract has one name, and a name one contract.
ranked as (
    select
        named.contract_id,
        named.ledger_contract_id,
        row_number() over (
            partition by named.contract_id order by named.ledger_contract_id asc
        ) as name_choice,
        row_number() over (
            partition by named.ledger_contract_id order by named.contract_id asc
        ) as contract_choice
    from named
    inner join frozen
        on named.ledger_contract_id = frozen.contract_id
    left join frozen as frozen_as_itself
        on named.contract_id = frozen_as_itself.contract_id
    where frozen_as_itself.contract_id is null
),

offers as (
    select * from {{ ref('ratebook', 'int_offers') }}
    where rating_set = {{ ratebook.public_rating_set() }}
)

select distinct
    ranked.contract_id,
    ranked.ledger_contract_id,
    offers.lineage_id,
    case
        when offers.lineage_id is not null
            then {{ ratebook.lineage_key('ledger_contract_id') }}
    end as ledger_lineage_id
from ranked
left join offers
    on ranked.contract_id = offers.contract_id
where ranked.name_choice = 1 and ranked.contract_choice = 1
