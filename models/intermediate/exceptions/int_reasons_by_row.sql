{%- set subjects = [
    'reference', 'window', 'hole', 'currency', 'price', 'override', 'one_time', 'same_product',
    'period', 'rating', 'renewal', 'id', 'contract',
] + (['quote'] if ratebook.has_feature('quotes') else [])
  + (['partner', 'partner_share'] if ratebook.has_feature('partners') else [])
  + (['grant'] if ratebook.has_feature('entitlements') else [])
  + (['marketplace', 'marketplace_price'] if ratebook.has_feature('marketplaces') else []) -%}
{#- What some of them say besides. -#}
{%- set more = {
    'column_name': ('varchar', ['reference', 'window', 'currency', 'price', 'renewal', 'contract']),
    'limit_value': ('decimal(38, 20)', ['quote']),
    'is_billed': ('boolean', ['contract']),
} -%}
-- The reasons that the other models of this folder, and those of features, found, each on the input
-- row that it is about.
with contract_rows as (
    select * from {{ ref('ratebook', 'int_contract_rows') }}
),

price_terms as (
    select * from {{ ref('ratebook', 'int_price_terms') }}
    where input = 'contract_prices'
),

by_id as (
    {%- for subject in subjects %}
    select
        rating_set,
        input,
        id,
        reason,
        {%- for column, (type, subjects_with) in more.items() %}
        {{ column if subject in subjects_with else 'cast(null as ' ~ type ~ ')' }} as {{ column }},
        {%- endfor %}
        detail
    from {{ ref('ratebook', 'int_' ~ subject ~ '_exceptions') }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

-- A reason about the contract of a feature, such as a quote, is reported on the feature's own row.
translated as (
    select
        by_id.rating_set,
        coalesce(contract_rows.source, price_terms.source, by_id.input) as input,
        coalesce(contract_rows.source_id, price_terms.source_id, by_id.id) as id,
        by_id.input as known_as_input,
        by_id.reason,
        by_id.column_name,
        by_id.limit_value,
        by_id.is_billed,
        by_id.detail
    from by_id
    left join contract_rows
        on
            by_id.rating_set = contract_rows.rating_set
            and by_id.input = 'contracts'
            and by_id.id = contract_rows.contract_uid
            and by_id.reason != 'RESERVED_ID'
    left join price_terms
        on
            by_id.rating_set = price_terms.rating_set
            and by_id.input = 'contract_prices'
            and by_id.id = price_terms.price_uid
            and by_id.reason != 'RESERVED_ID'
)

select
    input,
    id,
    reason,
    column_name,
    limit_value,
    is_billed,
    detail
from translated
where rating_set = {{ ratebook.public_rating_set() }}
{%- if ratebook.has_feature('quotes') %}
union all
select
    translated.input,
    translated.id,
    translated.reason,
    translated.column_name,
    translated.limit_value,
    translated.is_billed,
    translated.detail
from translated
inner join {{ ref('ratebook', 'int_quote_states') }} as previews
    on translated.rating_set = previews.quote_set
-- Of a rejected quote only the catalogue that it used is reported.
where
    not (previews.is_rejected and translated.input != translated.known_as_input)
    and not (translated.reason = 'UNKNOWN_CUSTOMER' and previews.customer_id is null)
{%- endif %}
