{% macro event_properties(properties, paths) -%}
    {{ adapter.dispatch('event_properties', 'ratebook')(properties, paths) }}
{%- endmacro %}

{% macro duckdb__event_properties(properties, paths) -%}
    {#- The texts of JSON values by constant paths, in a list; null for malformed JSON. It is read once for all. -#}
    {%- if paths -%}
        try(json_extract_string({{ properties }}, [{% for path in paths %}{{ ratebook.text_literal(path) }}{{ ", " if not loop.last }}{% endfor %}]))
    {%- else -%}
        cast(null as varchar[])
    {%- endif -%}
{%- endmacro %}
