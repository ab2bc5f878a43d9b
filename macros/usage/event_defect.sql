{% macro event_defect(events) -%}
    {#-
        What makes an event unusable before anything else is looked at; null for a well-formed one. Properties that
        have a name are a JSON object: only the others are looked at once more.
    -#}
    case
            when {{ events }}.metered_at is null then 'BAD_TIMESTAMP'
            when
                {{ events }}.event_name is null
                and not {{ ratebook.is_json_object(events ~ '.properties') }}
                then 'BAD_PROPERTIES'
            when {{ events }}.transaction_id is null then 'NO_TRANSACTION_ID'
        end
{%- endmacro %}
