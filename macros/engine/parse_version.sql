{% macro parse_version(text) -%}
    {{ adapter.dispatch('parse_version', 'ratebook')(text) }}
{%- endmacro %}

{% macro duckdb__parse_version(text) -%}
    {#- Eighteen digits, because a version may be a time in nanoseconds. -#}
    case
        when regexp_full_match({{ text }}, '-?\d+(\.\d+)?([eE][+-]?\d+)?')
            then try_cast(
                regexp_extract({{ ratebook.plain_number(text) }}, '^(-?0*\d{1,18})(\.0+)?$', 1) as bigint
            )
    end
{%- endmacro %}
