{% macro marketplaces() %}
    {#- The supported marketplaces, with the seed that has the rules of each. -#}
    {{ return({
        'AWS': 'marketplace_aws', 'AZURE': 'marketplace_azure', 'GOOGLE_CLOUD': 'marketplace_google_cloud',
    }) }}
{% endmacro %}
