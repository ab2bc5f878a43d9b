"""What dbt prints, as a progress bar.

Warnings, errors and whatever else is out of the ordinary are passed on. Without a terminal only
those are shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

STEP = re.compile(r"^\d+ of (\d+) ([A-Z-]+) (.*?)[ .]*\[")
# Saved queries, which dbt has nothing to do for, are NO-OP.
QUIET = {"START", "OK", "PASS", "SKIP", "NO-OP"}
ROUTINE = re.compile(
    r"Running with dbt=|Registered adapter|Unable to do partial parsing|Found \d|Concurrency:"
    r"|Finished running|Completed successfully|^\s*$"
)
COUNTS = re.compile(r"^Done\. (PASS=.*)")
TIMESTAMP = re.compile(r"^(\x1b\[\d+m)*\d\d:\d\d:\d\d(\x1b\[\d+m)*\s*")


def follow(lines: Iterable[str]) -> None:
    """Show dbt's lines as a bar; at the end, print how many of its steps went how."""
    to = Console()
    columns = (TextColumn("{task.description:<44.44}"), BarColumn(), MofNCompleteColumn())
    summary = ""
    with Progress(
        *columns, TimeElapsedColumn(), console=to, transient=True, disable=not to.is_terminal
    ) as progress:
        task = progress.add_task("Reading the project", total=None)
        done = 0
        for raw in lines:
            line = TIMESTAMP.sub("", raw.rstrip("\n"))
            if step := STEP.search(line):
                total, status, name = step.groups()
                done += status != "START"
                progress.update(
                    task, total=int(total), completed=done, description=name.split()[-1]
                )
                if status in QUIET:
                    continue
            elif counts := COUNTS.search(line):
                summary = counts[1]
                continue
            elif ROUTINE.search(line):
                continue
            progress.console.print(line, markup=False, highlight=False, soft_wrap=True)
    if summary:
        to.print(f"Seeds, models and tests: {summary}", markup=False, highlight=False)
