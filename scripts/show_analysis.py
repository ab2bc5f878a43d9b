#!/usr/bin/env python3
"""Run an analysis on a built DuckDB file, and print all its columns: `make show ANALYSIS=…`."""

from __future__ import annotations

import argparse
import os
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
from dbt.cli.main import dbtRunner
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text
from text_format import exact

ROOT = Path(__file__).resolve().parents[1]
NAMES = sorted(path.stem for path in (ROOT / "analyses").glob("*.sql"))
NUMBERS = (int, Decimal)
WIDTH = 140
# With more columns a row is a record of its own, a line for each.
WIDEST = 9


def compiled(name: str) -> str:
    """Return the SQL of an analysis, with the names of relations in it."""
    result = dbtRunner().invoke(
        ["--log-level", "none", "compile", "--quiet", "--select", name, "--project-dir", str(ROOT)]
    )
    if not result.success:
        raise SystemExit(f"dbt could not compile {name}: {result.exception or 'see above'}")
    return result.result.results[0].node.compiled_code


def text(cell: object) -> str:
    """Write a cell: numbers with separators and without zeros that only show their scale."""
    if cell is None:
        return ""
    return exact(cell) if isinstance(cell, NUMBERS) else str(cell)


def main() -> int:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("analysis", choices=NAMES)
    parser.add_argument("--limit", type=int, default=50, help="rows at the most (default: 50)")
    options = parser.parse_args()
    sql = compiled(options.analysis)
    path = os.environ.get("RATEBOOK_DUCKDB_PATH", "warehouse.duckdb")
    with duckdb.connect(path, read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        relation = connection.sql(sql)
        rows, labels = relation.limit(options.limit + 1).fetchall(), relation.columns
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    shown = [[text(cell) for cell in row] for row in rows[: options.limit]]
    if len(labels) > WIDEST:
        for row in shown:
            record = Table.grid(padding=(0, 2))
            for label, cell in zip(labels, row, strict=True):
                record.add_row(f"[dim]{label}[/dim]", Text(cell))
            console.print(record, "")
    else:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for position, label in enumerate(labels):
            is_number = any(isinstance(row[position], NUMBERS) for row in rows)
            table.add_column(label, justify="right" if is_number else "left", overflow="fold")
        for row in shown:
            table.add_row(*map(Text, row))
        console.print(table)
    if len(rows) > options.limit:
        console.print(f"The first {options.limit} rows; more with --limit.", style="dim")
    return 0


if __name__ == "__main__":
    sys.exit(main())
