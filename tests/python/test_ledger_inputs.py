"""What the inputs of the ledger do to closes: one contract or more for each case, closed together.

All contracts start on 1 May 2024 (UTC, USD, monthly, in arrears) and owe a fee of 100 a month,
unless they say otherwise. There are three closes: at the ends of May, June and July. What is other
from one to the next is in the inputs of each.
"""

from __future__ import annotations

import shutil
from decimal import Decimal

import pytest
from conftest import Warehouse
from input_tables import LEDGER_MARTS, Builder, Inputs, combined, row
from ledger_books import documents, invoice

CLOSES = ("2024-06-01T00:00:00Z", "2024-07-01T00:00:00Z", "2024-08-01T00:00:00Z")
SETTINGS = {
    "models": (*LEDGER_MARTS, "pricing_exceptions"),
    "close": True,
    "books_from": "beginning",
    "close_credit_limit": 100,
}
PRODUCTS: Inputs = {"products": [row("fee", name="Fee", ptype="FIXED")]}


def fee(name: str, price: int = 100, **cells: str) -> Inputs:
    """Return a contract for a fee, its customer and its pricebook, all of one name."""
    contract = {"customer_id": name, "pricebook_id": name, "started_at": "2024-05-01"} | cells
    return {
        "customers": [row(name, name=name.title())],
        "pricebooks": [row(name)],
        "list_prices": [row(name, pricebook_uid=name, product_uid="fee", price=str(price))],
        "contracts": [row(name, **contract)],
    }


# Holds


def held(close: int) -> Inputs:
    """Return contracts on hold: in June and July, until 1 July, of another customer, since ever."""
    return combined(
        fee("held_contract", 100 if close == 1 else 80),
        fee("held_until", 100),
        fee("held_for_another"),
        fee("held_unreadably"),
        {
            "invoice_holds": [
                row("1", contract_id="held_contract", held_from="2024-06-15", held_to="2024-07-15"),
                row("2", customer_id="held_until", held_from="2024-06-01", held_to="2024-07-01"),
                row("3", contract_id="held_for_another", customer_id="held_until"),
                row("4", contract_id="held_unreadably", held_from="soon", held_to="2024-07-01"),
                row("5", reason="of nobody"),
                row("6", contract_id="held_contrct"),
                row("7", customer_id="held_untl"),
                row("8", customer_id="held_until", held_from="2024-06-01", held_to="2024-06-01"),
            ]
        },
    )


def inputs_of(close: int) -> Inputs:
    """Return the inputs of all cases at a close."""
    return combined(PRODUCTS, *(of_topic(close) for of_topic in (held,)))


@pytest.fixture(scope="module")
def closes(build: Builder, tmp_path_factory: pytest.TempPathFactory) -> list[Warehouse]:
    """Return the books after each of the closes."""
    books: list[Warehouse] = []
    for number, as_of in enumerate(CLOSES, start=1):
        if books:
            path = tmp_path_factory.mktemp("again") / books[-1].path.name
            shutil.copyfile(books[-1].path, path)
            books.append(build.again(Warehouse(path), inputs_of(number), as_of=as_of, **SETTINGS))
        else:
            books.append(build(inputs_of(number), as_of=as_of, **SETTINGS))
    return books


def open_of(warehouse: Warehouse, contract_id: str) -> list[tuple[str, Decimal]]:
    """Return state and amount of what is open or waiting for a contract."""
    return warehouse.rows(
        "select state, amount from ratebook.open_adjustments where contract_id = $1 order by all",
        [contract_id],
    )


def reported(warehouse: Warehouse, name: str) -> list[tuple[str, str, str]]:
    """Return id, reason and detail of what is reported of an input of the ledger."""
    return warehouse.rows(
        "select id, reason, detail from ratebook.pricing_exceptions where input = $1 order by all",
        [name],
    )


def test_everything_is_explained(closes: list[Warehouse]) -> None:
    """Frozen, open, waiting and not frozen is what is owed."""
    query = "select contract_id from ratebook.ledger_reconciliation where unexplained_amount != 0"
    assert [books.rows(query) for books in closes] == [[], [], []]


def test_nothing_is_said_during_a_hold(closes: list[Warehouse]) -> None:
    """100 are said for May. In June the fee is 80 from May on: the -20 wait, as June's 80 do.

    When the hold is over, June's invoice is 80 - 20 = 60, and July's is 80.
    """
    assert documents(closes[2], 1)["held_contract"] == [invoice("100", "05:100.00")]
    assert "held_contract" not in documents(closes[2], 2)
    assert open_of(closes[1], "held_contract") == [("WAITING", Decimal(-20))]
    assert documents(closes[2], 3)["held_contract"] == [
        invoice("60", "06:80.00", "05:-20.00"),
        invoice("80", "07:80.00"),
    ]
    assert open_of(closes[2], "held_contract") == []


def test_a_hold_includes_its_start_and_not_its_end(closes: list[Warehouse]) -> None:
    """Held from 1 June: May's invoice waits at that instant. Held to 1 July: then it goes out."""
    assert "held_until" not in documents(closes[2], 1)
    assert open_of(closes[0], "held_until") == []
    assert documents(closes[2], 2)["held_until"] == [
        invoice("100", "05:100.00"),
        invoice("100", "06:100.00"),
    ]


def test_a_hold_of_a_contract_of_another_customer(closes: list[Warehouse]) -> None:
    """It names both, and the contract is not that customer's: nothing is held."""
    assert documents(closes[2], 1)["held_for_another"] == [invoice("100", "05:100.00")]


def test_a_hold_that_cannot_be_read_holds(closes: list[Warehouse]) -> None:
    """Its start counts as empty: what should not be sent is not sent by mistake."""
    assert "held_unreadably" not in documents(closes[2], 1)
    assert len(documents(closes[2], 2)["held_unreadably"]) == 2


def test_holds_of_nobody_are_reported(closes: list[Warehouse]) -> None:
    """With what is wrong."""
    assert reported(closes[0], "invoice_holds") == [
        ("4", "UNPARSABLE_CELL", "cannot be read: held_from is soon"),
        ("5", "UNKNOWN_REFERENCE", "contract_id and customer_id are empty"),
        ("6", "UNKNOWN_REFERENCE", "contract_id held_contrct is not in contracts"),
        ("7", "UNKNOWN_REFERENCE", "customer_id held_untl is not in customers"),
        ("8", "EMPTY_WINDOW", "it ends before it begins, or at once"),
    ]
