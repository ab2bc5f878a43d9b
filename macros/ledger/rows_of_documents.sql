{% macro rows_of_documents(said) -%}
    {#-
        A relation: what was said by document (of_document_id). A correction for one document that stands on another one
        counts for both: it is part of what one says, and takes from the other.
    -#}
    (
        select
            *,
            place_document_id as of_document_id
        from {{ said }}
        union all
        select
            *,
            document_id as of_document_id
        from {{ said }}
        where document_id != place_document_id
    )
{%- endmacro %}
