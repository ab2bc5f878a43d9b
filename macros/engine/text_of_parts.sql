{% macro text_of_parts(number) -%}
    {{ adapter.dispatch('text_of_parts', 'ratebook')(number) }}
{%- endmacro %}

{% macro duckdb__text_of_parts(number) -%}
    {#-
        The parts of a number as text without an exponent. The point stays within 50 places of the first digit, which
        is further than any range.
    -#}
    case
        when {{ number }}.digits = '' then '0'
        when length({{ number }}.digits) - {{ number }}.decimals > 50 then {{ number }}.minus || '1' || repeat('0', 50)
        when length({{ number }}.digits) - {{ number }}.decimals < -50
            then {{ number }}.minus || '0.' || repeat('0', 50) || '1'
        when {{ number }}.decimals <= 0 then {{ number }}.minus || {{ number }}.digits || repeat('0', -{{ number }}.decimals)
        else {{ number }}.minus
            || case
                when length({{ number }}.digits) <= {{ number }}.decimals then '0'
                else left({{ number }}.digits, length({{ number }}.digits) - {{ number }}.decimals)
            end
            || '.' || lpad(
                right({{ number }}.digits, {{ number }}.decimals), cast({{ number }}.decimals as integer), '0'
            )
    end
{%- endmacro %}
