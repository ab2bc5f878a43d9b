#!/usr/bin/env python3
"""Time ratebook on usage of any size: `make bench EVENTS=1000000`.

In one run, several times in turn and each in its own process: the floor (one DuckDB query
over the same files that extracts name and quantity and sums them by customer, product and month),
the usage and rating part of a build, and bframe, if `make parity` has installed it. Prints medians
and their ratio to the floor, as timings differ between machines. With --growth also once each:
fewer events, more contracts, more months. With --cells 500 instead: the same events, sold at one
price and at a matrix price with so many cells. With --closes instead: a build without the ledger,
and one that closes again after everything final was frozen.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import yaml
from dbt.cli.main import dbtRunner
from rich.console import Console
from rich.table import Table
from sample import ABSENT, ABSENT_FOR_TOKENS, end_of, write_events, write_tables

ROOT = Path(__file__).resolve().parents[2]
BFRAME = ROOT / ".venv-parity" / "bin" / "python"
SCHEMA = "bench"

# From the arrival of events to their invoices; the models before depend only on contracts.
USAGE = (
    *("int_usage_reads", "int_usage_event_ids", "int_usage_terms", "int_usage_read_again"),
    *("int_usage_event_repeats", "int_usage_totals", "int_usage_levels", "int_usage_weighted"),
    *("int_usage_by_span", "int_usage_unrated", "usage_outcome_counts", "usage_event_exceptions"),
)
RATING = (
    *("int_cumulative_quantities", "int_rated_quantities", "int_charge_tiers", "int_rated_amounts"),
    *("int_charges_flat", "int_charges_package", "int_charges_tiered", "int_charges_percentage"),
    *("int_charges", "int_period_limits", "int_charges_capped", "int_charges_limited"),
    *("int_line_items", "int_invoices"),
)
# What a matrix price adds to them.
MATRIX = (*("int_usage_by_cell", "int_cell_quantities", "int_shared_amounts", "int_split_charges"),)
# A close after which nothing has changed, and the same build by somebody who has no ledger.
CLOSE = {"ratebook_close": True, "ratebook_books_from": "beginning"}
PROJECT = yaml.safe_load((ROOT / "dbt_project.yml").read_text())
WITHOUT_LEDGER = {
    "ratebook_features": [name for name in PROJECT["vars"]["ratebook_features"] if name != "ledger"]
}
FLOOR = """
    select count(*) from (
        select
            customer_id,
            json_extract_string(properties, '$.name') as event_name,
            date_trunc('month', metered_at) as metered_month,
            count(*) as event_count,
            sum(try_cast(
                json_extract_string(properties, '$.agg_value') as decimal(24, 12)
            )) as quantity
        from read_parquet('{events}')
        group by all
    )
"""


@dataclass(frozen=True)
class Size:
    """The size of a sample."""

    events: int
    contracts: int
    months: int
    cells: int | None = None
    used_cells: int = 0


@dataclass(frozen=True)
class Sample:
    """The inputs of a size on disk."""

    size: Size
    events: str
    warehouse: Path


# One measurement, in its own process


def measured(seconds: float, **more: object) -> dict[str, object]:
    """Return the measurements of this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "seconds": seconds,
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss / 1024,
        **more,
    }


def run_floor(sample: Sample) -> dict[str, object]:
    """Read and sum the events."""
    began = time.perf_counter()
    with duckdb.connect() as connection:
        connection.execute(FLOOR.format(events=sample.events))
    return measured(time.perf_counter() - began)


def run_dbt(
    sample: Sample,
    models: tuple[str, ...],
    settings: Mapping[str, object],
    *,
    is_cold: bool = True,
) -> dict[str, object]:
    """Run models (or all), one after the other, and sum their times; cold, all usage is read."""
    variables = {
        "ratebook_input_schema": SCHEMA,
        "ratebook_usage_events": sample.events,
        "ratebook_as_of": end_of(sample.size.months),
        "ratebook_absent_inputs": ABSENT if sample.size.cells is None else ABSENT_FOR_TOKENS,
        **settings,
    }
    os.environ["RATEBOOK_DUCKDB_PATH"] = str(sample.warehouse)
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    os.environ["DBT_TARGET_PATH"] = str(sample.warehouse.with_suffix(".target"))
    result = dbtRunner().invoke(
        [
            *("--log-level", "error", "--log-path", str(sample.warehouse.with_suffix(".logs"))),
            *("build", "--resource-type", "seed", "--resource-type", "model"),
            *("--threads", "1", "--project-dir", str(ROOT), "--profiles-dir", str(ROOT)),
            *("--vars", json.dumps(variables)),
            *(["--full-refresh"] if is_cold else []),
            *(["--select", *models] if models else []),
        ]
    )
    if not result.success:
        raise SystemExit(f"dbt failed: {result.exception or 'see above'}")
    times = {node.node.name: node.execution_time for node in result.result.results}
    return measured(sum(times.values()), models=times)


# All measurements


def in_own_process(task: str, sample: Sample) -> dict[str, object]:
    """Measure a task in a new process, so that its memory is its own."""
    size = sample.size
    command = [
        *(sys.executable, __file__, "--task", task, "--directory", str(sample.warehouse.parent)),
        *("--events", str(size.events), "--contracts", str(size.contracts)),
        *("--months", str(size.months)),
        *([] if size.cells is None else ["--cells", str(size.cells)]),
        *("--used-cells", str(size.used_cells)),
    ]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(answer.stdout.splitlines()[-1])


def run_bframe(sample: Sample) -> dict[str, object]:
    """Bill the same events with bframe; this includes loading them, as it reads no files."""
    began = time.perf_counter()
    script = ROOT / "lab" / "benchmarks" / "run_bframe.py"
    answer = subprocess.run(
        [BFRAME, script, sample.events], check=True, stdout=subprocess.PIPE, text=True
    )
    found = {line.split()[0]: float(line.split()[1]) for line in answer.stdout.splitlines()}
    elapsed = time.perf_counter() - began
    return {
        "seconds": found["load"] + found["lines"],
        "cpu": float("nan"),
        "memory": found["memory"],
        "elapsed": elapsed,
    }


def sample_at(directory: Path, size: Size) -> Sample:
    """Return the path of the inputs of a size."""
    name = f"{size.events}-{size.contracts}-{size.months}"
    if size.cells is not None:
        name += f"-{size.used_cells}"
    events = name if size.cells is None else f"{name}-tokens"
    warehouse = name if size.cells is None else f"{name}-of-{size.cells}-cells"
    return Sample(
        size, str(directory / events / "*.parquet"), directory / f"bench-{warehouse}.duckdb"
    )


def make_sample(directory: Path, size: Size) -> Sample:
    """Write the inputs of a size, and build the models that do not depend on usage."""
    sample = sample_at(directory, size)
    # Tokens are sold in two ways: the events are written once.
    if size.cells != 0:
        write_events(
            Path(sample.events).parent,
            events=size.events,
            contracts=size.contracts,
            months=size.months,
            cells=size.cells or 0,
            used_cells=size.used_cells,
        )
    write_tables(
        sample.warehouse, SCHEMA, contracts=size.contracts, months=size.months, cells=size.cells
    )
    return sample


def totals(result: Mapping[str, object], models: tuple[str, ...]) -> float:
    """Return the total seconds of some models."""
    times = result["models"]
    assert isinstance(times, dict)
    return sum(times.get(name, 0.0) for name in models)


def medians_of(results: Sequence[Mapping[str, object]]) -> dict[str, float]:
    """Return the medians of seconds, CPU seconds and memory in MB."""
    return {
        key: statistics.median(float(one[key]) for one in results)
        for key in ("seconds", "cpu", "memory")
    }


def compare(console: Console, sample: Sample, runs: int) -> None:
    """Measure in turn, and print medians."""
    build = in_own_process("build", sample)
    tasks = ["floor", "usage"]
    rounds: dict[str, list[dict[str, object]]] = {task: [] for task in [*tasks, "bframe"]}
    for _ in range(runs):
        for task in tasks:
            rounds[task].append(in_own_process(task, sample))
        if BFRAME.exists():
            rounds["bframe"].append(run_bframe(sample))
    size = sample.size
    table = Table(
        title=f"{size.events:,} events, {size.contracts:,} contracts, {size.months} months: "
        f"medians of {runs}"
    )
    for column in ("", "seconds", "x floor", "CPU seconds", "memory, MB"):
        table.add_column(column, justify="left" if not column else "right")
    floor = statistics.median(float(one["seconds"]) for one in rounds["floor"])
    labels = {
        "floor": "floor: read and sum",
        "usage": "usage and rating",
        "bframe": "bframe: load and line items",
    }
    for task, results in rounds.items():
        if not results:
            continue
        medians = medians_of(results)
        table.add_row(
            labels[task],
            f"{medians['seconds']:.2f}",
            f"{medians['seconds'] / floor:.2f}",
            "" if medians["cpu"] != medians["cpu"] else f"{medians['cpu']:.1f}",
            f"{medians['memory']:,.0f}",
        )
    console.print(table)
    models = Table(title="usage and rating, model by model")
    for column in ("model", "seconds", "x floor"):
        models.add_column(column, justify="left" if column == "model" else "right")
    last = rounds["usage"][-1]["models"]
    assert isinstance(last, dict)
    for name, seconds in sorted(last.items(), key=lambda item: -item[1])[:8]:
        models.add_row(name, f"{seconds:.2f}", f"{seconds / floor:.2f}")
    console.print(models)
    console.print(
        f"A whole `dbt run`: {float(build['seconds']):.1f} s of models, of which usage and rating "
        f"{totals(build, USAGE + RATING):.1f} s; {float(build['memory']):,.0f} MB at its peak."
    )


def compare_cells(console: Console, directory: Path, size: Size, runs: int) -> None:
    """Measure the same events at a matrix price and at one price in turn, and print medians."""
    samples = [make_sample(directory, one) for one in (size, replace(size, cells=0))]
    builds = [in_own_process("build", sample) for sample in samples]
    rounds: list[list[dict[str, object]]] = [[], []]
    for _ in range(runs):
        for results, sample in zip(rounds, samples, strict=True):
            results.append(in_own_process("usage", sample))
    table = Table(
        title=f"{size.events:,} events, {size.contracts:,} customers with {size.used_cells} cells "
        f"each: usage and rating, medians of {runs}"
    )
    for column in ("sold at", "seconds", "CPU seconds", "memory, MB", "peak of a build, MB"):
        table.add_column(column, justify="left" if column == "sold at" else "right")
    medians = [medians_of(results) for results in rounds]
    for label, found, build in zip(
        (f"{size.cells} cells", "one price"), medians, builds, strict=True
    ):
        table.add_row(
            label,
            f"{found['seconds']:.2f}",
            f"{found['cpu']:.1f}",
            f"{found['memory']:,.0f}",
            f"{float(build['memory']):,.0f}",
        )
    ratios = [medians[0][key] / medians[1][key] for key in ("seconds", "cpu", "memory")]
    table.add_row("ratio", *(f"{ratio:.2f}" for ratio in ratios), "")
    console.print(table)
    models = Table(title="usage and rating, model by model, seconds")
    for column in ("model", f"{size.cells} cells", "one price"):
        models.add_column(column, justify="left" if column == "model" else "right")
    times = [results[-1]["models"] for results in rounds]
    assert all(isinstance(one, dict) for one in times)
    for name, seconds in sorted(times[0].items(), key=lambda item: -item[1])[:12]:
        models.add_row(name, f"{seconds:.2f}", f"{times[1].get(name, 0.0):.2f}")
    console.print(models)


def compare_closes(console: Console, sample: Sample, runs: int) -> None:
    """Freeze everything that is final, then build with and without a ledger in turn."""
    first = in_own_process("close", sample)
    with duckdb.connect(sample.warehouse, read_only=True) as connection:
        ((frozen,),) = connection.execute(
            "select count(*) from ratebook_state.invoice_ledger"
        ).fetchall()
    tasks = {"no_ledger": "without the ledger", "close": "a close that finds nothing new"}
    rounds: dict[str, list[dict[str, object]]] = {task: [] for task in tasks}
    for _ in range(runs):
        for task, results in rounds.items():
            results.append(in_own_process(task, sample))
    table = Table(title=f"{frozen:,} frozen rows: a whole build, medians of {runs}")
    for column in ("", "seconds", "CPU seconds", "memory, MB"):
        table.add_column(column, justify="left" if not column else "right")
    medians = {task: medians_of(results) for task, results in rounds.items()}
    shown = {"the first close": medians_of([first])}
    shown |= {label: medians[task] for task, label in tasks.items()}
    for label, found in shown.items():
        table.add_row(
            label, f"{found['seconds']:.1f}", f"{found['cpu']:.1f}", f"{found['memory']:,.0f}"
        )
    ratios = [medians["close"][key] / found for key, found in medians["no_ledger"].items()]
    table.add_row("ratio", *(f"{ratio:.2f}" for ratio in ratios))
    console.print(table)
    models = Table(title="models that only the close has, seconds")
    for column in ("model", "seconds"):
        models.add_column(column, justify="left" if column == "model" else "right")
    close, build = (rounds[task][-1]["models"] for task in ("close", "no_ledger"))
    assert isinstance(close, dict)
    assert isinstance(build, dict)
    for name in sorted(close.keys() - build.keys(), key=close.__getitem__, reverse=True)[:12]:
        models.add_row(name, f"{close[name]:.2f}")
    console.print(models)


def grow(console: Console, directory: Path, size: Size) -> None:
    """Measure builds of other sizes once, and print them side by side."""
    sizes = [
        Size(size.events // 4, size.contracts, size.months),
        Size(size.events // 2, size.contracts, size.months),
        size,
        Size(size.events, size.contracts * 4, size.months),
        Size(size.events, size.contracts * 16, size.months),
        Size(size.events, size.contracts, size.months * 2),
        Size(size.events, size.contracts, size.months * 4),
    ]
    table = Table(title="How a whole `dbt run` grows: seconds of models")
    for column in ("events", "contracts", "months", "usage", "rating", "other", "memory, MB"):
        table.add_column(column, justify="right")
    for one in sizes:
        build = in_own_process("build", make_sample(directory, one))
        usage, rating = totals(build, USAGE), totals(build, RATING)
        table.add_row(
            *(f"{one.events:,}", f"{one.contracts:,}", f"{one.months}"),
            *(f"{usage:.1f}", f"{rating:.1f}"),
            *(f"{float(build['seconds']) - usage - rating:.1f}", f"{float(build['memory']):,.0f}"),
        )
    console.print(table)


def main() -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--contracts", type=int, default=2_000)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--cells", type=int, help="compare a matrix price of so many cells")
    parser.add_argument("--used-cells", type=int, default=20, help="by each customer")
    parser.add_argument("--growth", action="store_true", help="also other sizes, once each")
    parser.add_argument("--closes", action="store_true", help="compare a close with no ledger")
    parser.add_argument("--directory", type=Path, help="where the inputs go; kept if given")
    tasks = ["floor", "usage", "build", "close", "no_ledger"]
    parser.add_argument("--task", choices=tasks, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    size = Size(
        arguments.events,
        arguments.contracts,
        arguments.months,
        arguments.cells,
        arguments.used_cells,
    )
    if arguments.task:
        sample = sample_at(arguments.directory, size)
        matrix = MATRIX if arguments.cells is not None else ()
        models = {"usage": (*USAGE, *RATING, *matrix)}
        settings = {"close": CLOSE, "no_ledger": WITHOUT_LEDGER}
        result = (
            run_floor(sample)
            if arguments.task == "floor"
            else run_dbt(sample, models.get(arguments.task, ()), settings.get(arguments.task, {}))
        )
        print(json.dumps(result))
        return 0
    console = Console()
    directory = arguments.directory or Path(tempfile.mkdtemp(prefix="ratebook-bench-"))
    directory.mkdir(parents=True, exist_ok=True)
    try:
        if arguments.cells:
            compare_cells(console, directory, size, arguments.runs)
        elif arguments.closes:
            compare_closes(console, make_sample(directory, size), arguments.runs)
        else:
            compare(console, make_sample(directory, size), arguments.runs)
        if arguments.growth:
            grow(console, directory, size)
    finally:
        if not arguments.directory:
            shutil.rmtree(directory)
    return 0


if __name__ == "__main__":
    sys.exit(main())
