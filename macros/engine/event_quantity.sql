{% macro event_quantity(properties, key_path, path, text) -%}
    {{ adapter.dispatch('event_quantity', 'ratebook')(properties, key_path, path, text) }}
{%- endmacro %}

{% macro duckdb__event_quantity(properties, key_path, path, text) -%}
    {#-
        The quantity of an event, decimal(24, 12), from the text of its property: null if it is not a JSON
        number (which may be in a string) or not below 10^12. A JSON number counts with 15 significant digits,
        so long ones are rounded to 15; a string counts with all its digits. Short plain numbers, as nearly all
        are, need no rounding.
    -#}
    {%- set value = 'try_cast(' ~ text ~ ' as decimal(38, 25))' -%}
    case
        when
            length({{ text }}) <= 15
            and regexp_full_match({{ text }}, '-?(0|[1-9]\d{0,11})(\.\d{1,12})?')
            then cast({{ text }} as decimal(24, 12))
        when not regexp_full_match({{ text }}, '-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?') then null
        when
            length({{ text }}) <= 15
            or json_type({{ properties }}, case
                when {{ path }} is null or json_exists({{ properties }}, {{ key_path }}) then {{ key_path }}
                else {{ path }}
            end) = 'VARCHAR'
            then try_cast({{ value }} as decimal(24, 12))
        else try_cast(
            case
                {%- for digits in range(12, 0, -1) %}
                when abs({{ value }}) >= {{ 10 ** (digits - 1) }} then cast(round({{ value }}, {{ 15 - digits }}) as decimal(38, 25))
                {%- endfor %}
                else cast(round({{ value }}, 15) as decimal(38, 25))
            end as decimal(24, 12)
        )
    end
{%- endmacro %}
