{% macro collect_filters() -%}
    {{ adapter.dispatch('collect_filters', 'ratebook')() }}
{%- endmacro %}

{% macro duckdb__collect_filters() -%}
    {#- An aggregate: filters of a product as one value, for filters_hold. -#}
    list(struct_pack(
        key_path := key_path,
        path := property_path,
        included := included,
        excluded := excluded,
        is_optional := is_optional
    ))
{%- endmacro %}
