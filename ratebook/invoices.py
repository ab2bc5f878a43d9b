"""Invoices and their lines, read from the marts with times in the billing time zone."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

import duckdb

# Conditions on an invoice, each with one value.
BY_BEGINNING = "starts_with(invoice_id, ?)"
BY_CUSTOMER = "? in (customer_name, customer_id)"


class Invoice(NamedTuple):
    """An invoice's header; a customer without a name goes by its id."""

    invoice_id: str
    customer_id: str
    customer_name: str
    contract_id: str
    invoice_delivery: str
    currency: str
    started_at: datetime
    ended_at: datetime
    status: str
    total: Decimal
    minor_units: int
    issued_on: date
    due_on: date
    billing_timezone: str
    billed_by: str | None
    as_of: datetime


class Line(NamedTuple):
    """A line item with its explanations; a discount is negative, 0 where there is none."""

    product_name: str
    cell_values: str | None
    line_type: str
    quantity: Decimal
    unit_name: str | None
    price: Decimal | None
    discount: Decimal
    amount: Decimal
    effective_at: datetime
    ineffective_at: datetime
    explanation: str | None
    customer_explanation: str | None


INVOICES_SQL = """
    select
        invoice_id, customer_id, coalesce(customer_name, customer_id), contract_id,
        invoice_delivery, currency,
        timezone(billing_timezone, timezone('UTC', started_at)),
        timezone(billing_timezone, timezone('UTC', ended_at)), status, total, minor_units,
        cast(timezone(billing_timezone, timezone('UTC', issued_at)) as date),
        cast(timezone(billing_timezone, timezone('UTC', due_at)) as date),
        billing_timezone, case when is_shadow then billing_target end, created_at
    from ratebook.invoices
"""
INVOICES_ORDER = " order by started_at, contract_id, invoice_delivery, currency, invoice_id"

LINES_SQL = """
    select
        coalesce(lines.product_name, 'Product ' || lines.product_uid), lines.cell_values,
        lines.line_type, lines.quantity, lines.unit_name, lines.price, -lines.discount_amount,
        lines.amount,
        timezone(invoices.billing_timezone, timezone('UTC', lines.effective_at)),
        timezone(invoices.billing_timezone, timezone('UTC', lines.ineffective_at)),
        explanations.explanation, explanations.customer_explanation
    from ratebook.line_items as lines
    inner join ratebook.invoices as invoices using (invoice_id)
    left join ratebook.line_item_explanations as explanations using (line_item_id)
    where lines.invoice_id = ?
    order by
        lines.product_name, lines.product_uid, lines.line_type = 'minimum_true_up',
        lines.effective_at, lines.cell_id, lines.line_item_id
"""


def read_invoices(
    connection: duckdb.DuckDBPyConnection, condition: str, value: str
) -> list[Invoice]:
    """Return the invoices that meet one of the conditions above, by period."""
    rows = connection.execute(f"{INVOICES_SQL} where {condition}{INVOICES_ORDER}", [value])
    return [Invoice(*row) for row in rows.fetchall()]


def read_lines(connection: duckdb.DuckDBPyConnection, invoice_id: str) -> list[Line]:
    """Return the lines of an invoice: a product's together, its true-up last."""
    return [Line(*row) for row in connection.execute(LINES_SQL, [invoice_id]).fetchall()]
