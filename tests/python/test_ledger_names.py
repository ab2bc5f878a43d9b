"""Contracts that get a row after they were billed as a quote or an order: they keep their name."""

from __future__ import annotations

from decimal import Decimal

import pytest
from conftest import Warehouse
from input_tables import LEDGER_MARTS, Builder, Inputs, combined, row
from ledger_books import documents, invoice

SETTINGS = {
    "models": (*LEDGER_MARTS, "pricing_exceptions"),
    "close": True,
    "books_from": "beginning",
    "close_credit_limit": 100,
}
TERM = {"started_at": "2024-05-01", "ended_at": "2025-05-01"}
BOOK: Inputs = {
    "products": [
        row("fee", name="Fee", ptype="FIXED"),
        row("support", name="Support", ptype="FIXED"),
        row("training", name="Training", ptype="FIXED"),
    ],
    "pricebooks": [row("basic")],
    "list_prices": [
        row("fee", pricebook_uid="basic", product_uid="fee", price="100"),
        row("support", pricebook_uid="basic", product_uid="support", price="40"),
    ],
}
# Not on the list: a price of the quote alone.
TRAINING = {"product_uid": "training", "price": "30"}
QUOTES = ("kept", "restated", "cheaper", "held", "spoilt", "named_twice")


def quoted(name: str) -> Inputs:
    """Return an accepted quote: a fee of 100 and support for 35 instead of 40."""
    accepted = {"state": "ACCEPTED", "accepted_at": "2024-04-20T12:00:00Z"}
    support = row(f"{name}_support", quote_id=name, list_price_uid="support", price="35")
    return {
        "customers": [row(name)],
        "quotes": [row(name, customer_id=name, pricebook_id="basic", **accepted, **TERM)],
        "quote_prices": [
            support,
            *([row(f"{name}_training", quote_id=name, **TRAINING)] if name == "restated" else []),
        ],
    }


def contracted(name: str, contract_id: str = "", **cells: str) -> Inputs:
    """Return the contract that somebody has written down for a quote, with the same price."""
    contract_id = contract_id or f"{name}_contract"
    contract = {"customer_id": name, "pricebook_id": "basic", "quote_id": name, **TERM} | cells
    support = row(
        f"{contract_id}_support", contract_uid=contract_id, list_price_uid="support", price="35"
    )
    return {"contracts": [row(contract_id, **contract)], "contract_prices": [support]}


def ordered(*, is_written_down: bool) -> Inputs:
    """Return a paid order, and the contract for it."""
    plan = {"customer_id": "ordered", "pricebook_id": "basic", **TERM}
    own = [row("of_order", order_id="plan", **plan)] if is_written_down else []
    return {
        "customers": [row("ordered")],
        "orders": [row("o1", **plan | {"durable_id": "plan", "state": "PAID"})],
        "contracts": own,
    }


def inputs_of(close: int) -> Inputs:
    """Return the inputs at a close: after the first, all contracts have rows."""
    rows = [BOOK, *map(quoted, QUOTES), ordered(is_written_down=close > 1)]
    # A row from the start: this contract has no other name.
    rows += [quoted("own"), contracted("own")]
    if close > 1:
        rows += [
            contracted("kept"),
            contracted("restated"),
            {"contract_prices": [row("again", contract_uid="restated_contract", **TRAINING)]},
            contracted("cheaper"),
            {
                "contract_prices": [
                    row("less", contract_uid="cheaper_contract", list_price_uid="fee", price="80")
                ]
            },
            contracted("held"),
            {"invoice_holds": [row("1", contract_id="held_contract", reason="disputed")]},
            contracted("spoilt", prorate="perhaps"),
            contracted("named_twice", "first"),
            contracted("named_twice", "second"),
        ]
    return combined(*rows)


@pytest.fixture(scope="module")
def closed(build: Builder) -> Warehouse:
    """Return the books after the closes of May, June and July."""
    books = build(inputs_of(1), as_of="2024-06-01T00:00:00Z", **SETTINGS)
    for as_of in ("2024-07-01T00:00:00Z", "2024-08-01T00:00:00Z"):
        build.again(books, inputs_of(2), as_of=as_of, **SETTINGS)
    return books


def test_everything_is_explained(closed: Warehouse) -> None:
    """Nothing is lost between the two names."""
    query = "select contract_id from ratebook.ledger_reconciliation where unexplained_amount != 0"
    assert closed.rows(query) == []


def test_a_row_changes_nothing(closed: Warehouse) -> None:
    """100 + 35 a month, under the name of the quote; nothing of May is said again."""
    assert [documents(closed, close)["quote:kept"] for close in (1, 2, 3)] == [
        [invoice("135", "05:100.00 05:35.00")],
        [invoice("135", "06:100.00 06:35.00")],
        [invoice("135", "07:100.00 07:35.00")],
    ]
    assert "kept_contract" not in documents(closed, 2)


def test_an_order_that_gets_a_row(closed: Warehouse) -> None:
    """100 + 40 a month, at list prices."""
    assert [documents(closed, close)["order:plan"] for close in (1, 2, 3)] == [
        [invoice("140", "05:100.00 05:40.00")],
        [invoice("140", "06:100.00 06:40.00")],
        [invoice("140", "07:100.00 07:40.00")],
    ]


def test_a_price_of_the_quote_alone_is_another_price_of_the_contract(closed: Warehouse) -> None:
    """Its 30 for May are taken back and said again, once: two rows that come to nothing."""
    assert [documents(closed, close)["quote:restated"] for close in (1, 2, 3)] == [
        [invoice("165", "05:100.00 05:35.00 05:30.00")],
        [invoice("165", "06:100.00 06:35.00 06:30.00", "05:30.00 05:-30.00")],
        [invoice("165", "07:100.00 07:35.00 07:30.00")],
    ]


def test_what_the_row_says_otherwise_is_corrected(closed: Warehouse) -> None:
    """The fee is 80 from the start: 80 + 35 for June, and 20 less for May."""
    assert documents(closed, 2)["quote:cheaper"] == [
        invoice("95", "06:80.00 06:35.00", "05:-20.00")
    ]
    assert documents(closed, 3)["quote:cheaper"] == [invoice("115", "07:80.00 07:35.00")]


def open_of(books: Warehouse, contract_id: str) -> list[tuple[str, Decimal]]:
    """Return state and amount of what is open or waiting for a contract."""
    return books.rows(
        "select state, amount from ratebook.open_adjustments where contract_id = $1 order by all",
        [contract_id],
    )


def test_a_hold_of_the_contract_is_one_of_its_other_name(closed: Warehouse) -> None:
    """Nothing is sent in June and July."""
    assert "quote:held" not in documents(closed, 2) | documents(closed, 3)
    assert "held_contract" not in documents(closed, 2) | documents(closed, 3)


def test_nothing_is_credited_if_the_row_is_unreadable(closed: Warehouse) -> None:
    """Nobody can say what is owed for May: the -100 and -35 wait."""
    assert "quote:spoilt" not in documents(closed, 2) | documents(closed, 3)
    assert open_of(closed, "quote:spoilt") == [
        ("WAITING", Decimal(-100)),
        ("WAITING", Decimal(-35)),
    ]


def test_a_name_is_that_of_one_contract(closed: Warehouse) -> None:
    """Two contracts name one quote: the first has its name, the second owes May and June itself."""
    assert documents(closed, 2)["quote:named_twice"] == [invoice("135", "06:100.00 06:35.00")]
    assert documents(closed, 2)["second"] == [
        invoice("135", "05:100.00 05:35.00"),
        invoice("135", "06:100.00 06:35.00"),
    ]


def test_who_had_a_row_from_the_start_has_one_name(closed: Warehouse) -> None:
    """The quote is only where it came from."""
    assert documents(closed, 1)["own_contract"] == [invoice("135", "05:100.00 05:35.00")]
    assert documents(closed, 2)["own_contract"] == [invoice("135", "06:100.00 06:35.00")]
