"""Self-serve: what becomes of a checkout, without a human step."""

from __future__ import annotations

from decimal import Decimal

import pytest
from conftest import Warehouse
from input_tables import Builder, Inputs, Row, amounts_of, decimals, reports, row, utc


def order(name: str, subscription: str, state: str, **cells: str | None) -> Row:
    """Return an order of the small plan, on 1 January unless it says otherwise."""
    plan = {"customer_id": "ann", "pricebook_id": "small", "started_at": "2025-01-01"}
    return row(name, **(plan | {"durable_id": subscription, "state": state} | cells))


def seats(name: str, plan: str, quantity: str) -> Row:
    """Return an item of an order."""
    return row(f"{name}_seats", order_uid=name, list_price_id=f"{plan}_seats", quantity=quantity)


def checkouts() -> Inputs:
    """Return two plans, monthly in advance and prorated, and orders in every state."""
    in_advance = {"invoice_delivery": "ADVANCED"}
    return {
        "customers": [row("ann"), row("bob")],
        "products": [
            row("base", name="Base", ptype="FIXED"),
            row("seats", name="Seats", ptype="FIXED"),
        ],
        "pricebooks": [row("small"), row("large")],
        "list_prices": [
            row("small_base", pricebook_uid="small", product_uid="base", price="30", **in_advance),
            row("small_seats", pricebook_uid="small", product_uid="seats", price="5", **in_advance),
            row("large_base", pricebook_uid="large", product_uid="base", price="90", **in_advance),
            row("large_seats", pricebook_uid="large", product_uid="seats", price="4", **in_advance),
        ],
        "orders": [
            order("failed", "plan", "FAILED"),
            order("abandoned", "plan", "ABANDONED"),
            order("started", "plan", "STARTED"),
            order("paid", "plan", "PAID", paid_at="2025-01-01 09:30:00"),
            # From 15 February on, another plan with more seats.
            order("changed", "plan", "PAID", pricebook_id="large", started_at="2025-02-15"),
            order("undated", "undated", "PAID", started_at=None, paid_at="2025-03-10T12:00:00Z",
                  ended_at="2025-04-01"),
            order("signed", "signed", "PAID", customer_id="bob", ended_at="2025-02-01"),
            order("nobodys", "nobodys", "PAID", customer_id=None),
            order("misspelt", "misspelt", "Paid"),
            order("timeless", "timeless", "PAID", started_at=None),
        ],
        "order_items": [
            seats("failed", "small", "2"),
            seats("paid", "small", "2"),
            seats("changed", "large", "10"),
            seats("signed", "small", "7"),
            row("lost", order_uid="no_such_order", list_price_id="small_seats", quantity="1"),
        ],
        # Somebody has made a contract of it by hand.
        "contracts": [
            row("by_hand", customer_id="bob", pricebook_id="small", order_id="signed",
                started_at="2025-01-01", ended_at="2025-02-01"),
        ],
    }  # fmt: skip


@pytest.fixture(scope="module")
def checked_out(build: Builder) -> Warehouse:
    """Return the orders, built when March is over."""
    return build(
        checkouts(),
        as_of="2025-03-31",
        models=("line_items", "invoices", "order_summaries", "pricing_exceptions"),
    )


def test_paid_orders_are_contracts(checked_out: Warehouse) -> None:
    """No other state is, and none that a contract names."""
    rows = checked_out.rows("select distinct contract_id from ratebook.invoices order by all")
    assert [contract_id for (contract_id,) in rows] == ["by_hand", "order:plan", "order:undated"]


def test_change_of_plan_is_an_amendment(checked_out: Warehouse) -> None:
    """Both plans owe their days of February: 14 and 14 of 28."""
    assert amounts_of(checked_out, "order:plan") == decimals(
        # January: the base, 2 x 5.
        "30 10"
        # February: 30 x 14/28, 2 x 5 x 14/28, then 90 x 14/28, 10 x 4 x 14/28.
        " 15 5 45 20"
        # March: the base, 10 x 4.
        " 90 40"
    )


def test_order_without_start_begins_when_it_was_paid(checked_out: Warehouse) -> None:
    """10 to 31 March are 22 of 31 days: 30 x 22/31 = 21.29 and 5 x 22/31 = 3.55, from 12:00 on."""
    rows = checked_out.rows(
        """
        select started_at, amount from ratebook.line_items
        where contract_id = 'order:undated' order by amount desc
        """
    )
    start = utc("2025-03-10 12:00")
    assert rows == [(start, Decimal("21.29")), (start, Decimal("3.55"))]


def test_summaries(checked_out: Warehouse) -> None:
    """What a checkout shows: at first, and for its term or a year; and what it became."""
    rows = checked_out.rows(
        """
        select order_uid, state, contract_id, first_invoices_total, total
        from ratebook.order_summaries
        where order_uid in ('failed', 'started', 'paid', 'changed', 'signed') order by order_uid
        """
    )
    assert rows == [
        # 90 x 14/28 + 10 x 4 x 14/28, then 130 for each month that starts within a year.
        ("changed", "PAID", "order:plan", Decimal("65.00"), 65 + 12 * 130),
        # 30 + 2 x 5, twelve times
        ("failed", "FAILED", None, Decimal("40.00"), 480),
        # 30 + 2 x 5
        ("paid", "PAID", "order:plan", Decimal("40.00"), 480),
        # 30 + 7 x 5
        ("signed", "PAID", "order:signed", Decimal("65.00"), 65),
        # 30 + 5: without an item, the list price's own quantity
        ("started", "STARTED", None, Decimal("35.00"), 420),
    ]


def test_what_is_reported(checked_out: Warehouse) -> None:
    """On the rows of orders and their items."""
    assert reports(checked_out) == {
        ("orders", "nobodys", "ACCEPTED_WITHOUT_CUSTOMER", "NOT_BILLED"),
        ("orders", "misspelt", "UNKNOWN_STATE", "NOT_BILLED"),
        ("orders", "timeless", "NO_START", "NOT_BILLED"),
        ("order_items", "lost", "UNKNOWN_REFERENCE", "NOT_BILLED"),
    }
