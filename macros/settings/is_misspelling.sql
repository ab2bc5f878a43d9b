{% macro is_misspelling(word, known) %}
    {#-
        Whether a word is a known one with one letter added, missing or wrong, or two letters swapped: without their
        common beginning and end, at most one letter of each is left, or two swapped letters.
    -#}
    {%- set ends = namespace(front=0, back=0, in_front=true, in_back=true) -%}
    {%- set shorter = [word | length, known | length] | min -%}
    {%- for position in range(shorter) -%}
        {%- set ends.in_front = ends.in_front and word[position] == known[position] -%}
        {%- set ends.front = ends.front + (1 if ends.in_front else 0) -%}
    {%- endfor -%}
    {%- for position in range(1, shorter - ends.front + 1) -%}
        {%- set ends.in_back = ends.in_back and word[-position] == known[-position] -%}
        {%- set ends.back = ends.back + (1 if ends.in_back else 0) -%}
    {%- endfor -%}
    {%- set rest = word[ends.front:(word | length) - ends.back] -%}
    {%- set known_rest = known[ends.front:(known | length) - ends.back] -%}
    {{ return(
        (known | length) > 4 and (
            ((rest | length) <= 1 and (known_rest | length) <= 1)
            or ((rest | length) == 2 and rest == known_rest[1:] ~ known_rest[:1])
        )
    ) }}
{% endmacro %}
