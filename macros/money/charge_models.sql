{% macro charge_models(priced_by=none) %}
    {#- The charge models that are rated; with priced_by, those that have a price, or tiers. -#}
    {%- set models = {
        'FLAT': 'price', 'GRADUATED': 'tiers', 'GRADUATED_PERCENTAGE': 'tiers', 'PACKAGE': 'price',
        'VOLUME': 'tiers',
    } -%}
    {%- set found = [] -%}
    {%- for model, given in models.items() if priced_by in [none, given] -%}
        {%- do found.append(model) -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}
