{% macro counts_documents() %}
    {#- Whether the ledger is in use: there was a close, or the next one may be the first. -#}
    {{ return(
        ratebook.has_feature('ledger')
        and (var('ratebook_books_from', '') | string != '' or ratebook.newest_close().number > 0)
    ) }}
{% endmacro %}
