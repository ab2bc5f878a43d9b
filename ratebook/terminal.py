"""Tables and sentences that the commands print, as wide as the terminal."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

# For a file or a pipe, which has no width of its own.
WIDTH = 100


def console(width: int = WIDTH) -> Console:
    """Return the console to print to; without a terminal, its lines have this width."""
    return Console(width=None if sys.stdout.isatty() else width)


def say(to: Console, text: str) -> None:
    """Print a sentence as it is, without reading markup in it."""
    to.print(Text(text))


def print_table(
    to: Console,
    labels: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers: Collection[str] = (),
    long_texts: Collection[str] = (),
    title: str = "",
) -> None:
    """Print a table; numbers are right-aligned, and only long texts wrap."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for label in labels:
        table.add_column(
            label,
            justify="right" if label in numbers else "left",
            overflow="fold",
            no_wrap=label not in long_texts,
        )
    for row in rows:
        table.add_row(*map(Text, row))
    if title:
        to.print(Text(title, style="bold"))
    to.print(table)
