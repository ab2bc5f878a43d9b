{% macro collect_meters() -%}
    {{ adapter.dispatch('collect_meters', 'ratebook')() }}
{%- endmacro %}

{% macro duckdb__collect_meters() -%}
    {#- An aggregate: the products of an event name as one value, for meter_ranks. -#}
    list(struct_pack(
        product_uid := product_uid,
        is_defective := is_defective,
        aggregation := aggregation,
        filters := filters,
        agg_key_path := agg_key_path,
        agg_path := agg_path
    ))
{%- endmacro %}
