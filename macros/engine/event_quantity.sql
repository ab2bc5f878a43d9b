{% macro event_quantity(properties, key_path, path, text) -%}
    {{ adapter.dispatch('event_quantity', 'ratebook')(properties, key_path, path, text) }}
{%- endmacro %}

{% macro duckdb__event_quantity(properties, key_path, path, text) -%}
    {#-
        The quantity of an event, decimal(24, 12), from the text of its property: null if it is not a JSON
        number (which may be in a string) or not below 10^12. A JSON number counts with 15 significant digits,
        so long ones are rounded to 15; a string counts with all its digits. Short plain numbers, as nearly all
        are, need no rounding. The 13th decimal decides the rounding to 12, half away from zero, so the rest is cut off.
    -#}
    case
        when
            length({{ text }}) <= 15
            and regexp_full_match({{ text }}, '-?(0|[1-9]\d{0,11})(\.\d{1,12})?')
            then cast({{ text }} as decimal(24, 12))
        when not regexp_full_match({{ text }}, '-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?') then null
        else list_transform(
            list_transform(
                [{{ ratebook.number_parts(text) }}],
                lambda number : case
                    when
                        length(number.digits) <= 15
                        or json_type({{ properties }}, case
                            when {{ path }} is null or json_exists({{ properties }}, {{ key_path }}) then {{ key_path }}
                            else {{ path }}
                        end) = 'VARCHAR'
                        then number
                    else struct_pack(
                        minus := number.minus,
                        digits := cast((cast(left(number.digits, 16) as bigint) + 5) // 10 as varchar),
                        decimals := number.decimals - length(number.digits) + 15
                    )
                end
            ),
            lambda number : try_cast(
                regexp_replace({{ ratebook.text_of_parts('number') }}, '(\.\d{13})\d+$', '\1') as decimal(24, 12)
            )
        )[1]
    end
{%- endmacro %}
