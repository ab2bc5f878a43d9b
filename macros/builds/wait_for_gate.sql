{% macro wait_for_gate() %}
    {#- A hook of every mart: it makes the mart depend on the gate, and runs nothing. -#}
    {%- if model.name != 'builds' -%}
        {%- do ref('ratebook', 'builds') -%}
    {%- endif -%}
{% endmacro %}
