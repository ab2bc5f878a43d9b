{% macro usage_in_use() %}
    {#-
        Which kinds of usage the configuration has, as known when a model is run, so that nobody pays for the others:
        hours, cells, priced_events, counted_values, maximums and levels. All, if that is not known yet.
    -#}
    {%- set meters = ref('ratebook', 'int_meters') -%}
    {%- set windows = ref('ratebook', 'int_metering_windows') -%}
    {%- set of_windows = {
        'hours': 'is_metered_hourly',
        'cells': 'has_cells',
        'priced_events': 'event_priced_product_uids is not null',
    } -%}
    {%- set aggregations = {
        'counted_values': 'UNIQUE_COUNT',
        'maximums': 'MAX',
        'levels': 'WEIGHTED_SUM',
    } -%}
    {%- set kinds = of_windows.keys() | list + aggregations.keys() | list -%}
    {%- if not ratebook.are_built([meters, windows]) -%}
        {{ return(dict.fromkeys(kinds, true)) }}
    {%- endif -%}
    {%- set query -%}
        select
            {%- for condition in of_windows.values() %}
            exists(select 1 from {{ windows }} where {{ condition }}),
            {%- endfor %}
            {%- for aggregation in aggregations.values() %}
            exists(select 1 from {{ meters }} where aggregation = '{{ aggregation }}'){{ "," if not loop.last }}
            {%- endfor %}
    {%- endset -%}
    {{ return(dict(zip(kinds, run_query(query).rows[0]))) }}
{% endmacro %}
