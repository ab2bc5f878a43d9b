{% macro uplift_factor_error(factor=none, factor_error=none, uplift_percent=none) -%}
    {{ adapter.dispatch('uplift_factor_error', 'ratebook')(factor, factor_error, uplift_percent) }}
{%- endmacro %}

{% macro duckdb__uplift_factor_error(factor, factor_error, uplift_percent) -%}
    {#- The maximum error of the next uplift_factor, in its units: 0 as long as nothing was rounded down. -#}
    {%- if factor is none -%}
    cast(0 as hugeint)
    {%- else -%}
    {%- set step = 'cast(1000000 + 10000 * ' ~ uplift_percent ~ ' as hugeint)' -%}
    case
        when {{ factor }} * {{ step }} % 1000000 = 0
            then ({{ factor_error }} * {{ step }} + 999999) // 1000000
        when {{ factor }} is not null
            then ({{ factor_error }} * {{ step }} + 999999) // 1000000 + 1
    end
    {%- endif -%}
{%- endmacro %}
