{% macro charge_models(priced_by=none) %}
    {#- The charge models that are rated; with priced_by, those with a price, tiers, or rates
        of events. -#}
    {%- set models = {
        'FLAT': 'price', 'GRADUATED': 'tiers', 'GRADUATED_PERCENTAGE': 'tiers', 'PACKAGE': 'price',
        'PERCENTAGE': 'events', 'VOLUME': 'tiers',
    } -%}
    {%- set found = [] -%}
    {%- for model, given in models.items() if priced_by is none or given in priced_by -%}
        {%- do found.append(model) -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}
