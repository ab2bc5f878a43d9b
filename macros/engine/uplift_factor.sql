{% macro uplift_factor(factor=none, uplift_percent=none) -%}
    {{ adapter.dispatch('uplift_factor', 'ratebook')(factor, uplift_percent) }}
{%- endmacro %}

{% macro duckdb__uplift_factor(factor, uplift_percent) -%}
    {#-
        The factor after the previous renewals times (1 + uplift_percent / 100), as an integer in units of 10^-26, rounded
        down; 1 before any renewal. Null from 1000 on, which nobody intends. No overflow: 10^29 x 10^7.
    -#}
    {%- if factor is none -%}
    cast(100000000000000000000000000 as hugeint)
    {%- else -%}
    {%- set next = factor ~ ' * cast(1000000 + 10000 * ' ~ uplift_percent ~ ' as hugeint) // 1000000' -%}
    case when {{ next }} < cast(100000000000000000000000000000 as hugeint) then {{ next }} end
    {%- endif -%}
{%- endmacro %}
