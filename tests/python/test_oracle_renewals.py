"""The oracle on renewals, rests of less than a day, anchors of phases, and orders, by hand."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
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

WHOLE_YEAR = {
    "invoice_schedule": "12",
    "billing_anchor": "ANNIVERSARY",
    "invoice_delivery": "ADVANCED",
    "prorate": "false",
}
YEARLY = {"invoice_schedule": "12", "billing_anchor": "ANNIVERSARY", "invoice_delivery": "ADVANCED"}
HALF_YEARLY = {"invoice_schedule": "6"}
MONTH_ENDS = {"billing_anchor": "ANNIVERSARY"}
LATE = "2026-06-15T12:30:00Z"


def renewing(
    price: str,
    term: tuple[str, str],
    terms: Row | None = None,
    zone: str | None = None,
    **contract: str | None,
) -> Inputs:
    """Return the basic inputs with a contract of some term and pricebook that renews itself."""
    start, end = term
    cells = {"started_at": start, "ended_at": end, "auto_renew": "true", **contract}
    customer = {"billing_timezone": zone}
    return basic(price, pricebooks=terms or {}, contracts=cells, customers=customer)


def priced(inputs: Inputs, *prices: Row) -> Inputs:
    """Add contract prices, overrides of the only list price unless they say more."""
    named = ("list_price_uid", "list_price_id", "product_uid")
    inputs["contract_prices"] = [
        {"id": f"x{number}", "contract_id": "k", **cells}
        if any(name in cells for name in named)
        else override(f"x{number}", **cells)
        for number, cells in enumerate(prices)
    ]
    return inputs


def renewed(marts: Marts) -> list[datetime]:
    """Return when contracts were renewed."""
    return [row["occurred_at"] for row in marts["contract_events"]]


def nominal_starts(marts: Marts, **where: object) -> list[date]:
    """Return the first days of the invoiced periods."""
    rows = [row for row in marts["line_items"] if all(row[k] == v for k, v in where.items())]
    return sorted(row["nominal_start_date"] for row in rows)


# When renewals begin


@pytest.mark.parametrize(
    ("zone", "term", "uplift", "terminated_at", "fees"),
    [
        # 00:00 UTC is 01:00 in Berlin, and the evening before in New York.
        (
            "Europe/Berlin",
            ("2023-03-01T00:00:00Z", "2024-03-01T00:00:00Z"),
            "10",
            "2026-03-01",
            ("1000", "1100", "1210"),
        ),
        (
            "America/New_York",
            ("2023-03-01T00:00:00Z", "2024-03-01T00:00:00Z"),
            "10",
            "2026-02-28",
            ("1000", "1100", "1210"),
        ),
        # One second past midnight, and 10 % less: 1000, 900, 810.
        (
            None,
            ("2024-01-01 00:00:01", "2025-01-01 00:00:01"),
            "-10",
            "2027-01-01",
            ("1000", "900", "810"),
        ),
        (None, ("2024-01-01", "2025-01-01 00:00:01"), "-10", "2027-01-01", ("1000", "900", "810")),
        # The evening: 17:42 UTC, and as the local date of Kolkata is already the next one.
        (
            None,
            ("2024-03-01T17:42:13Z", "2025-03-01T17:42:13Z"),
            "10",
            None,
            ("1000", "1100", "1210"),
        ),
        (
            "Asia/Kolkata",
            ("2023-12-31T19:00:00Z", "2024-12-31T19:00:00Z"),
            "10",
            None,
            ("1000", "1100", "1210"),
        ),
        # 28 February in UTC is 1 March 2023 in Kolkata, and 29 February 2024: a year as written.
        (
            "Asia/Kolkata",
            ("2023-02-28T20:00:00Z", "2024-02-28T20:00:00Z"),
            "10",
            None,
            ("1000", "1100", "1210", "1331"),
        ),
    ],
)
def test_whole_fees_in_advance(
    zone: str | None,
    term: tuple[str, str],
    uplift: str,
    terminated_at: str | None,
    fees: tuple[str, ...],
) -> None:
    """Each year's fee is that of the renewal that begins with it, whatever the time of day."""
    inputs = renewing(
        "1000",
        term,
        WHOLE_YEAR,
        zone,
        renewal_uplift_percent=uplift,
        terminated_at=terminated_at,
    )
    marts = run(LATE, inputs)
    assert amounts(marts) == decimals(*fees)
    assert len(renewed(marts)) == len(fees) - 1


@pytest.mark.parametrize(("delivery", "prorate"), [("ADVANCED", "false"), ("ARREARS", "true")])
def test_quarters_from_a_time_of_day(delivery: str, prorate: str) -> None:
    """3 x 100, 3 x 110, 3 x 121: the first period is from 09:30, and its days are whole."""
    terms = {"billing_anchor": "ANNIVERSARY", "invoice_delivery": delivery, "prorate": prorate}
    inputs = renewing(
        "100",
        ("2024-01-15 09:30", "2024-04-15 09:30"),
        terms,
        renewal_uplift_percent="10",
        terminated_at="2024-10-15",
    )
    marts = run(LATE, inputs)
    assert amounts(marts) == decimals(*["100"] * 3, *["110"] * 3, *["121"] * 3)
    assert renewed(marts) == [datetime(2024, 4, 15), datetime(2024, 7, 15)]


def test_revenue_says_what_lines_say() -> None:
    """The month of the renewal, and the year: 1000 / 12 = 83.33, then 1100 / 12 = 91.67."""
    term = ("2023-03-01T00:00:00Z", "2024-03-01T00:00:00Z")
    inputs = renewing("1000", term, WHOLE_YEAR, "Europe/Berlin", renewal_uplift_percent="10")
    marts = run("2024-04-15T00:00:00Z", inputs)
    revenue = {f"{row['month_start_date']:%Y-%m}": row for row in marts["contract_mrr"]}
    assert revenue["2024-02"]["mrr"] == Decimal("83.33")
    assert (revenue["2024-03"]["arr"], revenue["2024-03"]["renewal_mrr"]) == (1100, Decimal("8.34"))
    (begin,) = renewed(marts)
    # Midnight in Berlin, in winter.
    assert begin == datetime(2024, 2, 29, 23)


def test_month_ends_do_not_stick() -> None:
    """310; 341; 375.10: from 31 January, 28 February and 31 March."""
    inputs = renewing(
        "310",
        ("2023-01-31", "2023-02-28"),
        MONTH_ENDS,
        renewal_term_months="1",
        renewal_uplift_percent="10",
        terminated_at="2023-04-30",
    )
    marts = run(LATE, inputs)
    assert amounts(marts) == decimals("310", "341", "375.10")
    assert renewed(marts) == [datetime(2023, 2, 28), datetime(2023, 3, 31)]


def test_years_from_a_leap_day() -> None:
    """366; 402.60; 442.86; 487.146; from 29 February 2028 535.8606."""
    inputs = renewing("366", ("2024-02-29", "2025-02-28"), YEARLY, renewal_uplift_percent="10")
    marts = run("2028-06-15T00:00:00Z", inputs)
    assert amounts(marts) == decimals("366", "402.60", "442.86", "487.15", "535.86")
    days = [(2025, 2, 28), (2026, 2, 28), (2027, 2, 28), (2028, 2, 29)]
    assert renewed(marts) == [datetime(*day) for day in days]


@pytest.mark.parametrize(
    ("term", "zone", "begins"),
    [
        # A day too long: from the end's date.
        (("2024-01-31", "2024-03-01"), None, [(3, 1), (4, 1), (5, 1)]),
        # From the start, for 30 April is three months after 31 January.
        (("2024-01-31", "2024-04-30"), None, [(4, 30), (7, 31)]),
        # In New York both dates are the evening before: 30 January and 29 February.
        (
            ("2024-01-31T00:00:00Z", "2024-03-01T00:00:00Z"),
            "America/New_York",
            [(2, 29, 5), (3, 30, 4), (4, 30, 4), (5, 30, 4)],
        ),
        # Within one day: the term lasts until midnight, the renewals for a month.
        (("2024-03-30 10:00", "2024-03-30 20:00"), None, [(3, 31), (4, 30), (5, 31)]),
    ],
)
def test_where_renewals_count_from(
    term: tuple[str, str], zone: str | None, begins: list[tuple[int, ...]]
) -> None:
    """From the start if the dates are whole months apart, local or as written; else the end."""
    marts = run("2024-08-01T00:00:00Z", renewing("100", term, zone=zone))
    found = renewed(marts)[: len(begins)]
    assert found == [datetime(2024, *day) for day in begins]


def test_term_ends_at_midnight() -> None:
    """Usage at 05:00 is in the renewal already, at twice the price."""
    term = ("2024-01-01 10:00", "2024-02-01 10:00")
    inputs = renewing("1", term, renewal_uplift_percent="100")
    inputs["products"][0].update(ptype="EVENT", event_name="e")
    inputs["usage_events"] = [
        event("1", "2024-01-31T23:59:59Z"),
        event("2", "2024-02-01T05:00:00Z"),
    ]
    assert amounts(run("2024-02-01T12:00:00Z", inputs)) == decimals("1", "2")


# Prices with an end, and what follows them


@pytest.mark.parametrize(
    ("end", "reported"),
    [
        ({"end_period": "12"}, True),
        ({"started_at": "2024-02-15", "ended_at": "2025-02-15"}, True),
        # As the contract writes it, though an hour after the midnight at which its term ends.
        ({"ended_at": "2025-02-14T23:00:00Z"}, True),
        ({"ended_at": "2025-02-15", "renews": "false"}, False),
    ],
)
def test_discount_of_the_first_term(end: Row, reported: bool) -> None:
    """3000 a year, 20 % off: 2400, then 3000."""
    inputs = renewing("3000", ("2024-02-15", "2025-02-15"), YEARLY, "Europe/Berlin")
    marts = run("2026-04-02T00:00:00Z", priced(inputs, {"discount_percent": "20", **end}))
    assert amounts(marts) == decimals("2400", "3000", "3000")
    assert reasons(marts) == ([("x0", "ENDS_WITH_TERM")] if reported else [])
    assert {row["effect"] for row in marts["pricing_exceptions"]} <= {"BILLED"}


@pytest.mark.parametrize(
    ("zone", "end"),
    [("Europe/Berlin", "2025-02-15T00:00:00Z"), ("America/New_York", "2025-02-15 00:00:01")],
)
def test_discount_until_the_time_of_the_end(zone: str, end: str) -> None:
    """Contract and discount end at one time of day, so both end at the midnight of that date."""
    term = (end.replace("2025", "2024"), end)
    inputs = renewing("3000", term, WHOLE_YEAR, zone)
    marts = run("2026-04-02T00:00:00Z", priced(inputs, {"discount_percent": "20", "ended_at": end}))
    assert amounts(marts) == decimals("2400", "3000", "3000")
    assert reasons(marts) == [("x0", "ENDS_WITH_TERM")]


def test_discount_followed_by_a_price() -> None:
    """A second override from that day: it holds, whatever the ids, and nothing is reported."""
    first = {"discount_percent": "20", "started_at": "2024-02-15", "ended_at": "2025-02-15"}
    second = {"price": "3000", "started_at": "2025-02-15"}
    for prices in ((first, second), (second, first)):
        inputs = renewing("3000", ("2024-02-15", "2025-02-15"), YEARLY)
        marts = run("2026-04-02T00:00:00Z", priced(inputs, *prices))
        assert amounts(marts) == decimals("2400", "3000", "3000")
        assert reasons(marts) == []


@pytest.mark.parametrize(
    ("cells", "fees"),
    [
        ({}, ("2400", "2400", "2400")),
        ({"renews": "true"}, ("2400", "2400", "2400")),
        ({"renews": "true", "end_period": "12"}, ("2400", "2400", "2400")),
        ({"renews": "true", "ended_at": "2025-02-15"}, ("2400", "2400", "2400")),
        ({"renews": "false"}, ("2400", "3000", "3000")),
        # An end in a renewal is where it says, whatever renews says of the term's end.
        ({"renews": "true", "end_period": "24"}, ("2400", "2400", "3000")),
        ({"renews": "false", "end_period": "24"}, ("2400", "3000", "3000")),
    ],
)
def test_discounts_that_renew_or_do_not(cells: Row, fees: tuple[str, ...]) -> None:
    """Without an end it goes on; `renews` decides at the term's end, and nothing is reported."""
    inputs = renewing("3000", ("2024-02-15", "2025-02-15"), YEARLY)
    marts = run("2026-04-02T00:00:00Z", priced(inputs, {"discount_percent": "20", **cells}))
    assert amounts(marts) == decimals(*fees)
    assert reasons(marts) == []


def test_uplift_of_what_stands_again() -> None:
    """2400 agreed for the first year; then 3000 * 1.1 and 3000 * 1.21, for 3000 has gone on."""
    inputs = renewing("3000", ("2024-02-15", "2025-02-15"), YEARLY, renewal_uplift_percent="10")
    marts = run("2026-04-02T00:00:00Z", priced(inputs, {"price": "2400", "end_period": "12"}))
    assert amounts(marts) == decimals("2400", "3300", "3630")


@pytest.mark.parametrize(
    ("begin", "terms"),
    [
        ({"started_at": "2025-02-15"}, {}),
        ({"start_period": "12"}, {}),
        ({"started_at": "2025-02-15T00:00:00Z"}, {"zone": "Europe/Berlin"}),
    ],
)
def test_price_that_begins_with_a_renewal(begin: Row, terms: Row) -> None:
    """2700 as written for its first year, then 10 % more: 2970."""
    term = ("2024-02-15", "2025-02-15")
    if terms:
        term = ("2024-02-15T00:00:00Z", "2025-02-15T00:00:00Z")
    inputs = renewing("3000", term, WHOLE_YEAR, **terms, renewal_uplift_percent="10")
    marts = run("2026-04-02T00:00:00Z", priced(inputs, {"price": "2700", **begin}))
    assert amounts(marts) == decimals("3000", "2700", "2970")


AD_HOC = {"product_uid": "p2", "price": "5300", **YEARLY}


def ad_hoc(*prices: Row, **contract: str) -> Inputs:
    """Return a renewing contract without pricebook, with ad hoc prices of two products."""
    inputs = renewing("0", ("2024-02-15", "2025-02-15"), pricebook_id=None, **contract)
    inputs["products"].append({"id": "p2", "name": "Extra", "ptype": "FIXED"})
    return priced(inputs, *({**AD_HOC, **cells} for cells in prices))


@pytest.mark.parametrize(
    ("cells", "fees", "reported"),
    [
        ({"ended_at": "2025-02-15"}, ("5300", "5300", "5300"), True),
        ({"ended_at": "2025-02-15", "renews": "true"}, ("5300", "5300", "5300"), False),
        ({"ended_at": "2025-02-15", "renews": "false"}, ("5300",), False),
        ({"renews": "false"}, ("5300",), False),
        ({}, ("5300", "5300", "5300"), False),
        # A phase counts from the start, and ends.
        ({"end_period": "12"}, ("5300",), True),
        ({"ended_at": "2026-02-15"}, ("5300", "5300"), False),
        # 365 of the 366 days from 15 February 2024.
        ({"ended_at": "2025-02-14"}, ("5285.52",), False),
    ],
)
def test_ad_hoc_price_with_an_end(cells: Row, fees: tuple[str, ...], reported: bool) -> None:
    """One that has the contract's end as its date goes on; a phase, or another date, ends."""
    marts = run("2026-04-02T00:00:00Z", ad_hoc(cells))
    assert amounts(marts) == decimals(*fees)
    assert reasons(marts) == ([("x0", "ENDS_WITH_TERM")] if reported else [])


def test_ad_hoc_price_rises() -> None:
    """5300, 5830, 6413."""
    marts = run(
        "2026-04-02T00:00:00Z", ad_hoc({"ended_at": "2025-02-15"}, renewal_uplift_percent="10")
    )
    assert amounts(marts) == decimals("5300", "5830", "6413")


@pytest.mark.parametrize(
    ("product", "fees", "found"),
    [
        ("p2", ("5300", "6000", "6000"), []),
        # Another product does not follow it.
        ("p1", ("5300", "5300", "6000", "5300", "6000"), [("x0", "ENDS_WITH_TERM")]),
    ],
)
def test_ad_hoc_price_followed_by_another(
    product: str, fees: tuple[str, ...], found: list[tuple[str, str]]
) -> None:
    """Another price of the product from that day on is its successor."""
    following = {"product_uid": product, "price": "6000", "started_at": "2025-02-15"}
    marts = run("2026-04-02T00:00:00Z", ad_hoc({"ended_at": "2025-02-15"}, following))
    assert sorted(amounts(marts)) == sorted(decimals(*fees))
    assert reasons(marts) == found


@pytest.mark.parametrize(
    ("anchor", "follows"), [("CALENDAR", True), ("ANNIVERSARY", False), (None, True)]
)
@pytest.mark.parametrize("of_price", [True, False])
def test_ad_hoc_price_followed_by_a_period(
    anchor: str | None, of_price: bool, follows: bool
) -> None:
    """A month after 15 February is 15 March, or by the month the end of the term, 10 March.

    What goes on owes 5 a month beside the other price.
    """
    inputs = renewing("1", ("2024-02-15", "2024-03-10"), renewal_term_months="12")
    inputs["list_prices"] = []
    following = {"start_period": "1", "billing_anchor": anchor if of_price else None}
    inputs["contracts"][0]["billing_anchor"] = None if of_price else anchor
    named = {"product_uid": "p1", "invoice_delivery": "ADVANCED", "prorate": "false"}
    prices = {"price": "5", "ended_at": "2024-03-10"}, {"price": "7", **following}
    marts = run("2024-03-20T00:00:00Z", priced(inputs, *({**named, **cells} for cells in prices)))
    reported = ("x0", "ENDS_WITH_TERM") in reasons(marts)
    assert reported != follows
    last = max(span["ineffective_at"] for span in marts["price_spans"] if span["price"] == 5)
    assert (last <= datetime(2024, 3, 10)) == follows


def test_withheld_price_is_not_said_to_be_billed() -> None:
    """A price that is out of range ends nothing."""
    inputs = renewing("3000", ("2024-02-15", "2025-02-15"), YEARLY)
    marts = run("2026-04-02T00:00:00Z", priced(inputs, {"price": "1e9", "end_period": "12"}))
    assert amounts(marts) == decimals("3000", "3000")
    assert reasons(marts) == [("x0", "OUT_OF_RANGE")]


# Phases


def two_years(price: str, terms: Row, **contract: str) -> Inputs:
    """Return a contract of a year from January 2023 that renews itself once."""
    return renewing(
        price, ("2023-01-01", "2024-01-01"), terms, terminated_at="2025-01-01", **contract
    )


def test_list_prices_of_two_years() -> None:
    """29 for months 0 to 12 and 129 from 12: 29; 129."""
    inputs = two_years("29", {"invoice_schedule": "12"})
    inputs["list_prices"][0]["end_period"] = "12"
    second = {"id": "l2", "price": "129", "start_period": "12", "end_period": None}
    inputs["list_prices"].append({**inputs["list_prices"][0], **second})
    marts = run(LATE, inputs)
    assert amounts(marts) == decimals("29", "129")
    assert reasons(marts) == []


def test_monthly_list_prices_of_two_years() -> None:
    """10 % more from each renewal on, but 129 begins with the first: as written for its year."""
    inputs = renewing("29", ("2023-01-01", "2024-01-01"), renewal_uplift_percent="10")
    inputs["list_prices"][0]["end_period"] = "12"
    second = {"id": "l2", "price": "129", "start_period": "12", "end_period": None}
    inputs["list_prices"].append({**inputs["list_prices"][0], **second})
    marts = run("2025-01-15T00:00:00Z", inputs)
    assert amounts(marts) == decimals(*["29"] * 12, *["129"] * 12, "141.90")


def test_list_price_that_ends_in_a_renewal() -> None:
    """50 for months 0 to 18, half-yearly: 50 50 50, and nothing more."""
    inputs = two_years("50", HALF_YEARLY)
    inputs["list_prices"][0]["end_period"] = "18"
    assert amounts(run(LATE, inputs)) == decimals("50", "50", "50")


@pytest.mark.parametrize(
    ("cells", "fees"),
    [
        ({"price": "80", "end_period": "18"}, ("80", "80", "80", "200")),
        ({"price": "80", "ended_at": "2024-07-01"}, ("80", "80", "80", "200")),
        ({"price": "129", "start_period": "12"}, ("200", "200", "129", "129")),
        ({"price": "129", "started_at": "2024-01-01"}, ("200", "200", "129", "129")),
        ({"price": "80", "start_period": "6", "end_period": "18"}, ("200", "80", "80", "200")),
    ],
)
def test_overrides_of_two_years(cells: Row, fees: tuple[str, ...]) -> None:
    """Half-yearly at 200."""
    marts = run(LATE, priced(two_years("200", HALF_YEARLY), cells))
    assert amounts(marts) == decimals(*fees)
    assert reasons(marts) == []


def test_override_into_a_second_renewal() -> None:
    """Without a termination: 80 for three half years, then 100."""
    inputs = renewing("100", ("2023-01-01", "2024-01-01"), HALF_YEARLY)
    marts = run("2025-02-15T00:00:00Z", priced(inputs, {"price": "80", "end_period": "18"}))
    assert amounts(marts) == decimals("80", "80", "80", "100", "100")


@pytest.mark.parametrize("auto_renew", ["true", "false"])
def test_first_term_is_the_same_with_and_without_renewal(auto_renew: str) -> None:
    """CALENDAR from the 15th, a discount for 12 months: it holds to the 15th either way.

    31 * 17/31 of the first month, eleven whole ones, and 31 * 14/31 of the last, all at 50 %.
    """
    inputs = renewing("31", ("2023-01-15", "2024-01-15"), auto_renew=auto_renew)
    marts = run(
        "2024-01-31T00:00:00Z", priced(inputs, {"discount_percent": "50", "end_period": "12"})
    )
    rest = ["17"] if auto_renew == "true" else []
    assert amounts(marts) == decimals("8.50", *["15.50"] * 11, "7", *rest)


# Anchors of phases


def test_phases_count_from_the_anchor() -> None:
    """From 31 January, the first month free, then 100, to 30 June: 400, on month ends."""
    inputs = basic(
        "0",
        pricebooks=MONTH_ENDS,
        contracts={"started_at": "2025-01-31", "ended_at": "2025-06-30"},
        list_prices={"end_period": "1"},
    )
    second = {"id": "l2", "price": "100", "start_period": "1", "end_period": None}
    inputs["list_prices"].append({**inputs["list_prices"][0], **second})
    inputs["products"].append({"id": "p2", "name": "Q", "ptype": "FIXED"})
    other = {"id": "l3", "product_uid": "p2", "price": "10", "end_period": None}
    inputs["list_prices"].append({**inputs["list_prices"][0], **other})
    marts = run(LATE, inputs)
    assert amounts(marts, product_uid="p1") == decimals("0", *["100"] * 4)
    days = [date(2025, 1, 31), *(date(2025, *day) for day in ((2, 28), (3, 31), (4, 30), (5, 31)))]
    assert nominal_starts(marts, product_uid="p1") == days
    assert nominal_starts(marts, product_uid="p2") == days


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        # 30 November, and every third month from 31 August.
        ({"start_period": "3", "invoice_schedule": "3"}, [(11, 30), (2, 29), (5, 31)]),
        # A date of its own is an anchor of its own.
        ({"started_at": "2023-11-30", "invoice_schedule": "3"}, [(11, 30), (2, 29), (5, 30)]),
    ],
)
def test_ad_hoc_prices_count_from_the_anchor(cells: Row, days: list[tuple[int, int]]) -> None:
    """An ad hoc price from the third month of a contract from 31 August 2023."""
    inputs = basic("0", contracts={"started_at": "2023-08-31", "ended_at": "2024-08-31"})
    inputs["products"].append({"id": "p2", "name": "Q", "ptype": "FIXED"})
    price = {"product_uid": "p2", "price": "10", **MONTH_ENDS, **cells}
    marts = run("2024-06-15T00:00:00Z", priced(inputs, price))
    years = (2023, 2024, 2024)
    assert nominal_starts(marts, product_uid="p2") == [
        date(year, *day) for year, day in zip(years, days, strict=True)
    ]


def test_one_time_prices_count_from_the_anchor() -> None:
    """A month after a phase that begins a month after 31 January: on 31 March."""
    once = {"invoice_delivery": "ONE_TIME", "start_period": "1", "invoice_schedule": "1"}
    inputs = basic("7", pricebooks=MONTH_ENDS, list_prices=once)
    inputs["contracts"][0]["started_at"] = "2024-01-31"
    (line,) = run("2024-06-15T00:00:00Z", inputs)["line_items"]
    assert line["started_at"] == datetime(2024, 3, 31)


def test_phase_of_a_renewing_contract_stays_on_month_ends() -> None:
    """From 29 February 2024 yearly, 100 and from the second year 200, leap day or not."""
    inputs = renewing("100", ("2024-02-29", "2025-02-28"), YEARLY)
    inputs["list_prices"][0]["end_period"] = "12"
    second = {"id": "l2", "price": "200", "start_period": "12", "end_period": None}
    inputs["list_prices"].append({**inputs["list_prices"][0], **second})
    marts = run("2028-06-15T00:00:00Z", inputs)
    assert amounts(marts) == decimals("100", *["200"] * 4)
    assert nominal_starts(marts)[-2:] == [date(2027, 2, 28), date(2028, 2, 29)]


# Renewals at list prices


def with_new_prices(inputs: Inputs, *prices: tuple[str, str]) -> Inputs:
    """Add rows of the pricebook with other prices, each from a day on."""
    for number, (day, price) in enumerate(prices, start=2):
        book = {"id": f"b{number}", "effective_at": day}
        inputs["pricebooks"].append({**inputs["pricebooks"][0], **book})
        row = {"id": f"l{number}", "pricebook_uid": f"b{number}", "price": price}
        inputs["list_prices"].append({**inputs["list_prices"][0], **row})
    return inputs


AT_LIST = {"renewal_pricing": "LIST", "renewal_uplift_percent": "10"}


@pytest.mark.parametrize(
    ("pricing", "fees"),
    [
        # The pricebook row of the term's last instant goes on: 1250 * 1.1 and 1250 * 1.21.
        (None, ("1000", "1375", "1512.50")),
        ("SAME", ("1000", "1375", "1512.50")),
        # 1250 stands since the middle of the first year; 1400 since the middle of the second.
        ("LIST", ("1000", "1250", "1400")),
    ],
)
@pytest.mark.parametrize("zone", [None, "America/New_York", "Europe/Berlin"])
def test_renewals_at_list_prices(
    zone: str | None, pricing: str | None, fees: tuple[str, ...]
) -> None:
    """Each takes those of its first instant, without uplift, and keeps them to its end."""
    term = ("2023-03-01T00:00:00Z", "2024-03-01T00:00:00Z")
    inputs = renewing("1000", term, WHOLE_YEAR, zone, **{**AT_LIST, "renewal_pricing": pricing})
    with_new_prices(inputs, ("2023-09-01", "1250"), ("2024-09-01", "1400"))
    marts = run("2025-06-15T00:00:00Z", inputs)
    assert amounts(marts) == decimals(*fees)
    assert reasons(marts) == []


def test_list_prices_do_not_change_within_a_renewal() -> None:
    """Monthly: 10 and 10; 12 in both months of the first renewal, 15 in those of the second."""
    inputs = renewing("10", ("2024-01-01", "2024-03-01"), **AT_LIST)
    prices = ("2024-02-20", "12"), ("2024-03-20", "13"), ("2024-05-01", "15")
    marts = run("2024-06-15T00:00:00Z", with_new_prices(inputs, *prices))
    # In February 10 * 19/29 = 6.55 and 12 * 10/29 = 4.14: no renewal keeps that.
    assert amounts(marts) == decimals("10", "6.55", "4.14", "12", "12", "15", "15")


@pytest.mark.parametrize(
    ("named", "durable_id"),
    [
        ({"list_price_id": "ld1"}, "ld1"),
        # The row of the first term: by its durable_id, or by its product.
        ({"list_price_uid": "l1"}, "ld1"),
        ({"list_price_uid": "l1"}, "other"),
        ({"list_price_uid": "l1"}, None),
    ],
)
def test_overrides_go_on_at_list_prices(named: Row, durable_id: str | None) -> None:
    """20 % off what the list says: 800, then 20 % off 1250."""
    inputs = renewing("1000", ("2023-03-01", "2024-03-01"), YEARLY, **AT_LIST)
    with_new_prices(inputs, ("2024-03-01", "1250"))
    inputs["list_prices"][1]["durable_id"] = durable_id
    marts = run("2024-06-15T00:00:00Z", priced(inputs, {"discount_percent": "20", **named}))
    assert amounts(marts) == decimals("800", "1000")
    # With an end of its own it does not: 1250.
    end = {"ended_at": "2024-03-01"}
    marts = run("2024-06-15T00:00:00Z", priced(inputs, {"discount_percent": "20", **named, **end}))
    assert amounts(marts) == decimals("800", "1250")


def test_overrides_of_other_pricebooks_do_not_go_on() -> None:
    """An override that never applied does not begin to in a renewal."""
    inputs = renewing("1000", ("2023-03-01", "2024-03-01"), YEARLY, **AT_LIST)
    inputs["pricebooks"].append({"id": "z1", "durable_id": "z"})
    inputs["list_prices"].append({"id": "lz", "pricebook_uid": "z1", "product_uid": "p1"})
    marts = run("2024-06-15T00:00:00Z", priced(inputs, {"price": "1", "list_price_uid": "lz"}))
    assert amounts(marts) == decimals("1000", "1000")
    assert reasons(marts) == [("x0", "OVERRIDE_OUTSIDE_PRICEBOOK")]


def test_renewal_without_list_prices() -> None:
    """A pricebook that is not in force then sells nothing, which is reported."""
    inputs = renewing("1000", ("2023-03-01", "2024-03-01"), YEARLY, **AT_LIST)
    inputs["pricebooks"][0]["archived_at"] = "2024-02-01"
    marts = run("2024-06-15T00:00:00Z", inputs)
    # 1000 * 337/366: the first year to the end of the pricebook.
    assert amounts(marts) == decimals("920.77")
    assert reasons(marts) == [("k1", "HOLE_IN_TERM")]


def test_unknown_renewal_pricing() -> None:
    """A cell that says neither SAME nor LIST cannot be read."""
    inputs = renewing("10", ("2024-01-01", "2024-03-01"), renewal_pricing="list")
    assert ("k1", "UNPARSABLE_CELL") in reasons(run("2024-02-15T00:00:00Z", inputs))


# Negotiated renewals


def negotiated(begin: str, price: str, **cells: str | None) -> Inputs:
    """Return a contract of 2024 at 100 a month, and an amendment with a price of its own."""
    inputs = basic("100")
    amendment = {"id": "k2", "effective_at": begin, "ended_at": "2026-01-01", **cells}
    inputs["contracts"].append({**inputs["contracts"][0], **amendment})
    own = override("o", contract_uid="k2", price=price)
    inputs["contract_prices"] = [{**own, "contract_id": None}]
    return inputs


def moved(marts: Marts, month: str) -> dict[str, Decimal]:
    """Return what moved the revenue of a month."""
    (row,) = (row for row in marts["contract_mrr"] if f"{row['month_start_date']:%Y-%m}" == month)
    kinds = ("new", "expansion", "contraction", "renewal", "churn", "reactivation")
    return {kind: row[f"{kind}_mrr"] for kind in kinds if row[f"{kind}_mrr"]}


@pytest.mark.parametrize(("price", "difference"), [("120", 20), ("90", -10)])
@pytest.mark.parametrize("auto_renew", [None, "true"])
def test_negotiated_renewal(auto_renew: str | None, price: str, difference: int) -> None:
    """Its difference is of the renewal, neither expansion nor contraction."""
    inputs = negotiated("2025-01-01", price)
    inputs["contracts"][0]["auto_renew"] = auto_renew
    marts = run("2025-02-15T00:00:00Z", inputs)
    assert amounts(marts) == decimals(*["100"] * 12, price, price)
    assert renewed(marts) == [datetime(2025, 1, 1)]
    assert moved(marts, "2025-01") == {"renewal": difference}


@pytest.mark.parametrize("auto_renew", [None, "true"])
@pytest.mark.parametrize(
    ("zone", "day"),
    [("Europe/Berlin", (2023, 12, 31, 23)), ("America/New_York", (2023, 12, 31, 5))],
)
@pytest.mark.parametrize("delivery", ["ADVANCED", "ARREARS"])
def test_negotiated_renewal_at_a_time_of_day(
    delivery: str, zone: str, day: tuple[int, ...], auto_renew: str | None
) -> None:
    """Whole fees of 1000 and then 1200 a year: it begins at a midnight, like every renewal.

    In New York the contract begins on 31 December.
    """
    inputs = negotiated("2024-01-01T00:00:00Z", "1200", auto_renew=None)
    inputs["customers"][0]["billing_timezone"] = zone
    inputs["pricebooks"][0].update(WHOLE_YEAR, invoice_delivery=delivery)
    inputs["list_prices"][0]["price"] = "1000"
    for row in inputs["contracts"]:
        row["started_at"] = "2023-01-01T00:00:00Z"
    inputs["contracts"][0].update(ended_at="2024-01-01T00:00:00Z", auto_renew=auto_renew)
    inputs["contracts"][1]["ended_at"] = "2025-01-01T00:00:00Z"
    marts = run("2025-02-15T00:00:00Z", inputs)
    assert amounts(marts) == decimals("1000", "1200")
    assert renewed(marts) == [datetime(*day)]
    (month,) = (row["month_start_date"] for row in marts["contract_mrr"] if row["renewal_mrr"])
    # 1200 / 12 - 83.33.
    assert moved(marts, f"{month:%Y-%m}") == {"renewal": Decimal("16.67")}


def test_amendment_is_no_renewal() -> None:
    """Before the end, or after a renewal by itself."""
    marts = run("2025-02-15T00:00:00Z", negotiated("2024-12-01", "120"))
    assert (renewed(marts), moved(marts, "2024-12")) == ([], {"expansion": 20})
    inputs = negotiated("2025-02-01", "120")
    inputs["contracts"][0]["auto_renew"] = "true"
    marts = run("2025-02-15T00:00:00Z", inputs)
    assert renewed(marts) == [datetime(2025, 1, 1)]
    assert moved(marts, "2025-02") == {"expansion": 20}


def test_negotiated_renewal_renews_itself_later() -> None:
    """120 in 2025; 10 % more from 2026 on."""
    inputs = negotiated("2025-01-01", "120", auto_renew="true", renewal_uplift_percent="10")
    inputs["contracts"][1]["renewal_term_months"] = "12"
    marts = run("2026-01-15T00:00:00Z", inputs)
    assert amounts(marts) == decimals(*["100"] * 12, *["120"] * 12, "132")
    assert renewed(marts) == [datetime(2025, 1, 1), datetime(2026, 1, 1)]
    assert [row["renewal_number"] for row in marts["contract_events"]] == [None, 1]


# A rest of less than a local day


@pytest.mark.parametrize(
    ("zone", "start", "terminated_at"),
    [
        ("Europe/Berlin", "2023-03-01T00:00:00Z", "2025-03-01T00:00:00Z"),
        ("Europe/Berlin", "2023-03-01", "2025-03-01T00:00:00Z"),
        (None, "2023-03-01", "2025-03-01 23:59:59"),
        ("America/New_York", "2023-03-01", "2025-03-01T06:00:00Z"),
    ],
)
def test_no_renewal_begins_in_a_rest(zone: str | None, start: str, terminated_at: str) -> None:
    """Two terms at 1000 and 1100, whole fees in arrears; renewed once, not twice."""
    terms = {**WHOLE_YEAR, "invoice_delivery": None}
    term = (start, start.replace("2023", "2024"))
    cells = {"renewal_uplift_percent": "10", "terminated_at": terminated_at}
    marts = run(LATE, renewing("1000", term, terms, zone, **cells))
    assert amounts(marts) == decimals("1000", "1100")
    assert len(renewed(marts)) == 1


def test_whole_day_is_no_rest() -> None:
    """A contract that goes on to the next midnight renews: the stub owes the whole fee."""
    terms = {**WHOLE_YEAR, "invoice_delivery": None}
    cells = {"renewal_uplift_percent": "10", "terminated_at": "2025-03-02"}
    marts = run(LATE, renewing("1000", ("2023-03-01", "2024-03-01"), terms, **cells))
    assert amounts(marts) == decimals("1000", "1100", "1210")
    assert len(renewed(marts)) == 2


def test_quarters_that_end_with_a_rest() -> None:
    """100 100 100 110 110 110: fees without proration, and seats by their latest number."""
    term = ("2025-01-01T00:00:00Z", "2025-04-01T00:00:00Z")
    cells = {
        "renewal_uplift_percent": "10",
        "renewal_term_months": "3",
        "terminated_at": "2025-07-01T00:00:00Z",
    }
    months = decimals(*["100"] * 3, *["110"] * 3)
    inputs = renewing("100", term, {"prorate": "false"}, "Europe/Berlin", **cells)
    assert amounts(run(LATE, inputs)) == months
    inputs = renewing("10", term, None, "Europe/Berlin", **cells)
    meter = {"ptype": "EVENT", "event_name": "e", "agg_property": "n", "aggregation": "LATEST"}
    inputs["products"][0].update(meter)
    inputs["usage_events"] = [event(f"{m}", f"2025-0{m}-10", n=10) for m in range(1, 7)]
    assert amounts(run(LATE, inputs)) == months


@pytest.mark.parametrize("aggregation", ["MAX", "UNIQUE_COUNT", "SUM", "LATEST", "COUNT"])
def test_seats_renewed_monthly(aggregation: str) -> None:
    """One seat at 10, then at 20; the contract ends at 06:00 on the next first."""
    term = ("2025-01-01", "2025-02-01")
    cells = {"renewal_uplift_percent": "100", "terminated_at": "2025-03-01 06:00"}
    inputs = renewing("10", term, None, "Europe/Berlin", **cells)
    meter = {"ptype": "EVENT", "event_name": "e", "agg_property": "n", "aggregation": aggregation}
    inputs["products"][0].update(meter)
    inputs["usage_events"] = [event("1", "2025-01-10", n=1), event("2", "2025-02-10", n=1)]
    assert amounts(run(LATE, inputs)) == decimals("10", "20")


def amended_at_the_end(aggregation: str, price: str = "2", **cells: str | None) -> Inputs:
    """Return a contract from January, amended on 1 March, that ends at 06:00 on that day."""
    end = {"started_at": "2025-01-01", "ended_at": "2025-03-01 06:00"}
    inputs = basic("1", "EVENT", contracts=end, customers={"billing_timezone": "Europe/Berlin"})
    inputs["products"][0].update(agg_property="n", aggregation=aggregation)
    amendment = {"id": "k2", "effective_at": "2025-03-01"}
    inputs["contracts"].append({**inputs["contracts"][0], **amendment})
    own = {**override("o", contract_uid="k2", price=price, **cells), "contract_id": None}
    inputs["contract_prices"] = [own]
    inputs["usage_events"] = [
        event("1", "2025-02-10", n=10),
        event("2", "2025-03-01T04:00:00Z", n=7),
    ]
    return inputs


@pytest.mark.parametrize(
    ("aggregation", "owed"),
    [("MAX", "10"), ("UNIQUE_COUNT", "2"), ("LATEST", "7"), ("SUM", "17"), ("COUNT", "2")],
)
def test_amendment_in_a_rest_decides_nothing(aggregation: str, owed: str) -> None:
    """10 seats at 1, an amendment to 2 at midnight: at 1, and what happens in the rest counts."""
    marts = run(LATE, amended_at_the_end(aggregation))
    assert amounts(marts) == decimals("0", owed)
    assert outcomes(marts) == ["RATED", "RATED"]
    last = max(marts["price_spans"], key=lambda span: span["effective_at"])
    assert (last["price"], last["ineffective_at"]) == (1, datetime(2025, 3, 1, 5))


@pytest.mark.parametrize(
    "cells",
    [
        {"invoice_delivery": "ADVANCED"},
        {"invoice_schedule": "12"},
        {"billing_anchor": "ANNIVERSARY"},
        {"minimum_amount": "500", "maximum_amount": "600"},
        {"discount_amount": "5"},
    ],
)
def test_other_terms_in_a_rest_decide_nothing(cells: Row) -> None:
    """Neither delivery nor schedule, limits or discounts: two fees of 31."""
    inputs = amended_at_the_end("MAX", "99", **cells)
    inputs["products"][0].update(ptype="FIXED")
    inputs["list_prices"][0].update(price="31", prorate="false")
    assert amounts(run(LATE, inputs)) == decimals("31", "31")


@pytest.mark.parametrize("auto_renew", [None, "true"])
def test_rest_of_several_rows(auto_renew: str | None) -> None:
    """Amendments at midnight, at 03:00 and at 05:00, an end at 06:00: no renewal begins in it.

    Neither one by itself, nor a negotiated one.
    """
    cells = {"renewal_uplift_percent": "10", "terminated_at": "2025-03-01 06:00"}
    inputs = renewing("1000", ("2024-03-01", "2025-03-01"), WHOLE_YEAR, "Europe/Berlin", **cells)
    first = inputs["contracts"][0]
    for number, clock in enumerate((" 03:00", " 05:00") if auto_renew else ("", " 03:00"), start=2):
        amendment = {"effective_at": f"2025-03-01{clock}", "ended_at": "2026-03-01"}
        inputs["contracts"].append({**first, "id": f"k{number}", **amendment})
    first["auto_renew"] = auto_renew
    marts = run(LATE, inputs)
    assert amounts(marts) == decimals("1000")
    assert renewed(marts) == []


def test_amendment_on_the_last_whole_day() -> None:
    """From 28 February on: that is no rest, and a MAX is at the terms of the last span."""
    inputs = amended_at_the_end("MAX")
    inputs["contracts"][1]["effective_at"] = "2025-02-28"
    inputs["usage_events"].pop()
    assert amounts(run(LATE, inputs)) == decimals("0", "20")


# Orders


@pytest.mark.parametrize(
    ("first", "second", "fee"),
    [
        ({}, {}, "80"),
        # The same day, written otherwise.
        ({"started_at": "2025-11-01T00:00:00Z"}, {}, "80"),
        ({"paid_at": "2025-11-01T12:00:00Z"}, {}, "50"),
        # 11:00 at +02:00 is 09:00, and earlier than 10:00.
        ({"paid_at": "2025-11-01T11:00:00+02:00"}, {}, "80"),
        ({"paid_at": None}, {}, "80"),
        ({}, {"state": "FAILED"}, "50"),
    ],
)
def test_later_payment_counts(first: Row, second: Row, fee: str) -> None:
    """Two paid orders of one subscription and start: 50 paid at 08:00, 80 paid at 10:00."""
    inputs = basic("50", pricebooks={"invoice_delivery": "ADVANCED"})
    inputs["contracts"] = []
    inputs["pricebooks"].append({"id": "d1", "durable_id": "d", "invoice_delivery": "ADVANCED"})
    inputs["list_prices"].append(
        {"id": "l2", "pricebook_uid": "d1", "product_uid": "p1", "price": "80"}
    )
    month = {"started_at": "2025-11-01", "ended_at": "2025-12-01"}
    order = {"durable_id": "s", "customer_id": "c1", "state": "PAID", **month}
    paid_first = {"id": "z9", "pricebook_id": "b", "paid_at": "2025-11-01T08:00:00Z", **first}
    paid_second = {"id": "a1", "pricebook_id": "d", "paid_at": "2025-11-01T10:00:00Z", **second}
    inputs["orders"] = [{**order, **paid_first}, {**order, **paid_second}]
    assert amounts(run(LATE, inputs)) == decimals(fee)


# Quotes


QUOTED = {"started_at": "2026-01-01", "ended_at": "2027-01-01"}


def agreed(quote: Row, contract: Row) -> Inputs:
    """Return a contract that names its quote, each with some terms more."""
    inputs = basic("100", pricebooks=MONTH_ENDS, contracts={**QUOTED, "quote_id": "q", **contract})
    names = {"id": "q1", "durable_id": "q", "customer_id": "c1", "pricebook_id": "b"}
    inputs["quotes"] = [{**names, **QUOTED, "state": "ACCEPTED", **quote}]
    return inputs


@pytest.mark.parametrize(
    ("quote", "contract", "differs"),
    [
        ({}, {}, False),
        ({}, {"auto_renew": "true"}, False),
        ({}, {"payment_terms_days": "30", "currency": "USD", "prorate": "false"}, False),
        ({"auto_renew": "true"}, {"auto_renew": "yes"}, False),
        ({"auto_renew": "false"}, {}, False),
        ({"renewal_pricing": "SAME"}, {}, False),
        ({}, {"started_at": "2026-01-01T00:00:00Z"}, False),
        ({"auto_renew": "true"}, {}, True),
        ({"auto_renew": "false"}, {"auto_renew": "true"}, True),
        ({"renewal_uplift_percent": "5"}, {"renewal_uplift_percent": "5.0"}, False),
        ({"renewal_uplift_percent": "5"}, {"renewal_uplift_percent": "7"}, True),
        ({"renewal_term_months": "12"}, {"renewal_term_months": "1"}, True),
        ({"renewal_pricing": "LIST"}, {}, True),
        ({}, {"ended_at": "2026-12-31"}, True),
        ({"payment_terms_days": "30"}, {}, True),
    ],
)
def test_contract_differs_from_its_quote(quote: Row, contract: Row, differs: bool) -> None:
    """Only in what the quote says."""
    marts = run(LATE, agreed(quote, contract))
    assert reasons(marts) == ([("k1", "QUOTE_DIFFERS")] if differs else [])


def test_prices_differ_from_their_quote() -> None:
    """Each quoted price must be there, with all that it says."""
    inputs = agreed({}, {})
    inputs["quote_prices"] = [{"id": "y", "quote_id": "q", "list_price_uid": "l1", "price": "90"}]
    assert reasons(run(LATE, inputs)) == [("k1", "QUOTE_DIFFERS")]
    priced(inputs, {"price": "90.00", "invoice_schedule": "1"})
    assert reasons(run(LATE, inputs)) == []


def test_quote_that_renews() -> None:
    """Accepted it is a contract that renews at 5 % more; its preview is the first term."""
    inputs = agreed({"auto_renew": "true", "renewal_uplift_percent": "5"}, {})
    inputs["contracts"] = []
    inputs["quotes"][0].update(started_at="2025-01-01 09:00", ended_at="2026-01-01 09:00")
    marts = run("2026-01-15T00:00:00Z", inputs)
    assert amounts(marts) == decimals(*["100"] * 12, "105")
    previews = [row["amount"] for row in marts["quote_line_items"]]
    assert previews == decimals(*["100"] * 12)
    first_term = [{"quote_id": "q", **row} for row in marts["line_items"][:12]]
    assert first_term == marts["quote_line_items"]
