{% macro configuration_set(rating_set) -%}
    {#-
        The rating set whose configuration a rating set sees: a quote, which is rated as if it were the only
        contract, sees the catalogue and the customers of the set that is shown.
    -#}
    case
            when {{ rating_set }} in {{ ratebook.text_list(ratebook.rating_sets()) }} then {{ rating_set }}
            else {{ ratebook.public_rating_set() }}
        end
{%- endmacro %}
