#!/usr/bin/env python3
"""Run an analysis on a built DuckDB file, and print all its columns: `make show ANALYSIS=…`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from build_file import BuildFileError, default_path, fail, opened
from dbt.cli.main import dbtRunner
from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
NAMES = sorted(path.stem for path in (ROOT / "analyses").glob("*.sql"))
NUMBERS = (int, Decimal)
WIDTH = 120


def compiled(name: str, line: str) -> str:
    """Return the SQL of an analysis, with the names of relations in it."""
    command = [
        *("--log-level", "none", "compile", "--quiet", "--select", name),
        *("--project-dir", str(ROOT)),
        # dbt would hold the file open for writing, and nobody could read it.
        *("--no-introspect", "--no-populate-cache"),
        *(["--vars", json.dumps({"ratebook_line": line})] if line else []),
    ]
    result = dbtRunner().invoke(command)
    if not result.success:
        raise SystemExit(f"dbt could not compile {name}: {result.exception or 'see above'}")
    return result.result.results[0].node.compiled_code


def places(cells: Sequence[object]) -> int:
    """Return how many decimals a column shows: as many as it has, beyond two only what it needs."""
    most = 0
    for cell in cells:
        if isinstance(cell, Decimal):
            needed = -cell.normalize().as_tuple().exponent
            most = max(most, needed, min(-cell.as_tuple().exponent, 2))
    return most


def texts(cells: Sequence[object]) -> list[str]:
    """Write the cells of a column, with separators, and numbers with the same decimals."""
    decimals = places(cells)
    return [
        ""
        if cell is None
        else f"{cell:,.{decimals}f}"
        if isinstance(cell, Decimal)
        else f"{cell:,}"
        if isinstance(cell, int)
        else str(cell)
        for cell in cells
    ]


def print_rows(console: Console, labels: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print rows as a table; if that is too wide, each as a record, a line for each column."""
    columns = list(zip(*rows, strict=True))
    shown = [texts(column) for column in columns]
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for label, column, written in zip(labels, columns, shown, strict=True):
        table.add_column(
            label,
            justify="right" if any(isinstance(cell, NUMBERS) for cell in column) else "left",
            no_wrap=not any(" " in text for text in written),
            overflow="fold",
        )
    for row in zip(*shown, strict=True):
        table.add_row(*map(Text, row))
    if Measurement.get(console, console.options.update(width=1000), table).minimum <= console.width:
        console.print(table)
        return
    for row in zip(*shown, strict=True):
        record = Table.grid(padding=(0, 2))
        for label, cell in zip(labels, row, strict=True):
            record.add_row(f"[dim]{label}[/dim]", Text(cell))
        console.print(record, "")


def main() -> int:
    """Read the arguments, run, print, and turn what users may meet into one sentence."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("analysis", choices=NAMES)
    parser.add_argument("--limit", type=int, default=50, help="rows at the most (default: 50)")
    parser.add_argument(
        "--line", metavar="ID", default="", help="of explain_line: how the line_item_id begins"
    )
    options = parser.parse_args()
    if options.line and options.analysis != "explain_line":
        return fail(f"{options.analysis} takes no line: leave LINE out, or ask for explain_line.")
    try:
        # dbt would make a file that is missing, and takes long to say what is wrong.
        with opened(default_path()):
            pass
        sql = compiled(options.analysis, options.line)
        with opened(default_path()) as connection:
            relation = connection.sql(sql)
            rows, labels = relation.limit(options.limit + 1).fetchall(), relation.columns
    except BuildFileError as error:
        return fail(str(error))
    if options.line and not rows:
        return fail(
            f"No line_item_id begins with {options.line}: scripts/print_invoices.py and "
            "ratebook.line_items have those that there are."
        )
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    if rows:
        print_rows(console, labels, rows[: options.limit])
    else:
        console.print("No rows.")
    if len(rows) > options.limit:
        console.print(f"The first {options.limit} rows; more with --limit.", style="dim")
    return 0


if __name__ == "__main__":
    sys.exit(main())
