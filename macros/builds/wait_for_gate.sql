{% macro wait_for_gate() %}
    {#- A hook of every mart: it makes the mart depend on the gate, and runs nothing. -#}
    {%- do ref('ratebook', 'builds') -%}
{% endmacro %}
