{% macro cell_parsers() %}
    {#- What reads the cells of a type, and the type of what it returns. -#}
    {{ return({
        'time': [ratebook.parse_timestamp, 'timestamp'],
        'instant': [ratebook.parse_timestamp, 'timestamp'],
        'integer': [ratebook.parse_integer, 'integer'],
        'version': [ratebook.parse_version, 'bigint'],
        'decimal': [ratebook.parse_decimal, 'decimal(38, 20)'],
        'boolean': [ratebook.parse_boolean, 'boolean'],
    }) }}
{% endmacro %}
