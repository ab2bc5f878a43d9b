{% macro stop_with(sentence) %}
    {{- exceptions.raise_compiler_error("ratebook: " ~ sentence ~ ".") if execute -}}
{% endmacro %}
