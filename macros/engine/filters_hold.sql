{% macro filters_hold(properties, filters) -%}
    {{ adapter.dispatch('filters_hold', 'ratebook')(properties, filters) }}
{%- endmacro %}

{% macro duckdb__filters_hold(properties, filters) -%}
    {%- set value = ratebook.event_property(properties, 'condition.key_path', 'condition.path') -%}
    case
        when {{ filters }} is null then true
        else len(list_filter(
            {{ filters }},
            lambda condition : not {{ ratebook.filter_holds(
                value, 'condition.included', 'condition.excluded', 'condition.is_optional'
            ) }}
        )) = 0
    end
{%- endmacro %}
