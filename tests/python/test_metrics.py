"""Metrics: what MetricFlow answers is what plain SQL finds in the marts, to the last decimal."""

from __future__ import annotations

import contextlib
import json
import re
import shlex
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import ROOT, Warehouse, changed_environment, close_duckdb, dbt
from dbt_metricflow.cli.cli_configuration import CLIConfiguration
from dbt_metricflow.cli.main import query
from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

from ratebook.dashboard.views import revenue
from ratebook.dashboard.warehouse import Warehouse as Books

DOCUMENT = ROOT / "docs" / "metrics.md"
# A command, which may go on in the next line, and its output.
EXAMPLE = re.compile(r"```\n\$ \.venv/bin/mf query (.*?[^\\])\n(.*?)```", re.S)

INVOICES = """
select date_trunc('month', nominal_start_date), currency, sum(total) from ratebook.invoices
where {} group by 1, 2
"""
LINES = """
select date_trunc('month', invoices.nominal_start_date), lines.{}, sum(lines.{})
from ratebook.line_items as lines inner join ratebook.invoices as invoices using (invoice_id)
where {} group by 1, 2
"""
REVENUE = """
select month_start_date, currency, {} from ratebook.contract_mrr group by 1, 2
"""
RETAINED = "sum({}) filter (where mrr_before > 0)"
EVENTS = """
select date_trunc('month', received_date), sum(event_count) from ratebook.usage_outcome_counts
where {} group by 1
"""

# What each metric is by month, and by currency or, where units differ, product.
AMOUNTS = {
    "invoiced_amount": INVOICES.format("is_shadow = false"),
    "finalized_amount": INVOICES.format("is_shadow = false and status = 'FINALIZED'"),
    "shadow_invoiced_amount": INVOICES.format("is_shadow = true"),
    "line_amount": LINES.format("currency", "amount", "lines.is_shadow = false"),
    "usage_quantity": LINES.format("product_uid", "quantity", "lines.line_type = 'usage'"),
    "partner_share_amount": """
        select payout_month, currency, sum(share_amount) from ratebook.partner_payouts
        group by 1, 2
    """,
    "retained_mrr": REVENUE.format(RETAINED.format("mrr")),
    "gross_retained_mrr": REVENUE.format(
        RETAINED.format("case when mrr < mrr_before then mrr else mrr_before end")
    ),
    **{
        name: REVENUE.format(f"sum({name})")
        for name in (
            *("mrr", "arr", "new_mrr", "expansion_mrr", "contraction_mrr"),
            *("renewal_mrr", "churn_mrr", "reactivation_mrr"),
        )
    },
}
COUNTS = {
    "usage_event_count": EVENTS.format("outcome = 'RATED'"),
    "unrated_event_count": EVENTS.format(
        "outcome != 'RATED' and outcome != 'DUPLICATE' and outcome != 'FILTERED_OUT'"
    ),
    "pricing_exception_count": "select null, count(*) from ratebook.pricing_exceptions",
}
# Their numerators; the denominator is what there was before.
RATIOS = {
    "net_revenue_retention": "retained_mrr",
    "gross_revenue_retention": "gross_retained_mrr",
}


@pytest.fixture(scope="module")
def project(case_study: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the project, parsed for a copy of the case study: MetricFlow opens it for writing.

    `mf` looks for target/semantic_manifest.json in the project; this one has a target of its own.
    """
    directory = tmp_path_factory.mktemp("metrics")
    for name in ("dbt_project.yml", "models", "macros", "seeds", "tests", "analyses"):
        (directory / name).symlink_to(ROOT / name)
    copy = directory / case_study.path.name
    shutil.copyfile(case_study.path, copy)
    dbt(
        ["--warn-error", "parse", "--target-path", str(directory / "target")],
        duckdb_path=copy,
        env={"DBT_WRITE_JSON": "true"},
        project_dir=directory,
    )
    return directory


@pytest.fixture(scope="module")
def parsed(project: Path) -> dict[str, Any]:
    """Return the project as dbt has parsed it."""
    return json.loads((project / "target" / "manifest.json").read_text())


@pytest.fixture(scope="module")
def metricflow(project: Path, case_study: Warehouse) -> Iterator[CLIConfiguration]:
    """Return what the commands of `mf` work with."""
    environment = {
        "RATEBOOK_DUCKDB_PATH": str(project / case_study.path.name),
        "DBT_LOG_PATH": str(project / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    with contextlib.chdir(project), changed_environment(environment):
        configuration = CLIConfiguration()
        configuration.setup(
            dbt_profiles_path=ROOT, dbt_project_path=project, configure_file_logging=False
        )
        try:
            yield configuration
        finally:
            close_duckdb()


def answer(
    metricflow: CLIConfiguration, case_study: Warehouse, **request: object
) -> list[tuple[Any, ...]]:
    """Return the rows of MetricFlow's own SQL, as the database gives them.

    MetricFlow itself turns decimals into floats before it shows them.
    """
    explained = metricflow.mf.explain(MetricFlowQueryRequest.create(**request))
    return case_study.rows(explained.sql_statement.sql)


def as_date(time: object) -> str:
    """Return the day of a date or timestamp."""
    return str(time)[:10]


def test_every_metric_is_tested(parsed: dict[str, Any]) -> None:
    """Apart from the sums and counts that they are made of, which are named as measures."""
    measures = {
        measure["name"]
        for model in parsed["semantic_models"].values()
        for measure in model["measures"]
    }
    metrics = {metric["name"] for metric in parsed["metrics"].values()}
    assert metrics - measures == {*AMOUNTS, *COUNTS, *RATIOS}


@pytest.mark.parametrize("metric", AMOUNTS)
def test_amounts(metricflow: CLIConfiguration, case_study: Warehouse, metric: str) -> None:
    """By month and currency each is the plain sum, and by month null over several currencies."""
    unit = "product" if metric == "usage_quantity" else "currency"
    by_unit = answer(
        metricflow,
        case_study,
        metric_names=[metric],
        group_by_names=["metric_time__month", unit],
    )
    found = {(as_date(month), of): amount for month, of, amount in by_unit}
    expected = {
        (as_date(month), of): amount for month, of, amount in case_study.rows(AMOUNTS[metric])
    }
    assert found == expected
    assert {type(amount) for amount in found.values()} <= {Decimal, type(None)}

    amounts: dict[str, list[Decimal | None]] = {}
    for (month, _), amount in expected.items():
        amounts.setdefault(month, []).append(amount)
    by_month = answer(
        metricflow, case_study, metric_names=[metric], group_by_names=["metric_time__month"]
    )
    assert {as_date(month): amount for month, amount in by_month} == {
        month: of_month[0] if len(of_month) == 1 else None for month, of_month in amounts.items()
    }


@pytest.mark.parametrize("metric", COUNTS)
def test_counts(metricflow: CLIConfiguration, case_study: Warehouse, metric: str) -> None:
    """Counts need no unit; exceptions are of no month."""
    found = answer(
        metricflow, case_study, metric_names=[metric], group_by_names=["metric_time__month"]
    )
    expected = case_study.rows(COUNTS[metric])
    assert {as_date(month): count for month, count in found} == {
        as_date(month): count for month, count in expected
    }


@pytest.mark.parametrize("metric", RATIOS)
def test_ratios(metricflow: CLIConfiguration, case_study: Warehouse, metric: str) -> None:
    """What is left, divided by what there was; null where nothing was, or over currencies."""
    before = {
        row[:2]: row[2] for row in case_study.rows(REVENUE.format("sum(mrr_before)")) if row[2]
    }
    expected = {
        (as_date(month), currency): float(amount / before[month, currency])
        for month, currency, amount in case_study.rows(AMOUNTS[RATIOS[metric]])
        if (month, currency) in before
    }
    rows = answer(
        metricflow,
        case_study,
        metric_names=[metric],
        group_by_names=["metric_time__month", "currency"],
    )
    found = {(as_date(month), currency): ratio for month, currency, ratio in rows if ratio}
    assert found == pytest.approx(expected, rel=1e-12)
    assert answer(metricflow, case_study, metric_names=[metric]) == [(None,)]


@pytest.mark.parametrize("metric", ["mrr", "arr"])
def test_levels_are_those_of_the_last_month(
    metricflow: CLIConfiguration, case_study: Warehouse, metric: str
) -> None:
    """Of a year and of all time; a customer who has left before has nothing."""
    last_of_year = f"""
        select date_trunc('year', month_start_date), currency, sum({metric})
        from ratebook.contract_mrr
        where month_start_date in (
            select max(month_start_date) from ratebook.contract_mrr
            group by date_trunc('year', month_start_date)
        )
        group by 1, 2
    """  # noqa: S608
    by_year = answer(
        metricflow,
        case_study,
        metric_names=[metric],
        group_by_names=["metric_time__year", "currency"],
    )
    assert {(as_date(year), of, amount) for year, of, amount in by_year} == {
        (as_date(year), of, amount) for year, of, amount in case_study.rows(last_of_year)
    }
    by_customer = answer(
        metricflow, case_study, metric_names=[metric], group_by_names=["customer", "currency"]
    )
    last = f"""
        select customer_id, currency, sum({metric}) from ratebook.contract_mrr
        where month_start_date = (select max(month_start_date) from ratebook.contract_mrr)
        group by 1, 2
    """  # noqa: S608
    assert set(by_customer) == set(case_study.rows(last))


def test_the_dashboard_says_the_same(metricflow: CLIConfiguration, case_study: Warehouse) -> None:
    """The figures of the page Revenue, for each month and currency; null is 0 there."""
    reader = Books(case_study.path)
    reader.refresh()
    metrics = {
        "invoiced": "invoiced_amount",
        "finalized": "finalized_amount",
        "shadow": "shadow_invoiced_amount",
        "after": "mrr",
        "annual": "arr",
        **{movement: f"{movement}_mrr" for movement in revenue.MOVEMENTS},
    }
    rows = answer(
        metricflow,
        case_study,
        metric_names=list(metrics.values()),
        group_by_names=["metric_time__month", "currency"],
    )
    assert len({row[1] for row in rows}) > 1
    for month, currency, *amounts in rows:
        day = month.date() if hasattr(month, "date") else month
        (figures,) = reader.query(revenue.TOTALS_SQL, [currency, day, day])
        period = {"currency": currency, "first": day, "last": day}
        figures |= reader.query(revenue.MRR_SQL, period)[0]
        shown = [figures[figure] for figure in metrics]
        assert shown == [amount or 0 for amount in amounts], (day, currency)


def test_saved_queries_answer(
    metricflow: CLIConfiguration, case_study: Warehouse, parsed: dict[str, Any]
) -> None:
    """Each metric of each has a value: it is grouped by what it needs."""
    for saved in parsed["saved_queries"].values():
        rows = answer(metricflow, case_study, saved_query_name=saved["name"])
        metrics = saved["query_params"]["metrics"]
        for column, metric in enumerate(metrics, start=-len(metrics)):
            assert any(row[column] is not None for row in rows), f"{saved['name']}: {metric}"


def examples() -> list[tuple[str, str]]:
    """Return the commands of the document, each with what it shows beneath."""
    return [
        (command.replace("\\\n", " "), output)
        for command, output in EXAMPLE.findall(DOCUMENT.read_text())
    ]


@pytest.mark.parametrize(("command", "output"), examples())
def test_documented_output(metricflow: CLIConfiguration, command: str, output: str) -> None:
    """The command without its group, which asks the network for a newer version."""
    result = CliRunner().invoke(query, shlex.split(command), obj=metricflow)
    assert result.exception is None, result.output
    assert lines_of(result.output) == lines_of(output)


def lines_of(text: str) -> list[str]:
    """Return the lines, without blanks at their ends and empty lines at the end."""
    return [line.rstrip() for line in text.rstrip().splitlines()]


def test_document_has_every_metric() -> None:
    """In the first column of its table."""
    documented = re.findall(r"^\| `(\w+)` \|", DOCUMENT.read_text(), re.M)
    assert sorted(documented) == sorted({*AMOUNTS, *COUNTS, *RATIOS})
    assert len(examples()) >= 6


def test_exposures_read_marts(parsed: dict[str, Any]) -> None:
    """What dashboards and documents show is public."""
    for exposure in parsed["exposures"].values():
        for key in exposure["depends_on"]["nodes"]:
            assert parsed["nodes"][key]["config"]["access"] == "public", exposure["name"]
