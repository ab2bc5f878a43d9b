{% macro local_midnight(local_date, zone) -%}
    {{ ratebook.from_local('cast(' ~ local_date ~ ' as timestamp)', zone) }}
{%- endmacro %}
