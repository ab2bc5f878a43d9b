{% macro as_glob(path) -%}
    {{ return(adapter.dispatch('as_glob', 'ratebook')(path)) }}
{%- endmacro %}

{% macro duckdb__as_glob(path) -%}
    {#- A path as part of a glob: its own brackets and stars mean themselves. -#}
    {{ return(modules.re.sub('([\\[*?])', '[\\1]', path)) }}
{%- endmacro %}
