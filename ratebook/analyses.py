"""The questions of analyses/: their answers on a built file, with all their columns."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from ratebook import RatebookError, project
from ratebook.books import opened

NUMBERS = (int, Decimal)
WIDTH = 120


class AnalysisError(RatebookError):
    """Why an analysis has no answer."""


def names() -> list[str]:
    """Return the names of the analyses that ratebook brings along."""
    return sorted(path.stem for path in (project.package() / "analyses").glob("*.sql"))


def compiled(path: Path, name: str, line: str) -> str:
    """Return the SQL of an analysis, with the names of relations in it."""
    from dbt.cli.main import dbtRunner

    command = [
        *("--log-level", "none", "compile", "--quiet", "--select", f"package:ratebook,{name}"),
        # dbt would hold the file open for writing, and nobody could read it.
        *("--no-introspect", "--no-populate-cache"),
        *(["--vars", json.dumps({"ratebook_line": line})] if line else []),
    ]
    os.environ.update(project.environment(path))
    with contextlib.chdir(project.root()):
        result = dbtRunner().invoke(command)
    if not result.success:
        raise AnalysisError(f"dbt could not compile {name}: {result.exception or 'see above'}")
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


def answer(path: Path, name: str, line: str, limit: int) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the columns of an analysis and its first rows, at the most so many and one more."""
    if name not in names():
        raise AnalysisError(f"There is no analysis {name}: it is one of {', '.join(names())}.")
    if line and name != "explain_line":
        raise AnalysisError(f"{name} takes no line: leave the line out, or ask for explain_line.")
    # dbt would create a file that does not exist, and takes long to say what is wrong.
    with opened(path):
        pass
    sql = compiled(path, name, line)
    with opened(path) as connection:
        relation = connection.sql(sql)
        labels, rows = relation.columns, relation.limit(limit + 1).fetchall()
    if line and not rows:
        raise AnalysisError(
            f"No line_item_id begins with {line}: `ratebook print --invoice ID` and "
            "ratebook.line_items have those that there are."
        )
    return labels, rows
