{% macro of_price_group(column) -%}
    {#- A column of the price group, which a contract price gives whole, or the list price. -#}
    case
        when contract_terms.has_price_group then contract_terms.{{ column }}
        else list_terms.{{ column }}
    end
{%- endmacro %}
