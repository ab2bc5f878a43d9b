{% macro from_local(local_time, zone) -%}
    {{ adapter.dispatch('from_local', 'ratebook')(local_time, zone) }}
{%- endmacro %}

{% macro duckdb__from_local(local_time, zone) -%}
    {#-
        The first time (UTC) at which the clocks of the zone show this local time or a later one. The
        candidates come from the offsets of the days before and after; if neither shows the local time, it
        was skipped, and the end of the gap is searched minute by minute.
    -#}
    {%- set candidates = [] -%}
    {%- for day in ['(wall - to_days(1))', '(wall + to_days(1))'] -%}
        {%- do candidates.append('wall - (' ~ ratebook.to_local(day, zone) ~ ' - ' ~ day ~ ')') -%}
    {%- endfor -%}
    case
        when {{ zone }} is not null
            then list_transform(
                [{{ local_time }}],
                lambda wall : list_transform(
                    [list_sort([{{ candidates | join(', ') }}])],
                    lambda instants : case
                        when {{ ratebook.to_local('instants[1]', zone) }} = wall then instants[1]
                        when {{ ratebook.to_local('instants[2]', zone) }} = wall then instants[2]
                        else list_filter(
                            generate_series(date_trunc('minute', instants[1]), instants[2], to_minutes(1)),
                            lambda instant : {{ ratebook.to_local('instant', zone) }} >= wall
                        )[1]
                    end
                )[1]
            )[1]
    end
{%- endmacro %}
