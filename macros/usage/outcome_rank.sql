{% macro outcome_rank(outcome) -%}
    {#- How far an event got for a product. The product for which it got furthest decides. -#}
    case {{ outcome }}
            {%- for name in ratebook.product_outcomes() %}
            when '{{ name }}' then {{ loop.index }}
            {%- endfor %}
            else 0
        end
{%- endmacro %}
