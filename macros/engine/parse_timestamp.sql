{% macro parse_timestamp(text) -%}
    {{ adapter.dispatch('parse_timestamp', 'ratebook')(text) }}
{%- endmacro %}

{% macro duckdb__parse_timestamp(text) -%}
    {#-
        The regular expression comes first: a cast alone accepts 'epoch' and 'infinity', and reads text with
        an offset in the time zone of the session. No clock is further from UTC than 15:59.
    -#}
    case
        when regexp_full_match({{ text }}, '\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?)?Z?')
            then try_cast(rtrim({{ text }}, 'Z') as timestamp)
        when regexp_full_match({{ text }}, '\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?[+-](0\d|1[0-5])(:?[0-5]\d)?')
            then try_cast(regexp_extract({{ text }}, '^(.*)[+-]', 1) as timestamp)
                - to_minutes(
                    case when regexp_extract({{ text }}, '([+-])[0-9:]+$', 1) = '-' then -1 else 1 end
                    * (
                        60 * cast(regexp_extract({{ text }}, '[+-](\d\d):?(\d\d)?$', 1) as integer)
                        + coalesce(cast(nullif(regexp_extract({{ text }}, '[+-](\d\d):?(\d\d)?$', 2), '') as integer), 0)
                    )
                )
    end
{%- endmacro %}
