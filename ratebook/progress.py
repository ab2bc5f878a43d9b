"""dbt's log as a progress bar.

Warnings, failed steps and anything unusual are printed above the bar. Without a terminal there is
no bar.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

STEP = re.compile(r"^\d+ of (\d+) ([A-Z-]+) (.*?)[ .]*\[")
# Saved queries, which dbt has nothing to do for, are NO-OP.
QUIET = {"START", "OK", "PASS", "SKIP", "NO-OP"}
ROUTINE = re.compile(
    r"Running with dbt=|Registered adapter|Unable to do partial parsing|Found \d|Concurrency:"
    r"|Finished running|Completed (successfully|with)|^\s*$"
)
COUNTS = re.compile(r"^Done\. (PASS=.*)")
COLOR = re.compile(r"\x1b\[\d+m")


@contextmanager
def bar() -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Show a bar that follows dbt's log; yield the function that takes each event.

    At the end, print how many steps passed and failed. The caller reports why a step failed.
    """
    to = Console()
    columns = (TextColumn("{task.description:<44.44}"), BarColumn(), MofNCompleteColumn())
    summary = ""
    with Progress(
        *columns, TimeElapsedColumn(), console=to, transient=True, disable=not to.is_terminal
    ) as progress:
        task = progress.add_task("Reading the project", total=None)
        done = 0

        def show(event: Mapping[str, Any]) -> None:
            nonlocal done, summary
            info = event.get("info", {})
            line = COLOR.sub("", info.get("msg", ""))
            if step := STEP.search(line):
                total, status, name = step.groups()
                done += status != "START"
                progress.update(
                    task, total=int(total), completed=done, description=name.split()[-1]
                )
                if status in QUIET:
                    return
            elif counts := COUNTS.search(line):
                summary = counts[1]
                return
            elif info.get("level") == "error" or ROUTINE.search(line):
                return
            progress.console.print(line, markup=False, highlight=False, soft_wrap=True)

        yield show
    if summary:
        to.print(f"Seeds, models and tests: {summary}", markup=False, highlight=False)
