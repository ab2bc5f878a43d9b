{% macro forget_repeats(repeats) %}
    {#- Deletes the arrivals of ids of which new ones have come: they are compared once more, with all arrivals. -#}
    {%- if execute -%}
        {%- set read = ratebook.usage_read(repeats) -%}
        {%- if read.mode == 'new' -%}
            delete from {{ repeats }}
            where {{ ratebook.short_hash('rating_set', 'transaction_id') }} in (
                select id_hash from {{ ratebook.repeated_hashes(read) }} as hashes
            )
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
