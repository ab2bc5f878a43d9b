{% macro event_property(properties, key_path, path) -%}
    {{ adapter.dispatch('event_property', 'ratebook')(properties, key_path, path) }}
{%- endmacro %}

{% macro duckdb__event_property(properties, key_path, path) -%}
    {#- The text of a JSON value, null if it is missing or null; an existing key wins over a path. -#}
    json_extract_string(
        {{ properties }},
        case
            when {{ path }} is null or json_exists({{ properties }}, {{ key_path }}) then {{ key_path }}
            else {{ path }}
        end
    )
{%- endmacro %}
