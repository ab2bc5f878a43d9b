"""The analyses in analyses/, run on a built file."""

from __future__ import annotations

import contextlib
import os
import re
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
from ratebook.books import opened, require
from ratebook.formats import short_name

NUMBERS = (int, Decimal)
# The ends of the labels of columns with names: other texts are sentences.
NAMES = ("_id", "_uid", "_name")
WIDTH = 120
FEATURE = re.compile(r"ratebook\.has_feature\('(\w+)'\)")


class AnalysisError(RatebookError):
    """Why an analysis cannot be run."""


def names() -> list[str]:
    """Return the names of ratebook's analyses."""
    return sorted(path.stem for path in (project.package() / "analyses").glob("*.sql"))


def feature_of(name: str) -> str:
    """Return the feature that enables an analysis; none if it belongs to the core."""
    text = (project.package() / "analyses" / f"{name}.sql").read_text(encoding="utf-8")
    found = FEATURE.search(text)
    return found[1] if found else ""


def compiled(path: Path, name: str, line: str) -> tuple[str, list[str]]:
    """Return the SQL of an analysis, and the names of the marts that it reads."""
    from dbt.cli.main import dbtRunner

    command = [
        # A description of the whole project takes seconds to write, and nobody reads it.
        *("--log-level", "none", "--no-write-json"),
        *("compile", "--quiet", "--select", f"package:ratebook,{name}"),
        # Otherwise dbt opens the file for writing, and no other process can read it.
        *("--no-introspect", "--no-populate-cache"),
        # The project is parsed for one path, and a build has another.
        *("--target-path", str(project.target() / "show")),
    ]
    # Another var would have the whole project parsed again.
    os.environ.update({**project.environment(path), "RATEBOOK_LINE": line})
    with contextlib.chdir(project.root()):
        result = dbtRunner().invoke(command)
    if not result.success:
        raise AnalysisError(f"dbt could not compile {name}: {result.exception or 'see above'}")
    if not result.result.results:
        feature = feature_of(name)
        raise AnalysisError(
            f"{name} needs the feature {feature}, which is off: add {feature} to ratebook_features "
            "in dbt_project.yml, and run `ratebook build`."
        )
    node = result.result.results[0].node
    read = [name.rpartition(".")[2] for name in node.depends_on.nodes if name.startswith("model.")]
    return node.compiled_code, [name for name in read if not name.startswith(("int_", "stg_"))]


def places(cells: Sequence[object]) -> int:
    """Return how many decimals a column shows: up to two as stored, more only if they count."""
    most = 0
    for cell in cells:
        if isinstance(cell, Decimal):
            needed = -cell.normalize().as_tuple().exponent
            most = max(most, needed, min(-cell.as_tuple().exponent, 2))
    return most


def texts(cells: Sequence[object]) -> list[str]:
    """Return the cells of a column as text: numbers with commas and the same decimals."""
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
    """Print rows as a table; if it is too wide, each row as a record with a line per column."""
    columns = list(zip(*rows, strict=True))
    shown = [
        [short_name(text) for text in texts(column)] if label.endswith(NAMES) else texts(column)
        for label, column in zip(labels, columns, strict=True)
    ]
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
    """Return the columns of an analysis and its first rows: one more than the limit."""
    if name not in names():
        raise AnalysisError(f"There is no analysis {name}: choose one of {', '.join(names())}.")
    if line and name != "explain_line":
        raise AnalysisError(f"{name} takes no line: leave out --line, or show explain_line.")
    # dbt would create a missing file, and needs seconds to say what is wrong with any other.
    with opened(path):
        pass
    sql, marts = compiled(path, name, line)
    with opened(path) as connection:
        require(connection, path, *marts, feature=feature_of(name))
        relation = connection.sql(sql)
        labels, rows = relation.columns, relation.limit(limit + 1).fetchall()
    if line and not rows:
        raise AnalysisError(
            f"No line_item_id begins with {line}: look it up in ratebook.line_items."
        )
    return labels, rows
