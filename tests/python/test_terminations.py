"""A contract terminated on any day of a 30-day period owes what the table says."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from conftest import Warehouse
from input_tables import Builder
from terminations_table import CASES, DAYS, Case, build_cases, owed


@pytest.fixture(scope="module")
def terminated(build: Builder) -> Warehouse:
    """Return all cases of the table, built."""
    return build_cases(build)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_terminated_contract_owes(terminated: Warehouse, case: Case) -> None:
    """March whole, April for its days or whole, and nothing for the months after."""
    assert owed(terminated, case) == [case.march, *([case.april] if case.days_in_force else [])]


def test_whole_fees_of_a_part_are_all_that_is_reported(terminated: Warehouse) -> None:
    """A termination is no exception; that a part of a period owes a whole fee is worth a look."""
    reported = terminated.rows("select distinct reason, input from ratebook.pricing_exceptions")
    assert reported == [("UNPRORATED_STUB", "list_prices")]


# The table itself


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.days_in_force], ids=lambda case: case.name
)
def test_arithmetic_of_the_table(case: Case) -> None:
    """The amount is what the arithmetic beside it comes to, without a rest."""
    numerator, _, divisor = case.arithmetic.partition(" / ")
    value = 1 / Fraction(divisor or 1)
    for factor in numerator.split(" x "):
        value *= Fraction(factor)
    assert Fraction(case.april) == value


def test_days_of_the_table() -> None:
    """Each day is a case of each kind, and a prorated April grows by the same amount a day."""
    kinds = {(case.sold, case.delivery, case.prorate) for case in CASES}
    assert len(CASES) == len(kinds) * len(DAYS)
    for kind in kinds:
        april = [c.april for c in CASES if (c.sold, c.delivery, c.prorate) == kind]
        steps = {after - before for before, after in pairwise(april[1:])}
        assert steps == ({Decimal(0)} if not kind[2] else {april[1]})
