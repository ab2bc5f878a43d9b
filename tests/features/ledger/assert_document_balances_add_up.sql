{{ config(group='engine', enabled=ratebook.has_feature('ledger')) }}
-- Otherwise money that came in counts twice or nowhere, or a credit note settles what it is not.
with balances as (
    select
        *,
        case when document_type = 'CREDIT_NOTE' then -1 else 1 end as sign
    from {{ ref('ratebook', 'document_balances') }}
),

paid as (
    select
        document_id,
        sum(case kind when 'PAYMENT' then amount when 'REFUND' then -amount else 0 end) as paid,
        sum(case kind when 'WRITE_OFF' then amount else 0 end) as written_off
    from {{ ref('ratebook', 'int_payments') }}
    where is_counted
    group by document_id
)

select 'parts of ' || balances.document_id as what
from balances
left join paid
    on balances.document_id = paid.document_id
where
    balances.total
    != balances.credited + balances.paid + balances.written_off + balances.open_amount
    or balances.credited * balances.sign
    not between 0 and greatest(0, balances.total * balances.sign)
    or balances.paid != coalesce(paid.paid, 0)
    or balances.written_off * balances.sign != coalesce(paid.written_off, 0)
union all
-- What credit notes have settled is what was settled by them.
select 'credits of ' || customer_id || ' in ' || currency as what
from balances
group by customer_id, currency
having sum(credited) != 0
union all
select 'payment for no document: ' || paid.document_id as what
from paid
left join balances
    on paid.document_id = balances.document_id
where balances.document_id is null
