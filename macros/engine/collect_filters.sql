{% macro collect_filters(key_path, path, included_values, excluded_values, is_optional) -%}
    {{ adapter.dispatch('collect_filters', 'ratebook')(key_path, path, included_values, excluded_values, is_optional) }}
{%- endmacro %}

{% macro duckdb__collect_filters(key_path, path, included_values, excluded_values, is_optional) -%}
    {#- All filters of a product as one value; texts of JSON values are compared, an empty list asks for nothing. -#}
    list(struct_pack(
        key_path := {{ key_path }},
        path := {{ path }},
        included := {{ ratebook.json_list_texts(included_values) }},
        excluded := {{ ratebook.json_list_texts(excluded_values) }},
        is_optional := {{ is_optional }}
    ))
{%- endmacro %}
