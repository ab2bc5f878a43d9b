{% macro marketplaces() %}
    {#- The marketplaces that ratebook knows, and the seed with the rules of each. -#}
    {{ return({
        'AWS': 'marketplace_aws', 'AZURE': 'marketplace_azure', 'GOOGLE_CLOUD': 'marketplace_google_cloud',
    }) }}
{% endmacro %}
