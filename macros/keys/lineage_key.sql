{% macro lineage_key(contract_id) -%}
    {#- The id of a lineage: one product of one contract, through all versions of its price. -#}
    {{ ratebook.surrogate_key([
        contract_id, 'product_uid', 'phase', 'cast(lineage_ordinal as varchar)', 'ad_hoc_price_uid',
    ]) }}
{%- endmacro %}
