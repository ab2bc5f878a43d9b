{% macro parse_boolean(text) -%}
    {{ adapter.dispatch('parse_boolean', 'ratebook')(text) }}
{%- endmacro %}

{% macro default__parse_boolean(text) -%}
    case
        when lower({{ text }}) in ('true', 't', 'yes', 'y', '1') then true
        when lower({{ text }}) in ('false', 'f', 'no', 'n', '0') then false
    end
{%- endmacro %}
