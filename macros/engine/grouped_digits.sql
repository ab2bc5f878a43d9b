{% macro grouped_digits(number) -%}
    {{ adapter.dispatch('grouped_digits', 'ratebook')(number) }}
{%- endmacro %}

{% macro duckdb__grouped_digits(number) -%}
    {#- No pattern of DuckDB looks ahead: groups of three are counted from the right in the reversed number. -#}
    {%- set whole = "split_part(" ~ number ~ ", '.', 1)" -%}
    replace(ltrim(reverse(regexp_replace(reverse({{ whole }}), '(\d{3})', '\1,', 'g')), ','), '-,', '-')
    || substr({{ number }}, length({{ whole }}) + 1)
{%- endmacro %}
