{% macro time_zone_data() -%}
    {{ return(adapter.dispatch('time_zone_data', 'ratebook')()) }}
{%- endmacro %}

{% macro duckdb__time_zone_data() -%}
    {#- DuckDB has no version for it: a digest of local times in every zone at noon UTC, monthly from 2020 to 2039. -#}
    (
        select substr(md5(string_agg(
            zones.name || '|' || cast(timezone(zones.name, instants.instant) as varchar), ','
            order by zones.name, instants.instant
        )), 1, 12)
        from pg_timezone_names() as zones
        cross join (
            select unnest(generate_series(
                timestamptz '2020-01-15 12:00:00+00', timestamptz '2039-12-15 12:00:00+00', interval 1 month
            )) as instant
        ) as instants
    )
{%- endmacro %}
