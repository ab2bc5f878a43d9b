{% macro first_lines(file, count) -%}
    {{ adapter.dispatch('first_lines', 'ratebook')(file, count) }}
{%- endmacro %}

{% macro duckdb__first_lines(file, count) -%}
    {#- The first lines of a text file as they are. A small buffer, because no more than these is read. -#}
    (
        select line from read_csv(
            {{ ratebook.text_literal(file) }}, columns = {'line': 'VARCHAR'}, auto_detect = false, header = false,
            delim = '\x01', quote = '', escape = '', strict_mode = false, ignore_errors = true, null_padding = true,
            parallel = false, max_line_size = 1000000, buffer_size = 1000001
        ) limit {{ count }}
    )
{%- endmacro %}
