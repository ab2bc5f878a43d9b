{% macro highest_rank(ranks) -%}
    {#- The highest digit of meter_ranks, as text: how far an event gets. Null if one product has its name. -#}
    case
            {%- for rank in range(ratebook.product_outcomes() | length, 0, -1) %}
            when {{ ranks }} like '%{{ rank }}%' then '{{ rank }}'
            {%- endfor %}
        end
{%- endmacro %}
