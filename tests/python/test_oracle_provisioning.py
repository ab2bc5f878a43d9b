"""The oracle on terminations, renewals, quotes and recurring revenue, by hand."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from oracle import compute
from oracle.cases import ERAS, Cells
from oracle.inputs import COLUMNS, RENEWAL, SCHEMA
from oracle.prices import AGGREGATIONS
from oracle.provisioned_cases import (
    FEATURES,
    FLAT_FEATURES,
    MATRIX,
    ODD_CELLS,
    PERCENTAGES,
    RENEWAL_EDGES,
    RENEWALS,
    TERMINATIONS,
    ProvisionedCaseMaker,
    random_case,
)
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

RENEWED = {"auto_renew": "true", "ended_at": "2024-03-01"}


def renewing(price: str = "100", ptype: str = "FIXED", **contract: str) -> Inputs:
    """Return the basic inputs with a contract of two months that renews itself."""
    return basic(price, ptype, contracts={**RENEWED, **contract})


def quoted(price: str = "2", ptype: str = "EVENT", **quote: str | None) -> Inputs:
    """Return the basic inputs with a quote of three months instead of the contract."""
    inputs = basic(price, ptype, products={"agg_property": "n"})
    row = {"id": "q1", "durable_id": "q", "customer_id": "c1", "pricebook_id": "b", "state": "SENT"}
    term = {"started_at": "2024-01-15", "ended_at": "2024-04-15"}
    return {**inputs, "contracts": [], "quotes": [{**row, **term, **quote}]}


def assumed(quantity: str, start: str | None = None, **cells: str) -> Row:
    """Return what quote q assumes of product p1."""
    names = {"id": f"a{start}", "quote_id": "q", "product_uid": "p1", "quantity": quantity}
    return {**names, "nominal_start_date": start, **cells}


def preview(marts: Marts, mart: str = "quote_line_items", column: str = "amount") -> list[object]:
    """Return a column of a preview, in order of time."""
    rows = sorted(marts[mart], key=lambda row: (row["started_at"], row.get("effective_at")))
    return [row[column] for row in rows]


def by_id(lines: list[Row]) -> list[Row]:
    """Return lines in the order of their ids."""
    return sorted(lines, key=lambda line: str(line["line_item_id"]))


# Terminations


def test_termination_ends_the_contract() -> None:
    """10 of the 31 days of March."""
    inputs = basic("31", contracts={"terminated_at": "2024-03-11"})
    marts = run("2024-06-01T00:00:00Z", inputs)
    assert amounts(marts) == decimals("31", "31", "10")
    assert reasons(marts) == []


def test_termination_of_an_earlier_row() -> None:
    """It ends that row alone: 9 days before the hole, 17 after it, then whole months."""
    inputs = amended("31", "FIXED")
    inputs["contracts"][0]["terminated_at"] = "2024-01-10"
    marts = run("2024-02-10T00:00:00Z", inputs)
    assert amounts(marts) == decimals("9", "17", "31")
    assert reasons(marts) == [("k2", "HOLE_IN_TERM")]


def test_termination_is_local() -> None:
    """In New York: an event at 04:59 UTC is inside, one at 05:00 is not."""
    inputs = basic(
        "1",
        "EVENT",
        customers={"billing_timezone": "America/New_York"},
        contracts={"terminated_at": "2024-01-20"},
    )
    inputs["usage_events"] = [
        event("1", "2024-01-20T04:59:59Z"),
        event("2", "2024-01-20T05:00:00Z"),
    ]
    marts = run(IN_JANUARY, inputs)
    assert outcomes(marts) == ["RATED", "OUTSIDE_CONTRACT"]
    assert amounts(marts) == decimals("1")


# Renewals


def test_renewals_compound() -> None:
    """As long as the first term; 5 % more each time: 105, 110.25, 115.7625."""
    marts = run("2024-08-15T00:00:00Z", renewing(renewal_uplift_percent="5"))
    months = ("100", "100", "105", "105", "110.25", "110.25", "115.76", "115.76")
    assert amounts(marts) == decimals(*months)
    assert reasons(marts) == []


@pytest.mark.parametrize("sign", [1, -1])
def test_renewal_prices_are_rounded_once(sign: int) -> None:
    """1.5, 2.25 and 3.375 of the last decimal: from the original, half away from zero."""
    inputs = renewing(
        str(Decimal("1e-10") * sign), renewal_term_months="1", renewal_uplift_percent="50"
    )
    marts = run("2024-05-15T00:00:00Z", inputs)
    prices = [row["price"] for row in marts["prices"] if row["renewal_number"] <= 3]
    assert prices == [Decimal(digit) * sign / 10**10 for digit in ("1", "2", "2", "3")]


def test_renewals_start_on_the_day_of_the_first_end() -> None:
    """Clipped to the month's end, and never sticky."""
    inputs = renewing(started_at="2023-12-31", ended_at="2024-01-31", renewal_uplift_percent="1")
    marts = run("2024-04-30T00:00:00Z", inputs)
    begins = [row["effective_at"] for row in marts["prices"]][1:5]
    days = ((1, 31), (2, 29), (3, 31), (4, 30))
    assert begins == [datetime(2024, month, day) for month, day in days]


@pytest.mark.parametrize(
    ("start", "end", "second"),
    [
        ("2024-01-31", "2024-02-29", datetime(2024, 3, 31)),
        ("2024-01-15", "2024-03-14", datetime(2024, 4, 14)),
        ("2024-01-15", "2024-01-20", datetime(2024, 2, 20)),
        ("2024-01-15 10:00", "2024-03-15", datetime(2024, 5, 15)),
        ("2024-01-15", "2024-03-15 10:00", datetime(2024, 5, 15)),
    ],
)
def test_renewals_are_as_long_as_the_first_term(start: str, end: str, second: datetime) -> None:
    """In whole months between local dates, at least one: 1, 1, none, 2, and 2."""
    inputs = renewing(started_at=start, ended_at=end, renewal_uplift_percent="1")
    marts = run("2024-05-30T00:00:00Z", inputs)
    assert marts["prices"][2]["effective_at"] == second


def test_periods_go_on_in_renewals() -> None:
    """The end of the first term is no cut if nothing changes; else both parts are prorated."""
    term = {"started_at": "2024-01-15", "ended_at": "2024-02-15"}
    marts = run("2024-03-20T00:00:00Z", renewing(**term))
    # 100 * 17/31, then whole months.
    assert amounts(marts) == decimals("54.84", "100", "100")
    marts = run("2024-03-20T00:00:00Z", renewing(**term, renewal_uplift_percent="10"))
    # 100 * 14/29 and 110 * 15/29; 110 * 14/31 and 121 * 17/31.
    assert amounts(marts) == decimals("54.84", "48.28", "56.90", "49.68", "66.35")
    assert len(marts["invoices"]) == 3


def test_yearly_fee_across_a_renewal() -> None:
    """Not prorated, in advance: what is in force when the year begins, so 5 % more from 2026."""
    terms = {"prorate": "false", "invoice_delivery": "ADVANCED", "invoice_schedule": "12"}
    term = {"started_at": "2024-01-15", "ended_at": "2025-01-15", "auto_renew": "true"}
    inputs = basic("1000", list_prices=terms, contracts={**term, "renewal_uplift_percent": "5"})
    marts = run("2026-06-01T00:00:00Z", inputs)
    assert amounts(marts) == decimals("1000", "1000", "1050")


def test_renewals_have_happened_before_they_do() -> None:
    """A period that starts by the as-of instant is whole, also where a renewal in it lies ahead."""
    term = {"started_at": "2024-01-15", "ended_at": "2024-02-15"}
    for day in ("01", "20"):
        marts = run(f"2024-02-{day}T00:00:00Z", renewing(**term, renewal_uplift_percent="10"))
        assert amounts(marts) == decimals("54.84", "48.28", "56.90")


@pytest.mark.parametrize(
    ("cells", "fees"),
    [
        ({"auto_renew": "false"}, ("31", "31")),
        ({"terminated_at": "2024-04-11"}, ("31", "31", "31", "10.33")),
        ({"archived_at": "2024-04-11"}, ("31", "31", "31", "10.33")),
        ({"ineffective_at": "2024-04-11"}, ("31", "31", "31", "10.33")),
        # It ends by something else than its ended_at.
        ({"terminated_at": "2024-03-01"}, ("31", "31")),
        ({"ineffective_at": "2024-02-01"}, ("31",)),
    ],
)
def test_what_ends_renewals(cells: dict[str, str], fees: tuple[str, ...]) -> None:
    """31 * 10/30 = 10.33 for a part of April."""
    marts = run("2024-12-01T00:00:00Z", renewing("31", **cells))
    assert amounts(marts) == decimals(*fees)


def test_the_last_row_renews() -> None:
    """The word of an earlier row does not count."""
    inputs = amended("10", "FIXED", contracts=RENEWED)
    assert len(amounts(run("2024-05-15T00:00:00Z", inputs))) == 6
    inputs["contracts"][1]["auto_renew"] = None
    assert len(amounts(run("2024-05-15T00:00:00Z", inputs))) == 3


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("renewal_term_months", "0", "BAD_RENEWAL_TERM"),
        ("renewal_term_months", "1201", "BAD_RENEWAL_TERM"),
        ("renewal_uplift_percent", "-100", "OUT_OF_RANGE"),
        ("renewal_uplift_percent", "1000", "OUT_OF_RANGE"),
    ],
)
def test_renewal_that_cannot_be(column: str, cell: str, reason: str) -> None:
    """It is reported, and there is none."""
    marts = run("2024-12-01T00:00:00Z", renewing(**{column: cell}))
    assert amounts(marts) == decimals("100", "100")
    assert reasons(marts) == [("k1", reason)]


def test_renewal_without_end() -> None:
    """An open contract is one term; the year 9999 is no end either, and nothing to report."""
    inputs = renewing(ended_at="9999-12-31", renewal_uplift_percent="5")
    marts = run("2024-05-15T00:00:00Z", inputs)
    assert amounts(marts) == decimals(*["100"] * 5)
    assert reasons(marts) == []
    inputs["contracts"][0]["ended_at"] = None
    assert reasons(run("2024-05-15T00:00:00Z", inputs)) == [("k1", "RENEWAL_WITHOUT_END")]


def test_amendment_in_a_renewal() -> None:
    """A first term again: 110 from March, 100 from 16 May to August, 110 in September.

    In May 110 * 15/31 and 100 * 16/31.
    """
    terms = {"renewal_term_months": "12", "renewal_uplift_percent": "10"}
    inputs = renewing(**terms)
    amendment = {"id": "k2", "effective_at": "2024-05-16", "ended_at": "2024-09-01"}
    inputs["contracts"].append({**inputs["contracts"][0], **amendment})
    marts = run("2024-09-15T00:00:00Z", inputs)
    fees = ("100", "100", "110", "110", "53.23", "51.61", "100", "100", "100", "110")
    assert amounts(marts) == decimals(*fees)
    assert reasons(marts) == []


def test_renewals_keep_their_pricebook_row() -> None:
    """Neither the end nor the next row of the pricebook changes a renewal."""
    inputs = renewing(renewal_uplift_percent="5")
    inputs["pricebooks"].append({"id": "b2", "durable_id": "b", "effective_at": "2024-04-01"})
    inputs["list_prices"].append({**inputs["list_prices"][0], "id": "l2", "pricebook_uid": "b2"})
    inputs["list_prices"][1]["price"] = "999"
    as_of = "2024-04-15T00:00:00Z"
    assert amounts(run(as_of, inputs)) == decimals("100", "100", "105", "105")
    inputs["pricebooks"][0]["archived_at"] = "2024-03-15"
    assert amounts(run(as_of, inputs)) == decimals("100", "100", "105", "105")
    inputs["pricebooks"][0]["archived_at"] = "2024-02-15"
    marts = run(as_of, inputs)
    # 100 * 14/29.
    assert amounts(marts) == decimals("100", "48.28")
    assert reasons(marts) == [("k1", "HOLE_IN_TERM")]


def test_prices_of_the_last_instant_go_on() -> None:
    """An override that is in force then stays, one that has ended does not come back."""
    inputs = renewing()
    inputs["contract_prices"] = [override("o", price="80", started_at="2024-02-01")]
    as_of = "2024-04-15T00:00:00Z"
    assert amounts(run(as_of, inputs)) == decimals("100", "80", "80", "80")
    inputs["contract_prices"] = [override("o", price="80", ended_at="2024-02-01")]
    assert amounts(run(as_of, inputs)) == decimals("80", "100", "100", "100")
    inputs["contract_prices"] = []
    inputs["products"][0]["archived_at"] = "2024-04-11"
    assert amounts(run(as_of, inputs)) == decimals("100", "100", "100", "33.33")


@pytest.mark.parametrize(
    ("window", "fees"),
    [
        # 80 * 1.05 twice, then 100 * 1.05^3.
        ({"ended_at": "2024-05-01"}, ("80", "80", "84", "88.20", "115.76")),
        # Agreed for April: it rises from the renewal of May on.
        ({"started_at": "2024-04-01"}, ("100", "100", "105", "80", "84")),
    ],
)
def test_dates_in_a_renewal_hold(window: dict[str, str], fees: tuple[str, ...]) -> None:
    """What ends or begins there by itself; 5 % each month from March on."""
    inputs = renewing(renewal_term_months="1", renewal_uplift_percent="5")
    inputs["contract_prices"] = [override("o", price="80", **window)]
    marts = run("2024-05-15T00:00:00Z", inputs)
    assert amounts(marts) == decimals(*fees)
    assert reasons(marts) == []


def test_phases_and_renewals() -> None:
    """They count from the start: 10 % more in March; 999 from April as written, then it rises."""
    inputs = renewing(renewal_uplift_percent="10")
    inputs["list_prices"][0]["end_period"] = "3"
    second = {"id": "l2", "start_period": "3", "price": "999"}
    inputs["list_prices"].append({**inputs["list_prices"][0], **second, "end_period": None})
    marts = run("2024-05-15T00:00:00Z", inputs)
    assert amounts(marts) == decimals("100", "100", "110", "999", "1098.90")


def test_one_time_prices_do_not_repeat() -> None:
    """Once on its date, and the rest each month."""
    inputs = renewing(renewal_term_months="1")
    inputs["products"].append({"id": "p2", "name": "Setup", "ptype": "FIXED"})
    setup = {"id": "l2", "product_uid": "p2", "price": "7", "invoice_delivery": "ONE_TIME"}
    inputs["list_prices"].append({**inputs["list_prices"][0], **setup})
    marts = run("2024-05-15T00:00:00Z", inputs)
    assert amounts(marts, product_uid="p2") == decimals("7")
    assert len(amounts(marts, product_uid="p1")) == 5
    inputs["list_prices"][1]["invoice_schedule"] = "3"
    marts = run("2024-05-15T00:00:00Z", inputs)
    # On 1 April the contract is in force, by then in a renewal.
    assert amounts(marts, product_uid="p2") == decimals("7")
    assert reasons(marts) == []


def test_usage_in_a_renewal() -> None:
    """Twice the price; 2 units stay free and 10 the minimum: (5 - 2) * 2 = 6, and 4 more."""
    inputs = renewing("1", "EVENT", renewal_uplift_percent="100")
    inputs["list_prices"][0].update(free_quantity="2", minimum_amount="10")
    inputs["usage_events"] = [event(str(day), f"2024-03-0{day}") for day in range(1, 6)]
    inputs["usage_events"].append(event("late", "2025-01-01"))
    marts = run("2024-03-10T00:00:00Z", inputs)
    assert amounts(marts) == decimals("0", "10", "0", "10", "6", "4")
    # In force for ever, but beyond the horizon.
    assert outcomes(marts) == [*["RATED"] * 5, "NOT_PRICED"]


@pytest.mark.long
@pytest.mark.parametrize(
    ("mart", "key", "features"),
    [
        ("invoices", "invoice_id", (RENEWALS, TERMINATIONS)),
        # A phase that begins later in the period adds a line to an invoice in advance.
        ("line_items", "line_item_id", (RENEWALS, TERMINATIONS, RENEWAL_EDGES)),
    ],
)
def test_what_is_final_stays_as_it_is(mart: str, key: str, features: tuple[str, ...]) -> None:
    """Whatever is renewed later: random contracts, seen at five instants one after another."""
    compared = 0
    for seed in range(30):
        inputs = random_case(seed, "q001_", ["2024"], features)
        before: dict[object, Row] = {}
        for days in (90, 170, 250, 330, 410):
            as_of = ERAS["2024"][0] + timedelta(days=days)
            now = {row[key]: row for row in run(f"{as_of}T00:00:00Z", inputs)[mart]}
            for row_id, row in before.items():
                assert now[row_id] | {"created_at": None} == row | {"created_at": None}
            before = {row_id: row for row_id, row in now.items() if row["status"] == "FINALIZED"}
            compared += len(before)
    assert compared > 500


@pytest.mark.long
def test_renewals_without_uplift_are_one_long_term() -> None:
    """A contract that renews itself owes what one without an end does, if nothing else ends."""
    compared = 0
    for seed in range(60):
        inputs = random_case(seed, "q001_", ["2024"], (RENEWALS, RENEWAL_EDGES))
        for price in inputs["contract_prices"]:
            price.update(started_at=None, ended_at=None, start_period=None, end_period=None)
            price["renews"] = None
        for price in inputs["list_prices"]:
            price.update(start_period=None, end_period=None)
        # Amendments of the pricebook after the first term do not count in renewals.
        books = ("effective_at", "ineffective_at", "archived_at")
        inputs["pricebooks"] = [
            {**book, **dict.fromkeys(books)}
            for book in inputs["pricebooks"]
            if book["effective_at"] is None
        ]
        for row in inputs["contracts"]:
            row.update(effective_at=None, ineffective_at=None, archived_at=None)
            row.update(terminated_at=None, renewal_uplift_percent=None)
        inputs["contracts"] = [row for row in inputs["contracts"] if row["auto_renew"] == "true"]
        first_rows = {}
        for row in inputs["contracts"]:
            first_rows.setdefault(row["durable_id"], row)
        inputs["contracts"] = list(first_rows.values())
        renewed = run("2025-03-01T00:00:00Z", inputs)
        for row in inputs["contracts"]:
            row["ended_at"] = None
        endless = run("2025-03-01T00:00:00Z", inputs)
        # One-time prices may come later than the first term ends.
        keys = {row["line_item_id"] for row in renewed["line_items"]}
        late = [
            row
            for row in endless["line_items"]
            if row["line_item_id"] not in keys and row["line_type"] == "one_time"
        ]
        lines = [row for row in endless["line_items"] if row not in late]
        assert by_id(renewed["line_items"]) == by_id(lines), f"seed {seed}"
        compared += len(lines)
    assert compared > 500


# Quotes


def test_preview() -> None:
    """10 in each month but February, 2 each, 10 % off: 18, 12.60, 18, 18; nothing on main."""
    inputs = quoted()
    inputs["quote_prices"] = [
        {"id": "x", "quote_id": "q", "list_price_uid": "l1", "discount_percent": "10"}
    ]
    inputs["quote_usage"] = [assumed("10"), assumed("7", "2024-02-01")]
    marts = run("2024-01-01T00:00:00Z", inputs)
    assert preview(marts) == decimals("18", "12.60", "18", "18")
    assert preview(marts, "quote_invoices", "total") == decimals("18", "12.60", "18", "18")
    assert set(preview(marts, column="contract_uid")) == {"quote:q"}
    assert (marts["line_items"], marts["pricing_exceptions"]) == ([], [])


def test_usage_without_assumption() -> None:
    """Is 0, and a fee is none; several assumptions of one period add up."""
    inputs = quoted()
    inputs["quote_usage"] = [assumed("7", "2024-02-01"), assumed("3", "2024-02-01", id="more")]
    assert preview(run(IN_JANUARY, inputs)) == decimals("0", "20", "0", "0")
    inputs["quote_usage"] = [assumed("7", "2024-02-01"), assumed("9", "2024-02-02")]
    assert preview(run(IN_JANUARY, inputs)) == decimals("0", "14", "0", "0")
    assert preview(run(IN_JANUARY, quoted("31", "FIXED"))) == decimals("17", "31", "31", "14.47")


@pytest.mark.parametrize(
    ("aggregation", "owed"), [("SUM", ("14", "0")), ("WEIGHTED_SUM", ("14", "0")), ("MAX", ("21",))]
)
def test_assumed_usage_of_a_cut_period(aggregation: str, owed: tuple[str, ...]) -> None:
    """On the first span at 2, or on the last one at 3."""
    inputs = quoted(started_at="2024-02-01", ended_at="2024-03-01")
    inputs["products"][0]["aggregation"] = aggregation
    inputs["quote_usage"] = [assumed("7")]
    dearer = {"price": "3", "started_at": "2024-02-10"}
    inputs["quote_prices"] = [{"id": "x", "quote_id": "q", "list_price_uid": "l1", **dearer}]
    assert preview(run(IN_JANUARY, inputs)) == decimals(*owed)


@pytest.mark.parametrize(
    ("started_at", "anchor", "count"),
    [
        ("2024-01-01", "CALENDAR", 12),
        # From 15 January 2024 to the period of January 2025, which starts before the 15th.
        ("2024-01-15", "CALENDAR", 13),
        ("2024-01-15", "ANNIVERSARY", 12),
        ("2024-01-15 10:00", "ANNIVERSARY", 12),
    ],
)
def test_preview_of_an_open_quote(started_at: str, anchor: str, count: int) -> None:
    """The periods that start within 12 months of its start, whatever the as-of instant."""
    quote = {"started_at": started_at, "ended_at": None, "billing_anchor": anchor}
    for as_of in ("2023-01-01T00:00:00Z", "2026-01-01T00:00:00Z"):
        assert len(run(as_of, quoted("1", "FIXED", **quote))["quote_invoices"]) == count


def test_accepted_quote() -> None:
    """A contract with the same ids, and the same invoices as its preview."""
    inputs = quoted("31", "FIXED", state="ACCEPTED", payment_terms_days="14")
    marts = run("2024-06-01T00:00:00Z", inputs)
    assert amounts(marts) == decimals("17", "31", "31", "14.47")
    for main, previewed in (("line_items", "quote_line_items"), ("invoices", "quote_invoices")):
        assert [{"quote_id": "q", **row} for row in marts[main]] == marts[previewed]
    assert {row["contract_id"] for row in marts["invoices"]} == {"quote:q"}


@pytest.mark.parametrize("state", ["DRAFT", "SENT", "REJECTED"])
def test_quotes_that_are_not_accepted(state: str) -> None:
    """Are previews only."""
    marts = run("2024-06-01T00:00:00Z", quoted("31", "FIXED", state=state))
    assert (marts["line_items"], len(marts["quote_line_items"])) == ([], 4)


def test_quote_that_stands_in_contracts() -> None:
    """That contract is billed instead, once; not if it is void."""
    inputs = quoted("31", "FIXED", state="ACCEPTED")
    term = {"started_at": "2024-01-15", "ended_at": "2024-02-15"}
    names = {"id": "k1", "durable_id": "k", "customer_id": "c1", "pricebook_id": "b"}
    inputs["contracts"] = [{**names, **term, "quote_id": "q"}]
    marts = run("2024-06-01T00:00:00Z", inputs)
    assert amounts(marts) == decimals("17", "14.97")
    assert {row["contract_id"] for row in marts["line_items"]} == {"k"}
    assert len(marts["quote_line_items"]) == 4
    inputs["contracts"][0]["void"] = "true"
    marts = run("2024-06-01T00:00:00Z", inputs)
    assert {row["contract_id"] for row in marts["line_items"]} == {"quote:q"}


def test_prospects() -> None:
    """They are quoted, by name; they cannot accept, which is reported."""
    prospect = {"customer_id": None, "prospect_name": "Somebody", "state": "ACCEPTED"}
    marts = run("2024-06-01T00:00:00Z", quoted("31", "FIXED", **prospect))
    assert preview(marts) == decimals("17", "31", "31", "14.47")
    assert set(preview(marts, "quote_invoices", "customer_name")) == {"Somebody"}
    assert (marts["line_items"], reasons(marts)) == ([], [("q1", "ACCEPTED_WITHOUT_CUSTOMER")])


def test_several_rows_of_a_quote() -> None:
    """The lowest id counts; versions of one id as everywhere."""
    inputs = quoted("31", "FIXED", state="ACCEPTED")
    row = inputs["quotes"][0]
    inputs["quotes"] += [
        {**row, "id": "q0", "ended_at": "2024-02-01"},
        {**row, "id": "q0", "version": "1", "ended_at": "2024-03-01"},
    ]
    marts = run("2024-06-01T00:00:00Z", inputs)
    assert amounts(marts) == preview(marts) == decimals("17", "31")
    assert reasons(marts) == [("q1", "QUOTE_SUPERSEDED")]


def test_a_quote_does_not_renew_in_its_preview() -> None:
    """Its contract does: 31 * 14/30 of April in the preview, the whole month on main."""
    inputs = quoted("31", "FIXED", state="ACCEPTED", auto_renew="true")
    marts = run("2024-05-15T00:00:00Z", inputs)
    assert preview(marts) == decimals("17", "31", "31", "14.47")
    assert amounts(marts) == decimals("17", "31", "31", "31", "31")


# A quote, once accepted and used as it assumed, owes what its preview says


class AcceptedQuote:
    """A random quote alone, accepted, and events that add up to what it assumes."""

    def __init__(self, seed: int, features: Collection[str]) -> None:
        """Make a case, and keep one of its quotes with a customer, if it has one."""
        self.rng = random.Random(seed)
        self.inputs = random_case(seed, "q001_", list(ERAS), features)
        quotes = [row for row in self.inputs["quotes"] if row["id"] and row["customer_id"]]
        self.quote: Cells | None = self.rng.choice(quotes) if quotes else None
        if self.quote is not None:
            changes = {"state": "ACCEPTED", "auto_renew": None, "branch": None, "is_deleted": None}
            self.inputs["quotes"] = [{**self.quote, **changes}]
            self.inputs["contracts"], self.inputs["contract_prices"] = [], []
            self.inputs["usage_events"], self.inputs["product_filters"] = [], []
            self.inputs["orders"] = []
            self.meter_apart()
            self.cut_periods()

    def meter_apart(self) -> None:
        """Give each product events of its own, and all ways to add them up a turn."""
        self.aggregations = {}
        for product in self.inputs["products"]:
            if product["ptype"] == "EVENT":
                aggregation = self.aggregations.setdefault(
                    product["id"], self.rng.choice(AGGREGATIONS)
                )
                product["event_name"] = f"event of {product['id']}"
                product["aggregation"], product["agg_property"] = aggregation, "n"
        whole = ("COUNT", "UNIQUE_COUNT")
        for row in self.inputs["quote_usage"]:
            if self.aggregations.get(row["product_uid"]) in whole:
                row["quantity"] = str(self.rng.randint(0, 7))

    def cut_periods(self) -> None:
        """Change some prices in the middle of a period."""
        text = self.quote["started_at"] or ""
        if not text.startswith("20"):
            return
        for number, list_price in enumerate(list(self.inputs["list_prices"])):
            day = date.fromisoformat(text[:10]) + timedelta(days=self.rng.randint(2, 50))
            self.inputs["quote_prices"].append(
                {
                    "id": f"cut{number}",
                    "quote_id": self.quote["durable_id"],
                    "list_price_uid": list_price["id"],
                    "price": str(self.rng.randint(1, 9)),
                    "started_at": day.isoformat(),
                }
            )

    def first_spans(self, marts: Marts) -> Iterator[tuple[Row, Decimal]]:
        """Return each period's first usage line, and what the period assumes."""
        periods = defaultdict(list)
        for line in marts["quote_line_items"]:
            if line["line_type"] == "usage":
                nominal = line["nominal_start_date"], line["nominal_end_date"]
                periods[line["lineage_id"], nominal].append(line)
        for lines in periods.values():
            lines.sort(key=lambda line: line["effective_at"])
            yield lines[0], sum((line["quantity"] for line in lines), Decimal(0))

    def use(self, marts: Marts) -> bool:
        """Add the events; return whether there can be such events.

        Not if an event would count twice: two prices of one product at once.
        """
        zones = {Zone.get(row["billing_timezone"]) for row in marts["prices"]}
        lineages = {}
        for line, quantity in self.first_spans(marts):
            product_uid, lineage = line["product_uid"], line["lineage_id"]
            if lineages.setdefault(product_uid, lineage) != lineage:
                return False
            begin, end = line["effective_at"], line["ineffective_at"]
            if self.aggregations[product_uid] == "WEIGHTED_SUM":
                (zone,) = zones
                if not self.hold_level(line, quantity, zone):
                    return False
                continue
            for value in self.values(self.aggregations[product_uid], quantity):
                seconds = int(self.rng.random() * (end - begin).total_seconds())
                self.send(line, begin + timedelta(seconds=seconds), value)
        return True

    def values(self, aggregation: str, quantity: Decimal) -> list[object]:
        """Return the values of some events."""
        if aggregation == "COUNT":
            return [None] * int(quantity)
        if aggregation == "UNIQUE_COUNT":
            names = [f"name {number}" for number in range(int(quantity))]
            return names + names[:2]
        if aggregation == "SUM":
            part = Decimal(self.rng.randint(-500, 500)) / 7
            part = part.quantize(Decimal("1e-9"))
            return [str(part), str(quantity - part)]
        if aggregation == "MAX":
            return [str(quantity), str(quantity - 1)]
        return [str(quantity)]

    def hold_level(self, line: Row, quantity: Decimal, zone: Zone) -> bool:
        """Hold 1024 times a quantity for 1/1024 of the period, if the span is as long as that."""
        begin = line["effective_at"]
        days = line["nominal_start_date"], line["nominal_end_date"]
        share = (zone.midnight(days[1]) - zone.midnight(days[0])) / 1024
        if line["ineffective_at"] - begin < share:
            return False
        self.send(line, begin, str(quantity * 1024))
        self.send(line, begin + share, str(-quantity * 1024))
        return True

    def send(self, line: Row, moment: datetime, value: object) -> None:
        """Add an event."""
        number = len(self.inputs["usage_events"])
        properties = {"name": f"event of {line['product_uid']}", "n": value}
        self.inputs["usage_events"].append(
            {
                "transaction_id": f"t{number}",
                "customer_id": self.quote["customer_id"],
                "metered_at": moment.replace(tzinfo=UTC).isoformat(timespec="microseconds"),
                "properties": json.dumps(properties),
            }
        )


def last_instant(marts: Marts, quote: Cells) -> str:
    """Return an as-of instant at which all periods of a preview have started, and no others."""
    begins = [row["started_at"] for row in marts["quote_line_items"]]
    has_end = (quote["ended_at"] or "").startswith("20")
    if has_end or not begins:
        return "2030-01-01T00:00:00Z"
    return f"{max(begins).isoformat()}Z"


# A price by the event owes another amount for several events than for the assumed one; and events
# that make nothing together have a cell, which an assumption of nothing has not.
QUANTITY_FEATURES = tuple(feature for feature in FEATURES if feature not in (PERCENTAGES, MATRIX))


@pytest.mark.long
@pytest.mark.parametrize("features", [FLAT_FEATURES, QUANTITY_FEATURES])
def test_accepted_quotes_owe_what_their_previews_say(features: tuple[str, ...]) -> None:
    """Line for line, in all columns but the number of events, which a preview does not have."""
    compared, aggregations = 0, set()
    for seed in range(200):
        case = AcceptedQuote(seed, features)
        if case.quote is None:
            continue
        settings = {"as_of": "2030-01-01T00:00:00Z"}
        unused = compute(case.inputs, settings)
        settings["as_of"] = last_instant(unused, case.quote)
        if not case.use(unused):
            continue
        marts = compute(case.inputs, settings)
        for main, previewed in (("line_items", "quote_line_items"), ("invoices", "quote_invoices")):
            ours, theirs = (
                sorted(
                    (
                        {k: v for k, v in row.items() if k not in ("event_count", "quote_id")}
                        for row in marts[mart]
                    ),
                    key=lambda row: str(row.get("line_item_id", row["invoice_id"])),
                )
                for mart in (main, previewed)
            )
            assert ours == theirs, f"seed {seed}"
            compared += len(theirs)
        aggregations |= {
            case.aggregations[row["product_uid"]]
            for row in marts["quote_line_items"]
            if row["line_type"] == "usage" and row["quantity"]
        }
    assert compared > 1000
    assert aggregations == set(AGGREGATIONS)


# Recurring revenue


def movements(marts: Marts) -> list[tuple[str, Decimal, dict[str, Decimal]]]:
    """Return month, revenue, and what moved it."""
    result = []
    for row in marts["contract_mrr"]:
        moved = {key.removesuffix("_mrr"): row[key] for key in row if key.endswith("_mrr")}
        assert sum(moved.values()) == row["mrr"] - row["mrr_before"]
        moved = {kind: amount for kind, amount in moved.items() if amount}
        result.append((f"{row['month_start_date']:%Y-%m}", row["mrr"], moved))
    return result


def test_mrr() -> None:
    """2 seats of 100, 10 % off from March; 105 from May; gone in July."""
    inputs = basic(
        "100",
        list_prices={"fixed_quantity": "2"},
        contracts={
            "ended_at": "2024-05-01",
            "auto_renew": "true",
            "renewal_uplift_percent": "5",
            "terminated_at": "2024-07-20",
        },
    )
    inputs["contract_prices"] = [override("o", discount_percent="10", started_at="2024-03-01")]
    assert movements(run("2024-08-15T00:00:00Z", inputs)) == [
        ("2024-01", 200, {"new": 200}),
        ("2024-02", 200, {}),
        ("2024-03", 180, {"contraction": -20}),
        ("2024-04", 180, {}),
        ("2024-05", 189, {"renewal": 9}),
        ("2024-06", 189, {}),
        ("2024-07", 0, {"churn": -189}),
    ]


def test_mrr_of_a_renewal_and_more() -> None:
    """On 15 February 5 % more, on the 20th 20 off: 5 and -20; a year of 85 is 1020."""
    term = {"started_at": "2024-01-15", "ended_at": "2024-02-15", "renewal_uplift_percent": "5"}
    inputs = renewing(**term, renewal_term_months="12")
    inputs["contract_prices"] = [override("o", discount_amount="20", started_at="2024-02-20")]
    marts = run("2024-02-20T00:00:00Z", inputs)
    assert movements(marts) == [
        ("2024-01", 100, {"new": 100}),
        ("2024-02", 85, {"renewal": 5, "contraction": -20}),
    ]
    assert [row["arr"] for row in marts["contract_mrr"]] == [1200, 1020]


def test_mrr_is_never_negative() -> None:
    """A fee of 50 and a credit of 60."""
    inputs = basic("50")
    inputs["products"].append({"id": "p2", "name": "Credit", "ptype": "FIXED"})
    credit = {"id": "x", "contract_id": "k", "product_uid": "p2", "price": "-60"}
    inputs["contract_prices"] = [{**credit, "started_at": "2024-02-01"}]
    found = movements(run("2024-03-15T00:00:00Z", inputs))
    assert found == [("2024-01", 50, {"new": 50}), ("2024-02", 0, {"churn": -50})]


def test_mrr_of_another_customer() -> None:
    """Churn of the one, new of the other."""
    inputs = amended("31", "FIXED")
    inputs["contracts"][1]["customer_id"] = "c2"
    inputs["contracts"][1]["effective_at"] = "2024-02-15"
    marts = run("2024-02-20T00:00:00Z", inputs)
    found = [(row["customer_id"], row["mrr"]) for row in marts["contract_mrr"]]
    assert found == [("c1", 31), ("c1", 0), ("c2", 31)]
    assert [row["new_mrr"] for row in marts["contract_mrr"]] == [31, 0, 31]


def test_mrr_of_a_hole() -> None:
    """Who comes back is reactivated."""
    inputs = basic("31", contracts={"ended_at": "2024-02-01"})
    inputs["contracts"].append(
        {**inputs["contracts"][0], "id": "k2", "effective_at": "2024-04-01", "ended_at": None}
    )
    assert movements(run("2024-04-15T00:00:00Z", inputs)) == [
        ("2024-01", 31, {"new": 31}),
        ("2024-02", 0, {"churn": -31}),
        ("2024-04", 31, {"reactivation": 31}),
    ]


def test_mrr_counts_what_recurs() -> None:
    """1/3 three times is 1.00, (100 - 10) / 12 is 7.50; usage, setup and the days are left out."""
    quarter = {"invoice_schedule": "3", "invoice_delivery": "ADVANCED"}
    inputs = basic("1", list_prices=quarter, contracts={"started_at": "2024-01-20"})
    inputs["products"] += [
        {"id": "p2", "name": "Usage", "ptype": "EVENT", "event_name": "e"},
        {"id": "p3", "name": "Other", "ptype": "FIXED"},
    ]
    more = [
        {"id": "l2", "product_uid": "p3"},
        {"id": "l3", "product_uid": "p3", "start_period": "0", "end_period": "12"},
        {"id": "l4", "product_uid": "p3", "price": "50", "invoice_delivery": "ONE_TIME"},
        {"id": "l5", "product_uid": "p2", "price": "3", "invoice_delivery": None},
    ]
    inputs["list_prices"] += [{**inputs["list_prices"][0], **cells} for cells in more]
    assert movements(run(IN_JANUARY, inputs)) == [("2024-01", 1, {"new": 1})]
    year = {"price": "100", "invoice_schedule": "12", "discount_amount": "10"}
    extra = {"id": "x", "contract_id": "k", "product_uid": "p3", "started_at": "2024-02-10"}
    inputs["contract_prices"] = [{**extra, **year}]
    (_, february) = movements(run("2024-02-01T00:00:00Z", inputs))
    assert february == ("2024-02", Decimal("8.50"), {"expansion": Decimal("7.50")})


# Random cases


def test_features_leave_cases_as_they_are() -> None:
    """A case is the same with and without, but for what a feature adds."""
    added = [feature for feature in FLAT_FEATURES if feature != ODD_CELLS]
    changed = ("archived_at", "terminated_at", "end_reason", "quote_id", *RENEWAL)
    for seed in range(20):
        plain, rich = (random_case(seed, "q001_", list(ERAS), each) for each in ((), added))
        for name in SCHEMA:
            columns = set(COLUMNS[name]) - set(changed if name == "contracts" else ())
            number = len(plain[name])
            for row, other in zip(plain[name], rich[name][:number], strict=True):
                assert {key: row[key] for key in columns} == {key: other[key] for key in columns}
        assert rich["usage_events"][: len(plain["usage_events"])] == plain["usage_events"]


def test_random_cases_have_the_features() -> None:
    """Renewed prices, previews, accepted quotes and their usage, and recurring revenue."""
    found = defaultdict(int)
    for seed in range(40):
        era = list(ERAS)[seed % len(ERAS)]
        rng = random.Random(f"{seed}")
        inputs = ProvisionedCaseMaker(rng, "q001_", era, FLAT_FEATURES).make()
        as_of = ERAS[era][0] + timedelta(days=300)
        marts = compute(inputs, {"as_of": f"{as_of}T00:00:00Z"})
        found["renewed"] += sum(
            row["renewal_number"] > 0 and row["effective_at"].date() < as_of
            for row in marts["prices"]
        )
        found["previewed"] += len(marts["quote_line_items"])
        found["assumed"] += sum(
            bool(row["quantity"]) and row["line_type"] == "usage"
            for row in marts["quote_line_items"]
        )
        accepted = [row for row in marts["line_items"] if row["contract_id"].startswith("quote:")]
        found["accepted"] += len(accepted)
        found["used"] += sum(bool(row["event_count"]) for row in accepted)
        found["terminated"] += sum(bool(row["terminated_at"]) for row in inputs["contracts"])
        found["recurring"] += len(marts["contract_mrr"])
        found["at list prices"] += sum(
            row["renewal_pricing"] == "LIST" for row in inputs["contracts"]
        )
        found["renews or not"] += sum(bool(row["renews"]) for row in inputs["contract_prices"])
        found["ends with its term"] += sum(
            row["reason"] == "ENDS_WITH_TERM" for row in marts["pricing_exceptions"]
        )
        found["negotiated"] += sum(
            row["renewal_number"] is None for row in marts["contract_events"]
        )
        ordered = [row for row in marts["line_items"] if row["contract_id"].startswith("order:")]
        found["ordered"] += len(ordered)
        starts = {(row["durable_id"], row["started_at"]) for row in inputs["orders"]}
        found["orders with one start"] += len(inputs["orders"]) - len(starts)
    assert all(found.values()), dict(found)
