{% macro check_close_rows() %}
    {#- Refuses a close for what it would freeze, before anything is written. -#}
    {%- if execute and var('ratebook_close') -%}
        {%- set before = ref('ratebook', 'int_ledger_before') -%}
        {%- set sellers = run_query(
            "select number_prefix from ("
            ~ " select seller_id, number_prefix from " ~ ref('ratebook', 'int_ledger_frozen_documents')
            ~ " union select seller_id, number_prefix from " ~ ref('ratebook', 'int_ledger_documents')
            ~ " union select seller_id, number_prefix from " ~ ref('ratebook', 'int_sellers')
            ~ " where rating_set = " ~ ratebook.public_rating_set()
            ~ ") as sellers group by number_prefix having count(distinct seller_id) > 1 order by 1"
        ) -%}
        {%- for row in sellers.rows -%}
            {{- ratebook.stop_with(
                "two sellers have the number_prefix '" ~ row[0] ~ "', so their documents would have the same numbers;"
                ~ " give each of sellers one of its own, and contracts without a seller_id the one that sends their invoices"
            ) -}}
        {%- endfor -%}
        {%- set lost = run_query(
            "select contract_id from " ~ ref('ratebook', 'int_ledger_missing_contracts') ~ " order by 1 limit 1"
        ) -%}
        {%- for row in lost.rows -%}
            {{- ratebook.stop_with(
                "the contract " ~ row[0] ~ " has frozen documents but no row in the inputs: all of them would be credited;"
                ~ " bring its rows back, and set void on the contract if that is what you mean"
            ) -}}
        {%- endfor -%}
        {%- set unopened = run_query(
            "select distinct ledger.origin_document_number from " ~ before ~ " as ledger"
            ~ " left join " ~ ref('ratebook', 'int_ledger_documents_before') ~ " as documents"
            ~ " on ledger.origin_document_id = documents.document_id"
            ~ " where ledger.origin_document_id is not null and documents.document_id is null order by 1 limit 1"
        ) -%}
        {%- for row in unopened.rows -%}
            {{- ratebook.stop_with(
                "the ledger corrects the document " ~ row[0] ~ " of another system, and no row of ledger_opening counts for it any more:"
                ~ " what it said would be invoiced again; bring its rows back as they were, see pricing_exceptions"
            ) -}}
        {%- endfor -%}
        {%- set limit = var('ratebook_close_credit_limit') | int -%}
        {%- set credited = run_query(
            "select sum(case when nets.net_amount < 0 then 1 else 0 end), count(*) from ("
            ~ " select distinct contract_id from " ~ before ~ ") as frozen_contracts left join ("
            ~ " select contract_id, sum(difference) as net_amount"
            ~ " from " ~ ref('ratebook', 'int_ledger_differences') ~ " where state = 'OPEN' group by contract_id"
            ~ ") as nets on frozen_contracts.contract_id = nets.contract_id"
        ).rows[0] -%}
        {%- if credited[1] > 10 and credited[0] * 100 > credited[1] * limit -%}
            {{- ratebook.stop_with(
                "the close would credit " ~ credited[0] ~ " of " ~ credited[1] ~ " contracts with frozen documents, more than "
                ~ limit ~ " percent; look at open_adjustments, and raise ratebook_close_credit_limit if they are right"
            ) -}}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
