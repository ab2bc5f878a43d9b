"""Properties of the macros in which money and quantities are computed, on numbers of any kind."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from conftest import CASE_STUDY, dbt
from dbt.contracts.graph.manifest import Manifest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.cells import RawNumber, parse_quantity, round_fraction

LINE_LIMIT = 10**12
# The longest schedule in days, and the microseconds of a month: what quantities are divided by.
DIVISORS = st.one_of(st.just(1), st.integers(1, 36_600), st.integers(10**12, 3 * 10**12))
PRICES = st.decimals(-99_999_999, 99_999_999, places=10)
NUMERATORS = st.integers(-(10**24), 10**24)
PERCENTS = st.decimals(0, 100, places=2)
UNROUNDED = st.one_of(
    st.decimals(-LINE_LIMIT, LINE_LIMIT, places=20),
    # Halves, and what is as near to them as can be.
    st.builds(
        lambda units, places, rest: (
            Decimal(2 * units + 1).scaleb(-places - 1) * 5 + Decimal(rest).scaleb(-20)
        ),
        st.integers(-(10**10), 10**10),
        st.integers(0, 8),
        st.integers(-1, 1),
    ),
)


@pytest.fixture(scope="module")
def compiled(seeds_manifest: Manifest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the macros as SQL expressions."""
    macros = {
        "amount": "ratebook.exact_amount('price', 'numerator', 'divisor', 'percent')",
        "rounded": "ratebook.round_money('amount', 'minor_units')",
        "quantity": (
            "ratebook.event_quantity('properties', 'key_path', 'path', "
            "ratebook.event_property('properties', 'key_path', 'path'))"
        ),
    }
    path = tmp_path_factory.mktemp("macros") / CASE_STUDY.name
    found = {}
    for name, call in macros.items():
        command = ["compile", "--inline", f"select {{{{ {call} }}}}"]
        result = dbt(command, duckdb_path=path, manifest=seeds_manifest)
        found[name] = result.result.results[0].node.compiled_code.removeprefix("select ")
    return found


def evaluated(
    expression: str, cases: Sequence[tuple[Any, ...]], types: dict[str, str]
) -> list[Decimal | None]:
    """Return an expression's value for each case, whose cells have names and types."""
    columns = {
        name: pa.array([None if cell[i] is None else str(cell[i]) for cell in cases], pa.string())
        for i, name in enumerate(types)
    }
    casts = ", ".join(f"cast({name} as {type_}) as {name}" for name, type_ in types.items())
    with duckdb.connect() as connection:
        connection.register("cases", pa.table(columns))
        sql = f"select {expression} from (select {casts} from cases)"  # noqa: S608
        return [value for (value,) in connection.execute(sql).fetchall()]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(PRICES, NUMERATORS, DIVISORS, PERCENTS), min_size=1, max_size=100))
def test_amounts_are_exact(compiled: dict[str, str], cases: list[tuple[Any, ...]]) -> None:
    """Price x (1 - percent) x numerator / divisor, cut off after 20 decimals, or out of range."""
    types = {
        **{"price": "decimal(18, 10)", "numerator": "hugeint", "divisor": "hugeint"},
        "percent": "decimal(9, 2)",
    }
    for case, got in zip(cases, evaluated(compiled["amount"], cases, types), strict=True):
        price, numerator, divisor, percent = map(Fraction, case)
        exact = price * (100 - percent) / 100 * numerator / 10**12 / divisor
        if abs(exact) < LINE_LIMIT:
            digits = int(abs(exact) * 10**20)
            assert got is not None, case
            assert Fraction(got) == Fraction(-digits if exact < 0 else digits, 10**20), case
        else:
            assert got is None or abs(got) >= LINE_LIMIT, case


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(UNROUNDED, st.integers(0, 8)), min_size=1, max_size=100))
def test_amounts_are_rounded_once_half_away_from_zero(
    compiled: dict[str, str], cases: list[tuple[Decimal, int]]
) -> None:
    """To the decimals of the currency."""
    types = {"amount": "decimal(38, 20)", "minor_units": "integer"}
    fitting = [(f"{amount:.20f}", units) for amount, units in cases]
    for (amount, units), got in zip(
        fitting, evaluated(compiled["rounded"], fitting, types), strict=True
    ):
        assert got == round_fraction(Fraction(amount), units), (amount, units)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            # JSON numbers of up to 16 digits: more are rounded by the JSON reader before.
            st.builds(
                lambda digits, scale: RawNumber(f"{Decimal(digits).scaleb(-scale):f}"),
                st.integers(-(10**16) + 1, 10**16 - 1),
                st.integers(0, 16),
            ),
            st.decimals(-(10**13), 10**13, places=14).map(str),
            st.from_regex(r"\A[-+]?[0-9]{0,4}[.,]?[0-9]{0,4}([eE][-+]?[0-9]{1,2})?\Z"),
            st.text(max_size=8),
        ),
        min_size=1,
        max_size=100,
    )
)
def test_quantities_are_read_as_the_rules_say(compiled: dict[str, str], cases: list[str]) -> None:
    """Numbers with 15 significant digits, texts with all of theirs, everything else not at all."""
    cells = [
        (
            f'{{"n": {case if isinstance(case, RawNumber) else json.dumps(case)}}}',
            '$."n"',
            None,
        )
        for case in cases
    ]
    types = {"properties": "varchar", "key_path": "varchar", "path": "varchar"}
    for case, got in zip(cases, evaluated(compiled["quantity"], cells, types), strict=True):
        assert got == parse_quantity(case), case
