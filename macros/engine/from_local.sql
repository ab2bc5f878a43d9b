{% macro from_local(local_time, zone) -%}
    {{ adapter.dispatch('from_local', 'ratebook')(local_time, zone) }}
{%- endmacro %}

{% macro duckdb__from_local(local_time, zone) -%}
    {#-
        The first time (UTC) at which the clocks of the zone show this local time or a later one. The
        candidates come from the offsets of the days before and after; if neither shows the local time, it
        was skipped, and the end of the gap is searched minute by minute.
    -#}
    {%- set day_before = '(' ~ local_time ~ ' - to_days(1))' -%}
    {%- set day_after = '(' ~ local_time ~ ' + to_days(1))' -%}
    {%- set one = '(' ~ local_time ~ ' - (' ~ ratebook.to_local(day_before, zone) ~ ' - ' ~ day_before ~ '))' -%}
    {%- set other = '(' ~ local_time ~ ' - (' ~ ratebook.to_local(day_after, zone) ~ ' - ' ~ day_after ~ '))' -%}
    {%- set first = 'least(' ~ one ~ ', ' ~ other ~ ')' -%}
    {%- set second = 'greatest(' ~ one ~ ', ' ~ other ~ ')' -%}
    case
        when {{ local_time }} is null or {{ zone }} is null then null
        when {{ ratebook.to_local(first, zone) }} = {{ local_time }} then {{ first }}
        when {{ ratebook.to_local(second, zone) }} = {{ local_time }} then {{ second }}
        else list_filter(
            generate_series(date_trunc('minute', {{ first }}), {{ second }}, to_minutes(1)),
            lambda instant : {{ ratebook.to_local('instant', zone) }} >= {{ local_time }}
        )[1]
    end
{%- endmacro %}
