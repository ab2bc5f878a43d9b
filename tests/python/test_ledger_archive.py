"""Nothing of the ledger is lost: each close is a file in its archive, and comes back from there.

One contract of 100 a month is closed at the ends of May, June and July 2024.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT, DbtFailedError, Warehouse, ratebook
from dashboard_pages import Pages, close_readers
from input_tables import (
    FILE_NAME,
    INPUT_SCHEMA,
    INPUTS,
    LEDGER_MARTS,
    WITH_SEEDS,
    Builder,
    Inputs,
    row,
    selecting,
)

from ratebook import chain, doctor, project
from ratebook.publication import Unpublished

NAME = re.compile(r"close_0*(\d+)_[0-9a-f]{32}\.parquet")
CLOSES = ("2024-06-01", "2024-07-01", "2024-08-01")
LEDGER = "ratebook_state.invoice_ledger"
ROWS = "from ratebook_state.invoice_ledger order by close_number, row_number"
CONTRACT: Inputs = {
    "customers": [row("acme", name="Acme | ~ Söhne")],
    "products": [row("fee", name="Fee", ptype="FIXED")],
    "pricebooks": [row("basic")],
    "list_prices": [row("fee", pricebook_uid="basic", product_uid="fee", price="100")],
    "contracts": [row("c1", customer_id="acme", pricebook_id="basic", started_at="2024-05-01")],
}


class Books:
    """A file in a folder of its own, and the archive beside it."""

    def __init__(self, builder: Builder, folder: Path) -> None:
        """Take an empty folder, or one with a file and its archive."""
        self.builder = builder
        self.path = folder / FILE_NAME

    def read(self, **settings: object) -> None:
        """Run plain dbt on a model that reads the ledger: any such run looks at the archive."""
        self.run(("run", "--select", "int_ledger_before"), CONTRACT, settings)

    def close(self, as_of: str, inputs: Inputs = CONTRACT, *options: str) -> None:
        """Close, with plain dbt."""
        settings = {"close": True, "as_of": as_of, "books_from": "beginning"}
        self.run((*selecting(WITH_SEEDS, LEDGER_MARTS), *options), inputs, settings)

    def run(self, command: Sequence[str], inputs: Inputs, settings: Mapping[str, object]) -> None:
        """Run plain dbt."""
        self.builder.build(self.path, inputs, command, None, settings, is_whole=True)

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Open the file to read."""
        return Warehouse(self.path).connect()

    def writable(self) -> duckdb.DuckDBPyConnection:
        """Open the file to change it."""
        return Warehouse(self.path).writable()

    def rows(self, sql: str = ROWS) -> list[tuple]:
        """Return the rows of a query, of the ledger if none is given."""
        return Warehouse(self.path).rows(sql)

    @property
    def archives(self) -> list[Path]:
        """Return the folders beside the file that begin with its name."""
        return [
            one for one in sorted(self.path.parent.glob(f"{FILE_NAME}.ledger-*")) if one.is_dir()
        ]

    @property
    def archive(self) -> Path:
        """Return the only archive."""
        (folder,) = self.archives
        return folder

    @property
    def files(self) -> list[Path]:
        """Return the files of the archive: those of the oldest close first."""
        return sorted(self.archive.iterdir())


@pytest.fixture(scope="module")
def closed(build: Builder, tmp_path_factory: pytest.TempPathFactory) -> Books:
    """Return books with three closes; no test changes them."""
    books = Books(build, tmp_path_factory.mktemp("closed"))
    for as_of in CLOSES:
        books.close(as_of)
    return books


@pytest.fixture
def books(closed: Books, build: Builder, tmp_path: Path) -> Books:
    """Return a copy of them."""
    folder = tmp_path / "books"
    folder.mkdir()
    shutil.copyfile(closed.path, folder / FILE_NAME)
    shutil.copytree(closed.archive, folder / closed.archive.name)
    return Books(build, folder)


def test_each_close_is_a_file(closed: Books) -> None:
    """With its rows, in a folder named after the file and the first close."""
    with closed.connect() as connection:
        columns = "close_number, close_hash"
        hashes = connection.sql(ROWS).project(columns).distinct().order("1").fetchall()
    assert [file.name for file in closed.files] == [
        f"close_{number:06}_{close_hash}.parquet" for number, close_hash in hashes
    ]
    assert closed.archive.name == f"{FILE_NAME}.ledger-{hashes[0][1][:12]}"
    with duckdb.connect() as connection:
        files = [str(file) for file in closed.files]
        assert connection.execute("from read_parquet($1)", [files]).fetchall() == closed.rows()
    assert [number for number, _ in hashes] == [1, 2, 3]


AUDITORS = (ROOT / "docs" / "auditors.md").read_text()


def audited(archive: Path) -> subprocess.CompletedProcess[str]:
    """Run the program of docs/auditors.md on an archive."""
    (program,) = re.findall(r"^```python\n(.*?)^```", AUDITORS, re.M | re.S)
    return subprocess.run(
        [sys.executable, "-c", program, archive], capture_output=True, text=True, check=False
    )


def test_auditors_check_an_archive_by_themselves(books: Books) -> None:
    """The program on their page agrees with the hashes, and sees a value that was changed."""
    whole = audited(books.archive)
    assert (whole.returncode, whole.stdout.count("1 rows, as they were frozen")) == (0, 3)
    change(books.files[1], "amount", "amount + 1")
    damaged = audited(books.archive)
    assert damaged.returncode == 1
    assert f"('{books.files[1].name}', 1)" in damaged.stderr


def test_queries_for_auditors(closed: Books) -> None:
    """One series without a gap; the fee of May stands on one document."""
    (queries,) = re.findall(r"^```sql\n(.*?)^```", AUDITORS, re.M | re.S)
    numbers, charge = queries.split(";")[:2]
    assert closed.rows(numbers) == [("default", "", 2024, 1, 3, 3)]
    ((line,),) = closed.rows("select line_item_id from ratebook_state.invoice_ledger limit 1")
    assert [amount for _, _, _, amount, _ in closed.rows(charge.replace("…", line))] == [100]


# What plain dbt does


def test_a_lost_file_has_all_closes_again(books: Books) -> None:
    """The next run reads them back, and its close goes on after them as it would have."""
    before = books.rows()
    forget(books, 3)
    books.path.unlink()
    books.close(CLOSES[-1], CONTRACT, "--full-refresh")
    assert books.rows() == before
    assert books.rows("select max(close_number) from ratebook.closes") == [(3,)]
    assert len(books.files) == 3


def test_a_lost_file_of_the_archive_is_written_again(books: Books) -> None:
    """Each that is missing, with the same rows; the others are not touched."""
    first, second, third = books.files
    rows = rows_of(third)
    written_at = second.stat().st_mtime_ns
    first.unlink()
    third.unlink()
    books.read()
    assert books.files == [first, second, third]
    assert rows_of(third) == rows
    assert second.stat().st_mtime_ns == written_at


def test_a_ledger_that_is_behind_catches_up(books: Books) -> None:
    """Also where the file is of an older version, without a column."""
    before = named(books)
    delete(books, "close_number > 1")
    with books.writable() as connection:
        connection.execute(f"alter table {LEDGER} drop column unit_name")
    books.read()
    names = "select column_name from duckdb_columns() where table_name = 'invoice_ledger'"
    assert ("unit_name",) in books.rows(names)
    assert named(books) == before


def test_closes_of_an_older_version(books: Books, capfd: pytest.CaptureFixture[str]) -> None:
    """They have fewer columns, in the archive too, and come back, and are whole."""
    make_older(books, "purchase_order")
    shutil.rmtree(books.archive)
    books.read()
    with duckdb.connect() as connection:
        assert "purchase_order" not in connection.sql(f"from '{books.files[0]}'").columns
    before = named(books)
    assert ratebook("verify", "--file", books.path) == 0
    books.path.unlink()
    books.read()
    assert named(books) == [{**one, "purchase_order": None} for one in before]
    assert ratebook("verify", "--file", books.path) == 1
    assert "the marts of the ledger are not built" in capfd.readouterr().out
    update(books, "purchase_order = '7'")
    assert ratebook("verify", "--file", books.path) == 1
    assert "chain: row 1 of close 1 is not as it was frozen." in capfd.readouterr().out


@pytest.mark.parametrize("number", [1, 2])
def test_a_close_that_was_removed_comes_back(number: int, books: Books) -> None:
    """Later ones stay."""
    before = books.rows()
    delete(books, f"close_number = {number}")
    books.read()
    assert books.rows() == before
    assert len(books.files) == 3


def test_a_fork_stops_the_run(books: Books, build: Builder, tmp_path: Path) -> None:
    """The same number, and another close: nobody can say which one was sent."""
    other = Books(build, Path(shutil.copytree(books.path.parent, tmp_path / "other")))
    update(other, "amount = 90")
    hash_again(other)
    shutil.rmtree(other.archive)
    other.read()
    books.files[1].unlink()
    shutil.copy(other.files[1], books.archive)
    before = books.rows()
    with pytest.raises(DbtFailedError, match="close 2 of the ledger is another one than in its"):
        books.close(CLOSES[-1])
    assert books.rows() == before


def test_two_files_of_a_close_stop_the_run(books: Books) -> None:
    """Whichever is the right one."""
    name = f"close_000003_{'0' * 32}.parquet"
    shutil.copy(books.files[2], books.archive / name)
    books.path.unlink()
    with pytest.raises(DbtFailedError, match="there are two files of close 3 in"):
        books.read()


def test_archives_of_two_ledgers_stop_the_run(books: Books) -> None:
    """Once the file does not say which one is its own."""
    other = f"{FILE_NAME}.ledger-{'0' * 12}"
    shutil.copytree(books.archive, books.path.with_name(other))
    books.read()
    books.path.unlink()
    with pytest.raises(DbtFailedError, match=r"the archives of several ledgers: .* and .*restore"):
        books.read()


def test_a_file_with_another_close_is_not_read_back(books: Books) -> None:
    """It would be there twice."""
    delete(books, "close_number = 3")
    shutil.copyfile(books.files[1], books.files[2])
    with pytest.raises(DbtFailedError, match=r"000003.* does not have the rows that its close"):
        books.read()


def test_a_hole_stops_the_run(books: Books) -> None:
    """What neither has is lost, until somebody brings it back."""
    delete(books, "close_number > 1")
    books.files[1].unlink()
    with pytest.raises(DbtFailedError, match=r"neither the ledger nor its archive.* has close 2,"):
        books.read()


def test_a_damaged_file_is_not_read_back(books: Books) -> None:
    """All closes come back or none."""
    change(books.files[1], "customer_name", "'Acme Limited'")
    books.path.unlink()
    with pytest.raises(DbtFailedError, match=r"000002.* does not have the rows that its close"):
        books.read()
    assert books.rows("select 1 from duckdb_tables() where table_name = 'invoice_ledger'") == []


def test_who_never_closes_has_no_folder(build: Builder, tmp_path: Path) -> None:
    """The ledger is there, and empty."""
    books = Books(build, tmp_path)
    books.run(selecting(WITH_SEEDS, LEDGER_MARTS), CONTRACT, {"as_of": CLOSES[-1]})
    assert books.archives == []
    assert books.rows() == []


def test_a_run_that_fails_archives_nothing(books: Books) -> None:
    """What it has frozen may yet be undone; the next run that passes writes it."""
    files = books.files
    files[2].unlink()
    with books.writable() as connection:
        connection.execute("drop schema ratebook_intermediate cascade")
    with pytest.raises(DbtFailedError, match="int_line_items"):
        books.run(("run", "--select", "int_ledger_before", "int_line_items"), CONTRACT, {})
    assert books.files == files[:2]
    books.read()
    assert books.files == files


def test_the_folder_of_the_setting(books: Books, tmp_path: Path) -> None:
    """It is made with the folders above it, whatever characters are in its name."""
    folder = tmp_path / "kept" / "all [of] it*" / "Jane's"
    books.read(ledger_archive=f"{folder}/")
    assert [file.name for file in sorted(folder.iterdir())] == [file.name for file in books.files]
    before = books.rows()
    shutil.rmtree(books.archive)
    books.path.unlink()
    books.read(ledger_archive=str(folder))
    assert books.rows() == before
    assert books.archives == []


def test_a_wrong_folder_is_refused(books: Books) -> None:
    """In one sentence."""
    with pytest.raises(DbtFailedError, match="the var ratebook_ledger_archive is 7; set it to"):
        books.read(ledger_archive=7)


# What `ratebook build` and `ratebook close` do


@pytest.fixture
def published(books: Books, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Books:
    """Return the books of two closes; a build on them has the result of the third one."""
    result = tmp_path / "result"
    shutil.copyfile(books.path, result)

    def run(_: list[str], new: Unpublished, **__: object) -> None:
        shutil.copyfile(result, new.path)

    monkeypatch.setattr(project, "run_dbt", run)
    forget(books, 3)
    delete(books, "close_number = 3")
    return books


def forget(books: Books, number: int) -> None:
    """Remove the file of a close."""
    (file,) = books.archive.glob(f"close_{number:06}_*")
    file.unlink()


def close(path: Path, *options: str) -> int:
    """Run `ratebook close`, and return its exit code."""
    variables = f"{{ratebook_input_schema: {INPUT_SCHEMA}, ratebook_books_from: beginning}}"
    return ratebook("close", "--file", path, "--as-of", CLOSES[2], "--vars", variables, *options)


def closes_of(books: Books) -> tuple[int, list[int]]:
    """Return how many closes the file has, and which ones the archive."""
    with books.connect() as connection:
        ((count,),) = connection.sql(ROWS).max("close_number").fetchall()
    return count, [int(name[1]) for name in map(NAME.fullmatch, names_of(books)) if name]


def names_of(books: Books) -> list[str]:
    """Return the names of the files in the archive."""
    return [file.name for file in books.files]


def test_a_close_is_archived_once_it_is_published(
    published: Books, closed: Books, capfd: pytest.CaptureFixture[str]
) -> None:
    """Not by a dry run; the file is that of plain dbt."""
    assert close(published.path, "--dry-run") == 0
    assert closes_of(published) == (2, [1, 2])
    assert close(published.path, "--yes") == 0
    assert closes_of(published) == (3, [1, 2, 3])
    assert f"Archived: {published.files[2]}" in capfd.readouterr().out
    assert [file.name for file in published.files] == [file.name for file in closed.files]
    assert rows_of(published.files[2]) == rows_of(closed.files[2])


def test_a_close_that_is_not_published_is_not_archived(
    published: Books, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """What earlier closes lack in the archive is written all the same."""
    forget(published, 1)
    monkeypatch.setattr("ratebook.publication.has_changed", lambda *_: True)
    assert close(published.path, "--yes") == 1
    assert "another program has changed it" in capfd.readouterr().err
    assert closes_of(published) == (2, [1, 2])


def test_a_close_that_cannot_be_archived_is_refused(
    published: Books, capfd: pytest.CaptureFixture[str]
) -> None:
    """Before it is published."""
    blocked = published.path.with_name("a_file")
    blocked.touch()
    variables = f"{{ratebook_ledger_archive: '{blocked}', ratebook_input_schema: {INPUT_SCHEMA}}}"
    assert ratebook("close", "--file", published.path, "--yes", "--vars", variables) == 1
    assert f"{published.path} is unchanged: {blocked}: File exists." in capfd.readouterr().err
    assert closes_of(published) == (2, [1, 2])


def test_a_build_that_was_killed_before_the_file_had_its_name(
    published: Books, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The books are published, and the next build archives them."""

    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error", "the disk")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "rename", fail)
        assert close(published.path, "--yes") == 1
    assert "is published, but its archive is behind: the disk: Input" in capfd.readouterr().err
    assert closes_of(published) == (3, [1, 2])
    assert len(names_of(published)) == 3
    assert close(published.path, "--yes") == 0
    assert "nothing to freeze" in capfd.readouterr().err
    assert closes_of(published) == (3, [1, 2, 3])
    assert len(names_of(published)) == 3


def test_a_run_of_plain_dbt_that_did_not_complete(published: Books) -> None:
    """Its close is archived once a run on it has passed."""
    assert close(published.path, "--yes") == 0
    forget(published, 3)
    with published.writable() as connection:
        connection.execute("update ratebook_state.build_log set completed_at = null")
    assert close(published.path, "--dry-run") == 0
    assert closes_of(published) == (3, [1, 2])


def test_a_lost_file_is_not_frozen_again(
    published: Books, capfd: pytest.CaptureFixture[str]
) -> None:
    """Only the third close is new, and shown, whatever the file has."""
    published.path.unlink()
    assert close(published.path, "--yes") == 0
    shown = capfd.readouterr().out
    assert "2024-000003" in shown and "2024-000002" not in shown
    assert closes_of(published) == (3, [1, 2, 3])
    published.path.unlink()
    assert close(published.path, "--yes") == 0
    assert "Closes that the file had lost are back." in capfd.readouterr().out
    assert closes_of(published) == (3, [1, 2, 3])


@pytest.mark.long
def test_a_real_build_reads_back(books: Books) -> None:
    """Into the new file, before it is published, from beside the published one."""
    before = books.rows()
    delete(books, "close_number = 3")
    forget(books, 1)
    absent = [name for name in INPUTS if name not in CONTRACT]
    variables = {"ratebook_input_schema": INPUT_SCHEMA, "ratebook_absent_inputs": absent}
    command = ["--select", "int_ledger_before", "--vars", str(variables)]
    assert ratebook("build", "--file", books.path, *command) == 0
    assert books.rows() == before
    assert closes_of(books) == (3, [1, 2, 3])


# Branches


def test_a_branch_shows_what_its_next_close_would_write(
    books: Books, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a file of its own: August 100 on main; 80 on the branch, and -20 for each month before."""
    dearer, cheaper = CONTRACT["list_prices"][0], {"branch": "cheaper", "price": "80"}
    inputs = CONTRACT | {"list_prices": [dearer, {**dearer, **cheaper, "version": "1"}]}
    settings = {"as_of": "2024-09-01", "books_from": "beginning"}
    models = (*LEDGER_MARTS, "branch_invoice_diffs", "invoices", "prices")
    books.run(selecting(WITH_SEEDS, models), inputs, settings)
    branch = Books(books.builder, tmp_path / "branch")
    branch.path.parent.mkdir()
    named = {**settings, "branch": "cheaper"}
    pages = Pages(books.path)
    monkeypatch.setenv("RATEBOOK_DUCKDB_PATH", str(books.path))
    monkeypatch.setenv("RATEBOOK_BRANCH", str(branch.path))

    branch.run(selecting(WITH_SEEDS, models), inputs, named)
    page = pages.draw("quotes", view="Price change")
    assert "has the ledger of 0 closes" in page.messages()[-1]

    files = [file.read_bytes() for file in books.files]
    branch.run(
        selecting(WITH_SEEDS, models), inputs, named | {"ledger_archive": str(books.archive)}
    )
    planned = "select document_type, total, adjusted_amount from ratebook.planned_documents"
    assert books.rows(planned) == [("INVOICE", 100, 0)]
    assert branch.rows(planned) == [("INVOICE", 20, -60)]
    assert branch.rows() == books.rows()
    assert [file.read_bytes() for file in books.files] == files
    os.utime(branch.path, (0, 0))
    close_readers()
    page = pages.draw("quotes", view="Price change")
    assert page.tables()[-1] == [
        {
            **{"Type": "Invoice", "Customer": "Acme | ~ Söhne"},
            **{"On main": "100.00 USD", "On the branch": "20.00 USD"},
        }
    ]


# Verify, restore, doctor


def test_verify_finds_nothing(closed: Books, capfd: pytest.CaptureFixture[str]) -> None:
    """All hashes are computed once more, by other code."""
    assert ratebook("verify", "--file", closed.path) == 0
    shown = " ".join(capfd.readouterr().out.split())
    assert "✓ chain 3 closes, 3 rows" in shown
    assert "✓ numbers 3 documents in 1 series, no gap" in shown
    assert "✓ reconciliation 1 contract, to the cent" in shown
    assert "✓ archive 3 files, with the rows of the ledger" in shown


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ("customer_name = 'Acme' where close_number = 2", "row 1 of close 2 is not as it was"),
        ("row_hash = 'x' where close_number = 2", "row 1 of close 2 is not as it was frozen"),
        (
            "close_hash = 'x' where close_number = 3",
            "close 3 does not have the rows that it has",
        ),
        (
            "previous_close_hash = 'x' where close_number = 3",
            "close 3 does not follow the close before it",
        ),
        ("amount = amount where false", ""),
    ],
)
def test_verify_finds_what_was_changed(
    changes: str, found: str, books: Books, capfd: pytest.CaptureFixture[str]
) -> None:
    """Each value counts; `ratebook restore` puts it back."""
    before = books.rows()
    update(books, changes)
    assert ratebook("verify", "--file", books.path) == int(bool(found))
    printed = capfd.readouterr()
    if found:
        assert "is not what was frozen" in printed.err
    assert found in printed.out
    assert ratebook("restore", "--file", books.path) == 0
    assert books.rows() == before
    assert ratebook("verify", "--file", books.path) == 0


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("close_number = 1", "close 1 is missing"),
        ("close_number = 2", "close 2 is missing"),
        (
            "close_number = 2",
            "2024 of the seller default has 2 documents with 2 numbers, the last of them 3",
        ),
        ("close_number = 3", "the marts show closes up to 3, and the ledger has 2"),
        ("close_number = 3", "close 3 in {archive} is not in the ledger"),
        ("true", "close 2 in {archive} is not in the ledger"),
    ],
)
def test_verify_finds_what_was_removed(
    condition: str, found: str, books: Books, capfd: pytest.CaptureFixture[str]
) -> None:
    """Closes, and numbers of documents."""
    before = books.rows()
    delete(books, condition)
    assert ratebook("verify", "--file", books.path) == 1
    assert found.format(archive=books.archive) in capfd.readouterr().out
    assert ratebook("restore", "--file", books.path) == 0
    assert books.rows() == before


def test_verify_finds_damage_in_the_archive(
    books: Books, capfd: pytest.CaptureFixture[str]
) -> None:
    """A value, a byte, a file; the remedy is to write it again."""
    first, second, third = books.files
    change(first, "amount", "amount + 1")
    content = bytearray(second.read_bytes())
    # Parquet ends with its name.
    content[-1] ^= 255
    second.write_bytes(content)
    third.rename(third.with_name("elsewhere"))
    assert ratebook("verify", "--file", books.path) == 1
    shown = capfd.readouterr().out
    assert f"archive: close 3 is not in {first.parent}." in shown
    assert f"archive: row 1 of close 1 is not as it was frozen in {first}." in shown
    assert f"archive: {second} cannot be read" in shown
    assert "Move damaged files away. `ratebook build` writes missing files again." in shown
    assert "chain:" not in shown
    first.unlink()
    second.unlink()
    books.read()
    assert ratebook("verify", "--file", books.path) == 0


def test_a_file_under_the_name_of_another_close(
    books: Books, capfd: pytest.CaptureFixture[str]
) -> None:
    """It is whole, but not what it should be."""
    shutil.copyfile(books.files[0], books.files[1])
    assert ratebook("verify", "--file", books.path) == 1
    assert "does not have the close that its name says" in capfd.readouterr().out


def test_without_closes_there_is_nothing_to_verify(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Without a file there is an error."""
    path = tmp_path / "books.duckdb"
    assert ratebook("verify", "--file", path) == 1
    assert "does not exist" in capfd.readouterr().err
    duckdb.connect(path).close()
    assert ratebook("verify", "--file", path) == 0
    assert "has no closes: there is nothing to verify" in capfd.readouterr().out


def test_restore_makes_a_lost_file(
    books: Books, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """From wherever the archive is, and the next build goes on from there."""
    before = books.rows()
    moved = tmp_path / "moved"
    books.archive.rename(moved)
    books.path.unlink()
    assert ratebook("restore", "--file", books.path) == 1
    assert "There is no archive of a ledger in a folder beside" in capfd.readouterr().err
    assert not books.path.exists()
    assert ratebook("restore", "--file", books.path, "--from", moved) == 0
    assert f"Restored: 3 closes from {moved}" in capfd.readouterr().out
    assert books.rows() == before
    books.close(CLOSES[-1])
    assert books.rows() == before
    assert [file.name for file in books.files] == sorted(file.name for file in moved.iterdir())


def test_restore_is_whole_or_not_at_all(books: Books, capfd: pytest.CaptureFixture[str]) -> None:
    """Also where there is a ledger, and it keeps what only it has."""
    before = books.rows()
    third = books.files[2]
    content = third.read_bytes()
    third.unlink()
    assert ratebook("restore", "--file", books.path) == 0
    assert books.rows() == before
    third.write_bytes(content[:-10])
    assert ratebook("restore", "--file", books.path) == 1
    assert f"Nothing was restored, and {books.path} is unchanged" in capfd.readouterr().err
    third.write_bytes(content)
    change(third, "amount", "amount + 1")
    assert ratebook("restore", "--file", books.path) == 1
    assert "row 1 of close 3 is not as it was frozen" in capfd.readouterr().err
    third.rename(third.with_name(f"close_000003_{'0' * 32}.parquet"))
    assert ratebook("restore", "--file", books.path) == 1
    assert "Close 3 of the ledger is another one than in its archive" in capfd.readouterr().err
    assert books.rows() == before


def test_the_doctor_looks_at_the_archive(books: Books, tmp_path: Path) -> None:
    """It says what the next build will do, and what stops it."""

    def found() -> list[tuple[str, str, bool]]:
        return [finding[1:] for finding in doctor.ledger_archive(books.path, "")]

    archive = books.archive
    assert found() == [(f"closes in {archive}: 3, all of them", "", False)]
    forget(books, 2)
    written = (f"closes that are not in {archive}: 1 of 3", "Write them: ratebook build", False)
    assert found() == [written]
    delete(books, "close_number = 3")
    read_back = f"closes of {archive} that are not in the ledger: 1 of 2"
    assert found() == [
        (f"closes that are not in {archive}: 1 of 2", "Write them: ratebook build", False),
        (read_back, "Read them back: ratebook build", False),
    ]
    books.files[0].rename(archive / f"close_000001_{'0' * 32}.parquet")
    ((state, _, stops_build),) = found()
    assert "Close 1 of the ledger is another one" in state
    assert stops_build
    assert list(doctor.ledger_archive(tmp_path / "none.duckdb", "")) == []


def rows_of(file: Path) -> list[tuple]:
    """Return the rows of a file of the archive."""
    with duckdb.connect() as connection:
        return connection.execute("from read_parquet($1)", [str(file)]).fetchall()


def named(books: Books) -> list[dict[str, object]]:
    """Return the rows of the ledger with the names of their columns."""
    with books.connect() as connection:
        relation = connection.sql(ROWS)
        return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


def make_older(books: Books, column: str) -> None:
    """Make the ledger what it would be if a column were not known yet."""
    with books.writable() as connection:
        connection.execute(f"alter table {LEDGER} drop column {column}")
    update(books, f"hash_columns = replace(hash_columns, ',{column},', ',')")
    hash_again(books)


def hash_again(books: Books) -> None:
    """Give each row of a ledger, alone in its close, the hashes that its values have."""
    with books.connect() as connection:
        row_hash = chain.row_hash_of(connection, LEDGER)
    close_hash = chain.hash_of([chain.escaped("previous_close_hash"), "row_hash"])
    update(books, f"row_hash = {row_hash}")
    update(books, f"close_hash = {close_hash} where close_number = 1")
    for number in (2, 3):
        before = f"from {LEDGER} where close_number = {number - 1}"
        previous = f"(select close_hash {before})"
        update(books, f"previous_close_hash = {previous} where close_number = {number}")
        update(books, f"close_hash = {close_hash} where close_number = {number}")


def update(books: Books, changes: str) -> None:
    """Change rows of the ledger."""
    with books.writable() as connection:
        connection.execute(f"update {LEDGER} set {changes}")  # noqa: S608


def delete(books: Books, condition: str) -> None:
    """Delete rows of the ledger."""
    with books.writable() as connection:
        connection.execute(f"delete from {LEDGER} where {condition}")  # noqa: S608


def change(file: Path, column: str, value: str) -> None:
    """Change a column of a file of the archive, as somebody would who knows how."""
    with duckdb.connect() as connection:
        connection.execute(f"create table t as from '{file}'")
        connection.execute(f"update t set {column} = {value}")  # noqa: S608
        connection.execute(f"copy t to '{file}' (format parquet)")
