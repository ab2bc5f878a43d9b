"""Readers refuse a file whose newest run did not complete, and say so; then they read it again."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb
import pytest
from conftest import DbtFailedError, Warehouse, dbt, ratebook
from dbt.contracts.graph.manifest import Manifest

from ratebook.books import BooksError, opened
from ratebook.dashboard import warehouse

LOG_SQL = """
    create schema if not exists ratebook_state;
    create or replace table ratebook_state.build_log (started_at timestamp, completed_at timestamp)
"""
FIRST, SECOND, THIRD = (f"2024-05-0{day} 12:00:00" for day in (1, 2, 3))
REFUSED = "The newest run on {path}, started at 2024-05-02 12:00:00 UTC, did not complete"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file with a mart."""
    monkeypatch.setattr(warehouse, "SETTLED_SECONDS", 0.05)
    path = tmp_path / "books.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("create schema ratebook; create table ratebook.invoices as select 1 i")
    return path


def log(path: Path, *runs: tuple[str, str | None]) -> None:
    """Write the build log: when each run started, and when it completed."""
    with duckdb.connect(path) as connection:
        connection.execute(LOG_SQL)
        for run in runs:
            connection.execute("insert into ratebook_state.build_log values (?, ?)", run)


def is_read(path: Path) -> bool:
    """Tell whether the file is read; if it is refused, the sentence names file and run."""
    try:
        with opened(path) as connection:
            return connection.execute("from ratebook.invoices").fetchall() == [(1,)]
    except BooksError as error:
        assert str(error).startswith(REFUSED.format(path=path))
        assert "build again" in str(error)
        return False


def test_the_newest_run_counts(path: Path) -> None:
    """Without a log, as of an older version, there is nothing to refuse."""
    assert is_read(path)
    log(path, (FIRST, FIRST))
    assert is_read(path)
    log(path, (FIRST, FIRST), (SECOND, None))
    assert not is_read(path)
    log(path, (FIRST, FIRST), (SECOND, None), (THIRD, THIRD))
    assert is_read(path)
    log(path)
    assert is_read(path)


@pytest.mark.parametrize(
    "command",
    [
        ["print"],
        ["invoice", "1"],
        ["quote", "Q"],
        ["show", "revenue_bridge"],
        ["export"],
        ["meter"],
        ["receive"],
    ],
    ids=lambda command: command[0],
)
def test_each_command_refuses_it(
    command: list[str],
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In one sentence, with exit code 1, and without a file."""
    log(path, (FIRST, FIRST), (SECOND, None))
    places = {"PRINTED": "printed", "EXPORT": "export", "OUTBOX": "outbox"}
    for name, folder in places.items():
        monkeypatch.setenv(f"RATEBOOK_{name}", str(path.with_name(folder)))
    assert ratebook(command[0], "--file", path, *command[1:]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(REFUSED.format(path=path))
    assert printed.err.count("\n") == 1
    written = [file for file in path.parent.rglob("*") if file.is_file() and file.name != ".lock"]
    assert written == [path]


def test_the_dashboard_keeps_showing_the_last_complete_books(path: Path) -> None:
    """And says why; without any it shows nothing."""
    with pytest.raises(BooksError, match="did not complete"):
        log(path, (SECOND, None))
        warehouse.Warehouse(path).refresh()
    log(path, (FIRST, FIRST))
    reader = warehouse.Warehouse(path)
    shown = reader.refresh()
    log(path, (FIRST, FIRST), (SECOND, None))
    os.utime(path)
    assert reader.refresh() is shown
    assert reader.query("from ratebook.invoices") == [{"i": 1}]
    assert reader.reason.startswith(REFUSED.format(path=path))
    log(path, (FIRST, FIRST), (SECOND, None), (THIRD, THIRD))
    os.utime(path)
    assert reader.refresh() is not shown
    assert reader.reason == ""


def test_a_plain_dbt_run_that_fails(
    case_study: Warehouse, seeds_manifest: Manifest, tmp_path: Path
) -> None:
    """Before the gate or after it the file is refused; the next complete run makes it readable."""
    path = tmp_path / case_study.path.name
    shutil.copyfile(case_study.path, path)
    selection = ["run", "--select", "int_invoices", "builds", "invoices"]

    def rename(old: str, new: str) -> None:
        with Warehouse(path).writable() as connection:
            connection.execute(f"alter table ratebook_intermediate.{old} rename to {new}")

    def failed() -> set[str]:
        with pytest.raises(DbtFailedError) as error:
            dbt(selection, duckdb_path=path, manifest=seeds_manifest)
        return {name.rpartition(".")[2] for name in error.value.failures}

    def runs() -> list[tuple[bool]]:
        return Warehouse(path).rows(
            "select completed_at is not null from ratebook.builds order by started_at"
        )

    before = len(runs())
    rename("int_line_items", "aside")
    assert failed() == {"int_invoices"}
    with pytest.raises(BooksError, match="did not complete"), opened(path):
        pass
    selection = ["run", "--select", "builds", "line_items"]
    assert failed() == {"line_items"}
    with pytest.raises(BooksError, match="did not complete"), opened(path):
        pass
    rename("aside", "int_line_items")
    dbt(selection, duckdb_path=path, manifest=seeds_manifest)
    with opened(path):
        pass
    assert runs()[before:] == [(False,), (False,), (True,)]
