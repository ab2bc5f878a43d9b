{% macro kind_of_files(path) %}
    {#- How files are read, by the end of their name: 'parquet', 'json' or 'csv'; none for any other end. -#}
    {%- set ending = (path | lower | replace('.gz', '') | replace('.zst', '')).split('.') | last -%}
    {{ return({
        'parquet': 'parquet', 'json': 'json', 'jsonl': 'json', 'ndjson': 'json', 'csv': 'csv',
    }.get(ending)) }}
{% endmacro %}
