"""The oracle itself, by numbers computed by hand: who checks others must be checked first."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from oracle.cells import (
    RawNumber,
    UnparsableError,
    parse_decimal,
    parse_integer,
    parse_quantity,
    round_fraction,
)
from oracle.comparison import differences
from oracle.zones import Zone
from oracle_tables import (
    IN_JANUARY,
    Inputs,
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

# Cells, zones, rounding


def test_quantities() -> None:
    """A JSON number has 15 significant digits, a string all of its own; both 12 decimals."""
    assert parse_quantity(RawNumber("0.1234567890123456")) == Decimal("0.123456789012")
    assert parse_quantity(RawNumber("99999999999.99995")) == Decimal("100000000000")
    assert parse_quantity("99999999999.99995") == Decimal("99999999999.99995")
    assert parse_quantity("1e3") == 1000
    assert parse_quantity("-0.0000000000005") == Decimal("-0.000000000001")
    assert parse_quantity("1e-400000") == 0
    for bad in (RawNumber("123456789012345.5"), "+5", "1e400000", " 5 ", "1,000", "-", True, None):
        assert parse_quantity(bad) is None


def test_decimals_with_exponents() -> None:
    """As a DOUBLE column prints, or with more digits than any type has."""
    assert parse_decimal("1e-05") == Decimal("0.00001")
    assert parse_decimal("10000000000000000000e-18") == 10
    assert parse_decimal("-0e999999999999") == 0
    assert parse_decimal("-1e999999999999") == -(10**50)
    assert parse_integer("35e1") == 350
    for bad in ("35e-1", "1e6", "1e999999999999"):
        with pytest.raises(UnparsableError):
            parse_integer(bad)


def test_rounding_half_away_from_zero() -> None:
    """On both sides, and never to a negative zero."""
    assert round_fraction(Fraction(-1, 2), 0) == -1
    assert round_fraction(Fraction(5, 2), 0) == 3
    assert str(round_fraction(Fraction(-1, 1000), 2)) == "0.00"
    assert amounts(run("2024-01-02T00:00:00Z", basic("1.005"))) == decimals("1.01")
    assert amounts(run("2024-01-02T00:00:00Z", basic("-1.005"))) == decimals("-1.01")


def test_local_times() -> None:
    """Midnights and times that the clocks jump over, or show twice."""
    names = ("America/Sao_Paulo", "Pacific/Apia", "America/Havana", "America/New_York")
    sao_paulo, apia, havana, new_york = (Zone.get(name) for name in names)
    assert sao_paulo.midnight(date(2018, 11, 4)) == datetime(2018, 11, 4, 3)
    assert apia.midnight(date(2011, 12, 30)) == apia.midnight(date(2011, 12, 31))
    assert apia.midnight(date(2011, 12, 31)) == datetime(2011, 12, 30, 10)
    assert havana.midnight(date(2024, 11, 3)) == datetime(2024, 11, 3, 4)
    assert new_york.to_utc(datetime(2024, 3, 10, 2, 30)) == datetime(2024, 3, 10, 7)
    assert new_york.to_utc(datetime(2024, 11, 3, 1, 30)) == datetime(2024, 11, 3, 5, 30)


# Prices and periods


def test_override_until_april() -> None:
    """Inside its window an override applies, outside it the list price stands."""
    inputs = basic("100")
    inputs["contract_prices"] = [override("o", price="80", ended_at="2024-04-01")]
    marts = run("2025-02-01T00:00:00Z", inputs)
    assert amounts(marts) == decimals(*["80"] * 3, *["100"] * 9)
    assert sum(invoice["total"] for invoice in marts["invoices"]) == 1140


@pytest.mark.parametrize(
    ("prorate", "fees"), [("false", ("1000", "5000")), ("true", ("330.60", "3346.99"))]
)
def test_pricebook_amended(prorate: str, fees: tuple[str, str]) -> None:
    """A yearly fee paid in advance is not credited without proration; with it, by its days."""
    terms = {"prorate": prorate, "invoice_delivery": "ADVANCED", "invoice_schedule": "12"}
    term = {"started_at": "2023-11-01", "ended_at": "2024-11-01"}
    inputs = basic("1000", pricebooks=terms, contracts=term)
    inputs["pricebooks"].append({"id": "d1", "durable_id": "d", **terms})
    inputs["products"].append({"id": "p2", "name": "Q", "ptype": "FIXED"})
    inputs["list_prices"].append(
        {"id": "l2", "pricebook_uid": "d1", "product_uid": "p2", "price": "5000"}
    )
    change = {"id": "k2", "pricebook_id": "d", "effective_at": "2024-03-01"}
    inputs["contracts"].append({**inputs["contracts"][0], **change})
    marts = run("2024-05-31T12:00:00Z", inputs)
    assert amounts(marts) == decimals(*fees)
    assert reasons(marts) == []


@pytest.mark.parametrize(
    ("anchor", "monthly", "yearly"),
    [
        ("CALENDAR", ("54.84", *["100"] * 11, "45.16"), ("961.64", "38.36")),
        ("ANNIVERSARY", ("100",) * 12, ("1000",)),
    ],
)
def test_year_from_mid_month(
    anchor: str, monthly: tuple[str, ...], yearly: tuple[str, ...]
) -> None:
    """CALENDAR has a rest at both ends, ANNIVERSARY none; either way it adds up to a year."""
    terms = {"invoice_delivery": "ADVANCED", "billing_anchor": anchor}
    term = {"started_at": "2025-01-15", "ended_at": "2026-01-15"}
    inputs = basic("100", pricebooks=terms, contracts=term)
    inputs["products"].append({"id": "p2", "name": "Y", "ptype": "FIXED"})
    year = {"id": "l2", "product_uid": "p2", "price": "1000", "invoice_schedule": "12"}
    inputs["list_prices"].append({**inputs["list_prices"][0], **year})
    marts = run("2026-06-01T00:00:00Z", inputs)
    assert amounts(marts, product_uid="p1") == decimals(*monthly)
    assert amounts(marts, product_uid="p2") == decimals(*yearly)


def test_year_in_new_york() -> None:
    """Local months, whatever the offset."""
    inputs = basic("100", customers={"billing_timezone": "America/New_York"})
    marts = run("2026-01-01T00:00:00Z", inputs)
    starts = sorted(invoice["started_at"] for invoice in marts["invoices"])
    assert (starts[0], starts[6]) == (datetime(2024, 1, 1, 5), datetime(2024, 7, 1, 4))
    assert amounts(marts) == decimals(*["100"] * 12)


def test_anniversaries_are_not_sticky() -> None:
    """After a short month the day of the anchor comes back."""
    terms = {"started_at": "2024-01-31 10:00", "billing_anchor": "ANNIVERSARY"}
    marts = run("2024-12-01T00:00:00Z", basic(contracts=terms))
    starts = [invoice["nominal_start_date"] for invoice in marts["invoices"]]
    days = [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30)]
    assert starts[:4] == days


def test_rest_of_less_than_a_day_joins() -> None:
    """It belongs to the period before it; a whole day is a period."""
    marts = run("2026-01-01T00:00:00Z", basic(contracts={"ended_at": "2024-04-01 10:00"}))
    assert marts["invoices"][-1]["ended_at"] == datetime(2024, 4, 1, 10)
    assert amounts(marts) == decimals(*["10"] * 3)
    marts = run("2026-01-01T00:00:00Z", basic("30", contracts={"ended_at": "2024-04-02"}))
    assert amounts(marts) == decimals(*["30"] * 3, "1")


def test_phases() -> None:
    """In CALENDAR a phase changes with the month, and is a lineage of its own."""
    term = {"started_at": "2024-01-15", "ended_at": "2025-01-15"}
    inputs = basic("100", list_prices={"end_period": "3"}, contracts=term)
    second = {"id": "l2", "price": "50", "start_period": "3", "end_period": "12"}
    inputs["list_prices"].append({**inputs["list_prices"][0], **second})
    marts = run("2025-06-01T00:00:00Z", inputs)
    assert amounts(marts) == decimals("54.84", "100", "100", *["50"] * 9, "22.58")
    assert len({span["lineage_id"] for span in marts["price_spans"]}) == 2


def test_one_time_delay() -> None:
    """A one-time price waits for its schedule; past the contract's end it is reported."""
    inputs = basic(
        "100", list_prices={"invoice_delivery": "ONE_TIME"}, contracts={"started_at": "2024-01-15"}
    )
    as_of = "2024-01-20T00:00:00Z"
    assert run(as_of, inputs)["invoices"][0]["started_at"] == datetime(2024, 1, 15)
    inputs["list_prices"][0]["invoice_schedule"] = "1"
    assert run(as_of, inputs)["invoices"] == []
    later = run("2024-02-20T00:00:00Z", inputs)
    assert later["invoices"][0]["started_at"] == datetime(2024, 2, 1)
    inputs["list_prices"][0]["invoice_schedule"] = "12"
    assert reasons(run(as_of, inputs)) == [("l1", "ONE_TIME_OUTSIDE_CONTRACT")]


def test_ad_hoc_prices() -> None:
    """One is dated from its amendment, one anchored at its own start; both add to the pricebook."""
    inputs = amended("10", "FIXED")
    inputs["products"].append({"id": "p2", "name": "Extra", "ptype": "FIXED"})
    once = {"contract_uid": "k2", "price": "5", "invoice_delivery": "ONE_TIME"}
    monthly = {"contract_id": "k", "price": "31", "billing_anchor": "ANNIVERSARY"}
    window = {"started_at": "2024-01-10", "ended_at": "2024-02-20"}
    inputs["contract_prices"] = [
        {"id": "once", "product_uid": "p2", **once},
        {"id": "monthly", "product_uid": "p2", **monthly, **window},
    ]
    marts = run("2024-12-31T00:00:00Z", inputs)
    (line,) = (line for line in marts["line_items"] if line["line_type"] == "one_time")
    assert line["started_at"] == datetime(2024, 1, 15)
    # An amendment of the payment terms cuts the first month in two; then 10 of the 29 days.
    assert amounts(marts, contract_price_uid="monthly") == decimals("5", "26", "10.69")


def test_equal_terms_are_one_span() -> None:
    """An amendment that changes nothing cuts nothing; a hole is reported on the row after it."""
    inputs = amended()
    inputs["contracts"][1]["payment_terms_days"] = None
    (span,) = run(IN_JANUARY, inputs)["price_spans"]
    assert span["contract_uid"] == "k1"
    inputs["pricebooks"][0]["effective_at"] = "2024-01-10"
    marts = run(IN_JANUARY, inputs)
    assert reasons(marts) == [("b1", "HOLE_IN_TERM")]
    assert marts["price_spans"][0]["prorated_days"] == 22


# Usage


def test_first_arrival_wins() -> None:
    """A malformed event is no repeat, and blocks nobody; a repeat of another quantity is wrong."""
    inputs = basic("1", "EVENT", products={"agg_property": "n"})
    inputs["usage_events"] = [
        event("1", "soon", n=1),
        event("1", "2024-01-02", properties="[1]"),
        event("", "2024-01-02", n=1),
        event("1", "2024-01-05", n=7, received_at="2024-01-06"),
        event("1", "2024-01-09", n=5, received_at="2024-01-05"),
    ]
    marts = run(IN_JANUARY, inputs)
    malformed = ["BAD_TIMESTAMP", "BAD_PROPERTIES", "NO_TRANSACTION_ID"]
    assert outcomes(marts) == [*malformed, "CONFLICT", "RATED"]
    assert amounts(marts) == decimals("5")


def test_customers_of_events() -> None:
    """An alias with two owners at that instant bills nobody."""
    inputs = basic("1", "EVENT")
    inputs["customers"].append({"id": "cu2", "durable_id": "c2"})
    inputs["customer_aliases"] = [
        {"id": "a1", "customer_id": "c1", "alias": "x"},
        {"id": "a2", "customer_id": "c2", "alias": "x", "effective_at": "2024-01-10"},
    ]
    inputs["usage_events"] = [
        event("1", "2024-01-09", customer_id=None, customer_alias="x"),
        event("2", "2024-01-10", customer_id=None, customer_alias="x"),
        event("3", "2024-01-10", customer_id=None, customer_alias="y"),
        event("4", "2024-01-10", customer_id="c2"),
        event("5", "2024-01-10", customer_id="zz"),
        event("6", "2024-01-10", customer_id=None),
    ]
    assert outcomes(run(IN_JANUARY, inputs)) == [
        *("RATED", "AMBIGUOUS_ALIAS", "UNKNOWN_ALIAS"),
        *("NO_CONTRACT", "UNKNOWN_CUSTOMER", "UNKNOWN_CUSTOMER"),
    ]


def test_filters() -> None:
    """A missing property, and null is missing, fails a filter that is not optional."""
    inputs = basic("1", "EVENT")
    inputs["product_filters"] = [
        {"id": "f", "product_uid": "p1", "property": "kind", "included_values": '["a", 1]'}
    ]
    inputs["usage_events"] = [
        event("0", "2024-01-02"),
        *(event(str(kind), "2024-01-02", kind=kind) for kind in ("a", 1, "b", None)),
    ]
    out = "FILTERED_OUT"
    assert outcomes(run(IN_JANUARY, inputs)) == [out, "RATED", "RATED", out, out]


def test_bad_quantity_stops_nobody() -> None:
    """The others are billed."""
    inputs = basic("1", "EVENT", products={"agg_property": "n"})
    quantities = ["12.5", "1,000", None, 10**12, -1]
    inputs["usage_events"] = [event(str(n), "2024-01-02", n=n) for n in quantities]
    marts = run(IN_JANUARY, inputs)
    assert outcomes(marts) == ["RATED", *["BAD_QUANTITY"] * 3, "RATED"]
    assert amounts(marts) == decimals("11.50")


@pytest.mark.parametrize(
    ("aggregation", "owed"), [("UNIQUE_COUNT", "2"), ("LATEST", "4"), ("COUNT", "3"), ("SUM", "17")]
)
def test_aggregations(aggregation: str, owed: str) -> None:
    """Of 4, 9 and 4."""
    inputs = basic("1", "EVENT", products={"agg_property": "n", "aggregation": aggregation})
    inputs["usage_events"] = [
        event("1", "2024-01-02", n="4"),
        event("2", "2024-01-20", n=9),
        event("3", "2024-01-21", n="4"),
    ]
    assert amounts(run(IN_JANUARY, inputs)) == decimals(owed)


def test_weighted_sum() -> None:
    """The level is carried in: 2 for a month and 3 more for half of it."""
    product = {"agg_property": "n", "aggregation": "WEIGHTED_SUM"}
    inputs = basic("100", "EVENT", products=product)
    inputs["usage_events"] = [
        event("0", "2023-12-20", n=2),
        event("1", "2024-01-16T12:00:00Z", n=3),
    ]
    marts = run("2024-02-01T00:00:00Z", inputs)
    assert amounts(marts) == decimals("350", "500")
    assert outcomes(marts) == ["RATED", "RATED"]


def test_sum_of_no_property() -> None:
    """A decision: it is an unknown aggregation, and nothing rates its usage."""
    inputs = basic("1", "EVENT", products={"aggregation": "SUM"})
    inputs["usage_events"] = [event("1", "2024-01-02", n=1)]
    marts = run(IN_JANUARY, inputs)
    assert reasons(marts) == [("p1", "UNKNOWN_AGGREGATION")]
    assert (marts["prices"], marts["line_items"]) == ([], [])
    assert outcomes(marts) == ["BAD_METER"]


# Lines around an amendment: n units before and after the 15th of January


def around_amendment(inputs: Inputs, before: int, after: int) -> list[Decimal]:
    """Return the lines of January."""
    inputs["usage_events"] = [event("1", "2024-01-02", n=before), event("2", "2024-01-20", n=after)]
    return amounts(run(IN_JANUARY, inputs))


def test_maximum_seats() -> None:
    """MAX is one value of the period, at the terms of its last span."""
    inputs = amended(products={"aggregation": "MAX", "agg_property": "n"})
    assert around_amendment(inputs, 10, 10) == decimals("200")


def test_free_quantity_and_discounts() -> None:
    """Free units are not granted twice, and never help a negative sum."""
    inputs = amended("2", products={"agg_property": "n"}, list_prices={"free_quantity": "150"})
    assert around_amendment(inputs, 100, 100) == decimals("0", "100")
    assert around_amendment(inputs, -10, 0) == decimals("-20", "0")
    inputs["contract_prices"] = [override("o", discount_percent="10", discount_amount="15")]
    assert around_amendment(inputs, 100, 100) == decimals("0", "75")


def test_minimum() -> None:
    """The true-up is a line of its own; the minimum of a part of a month is a part of it."""
    inputs = amended("1", products={"agg_property": "n"}, list_prices={"minimum_amount": "500"})
    assert around_amendment(inputs, 100, 100) == decimals("100", "100", "300")
    inputs = basic(
        "1", "EVENT", list_prices={"minimum_amount": "31"}, contracts={"started_at": "2024-01-11"}
    )
    assert amounts(run(IN_JANUARY, inputs)) == decimals("0", "21")


def test_maximum() -> None:
    """The running sum is capped; a minimum above the maximum wins."""
    inputs = amended("1", products={"agg_property": "n"}, list_prices={"maximum_amount": "150"})
    assert around_amendment(inputs, 100, 100) == decimals("100", "50")
    # The sum itself is 180, then 170: still above the maximum, so the correction lowers nothing.
    assert around_amendment(inputs, 180, -10) == decimals("150", "0")
    assert around_amendment(inputs, 180, -40) == decimals("150", "-10")
    inputs["list_prices"][0]["minimum_amount"] = "170"
    assert around_amendment(inputs, 100, 100) == decimals("100", "50", "20")


def test_unprorated_fee_amended_mid_month() -> None:
    """Billed once per period, in advance and in arrears."""
    for delivery in ("ADVANCED", "ARREARS"):
        terms = {"prorate": "false", "invoice_delivery": delivery}
        marts = run(IN_JANUARY, amended("20", "FIXED", list_prices=terms))
        assert amounts(marts) == decimals("20")


def test_quarter_around_amendment() -> None:
    """Usage after the amendment is rated, on one invoice with its last line's payment terms."""
    inputs = amended(list_prices={"invoice_schedule": "3"})
    days = ("2024-01-02", "2024-01-14", "2024-01-15", "2024-02-20", "2024-03-31")
    inputs["usage_events"] = [event(day, day) for day in days]
    marts = run("2024-02-01T00:00:00Z", inputs)
    assert amounts(marts) == decimals("40", "60")
    (invoice,) = marts["invoices"]
    assert invoice["due_at"] == datetime(2024, 5, 1)


def test_finalization_delay() -> None:
    """An invoice in arrears is a draft until its period has ended, and so many hours more."""
    for hours, status in (("24", "FINALIZED"), ("25", "DRAFT")):
        marts = run("2024-02-02T00:00:00Z", basic(), finalization_delay_hours=hours)
        assert [invoice["status"] for invoice in marts["invoices"]] == [status, "DRAFT"]


# Which rows count, and what is reported


def test_versions_branches_and_system_time() -> None:
    """The highest version, then the latest; a branch sees its own; system time goes back."""
    inputs = basic()
    row = inputs["list_prices"][0]
    inputs["list_prices"] += [
        {**row, "version": "1", "price": "20", "created_at": "2024-02-01"},
        {**row, "version": "2", "price": "30", "branch": "dev"},
        {**row, "version": "1", "price": "25", "created_at": "2024-01-20"},
    ]
    marts = run(IN_JANUARY, inputs)
    assert amounts(marts) == decimals("20")
    assert reasons(marts) == [("l1", "DUPLICATE_ID_AND_VERSION")]
    assert amounts(run(IN_JANUARY, inputs, branch="dev")) == decimals("30")
    assert amounts(run(IN_JANUARY, inputs, system_as_of="2024-01-25")) == decimals("25")
    inputs["list_prices"].append({"id": "l1", "version": "9", "is_deleted": "true"})
    assert amounts(run(IN_JANUARY, inputs)) == []


def test_void_contract() -> None:
    """Nothing of it is billed, and nothing that hangs on it is reported."""
    inputs = basic(contracts={"void": "true"})
    inputs["contract_prices"] = [{"id": "x", "contract_uid": "k1", "price": "no"}]
    marts = run(IN_JANUARY, inputs)
    assert (marts["invoices"], marts["pricing_exceptions"]) == ([], [])


def test_several_overrides() -> None:
    """The amendment's own wins, then the latest."""
    inputs = basic()
    own = {"contract_uid": "k1", "discount_percent": "50", "started_at": "2024-02-01"}
    inputs["contract_prices"] = [
        override("o1", price="8", created_at="2024-01-01"),
        override("o2", price="7"),
        override("o3", **own),
        override("o4", contract_uid="nope", price="7"),
    ]
    marts = run("2024-02-15T00:00:00Z", inputs)
    assert amounts(marts) == decimals("8", "5")
    assert reasons(marts) == [
        ("o1", "OVERRIDE_SUPERSEDED"),
        ("o2", "OVERRIDE_SUPERSEDED"),
        ("o4", "UNKNOWN_REFERENCE"),
    ]


def test_currencies() -> None:
    """ISO 4217's minor units unless the user says others; two currencies are not billed."""
    inputs = basic("10.5", pricebooks={"currency": "JPY"})
    assert amounts(run(IN_JANUARY, inputs)) == decimals("11")
    inputs["currencies"] = [{"id": "1", "code": "JPY", "minor_units": "1"}]
    assert amounts(run(IN_JANUARY, inputs)) == decimals("10.5")
    inputs["contracts"][0]["currency"] = "EUR"
    marts = run(IN_JANUARY, inputs)
    assert marts["line_items"] == []
    assert reasons(marts) == [("k1", "CURRENCY_MISMATCH")]


def test_two_contracts_rate_one_event() -> None:
    """Both bill it, and both are reported."""
    inputs = basic("1", "EVENT")
    inputs["contracts"].append({**inputs["contracts"][0], "id": "k9", "durable_id": "k9"})
    inputs["usage_events"] = [event("1", "2024-01-12")]
    marts = run(IN_JANUARY, inputs)
    assert amounts(marts) == decimals("1", "1")
    assert reasons(marts) == [("k1", "MULTIPLE_CONTRACTS"), ("k9", "MULTIPLE_CONTRACTS")]
    assert marts["usage_event_outcomes"][0]["contract_count"] == 2


@pytest.mark.parametrize(
    ("row", "column", "cell", "expected"),
    [
        ("list_prices", "price", "abc", {"UNPARSABLE_CELL", "NO_PRICE"}),
        ("list_prices", "price", "100000000", {"OUT_OF_RANGE"}),
        ("list_prices", "price", "0.12345678901", {"OUT_OF_RANGE"}),
        ("list_prices", "charge_model", "LOTTERY", {"UNKNOWN_CHARGE_MODEL"}),
        ("list_prices", "package_size", "10", {"UNKNOWN_CHARGE_MODEL"}),
        ("list_prices", "invoice_delivery", "LATER", {"UNKNOWN_DELIVERY"}),
        ("list_prices", "invoice_schedule", "0", {"BAD_SCHEDULE"}),
        ("list_prices", "billing_anchor", "MOON", {"UNKNOWN_BILLING_ANCHOR"}),
        ("list_prices", "product_uid", "p9", {"UNKNOWN_REFERENCE"}),
        ("list_prices", "id", None, {"NO_ID"}),
        ("products", "ptype", "THING", {"UNKNOWN_PRODUCT_TYPE"}),
        ("contracts", "started_at", None, {"NO_START"}),
        ("contracts", "ended_at", "2023-01-01", {"EMPTY_WINDOW"}),
        ("contracts", "pricebook_id", "zz", {"UNKNOWN_REFERENCE"}),
    ],
)
def test_not_billed(row: str, column: str, cell: str | None, expected: set[str]) -> None:
    """One bad cell, on its row."""
    inputs = basic(**{row: {column: cell}})
    marts = run("2024-01-15T00:00:00Z", inputs)
    found = {(each["id"], each["reason"], each["effect"]) for each in marts["pricing_exceptions"]}
    # Where there is no price at all, the contract is reported, too.
    found -= {("k1", "NOTHING_TO_BILL", "BILLED")}
    assert found == {(inputs[row][0]["id"], reason, "NOT_BILLED") for reason in expected}
    assert (marts["prices"], marts["line_items"]) == ([], [])


@pytest.mark.parametrize(
    ("row", "column", "cell", "reason"),
    [
        ("contracts", "customer_id", "c9", "UNKNOWN_CUSTOMER"),
        ("customers", "billing_timezone", "Mars/Base", "UNKNOWN_TIMEZONE"),
        ("contracts", "started_at", "2024-01-31T01:00:00Z", "STARTS_NEAR_BOUNDARY"),
    ],
)
def test_billed_but_reported(row: str, column: str, cell: str, reason: str) -> None:
    """The month after is billed in full."""
    inputs = basic(**{row: {column: cell}})
    marts = run("2024-02-15T00:00:00Z", inputs)
    assert amounts(marts)[-1] == 10
    (found,) = marts["pricing_exceptions"]
    assert (found["id"], found["reason"], found["effect"]) == (
        *(inputs[row][0]["id"], reason),
        "BILLED",
    )


def test_schedule_changed() -> None:
    """Monthly until February, then a quarter of which 60 of 91 days are left."""
    inputs = basic("30")
    inputs["contract_prices"] = [override("o", invoice_schedule="3", started_at="2024-02-01")]
    marts = run("2024-02-15T00:00:00Z", inputs)
    assert amounts(marts) == decimals("30", "19.78")
    assert reasons(marts) == [("k1", "SCHEDULE_CHANGED")]


def test_unknown_pricebook_of_an_empty_row() -> None:
    """A decision: both are reported."""
    inputs = basic(contracts={"pricebook_id": "zz", "ended_at": "2023-01-01"})
    found = [("k1", "EMPTY_WINDOW"), ("k1", "UNKNOWN_REFERENCE")]
    assert reasons(run(IN_JANUARY, inputs)) == found


# The comparison


def test_comparison_sees_differences() -> None:
    """A cell, a missing row, and one id for two rows."""
    expected = run("2024-02-15T00:00:00Z", basic())
    assert differences(expected, expected) == []
    got = {name: [dict(row) for row in rows] for name, rows in expected.items()}
    first, second = got["line_items"]
    first["amount"] += 1
    second["line_item_id"] = first["line_item_id"]
    got["invoices"].pop()
    found = {(each.mart, each.column) for each in differences(expected, got)}
    assert found == {("line_items", "amount"), ("ids", "line_item_id"), ("invoices", "rows")}
