{% macro document_totals(rows) -%}
    {#- What the rows of a document, grouped by document_columns, come to. -#}
    max(
        case
            when {{ rows }}.document_type != 'INVOICE' and {{ rows }}.row_type = 'ADJUSTMENT'
                then {{ rows }}.origin_document_id
        end
    ) as origin_document_id,
    max(
        case
            when {{ rows }}.document_type != 'INVOICE' and {{ rows }}.row_type = 'ADJUSTMENT'
                then {{ rows }}.origin_document_number
        end
    ) as origin_document_number,
    cast(count(*) as bigint) as row_count,
    cast(sum({{ rows }}.amount) as decimal(28, 8)) as total,
    cast(sum(case when {{ rows }}.row_type = 'ADJUSTMENT' then {{ rows }}.amount else 0 end) as decimal(28, 8))
        as adjusted_amount
{%- endmacro %}
