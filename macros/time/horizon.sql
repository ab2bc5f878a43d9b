{% macro horizon() -%}
    {{ ratebook.add_months(ratebook.as_of(), var('ratebook_forecast_months', 0) | int) }}
{%- endmacro %}
