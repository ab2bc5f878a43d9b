"""What closes freeze, and how they correct it: one contract for each case, closed together.

All contracts start on 1 May 2024 (UTC, USD, monthly, in arrears) and owe 100 a month, unless they
say otherwise. The first close is at the end of May; then the inputs change, and the second one is
at the end of June.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import DbtFailedError, Warehouse, ratebook
from input_tables import LEDGER_MARTS, WITH_SEEDS, Builder, Inputs, combined, event, row
from ledger_books import adjustment_invoice, credit_note, documents, invoice

from ratebook import closing, project
from ratebook.publication import Unpublished

MAY, JUNE = "2024-05-01", "2024-06-01"
# Four of the eleven contracts are credited.
SETTINGS = {
    "models": LEDGER_MARTS,
    "close": True,
    "books_from": "beginning",
    "close_credit_limit": 40,
}
FIRST_CLOSE, SECOND_CLOSE = "2024-06-01T00:00:00Z", "2024-07-01T00:00:00Z"


@dataclass(frozen=True)
class Case:
    """A contract, its prices, its usage, and what changes after the first close."""

    name: str
    price: dict[str, str] = field(default_factory=dict)
    contract: dict[str, str] = field(default_factory=dict)
    usage: dict[str, int] = field(default_factory=dict)
    later_price: dict[str, str] = field(default_factory=dict)
    later_contract: dict[str, str] = field(default_factory=dict)
    later_usage: dict[str, int] = field(default_factory=dict)
    later_override: dict[str, str] = field(default_factory=dict)

    def inputs(self, is_later: bool) -> Inputs:
        """Return the rows of the case before or after the first close."""
        name = self.name
        price = {"product_uid": "fee", "price": "100", **self.price}
        contract = {"customer_id": name, "pricebook_id": name, "started_at": MAY, **self.contract}
        usage = self.usage
        if is_later:
            price |= self.later_price
            contract |= self.later_contract
            usage = usage | self.later_usage
        return {
            "customers": [row(name, name=name.title())],
            "pricebooks": [row(name)],
            "list_prices": [row(name, pricebook_uid=name, **price)],
            "contracts": [row(name, **contract)],
            "contract_prices": [
                row(
                    f"{name}_override", contract_id=name, list_price_uid=name, **self.later_override
                )
            ]
            * (is_later and bool(self.later_override)),
            "usage_events": [
                event(f"{name}-{day}", name, f"2024-{day}T12:00:00Z", name="call", calls=calls)
                for day, calls in usage.items()
            ],
        }


CALLS = {"product_uid": "calls", "price": "1"}
ENDED = {"ended_at": JUNE}
CASES = (
    Case("late", CALLS, usage={"05-10": 10}, later_usage={"05-20": 3, "06-10": 20}),
    Case("late_at_the_end", CALLS, ENDED, {"05-10": 10}, later_usage={"05-20": 3}),
    Case("backdated", later_price={"price": "80", "version": "1"}),
    Case("voided", later_contract={"void": "true", "voided_at": "2024-06-10"}),
    Case(
        "prepaid_year",
        {"price": "300", "fixed_quantity": "10", "invoice_delivery": "ADVANCED"}
        | {"invoice_schedule": "12", "billing_anchor": "ANNIVERSARY", "prorate": "true"},
        {"started_at": "2024-02-01"},
        later_override={"fixed_quantity": "15", "started_at": "2024-06-10"},
    ),
    Case(
        "minimum",
        {**CALLS, "minimum_amount": "500"},
        usage={"05-10": 100},
        later_usage={"05-20": 50},
    ),
    Case("large_credit", {"price": "230"}, later_price={"price": "100", "version": "1"}),
    Case(
        "delivery",
        {"invoice_delivery": "ADVANCED"},
        ENDED,
        later_price={"invoice_delivery": "ARREARS", "version": "1"},
    ),
    Case("unreadable", later_contract={"prorate": "perhaps", "version": "1"}),
    Case(
        "added_product",
        contract=ENDED,
        later_price={"version": "1"},
    ),
    Case("unchanged"),
)
PRODUCTS: Inputs = {
    "products": [
        row("fee", name="Fee", ptype="FIXED"),
        row("support", name="Support", ptype="FIXED"),
        row(
            "calls",
            name="Calls",
            ptype="EVENT",
            event_name="call",
            aggregation="SUM",
            agg_property="calls",
        ),
    ],
}
# 30 a month more, on the same invoice.
ADDED: Inputs = {
    "list_prices": [
        row("support", pricebook_uid="added_product", product_uid="support", price="30")
    ]
}


def inputs_of(is_later: bool) -> Inputs:
    """Return the inputs of all cases before or after the first close."""
    return combined(
        PRODUCTS, *(case.inputs(is_later) for case in CASES), *([ADDED] if is_later else [])
    )


@pytest.fixture(scope="module")
def closed_once(build: Builder) -> Warehouse:
    """Return the books after the first close."""
    return build(inputs_of(is_later=False), as_of=FIRST_CLOSE, **SETTINGS)


@pytest.fixture(scope="module")
def again(
    build: Builder, closed_once: Warehouse, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Warehouse]:
    """Return what builds the later inputs into a copy of the books of the first close."""

    def build_again(inputs: Inputs, **settings: object) -> Warehouse:
        path = tmp_path_factory.mktemp("again") / closed_once.path.name
        shutil.copyfile(closed_once.path, path)
        return build.again(Warehouse(path), inputs, **SETTINGS | settings)

    return build_again


@pytest.fixture(scope="module")
def closed_twice(again: Callable[..., Warehouse]) -> Warehouse:
    """Return the books after the second close, with corrections on the next invoice."""
    return again(inputs_of(is_later=True), as_of=SECOND_CLOSE)


@pytest.fixture(scope="module")
def closed_with_documents(again: Callable[..., Warehouse]) -> Warehouse:
    """Return the same with corrections always on documents of their own."""
    return again(inputs_of(is_later=True), as_of=SECOND_CLOSE, adjustments="documents")


def test_first_close_freezes_what_is_final(closed_once: Warehouse) -> None:
    """All invoices as they are; 100 of usage, and 400 to the minimum of 500."""
    found = documents(closed_once, 1)
    assert found["unchanged"] == [invoice("100", "05:100.00")]
    assert found["late"] == [invoice("10", "05:10.00")]
    assert found["minimum"] == [invoice("500", "05:100.00 05:400.00")]
    assert found["prepaid_year"] == [invoice("3000", "02:3000.00")]
    assert found["large_credit"] == [invoice("230", "05:230.00")]
    assert found.keys() == {case.name for case in CASES}


# Five seats more, for 236 of the 366 days of the year from 1 February 2024: the lines now owe
# 3000 x 130 / 366 = 1065.57 and 4500 x 236 / 366 = 2901.64, together 967.21 more.
NEXT_INVOICE = {
    "late": [invoice("23", "06:20.00", "05:3.00")],
    "late_at_the_end": [adjustment_invoice("3", "05:3.00")],
    "backdated": [invoice("60", "06:80.00", "05:-20.00")],
    "voided": [credit_note("-100", "05:-100.00")],
    "prepaid_year": [adjustment_invoice("967.21", "02:967.21")],
    "minimum": [invoice("500", "06:0.00 06:500.00", "05:50.00 05:-50.00")],
    "large_credit": [credit_note("-130", "05:-130.00"), invoice("100", "06:100.00")],
    "delivery": [invoice("0", "05:100.00", "05:-100.00")],
    "added_product": [adjustment_invoice("30", "05:30.00")],
    "unchanged": [invoice("100", "06:100.00")],
}
OWN_DOCUMENTS = NEXT_INVOICE | {
    "late": [adjustment_invoice("3", "05:3.00"), invoice("20", "06:20.00")],
    "backdated": [credit_note("-20", "05:-20.00"), invoice("80", "06:80.00")],
    "delivery": [invoice("100", "05:100.00"), credit_note("-100", "05:-100.00")],
}


def test_corrections_go_on_the_next_invoice(closed_twice: Warehouse) -> None:
    """Each as the ledger's rules say; nothing is credited for a contract that cannot be read."""
    assert documents(closed_twice, 2) == NEXT_INVOICE


def test_corrections_get_documents_of_their_own(closed_with_documents: Warehouse) -> None:
    """Except for a net of zero, which is shown on the next invoice."""
    assert documents(closed_with_documents, 2) == OWN_DOCUMENTS


def test_what_cannot_be_read_waits(closed_twice: Warehouse) -> None:
    """100 was said for May, and nobody knows what is owed now."""
    assert closed_twice.rows(
        "select contract_id, state, amount from ratebook.open_adjustments"
    ) == [("unreadable", "WAITING", Decimal(-100))]


@pytest.mark.parametrize("name", ["closed_once", "closed_twice", "closed_with_documents"])
def test_everything_is_explained(name: str, request: pytest.FixtureRequest) -> None:
    """Frozen, open, waiting and not frozen is what is owed."""
    warehouse = request.getfixturevalue(name)
    assert (
        warehouse.rows(
            "select contract_id from ratebook.ledger_reconciliation where unexplained_amount != 0"
        )
        == []
    )


def test_numbers_have_no_gap(closed_twice: Warehouse) -> None:
    """One series for the year, over both closes; a document of zero has no number."""
    numbers = [
        number
        for (number,) in closed_twice.rows(
            "select document_number from ratebook.documents where total != 0 order by 1"
        )
    ]
    assert numbers == [f"2024-{number:06}" for number in range(1, len(numbers) + 1)]
    assert closed_twice.rows("select document_number from ratebook.documents where total = 0") == [
        (None,)
    ]


def test_dates_of_documents(closed_twice: Warehouse) -> None:
    """The date of the close, and the terms after it."""
    assert closed_twice.rows(
        "select distinct close_number, cast(document_date as varchar), cast(due_at as varchar) "
        "from ratebook.documents order by 1"
    ) == [(1, "2024-06-01", "2024-06-01"), (2, "2024-07-01", "2024-07-01")]


def test_frozen_rows_do_not_change(closed_once: Warehouse, closed_twice: Warehouse) -> None:
    """The second close only adds rows."""
    query = "select * from ratebook_state.invoice_ledger where close_number = 1 order by row_number"
    assert closed_once.rows(query) == closed_twice.rows(query)


def test_closing_again_writes_nothing(
    build: Builder, closed_twice: Warehouse, tmp_path: Path
) -> None:
    """A second close of the same time has nothing to say."""
    path = tmp_path / closed_twice.path.name
    shutil.copyfile(closed_twice.path, path)
    query = "select * from ratebook_state.invoice_ledger order by close_number, row_number"
    before = closed_twice.rows(query)
    books = build.again(Warehouse(path), inputs_of(is_later=True), as_of=SECOND_CLOSE, **SETTINGS)
    assert books.rows(query) == before
    assert books.rows("select count(*) from ratebook.closes") == [(2,)]
    assert books.rows("select contract_id from ratebook.open_adjustments") == [("unreadable",)]


@pytest.fixture
def books(
    closed_once: Warehouse, closed_twice: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Return the books of the first close; a build on them has the result of the second one."""

    def run(arguments: list[str], new: Unpublished, **_: object) -> None:
        settings = json.loads(arguments[arguments.index("--vars") + 1])
        assert (settings["ratebook_close"], settings["ratebook_as_of"]) == (True, "2024-07-01")
        shutil.copyfile(closed_twice.path, new.path)

    monkeypatch.setattr(project, "run_dbt", run)
    path = tmp_path / closed_once.path.name
    shutil.copyfile(closed_once.path, path)
    return path


def close(path: Path, *options: str) -> int:
    """Run the command, and return its exit code."""
    variables = "{ratebook_input_schema: inputs, ratebook_books_from: beginning}"
    return ratebook("close", "--file", path, "--as-of", "2024-07-01", "--vars", variables, *options)


def closes_of(path: Path) -> int:
    """Return how many closes a file has."""
    return Warehouse(path).rows("select count(*) from ratebook.closes")[0][0]


def test_dry_run_shows_documents(books: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """What a close would freeze and leave open, and nothing is published."""
    assert close(books, "--dry-run") == 0
    shown = capfd.readouterr()
    # Each line has these words, whatever its width.
    lines = [" ".join(line.split()) for line in shown.out.splitlines()]
    assert any(line.endswith(" invoice Late 23.00 USD 3.00 USD") for line in lines)
    assert any(" credit note Voided -100.00 USD -100.00 USD 2024-" in line for line in lines)
    assert "credit note 2 -230.00 USD -230.00 USD" in lines
    assert "waiting 1 -100.00 USD" in lines
    assert "not listed" not in shown.out
    assert "This was a dry run" in shown.err
    assert closes_of(books) == 1


def test_many_documents_are_only_summed_up(
    books: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Where they are listed is said instead."""
    monkeypatch.setattr(closing, "DOCUMENTS_SHOWN", 3)
    assert close(books, "--dry-run") == 0
    shown = " ".join(capfd.readouterr().out.split())
    assert "credit note 2 -230.00 USD -230.00 USD" in shown
    assert "invoice Late" not in shown
    assert "More than 3 documents are not listed" in shown
    assert "ratebook.planned_documents" in shown


def test_close_asks_first(
    books: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A no leaves the books as they are, a yes closes them."""
    answers = iter(["n\n", "y\n"])
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: next(answers))
    assert close(books) == 1
    assert "Nothing was closed" in capfd.readouterr().err
    assert closes_of(books) == 1
    assert close(books) == 0
    assert closes_of(books) == 2


def test_close_without_changes(books: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The second time there is nothing to freeze."""
    assert close(books, "--yes") == 0
    assert close(books, "--yes") == 0
    assert "There is nothing to freeze" in capfd.readouterr().err
    assert closes_of(books) == 2


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"books_from": ""}, "ratebook_books_from is not set"),
        ({"books_from": "2024-02-31"}, "a date that does not exist; correct the day"),
        ({"as_of": "2999-01-01"}, "is after the start of this run"),
        ({"as_of": "2024-05-31"}, "is before the last close, of 2024-06-01 00:00:00"),
        ({"forecast_months": 1}, "ratebook_forecast_months is set"),
        ({"system_as_of": "2024-06-01"}, "ratebook_system_as_of is set"),
        ({"features": []}, "the feature ledger is not in ratebook_features"),
        ({"close_credit_limit": 20}, "would credit 4 of 11 contracts"),
    ],
)
def test_a_close_is_refused(
    again: Callable[..., Warehouse], settings: dict[str, object], message: str
) -> None:
    """In one sentence, and nothing is written."""
    with pytest.raises(DbtFailedError, match=message):
        again(inputs_of(is_later=True), **{"as_of": SECOND_CLOSE, **settings})


def test_a_close_without_a_contract_is_refused(again: Callable[..., Warehouse]) -> None:
    """A file that was cut off must not credit what it no longer has."""
    inputs = inputs_of(is_later=True)
    inputs["contracts"] = [one for one in inputs["contracts"] if one["id"] != "unchanged"]
    with pytest.raises(DbtFailedError, match="the contract unchanged has frozen documents but no"):
        again(inputs, as_of=SECOND_CLOSE)


def test_a_close_of_some_models_is_refused(build: Builder) -> None:
    """All rows of a close come from one run."""
    command = (*WITH_SEEDS, "--exclude", "documents")
    with pytest.raises(DbtFailedError, match="run it without a selection"):
        build(inputs_of(is_later=False), command=command, close=True, books_from="beginning")
