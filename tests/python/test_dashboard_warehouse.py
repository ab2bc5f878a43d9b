"""The dashboard reads copies: it never stands in a build's way, and shows whole builds only."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from ratebook.books import BooksError
from ratebook.dashboard import warehouse
from ratebook.dashboard.warehouse import Warehouse

# A process that writes, says so, and holds the file until it is told to leave or is killed.
WRITER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
connection.execute("begin; insert into amounts values (3.00); commit")
print("writing", flush=True)
sys.stdin.read()
connection.close()
"""


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file with one table, as a build leaves it."""
    monkeypatch.setattr(warehouse, "SETTLED_SECONDS", 0.05)
    path = tmp_path / "built.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("create table amounts as select cast(1.005 as decimal(18, 3)) as amount")
    return path


@contextmanager
def build_under_way(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Hold the file as a build does, from another process."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], **pipes) as writer:
        assert writer.stdout.readline() == "writing\n"
        yield writer
        if writer.poll() is None:
            writer.communicate()


def amounts(reader: Warehouse) -> list[Decimal]:
    """Return what the reader sees."""
    reader.refresh()
    return [row["amount"] for row in reader.query("select amount from amounts order by amount")]


def test_decimals_stay_exact(built: Path) -> None:
    """1.005 is 1.005, and no float near it."""
    assert amounts(Warehouse(built)) == [Decimal("1.005")]


def test_an_open_page_does_not_block_a_build(built: Path) -> None:
    """A build can begin and end while the reader has its connection open."""
    reader = Warehouse(built)
    assert len(amounts(reader)) == 1
    with duckdb.connect(built) as connection:
        connection.execute("insert into amounts values (2)")
    assert amounts(reader) == [Decimal("1.005"), Decimal("2.000")]


def test_a_build_does_not_block_an_open_page(built: Path) -> None:
    """While it is built the page shows the books before it, and says so; then the new ones."""
    reader = Warehouse(built)
    amounts(reader)
    with build_under_way(built):
        os.utime(built)
        assert amounts(reader) == [Decimal("1.005")]
        assert "is being built" in reader.reason
    assert amounts(reader) == [Decimal("1.005"), Decimal("3.000")]
    assert reader.reason == ""


def test_before_the_first_build_ends(built: Path) -> None:
    """There is nothing to show yet, and the sentence says when there will be."""
    with (
        build_under_way(built),
        pytest.raises(BooksError, match="is being built"),
    ):
        Warehouse(built).refresh()


def test_a_build_that_was_killed(built: Path) -> None:
    """What it left is not shown: the books before it are, and the reason is told."""
    reader = Warehouse(built)
    amounts(reader)
    with build_under_way(built) as writer:
        writer.kill()
        writer.wait()
    os.utime(built)
    assert amounts(reader) == [Decimal("1.005")]
    assert "stopped half way" in reader.reason


def test_a_file_that_changes_while_it_is_copied(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy does not count, since it may hold half of the change."""
    reader = Warehouse(built)
    amounts(reader)
    copy = warehouse.shutil.copyfile

    def copy_and_change(source: Path, target: Path) -> None:
        copy(source, target)
        with duckdb.connect(source) as connection:
            connection.execute("insert into amounts values (2)")

    time.sleep(0.1)
    os.utime(built)
    with monkeypatch.context() as patch:
        patch.setattr(warehouse.shutil, "copyfile", copy_and_change)
        assert amounts(reader) == [Decimal("1.005")]
        assert "is being built" in reader.reason
    assert amounts(reader) == [Decimal("1.005"), Decimal("2.000")]


def test_the_file_is_gone_or_is_none(tmp_path: Path) -> None:
    """Each has a sentence that says what to do."""
    with pytest.raises(BooksError, match=r"none\.duckdb does not exist: build it first"):
        Warehouse(tmp_path / "none.duckdb").refresh()
    text = tmp_path / "text.duckdb"
    text.write_text("no database")
    with pytest.raises(BooksError, match="cannot be read"):
        Warehouse(text).refresh()


def test_a_file_without_marts(built: Path) -> None:
    """What is missing is named."""
    reader = Warehouse(built)
    with pytest.raises(BooksError, match=r"no complete build.*invoices"):
        reader.query("select * from ratebook.invoices")
