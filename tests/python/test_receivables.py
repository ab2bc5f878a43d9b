"""What is open of documents: a contract for each case, closed twice, then paid, refunded and so on.

All contracts owe 100 USD for May 2024, due 14 days after the first close, on 15 June, and end then,
unless they say otherwise. The second close is on 1 July. The balances are those of 31 July, at noon
(UTC): 46 days after the documents of the first close were due, and 16 after those of the second.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

import pytest
from conftest import Warehouse
from input_tables import Builder, Inputs, Row, combined, row

MAY, JUNE, JULY = "2024-05-01", "2024-06-01", "2024-07-01"
FIRST_CLOSE, SECOND_CLOSE = f"{JUNE}T00:00:00Z", f"{JULY}T00:00:00Z"
AS_OF = "2024-07-31T12:00:00Z"
SETTINGS = {"close": True, "books_from": "beginning", "close_credit_limit": 100}
MARTS = ("document_balances", "receivables_ageing", "document_rows", "pricing_exceptions")
TESTED = ("path:models/features/ledger/receivables", "path:models/features/ledger/exceptions")
TEST = ("test", "--exclude", "test_type:unit", "--select", *TESTED, *MARTS[:2])
RANDOM_CONTRACTS = 40


class Paid(NamedTuple):
    """A row of payments, and the document that it names: a type, and the month that it bills."""

    kind: str
    amount: str
    paid_at: str
    document: str = "INVOICE 05"
    currency: str = "USD"


class Balance(NamedTuple):
    """A document with what settled it."""

    document: str
    total: int
    credited: int
    paid: int
    written_off: int
    open_amount: int
    days_overdue: int
    state: str


@dataclass(frozen=True)
class Case:
    """A contract, what changes after the first close, what is paid, and what comes of it."""

    name: str
    payments: tuple[Paid, ...] = ()
    balances: tuple[Balance, ...] = ()
    price: dict[str, str] = field(default_factory=dict)
    contract: dict[str, str] = field(default_factory=dict)
    book: dict[str, str] = field(default_factory=dict)
    later_price: dict[str, str] = field(default_factory=dict)
    later_contract: dict[str, str] = field(default_factory=dict)

    def inputs(self, is_later: bool) -> Inputs:
        """Return the rows of the case before or after the first close, without payments."""
        name = self.name
        price = {"product_uid": "fee", "price": "100", **self.price}
        contract = {"customer_id": name, "pricebook_id": name, "started_at": MAY, "ended_at": JUNE}
        contract |= {"seller_id": "here", "payment_terms_days": "14", **self.contract}
        if is_later:
            price |= self.later_price
            contract |= self.later_contract
        return {
            "customers": [row(contract["customer_id"])],
            "pricebooks": [row(name, **{"currency": "USD"} | self.book)],
            "list_prices": [row(name, pricebook_uid=name, **price)],
            "contracts": [row(name, **contract)],
        }

    def payment_rows(self, numbers: dict[tuple[str, str], str]) -> Iterator[Row]:
        """Return its payments of documents that there are."""
        for position, paid in enumerate(self.payments, 1):
            number = numbers.get((self.name, paid.document))
            if number:
                yield payment(f"{self.name}-{position}", number, *paid[:3], paid.currency)


def payment(
    payment_id: str | None,
    document_number: str | None,
    kind: str | None,
    amount: str | None,
    paid_at: str | None,
    currency: str | None = "USD",
) -> Row:
    """Return a row of payments."""
    return {
        "id": payment_id,
        "document_number": document_number,
        "kind": kind,
        "amount": amount,
        "currency": currency,
        "paid_at": paid_at,
        "reference": "statement",
    }


def invoice(*balance: int | str, document: str = "INVOICE 05") -> Balance:
    """Return the balance of an invoice."""
    return Balance(document, *balance)


def credit_note(*balance: int | str) -> Balance:
    """Return the balance of a credit note for May."""
    return Balance("CREDIT_NOTE 05", *balance)


VOID = {"void": "true", "voided_at": "2024-06-10"}
PAYMENT_OF_100 = Paid("PAYMENT", "100", "2024-06-10")
PAID_100 = invoice(100, 0, 100, 0, 0, 0, "PAID")
CREDITED_100 = invoice(100, 100, 0, 0, 0, 0, "CREDITED")
CASES = (
    Case("unpaid", (), (invoice(100, 0, 0, 0, 100, 46, "OVERDUE"),)),
    Case("paid", (PAYMENT_OF_100,), (PAID_100,)),
    Case(
        "two_months",
        (Paid("PAYMENT", "60", "2024-06-10"),),
        (
            invoice(100, 0, 60, 0, 40, 46, "OVERDUE"),
            invoice(100, 0, 0, 0, 100, 16, "OVERDUE", document="INVOICE 06"),
        ),
        contract={"ended_at": JULY},
    ),
    # Due on 31 July, which is the day itself, and on 1 August.
    Case(
        "due_today",
        (Paid("PAYMENT", "60", "2024-06-10"),),
        (invoice(100, 0, 60, 0, 40, 0, "PARTLY_PAID"),),
        contract={"payment_terms_days": "60"},
    ),
    Case(
        "due_tomorrow",
        (),
        (invoice(100, 0, 0, 0, 100, 0, "OPEN"),),
        contract={"payment_terms_days": "61"},
    ),
    # Where it is 1 August already.
    Case(
        "far_east",
        (),
        (invoice(100, 0, 0, 0, 100, 47, "OVERDUE"),),
        contract={"seller_id": "there"},
    ),
    # 70 and 50 are 20 more than 100.
    Case(
        "overpaid",
        (Paid("PAYMENT", "70", "2024-06-10"), Paid("PAYMENT", "50", "2024-06-11")),
        (invoice(100, 0, 120, 0, -20, 0, "OVERPAID"),),
    ),
    Case(
        "overpaid_and_refunded",
        (Paid("PAYMENT", "120", "2024-06-10"), Paid("REFUND", "20", "2024-06-11")),
        (PAID_100,),
    ),
    Case(
        "wrong_currency",
        (PAYMENT_OF_100._replace(currency="EUR"),),
        (invoice(100, 0, 0, 0, 100, 46, "OVERDUE"),),
    ),
    # The same customer owes in another currency, too.
    Case(
        "euros",
        (Paid("PAYMENT", "40", "2024-06-10", currency="EUR"),),
        (invoice(200, 0, 40, 0, 160, 46, "OVERDUE"),),
        price={"price": "200"},
        contract={"customer_id": "wrong_currency"},
        book={"currency": "EUR"},
    ),
    # A direct debit that the bank has given back.
    Case(
        "bounced",
        (PAYMENT_OF_100, Paid("REFUND", "100", "2024-06-12")),
        (invoice(100, 0, 0, 0, 100, 46, "OVERDUE"),),
    ),
    # 60 - 80 = -20 paid, so 120 are open.
    Case(
        "refunded_too_much",
        (Paid("PAYMENT", "60", "2024-06-10"), Paid("REFUND", "80", "2024-06-12")),
        (invoice(100, 0, -20, 0, 120, 46, "OVERDUE"),),
    ),
    Case(
        "written_off",
        (Paid("PAYMENT", "60", "2024-06-10"), Paid("WRITE_OFF", "40", "2024-07-20")),
        (invoice(100, 0, 60, 40, 0, 0, "WRITTEN_OFF"),),
    ),
    Case(
        "written_off_too_much",
        (Paid("WRITE_OFF", "110", "2024-07-20"),),
        (invoice(100, 0, 0, 110, -10, 0, "OVERPAID"),),
    ),
    Case(
        "credited",
        (),
        (credit_note(-100, -100, 0, 0, 0, 0, "SETTLED"), CREDITED_100),
        later_contract=VOID,
    ),
    # The credit note finds nothing open: the customer is owed it.
    Case(
        "credited_when_paid",
        (PAYMENT_OF_100,),
        (credit_note(-100, 0, 0, 0, -100, 0, "UNAPPLIED"), PAID_100),
        later_contract=VOID,
    ),
    # 60 were open, and are settled by it; 40 are owed.
    Case(
        "credited_when_partly_paid",
        (Paid("PAYMENT", "40", "2024-06-10"),),
        (
            credit_note(-100, -60, 0, 0, -40, 0, "UNAPPLIED"),
            invoice(100, 60, 40, 0, 0, 0, "PAID"),
        ),
        later_contract=VOID,
    ),
    # The customer pays what the invoice said, 30 more than was open of it then.
    Case(
        "paid_when_credited",
        (Paid("PAYMENT", "100", "2024-07-10"),),
        (
            credit_note(-30, -30, 0, 0, 0, 0, "SETTLED"),
            invoice(100, 30, 100, 0, -30, 0, "OVERPAID"),
        ),
        later_price={"price": "70", "version": "1"},
    ),
    # At the time of the close: the payment comes first.
    Case(
        "paid_with_the_credit_note",
        (Paid("PAYMENT", "100", JULY),),
        (credit_note(-30, 0, 0, 0, -30, 0, "UNAPPLIED"), PAID_100),
        later_price={"price": "70", "version": "1"},
    ),
    # The refund names the credit note, or the invoice, which is open then and settled by it.
    Case(
        "paid_back",
        (PAYMENT_OF_100, Paid("REFUND", "100", "2024-07-10", "CREDIT_NOTE 05")),
        (credit_note(-100, 0, -100, 0, 0, 0, "SETTLED"), PAID_100),
        later_contract=VOID,
    ),
    Case(
        "paid_back_of_the_invoice",
        (PAYMENT_OF_100, Paid("REFUND", "100", "2024-07-10")),
        (credit_note(-100, -100, 0, 0, 0, 0, "SETTLED"), CREDITED_100),
        later_contract=VOID,
    ),
    # Paid back, and then the bank takes the payment back as well: nothing is left to settle with.
    Case(
        "paid_back_and_bounced",
        (
            PAYMENT_OF_100,
            Paid("REFUND", "100", "2024-07-10", "CREDIT_NOTE 05"),
            Paid("REFUND", "100", "2024-07-20"),
        ),
        (
            credit_note(-100, 0, -100, 0, 0, 0, "SETTLED"),
            invoice(100, 0, 0, 0, 100, 46, "OVERDUE"),
        ),
        later_contract=VOID,
    ),
    # It had settled the invoice: the customer owes 100 for it. Due on 15 July.
    Case(
        "paid_back_without_a_payment",
        (Paid("REFUND", "100", "2024-07-10", "CREDIT_NOTE 05"),),
        (credit_note(-100, -100, -100, 0, 100, 16, "OVERDUE"), CREDITED_100),
        later_contract=VOID,
    ),
    Case(
        "payment_of_a_credit_note",
        (Paid("PAYMENT", "100", "2024-07-10", "CREDIT_NOTE 05"),),
        (credit_note(-100, -100, 100, 0, -100, 0, "UNAPPLIED"), CREDITED_100),
        later_contract=VOID,
    ),
    # Below zero by itself. 20 of it are paid out, and 30 are given up.
    Case(
        "without_origin",
        (
            Paid("REFUND", "20", "2024-06-10", "CREDIT_NOTE 05"),
            Paid("WRITE_OFF", "25", "2024-06-10", "CREDIT_NOTE 05"),
        ),
        (credit_note(-50, 0, -20, -25, -5, 0, "UNAPPLIED"),),
        price={"price": "-50"},
    ),
    Case(
        "adjusted",
        (PAYMENT_OF_100,),
        (
            Balance("ADJUSTMENT_INVOICE 05", 3, 0, 0, 0, 3, 16, "OVERDUE"),
            PAID_100,
        ),
        later_price={"price": "103", "version": "1"},
    ),
    Case("free", (), (invoice(0, 0, 0, 0, 0, 0, "SETTLED"),), price={"price": "0"}),
    Case(
        "paid_tomorrow",
        (Paid("PAYMENT", "100", "2024-08-01"),),
        (invoice(100, 0, 0, 0, 100, 46, "OVERDUE"),),
    ),
    Case("badly_paid", (), (invoice(100, 0, 10, 0, 90, 46, "OVERDUE"),)),
)
EXCESSES = {
    ("overpaid-2", "OVERPAYMENT", "20.00 USD more than was open of"),
    ("overpaid_and_refunded-1", "OVERPAYMENT", "20.00 USD more than was open of"),
    ("refunded_too_much-2", "REFUND_TOO_LARGE", "20.00 USD more than was paid for"),
    ("written_off_too_much-1", "OVERPAYMENT", "10.00 USD more than was open of"),
    ("paid_when_credited-1", "OVERPAYMENT", "30.00 USD more than was open of"),
    ("paid_back_without_a_payment-1", "REFUND_TOO_LARGE", "100.00 USD more than was open of"),
    ("payment_of_a_credit_note-1", "OVERPAYMENT", "100.00 USD more than was open of"),
}
SHARED: Inputs = {
    "products": [row("fee", name="Fee", ptype="FIXED")],
    "sellers": [
        row("here", name="Here"),
        row("there", name="There", number_prefix="T-", timezone="Pacific/Kiritimati"),
    ],
}


def random_cases() -> list[Case]:
    """Return contracts that are credited in part or not at all, with payments at random."""
    rng = random.Random(2024)
    kinds = ["PAYMENT"] * 3 + ["REFUND"] * 2 + ["WRITE_OFF"]
    cases = []
    for number in range(RANDOM_CONTRACTS):
        credited = rng.choice([0, 30, 70, 100])
        documents = ["INVOICE 05"] * 2 + ["CREDIT_NOTE 05"] * bool(credited)
        payments = []
        for _ in range(rng.randrange(7)):
            document = rng.choice(documents)
            # A credit note is there from 1 July on, at midnight.
            days = [*range(31)] if document == "CREDIT_NOTE 05" else [*range(-30, 31)]
            day = rng.choice(days)
            paid_at = f"2024-07-{day + 1:02}" if day >= 0 else f"2024-06-{day + 31:02}"
            amount = str(rng.randrange(1, 15) * 10)
            payments.append(Paid(rng.choice(kinds), amount, paid_at, document))
        later_price = {"price": str(100 - credited), "version": "1"} if credited else {}
        cases.append(Case(f"random_{number}", tuple(payments), later_price=later_price))
    return cases


RANDOM_CASES = random_cases()


def bad_payments(number: str) -> list[tuple[Row, str | None]]:
    """Return payments of a document that are wrong, each with its reason, after a good one."""
    good = payment("good", number, "PAYMENT", "10", "2024-06-10")
    return [
        (good, None),
        # Of one id the first payment that can count does.
        ({**good, "amount": "20", "paid_at": "2024-06-11"}, "DUPLICATE_ID"),
        ({**good, "document_number": "2024-999999", "paid_at": "2024-06-01"}, "UNKNOWN_REFERENCE"),
        ({**good, "id": "no_number", "document_number": None}, "UNKNOWN_REFERENCE"),
        ({**good, "id": None}, "NO_ID"),
        ({**good, "id": "no_amount", "amount": None}, "INCOMPLETE_RECORD"),
        ({**good, "id": "no_currency", "currency": None}, "INCOMPLETE_RECORD"),
        ({**good, "id": "no_time", "paid_at": None}, "INCOMPLETE_RECORD"),
        ({**good, "id": "no_kind", "kind": None}, "INCOMPLETE_RECORD"),
        ({**good, "id": "unknown_kind", "kind": "payment"}, "UNKNOWN_PAYMENT_KIND"),
        ({**good, "id": "comma", "amount": "1,000"}, "UNPARSABLE_CELL"),
        ({**good, "id": "some_day", "paid_at": "yesterday"}, "UNPARSABLE_CELL"),
        ({**good, "id": "nothing", "amount": "0"}, "OUT_OF_RANGE"),
        ({**good, "id": "negative", "amount": "-10"}, "OUT_OF_RANGE"),
        ({**good, "id": "huge", "amount": "1000000000000"}, "OUT_OF_RANGE"),
        # Dollars have cents only: perhaps a thousand and five was meant.
        ({**good, "id": "thousand", "amount": "1.005"}, "OUT_OF_RANGE"),
    ]


def numbers_of(warehouse: Warehouse) -> dict[tuple[str, str], str]:
    """Return the number of each document, by contract, type and month."""
    return {
        (contract_id, document): number
        for contract_id, document, number in warehouse.rows(
            """
            select
                max(contract_id),
                max(document_type) || strftime(min(nominal_start_date), ' %m'),
                max(documents.document_number)
            from ratebook.documents as documents
            inner join ratebook.document_rows using (document_id)
            group by document_id
            """
        )
        if number
    }


def inputs_of(
    is_later: bool, numbers: dict[tuple[str, str], str] | None = None, *, is_bad: bool = False
) -> Inputs:
    """Return the inputs of all cases, with the payments of documents that have a number."""
    cases = (*CASES, *RANDOM_CASES)
    payments = [one for case in cases for one in case.payment_rows(numbers or {})]
    if numbers and is_bad:
        bad = [one for one, _ in bad_payments(numbers["badly_paid", "INVOICE 05"])]
        # A row that is there twice counts once.
        payments += [*bad, bad[0]]
    return combined(SHARED, *(case.inputs(is_later) for case in cases), {"payments": payments})


@pytest.fixture(scope="module")
def closed_once(build: Builder) -> Warehouse:
    """Return the books after the first close."""
    return build(inputs_of(is_later=False), models=MARTS, as_of=FIRST_CLOSE, **SETTINGS)


@pytest.fixture(scope="module")
def closed_twice(
    build: Builder, closed_once: Warehouse, tmp_path_factory: pytest.TempPathFactory
) -> Warehouse:
    """Return the books after the second close, which knows what was paid of the first documents."""
    path = tmp_path_factory.mktemp("twice") / closed_once.path.name
    shutil.copyfile(closed_once.path, path)
    inputs = inputs_of(is_later=True, numbers=numbers_of(closed_once))
    return build.again(Warehouse(path), inputs, models=MARTS, as_of=SECOND_CLOSE, **SETTINGS)


@pytest.fixture(scope="module")
def books(
    build: Builder, closed_twice: Warehouse, tmp_path_factory: pytest.TempPathFactory
) -> Warehouse:
    """Return the books of 31 July, with all payments."""
    path = tmp_path_factory.mktemp("books") / closed_twice.path.name
    shutil.copyfile(closed_twice.path, path)
    inputs = inputs_of(is_later=True, numbers=numbers_of(closed_twice), is_bad=True)
    return build.again(Warehouse(path), inputs, models=MARTS, is_whole=True, as_of=AS_OF)


def balances(warehouse: Warehouse) -> dict[str, tuple[Balance, ...]]:
    """Return the balances by contract, credit notes first."""
    found: dict[str, tuple[Balance, ...]] = {}
    for contract_id, *balance in warehouse.rows(
        """
        select
            contract_id, document_type || month, total, credited, paid, written_off, open_amount,
            days_overdue, state
        from ratebook.document_balances
        inner join (
            select
                document_id,
                max(contract_id) as contract_id,
                strftime(min(nominal_start_date), ' %m') as month
            from ratebook.document_rows
            group by document_id
        ) using (document_id)
        order by 1, 2
        """
    ):
        found[contract_id] = (*found.get(contract_id, ()), Balance(*balance))
    return found


def reported(warehouse: Warehouse) -> set[tuple[str | None, str, str]]:
    """Return id, reason and detail of what is reported of payments."""
    return set(
        warehouse.rows(
            "select id, reason, detail from ratebook.pricing_exceptions where input = 'payments'"
        )
    )


def test_balances(books: Warehouse) -> None:
    """Of each case as the case says."""
    found = balances(books)
    assert {case.name: found[case.name] for case in CASES} == {
        case.name: case.balances for case in CASES
    }


def test_balances_add_up(build: Builder, books: Warehouse) -> None:
    """Total, parts and what is open, payments and documents, balances and ageing."""
    inputs = inputs_of(is_later=True, numbers=numbers_of(books), is_bad=True)
    build.again(books, inputs, command=TEST, is_whole=True, as_of=AS_OF)


def test_ageing(books: Warehouse) -> None:
    """Of a customer with two documents, of one with two currencies, and of one who is owed."""
    found: dict[str, set[tuple[str, str, Decimal]]] = {}
    for customer_id, *bucket in books.rows(
        "select customer_id, currency, bucket, open_amount from ratebook.receivables_ageing"
    ):
        found.setdefault(customer_id, set()).add(tuple(bucket))
    assert found["two_months"] == {("USD", "31-60", 40), ("USD", "1-30", 100)}
    assert found["wrong_currency"] == {("USD", "31-60", 100), ("EUR", "31-60", 160)}
    assert found["paid_back_without_a_payment"] == {("USD", "1-30", 100)}
    assert found["credited_when_paid"] == {("USD", "NOT_DUE", -100)}
    assert found["due_today"] == {("USD", "NOT_DUE", 40)}
    assert found.keys().isdisjoint({"paid", "credited", "free", "written_off"})


def test_what_goes_beyond_is_reported(books: Warehouse) -> None:
    """With the amount and the number of the document."""
    numbers = numbers_of(books)
    named = {
        f"{case.name}-{position}": numbers[case.name, paid.document]
        for case in CASES
        for position, paid in enumerate(case.payments, 1)
    }
    assert {
        (payment_id, reason, detail)
        for payment_id, reason, detail in reported(books)
        if payment_id in named and reason in ("OVERPAYMENT", "REFUND_TOO_LARGE")
    } == {
        (payment_id, reason, f"{detail} {named[payment_id]}")
        for payment_id, reason, detail in EXCESSES
    }


def test_bad_payments_are_reported(books: Warehouse) -> None:
    """Each with one reason, and the customer where the number is known."""
    numbers = numbers_of(books)
    number = numbers["badly_paid", "INVOICE 05"]
    expected = {(one["id"], reason) for one, reason in bad_payments(number) if reason}
    euros = ("wrong_currency-1", "CURRENCY_MISMATCH")
    excesses = {(payment_id, reason) for payment_id, reason, _ in EXCESSES}
    assert {
        (payment_id, reason)
        for payment_id, reason, _ in reported(books)
        if not (payment_id or "").startswith("random_")
    } == expected | excesses | {euros}
    assert (*euros, f"document {numbers['wrong_currency', 'INVOICE 05']} is in USD") in reported(
        books
    )
    assert set(
        books.rows(
            """
            select reason, effect, customer_id from ratebook.pricing_exceptions
            where id in ('unknown_kind', 'overpaid-2', 'no_number', 'good')
            """
        )
    ) == {
        ("UNKNOWN_PAYMENT_KIND", "NOT_BILLED", "badly_paid"),
        ("OVERPAYMENT", "BILLED", "overpaid"),
        ("UNKNOWN_REFERENCE", "NOT_BILLED", None),
        ("DUPLICATE_ID", "NOT_BILLED", "badly_paid"),
    }


def test_a_close_settles_with_its_own_credit_notes(closed_twice: Warehouse) -> None:
    """What was paid until then comes first; nothing is overdue for more than 16 days."""
    found = balances(closed_twice)
    assert found["credited"] == (credit_note(-100, -100, 0, 0, 0, 0, "SETTLED"), CREDITED_100)
    assert found["credited_when_partly_paid"] == (
        credit_note(-100, -60, 0, 0, -40, 0, "UNAPPLIED"),
        invoice(100, 60, 40, 0, 0, 0, "PAID"),
    )
    assert found["paid_with_the_credit_note"] == (
        credit_note(-30, 0, 0, 0, -30, 0, "UNAPPLIED"),
        PAID_100,
    )
    assert found["paid_when_credited"] == (
        credit_note(-30, -30, 0, 0, 0, 0, "SETTLED"),
        invoice(100, 30, 0, 0, 70, 16, "OVERDUE"),
    )
    assert found["unpaid"] == (invoice(100, 0, 0, 0, 100, 16, "OVERDUE"),)


def test_an_earlier_time_knows_neither_later_payments_nor_later_documents(
    build: Builder, closed_twice: Warehouse, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """On 20 June there were no credit notes, and what was paid by then is paid."""
    path = tmp_path_factory.mktemp("earlier") / closed_twice.path.name
    shutil.copyfile(closed_twice.path, path)
    inputs = inputs_of(is_later=True, numbers=numbers_of(closed_twice))
    earlier = build.again(
        Warehouse(path), inputs, models=MARTS, is_whole=True, as_of="2024-06-20T12:00:00Z"
    )
    found = balances(earlier)
    assert found["two_months"] == (invoice(100, 0, 60, 0, 40, 5, "OVERDUE"),)
    assert found["credited_when_paid"] == (PAID_100,)
    assert found["written_off"] == (invoice(100, 0, 60, 0, 40, 5, "OVERDUE"),)
    assert found["overpaid"] == (invoice(100, 0, 120, 0, -20, 0, "OVERPAID"),)
    assert ("paid_when_credited-1", "OVERPAYMENT") not in {one[:2] for one in reported(earlier)}


@dataclass
class Account:
    """An invoice of 100 and its credit note, settled step by step."""

    paid: int = 0
    written_off: int = 0
    credit: int = 0
    given_back: int = 0
    given_up: int = 0
    paid_of_credit: int = 0
    credited: int = 0
    excesses: dict[str, int] = field(default_factory=dict)

    def open_amount(self) -> int:
        """Return what is open of the invoice."""
        return 100 - self.credited - self.paid - self.written_off

    def credit_left(self) -> int:
        """Return what the credit note can still settle or give back."""
        return self.credit - self.credited - self.given_back - self.given_up

    def settle(self) -> None:
        """Let the credit note settle what it can."""
        self.credited += max(0, min(self.credit_left(), self.open_amount()))

    def credit_note(self, amount: int) -> None:
        """Take a credit note."""
        self.credit = amount
        self.settle()

    def pay(self, name: str, paid: Paid) -> None:
        """Take a payment, refund or write-off, and note what goes beyond what was open."""
        amount = int(paid.amount)
        if paid.document == "CREDIT_NOTE 05" and paid.kind == "PAYMENT":
            excess = amount
            self.paid_of_credit += amount
        elif paid.document == "CREDIT_NOTE 05":
            excess = amount - max(0, self.credit_left())
            self.given_back += amount * (paid.kind == "REFUND")
            self.given_up += amount * (paid.kind == "WRITE_OFF")
        elif paid.kind == "REFUND":
            excess = amount - max(0, self.paid)
            self.paid -= amount
        else:
            excess = amount - max(0, self.open_amount())
            self.paid += amount * (paid.kind == "PAYMENT")
            self.written_off += amount * (paid.kind == "WRITE_OFF")
        self.settle()
        if excess > 0:
            self.excesses[name] = min(amount, excess)

    def amounts(self) -> list[tuple[int, ...]]:
        """Return total, credited, paid, written off and open of credit note and invoice."""
        rows = []
        if self.credit:
            paid = self.paid_of_credit - self.given_back
            parts = (-self.credited, paid, -self.given_up)
            rows.append((-self.credit, *parts, -self.credit - sum(parts)))
        rows.append((100, self.credited, self.paid, self.written_off, self.open_amount()))
        return rows


def account_of(case: Case) -> Account:
    """Return the account of a random case at the end, one event after another."""
    price = int(case.later_price.get("price", "100"))
    events: list[tuple[str, int, str, Paid | None]] = []
    if price < 100:
        events.append((JULY, 4, "", None))
    for position, paid in enumerate(case.payments, 1):
        order = ("PAYMENT", "WRITE_OFF", "REFUND").index(paid.kind) + 1
        order += 4 * (paid.document == "CREDIT_NOTE 05")
        events.append((paid.paid_at, order, f"{case.name}-{position}", paid))
    account = Account()
    for _, _, name, paid in sorted(events, key=lambda one: one[:3]):
        if paid:
            account.pay(name, paid)
        else:
            account.credit_note(100 - price)
    return account


def test_random_payments_equal_a_settlement_step_by_step(books: Warehouse) -> None:
    """What is credited, paid, written off and open, and what went beyond what was open."""
    found = balances(books)
    accounts = {case.name: account_of(case) for case in RANDOM_CASES}
    assert {name: [tuple(one[1:6]) for one in found[name]] for name in accounts} == {
        name: account.amounts() for name, account in accounts.items()
    }
    assert {
        payment_id: Decimal(detail.split()[0])
        for payment_id, _, detail in reported(books)
        if (payment_id or "").startswith("random_")
    } == {
        payment_id: excess
        for account in accounts.values()
        for payment_id, excess in account.excesses.items()
    }
