"""What the inputs of the ledger do to closes: one contract or more for each case, closed together.

All contracts start on 1 May 2024 (UTC, USD, monthly, in arrears) and owe a fee of 100 a month,
unless they say otherwise. Some are quotes or orders at first. There are three closes: at the ends
of May, June and July. What is other from one to the next is in the inputs of each. The books begin
with May: April is another system's.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from decimal import Decimal

import pytest
from conftest import DbtFailedError, Warehouse
from input_tables import LEDGER_MARTS, Builder, Inputs, combined, event, row
from ledger_books import adjustment_invoice, credit_note, documents, invoice

CLOSES = ("2024-06-01T00:00:00Z", "2024-07-01T00:00:00Z", "2024-08-01T00:00:00Z")
SETTINGS = {
    "models": (*LEDGER_MARTS, "receivables_ageing", "pricing_exceptions"),
    "close": True,
    "books_from": "2024-05-01",
    "close_credit_limit": 100,
}
PRODUCTS: Inputs = {
    "products": [
        row("fee", name="Fee", ptype="FIXED"),
        row("rebate", name="Rebate", ptype="FIXED"),
        row("calls", name="Calls", ptype="EVENT", event_name="call", aggregation="COUNT"),
    ]
}


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


# Opening


def opened(close: int) -> Inputs:
    """Return contracts of which another system has invoiced April, and what it has said."""
    april = {"started_at": "2024-04-01"}
    names = ("equal", "more", "less", "in_two", "much", "wrongly", "emptily", "thinly")
    now = {1: 100, 2: 80, 3: 90}[close]
    said = (
        ("equal", "A-1", "100", {}),
        ("more", "A-2", "80", {"currency": "usd", "payer_id": "opened_more"}),
        ("less", "A-3", "130", {"line_type": "fixed", "tax_amount": "24.7"}),
        ("in_two", "A-4", "60", {}),
        ("in_two", "A-5", "70", {}),
        ("much", "A-6", "300", {}),
        ("ended", "A-7", "100", {}),
        ("in_may", "A-8", "30", {"nominal_start_date": "2024-05-01"}),
        ("wrongly", "A-9", "100", {"nominal_start_date": "2024-04-02"}),
        ("emptily", None, None, {"nominal_start_date": None}),
        ("thinly", "A-11", "100.001", {}),
        ("twice", "A-12", "200", {}),
        ("unreadably", "A-13", "1,000", {}),
    )
    return combined(
        *(fee(f"opened_{name}", **april) for name in names),
        fee("opened_ended", now, ended_at="2024-05-01", **april),
        fee("opened_in_may"),
        fee("opened_twice", **april),
        fee("opened_unreadably", **april),
        {
            "list_prices": [
                row("again", pricebook_uid="opened_twice", product_uid="fee", price="100")
            ],
            "ledger_opening": [
                row(
                    f"{name}-{number}",
                    **{"contract_id": f"opened_{name}", "product_uid": "fee"}
                    | {"nominal_start_date": "2024-04-01", "document_number": number}
                    | {"net_amount": amount, **cells},
                )
                for name, number, amount, cells in said
            ]
            + [row("unknown", contract_id="opnd", product_uid="fe", document_number="A-14")],
        },
    )


# Grouping


def with_calls(name: str, **cells: str) -> Inputs:
    """Return a contract for a fee in advance and calls: two in May, three in June."""
    inputs = fee(name, **cells)
    return combined(
        inputs | {"list_prices": [{**inputs["list_prices"][0], "invoice_delivery": "ADVANCED"}]},
        {
            "list_prices": [
                row(f"{name}_calls", pricebook_uid=name, product_uid="calls", price="5")
            ],
            "usage_events": [
                event(f"{name}-{day}", name, f"2024-{day}T12:00:00Z", name="call")
                for day in ("05-10", "05-11", "06-10", "06-11", "06-12")
            ],
        },
    )


def grouped(close: int) -> Inputs:
    """Return contracts with invoices that go out together, and such that look alike."""
    shared = {"customer_id": "grouped", "invoice_grouping": "CUSTOMER"}
    credited = {"customer_id": "grouped_low", "invoice_grouping": "CUSTOMER"}
    inputs = combined(
        with_calls("grouped_contract", invoice_grouping="CONTRACT"),
        with_calls("grouped_wrongly", invoice_grouping="contract"),
        with_calls("grouped_not"),
        fee("grouped_a", 100 if close == 1 else 80, **shared),
        fee("grouped_b", **shared),
        # Without a word of its own, a contract has its customer's.
        fee("grouped_c", customer_id="grouped"),
        fee("grouped_alone", **{**shared, "invoice_grouping": "INVOICE"}),
        fee("grouped_ordered", **shared, purchase_order="A-1"),
        fee("grouped_late", **shared, payment_terms_days="30"),
        fee("grouped_low_a", 250 if close == 1 else 100, **credited),
        fee("grouped_low_b", 200 if close == 1 else 100, **credited),
    )
    customers = [row("grouped", name="Grouped", invoice_grouping="CUSTOMER")]
    return inputs | {"customers": [*inputs["customers"], *customers, row("grouped_low")]}


# Rests of credits


def rebated(name: str, price: int, rebate: int, **cells: str) -> Inputs:
    """Return a contract for a fee, with a rebate in its first month."""
    once = {"product_uid": "rebate", "price": str(-rebate), "end_period": "1"}
    return combined(
        fee(name, price, **cells),
        {"list_prices": [row(f"{name}_rebate", pricebook_uid=name, **once)]},
    )


def credited(close: int) -> Inputs:
    """Return contracts that are owed more than the document says which is corrected."""
    opened_rows = [
        row(
            f"A-20-{product}",
            **{"contract_id": "rest_opened", "product_uid": product, "document_number": "A-20"}
            | {"nominal_start_date": "2024-04-01", "net_amount": amount},
        )
        for product, amount in (("fee", "400"), ("rebate", "-250"))
    ]
    return combined(
        rebated("rest", 100 if close == 3 else 300, 250),
        rebated("rest_alone", 300 if close == 1 else 100, 250, ended_at="2024-06-01"),
        rebated("rest_opened", 80, 100, started_at="2024-04-01"),
        fee("rest_void", 100 if close == 1 else 80, **({"void": "true"} if close == 3 else {})),
        {"ledger_opening": opened_rows},
    )


# Corrections of whole documents


def whole(close: int) -> Inputs:
    """Return contracts of which a document is cancelled, or said once more."""
    inputs = combined(
        *(fee(f"whole_{name}") for name in ("cancelled", "reissued", "kept", "twice")),
        fee("whole_credited", 100 if close == 1 else 80),
        fee("whole_correcting", 100 if close == 1 else 80),
    )
    if close > 1:
        inputs["customers"] = [
            {**one, "name": "Reissued Ltd"} if one["id"] == "whole_reissued" else one
            for one in inputs["customers"]
        ]
    return inputs


def corrections(books: Warehouse, close: int) -> Inputs:
    """Return what is corrected of documents of earlier closes, which have their numbers by now."""
    numbers = dict(
        books.rows(
            "select customer_id, document_number from ratebook.documents where close_number = 1"
        )
    )
    note = books.rows(
        "select min(document_number) from ratebook.documents where document_type = 'CREDIT_NOTE'"
    )
    rows = [
        ("1", numbers["whole_cancelled"], "CANCEL"),
        ("2", numbers["whole_reissued"], "REISSUE"),
        ("3", numbers["whole_kept"], "cancel"),
        ("4", numbers["whole_twice"], "REISSUE"),
        ("5", numbers["whole_twice"], "CANCEL"),
        ("6", "N-9", "CANCEL"),
        ("7", None, "CANCEL"),
        ("8", note[0][0], "CANCEL"),
    ]
    if close == 3:
        ((of_june,),) = books.rows(
            """
            select document_number from ratebook.documents
            where close_number = 2 and customer_id = 'whole_correcting'
            """
        )
        rows += [("9", numbers["whole_credited"], "CANCEL"), ("10", of_june, "CANCEL")]
    return {
        "document_corrections": [
            row(name, document_number=number, kind=kind) for name, number, kind in rows
        ]
    }


# Quotes and orders that get a row after they were billed: they keep their name

TERM = {"started_at": "2024-05-01", "ended_at": "2025-05-01"}
NAMED: Inputs = {
    "products": [
        row("support", name="Support", ptype="FIXED"),
        row("training", name="Training", ptype="FIXED"),
    ],
    "pricebooks": [row("named")],
    "list_prices": [
        row("named_fee", pricebook_uid="named", product_uid="fee", price="100"),
        row("named_support", pricebook_uid="named", product_uid="support", price="40"),
    ],
}
# Not on the list: a price of the quote alone.
TRAINING = {"product_uid": "training", "price": "30"}
QUOTES = tuple(
    f"named_{name}" for name in ("kept", "restated", "cheaper", "held", "spoilt", "twice")
)


def quoted(name: str) -> Inputs:
    """Return an accepted quote: a fee of 100 and support for 35 instead of 40."""
    accepted = {"state": "ACCEPTED", "accepted_at": "2024-04-20T12:00:00Z"}
    support = row(f"{name}_support", quote_id=name, list_price_uid="named_support", price="35")
    return {
        "customers": [row(name)],
        "quotes": [row(name, customer_id=name, pricebook_id="named", **accepted, **TERM)],
        "quote_prices": [support],
    }


def contracted(name: str, contract_id: str = "", **cells: str) -> Inputs:
    """Return the contract that somebody has written down for a quote, with the same price."""
    contract_id = contract_id or f"{name}_contract"
    contract = {"customer_id": name, "pricebook_id": "named", "quote_id": name, **TERM} | cells
    support = row(
        f"{contract_id}_support",
        contract_uid=contract_id,
        list_price_uid="named_support",
        price="35",
    )
    return {"contracts": [row(contract_id, **contract)], "contract_prices": [support]}


def ordered(*, is_written_down: bool) -> Inputs:
    """Return a paid order, and the contract for it."""
    plan = {"customer_id": "named_in_order", "pricebook_id": "named", **TERM}
    own = [row("of_order", order_id="plan", **plan)] if is_written_down else []
    return {
        "customers": [row("named_in_order")],
        "orders": [row("o1", **plan | {"durable_id": "plan", "state": "PAID"})],
        "contracts": own,
    }


def named(close: int) -> Inputs:
    """Return quotes and an order: after the first close, all of them have contracts."""
    rows = [NAMED, *map(quoted, QUOTES), ordered(is_written_down=close > 1)]
    rows += [{"quote_prices": [row("named_training", quote_id="named_restated", **TRAINING)]}]
    # A row from the start: this contract has no other name.
    rows += [quoted("named_own"), contracted("named_own")]
    if close > 1:
        rows += [
            contracted("named_kept"),
            contracted("named_restated"),
            {"contract_prices": [row("again", contract_uid="named_restated_contract", **TRAINING)]},
            contracted("named_cheaper"),
            {
                "contract_prices": [
                    row(
                        "less",
                        contract_uid="named_cheaper_contract",
                        list_price_uid="named_fee",
                        price="80",
                    )
                ]
            },
            contracted("named_held"),
            {"invoice_holds": [row("named", contract_id="named_held_contract", reason="disputed")]},
            contracted("named_spoilt", prorate="perhaps"),
            contracted("named_twice", "named_first"),
            contracted("named_twice", "named_second"),
        ]
    return combined(*rows)


def inputs_of(close: int) -> Inputs:
    """Return the inputs of all cases at a close."""
    return combined(
        PRODUCTS, *(of_topic(close) for of_topic in (held, opened, grouped, credited, whole, named))
    )


@pytest.fixture(scope="module")
def again(
    build: Builder, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Warehouse, Inputs, str], Warehouse]:
    """Return what closes a copy of some books once more."""

    def close_again(books: Warehouse, inputs: Inputs, as_of: str) -> Warehouse:
        path = tmp_path_factory.mktemp("again") / books.path.name
        shutil.copyfile(books.path, path)
        return build.again(Warehouse(path), inputs, as_of=as_of, **SETTINGS)

    return close_again


@pytest.fixture(scope="module")
def closes(build: Builder, again: Callable[[Warehouse, Inputs, str], Warehouse]) -> list[Warehouse]:
    """Return the books after each of the closes."""
    books = [build(inputs_of(1), as_of=CLOSES[0], **SETTINGS)]
    for number, as_of in enumerate(CLOSES[1:], start=2):
        inputs = combined(inputs_of(number), corrections(books[-1], number))
        books.append(again(books[-1], inputs, as_of))
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


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("equal", invoice("100", "05:100.00")),
        ("more", invoice("120", "05:100.00", "04:20.00")),
        ("less", invoice("70", "05:100.00", "04:-30.00")),
        # 60 and 70 were said for 100: the -30 are for the later document.
        ("in_two", invoice("70", "05:100.00", "04:-30.00")),
        # The books begin with May, and 30 of it were said.
        ("in_may", invoice("70", "05:100.00", "05:-30.00")),
    ],
)
def test_what_another_system_has_said_counts(
    closes: list[Warehouse], name: str, expected: object
) -> None:
    """100 are owed for April; what is more or less than was said goes on May's invoice."""
    assert documents(closes[2], 1)[f"opened_{name}"] == [expected]


def test_credits_of_another_system(closes: list[Warehouse]) -> None:
    """300 were said for April, and 100 are owed: -200 do not fit on May's 100."""
    assert documents(closes[2], 1)["opened_much"] == [
        credit_note("-200", "04:-200.00"),
        invoice("100", "05:100.00"),
    ]


def test_corrections_name_the_document_of_another_system(closes: list[Warehouse]) -> None:
    """As it was numbered there; of two documents, the credit is for the later one."""
    assert closes[2].rows(
        """
        select contract_id, origin_document_number, cast(sum(amount) as decimal(28, 2))
        from ratebook.document_rows
        where close_number = 1 and starts_with(contract_id, 'opened_')
            and origin_document_number is not null
        group by all
        order by all
        """
    ) == [
        ("opened_in_may", "A-8", Decimal(-30)),
        ("opened_in_two", "A-5", Decimal(-30)),
        ("opened_less", "A-3", Decimal(-30)),
        ("opened_more", "A-2", Decimal(20)),
        ("opened_much", "A-6", Decimal(-200)),
    ]


def test_what_another_system_has_said_is_corrected_later(closes: list[Warehouse]) -> None:
    """100 were said and owed for April, the contract has ended; then 80 are owed, then 90."""
    assert "opened_ended" not in documents(closes[2], 1)
    assert documents(closes[2], 2)["opened_ended"] == [credit_note("-20", "04:-20.00")]
    assert documents(closes[2], 3)["opened_ended"] == [adjustment_invoice("10", "04:10.00")]


def test_the_opening_is_reconciled(closes: list[Warehouse]) -> None:
    """After June: 80 are owed for April, 100 were said elsewhere, and -20 here."""
    assert closes[1].rows(
        """
        select recomputed_amount, frozen_amount, opening_amount, open_amount, not_frozen_amount
        from ratebook.ledger_reconciliation
        where contract_id = 'opened_ended'
        """
    ) == [(80, -20, 100, 0, 0)]


def test_opening_rows_that_count_for_nothing(closes: list[Warehouse]) -> None:
    """April is before the books, so that nothing else is said about it either."""
    for name in ("wrongly", "emptily", "thinly", "unreadably"):
        assert documents(closes[2], 1)[f"opened_{name}"] == [invoice("100", "05:100.00")]
    assert documents(closes[2], 1)["opened_twice"] == [invoice("200", "05:100.00 05:100.00")]
    out_of_range = "net_amount is empty, out of its range or has too many decimals"
    assert reported(closes[0], "ledger_opening") == [
        ("emptily-None", "NO_START", "nominal_start_date is empty"),
        ("emptily-None", "OUT_OF_RANGE", out_of_range),
        ("emptily-None", "UNKNOWN_REFERENCE", "document_number is empty"),
        ("thinly-A-11", "OUT_OF_RANGE", out_of_range),
        ("twice-A-12", "NOT_ONE_LINE", "2 lines of opened_twice for fee from 2024-04-01"),
        ("unknown", "NO_START", "nominal_start_date is empty"),
        ("unknown", "OUT_OF_RANGE", out_of_range),
        ("unknown", "UNKNOWN_REFERENCE", "contract_id opnd is not in contracts"),
        ("unreadably-A-13", "UNPARSABLE_CELL", "cannot be read: net_amount is 1,000"),
        ("wrongly-A-9", "NOT_ONE_LINE", "no line of opened_wrongly for fee from 2024-04-02"),
    ]


def test_a_close_without_what_it_has_corrected_is_refused(
    closes: list[Warehouse], again: Callable[[Warehouse, Inputs, str], Warehouse]
) -> None:
    """Without A-7, the 100 that it said would be charged again."""
    inputs = inputs_of(3)
    inputs["ledger_opening"] = [
        one for one in inputs["ledger_opening"] if one["document_number"] != "A-7"
    ]
    with pytest.raises(DbtFailedError, match="the ledger corrects the document A-7 of another"):
        again(closes[1], inputs, CLOSES[2])


def test_invoices_of_a_contract_that_are_issued_on_one_day(closes: list[Warehouse]) -> None:
    """May's fee alone; then two calls of May and June's fee: 2 x 5 + 100; then 3 x 5 + 100."""
    assert sorted(documents(closes[2], 1)["grouped_contract"]) == [
        invoice("100", "05:100.00"),
        invoice("110", "05:10.00 06:100.00"),
    ]
    assert documents(closes[2], 2)["grouped_contract"] == [invoice("115", "06:15.00 07:100.00")]


@pytest.mark.parametrize("name", ["grouped_not", "grouped_wrongly"])
def test_without_a_grouping_each_invoice_is_a_document(closes: list[Warehouse], name: str) -> None:
    """Nor with one that cannot be read."""
    assert sorted(documents(closes[2], 2)[name]) == [
        invoice("15", "06:15.00"),
        invoice("100", "07:100.00"),
    ]


def test_a_grouping_that_cannot_be_read_is_reported(closes: list[Warehouse]) -> None:
    """Words have capitals."""
    assert reported(closes[0], "contracts") == [
        ("grouped_wrongly", "UNPARSABLE_CELL", "cannot be read: invoice_grouping is contract")
    ]


def test_invoices_of_a_customer(closes: list[Warehouse]) -> None:
    """Three contracts of 100; those with other terms, or another order number, are by themselves.

    In June one of the three is 80 from May on: 80 + 100 + 100 - 20 = 260.
    """
    first, second = documents(closes[2], 1), documents(closes[2], 2)
    assert first["grouped_c"] == [invoice("300", "05:100.00 05:100.00 05:100.00")]
    for name in ("grouped_alone", "grouped_ordered", "grouped_late"):
        assert first[name] == [invoice("100", "05:100.00")]
    assert second["grouped_c"] == [invoice("260", "06:100.00 06:100.00 06:80.00", "05:-20.00")]


def test_corrections_of_contracts_on_one_document(closes: list[Warehouse]) -> None:
    """250 and 200 become 100 each, from May on. June's 200 take -150; of the 50 left, not -100."""
    assert documents(closes[2], 1)["grouped_low_b"] == [invoice("450", "05:250.00 05:200.00")]
    assert documents(closes[2], 2)["grouped_low_b"] == [
        invoice("50", "06:100.00 06:100.00", "05:-150.00"),
        credit_note("-100", "05:-100.00"),
    ]


def test_the_rest_of_a_credit_is_for_other_documents(closes: list[Warehouse]) -> None:
    """The latest first. May: 300 - 250 = 50, June: 300. From May on the fee is 100: -200 for each.

    July's invoice of 100 cannot take them. June's document gives back its 200, May's 50. The other
    150 are for July's document of this close, 100, and for what June's has left: 50 of 100.
    """
    assert documents(closes[2], 1)["rest"] == [invoice("50", "05:300.00 05:-250.00")]
    assert documents(closes[2], 2)["rest"] == [invoice("300", "06:300.00")]
    assert sorted(documents(closes[2], 3)["rest"]) == [
        credit_note("-250", "05:-50.00 06:-200.00"),
        credit_note("-100", "05:-100.00"),
        credit_note("-50", "05:-50.00"),
        invoice("100", "07:100.00"),
    ]
    assert closes[2].rows(
        """
        select origins.close_number, notes.origin_document_number = origins.document_number,
            cast(notes.total as integer)
        from ratebook.documents as notes
        inner join ratebook.documents as origins on notes.origin_document_id = origins.document_id
        where notes.customer_id = 'rest'
        order by all
        """
    ) == [(1, True, -50), (2, True, -250), (3, True, -100)]
    assert open_of(closes[2], "rest") == []


def test_credited_documents_are_settled(closes: list[Warehouse]) -> None:
    """Also one of the same close: July's 100 by 100, May's 50 by 50; 50 are left of June's 300."""
    assert closes[2].rows(
        """
        select cast(total as integer), cast(credited as integer), cast(open_amount as integer)
        from ratebook.document_balances
        where customer_id = 'rest'
        order by all
        """
    ) == [
        (-250, -250, 0),
        (-100, -100, 0),
        (-50, -50, 0),
        (50, 50, 0),
        (100, 100, 0),
        (300, 250, 50),
    ]


def test_a_credit_on_an_invoice_is_part_of_that_invoice(closes: list[Warehouse]) -> None:
    """May's 100 are 80, so June's invoice is 80 - 20 = 60. Void, all of both are credited.

    -80 are for each month. June's document gives back its 60; the other 20 are for May's document,
    which has 100 - 80 left.
    """
    assert documents(closes[2], 2)["rest_void"] == [invoice("60", "06:80.00", "05:-20.00")]
    assert sorted(documents(closes[2], 3)["rest_void"]) == [
        credit_note("-100", "05:-80.00 06:-20.00"),
        credit_note("-60", "06:-60.00"),
    ]
    assert open_of(closes[2], "rest_void") == []


def test_what_no_document_can_give_back_stays_open(closes: list[Warehouse]) -> None:
    """300 - 250 = 50 were said for May. -150 are owed: 50 are credited, and 150 stay open."""
    assert documents(closes[2], 2)["rest_alone"] == [credit_note("-50", "05:-50.00")]
    assert "rest_alone" not in documents(closes[2], 3)
    assert open_of(closes[2], "rest_alone") == [("OPEN", Decimal(-150))]


def test_a_document_of_another_system_with_a_negative_line(closes: list[Warehouse]) -> None:
    """400 - 250 = 150 were said for April, and 80 - 100 = -20 are owed: -320 + 150 = -170.

    A-20 gives back its 150, and May's document 20 of its 80.
    """
    assert sorted(documents(closes[2], 1)["rest_opened"]) == [
        credit_note("-150", "04:150.00 04:-300.00"),
        credit_note("-20", "04:-20.00"),
        invoice("80", "05:80.00"),
    ]


def test_a_document_is_cancelled(closes: list[Warehouse]) -> None:
    """May's 100 are credited once, although the row stays; they are still owed, and wait."""
    assert documents(closes[2], 2)["whole_cancelled"] == [
        credit_note("-100", "05:-100.00"),
        invoice("100", "06:100.00"),
    ]
    assert documents(closes[2], 3)["whole_cancelled"] == [invoice("100", "07:100.00")]
    assert open_of(closes[1], "whole_cancelled") == [("WAITING", Decimal(100))]
    assert open_of(closes[2], "whole_cancelled") == [("WAITING", Decimal(100))]


def test_a_document_is_said_once_more(closes: list[Warehouse]) -> None:
    """With the name of today, once."""
    assert documents(closes[2], 2)["whole_reissued"] == [
        invoice("100", "05:100.00"),
        credit_note("-100", "05:-100.00"),
        invoice("100", "06:100.00"),
    ]
    assert documents(closes[2], 3)["whole_reissued"] == [invoice("100", "07:100.00")]
    assert closes[2].rows(
        """
        select customer_name, count(*)
        from ratebook.documents
        where customer_id = 'whole_reissued'
        group by all
        order by all
        """
    ) == [("Reissued Ltd", 4), ("Whole_Reissued", 1)]
    assert open_of(closes[2], "whole_reissued") == []


def test_what_is_credited_already_is_not_cancelled(closes: list[Warehouse]) -> None:
    """-20 of May's 100 were on June's invoice of 80: 80 are left, which wait."""
    assert documents(closes[2], 2)["whole_credited"] == [invoice("60", "06:80.00", "05:-20.00")]
    assert documents(closes[2], 3)["whole_credited"] == [
        credit_note("-80", "05:-80.00"),
        invoice("80", "07:80.00"),
    ]
    assert open_of(closes[2], "whole_credited") == [("WAITING", Decimal(80))]


def test_a_cancelled_document_takes_its_corrections_along(closes: list[Warehouse]) -> None:
    """June's invoice was 80 - 20 for May = 60. Both parts are taken back, and wait."""
    assert documents(closes[2], 3)["whole_correcting"] == [
        credit_note("-60", "05:20.00 06:-80.00"),
        invoice("80", "07:80.00"),
    ]
    assert open_of(closes[2], "whole_correcting") == [
        ("WAITING", Decimal(-20)),
        ("WAITING", Decimal(80)),
    ]


def test_corrections_that_do_nothing_are_reported(closes: list[Warehouse]) -> None:
    """Of two for one document, CANCEL counts. What is done is not reported."""
    numbers = dict(closes[0].rows("select customer_id, document_number from ratebook.documents"))
    assert documents(closes[2], 2)["whole_kept"] == [invoice("100", "06:100.00")]
    found = reported(closes[1], "document_corrections")
    assert found[:2] == [
        ("3", "NOT_CORRECTED", "kind is cancel"),
        ("4", "NOT_CORRECTED", f"another row corrects document {numbers['whole_twice']}"),
    ]
    assert found[2:4] == [
        ("6", "UNKNOWN_REFERENCE", "document_number N-9 is not in the ledger"),
        ("7", "UNKNOWN_REFERENCE", "document_number is empty"),
    ]
    assert [(name, reason) for name, reason, _ in found[4:]] == [("8", "NOT_CORRECTED")]


def test_a_contract_for_a_quote_changes_nothing(closes: list[Warehouse]) -> None:
    """100 + 35 a month, under the name of the quote; nothing of May is said again."""
    assert [documents(closes[2], close)["quote:named_kept"] for close in (1, 2, 3)] == [
        [invoice("135", "05:100.00 05:35.00")],
        [invoice("135", "06:100.00 06:35.00")],
        [invoice("135", "07:100.00 07:35.00")],
    ]
    assert "named_kept_contract" not in documents(closes[2], 2)


def test_a_contract_for_an_order_changes_nothing(closes: list[Warehouse]) -> None:
    """100 + 40 a month, at list prices."""
    assert [documents(closes[2], close)["order:plan"] for close in (1, 2, 3)] == [
        [invoice("140", "05:100.00 05:40.00")],
        [invoice("140", "06:100.00 06:40.00")],
        [invoice("140", "07:100.00 07:40.00")],
    ]


def test_a_price_of_the_quote_alone_is_another_price_of_the_contract(
    closes: list[Warehouse],
) -> None:
    """Its 30 for May are taken back and said again, once: two rows that come to nothing."""
    assert [documents(closes[2], close)["quote:named_restated"] for close in (1, 2, 3)] == [
        [invoice("165", "05:100.00 05:35.00 05:30.00")],
        [invoice("165", "06:100.00 06:35.00 06:30.00", "05:30.00 05:-30.00")],
        [invoice("165", "07:100.00 07:35.00 07:30.00")],
    ]


def test_what_the_contract_says_otherwise_is_corrected(closes: list[Warehouse]) -> None:
    """The fee is 80 from the start: 80 + 35 for June, and 20 less for May."""
    assert documents(closes[2], 2)["quote:named_cheaper"] == [
        invoice("95", "06:80.00 06:35.00", "05:-20.00")
    ]
    assert documents(closes[2], 3)["quote:named_cheaper"] == [invoice("115", "07:80.00 07:35.00")]


def test_a_hold_of_the_contract_is_one_of_its_other_name(closes: list[Warehouse]) -> None:
    """Nothing is sent in June and July."""
    assert "quote:named_held" not in documents(closes[2], 2) | documents(closes[2], 3)
    assert "named_held_contract" not in documents(closes[2], 2) | documents(closes[2], 3)


def test_nothing_is_credited_if_the_contract_is_unreadable(closes: list[Warehouse]) -> None:
    """Nobody can say what is owed for May: the -100 and -35 wait."""
    assert "quote:named_spoilt" not in documents(closes[2], 2) | documents(closes[2], 3)
    assert open_of(closes[2], "quote:named_spoilt") == [
        ("WAITING", Decimal(-100)),
        ("WAITING", Decimal(-35)),
    ]


def test_a_name_is_that_of_one_contract(closes: list[Warehouse]) -> None:
    """Two contracts name one quote: the first has its name, the second owes May and June itself."""
    assert documents(closes[2], 2)["quote:named_twice"] == [invoice("135", "06:100.00 06:35.00")]
    assert documents(closes[2], 2)["named_second"] == [
        invoice("135", "05:100.00 05:35.00"),
        invoice("135", "06:100.00 06:35.00"),
    ]


def test_who_had_a_contract_from_the_start_has_one_name(closes: list[Warehouse]) -> None:
    """The quote is only where it came from."""
    assert documents(closes[2], 1)["named_own_contract"] == [invoice("135", "05:100.00 05:35.00")]
    assert documents(closes[2], 2)["named_own_contract"] == [invoice("135", "06:100.00 06:35.00")]


def test_the_fee_waits_for_the_usage_of_the_month_before(build: Builder) -> None:
    """Usage is final after two days. June's fee would be so at once; both are on one document."""
    inputs = combined(
        PRODUCTS,
        with_calls("joined", invoice_grouping="CONTRACT"),
        with_calls("single"),
    )
    settings = {**SETTINGS, "finalization_delay_hours": 48}
    books = build(inputs, as_of="2024-06-01T12:00:00Z", **settings)
    assert documents(books, 1) == {
        "joined": [invoice("100", "05:100.00")],
        "single": [invoice("100", "05:100.00"), invoice("100", "06:100.00")],
    }
    unexplained = "select contract_id, not_frozen_amount, unexplained_amount "
    unexplained += "from ratebook.ledger_reconciliation order by all"
    assert books.rows(unexplained) == [("joined", 100, 0), ("single", 0, 0)]
    build.again(books, inputs, as_of="2024-06-03T00:00:00Z", **settings)
    assert documents(books, 2) == {
        "joined": [invoice("110", "05:10.00 06:100.00")],
        "single": [invoice("10", "05:10.00")],
    }
    assert books.rows(unexplained) == [("joined", 0, 0), ("single", 0, 0)]


def test_what_must_hold_for_any_ledger(build: Builder, closes: list[Warehouse]) -> None:
    """The data tests of the ledger pass for the books of all these closes."""
    command = (
        "test",
        "--exclude-resource-type",
        "unit_test",
        # Tests of other features read the ledger, too.
        "--indirect-selection",
        "cautious",
        "--select",
        "path:tests/features/ledger",
        "path:models/features/ledger",
        # There is no partner.
        "--exclude",
        "int_ledger_correction_shares",
    )
    build.again(closes[2], inputs_of(3), command=command, is_whole=True, as_of=CLOSES[2])
