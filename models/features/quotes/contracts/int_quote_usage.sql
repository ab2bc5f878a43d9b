{{ config(enabled=ratebook.has_feature('quotes')) }}

-- The usage that quotes assume, in the public rating set.
with quote_usage as (
    select * from {{ ref('ratebook', 'stg_quote_usage') }}
),

rows_in_force as (
    select * from {{ ref('ratebook', 'int_configuration_rows') }}
    where
        is_in_force
        and input = 'quote_usage'
        and rating_set = {{ ratebook.public_rating_set() }}
)

select
    rows_in_force.rating_set,
    quote_usage.id,
    quote_usage.quote_id,
    quote_usage.product_uid,
    cast({{ ratebook.local_timestamp('quote_usage.nominal_start_date') }} as date)
        as nominal_start_date,
    -- With an unreadable date nothing is assumed; otherwise the row would apply to every period.
    case
        when rows_in_force.unparsable_cells is null
            then {{ ratebook.decimal_within('quote_usage.quantity', 12, 12) }}
    end as quantity,
    quote_usage.quantity is not null
    and {{ ratebook.decimal_within('quote_usage.quantity', 12, 12) }} is null as is_out_of_range
from quote_usage
inner join rows_in_force
    on quote_usage.row_id = rows_in_force.row_id
