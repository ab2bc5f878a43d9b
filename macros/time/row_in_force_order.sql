{% macro row_in_force_order(windows, instant, uid) -%}
    {#-
        Orders the windows [effective_at, ineffective_at) of one thing, the one in force at a given time first: of
        several in force the latest, then the lowest id; if none is in force the earliest, then the lowest id.
    -#}
    {%- set is_in_force -%}
        {{ windows }}.effective_at <= {{ instant }} and {{ instant }} < {{ windows }}.ineffective_at
    {%- endset -%}
    case when {{ is_in_force }} then 0 else 1 end asc,
                case when {{ is_in_force }} then {{ windows }}.effective_at end desc nulls last,
                {{ windows }}.effective_at asc,
                {{ uid }} asc
{%- endmacro %}
