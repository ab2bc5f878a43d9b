{%- set pricing_columns = [
    'price', 'charge_model', 'free_quantity', 'minimum_amount', 'maximum_amount',
    'invoice_delivery', 'invoice_schedule', 'schedule_unit', 'billing_anchor', 'start_period',
    'end_period', 'fixed_quantity', 'prorate', 'pricing_metadata', 'price_per', 'price_months',
    'tiers_per',
] -%}
{%- set group_columns = [
    'price', 'charge_model', 'package_size', 'percent_rate', 'fixed_amount', 'free_events',
    'event_minimum', 'event_maximum',
] -%}
{%- set override_columns = [
    'list_price_uid', 'list_price_id', 'started_at', 'ended_at', 'discount_percent',
    'discount_amount',
] -%}
{#- The models of features that have contract prices of their own. -#}
{%- set feature_prices = (['int_quote_prices'] if ratebook.has_feature('quotes') else [])
    + (['int_marketplace_offer_prices'] if ratebook.has_feature('marketplaces') else []) -%}
{%- set own_columns = {
    'list_prices': ['durable_id', 'pricebook_uid'],
    'contract_prices': override_columns + ['contract_uid', 'contract_id', 'renews'],
} -%}
{#- Digits before and after the point, and the lowest and highest value if limited. -#}
{%- set ranges = {
    'price': [8, 10], 'percent_rate': [8, 10], 'fixed_amount': [8, 10],
    'event_minimum': [8, 10], 'event_maximum': [8, 10], 'free_events': [12, 0, 0],
    'discount_percent': [3, 2, 0, 100],
    'discount_amount': [12, 10, 0],
    'minimum_amount': [12, 10], 'maximum_amount': [12, 10, 0],
    'free_quantity': [12, 12, 0], 'fixed_quantity': [12, 12],
    'package_size': [12, 12, '0.000000000001'],
    'price_per': [10, 0, 1, 1000000000],
} -%}
{%- set kept = [
    'rating_set', 'configuration_set', 'input', 'source', 'source_id', 'price_uid', 'version',
    'durable_id', 'pricebook_uid', 'contract_uid', 'contract_id', 'list_price_uid', 'list_price_id',
    'product_uid', 'created_at', 'started_at', 'ended_at', 'has_price_group', 'has_matrix',
    'matrix_defect',
] -%}
with rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where is_in_force
),

{% for input in ['list_prices', 'contract_prices'] -%}
{{ input }} as (
    select
        rows_in_force.rating_set,
        rows_in_force.rating_set as configuration_set,
        rows_in_force.is_unreadable,
        {{- ratebook.unreadable_bounds('rows_in_force.unparsable_cells') }}
        '{{ input }}' as source,
        stg.id as source_id,
        stg.id as price_uid,
        stg.*
    from {{ ref('ratebook', 'stg_' ~ input) }} as stg
    inner join rows_in_force
        on
            stg.row_id = rows_in_force.row_id
            and rows_in_force.input = '{{ input }}'
    {%- if input == 'contract_prices' %}
    where not {{ ratebook.is_reserved('stg.id') }}
    {%- endif %}
),

{% endfor -%}
prices as (
    {%- for relation in ['list_prices', 'contract_prices'] + feature_prices %}
    {%- set own = own_columns.get(relation, override_columns + ['contract_uid'])
        + (['renews'] if relation == 'int_quote_prices' else []) %}
    select
        rating_set,
        configuration_set,
        '{{ 'list_prices' if relation == 'list_prices' else 'contract_prices' }}' as input,
        source,
        source_id,
        price_uid,
        version,
        {%- for column in [
            'durable_id', 'pricebook_uid', 'contract_uid', 'contract_id', 'list_price_uid',
            'list_price_id', 'started_at', 'ended_at',
        ] %}
        {{ column if column in own else 'cast(null as varchar)' }} as {{ column }},
        {%- endfor %}
        {{ 'renews' if 'renews' in own else 'cast(null as boolean)' }} as renews,
        {%- for column in ['discount_percent', 'discount_amount'] %}
        {{ column if column in own else 'cast(null as decimal(38, 20))' }} as {{ column }},
        {%- endfor %}
        {%- for column in group_columns[2:] + pricing_columns %}
        {{ column }},
        {%- endfor %}
        product_uid,
        created_at,
        has_unreadable_start,
        has_unreadable_end,
        has_unreadable_renews,
        is_unreadable
    from {{ ref('ratebook', relation) if relation in feature_prices else relation }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

price_parts as (
    select * from {{ ref('ratebook', 'int_price_parts') }}
),

resolved as (
    select
        prices.*,
        price_parts.matrix_defect,
        {%- for name, columns in {
            'has_price_group': group_columns, 'has_more_than_price': group_columns[2:],
        }.items() %}
        (
            {%- for column in columns %}
            prices.{{ column }} is not null or
            {%- endfor %}
            price_parts.price_uid is not null
        ) as {{ name }},
        {%- endfor %}
        coalesce(price_parts.has_matrix, false) as has_matrix,
        coalesce(price_parts.is_unreadable, false) as has_unreadable_parts
    from prices
    left join price_parts
        on
            prices.configuration_set = price_parts.rating_set
            and prices.input = price_parts.input
            and prices.price_uid = price_parts.price_uid
)

select
    {%- for column in kept %}
    {{ column }},
    {%- endfor %}
    -- What cannot be read leaves a price open, so that it withholds all that it may be for.
    has_unreadable_renews or renews as renews,
    case when has_unreadable_start is not true then start_period end as start_period,
    case when has_unreadable_end is not true then end_period end as end_period,
    coalesce(charge_model, case when has_price_group and not has_more_than_price then 'FLAT' end)
        as charge_model,
    {%- for column, range in ranges.items() %}
    {{ ratebook.decimal_within(column, *range) }} as {{ column }},
    {{ column }} is not null and {{ ratebook.decimal_within(column, *range) }} is null
        as is_{{ column }}_out_of_range,
    {%- endfor %}
    invoice_delivery,
    invoice_schedule,
    -- The unit of the row's own schedule: without one it says nothing.
    case when invoice_schedule is not null then coalesce(schedule_unit, 'MONTH') end
        as schedule_unit,
    billing_anchor,
    prorate,
    pricing_metadata,
    price_months,
    tiers_per,
    is_unreadable or has_unreadable_parts as is_unreadable
from resolved
