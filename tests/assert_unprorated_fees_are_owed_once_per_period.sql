{{ config(group='engine') }}

-- Otherwise an amendment in the middle of a period charges a whole fee a second time.
select
    rating_set,
    lineage_id,
    invoice_delivery,
    nominal_start_date,
    nominal_end_date,
    count(*) as line_count
from {{ ref('ratebook', 'int_line_items') }}
where line_type = 'fixed' and not prorate
group by rating_set, lineage_id, invoice_delivery, nominal_start_date, nominal_end_date
having count(*) > 1
