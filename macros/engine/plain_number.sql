{% macro plain_number(text) -%}
    {{ adapter.dispatch('plain_number', 'ratebook')(text) }}
{%- endmacro %}

{% macro duckdb__plain_number(text) -%}
    {#- The text of a number without its exponent. A cast alone cannot read 10000000000000000000e-18. -#}
    case
        when regexp_matches({{ text }}, '[eE]')
            then list_transform(
                [{{ ratebook.number_parts(text) }}], lambda number : {{ ratebook.text_of_parts('number') }}
            )[1]
        else {{ text }}
    end
{%- endmacro %}
