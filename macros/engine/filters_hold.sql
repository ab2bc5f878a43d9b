{% macro filters_hold(properties, filters) -%}
    {{ adapter.dispatch('filters_hold', 'ratebook')(properties, filters) }}
{%- endmacro %}

{% macro duckdb__filters_hold(properties, filters) -%}
    {%- set value = ratebook.event_property(properties, 'condition.key_path', 'condition.path') -%}
    case
        when {{ filters }} is null then true
        else len(list_filter(
            {{ filters }},
            lambda condition : not (
                case
                    when {{ value }} is null then condition.is_optional
                    else (len(condition.included) = 0 or list_contains(condition.included, {{ value }}))
                        and not list_contains(condition.excluded, {{ value }})
                end
            )
        )) = 0
    end
{%- endmacro %}
