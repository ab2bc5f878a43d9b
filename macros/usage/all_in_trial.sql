{% macro all_in_trial(instant, trials) -%}
    {#- An aggregate over the contracts in force at an instant: whether all of them are in their trials then. -#}
    min(case when {{ instant }} < {{ trials }}.trial_ends_at then 1 else 0 end) = 1
{%- endmacro %}
