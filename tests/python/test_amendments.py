"""A contract amended in the middle of a month, a quarter and a year owes what the table says."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from amendments_table import CASES, FEES, PERIODS, Case, Period, build_cases
from conftest import Warehouse
from input_tables import Builder, amounts_of


@pytest.fixture(scope="module")
def amended(build: Builder) -> Warehouse:
    """Return all cases of the table, built."""
    return build_cases(build)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_amended_contract_owes(amended: Warehouse, case: Case) -> None:
    """Nothing twice, nothing less, and each line to the cent."""
    assert amounts_of(amended, case.name) == case.amounts


def test_nothing_is_withheld(amended: Warehouse) -> None:
    """A contract that is amended as planned is no exception."""
    assert amended.rows("select * from ratebook.pricing_exceptions") == []
    assert amended.rows("select * from ratebook.usage_event_exceptions") == []


# The table itself


def product_of(text: str) -> Fraction:
    """Return the exact value of '300.00 x 10 / 30'."""
    numerator, _, divisor = text.partition(" / ")
    value = 1 / Fraction(divisor or 1)
    for factor in numerator.split(" x "):
        value *= Fraction(factor)
    return value


def value_of(arithmetic: str) -> Decimal:
    """Return the value of a line's arithmetic, rounded to the cent."""
    first, *subtracted = map(product_of, arithmetic.split(" - "))
    exact = first - sum(subtracted)
    unrounded = Decimal(exact.numerator) / Decimal(exact.denominator)
    return unrounded.quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_arithmetic_of_the_table(case: Case) -> None:
    """Each amount is what the arithmetic beside it comes to."""
    assert [value_of(arithmetic) for arithmetic in case.owed] == case.amounts


@pytest.mark.parametrize("period", PERIODS, ids=lambda period: period.name)
def test_days_of_the_table(period: Period) -> None:
    """The days in the arithmetic are those of the calendar."""
    start, amended_at, end = map(
        date.fromisoformat, (period.started_at, period.amended_at, period.ended_at)
    )
    assert (period.days_before, period.days_after) == (
        (amended_at - start).days,
        (end - amended_at).days,
    )


def test_prorated_fee_lies_between_the_fees() -> None:
    """Whatever the day of the amendment, a prorated period costs neither less nor more."""
    low, high = sorted(map(Decimal, FEES.values()))
    prorated = [case for case in CASES if case.prorate]
    assert all(low < sum(case.amounts) < high for case in prorated)
