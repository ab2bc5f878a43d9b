{% macro filter_holds(value, included, excluded, is_optional) -%}
    {{ adapter.dispatch('filter_holds', 'ratebook')(value, included, excluded, is_optional) }}
{%- endmacro %}

{% macro duckdb__filter_holds(value, included, excluded, is_optional) -%}
    {#- JSON values are compared as text; an empty list does not restrict. -#}
    case
        when {{ value }} is null then {{ is_optional }}
        when len({{ included }}) > 0 and not list_contains({{ included }}, {{ value }}) then false
        else not list_contains({{ excluded }}, {{ value }})
    end
{%- endmacro %}
