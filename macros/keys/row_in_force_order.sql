{% macro row_in_force_order(instant, uid) -%}
    {#-
        Orders the windows [effective_at, ineffective_at) of one thing, the one that holds at an instant first:
        of several in force the latest, then the lowest id; with none in force the earliest, then the lowest id.
    -#}
    case when effective_at <= {{ instant }} and {{ instant }} < ineffective_at then 0 else 1 end,
                case when effective_at <= {{ instant }} and {{ instant }} < ineffective_at then effective_at end desc nulls last,
                effective_at,
                {{ uid }}
{%- endmacro %}
