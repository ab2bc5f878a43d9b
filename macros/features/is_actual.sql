{% macro is_actual() %}
    {#-
        Whether a build shows what is: main, all that is known, at an instant that has been. What a branch, a replay
        or a forecast shows must not reach anybody outside.
    -#}
    {%- set as_of = ratebook.parse_instant_setting('ratebook_as_of') -%}
    {{ return(
        ratebook.rating_sets() | length == 1
        and ratebook.parse_instant_setting('ratebook_system_as_of') == ''
        and as_of <= run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f')
    ) }}
{% endmacro %}
