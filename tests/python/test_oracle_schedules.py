"""The oracle's weeks, days and trials, by hand: which periods there are, and what they owe."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from oracle import compute
from oracle.cases import ERAS
from oracle.labels import untrue_labels
from oracle.provisioned_cases import FEATURES, SCHEDULES, TRIALS, random_case
from oracle_tables import (
    Inputs,
    Marts,
    Row,
    amounts,
    basic,
    decimals,
    event,
    outcomes,
    override,
    reasons,
    run,
)

# A Wednesday; 6 and 13 May are Mondays.
MAY = {"started_at": "2024-05-01", "ended_at": "2024-05-13"}
LATER = "2024-07-01T00:00:00Z"
IN_2025 = "2025-02-01T00:00:00Z"
WEEKLY = {"invoice_schedule": "1", "schedule_unit": "WEEK"}
DAILY = {"invoice_schedule": "1", "schedule_unit": "DAY"}
ANNIVERSARY = {"billing_anchor": "ANNIVERSARY"}
ONCE = {"invoice_delivery": "ONE_TIME"}


def fee(price: str, cells: Row, term: Row = MAY, **changes: Row) -> Inputs:
    """Return a contract with one fee."""
    return basic(price, list_prices=cells, contracts=term, **changes)


def usage(cells: Row, *events: Row, price: str = "1", term: Row = MAY, **product: str) -> Inputs:
    """Return a contract with a product that counts events, or sums them if it has a property."""
    inputs = basic(price, "EVENT", list_prices=cells, contracts=term, products=product)
    inputs["usage_events"] = list(events)
    return inputs


def nominal(marts: Marts) -> list[tuple[str, str]]:
    """Return the nominal periods of the spans, in order of time."""
    spans = sorted(marts["price_spans"], key=lambda span: span["effective_at"])
    return [
        tuple(span[f"nominal_{side}_date"].strftime("%m-%d") for side in ("start", "end"))
        for span in spans
    ]


def begins(marts: Marts, column: str = "effective_at") -> list[str]:
    """Return when the spans begin to be in force, or their periods."""
    spans = sorted(marts["price_spans"], key=lambda span: span["effective_at"])
    return [f"{span[column]:%m-%d %H:%M}" for span in spans]


# Weeks and days


@pytest.mark.parametrize(
    ("price", "cells", "periods", "expected"),
    [
        # From Monday 29 April, in force from Wednesday: 5/7 of 70; then a whole week.
        ("70", WEEKLY, [("04-29", "05-06"), ("05-06", "05-13")], ("50", "70")),
        # From Wednesday: a whole week, and Wednesday to Monday, 5/7 of 70.
        ("70", WEEKLY | ANNIVERSARY, [("05-01", "05-08"), ("05-08", "05-15")], ("70", "50")),
        # Two weeks from Monday 29 April: 12 of 14 days.
        ("70", {**WEEKLY, "invoice_schedule": "2"}, [("04-29", "05-13")], ("60",)),
        # Two weeks from Wednesday: 12 of 14 days.
        (
            *("70", {**WEEKLY, **ANNIVERSARY, "invoice_schedule": "2"}),
            *([("05-01", "05-15")], ("60",)),
        ),
        # Five days: 1 - 6, 6 - 11, and two of 11 - 16. CALENDAR days begin with the price, too.
        *(
            (
                *("10", {**DAILY, **anchor, "invoice_schedule": "5"}),
                *([("05-01", "05-06"), ("05-06", "05-11"), ("05-11", "05-16")], ("10", "10", "4")),
            )
            for anchor in ({}, ANNIVERSARY)
        ),
        # A unit alone, in any row, says nothing: a month, 12 of 31 days.
        ("31", {"schedule_unit": "WEEK"}, [("05-01", "06-01")], ("12",)),
        # Without a unit a schedule is of months; that is what MONTH says, too.
        ("31", {"invoice_schedule": "1"}, [("05-01", "06-01")], ("12",)),
        ("31", {"invoice_schedule": "1", "schedule_unit": "MONTH"}, [("05-01", "06-01")], ("12",)),
    ],
)
def test_periods(
    price: str, cells: Row, periods: list[tuple[str, str]], expected: tuple[str, ...]
) -> None:
    """A prorated fee from Wednesday 1 May to Monday 13 May."""
    marts = run(LATER, fee(price, cells))
    assert (nominal(marts), amounts(marts)) == (periods, decimals(*expected))
    assert reasons(marts) == []


def test_single_days() -> None:
    """10 a day from 1 May to 4 May: three days, each a period."""
    marts = run(LATER, fee("10", DAILY, {"started_at": "2024-05-01", "ended_at": "2024-05-04"}))
    assert amounts(marts) == decimals("10", "10", "10")
    assert nominal(marts) == [("05-01", "05-02"), ("05-02", "05-03"), ("05-03", "05-04")]
    assert len(marts["invoices"]) == 3


def test_rest_of_a_day() -> None:
    """6 hours at the end join the day before them: 10 and 10. A day that begins late is a day."""
    marts = run(
        LATER, fee("10", DAILY, {"started_at": "2024-05-01", "ended_at": "2024-05-03 06:00"})
    )
    assert amounts(marts) == decimals("10", "10")
    assert [row["ended_at"] for row in marts["price_spans"]][-1] == datetime(2024, 5, 3, 6)
    marts = run(
        LATER, fee("10", DAILY, {"started_at": "2024-05-01 18:00", "ended_at": "2024-05-03"})
    )
    assert amounts(marts) == decimals("10", "10")
    assert begins(marts) == ["05-01 18:00", "05-02 00:00"]


def test_change_of_the_clocks() -> None:
    """The week in which Berlin loses an hour has 7 days, and its bounds are local midnights."""
    term = {"started_at": "2024-03-25", "ended_at": "2024-04-03"}
    inputs = fee("70", WEEKLY, term, customers={"billing_timezone": "Europe/Berlin"})
    marts = run(LATER, inputs)
    # Two days of the second week: 70 * 2 / 7.
    assert amounts(marts) == decimals("70", "20")
    assert begins(marts) == ["03-24 23:00", "03-31 22:00"]
    inputs["list_prices"][0].update(DAILY)
    assert amounts(run(LATER, inputs)) == decimals(*["70"] * 9)


def test_a_day_that_does_not_exist() -> None:
    """In Apia 30 December 2011 begins and ends with the 31st: no period, but the 29th has two days.

    So 10 a day are 10, 20, 10, whichever way days are counted.
    """
    term = {"started_at": "2011-12-28", "ended_at": "2012-01-01"}
    inputs = fee("10", DAILY, term, customers={"billing_timezone": "Pacific/Apia"})
    marts = run(LATER, inputs)
    assert amounts(marts) == decimals("10", "20", "10")
    assert nominal(marts) == [("12-28", "12-29"), ("12-29", "12-30"), ("12-31", "01-01")]


def test_leap_days_and_years() -> None:
    """Weeks go on through them: 52 weeks from Monday 1 January 2024 end on 30 December."""
    year = {"started_at": "2024-01-01", "ended_at": "2025-01-01"}
    cells = {**WEEKLY, "invoice_schedule": "52"}
    marts = run(IN_2025, fee("364", cells, year))
    assert nominal(marts) == [("01-01", "12-30"), ("12-30", "12-29")]
    # Two of 364 days are left.
    assert amounts(marts) == decimals("364", "2")


def test_whole_fees() -> None:
    """Without proration each week is owed whole; what is left of one is a stub."""
    marts = run(LATER, fee("70", {**WEEKLY, "prorate": "false"}))
    assert amounts(marts) == decimals("70", "70")
    assert reasons(marts) == [("l1", "UNPRORATED_STUB")]


def test_fees_in_advance() -> None:
    """Periods that begin by the as-of instant, also some that have not ended."""
    cells = {**WEEKLY, "invoice_delivery": "ADVANCED"}
    assert amounts(run("2024-05-05T00:00:00Z", fee("70", cells))) == decimals("50")
    marts = run("2024-05-06T00:00:00Z", fee("70", cells))
    assert amounts(marts) == decimals("50", "70")
    assert {invoice["status"] for invoice in marts["invoices"]} == {"FINALIZED"}


# Phases and ad hoc prices


@pytest.mark.parametrize(
    ("cells", "first", "expected"),
    [
        # 31 January and a month, clipped once: 29 February, a Thursday.
        (WEEKLY | ANNIVERSARY, ("02-29", "03-07"), "70"),
        (DAILY | ANNIVERSARY, ("02-29", "03-01"), "70"),
        # By the month the phase begins on 1 February, a Thursday; its week on Monday: 4/7.
        (WEEKLY, ("01-29", "02-05"), "40"),
        (DAILY, ("02-01", "02-02"), "70"),
    ],
)
def test_phases(cells: Row, first: tuple[str, str], expected: str) -> None:
    """A phase that begins after a month."""
    term = {"started_at": "2024-01-31", "ended_at": "2024-04-30"}
    marts = run(LATER, fee("70", {**cells, "start_period": "1"}, term))
    assert (nominal(marts)[0], amounts(marts)[0]) == (first, Decimal(expected))


@pytest.mark.parametrize(
    ("cells", "periods"),
    [
        # Its own start is the anchor: Saturday 4 May; 29 April is that week's Monday.
        ({"started_at": "2024-05-04"}, [("04-29", "05-06"), ("05-06", "05-13")]),
        ({"started_at": "2024-05-04", **ANNIVERSARY}, [("05-04", "05-11"), ("05-11", "05-18")]),
        (
            {"started_at": "2024-05-04", **ANNIVERSARY, "start_period": "0"},
            [("05-04", "05-11"), ("05-11", "05-18")],
        ),
    ],
)
def test_ad_hoc_prices(cells: Row, periods: list[tuple[str, str]]) -> None:
    """Each counts from its own anchor."""
    inputs = fee("1", {}, pricebooks={"archived_at": "2024-01-01"})
    price = {"id": "x", "contract_id": "k", "product_uid": "p1", "price": "70"}
    inputs["contracts"][0]["pricebook_id"] = None
    inputs["contract_prices"] = [{**price, **WEEKLY, **cells}]
    assert nominal(run(LATER, inputs)) == periods


def test_ad_hoc_price_after_months() -> None:
    """A month after 31 January, clipped once: weeks from 29 February."""
    inputs = fee("1", {}, {"started_at": "2024-01-31", "ended_at": "2024-03-15"})
    inputs["contracts"][0]["pricebook_id"] = None
    price = {"id": "x", "contract_id": "k", "product_uid": "p1", "price": "70"}
    inputs["contract_prices"] = [{**price, **WEEKLY, **ANNIVERSARY, "start_period": "1"}]
    marts = run(LATER, inputs)
    assert nominal(marts) == [("02-29", "03-07"), ("03-07", "03-14"), ("03-14", "03-21")]
    assert amounts(marts) == decimals("70", "70", "10")


# One-time prices


@pytest.mark.parametrize(
    ("cells", "day"),
    [
        # The Monday of the week of 8 May; of that of 1 May, but not before the start.
        (WEEKLY, "05-06 00:00"),
        ({**WEEKLY, "invoice_schedule": "0"}, "05-01 09:30"),
        # 1 May and 7 days, or 3, whichever the anchor.
        (WEEKLY | ANNIVERSARY, "05-08 00:00"),
        ({**DAILY, "invoice_schedule": "3"}, "05-04 00:00"),
        ({**DAILY, **ANNIVERSARY, "invoice_schedule": "3"}, "05-04 00:00"),
        ({**DAILY, "invoice_schedule": "0"}, "05-01 09:30"),
        # A unit without a schedule says nothing: at the start.
        ({"schedule_unit": "WEEK"}, "05-01 09:30"),
    ],
)
def test_one_time_prices(cells: Row, day: str) -> None:
    """The schedule is a delay."""
    inputs = fee("70", {**ONCE, **cells}, {**MAY, "started_at": "2024-05-01 09:30"})
    marts = run(LATER, inputs)
    assert (amounts(marts), begins(marts)) == (decimals("70"), [day])


def test_one_time_prices_and_the_pricebook() -> None:
    """The pricebook's schedule is no delay, nor is its unit."""
    inputs = fee("70", ONCE, pricebooks={"invoice_schedule": "5", "schedule_unit": "DAY"})
    assert begins(run(LATER, inputs)) == ["05-01 00:00"]
    # A delay of a list price, without a unit: a month, after the end.
    inputs["list_prices"][0]["invoice_schedule"] = "1"
    marts = run(LATER, inputs)
    assert (amounts(marts), reasons(marts)) == ([], [("l1", "ONE_TIME_OUTSIDE_CONTRACT")])


# Where a unit comes from


@pytest.mark.parametrize(
    ("book", "list_price", "own", "expected"),
    [
        ({}, {}, {}, (1, "MONTH")),
        (WEEKLY, {}, {}, (1, "WEEK")),
        (WEEKLY, DAILY, {}, (1, "DAY")),
        # Who gives the schedule gives its unit, also none.
        (WEEKLY, {"invoice_schedule": "2"}, {}, (2, "MONTH")),
        (WEEKLY, {"schedule_unit": "DAY"}, {}, (1, "WEEK")),
        (WEEKLY, DAILY, {"invoice_schedule": "3"}, (3, "MONTH")),
        (WEEKLY, DAILY, {"schedule_unit": "WEEK"}, (1, "DAY")),
        (WEEKLY, DAILY, {"invoice_schedule": "3", "schedule_unit": "WEEK"}, (3, "WEEK")),
        # A word that nobody knows, where nobody asks for it.
        ({}, {"schedule_unit": "MOON"}, {}, (1, "MONTH")),
        ({"invoice_schedule": "1", "schedule_unit": "MOON"}, WEEKLY, {}, (1, "WEEK")),
    ],
)
def test_sources(book: Row, list_price: Row, own: Row, expected: tuple[int, str]) -> None:
    """Contract price, list price, pricebook, or a month."""
    inputs = fee("70", list_price, pricebooks=book)
    inputs["contract_prices"] = [override("o", discount_percent="10", **own)]
    marts = run(LATER, inputs)
    (price,) = marts["prices"]
    assert (price["invoice_schedule"], price["schedule_unit"]) == expected
    assert reasons(marts) == []


@pytest.mark.parametrize(
    "cells",
    [
        {"invoice_schedule": "1", "schedule_unit": "FORTNIGHT"},
        # As anchors are, units are read as they are written.
        {"invoice_schedule": "1", "schedule_unit": "week"},
        {**WEEKLY, "invoice_schedule": "0"},
        {**WEEKLY, "invoice_schedule": "1201"},
        {**DAILY, "invoice_schedule": "-1"},
        {**DAILY, "invoice_schedule": "1201"},
        {**WEEKLY, "price_months": "1"},
        {**DAILY, "price_months": "1"},
        {**WEEKLY, **ONCE, "invoice_schedule": "1201"},
        {**ONCE, "invoice_schedule": "1", "schedule_unit": "FORTNIGHT"},
    ],
)
def test_bad_schedules(cells: Row) -> None:
    """They withhold the price, and stand on it."""
    marts = run(LATER, fee("70", cells))
    assert (marts["line_items"], reasons(marts)) == ([], [("l1", "BAD_SCHEDULE")])
    assert marts["pricing_exceptions"][0]["effect"] == "NOT_BILLED"


def test_bad_schedule_of_a_pricebook() -> None:
    """It is reported on the price, as ever; an override that knows better is billed."""
    book = {"invoice_schedule": "1", "schedule_unit": "FORTNIGHT"}
    inputs = fee("70", {}, pricebooks=book)
    assert reasons(run(LATER, inputs)) == [("l1", "BAD_SCHEDULE")]
    inputs["contract_prices"] = [override("o", **WEEKLY)]
    marts = run(LATER, inputs)
    assert (amounts(marts), reasons(marts)) == (decimals("50", "70"), [])


def test_longest_schedules() -> None:
    """1200 weeks and 1200 days: 12 of 8400 days, and of 1200."""
    for cells, expected in ((WEEKLY, "12"), (DAILY, "84")):
        inputs = fee("8400", {**cells, **ANNIVERSARY, "invoice_schedule": "1200"})
        assert amounts(run(LATER, inputs)) == decimals(expected)


# Changes


def test_merging() -> None:
    """Seven days are not a week, even if they are the same ones."""
    inputs = fee("70", WEEKLY | ANNIVERSARY, {**MAY, "ended_at": "2024-05-08"})
    inputs["pricebooks"].append({"id": "b2", "durable_id": "b", "effective_at": "2024-05-03"})
    again = {**inputs["list_prices"][0], "id": "l2", "pricebook_uid": "b2"}
    inputs["list_prices"].append(again)
    marts = run(LATER, inputs)
    assert (amounts(marts), reasons(marts)) == (decimals("70"), [])
    again.update(invoice_schedule="7", schedule_unit="DAY")
    marts = run(LATER, inputs)
    # 70 * 2 / 7 and 70 * 5 / 7, of one period and on one invoice.
    assert (amounts(marts), len(marts["invoices"])) == (decimals("20", "50"), 1)
    assert reasons(marts) == [("k1", "SCHEDULE_CHANGED")]


def test_schedule_changed() -> None:
    """Only the unit changes: from a month to a week."""
    inputs = fee(
        "70", {"invoice_schedule": "1", "prorate": "false"}, {**MAY, "ended_at": "2024-06-01"}
    )
    inputs["contract_prices"] = [override("o", started_at="2024-05-27", **WEEKLY)]
    marts = run(LATER, inputs)
    # The month is owed at its last terms in force, the week from Monday 27 May whole.
    assert amounts(marts) == decimals("70", "70")
    assert ("k1", "SCHEDULE_CHANGED") in reasons(marts)


def test_near_a_boundary() -> None:
    """Only who counts months may have meant the next one."""
    term = {"started_at": "2024-05-31 09:00", "ended_at": "2024-06-30"}
    for cells, expected in (({}, [("k1", "STARTS_NEAR_BOUNDARY")]), (WEEKLY, []), (DAILY, [])):
        assert reasons(run(LATER, fee("70", cells, term))) == expected


def test_renewals() -> None:
    """A month's contract renews by the month; weeks go on, and rise from the first renewal on."""
    renewal = {"auto_renew": "true", "renewal_uplift_percent": "10"}
    term = {"started_at": "2024-04-01", "ended_at": "2024-05-01", **renewal}
    marts = run("2024-05-08T00:00:00Z", fee("70", WEEKLY, term))
    # Monday 29 April to Wednesday at 70, from Wednesday on at 77: 20 and 55; then 77.
    assert amounts(marts) == decimals(*["70"] * 4, "20", "55", "77")


# Usage


def test_usage_by_the_week() -> None:
    """Events belong to the local week in which they happen; the free ones are free each week."""
    events = [
        event(str(n), f"2024-05-{day}") for n, day in enumerate(("01", "05", "06", "07", "12"))
    ]
    cells = {**WEEKLY, "free_quantity": "1"}
    marts = run(LATER, usage(cells, *events, price="3"))
    # (2 - 1) * 3; (3 - 1) * 3.
    assert amounts(marts) == decimals("3", "6")
    assert outcomes(marts) == ["RATED"] * 5
    # A minimum of 14 a week: 5 days of the first, 10; 14.
    marts = run(LATER, usage({**cells, "minimum_amount": "14"}, *events, price="3"))
    assert amounts(marts) == decimals("3", "7", "6", "8")


def test_level_by_the_week() -> None:
    """7 seats from Thursday noon to Monday, 3.5 of 7 days; then all week."""
    levels = event("1", "2024-05-09T12:00:00Z", n=7)
    product = {"agg_property": "n", "aggregation": "WEIGHTED_SUM"}
    term = {"started_at": "2024-05-06", "ended_at": "2024-05-20"}
    assert amounts(run(LATER, usage(WEEKLY, levels, term=term, **product))) == decimals("3.50", "7")


# Recurring revenue


@pytest.mark.parametrize(
    ("price", "cells", "mrr", "arr"),
    [
        # 70 * 365.25 / 12 / 7 = 304.375; twelve of them are 3652.5.
        ("70", WEEKLY, "304.38", "3652.50"),
        # 10 * 365.25 / 12; 10 * 365.25.
        ("10", DAILY, "304.38", "3652.50"),
        # 100 * 365.25 / 12 / 28 = 108.705...; 100 * 365.25 / 28 = 1304.464...
        ("100", {**WEEKLY, "invoice_schedule": "4"}, "108.71", "1304.46"),
        # 100 * 365.25 / 12 / 30 = 101.458...; * 12 = 1217.5.
        ("100", {**DAILY, "invoice_schedule": "30"}, "101.46", "1217.50"),
        # 5 seats at 14 a week.
        ("14", {**WEEKLY, "fixed_quantity": "5"}, "304.38", "3652.50"),
    ],
)
def test_recurring_revenue(price: str, cells: Row, mrr: str, arr: str) -> None:
    """A month has a twelfth of 365.25 days."""
    row = run(LATER, fee(price, cells, {**MAY, "ended_at": None}))["contract_mrr"][0]
    assert (row["mrr"], row["arr"], row["new_mrr"]) == tuple(decimals(mrr, arr, mrr))


def test_recurring_revenue_with_discounts() -> None:
    """They are of the week: (70 * 0.9 - 7) * 365.25 / 12 / 7 = 243.5."""
    inputs = fee("70", WEEKLY, {**MAY, "ended_at": None})
    inputs["contract_prices"] = [override("o", discount_percent="10", discount_amount="7")]
    assert run(LATER, inputs)["contract_mrr"][0]["mrr"] == Decimal("243.5")


# Quotes


def test_quotes() -> None:
    """By the week as in a contract, and what is assumed is so each week, or of the named one."""
    quote = {"id": "q1", "durable_id": "q", "customer_id": "c1", "pricebook_id": "b", **MAY}
    inputs = fee("70", {})
    inputs["contracts"] = []
    inputs["quotes"] = [{**quote, "state": "SENT"}]
    inputs["quote_prices"] = [{"id": "o", "quote_id": "q", "list_price_id": "ld1", **WEEKLY}]
    lines = run(LATER, inputs)["quote_line_items"]
    assert [line["amount"] for line in lines] == decimals("50", "70")
    inputs = usage({})
    inputs.update(contracts=[], quotes=[{**quote, "state": "SENT"}])
    inputs["quote_prices"] = [{"id": "o", "quote_id": "q", "list_price_id": "ld1", **WEEKLY}]
    assumed = {"quote_id": "q", "product_uid": "p1"}
    inputs["quote_usage"] = [
        {"id": "a", **assumed, "quantity": "5"},
        {"id": "b", **assumed, "quantity": "9", "nominal_start_date": "2024-05-06"},
    ]
    lines = run(LATER, inputs)["quote_line_items"]
    assert [line["amount"] for line in lines] == decimals("5", "9")


# Trials

# A contract from 1 April 2024, a Monday.
APRIL = {"started_at": "2024-04-01", "ended_at": "2025-04-01"}
ADVANCED = {"invoice_delivery": "ADVANCED"}
IN_JUNE = "2024-05-31T00:00:00Z"


def tried(days: str | None, **cells: str) -> Row:
    """Return a contract's dates and its trial."""
    return {**APRIL, "trial_days": days, **cells}


@pytest.mark.parametrize(
    ("days", "cells", "expected"),
    [
        # Owed from 15 April on: 30 * 16 / 30; then May.
        ("14", {}, ("16", "30")),
        ("14", {"prorate": "false"}, ("30", "30")),
        # All of April, and of May: no line.
        ("30", {}, ("30",)),
        ("61", {}, ()),
        # 2 May is the first day of all: 30 * 30 / 31 = 29.03.
        ("31", {}, ("29.03",)),
        ("0", {}, ("30", "30")),
        (None, {}, ("30", "30")),
        ("3650", {}, ()),
        ("1", {}, ("29", "30")),
        ("14.0", {}, ("16", "30")),
        # By the year: 365 * 351 / 365; by the week, from Monday 15 April.
        ("14", {"invoice_schedule": "12"}, ("28.85",)),
        ("14", WEEKLY, ("30",) * 7),
        # Three days of the third week: 30 * 3 / 7 = 12.857.
        ("18", WEEKLY, ("12.86", *("30",) * 6)),
    ],
)
def test_fees_after_a_trial(days: str | None, cells: Row, expected: tuple[str, ...]) -> None:
    """30 a month in advance from 1 April."""
    marts = run(IN_JUNE, fee("30", {**ADVANCED, **cells}, tried(days)))
    assert amounts(marts) == decimals(*expected)
    assert len(marts["invoices"]) == len(expected)
    is_stub = cells.get("prorate") == "false"
    assert reasons(marts) == ([("l1", "UNPRORATED_STUB")] if is_stub else [])


def test_spans_after_a_trial() -> None:
    """Neither nominal periods nor their own begin move: the contract's start is the anchor."""
    marts = run(
        IN_JUNE, fee("30", {**ADVANCED, **ANNIVERSARY}, tried("14", started_at="2024-04-10"))
    )
    assert nominal(marts) == [("04-10", "05-10"), ("05-10", "06-10")]
    assert begins(marts) == ["04-24 00:00", "05-10 00:00"]
    assert begins(marts, "started_at") == ["04-10 00:00", "05-10 00:00"]
    assert {price["effective_at"].day for price in marts["prices"]} == {10}
    # 16 of 30 days.
    assert amounts(marts) == decimals("16", "30")


def test_trial_by_the_clock() -> None:
    """It ends at the start's local time of day, and what is owed begins with that day."""
    zone = {"billing_timezone": "Europe/Berlin"}
    inputs = fee("31", ADVANCED, tried("14", started_at="2024-03-20 09:30"), customers=zone)
    marts = run(IN_JUNE, inputs)
    # The clocks went forward on 31 March: 08:30 UTC before, 07:30 UTC after.
    assert begins(marts)[0] == "04-03 07:30"
    assert begins(marts, "started_at")[0] == "03-31 22:00"
    # 31 * 28 / 30 = 28.93.
    assert amounts(marts)[0] == Decimal("28.93")
    # 02:30 does not exist on 31 March: it is 03:00 then, 01:00 UTC.
    inputs["contracts"][0].update(started_at="2024-03-30 02:30", trial_days="1")
    assert begins(run(IN_JUNE, inputs))[0] == "03-31 01:00"
    # A trial that ends with the day of the period's begin, later: nothing is missing.
    inputs["list_prices"][0]["prorate"] = "false"
    inputs["contracts"][0].update(started_at="2024-04-01 09:30", trial_days="30")
    marts = run(IN_JUNE, inputs)
    assert (begins(marts), reasons(marts)) == (["05-01 07:30"], [])


def test_one_time_fees_in_a_trial() -> None:
    """They are owed all the same."""
    marts = run(IN_JUNE, fee("30", ONCE, tried("400")))
    assert (amounts(marts), begins(marts)) == (decimals("30"), ["04-01 00:00"])


def test_trial_of_the_term() -> None:
    """As long as the contract, or longer: nothing recurs."""
    for days, expected in (("30", ()), ("31", ()), ("29", ("1",))):
        marts = run(IN_JUNE, fee("30", ADVANCED, tried(days, ended_at="2024-05-01")))
        assert (amounts(marts), reasons(marts)) == (decimals(*expected), [])
    # One that ends in the last hours, which decide nothing, is as long.
    term = tried("30", started_at="2024-04-01 05:00", ended_at="2024-05-01 09:00")
    assert amounts(run(IN_JUNE, fee("30", {**ADVANCED, "prorate": "false"}, term))) == []


@pytest.mark.parametrize("delivery", ["ADVANCED", "ARREARS"])
def test_amendment_in_a_trial(delivery: str) -> None:
    """In advance a whole fee is owed at its first terms after the trial: those of the amendment."""
    cells = {"invoice_delivery": delivery, "prorate": "false"}
    inputs = fee("30", cells, tried("14"))
    inputs["contract_prices"] = [override("o", price="40", started_at="2024-04-10")]
    assert amounts(run("2024-04-30T00:00:00Z", inputs)) == decimals("40")


def test_first_row_alone() -> None:
    """What later rows say of a trial does not count, also if the first says nothing."""
    inputs = fee("30", ADVANCED, tried("14"))
    later = {"id": "k2", "effective_at": "2024-05-01", "trial_days": "60"}
    inputs["contracts"].append({**inputs["contracts"][0], **later})
    assert amounts(run(IN_JUNE, inputs)) == decimals("16", "30")
    inputs["contracts"][0]["trial_days"] = None
    assert amounts(run(IN_JUNE, inputs)) == decimals("30", "30")
    # Nor is it out of range there.
    inputs["contracts"][1]["trial_days"] = "-1"
    marts = run(IN_JUNE, inputs)
    assert (amounts(marts), reasons(marts)) == (decimals("30", "30"), [])


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        *((days, "OUT_OF_RANGE") for days in ("-1", "3651", "999999")),
        *((days, "UNPARSABLE_CELL") for days in ("x", "1.5", "1000000")),
    ],
)
def test_trials_that_are_none(days: str, reason: str) -> None:
    """Nothing is billed, neither by this row nor by later ones."""
    inputs = fee("30", ADVANCED, tried(days))
    later = {"id": "k2", "effective_at": "2024-05-01", "trial_days": None}
    inputs["contracts"].append({**inputs["contracts"][0], **later})
    marts = run(IN_JUNE, inputs)
    assert (marts["line_items"], reasons(marts)) == ([], [("k1", reason)])
    (report,) = marts["pricing_exceptions"]
    assert (report["effect"], report["column_name"]) == ("NOT_BILLED", "trial_days")
    assert untrue_labels(marts) == []


def test_unreadable_trial_of_a_later_row() -> None:
    """As any cell that decides money it stops billing from that row on: April alone is owed."""
    inputs = fee("30", ADVANCED, APRIL)
    later = {"id": "k2", "effective_at": "2024-05-01", "trial_days": "x"}
    inputs["contracts"].append({**inputs["contracts"][0], **later})
    marts = run(IN_JUNE, inputs)
    assert (amounts(marts), reasons(marts)) == (decimals("30"), [("k2", "UNPARSABLE_CELL")])


def test_usage_in_a_trial() -> None:
    """5 events in it are not rated, 3 after it are 3; the instant of its end is after it."""
    events = [event(f"a{n}", "2024-04-10") for n in range(5)]
    events += [event("b", "2024-04-15"), event("c", "2024-04-20"), event("d", "2024-04-29")]
    inputs = usage({"minimum_amount": "30"}, *events, term=tried("14"))
    marts = run("2024-04-30T00:00:00Z", inputs)
    # The minimum is for 16 of 30 days: 16, of which 13 are missing.
    assert amounts(marts) == decimals("3", "13")
    assert outcomes(marts) == ["IN_TRIAL"] * 5 + ["RATED"] * 3
    assert [row["reason"] for row in marts["usage_event_exceptions"]] == ["IN_TRIAL"] * 5
    assert {row["contract_count"] for row in marts["usage_event_outcomes"][:5]} == {0}
    assert reasons(marts) == []


def test_outcomes_about_a_trial() -> None:
    """All that happens in it is in the trial, unless another contract is in force."""
    days = ("2024-03-31", "2024-04-02", "2024-04-09", "2024-04-16", "2025-05-01")
    inputs = usage({}, *(event(str(n), day) for n, day in enumerate(days)), term=tried("14"))
    expected = ["OUTSIDE_CONTRACT", "IN_TRIAL", "IN_TRIAL", "RATED", "OUTSIDE_CONTRACT"]
    assert outcomes(run(IN_JUNE, inputs)) == expected
    # Nobody sells it until 5 April.
    inputs["contract_prices"] = [override("o", price="x", ended_at="2024-04-05")]
    assert outcomes(run(IN_JUNE, inputs)) == expected
    # What another contract rates is rated.
    inputs["contracts"].append({**inputs["contracts"][0], "id": "j1", "durable_id": "j"})
    inputs["contracts"][1]["trial_days"] = None
    marts = run(IN_JUNE, inputs)
    assert outcomes(marts)[1:4] == ["RATED"] * 3
    counts = [row["contract_count"] for row in marts["usage_event_outcomes"]]
    assert counts == [0, 1, 1, 2, 0]


def test_level_of_a_trial() -> None:
    """7 seats that were taken in the trial are there after it: 7 * 16 / 30 = 3.73, then 7."""
    product = {"agg_property": "n", "aggregation": "WEIGHTED_SUM"}
    inputs = usage({}, event("1", "2024-04-10", n=7), term=tried("14"), **product)
    marts = run(IN_JUNE, inputs)
    assert (amounts(marts), outcomes(marts)) == (decimals("3.73", "7"), ["RATED"])


def test_tiers_after_a_trial() -> None:
    """Quantities count from its end: 8 of 10 at 2."""
    inputs = usage(
        {"price": None, "charge_model": "GRADUATED"},
        *(event("a", "2024-04-10", n=100), event("b", "2024-04-20", n=8)),
        **{"term": tried("14"), "agg_property": "n"},
    )
    inputs["price_tiers"] = [
        {"id": "t1", "list_price_uid": "l1", "up_to": "10", "unit_price": "2"},
        {"id": "t2", "list_price_uid": "l1", "unit_price": "1"},
    ]
    assert amounts(run("2024-04-30T00:00:00Z", inputs)) == decimals("16")


def test_revenue_after_a_trial() -> None:
    """It is new in the month in which the trial ends; a day in the trial has none."""
    rows = run(IN_JUNE, fee("30", {}, tried("14")))["contract_mrr"]
    assert [(row["month_start_date"], row["mrr"], row["new_mrr"]) for row in rows] == [
        (date(2024, 4, 1), 30, 30),
        (date(2024, 5, 1), 30, 0),
    ]
    # The last instant of April is in it.
    rows = run(IN_JUNE, fee("30", {}, tried("30")))["contract_mrr"]
    assert [(row["month_start_date"], row["new_mrr"]) for row in rows] == [(date(2024, 5, 1), 30)]


def test_renewals_in_a_trial() -> None:
    """A contract of a month renews in its trial, and its price has risen: nothing is renewed."""
    renewal = {"auto_renew": "true", "renewal_uplift_percent": "10", "ended_at": "2024-05-01"}
    marts = run(IN_JUNE, fee("100", ADVANCED, tried("40", **renewal)))
    # From 11 May on: 110 * 21 / 31 = 74.516.
    assert amounts(marts) == decimals("74.52")
    (row,) = marts["contract_mrr"]
    assert (row["mrr"], row["new_mrr"], row["renewal_mrr"]) == (110, 110, 0)


# Random cases


@pytest.mark.long
def test_random_cases() -> None:
    """Labels are true, weeks have seven days, and there is enough of everything."""
    found = defaultdict(int)
    for seed in range(120):
        era = list(ERAS)[seed % len(ERAS)]
        inputs = random_case(seed, "q001_", [era], FEATURES)
        as_of = ERAS[era][0] + timedelta(days=random.Random(seed).randint(100, 400))
        marts = compute(inputs, {"as_of": f"{as_of}T00:00:00Z"})
        assert untrue_labels(marts) == [], f"seed {seed}"
        units = {row["price_id"]: row for row in marts["prices"]}
        for span in marts["price_spans"]:
            price = units[span["price_id"]]
            unit, delivery = price["schedule_unit"], price["invoice_delivery"]
            found[unit, price["billing_anchor"]] += 1
            if unit != "MONTH" and delivery != "ONE_TIME":
                per = 7 if unit == "WEEK" else 1
                assert span["period_days"] == per * price["invoice_schedule"], f"seed {seed}"
                is_calendar = (unit, price["billing_anchor"]) == ("WEEK", "CALENDAR")
                assert not is_calendar or span["nominal_start_date"].weekday() == 0
            found[unit, delivery] += 1
        for row in marts["usage_event_outcomes"]:
            found[row["outcome"]] += 1
        for row in marts["withheld_prices"]:
            found[row["reason"]] += 1
    for unit in ("WEEK", "DAY"):
        for kind in ("CALENDAR", "ANNIVERSARY", "ARREARS", "ADVANCED", "ONE_TIME"):
            assert found[unit, kind] > 4, (unit, kind)
    assert found["IN_TRIAL"] > 100 and found["BAD_SCHEDULE"] > 20


@pytest.mark.parametrize(
    ("feature", "column", "names"),
    [
        (SCHEDULES, "schedule_unit", ("pricebooks", "list_prices", "contract_prices")),
        (TRIALS, "trial_days", ("contracts",)),
    ],
)
def test_features_leave_others_as_they_are(
    feature: str, column: str, names: tuple[str, ...]
) -> None:
    """Without one no row has its column; with it a case is the same each time."""
    others = [each for each in FEATURES if each != feature]
    changed = 0
    for seed in range(20):
        plain, rich, again = (
            random_case(seed, "q001_", list(ERAS), features)
            for features in (others, FEATURES, FEATURES)
        )
        assert rich == again
        assert not any(row[column] for name in names for row in plain[name])
        changed += any(row[column] for name in names for row in rich[name])
    assert changed > 10
