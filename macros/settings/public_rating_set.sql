{% macro public_rating_set() -%}
    {{ ratebook.text_literal(ratebook.rating_sets()[-1]) }}
{%- endmacro %}
