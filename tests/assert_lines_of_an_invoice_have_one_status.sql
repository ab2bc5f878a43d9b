{{ config(group='engine') }}

-- Otherwise a part of an invoice is final, and can be sent, while another part still changes.
select
    rating_set,
    invoice_id,
    count(distinct status) as status_count
from {{ ref('ratebook', 'int_line_items') }}
group by rating_set, invoice_id
having count(distinct status) > 1
