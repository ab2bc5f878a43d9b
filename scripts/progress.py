#!/usr/bin/env python3
"""Show what dbt prints as a progress bar: `dbt … | scripts/progress.py`.

Warnings, errors and whatever else is out of the ordinary are passed on. Without a terminal only
those are shown.
"""

from __future__ import annotations

import re
import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

STEP = re.compile(r"^\d+ of (\d+) ([A-Z-]+) (.*?)[ .]*\[")
# Saved queries, which dbt has nothing to do for, are NO-OP.
QUIET = {"START", "OK", "PASS", "SKIP", "NO-OP"}
ROUTINE = re.compile(
    r"Running with dbt=|Registered adapter|Unable to do partial parsing|Found \d|Concurrency:"
    r"|Finished running|Completed successfully|Done\. |^\s*$"
)
TIMESTAMP = re.compile(r"^(\x1b\[\d+m)*\d\d:\d\d:\d\d(\x1b\[\d+m)*\s*")


def main() -> int:
    """Read dbt's lines to their end."""
    console = Console(stderr=False)
    columns = (TextColumn("{task.description:<44.44}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns,
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        task = progress.add_task("Reading the project", total=None)
        done = 0
        for raw in sys.stdin:
            line = TIMESTAMP.sub("", raw.rstrip("\n"))
            step = STEP.search(line)
            if step:
                total, status, name = step.groups()
                done += status != "START"
                progress.update(
                    task, total=int(total), completed=done, description=name.split()[-1]
                )
                if status in QUIET:
                    continue
            elif ROUTINE.search(line):
                continue
            progress.console.print(line, markup=False, highlight=False, soft_wrap=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
