{% macro event_defect(events) -%}
    {#-
        Why an event is malformed; null for a well-formed one. Properties with a name are a JSON object, so only the
        others are validated here.
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
