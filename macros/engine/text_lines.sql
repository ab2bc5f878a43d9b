{% macro text_lines(file, longest, options) -%}
    {{ adapter.dispatch('text_lines', 'ratebook')(file, longest, options) }}
{%- endmacro %}

{% macro duckdb__text_lines(file, longest, options) -%}
    {#- A call that reads a text file line by line as it is. In parallel, DuckDB drops lines longer than its buffer. -#}
    read_csv(
        {{ ratebook.text_literal(file) }}, columns = {'line': 'VARCHAR'}, auto_detect = false, header = false,
        delim = '\x01', quote = '', escape = '', strict_mode = false, null_padding = true, parallel = false,
        max_line_size = {{ longest }}, buffer_size = {{ 2 * longest }}, {{ options }}
    )
{%- endmacro %}
