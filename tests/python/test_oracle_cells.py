"""The oracle on cells that cannot be read, or say what their author may not have meant, by hand."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from oracle import compute
from oracle.cases import ERAS
from oracle.cells import (
    RawNumber,
    UnparsableError,
    json_key,
    parse_decimal,
    parse_integer,
    parse_json,
    parse_quantity,
    parse_time,
)
from oracle.inputs import DECISIVE, SCHEMA
from oracle.labels import untrue_labels
from oracle.odd_cells import UNREADABLE
from oracle.provisioned_cases import FLAT_FEATURES, ODD_CELLS, random_case
from oracle.zones import Zone
from oracle_tables import (
    IN_JANUARY,
    Inputs,
    Marts,
    Row,
    amended,
    amounts,
    basic,
    decimals,
    event,
    outcomes,
    override,
    reasons,
    run,
)

# After January and February, in the middle of March.
IN_MARCH = "2024-03-15T00:00:00Z"


def labels(marts: Marts) -> set[tuple[str, str, str]]:
    """Return which rows are reported, why, and with which effect; the labels must be true."""
    assert untrue_labels(marts) == []
    return {(row["id"], row["reason"], row["effect"]) for row in marts["pricing_exceptions"]}


def columns(marts: Marts, reason: str) -> list[str]:
    """Return the columns that the reports of one reason name."""
    return [row["column_name"] for row in marts["pricing_exceptions"] if row["reason"] == reason]


def unreadable(row_id: str, effect: str = "NOT_BILLED") -> tuple[str, str, str]:
    """Return the label of a row with a cell that cannot be read."""
    return row_id, "UNPARSABLE_CELL", effect


def metered(**changes: object) -> Inputs:
    """Return a product that adds up `n`, at 2 a unit, with one event of 5 units in January."""
    product = {"agg_property": "n", **changes}
    inputs = basic("2", "EVENT", products=product)
    inputs["usage_events"] = [event("1", "2024-01-10", n=5)]
    return inputs


# Contract rows

CONTRACT_CELLS = [
    ("started_at", "soon"),
    ("ended_at", "2025-02-31"),
    ("effective_at", "31.12.2024"),
    ("ineffective_at", "never"),
    ("archived_at", "2024-13-01"),
    ("terminated_at", "2024-01-05T00:00:00+16:00"),
    ("void", "perhaps"),
    ("is_deleted", "perhaps"),
    ("prorate", "2"),
    ("auto_renew", "maybe"),
    ("renewal_term_months", "0.25"),
    ("renewal_uplift_percent", "ten"),
]


@pytest.mark.parametrize(("column", "cell"), CONTRACT_CELLS)
def test_contract_that_cannot_be_read(column: str, cell: str) -> None:
    """Nothing of it is billed, usage neither: its customer has a contract, but no price."""
    marts = run(IN_MARCH, basic("31", contracts={column: cell}))
    assert unreadable("k1") in labels(marts)
    assert columns(marts, "UNPARSABLE_CELL") == [column]
    assert (marts["line_items"], marts["prices"], marts["contract_mrr"]) == ([], [], [])
    inputs = {**metered(), **{"contracts": basic(contracts={column: cell})["contracts"]}}
    outcome = "NO_CONTRACT" if column == "started_at" else "NOT_PRICED"
    assert outcomes(run(IN_JANUARY, inputs)) == [outcome]


@pytest.mark.parametrize(("column", "cell"), CONTRACT_CELLS)
def test_amendment_that_cannot_be_read(column: str, cell: str) -> None:
    """The contract is billed up to its start, 14 of 31 days, and never again.

    Not even by the amendment of March, which can be read. An amendment whose start cannot be read
    may be in force from the beginning.
    """
    inputs = amended("31", "FIXED")
    inputs["contracts"].append(
        {**inputs["contracts"][1], "id": "k3", "effective_at": "2024-03-01", "prorate": "false"}
    )
    inputs["contracts"][1][column] = cell
    marts = run(IN_MARCH, inputs)
    assert unreadable("k2") in labels(marts)
    assert amounts(marts) == ([] if column == "effective_at" else decimals("14"))


@pytest.mark.parametrize(
    ("zone", "days", "owed"),
    [
        ("America/New_York", "2024-02-29", "28"),
        ("Europe/Berlin", "2024-02-29", "28"),
        ("Europe/Berlin", "2024-02-28T23:00:00Z", "28"),
        ("America/New_York", "2024-02-29T04:59:59Z", "27"),
    ],
)
def test_amendment_that_cannot_be_read_is_local(zone: str, days: str, owed: str) -> None:
    """Up to the leap day: 28 of 29 days of 29, and 27 if it begins a second before midnight."""
    inputs = basic(
        "29", customers={"billing_timezone": zone}, contracts={"started_at": "2024-02-01"}
    )
    bad = {"id": "k2", "effective_at": days, "prorate": "maybe"}
    inputs["contracts"].append({**inputs["contracts"][0], **bad})
    marts = run("2024-04-15T00:00:00Z", inputs)
    assert amounts(marts) == decimals(owed)
    assert labels(marts) == {unreadable("k2")}


@pytest.mark.parametrize("delivery", ["ARREARS", "ADVANCED"])
@pytest.mark.parametrize("prorate", ["true", "false"])
def test_amendment_of_a_year_that_cannot_be_read(delivery: str, prorate: str) -> None:
    """366 a year: 60 days until 1 March, or the whole year that had been in force."""
    terms = {"invoice_delivery": delivery, "invoice_schedule": "12", "prorate": prorate}
    inputs = basic("366", pricebooks=terms)
    bad = {"id": "k2", "effective_at": "2024-03-01", "void": "perhaps"}
    inputs["contracts"].append({**inputs["contracts"][0], **bad})
    marts = run("2025-06-01T00:00:00Z", inputs)
    assert amounts(marts) == decimals("60" if prorate == "true" else "366")


def test_contract_row_without_window_blocks_nothing() -> None:
    """It is never in force: it ends before it begins."""
    inputs = amended("31", "FIXED")
    inputs["contracts"][1].update(ineffective_at="2024-01-10", prorate="maybe")
    marts = run(IN_JANUARY, inputs)
    assert amounts(marts) == decimals("31")
    assert labels(marts) == {unreadable("k2"), ("k2", "EMPTY_WINDOW", "NOT_BILLED")}


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("payment_terms_days", "a fortnight"),
        ("payment_terms_days", "14.5"),
        ("payment_terms_kind", "end of month"),
        ("signed_at", "soon"),
        ("created_at", "soon"),
        ("version", "one"),
    ],
)
def test_contract_cells_taken_as_empty(column: str, cell: str) -> None:
    """Billed, and due when the pricebook says: 3 days after 1 February."""
    inputs = basic("31", contracts={column: cell}, pricebooks={"payment_terms_days": "3"})
    marts = run(IN_JANUARY, inputs)
    assert amounts(marts) == decimals("31")
    assert marts["invoices"][0]["due_at"] == datetime(2024, 2, 4)
    assert labels(marts) == {unreadable("k1", "BILLED")}


def test_one_cell_that_decides_is_enough() -> None:
    """One report names both columns, and says what the worse one means."""
    bad = {"payment_terms_days": "soon", "ended_at": "later"}
    marts = run(IN_JANUARY, basic(contracts=bad))
    assert labels(marts) == {unreadable("k1")}
    assert columns(marts, "UNPARSABLE_CELL") == ["payment_terms_days, ended_at"]
    (report,) = marts["pricing_exceptions"]
    assert (report["contract_id"], report["customer_id"]) == ("k", "c1")


# Renewals


def renewing(prices: list[Row], **contract: str) -> Inputs:
    """Return a contract of 2023 at 100 a month that renews itself at 10 % more, with prices."""
    cells = {"started_at": "2023-01-01", "ended_at": "2024-01-01", "auto_renew": "true"}
    inputs = basic("100", contracts={**cells, "renewal_uplift_percent": "10", **contract})
    inputs["contract_prices"] = prices
    return inputs


@pytest.mark.parametrize("column", ["auto_renew", "renewal_pricing", "renewal_term_months"])
@pytest.mark.parametrize("auto_renew", [None, "true"])
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York"])
def test_renewal_that_cannot_be_read(zone: str, auto_renew: str | None, column: str) -> None:
    """An amendment at the end of the term blocks what begins with it, and nothing before.

    The term ends at its midnight as if the amendment could be read: 1000 once.
    """
    terms = {"invoice_schedule": "12", "billing_anchor": "ANNIVERSARY", "prorate": "false"}
    end = "2024-01-01T00:00:00Z"
    term = {"started_at": "2023-01-01T00:00:00Z", "ended_at": end}
    inputs = basic("1000", pricebooks=terms, contracts={**term, "auto_renew": auto_renew})
    inputs["customers"][0]["billing_timezone"] = zone
    bad = {"id": "k2", "effective_at": end, "ended_at": "2026-01-01", column: "perhaps"}
    inputs["contracts"].append({**inputs["contracts"][0], **bad})
    marts = run("2025-06-01T00:00:00Z", inputs)
    assert amounts(marts) == decimals("1000")
    assert labels(marts) >= {unreadable("k2")}


def test_renewals_until_a_row_that_cannot_be_read() -> None:
    """A contract renews by itself until an amendment in a renewal cannot be read."""
    inputs = renewing([])
    bad = {"id": "k2", "effective_at": "2024-03-01", "ended_at": "2026-01-01", "prorate": "maybe"}
    inputs["contracts"].append({**inputs["contracts"][0], **bad})
    marts = run("2024-06-01T00:00:00Z", inputs)
    assert amounts(marts) == decimals(*["100"] * 12, "110", "110")
    assert labels(marts) == {unreadable("k2")}
    assert [row["mrr"] for row in marts["contract_mrr"]][-3:] == decimals("110", "110", "0")


@pytest.mark.parametrize(
    ("end", "owed"),
    [
        # Nobody knows whether it goes on: the list price steps in neither.
        ({"ended_at": "2024-01-01"}, []),
        ({"end_period": "12"}, []),
        ({}, []),
        ({"ended_at": "2023-12-01"}, ["100", "110"]),
        ({"ended_at": "2024-02-01"}, []),
    ],
)
def test_renews_that_cannot_be_read(end: dict[str, str], owed: list[str]) -> None:
    """It withholds the list price in the longest window that it may have."""
    inputs = renewing([override("o", price="80", renews="perhaps", **end)])
    marts = run("2024-01-15T00:00:00Z", inputs)
    assert amounts(marts) == decimals(*owed)
    assert labels(marts) == {unreadable("o")}


@pytest.mark.parametrize(
    ("column", "cells", "owed"),
    [
        ("started_at", {"start_period": "1", "end_period": "2"}, ["100"]),
        ("ended_at", {"start_period": "1", "end_period": "2"}, ["100"]),
        # A date counts before a period: which period, does not matter.
        ("end_period", {"started_at": "2024-02-01", "ended_at": "2024-03-01"}, ["100", "100"]),
    ],
)
def test_date_that_cannot_be_read_beside_a_period(
    column: str, cells: dict[str, str], owed: list[str]
) -> None:
    """January, February or March of three months: the side is open."""
    inputs = basic("100")
    inputs["contract_prices"] = [override("o", price="80", **{**cells, column: "soon"})]
    marts = run("2024-03-15T00:00:00Z", inputs)
    assert amounts(marts) == decimals(*owed)
    assert labels(marts) == {unreadable("o")}


def test_row_that_cannot_be_read_in_a_rest() -> None:
    """Nothing of it is billed: the last span before it does not go on over it."""
    inputs = basic("1", "EVENT", contracts={"ended_at": "2024-03-01 06:00"})
    bad = {"id": "k2", "effective_at": "2024-03-01", "prorate": "maybe"}
    inputs["contracts"].append({**inputs["contracts"][0], **bad})
    inputs["usage_events"] = [
        event("1", "2024-02-29T23:00:00Z"),
        event("2", "2024-03-01T01:00:00Z"),
    ]
    marts = run("2024-04-01T00:00:00Z", inputs)
    assert amounts(marts) == decimals("0", "1")
    assert outcomes(marts) == ["RATED", "NOT_PRICED"]
    assert labels(marts) == {unreadable("k2")}


@pytest.mark.parametrize("column", ["started_at", "ended_at", "paid_at", "prorate"])
def test_order_that_cannot_be_read(column: str) -> None:
    """It is not billed; of its payment depends which order of one start counts."""
    inputs = basic("50")
    month = {
        "started_at": "2024-01-01",
        "ended_at": "2024-02-01",
        "paid_at": "2024-01-01T08:00:00Z",
    }
    names = {"id": "s1", "durable_id": "s", "customer_id": "c1", "pricebook_id": "b"}
    inputs["contracts"] = []
    inputs["orders"] = [{**names, "state": "PAID", **month}]
    assert amounts(run("2024-03-01T00:00:00Z", inputs)) == decimals("50")
    inputs["orders"][0][column] = "soon"
    marts = run("2024-03-01T00:00:00Z", inputs)
    assert amounts(marts) == []
    assert unreadable("s1") in labels(marts)


# Pricebooks and prices


@pytest.mark.parametrize(
    ("column", "cell", "effect"),
    [
        ("prorate", "maybe", "NOT_BILLED"),
        ("invoice_schedule", "monthly", "NOT_BILLED"),
        ("archived_at", "soon", "NOT_BILLED"),
        ("is_deleted", "soon", "NOT_BILLED"),
        ("payment_terms_days", "soon", "BILLED"),
        ("payment_terms_kind", "EOM", "BILLED"),
        ("maximum_discount_percent", "some", "BILLED"),
        ("minimum_term_months", "some", "BILLED"),
        ("created_at", "some", "BILLED"),
    ],
)
def test_pricebook_that_cannot_be_read(column: str, cell: str, effect: str) -> None:
    """Its prices are not billed, and extra prices beside them not; those of the next row are."""
    inputs = basic("31", pricebooks={column: cell})
    inputs["pricebooks"].append({"id": "b2", "durable_id": "b", "effective_at": "2024-02-01"})
    inputs["list_prices"].append({**inputs["list_prices"][0], "id": "l2", "pricebook_uid": "b2"})
    extra = {"id": "x", "contract_id": "k", "product_uid": "p2", "price": "7"}
    inputs["products"].append({"id": "p2", "name": "Extra", "ptype": "FIXED"})
    inputs["contract_prices"] = [extra]
    marts = run("2024-02-15T00:00:00Z", inputs)
    assert labels(marts) == {unreadable("b1", effect)}
    owed = decimals("31") if effect == "NOT_BILLED" else decimals("31", "31")
    assert amounts(marts, product_uid="p1") == owed
    owed = decimals("7") if effect == "NOT_BILLED" else decimals("7", "7")
    assert amounts(marts, product_uid="p2") == owed


PRICE_CELLS = [
    ("price", "abc"),
    ("package_size", "ten"),
    ("percent_rate", "5 %"),
    ("free_events", "one"),
    ("free_quantity", "some"),
    ("minimum_amount", "few"),
    ("maximum_amount", "1,000"),
    ("fixed_quantity", "many"),
    ("invoice_schedule", "0.25"),
    ("start_period", "one"),
    ("end_period", "twelve"),
    ("prorate", "maybe"),
    ("price_per", "1,000"),
    ("price_months", "a year"),
    ("is_deleted", "maybe"),
]
NEGOTIATED_CELLS = [
    *PRICE_CELLS,
    ("discount_percent", "ten"),
    ("discount_amount", "ten"),
    ("started_at", "soon"),
    ("ended_at", "later"),
]


@pytest.mark.parametrize(("column", "cell"), PRICE_CELLS)
def test_list_price_that_cannot_be_read(column: str, cell: str) -> None:
    """It is withheld, an override of it too; another price of the contract is billed."""
    inputs = basic("31", list_prices={column: cell})
    inputs["products"].append({"id": "p2", "name": "Other", "ptype": "FIXED"})
    other = {"id": "l2", "durable_id": "ld2", "product_uid": "p2", "price": "5"}
    inputs["list_prices"].append({"pricebook_uid": "b1", **other})
    inputs["contract_prices"] = [override("o", discount_percent="10", started_at="2024-02-01")]
    marts = run("2024-02-15T00:00:00Z", inputs)
    assert unreadable("l1") in labels(marts)
    assert amounts(marts) == decimals("5", "5")


@pytest.mark.parametrize(("column", "cell"), NEGOTIATED_CELLS)
def test_override_that_cannot_be_read(column: str, cell: str) -> None:
    """In its window the list price does not step in: 10 days of January, and its last 11."""
    window = {"started_at": "2024-01-11", "ended_at": "2024-01-21"}
    inputs = basic("31")
    inputs["contract_prices"] = [override("o", **{**window, "fixed_quantity": "2", column: cell})]
    marts = run("2024-02-15T00:00:00Z", inputs)
    assert unreadable("o") in labels(marts)
    # Without its start it holds from the beginning, without its end for ever.
    owed = {"started_at": decimals("11", "31"), "ended_at": decimals("10")}
    assert amounts(marts) == owed.get(column, decimals("10", "11", "31"))


@pytest.mark.parametrize(("column", "cell"), NEGOTIATED_CELLS)
def test_ad_hoc_price_that_cannot_be_read(column: str, cell: str) -> None:
    """It is withheld; the pricebook's price of the same product is billed."""
    inputs = basic("31")
    extra = {"id": "x", "contract_id": "k", "product_uid": "p1", "price": "7"}
    inputs["contract_prices"] = [{**extra, column: cell}]
    marts = run(IN_JANUARY, inputs)
    assert unreadable("x") in labels(marts)
    assert amounts(marts) == decimals("31")


def test_price_cells_taken_as_empty() -> None:
    """What a guard rail asks for decides no invoice."""
    cells = {"floor_price": "low", "is_required": "often", "created_at": "once"}
    marts = run(IN_JANUARY, basic("31", list_prices=cells))
    assert labels(marts) == {unreadable("l1", "BILLED")}
    assert amounts(marts) == decimals("31")


@pytest.mark.parametrize("column", ["up_to", "unit_price", "flat_amount"])
def test_tier_that_cannot_be_read(column: str) -> None:
    """It withholds its price, whatever the charge model."""
    inputs = basic("31", list_prices={"charge_model": "FLAT"})
    inputs["price_tiers"] = [{"id": "t", "list_price_uid": "l1", "unit_price": "1", column: "x"}]
    marts = run(IN_JANUARY, inputs)
    assert labels(marts) == {unreadable("t")}
    assert marts["line_items"] == []


def test_losing_override_that_cannot_be_read() -> None:
    """Then it withholds nothing."""
    inputs = basic("31")
    inputs["contract_prices"] = [
        override("o1", price="62", created_at="2024-01-01"),
        override("o2", price="abc"),
    ]
    marts = run(IN_JANUARY, inputs)
    assert amounts(marts) == decimals("62")
    assert {unreadable("o2"), ("o2", "OVERRIDE_SUPERSEDED", "NOT_BILLED")} <= labels(marts)
    winners = {row["reason"]: row["winner_ids"] for row in marts["pricing_exceptions"]}
    assert winners["OVERRIDE_SUPERSEDED"] == ["o1"]


# Products and filters


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"ptype": "THING"}, "UNKNOWN_PRODUCT_TYPE"),
        ({"ptype": None}, "UNKNOWN_PRODUCT_TYPE"),
        ({"aggregation": "MEDIAN"}, "UNKNOWN_AGGREGATION"),
        ({"aggregation": "MAX", "agg_property": None}, "UNKNOWN_AGGREGATION"),
        ({"archived_at": "soon"}, "UNPARSABLE_CELL"),
        ({"is_deleted": "soon"}, "UNPARSABLE_CELL"),
    ],
)
def test_product_that_cannot_be_read(cells: dict[str, str | None], reason: str) -> None:
    """Nothing rates its usage, and no line of quantity 0 says that there was none."""
    marts = run(IN_JANUARY, metered(**cells))
    assert outcomes(marts) == ["BAD_METER"]
    assert ("p1", reason, "NOT_BILLED") in labels(marts)
    assert marts["line_items"] == []
    (exception,) = marts["usage_event_exceptions"]
    assert (exception["product_uid"], exception["reason"]) == ("p1", "BAD_METER")


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("included_values", "[a", "UNPARSABLE_CELL"),
        ("excluded_values", '{"a": 1}', "UNPARSABLE_CELL"),
        ("is_optional", "maybe", "UNPARSABLE_CELL"),
        ("created_at", "once", "UNPARSABLE_CELL"),
        ("version", "one", "UNPARSABLE_CELL"),
        ("property", None, "UNKNOWN_REFERENCE"),
    ],
)
def test_filter_that_cannot_be_read(column: str, cell: str | None, reason: str) -> None:
    """Nobody knows which usage its product is for."""
    inputs = metered()
    row = {"id": "f", "product_uid": "p1", "property": "kind", "is_optional": "true"}
    inputs["product_filters"] = [{**row, column: cell}]
    marts = run(IN_JANUARY, inputs)
    assert outcomes(marts) == ["BAD_METER"]
    assert labels(marts) == {("f", reason, "NOT_BILLED")}
    assert marts["line_items"] == []


@pytest.mark.parametrize("product_uid", ["p9", None])
def test_filter_of_an_unknown_product(product_uid: str | None) -> None:
    """It is reported, though no contract uses such a product; the others are rated."""
    inputs = metered()
    inputs["product_filters"] = [{"id": "f", "product_uid": product_uid, "property": "kind"}]
    marts = run(IN_JANUARY, inputs)
    assert outcomes(marts) == ["RATED"]
    assert labels(marts) == {("f", "UNKNOWN_REFERENCE", "NOT_BILLED")}
    assert columns(marts, "UNKNOWN_REFERENCE") == ["product_uid"]


@pytest.mark.parametrize(
    ("other", "kind", "expected"),
    [
        ({}, None, "RATED"),
        ({"agg_property": "m"}, None, "BAD_QUANTITY"),
        ({}, "b", "FILTERED_OUT"),
    ],
)
def test_bad_meter_is_the_last_thing_to_say(
    other: dict[str, str], kind: str | None, expected: str
) -> None:
    """Another product of the same event that got further decides: even a filter is further."""
    inputs = metered(aggregation="MEDIAN")
    product = {"id": "p2", "name": "Q", "ptype": "EVENT", "event_name": "e", **other}
    inputs["products"].append(product)
    inputs["list_prices"].append({**inputs["list_prices"][0], "id": "l2", "product_uid": "p2"})
    if kind:
        inputs["product_filters"] = [
            {"id": "f", "product_uid": "p2", "property": "kind", "included_values": '["b"]'}
        ]
    marts = run(IN_JANUARY, inputs)
    assert outcomes(marts) == [expected]
    products = {row["product_uid"] for row in marts["usage_event_exceptions"]}
    assert products == (set() if expected == "RATED" else {"p2"})


def test_native_lists() -> None:
    """A warehouse's own list restricts as a JSON list does; without values it restricts nothing."""
    for values, expected in (
        (["eu-1", None, 2], ["RATED", "FILTERED_OUT", "RATED"]),
        ([True], ["FILTERED_OUT"] * 3),
        ([], ["RATED"] * 3),
    ):
        inputs = metered()
        row = {"id": "f", "product_uid": "p1", "property": "region"}
        inputs["product_filters"] = [{**row, "included_values": values}]
        inputs["usage_events"] = [
            event(str(region), "2024-01-05", n=1, region=region) for region in ("eu-1", "us-1", 2)
        ]
        marts = run(IN_JANUARY, inputs)
        assert outcomes(marts) == expected
        assert labels(marts) == set()
    inputs["product_filters"][0].update(included_values=None, excluded_values=["us-1"])
    assert outcomes(run(IN_JANUARY, inputs)) == ["RATED", "FILTERED_OUT", "RATED"]


# Currencies


@pytest.mark.parametrize(
    ("code", "currency", "owed", "is_known"),
    [
        ("jpy", "JPY", "3518", True),
        ("Jpy", "JPY", "3518", True),
        ("usd", "USD", "3517.50", True),
        ("bhd", "BHD", "3517.500", True),
        ("EURO", "EURO", "3517.50", False),
        ("euro", "EURO", "3517.50", False),
    ],
)
def test_currencies_as_people_write_them(
    code: str, currency: str, owed: str, is_known: bool
) -> None:
    """In upper case, with the decimals of ISO 4217; one that nobody knows has two, and a report."""
    for name, row_id in (("contracts", "k1"), ("pricebooks", "b1")):
        marts = run(IN_JANUARY, basic("3517.5", **{name: {"currency": code}}))
        assert amounts(marts, currency=currency) == decimals(owed)
        expected = set() if is_known else {(row_id, "UNKNOWN_CURRENCY", "BILLED")}
        assert labels(marts) == expected
        assert columns(marts, "UNKNOWN_CURRENCY") == ["currency"] * len(expected)


def test_currencies_in_two_cases_are_one() -> None:
    """No mismatch; the user's own row is found too, and the default is read the same way."""
    inputs = basic("10.5", pricebooks={"currency": "Jpy"}, contracts={"currency": "jPY"})
    assert amounts(run(IN_JANUARY, inputs)) == decimals("11")
    inputs["currencies"] = [{"id": "1", "code": "jpy", "minor_units": "1"}]
    assert amounts(run(IN_JANUARY, inputs)) == decimals("10.5")
    inputs = basic("10.5")
    inputs["currencies"] = [{"id": "1", "code": "Credit", "minor_units": "0"}]
    marts = run(IN_JANUARY, inputs, currency="credit")
    assert (amounts(marts, currency="CREDIT"), labels(marts)) == (decimals("11"), set())


def test_unknown_currency_of_what_is_not_billed() -> None:
    """Then there is nothing to look at."""
    inputs = basic(contracts={"currency": "EURO"}, list_prices={"price": "abc"})
    assert "UNKNOWN_CURRENCY" not in {reason for _, reason in reasons(run(IN_JANUARY, inputs))}


# Dates


@pytest.mark.parametrize(
    "start", ["0001-01-01", "0001-01-01T00:00:00+05:00", "1753-01-01", "1899-12-31 23:59:59"]
)
def test_contract_before_1900(start: str) -> None:
    """Databases write "none" so: nothing is billed."""
    marts = run(IN_JANUARY, basic(contracts={"started_at": start}))
    assert labels(marts) == {("k1", "OUT_OF_RANGE", "NOT_BILLED")}
    assert columns(marts, "OUT_OF_RANGE") == ["started_at"]
    assert (marts["line_items"], marts["contracts"]) == ([], [])


def test_amendment_before_1900() -> None:
    """The earliest start is the contract's, so that nothing of it is billed."""
    inputs = amended("31", "FIXED")
    inputs["contracts"][1]["started_at"] = "0001-01-01"
    marts = run(IN_JANUARY, inputs)
    assert labels(marts) == {("k2", "OUT_OF_RANGE", "NOT_BILLED")}
    assert marts["line_items"] == []


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo"])
def test_contract_from_1900(zone: str) -> None:
    """Its first local day counts, on both sides of UTC: two months."""
    term = {"started_at": "1900-01-01", "ended_at": "1900-03-01"}
    inputs = basic(customers={"billing_timezone": zone}, contracts=term)
    marts = run(IN_JANUARY, inputs)
    assert (amounts(marts), labels(marts)) == (decimals("10", "10"), set())


@pytest.mark.parametrize(
    ("offset", "hours"),
    [("+15:59", -15.983333), ("-15:59", 15.983333), ("+1400", -14), ("-12", 12)],
)
def test_offsets(offset: str, hours: float) -> None:
    """Up to 15:59 on both sides."""
    instant = parse_time(f"2024-01-05T00:00:00{offset}").instant(Zone.get("UTC"))
    apart = instant - datetime(2024, 1, 5)
    assert abs(apart - timedelta(hours=hours)) < timedelta(seconds=1)


@pytest.mark.parametrize("offset", ["+16:00", "-16:00", "+16", "+99:00", "+05:60", "-0575"])
def test_offsets_that_are_none(offset: str) -> None:
    """They cannot be read: neither a contract's date nor an event's."""
    with pytest.raises(UnparsableError):
        parse_time(f"2024-01-05T00:00:00{offset}")
    inputs = metered()
    inputs["usage_events"][0]["metered_at"] = f"2024-01-10T00:00:00{offset}"
    assert outcomes(run(IN_JANUARY, inputs)) == ["BAD_TIMESTAMP"]


@pytest.mark.parametrize(("name", "row_id"), [("contracts", "k1"), ("pricebooks", "b1")])
def test_payment_terms_below_zero(name: str, row_id: str) -> None:
    """Due at once."""
    marts = run(IN_JANUARY, basic(**{name: {"payment_terms_days": "-30"}}))
    assert labels(marts) == {(row_id, "OUT_OF_RANGE", "BILLED")}
    assert columns(marts, "OUT_OF_RANGE") == ["payment_terms_days"]
    assert marts["invoices"][0]["due_at"] == datetime(2024, 2, 1)


@pytest.mark.parametrize(
    ("contract", "due"),
    [({}, datetime(2024, 3, 14)), ({"payment_terms_kind": "NET"}, datetime(2024, 2, 15))],
)
def test_payment_terms_from_the_end_of_the_month(contract: dict[str, str], due: datetime) -> None:
    """Of January's invoice, issued on 1 February 2024: 29 February + 14, or 1 February + 14."""
    terms = {"payment_terms_days": "14", "payment_terms_kind": "END_OF_MONTH"}
    marts = run(IN_JANUARY, basic(contracts=contract, pricebooks=terms))
    assert marts["invoices"][0]["due_at"] == due


def test_payment_terms_below_zero_are_the_contracts_own() -> None:
    """They are no reason to take the pricebook's."""
    inputs = basic(contracts={"payment_terms_days": "-1"}, pricebooks={"payment_terms_days": "14"})
    assert run(IN_JANUARY, inputs)["invoices"][0]["due_at"] == datetime(2024, 2, 1)


@pytest.mark.parametrize(
    ("start", "end", "terms", "owed"),
    [
        # 30 of 31 days, 364 of 365, none of 31.
        ("2025-01-01", "2025-01-31 23:59:59", {}, "96.77"),
        ("2025-01-01", "2025-12-31 23:59:59", {"invoice_schedule": "12"}, "99.73"),
        ("2025-01-01", "2025-01-01 23:59:59", {}, "0.00"),
        ("2024-02-01", "2024-02-29 23:59", {}, "96.55"),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Kolkata"])
def test_end_at_the_last_second(
    start: str, end: str, terms: dict[str, str], owed: str, zone: str
) -> None:
    """The days are as they are written, with a report."""
    inputs = basic(
        "100",
        customers={"billing_timezone": zone},
        pricebooks=terms,
        contracts={"started_at": start, "ended_at": end},
    )
    marts = run("2026-06-15T12:30:00Z", inputs)
    assert amounts(marts) == decimals(owed)
    assert labels(marts) == {("k1", "ENDS_NEAR_BOUNDARY", "BILLED")}


@pytest.mark.parametrize(
    ("cells", "is_near"),
    [
        ({"ended_at": "2024-06-30 23:59:00"}, True),
        ({"ended_at": "2024-06-30 23:58:59.999999"}, False),
        ({"ended_at": "2024-07-01 00:00:00"}, False),
        # In New York the day ends at 04:00 UTC in summer.
        ({"ended_at": "2024-07-01T03:59:30Z"}, True),
        ({"ended_at": "2024-06-30T23:59:59Z"}, False),
        ({"terminated_at": "2024-06-30 23:59:59"}, True),
        ({"ineffective_at": "2024-06-30 23:59:59"}, True),
        # It ends before.
        ({"ended_at": "2024-06-30 23:59:59", "terminated_at": "2024-06-15"}, False),
        ({"ended_at": "9999-12-31 23:59:59"}, False),
        # A contract that renews itself has an end, too.
        ({"ended_at": "2024-06-30 23:59:59", "auto_renew": "true"}, True),
    ],
)
def test_ends_near_midnight(cells: dict[str, str], is_near: bool) -> None:
    """From 23:59 of the local day, where the contract does end then."""
    inputs = basic(customers={"billing_timezone": "America/New_York"}, contracts=cells)
    found = {reason for _, reason in reasons(run("2024-08-01T00:00:00Z", inputs))}
    assert ("ENDS_NEAR_BOUNDARY" in found) == is_near


def test_ends_of_amendments_and_prices_near_midnight() -> None:
    """Where another row begins before, nothing ends then; a price's own end counts."""
    inputs = amended("31", "FIXED", contracts={"ended_at": "2024-12-31 23:59:59"})
    inputs["contract_prices"] = [
        override("o1", price="62", started_at="2024-02-01", ended_at="2024-02-29 23:59:59"),
        override("o2", price="62", ended_at="2025-06-30 23:59:59", started_at="2024-06-01"),
    ]
    marts = run(IN_JANUARY, inputs)
    near = [row_id for row_id, reason in reasons(marts) if reason == "ENDS_NEAR_BOUNDARY"]
    assert near == ["k2", "o1"]


@pytest.mark.parametrize("auto_renew", [None, "true"])
def test_term_that_ends_near_midnight(auto_renew: str | None) -> None:
    """A negotiated renewal cuts it at the midnight before: the day is lost, and it is reported."""
    inputs = basic(contracts={"ended_at": "2024-06-30 23:59:59", "auto_renew": auto_renew})
    later = {"id": "k2", "effective_at": "2024-06-30 23:59:59", "ended_at": "2025-07-01"}
    inputs["contracts"].append({**inputs["contracts"][0], **later})
    found = reasons(run("2024-08-01T00:00:00Z", inputs))
    assert ("k1", "ENDS_NEAR_BOUNDARY") in found
    assert ("k2", "ENDS_NEAR_BOUNDARY") not in found


# Contracts without prices


def test_nothing_to_bill() -> None:
    """No pricebook, one that sells nothing, and one whose prices begin after the contract's end."""
    without = basic(contracts={"pricebook_id": None})
    empty = {**basic(), "list_prices": []}
    later = basic(list_prices={"start_period": "12"})
    for inputs in (without, empty, later):
        marts = run(IN_JANUARY, inputs)
        assert labels(marts) == {("k1", "NOTHING_TO_BILL", "BILLED")}
        assert [row["state"] for row in marts["contracts"]] == ["ACTIVE"]


def test_something_to_bill() -> None:
    """An extra price is enough; what is withheld or unknown is reported itself."""
    extra = {"id": "x", "contract_id": "k", "product_uid": "p1", "price": "7"}
    sold = {**basic(contracts={"pricebook_id": None}), "contract_prices": [extra]}
    for inputs in (
        sold,
        basic(list_prices={"price": None}),
        basic(contracts={"pricebook_id": "b9"}),
        basic(contracts={"void": "true", "pricebook_id": None}),
        basic(contracts={"ended_at": "2023-01-01", "pricebook_id": None}),
    ):
        found = {reason for _, reason in reasons(run(IN_JANUARY, inputs))}
        assert "NOTHING_TO_BILL" not in found


# Numbers


def test_numbers_by_their_value() -> None:
    """However they are written."""
    assert parse_decimal("10000000000000000000e-18") == 10
    assert parse_decimal("100000000000000e-14") == 1
    assert parse_decimal("-2.5E+3") == -2500
    assert (parse_integer("12.0"), parse_integer("120e-1"), parse_integer("-1E1")) == (12, 12, -10)
    for text in ("0.25", "1e6", "1e-1", "12.5"):
        with pytest.raises(UnparsableError):
            parse_integer(text)
    for text in ("10000000000000000000e-18", "10", "1.0e+0001"):
        assert parse_quantity(RawNumber(text)) == 10
        assert parse_quantity(text) == 10
    assert parse_quantity(RawNumber("100000000000000e-14")) == 1
    assert parse_quantity(f"0e{'9' * 30}") == 0
    assert parse_quantity(f"1e-{'9' * 30}") == 0
    assert parse_quantity(f"1e{'9' * 30}") is None


def test_prices_and_quantities_by_their_value() -> None:
    """10 * 5 = 50, and 3 quarters of 30."""
    inputs = metered()
    inputs["list_prices"][0]["price"] = "10000000000000000000e-18"
    inputs["usage_events"] = [event("1", "2024-01-10")]
    inputs["usage_events"][0]["properties"] = '{"name": "e", "n": 500000000000000e-14}'
    assert amounts(run(IN_JANUARY, inputs)) == decimals("50")
    marts = run("2024-08-01T00:00:00Z", basic("3e1", pricebooks={"invoice_schedule": "30e-1"}))
    assert (amounts(marts), labels(marts)) == (decimals("30", "30", "30"), set())


# Events


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        ({}, "DUPLICATE"),
        ({"received_at": "2024-03-01"}, "DUPLICATE"),
        ({"metered_at": "2024-01-10T01:00:00+01:00"}, "DUPLICATE"),
        ({"properties": '{"n":5.0, "name":"e"}'}, "DUPLICATE"),
        ({"properties": '{"n": 50e-1, "name": "\\u0065"}'}, "DUPLICATE"),
        ({"metered_at": "2024-01-10T00:00:01Z"}, "CONFLICT"),
        ({"customer_id": "c2"}, "CONFLICT"),
        ({"customer_id": None}, "CONFLICT"),
        ({"customer_alias": "one"}, "CONFLICT"),
        ({"properties": '{"name": "e", "n": 6}'}, "CONFLICT"),
        ({"properties": '{"name": "e", "n": "5"}'}, "CONFLICT"),
        ({"properties": '{"name": "e", "n": 5, "m": null}'}, "CONFLICT"),
        ({"metered_at": "soon"}, "BAD_TIMESTAMP"),
        ({"properties": "[5]"}, "BAD_PROPERTIES"),
        ({"transaction_id": None}, "NO_TRANSACTION_ID"),
    ],
)
def test_repeats(again: dict[str, str | None], expected: str) -> None:
    """One that says something else than the first is no mere repeat; neither is rated."""
    inputs = metered()
    first = {**inputs["usage_events"][0], "received_at": "2024-01-11"}
    inputs["usage_events"] = [first, {**first, "received_at": "2024-01-12", **again}]
    marts = run(IN_JANUARY, inputs)
    assert outcomes(marts) == ["RATED", expected]
    assert amounts(marts) == decimals("10")
    assert [row["reason"] for row in marts["usage_event_exceptions"]] == [expected]


def test_repeats_of_two_customers() -> None:
    """Both number their events 1, 2, 3: the second one's are conflicts, and hers to see."""
    inputs = basic("1", "EVENT")
    inputs["customers"].append({"id": "cu2", "durable_id": "c2"})
    second = {"id": "k2", "durable_id": "k2", "customer_id": "c2"}
    inputs["contracts"].append({**inputs["contracts"][0], **second})
    inputs["usage_events"] = [
        event(number, f"2024-01-1{number}", customer_id=customer)
        for customer in ("c1", "c2")
        for number in "123"
    ]
    marts = run(IN_JANUARY, inputs)
    assert outcomes(marts) == [*["RATED"] * 3, *["CONFLICT"] * 3]
    assert amounts(marts, customer_id="c1") == decimals("3")
    assert amounts(marts, customer_id="c2") == decimals("0")


def test_json_values() -> None:
    """Numbers by their value, objects without an order, lists with one."""
    same = [("[1, 2.50]", "[1.0, 25e-1]"), ('{"a": -0, "b": [true]}', '{"b": [true], "a": 0.0}')]
    other = [("1", "true"), ("1", '"1"'), ("[1, 2]", "[2, 1]"), ("null", "false"), ("[]", "{}")]
    for pairs, is_same in ((same, True), (other, False)):
        for one, two in pairs:
            assert (json_key(parse_json(one)) == json_key(parse_json(two))) == is_same


LEVEL = {"agg_property": "n", "aggregation": "WEIGHTED_SUM"}


@pytest.mark.parametrize(
    ("metered_at", "start", "owed"),
    [
        ("2025-03-20T00:00:00Z", "2025-04-01", "10.00"),
        # 15.5 of 30 days.
        ("2025-04-15T11:59:00Z", "2025-04-15 12:00", "5.17"),
        ("2025-04-15T11:59:59.999999Z", "2025-04-15 12:00", "5.17"),
    ],
)
def test_level_before_the_contract(metered_at: str, start: str, owed: str) -> None:
    """A line is billed from it: it is rated, and no exception."""
    term = {"started_at": start, "ended_at": "2025-05-01"}
    inputs = basic("1", "EVENT", products=LEVEL, contracts=term)
    inputs["usage_events"] = [event("1", metered_at, n=10)]
    marts = run("2026-06-15T12:30:00Z", inputs)
    assert amounts(marts) == decimals(owed)
    (outcome,) = marts["usage_event_outcomes"]
    found = [outcome[column] for column in ("outcome", "contract_count", "product_count")]
    assert found == ["RATED", 1, 1]
    assert marts["usage_event_exceptions"] == []


def test_levels_that_nothing_is_billed_from() -> None:
    """After the last span, of another customer, of a sum, and of a withheld price."""
    term = {"started_at": "2024-02-01", "ended_at": "2024-03-01"}
    cases = [
        ("2024-03-01T00:00:00Z", LEVEL, {}, "OUTSIDE_CONTRACT"),
        ("2024-02-29T23:59:59Z", LEVEL, {}, "RATED"),
        ("2024-01-20T00:00:00Z", {**LEVEL, "aggregation": "SUM"}, {}, "OUTSIDE_CONTRACT"),
        ("2024-01-20T00:00:00Z", LEVEL, {"price": "abc"}, "OUTSIDE_CONTRACT"),
        ("2024-01-20T00:00:00Z", LEVEL, {}, "RATED"),
    ]
    for metered_at, product, price, expected in cases:
        inputs = basic("1", "EVENT", products=product, contracts=term, list_prices=price)
        inputs["usage_events"] = [event("1", metered_at, n=10)]
        assert outcomes(run("2024-06-01T00:00:00Z", inputs)) == [expected]
    inputs["customers"].append({"id": "cu2", "durable_id": "c2"})
    inputs["usage_events"][0]["customer_id"] = "c2"
    assert outcomes(run("2024-06-01T00:00:00Z", inputs)) == ["NO_CONTRACT"]


def test_level_in_a_hole() -> None:
    """In force but unsold, or between two rows: it goes on into the next span."""
    inputs = basic("31", "EVENT", products=LEVEL, list_prices={"start_period": "1"})
    inputs["usage_events"] = [event("1", "2024-01-20", n=1)]
    marts = run("2024-02-15T00:00:00Z", inputs)
    assert (outcomes(marts), amounts(marts)) == (["RATED"], decimals("31"))
    # Beyond the horizon nothing is rated yet.
    assert outcomes(run(IN_JANUARY, inputs)) == ["NOT_PRICED"]


# Quotes


def quoted(list_price: dict[str, str], ptype: str = "FIXED", **price: str) -> Inputs:
    """Return a quote of three months at 15 list, with 20 % allowed and a floor of 12."""
    inputs = basic("15", ptype, list_prices={"floor_price": "12", **list_price})
    inputs["pricebooks"][0]["maximum_discount_percent"] = "20"
    names = {"id": "q1", "durable_id": "q", "prospect_name": "P", "pricebook_id": "b"}
    term = {"started_at": "2024-01-11", "ended_at": "2024-04-01", "state": "SENT"}
    offered = {"id": "o", "quote_id": "q", "list_price_id": "ld1", **price}
    return {**inputs, "quotes": [{**names, **term}], "quote_prices": [offered]}


BOTH = {"DISCOUNT_ABOVE_LIMIT": Decimal(20), "PRICE_BELOW_FLOOR": Decimal(12)}
DISCOUNT = {"DISCOUNT_ABOVE_LIMIT": Decimal(20)}


def guarded(inputs: Inputs) -> dict[str, Decimal]:
    """Return what the guard rails say of the quote's price, with the limits."""
    marts = run(IN_JANUARY, inputs)
    reports = [row for row in marts["pricing_exceptions"] if row["reason"] in BOTH]
    assert all((row["id"], row["effect"]) == ("o", "BILLED") for row in reports)
    return {row["reason"]: row["limit_value"] for row in reports}


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        ({"discount_percent": "93"}, BOTH),
        ({"discount_amount": "14"}, BOTH),
        ({"maximum_amount": "1"}, BOTH),
        ({"price": "1"}, BOTH),
        ({"discount_percent": "20"}, {}),
        ({"discount_percent": "20.01"}, BOTH),
        # 3 off, of 10.16 in January already: 21 of 31 days; the floor is one of the whole month.
        ({"discount_amount": "3"}, BOTH),
        ({"discount_amount": "2"}, {}),
        # Ten at 150 a month: 15 is 10 % of a whole month, and 14.8 % of January's 101.61.
        ({"discount_amount": "15", "fixed_quantity": "10"}, {}),
        ({"price": "18", "discount_amount": "3"}, {}),
        ({"price": "30", "discount_percent": "50"}, {}),
        ({"minimum_amount": "500", "price": "1"}, BOTH),
    ],
)
def test_guard_rails_look_at_lines(price: dict[str, str], expected: dict[str, Decimal]) -> None:
    """However a discount is given, and not by days that are left out."""
    assert guarded(quoted({}, **price)) == expected


def test_guard_rails_of_usage() -> None:
    """Free units count: 100 at 15 is 1500 list; 30 of them free is 30 % off, at 10.50 each."""
    for free, expected in (("30", BOTH), ("20", {}), ("21", BOTH)):
        inputs = quoted({}, "EVENT", free_quantity=free)
        inputs["quote_usage"] = [
            {"id": "a", "quote_id": "q", "product_uid": "p1", "quantity": "100"}
        ]
        assert guarded(inputs) == expected
    # What list gives away itself is no discount.
    inputs["list_prices"][0]["free_quantity"] = "21"
    assert guarded(inputs) == {"PRICE_BELOW_FLOOR": Decimal(12)}
    # Without an assumption the price of a unit counts.
    for percent, expected in (("93", BOTH), ("20", {})):
        assert guarded(quoted({}, "EVENT", discount_percent=percent)) == expected


def test_guard_rails_without_limits() -> None:
    """A pricebook without a limit allows everything, a list price without a floor too."""
    inputs = quoted({"floor_price": ""}, price="1")
    assert guarded(inputs) == DISCOUNT
    inputs["pricebooks"][0]["maximum_discount_percent"] = None
    assert guarded(inputs) == {}


def test_quotes_that_cannot_be_read() -> None:
    """A preview says what the contract would owe: nothing."""
    inputs = quoted({})
    inputs["quotes"][0]["prorate"] = "maybe"
    marts = run(IN_JANUARY, inputs)
    assert marts["quote_line_items"] == []
    assert unreadable("q1") in labels(marts)
    inputs = quoted({}, price="abc")
    marts = run(IN_JANUARY, inputs)
    assert marts["quote_line_items"] == []
    assert unreadable("o") in labels(marts)


# Labels


def test_labels_are_checked() -> None:
    """A row that is not billed and on a line, and one that withholds in silence."""
    marts = run(IN_JANUARY, basic(list_prices={"floor_price": "low"}))
    (report,) = marts["pricing_exceptions"]
    assert untrue_labels(marts) == []
    withheld = run(IN_JANUARY, basic(list_prices={"price": "abc"}))["pricing_exceptions"]
    report.update(effect="NOT_BILLED", places=withheld[0]["places"])
    assert len(untrue_labels(marts)) == 1
    marts = run(IN_JANUARY, basic(list_prices={"price": "abc"}))
    for report in marts["pricing_exceptions"]:
        report["effect"] = "BILLED"
    # UNPARSABLE_CELL and NO_PRICE.
    assert len(untrue_labels(marts)) == 2


def test_labels_hold_where_they_say() -> None:
    """A list price without a price is not billed to who has no override, and to others it is."""
    inputs = basic(list_prices={"price": None})
    second = {"id": "k2", "durable_id": "k2"}
    inputs["contracts"].append({**inputs["contracts"][0], **second})
    inputs["contract_prices"] = [override("o", price="5", started_at="2024-01-01")]
    marts = run(IN_JANUARY, inputs)
    assert amounts(marts) == decimals("5")
    assert labels(marts) == {("l1", "NO_PRICE", "NOT_BILLED")}


@pytest.mark.parametrize("name", sorted(DECISIVE))
def test_decisive_columns_are_columns(name: str) -> None:
    """And so are those of the random cases."""
    common = {"id", "version", "created_at", "is_deleted", "branch"}
    assert DECISIVE[name] <= {*SCHEMA[name], *common}
    assert {column for each, column, _ in UNREADABLE if each == name} <= {*SCHEMA[name], *common}


@pytest.mark.long
def test_labels_of_random_cases() -> None:
    """No row that is not billed is on a line, and none is withheld that is labelled as billed."""
    found = defaultdict(int)
    for seed in range(150):
        era = list(ERAS)[seed % len(ERAS)]
        inputs = random_case(seed, "q001_", [era], FLAT_FEATURES)
        as_of = ERAS[era][0] + timedelta(days=random.Random(seed).randint(100, 400))
        marts = compute(inputs, {"as_of": f"{as_of}T00:00:00Z"})
        assert untrue_labels(marts) == [], f"seed {seed}"
        for report in marts["pricing_exceptions"]:
            found[report["reason"], report["effect"]] += 1
        for outcome in marts["usage_event_outcomes"]:
            found[outcome["outcome"]] += 1
        found["lines"] += len(marts["line_items"])
    for kind in (
        *(("UNPARSABLE_CELL", "NOT_BILLED"), ("UNPARSABLE_CELL", "BILLED")),
        *(("OUT_OF_RANGE", "NOT_BILLED"), ("OUT_OF_RANGE", "BILLED")),
        *(("UNKNOWN_CURRENCY", "BILLED"), ("NOTHING_TO_BILL", "BILLED")),
        *(("ENDS_NEAR_BOUNDARY", "BILLED"), ("UNKNOWN_REFERENCE", "NOT_BILLED")),
        *(("DISCOUNT_ABOVE_LIMIT", "BILLED"), ("PRICE_BELOW_FLOOR", "BILLED")),
        *(("ENDS_WITH_TERM", "BILLED"), ("QUOTE_DIFFERS", "BILLED")),
        *("BAD_METER", "CONFLICT", "DUPLICATE", "RATED"),
    ):
        assert found[kind] > 0, kind
    assert found["lines"] > 1000


def test_odd_cells_leave_other_features_as_they_are() -> None:
    """Without them a case is as it was; with them it is another one."""
    others = [feature for feature in FLAT_FEATURES if feature != ODD_CELLS]
    changed = 0
    for seed in range(20):
        plain, again = (random_case(seed, "q001_", list(ERAS), others) for _ in range(2))
        assert plain == again
        changed += random_case(seed, "q001_", list(ERAS), FLAT_FEATURES) != plain
    assert changed > 10
