{% macro usage_configuration(types) -%}
    {#-
        SQL expression, a text for all that decides what sums of usage are, besides usage and the customers' terms. With
        another one all usage is read again.
    -#}
    md5({{ ratebook.text_literal([
        ratebook.version(), ratebook.rating_sets() | join(' '),
        ratebook.parse_instant_setting('ratebook_system_as_of'),
        var('ratebook_usage_cursor', ''), types,
    ] | join(' / ')) }}
        || {{ ratebook.engine_version() }}
        || {{ ratebook.rows_hash(ref('ratebook', 'int_meters')) }})
{%- endmacro %}
