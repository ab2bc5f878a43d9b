{% macro is_actual() %}
    {#-
        Whether a build shows actual data: main, everything known, and an as-of time that is not in the future. The
        results of a branch, a replay or a forecast must not be sent to anybody.
    -#}
    {%- set as_of = ratebook.parse_instant_setting('ratebook_as_of') -%}
    {{ return(
        ratebook.rating_sets() | length == 1
        and ratebook.parse_instant_setting('ratebook_system_as_of') == ''
        and as_of <= run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f')
    ) }}
{% endmacro %}
