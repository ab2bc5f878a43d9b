-- Invoices in every rating set. Line items are added up here, and nowhere else.
with line_items as (
    select
        *,
        row_number() over (
            partition by rating_set, invoice_id
            order by effective_at desc, contract_uid desc, line_item_id desc
        ) as number_from_last
    from {{ ref('ratebook', 'int_line_items') }}
),

customer_windows as (
    select * from {{ ref('ratebook', 'int_customer_windows') }}
),

invoices as (
    select
        rating_set,
        configuration_set,
        invoice_id,
        contract_id,
        customer_id,
        billing_target,
        invoice_delivery,
        currency,
        nominal_start_date,
        nominal_end_date,
        invoice_started_at as started_at,
        invoice_ended_at as ended_at,
        status,
        invoice_issued_at as issued_at,
        min(billing_timezone) as billing_timezone,
        max(minor_units) as minor_units,
        max(case when number_from_last = 1 then payment_terms_days end) as payment_terms_days,
        max(case when number_from_last = 1 then payment_terms_kind end) as payment_terms_kind,
        count(*) as line_count,
        sum(amount) as total
    from line_items
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
),

-- The name of the customer when the invoice was issued.
named as (
    select
        invoices.rating_set,
        invoices.invoice_id,
        customer_windows.customer_name,
        row_number() over (
            partition by invoices.rating_set, invoices.invoice_id
            order by {{ ratebook.row_in_force_order(
                'customer_windows', 'invoices.issued_at', 'customer_windows.customer_uid'
            ) }}
        ) as choice
    from invoices
    inner join customer_windows
        on
            invoices.configuration_set = customer_windows.rating_set
            and invoices.customer_id = customer_windows.customer_id
),

due as (
    select
        invoices.*,
        {{ ratebook.days_to_due(
            ratebook.local_date('invoices.issued_at', 'invoices.billing_timezone'),
            'invoices.payment_terms_days', 'invoices.payment_terms_kind'
        ) }} as days_to_due
    from invoices
)

select
    due.rating_set,
    due.invoice_id,
    due.contract_id,
    due.customer_id,
    named.customer_name,
    due.billing_target,
    due.invoice_delivery,
    due.currency,
    due.nominal_start_date,
    due.nominal_end_date,
    due.started_at,
    due.ended_at,
    {{ ratebook.as_of() }} as created_at,
    due.issued_at,
    case
        when due.days_to_due = 0 then due.issued_at
        else {{ ratebook.from_local(
            ratebook.add_days(
                ratebook.to_local('due.issued_at', 'due.billing_timezone'), 'due.days_to_due'
            ),
            'due.billing_timezone'
        ) }}
    end as due_at,
    due.status,
    due.line_count,
    cast(due.total as decimal(28, 8)) as total,
    due.minor_units,
    due.billing_timezone,
    {{ ratebook.is_shadow('due.billing_target') }} as is_shadow
from due
left join named
    on
        due.rating_set = named.rating_set
        and due.invoice_id = named.invoice_id
        and named.choice = 1
