"""The worked questions of analyses/: what they answer, and that docs/analyses.md shows it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from math import ceil, prod
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import (
    ROOT,
    Warehouse,
    already_parsed,
    changed_environment,
    dbt,
    ratebook,
    ratebook_process,
)
from dbt.contracts.graph.manifest import Manifest
from rich.console import Console

from ratebook import analyses

BRANCH = "override_creates"
NAMES = sorted(path.stem for path in (ROOT / "analyses").glob("*.sql"))
# Stands in the compiled SQL for how the id of a line begins.
ANY_LINE = "beginning of a line_item_id"
SECTION = re.compile(r"^## .*?`make show ANALYSIS=(\w+)[^`]*`.*?^```text\n(.*?)^```", re.M | re.S)


@pytest.fixture(scope="module")
def compiled(
    case_study: Warehouse, seeds_manifest: Manifest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """Return the SQL of each analysis, on any file of the case study's name."""
    path = tmp_path_factory.mktemp("compiled") / case_study.path.name
    command = ["compile", "--select", "path:analyses", "--no-introspect", "--no-populate-cache"]
    variables = {"ratebook_line": ANY_LINE}
    result = dbt(command, vars=variables, duckdb_path=path, manifest=seeds_manifest)
    return {run.node.name: run.node.compiled_code for run in result.result.results}


@pytest.fixture(scope="module")
def branch(on_branch: Callable[[str], Warehouse]) -> Warehouse:
    """Return the case study with the invoices of a branch beside those of main."""
    return on_branch(BRANCH)


def explained(warehouse: Warehouse, compiled: dict[str, str], line: str) -> dict[str, str]:
    """Return the value of each step of a line."""
    rows = warehouse.rows(compiled["explain_line"].replace(ANY_LINE, line))
    return {step: value for step, value, _ in rows}


def answers(
    compiled: dict[str, str], name: str, directory: Path, file_name: str, *statements: str
) -> list[tuple[Any, ...]]:
    """Return the rows of an analysis on a table that a test has written."""
    path = directory / file_name
    with duckdb.connect(path) as connection:
        connection.execute("create schema ratebook")
        for statement in statements:
            connection.execute(statement)
    return Warehouse(path).rows(compiled[name])


# The page


def page() -> dict[str, list[str]]:
    """Return the lines of each block of docs/analyses.md, by the analysis that it shows."""
    text = (ROOT / "docs" / "analyses.md").read_text()
    return {name: block.splitlines() for name, block in SECTION.findall(text)}


def test_the_page_shows_every_analysis() -> None:
    """And none that is not there."""
    assert sorted(page()) == analyses.names()


@pytest.mark.parametrize("name", NAMES)
def test_the_page_shows_what_is_printed(
    name: str, case_study: Warehouse, branch: Warehouse, compiled: dict[str, str]
) -> None:
    """In the order printed; a line of dots stands for lines left out."""
    warehouse = branch if name == "branch_cost_by_customer" else case_study
    with warehouse.connect() as connection:
        relation = connection.sql(compiled[name].replace(ANY_LINE, ""))
        rows, labels = relation.fetchall(), relation.columns
    console = Console(width=analyses.WIDTH, record=True, file=open(os.devnull, "w"))  # noqa: SIM115, PTH123
    analyses.print_rows(console, labels, rows)
    printed = [line.rstrip() for line in console.export_text().splitlines()]
    assert max(map(len, printed)) <= analyses.WIDTH
    # A table, not one record after the other.
    assert all(label in printed[0] for label in labels)
    position = 0
    for line in page()[name]:
        if line != "…":
            assert line in printed[position:], line
            position = printed.index(line, position) + 1


# One line


def number(steps: dict[str, str], step: str) -> Fraction:
    """Return the number of a step, without its currency; 0 if there is no such step."""
    return Fraction(steps.get(step, "0").split()[0])


def price_for(steps: dict[str, str], quantity: Fraction) -> Fraction:
    """Return what the price of a step owes for a quantity.

    As "0.05 USD", "10 CHF per package of 1000", "0.75 CHF per 1000000", or, of tiers and events,
    "(100 x 0.5 + 5 flat + 20 x 2.9%) CHF".
    """
    price, _, per = re.fullmatch(
        r"(.+) ([A-Z]{3})(?: per (.+))?", steps.get("price", "0 USD")
    ).groups()
    if " x " in price or "flat" in price:
        parts = [part.removesuffix(" flat").split(" x ") for part in price.strip("()").split(" + ")]
        return sum((prod(map(share_of, part)) for part in parts), Fraction(0))
    if per and per.startswith("package of "):
        return Fraction(price) * ceil(quantity / Fraction(per.removeprefix("package of ")))
    return Fraction(price) * quantity / Fraction(per or 1)


def share_of(text: str) -> Fraction:
    """Return the value of "2.5" or "2.5%"."""
    return Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)


def test_the_steps_of_every_line_come_to_its_amount(
    case_study: Warehouse, compiled: dict[str, str]
) -> None:
    """Price x quantity x share, less discounts and what is cut; or a minimum less other lines."""
    lines = case_study.rows(
        """
        select line_items.line_item_id, line_type, currency, amount, minor_units
        from ratebook.line_items
        inner join (select invoice_id, minor_units from ratebook.invoices) using (invoice_id)
        """
    )
    # All lines at once, instead of the one that is asked for: planning this takes longest.
    sql = compiled["explain_line"]
    for one, all_of_them in (
        (f"'{ANY_LINE}'", "''"),
        ("where ranked.choice = 1", ""),
        ("]) as step\n", "]) as step, line_item_id\n"),
        ("select\n    step.step", "select\n    line_item_id, step.step"),
    ):
        assert sql.count(one) == 1
        sql = sql.replace(one, all_of_them)
    steps_of: dict[str, dict[str, str]] = {}
    for line_item_id, step, value, _ in case_study.rows(sql):
        steps_of.setdefault(line_item_id, {})[step] = value
    seen: set[str] = set()
    for line_item_id, line_type, currency, amount, minor_units in lines:
        steps = steps_of[line_item_id]
        seen |= set(steps)
        assert steps["line"] == line_item_id
        with localcontext(prec=60):
            if line_type == "minimum_true_up":
                unrounded = number(steps, "minimum") + number(steps, "other lines")
            else:
                quantity = number(steps, "quantity") + number(steps, "free quantity")
                share = Fraction(steps.get("share of the period", "1"))
                share *= Fraction(steps.get("months of the price", "1"))
                gross = price_for(steps, quantity) * share
                # Cut off after 20 decimals; of quantities people see 12.
                assert abs(gross - number(steps, "gross amount")) < Fraction(1, 10**9)
                unrounded = sum(
                    number(steps, step)
                    for step in (
                        *("gross amount", "percent discount"),
                        *("fixed discount", "maximum"),
                    )
                )
            assert unrounded == number(steps, "unrounded"), steps
            exact = Decimal(unrounded.numerator) / Decimal(unrounded.denominator)
            rounded = exact.quantize(Decimal(1).scaleb(-minor_units), ROUND_HALF_UP)
        assert steps["amount"] == f"{rounded:f} {currency}"
        assert rounded == amount
    assert seen >= {
        *("list price", "free quantity", "share of the period", "percent discount"),
        *("fixed discount", "maximum", "minimum", "other lines", "in a sentence"),
        "months of the price",
    }


def test_a_beginning_that_several_lines_have_names_one_of_them(
    case_study: Warehouse, compiled: dict[str, str]
) -> None:
    """Without any, all lines have it: the one in which most steps take part."""
    assert explained(case_study, compiled, "")["line"]
    for beginning in "0123456789abcdef":
        assert explained(case_study, compiled, beginning)["line"].startswith(beginning)


# The revenue bridge


def test_the_bridge_adds_up(case_study: Warehouse, compiled: dict[str, str]) -> None:
    """Each row by itself, from month to month, and to the invoices."""
    rows = case_study.rows(compiled["revenue_bridge"])
    assert rows
    for row in rows:
        *_, last_month, new, returned, more, less, none_now, invoiced, _ = row
        assert last_month + new + returned + more + less + none_now == invoiced
    for before, after in pairwise(rows):
        if before[1:3] == after[1:3]:
            assert after[3] == before[9]
    invoiced = case_study.rows(
        """
        select strftime(nominal_start_date, '%Y-%m'), currency, if(is_shadow, 'yes', 'no'),
            sum(total), coalesce(sum(total) filter (where status = 'DRAFT'), 0)
        from ratebook.invoices group by all order by all
        """
    )
    assert sorted((*row[:3], *row[9:]) for row in rows if row[9]) == [
        row for row in invoiced if row[3]
    ]


def test_each_kind_of_customer_has_its_step(
    compiled: dict[str, str], case_study: Warehouse, tmp_path: Path
) -> None:
    """Also a month without any invoice, an invoice of zero, a credit, a currency and a shadow."""
    invoices = [
        ("grows", "2024-01-01", "USD", False, "10.00"),
        ("grows", "2024-02-15", "USD", False, "12.50"),
        ("shrinks", "2024-01-31", "USD", False, "5.00"),
        ("shrinks", "2024-02-01", "USD", False, "7.00"),
        ("shrinks", "2024-02-01", "USD", False, "-3.00"),
        ("stops", "2024-01-01", "USD", False, "1.00"),
        ("stops", "2024-02-01", "USD", False, "0.00"),
        ("begins", "2024-01-01", "USD", False, "0.00"),
        ("begins", "2024-02-01", "USD", False, "2.00"),
        ("grows", "2024-04-01", "USD", False, "9.00"),
        ("grows", "2024-02-01", "EUR", False, "100.00"),
        ("grows", "2024-04-01", "USD", True, "50.00"),
    ]
    values = ", ".join(str((*row, "FINALIZED")) for row in invoices)
    rows = answers(
        *(compiled, "revenue_bridge", tmp_path, case_study.path.name),
        """
        create table ratebook.invoices (customer_id varchar, nominal_start_date date,
            currency varchar, is_shadow boolean, total decimal(28, 8), status varchar)
        """,
        f"insert into ratebook.invoices values {values}",  # noqa: S608
    )
    assert [(*row[:3], *map(float, row[3:10])) for row in rows] == [
        ("2024-02", "EUR", "no", 0, 100, 0, 0, 0, 0, 100),
        ("2024-03", "EUR", "no", 100, 0, 0, 0, 0, -100, 0),
        ("2024-01", "USD", "no", 0, 16, 0, 0, 0, 0, 16),
        ("2024-02", "USD", "no", 16, 2, 0, 2.5, -1, -1, 18.5),
        ("2024-03", "USD", "no", 18.5, 0, 0, 0, 0, -18.5, 0),
        ("2024-04", "USD", "no", 0, 0, 9, 0, 0, 0, 9),
        ("2024-04", "USD", "yes", 0, 50, 0, 0, 0, 0, 50),
    ]


# Net revenue retention

MRR = [
    # Three customers, one of them with two contracts: 100 + 50 + 33.33 of 183.33 then.
    ("a1", "a", "USD", "2023-03-01", "60.00"),
    ("a2", "a", "USD", "2023-03-01", "40.00"),
    ("b1", "b", "USD", "2023-03-01", "50.00"),
    ("c1", "c", "USD", "2023-03-01", "33.33"),
    # Gone then already: no part of the cohort, though back now.
    ("d1", "d", "USD", "2023-03-01", "0.00"),
    ("a1", "a", "USD", "2024-03-01", "130.00"),
    ("b1", "b", "USD", "2024-03-01", "20.01"),
    ("d1", "d", "USD", "2024-03-01", "70.00"),
    ("e1", "e", "USD", "2024-03-01", "900.00"),
    # All gone; and a currency by itself.
    ("f1", "f", "EUR", "2023-02-01", "10.00"),
    ("f1", "f", "EUR", "2023-03-01", "0.00"),
]


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """Return a percent with two decimals, half away from zero."""
    return (100 * part / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)


def retention(
    mrr: Sequence[tuple[str, str, str, str, str]], currency: str, then: str, now: str
) -> tuple[Any, ...]:
    """Return what the analysis must say of a month, from the rows of contract_mrr."""

    def of(month: str) -> dict[str, Decimal]:
        found: dict[str, Decimal] = {}
        for _, customer, row_currency, row_month, amount in mrr:
            if (row_currency, row_month) == (currency, month):
                found[customer] = found.get(customer, Decimal(0)) + Decimal(amount)
        return {customer: amount for customer, amount in found.items() if amount}

    first, second = of(then), of(now)
    if not first:
        return (0, 0, None, None, None, None)
    kept = {customer: second.get(customer, Decimal(0)) for customer in first}
    total, total_now = sum(first.values()), sum(kept.values())
    gross = sum(min(first[customer], kept[customer]) for customer in first)
    counts = (len(first), sum(1 for amount in kept.values() if amount))
    return (*counts, total, total_now, percent(total_now, total), percent(gross, total))


def test_retention_follows_the_customers_of_a_year_ago(
    compiled: dict[str, str], case_study: Warehouse, tmp_path: Path
) -> None:
    """150.01 of 183.33 now, 120.01 without what a has gained; nothing where there was nothing."""
    values = ", ".join(map(str, MRR))
    rows = answers(
        *(compiled, "net_revenue_retention", tmp_path, case_study.path.name),
        """
        create table ratebook.contract_mrr (contract_id varchar, customer_id varchar,
            currency varchar, month_start_date date, mrr decimal(28, 8))
        """,
        f"insert into ratebook.contract_mrr values {values}",  # noqa: S608
    )
    found = {(currency, month): tuple(rest) for month, currency, *rest in rows}
    # From the first month of a currency to the last of all.
    assert len(found) == 13 + 14
    assert found["USD", "2024-03"] == (
        *(3, 2, Decimal("183.33"), Decimal("150.01")),
        *(Decimal("81.83"), Decimal("65.46")),
    )
    assert found["EUR", "2024-02"] == (1, 0, 10, 0, 0, 0)
    assert found["EUR", "2024-03"] == (0, 0, None, None, None, None)
    assert found["USD", "2024-02"] == (0, 0, None, None, None, None)
    assert found["USD", "2024-03"] == retention(MRR, "USD", "2023-03-01", "2024-03-01")


def test_retention_of_the_case_study(case_study: Warehouse, compiled: dict[str, str]) -> None:
    """Each month again, from contract_mrr."""
    mrr = case_study.rows(
        """
        select contract_id, customer_id, currency, cast(month_start_date as varchar),
            cast(mrr as varchar)
        from ratebook.contract_mrr
        """
    )
    rows = case_study.rows(compiled["net_revenue_retention"])
    for month, currency, *rest in rows:
        then = f"{int(month[:4]) - 1}{month[4:]}-01"
        assert tuple(rest) == retention(mrr, currency, then, f"{month}-01")
    assert any(rest[0] for _, _, *rest in rows)


# The cost of a branch


def test_totals_stand_beside_customers(
    case_study: Warehouse, branch: Warehouse, compiled: dict[str, str]
) -> None:
    """By currency and who bills; on main nothing differs."""
    assert case_study.rows(compiled["branch_cost_by_customer"]) == []
    rows = branch.rows(compiled["branch_cost_by_customer"])
    assert rows
    for currency, shadow, customer, *numbers in rows:
        assert numbers[-2] - numbers[-3] == numbers[-1]
        if customer == "all customers":
            parts = [
                row[3:] for row in rows if row[:2] == (currency, shadow) and row[2] != customer
            ]
            assert tuple(map(sum, zip(*parts, strict=True))) == tuple(numbers)
    expected = branch.rows(
        """
        select sum(difference) from ratebook.branch_invoice_diffs
        where currency = 'USD' and not is_shadow
        """
    )
    assert [row[-1] for row in rows if row[:3] == ("USD", "no", "all customers")] == [
        expected[0][0]
    ]


# Exceptions


def test_top_exceptions_count_all_that_the_reports_have(
    case_study: Warehouse, compiled: dict[str, str]
) -> None:
    """Each reason once, with as many events or rows as the reports, and a remedy."""
    rows = case_study.rows(compiled["top_exceptions"])
    expected = case_study.rows(
        """
        with events as (
            select outcome as reason, count(*) as event_count from ratebook.usage_event_outcomes
            where outcome not in ('RATED', 'DUPLICATE', 'FILTERED_OUT') group by outcome
            union all
            select reason, count(distinct transaction_id) from ratebook.usage_event_exceptions
            where is_event_rated group by reason
        )

        select 'NOT_RATED', reason, sum(event_count) from events group by reason
        union all
        select effect, reason, count(*) from ratebook.pricing_exceptions group by effect, reason
        """
    )
    assert sorted(row[:3] for row in rows) == sorted(expected)
    assert all(row[-1] for row in rows)
    customers = {row[:2]: row[3] for row in rows}
    # Two contracts of one customer; one that is not billed at all; a prospect.
    assert customers["BILLED", "MULTIPLE_CONTRACTS"] == 1
    assert customers["NOT_BILLED", "CURRENCY_MISMATCH"] == 1
    assert customers["BILLED", "TERM_TOO_SHORT"] == 0
    # The lines of both contracts of that customer.
    ((amount,),) = case_study.rows(
        "select sum(amount) from ratebook.line_items where contract_id like 'two_hats_%'"
    )
    billed = {row[:2]: row[4] for row in rows}
    assert billed["BILLED", "MULTIPLE_CONTRACTS"] == f"USD {amount.normalize():f}"
    assert billed["NOT_BILLED", "CURRENCY_MISMATCH"] is None


# The command line


def test_a_line_is_asked_for_by_the_beginning_of_its_id(
    case_study: Warehouse,
    seeds_manifest: Manifest,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As the page says; who asks for a line that is not there is told so."""
    path = Path(shutil.copy(case_study.path, tmp_path))
    ((line,),) = case_study.rows("select max(line_item_id) from ratebook.line_items")
    settings = {"DBT_TARGET_PATH": str(tmp_path), "DBT_LOG_PATH": str(tmp_path)}
    with changed_environment(settings), already_parsed(seeds_manifest):
        command = ("show", "--file", path, "explain_line", "--line")
        assert ratebook(*command, line[:12]) == 0
        assert line in capsys.readouterr().out
        assert ratebook(*command, "zz") == 1
    missing = capsys.readouterr()
    assert missing.out == ""
    assert missing.err.startswith("No line_item_id begins with zz")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["revenue_bridge", "--line", "1f"], "revenue_bridge takes no line"),
        (["revenue_bridge"], "does not exist: build it first"),
    ],
)
def test_what_is_wrong_is_one_sentence(arguments: list[str], sentence: str, tmp_path: Path) -> None:
    """And no traceback."""
    shown = ratebook_process("show", "--file", tmp_path / "nothing.duckdb", *arguments)
    assert (shown.returncode, shown.stdout) == (1, "")
    assert sentence in shown.stderr
    assert len(shown.stderr.splitlines()) == 1
