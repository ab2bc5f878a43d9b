"""docs/month.md and docs/quarter.md, repeated: their SQL and their commands print what they say.

`make test-long` runs this: it builds books nine times.
"""

from __future__ import annotations

import os
import re
import subprocess
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[2]
# Each with the number of its tables and printed commands.
PAGES = {"month": 5, "quarter": 9}
BLOCK = re.compile(r"^```(sql)?\n(.*?)^```$\n*((?:^\|[^\n]*\n)*)", re.DOTALL | re.MULTILINE)


def shown(lines: str) -> list[str]:
    """Return the lines of a printed table without the space around it, and without lines."""
    return [line.rstrip() for line in lines.splitlines() if line.strip(" ─")]


def cells_of(table: str) -> list[list[str]]:
    """Return the cells of a Markdown table, without its header."""
    return [[cell.strip() for cell in line.strip("|\n").split("|")] for line in table.splitlines()][
        2:
    ]


def as_shown(value: object) -> str:
    """Return a value as the page writes it."""
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)


@pytest.mark.parametrize("page", PAGES)
def test_the_page_can_be_repeated(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each block runs after the one before it."""
    monkeypatch.chdir(ROOT)
    path = tmp_path / f"{page}.duckdb"
    settings = ""
    compared = 0
    for language, block, table in BLOCK.findall((ROOT / "docs" / f"{page}.md").read_text()):
        if language == "sql":
            with duckdb.connect(path) as connection:
                rows = connection.execute(block).fetchall()
            if table:
                assert [[as_shown(value) for value in row] for row in rows] == cells_of(table)
                compared += 1
        elif block.startswith("export"):
            settings = re.sub(r"=\w+\.duckdb", f"={path}", block)
        else:
            command, expected = block.removeprefix("$ ").split("\n", 1)
            answer = subprocess.run(
                ["bash", "-ec", f"{settings}\n{command}"],
                check=True,
                env={**os.environ, "DBT_PROFILES_DIR": "."},
                stdout=subprocess.PIPE,
                text=True,
            )
            printed = shown(answer.stdout)
            if expected:
                first = printed.index(shown(expected)[0])
                assert printed[first:][: len(shown(expected))] == shown(expected)
                compared += 1
    assert compared == PAGES[page]
