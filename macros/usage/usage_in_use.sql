{% macro usage_in_use() %}
    {#-
        Which kinds of usage the configuration has, as known when a model is run, so that nobody pays for the others:
        hours, cells, priced_events, counted_values, maximums, latest, levels, shared_names, more_filters and cuts. All,
        if that is not known yet. What is not in use is not joined either: DuckDB 2.0.0 plans a left join on columns of
        two tables like an inner join, so with an empty table as if no rows came out of it, and then builds its hash
        tables from usage.
    -#}
    {%- set meters = ref('ratebook', 'int_meters') -%}
    {%- set metered_products = ref('ratebook', 'int_metered_products') -%}
    {%- set cuts = ref('ratebook', 'int_metering_cuts') -%}
    {%- set conditions = {
        'hours': [metered_products, 'is_metered_hourly'],
        'cells': [metered_products, 'cell_set_number is not null'],
        'priced_events': [metered_products, 'is_event_priced'],
        'counted_values': [meters, "aggregation = 'UNIQUE_COUNT'"],
        'maximums': [meters, "aggregation = 'MAX'"],
        'latest': [meters, "aggregation = 'LATEST'"],
        'levels': [meters, "aggregation = 'WEIGHTED_SUM'"],
        'shared_names': [meters, 'siblings is not null'],
        'more_filters': [meters, 'more_filters is not null'],
        'cuts': [cuts, 'true'],
    } -%}
    {%- if not ratebook.are_built([meters, metered_products, cuts]) -%}
        {{ return(dict(dict.fromkeys(conditions, true), cells=ratebook.has_feature('matrix_prices'))) }}
    {%- endif -%}
    {%- set query -%}
        select
            {%- for relation, condition in conditions.values() %}
            exists(select 1 from {{ relation }} where {{ condition }}){{ "," if not loop.last }}
            {%- endfor %}
    {%- endset -%}
    {{ return(dict(zip(conditions, run_query(query).rows[0]))) }}
{% endmacro %}
