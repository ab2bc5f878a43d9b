{{ config(enabled=ratebook.has_feature('ledger')) }}

-- Payments that do not count, and those that go beyond what was open.
with payments as (
    select * from {{ ref('ratebook', 'int_payments') }}
),

excesses as (
    select * from {{ ref('ratebook', 'int_settlements') }}
    where excess_amount > 0
)

select
    'payments' as input,
    row_id,
    id,
    reason,
    case reason
        when 'UNPARSABLE_CELL' then 'cannot be read: ' || ltrim(unparsable_cells, '; ')
        when 'NO_ID' then 'id is empty'
        when 'INCOMPLETE_RECORD' then 'kind, amount, currency or paid_at is empty'
        when 'UNKNOWN_PAYMENT_KIND' then 'kind is ' || kind
        when 'OUT_OF_RANGE'
            then 'amount is not above 0, or is too large, or has too many decimals'
        when 'UNKNOWN_REFERENCE'
            then coalesce(
                'document_number ' || document_number || ' is not in the ledger',
                'document_number is empty'
            )
        when 'CURRENCY_MISMATCH'
            then 'document ' || document_number || ' is in ' || document_currency
        when 'DUPLICATE_ID'
            then 'another row has the id ' || id || ': the first one counts, once'
    end as detail
from payments
where reason is not null
union all
select
    'payments' as input,
    payments.row_id,
    payments.id,
    case when payments.kind = 'REFUND' then 'REFUND_TOO_LARGE' else 'OVERPAYMENT' end as reason,
    {{ ratebook.text_of_money('excesses.excess_amount', 'payments.minor_units') }}
    || ' ' || payments.currency || ' more than '
    || case
        when payments.kind = 'REFUND' and payments.document_type != 'CREDIT_NOTE'
            then 'was paid for '
        else 'was open of '
    end
    || payments.document_number as detail
from excesses
inner join payments
    on
        excesses.settlement_id = payments.id
        and payments.is_counted
