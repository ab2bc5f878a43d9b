{% macro price_part_inputs() %}
    {#- The inputs that are there whose rows belong to a price: tiers, dimensions and cells. -#}
    {{ return((['price_tiers'] + ratebook.features()['matrix_prices'])
        | select('in', ratebook.active_inputs()) | list) }}
{% endmacro %}
