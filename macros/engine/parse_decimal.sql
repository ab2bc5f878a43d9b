{% macro parse_decimal(text) -%}
    {{ adapter.dispatch('parse_decimal', 'ratebook')(text) }}
{%- endmacro %}

{% macro duckdb__parse_decimal(text) -%}
    {#-
        18 digits before the point and 20 after it, wider than every range. A number that does not fit even
        that becomes another out-of-range number, so that it is reported as out of range, not as unparsable.
    -#}
    case
        when regexp_full_match({{ text }}, '-?\d+(\.\d+)?([eE][+-]?\d+)?') is not true then null
        else list_transform(
            [{{ ratebook.plain_number(text) }}],
            lambda plain : case
                when regexp_matches(plain, '\.\d{20}\d*[1-9]') then cast(0.00000000000000000001 as decimal(38, 20))
                else coalesce(try_cast(plain as decimal(38, 20)), cast(100000000000000000 as decimal(38, 20)))
            end
        )[1]
    end
{%- endmacro %}
