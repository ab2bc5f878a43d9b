"""The exported marts: the same rows and types as in the build, in an order that does not change.

That drivers of 1.0 to 1.5 read the DuckDB file is proven by hand (docs/bi.md): here it is enough
that its header says the oldest storage version, 64, which all of them read.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import ROOT, Warehouse, ratebook_process

EVENT_MART = "usage_event_outcomes"
DATABASE_FILE = "ratebook_marts.duckdb"
# A checksum of eight bytes and the letters DUCK come before it.
STORAGE_VERSION_OFFSET = 12
OLDEST_STORAGE_VERSION = 64

TABLES_SQL = """
    select table_name from information_schema.tables where table_schema = 'ratebook' order by all
"""
# The case study has not closed yet.
EMPTY_BEFORE_A_CLOSE = {
    *("closes", "documents", "document_rows", "open_adjustments"),
    *("document_balances", "receivables_ageing"),
}
TYPES_SQL = """
    select column_name, data_type from duckdb_columns()
    where schema_name = 'ratebook' and table_name = ?
    order by column_index
"""
COMMENTS_SQL = """
    select table_name, column_name, comment from duckdb_columns() where schema_name = 'ratebook'
    union all
    select table_name, null, comment from duckdb_tables() where schema_name = 'ratebook'
    union all
    select view_name, null, comment from duckdb_views() where schema_name = 'ratebook'
    order by all
"""


def export(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command as `make export` does, in a process of its own."""
    environment = {key: value for key, value in os.environ.items() if key != "RATEBOOK_DUCKDB_PATH"}
    return ratebook_process("export", *arguments, cwd=cwd, env=environment)


@pytest.fixture(scope="module")
def exported(case_study: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory with an export of the case study, the events included."""
    directory = tmp_path_factory.mktemp("export") / "export"
    result = export("--file", case_study.path, "--directory", directory, "--events", cwd=ROOT)
    assert (result.returncode, result.stderr) == (0, "")
    return directory


def marts(warehouse: Warehouse) -> list[str]:
    """Return the names of all marts of a build."""
    return [name for (name,) in warehouse.rows(TABLES_SQL)]


def test_every_mart_is_there_in_both_forms(case_study: Warehouse, exported: Path) -> None:
    """And nothing else, such as files that are still being written."""
    expected = {DATABASE_FILE, *(f"{name}.parquet" for name in marts(case_study))}
    assert {path.name for path in exported.iterdir()} == expected
    assert marts(Warehouse(exported / DATABASE_FILE)) == marts(case_study)


def test_rows_and_types_are_those_of_the_mart_in_order(
    case_study: Warehouse, exported: Path
) -> None:
    """Sorted by the columns from left to right, nulls last."""
    copy = Warehouse(exported / DATABASE_FILE)
    for name in marts(case_study):
        types = case_study.rows(TYPES_SQL, [name])
        ordinals = ", ".join(f"{number} asc nulls last" for number in range(1, len(types) + 1))
        rows = case_study.rows(f"select * from ratebook.{name} order by {ordinals}")  # noqa: S608
        assert rows or name in EMPTY_BEFORE_A_CLOSE, name
        assert copy.rows(TYPES_SQL, [name]) == types, name
        assert copy.rows(f"select * from ratebook.{name}") == rows, name  # noqa: S608
        relation = duckdb.connect().from_parquet(str(exported / f"{name}.parquet"))
        assert list(zip(relation.columns, map(str, relation.types), strict=True)) == types, name
        assert relation.fetchall() == rows, name


def test_parquet_has_decimals_and_times_without_zone(exported: Path) -> None:
    """As a reader that is not DuckDB sees it."""
    file = pq.ParquetFile(exported / "invoices.parquet")
    assert file.schema_arrow.field("total").type == pa.decimal128(28, 8)
    assert file.schema_arrow.field("issued_at").type == pa.timestamp("us")
    assert file.schema_arrow.field("nominal_start_date").type == pa.date32()
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"


def test_older_drivers_read_the_file(exported: Path) -> None:
    """By its header, which is what they look at first; the build itself they refuse."""
    header = (exported / DATABASE_FILE).read_bytes()[: STORAGE_VERSION_OFFSET + 8]
    assert header[8:12] == b"DUCK"
    assert struct.unpack_from("<Q", header, STORAGE_VERSION_OFFSET) == (OLDEST_STORAGE_VERSION,)


def test_descriptions_come_along(case_study: Warehouse, exported: Path) -> None:
    """Tools show the comments of tables and columns; here each has one."""
    comments = Warehouse(exported / DATABASE_FILE).rows(COMMENTS_SQL)
    assert comments == case_study.rows(COMMENTS_SQL)
    assert all(comment for *_, comment in comments)
    first_sentence = "One row per contract, customer, delivery, currency, billing target and"
    (text,) = (text for name, column, text in comments if (name, column) == ("invoices", None))
    assert text.startswith(first_sentence)


def test_a_second_export_takes_the_place_of_the_first(
    case_study: Warehouse, tmp_path: Path
) -> None:
    """Whole files are renamed: an open one stays what it was, the new one has the new rows."""
    source = tmp_path / "built.duckdb"
    shutil.copy(case_study.path, source)
    out = tmp_path / "out"
    assert export("--file", source, "--directory", out, "--events", cwd=ROOT).returncode == 0
    parquet = out / "invoices.parquet"
    before, before_count = parquet.read_bytes(), pq.read_metadata(parquet).num_rows
    with duckdb.connect(source) as connection:
        connection.execute(
            "delete from ratebook.invoices where invoice_id = "
            "(select min(invoice_id) from ratebook.invoices)"
        )
    with (
        parquet.open("rb") as still_open,
        duckdb.connect(tmp_path / "out" / DATABASE_FILE, read_only=True) as reader,
    ):
        result = export("--file", source, "--directory", tmp_path / "out", cwd=ROOT)
        assert result.returncode == 0
        assert still_open.read() == before
        count = reader.execute("select count(*) from ratebook.invoices").fetchone()
        assert count == (before_count,)
    assert pq.read_metadata(parquet).num_rows == before_count - 1
    copy = Warehouse(tmp_path / "out" / DATABASE_FILE)
    assert copy.rows("select count(*) from ratebook.invoices") == [(before_count - 1,)]
    # The events were asked for the first time only: no file of an older build stays behind.
    assert EVENT_MART not in marts(copy)
    assert not (tmp_path / "out" / f"{EVENT_MART}.parquet").exists()


def test_tables_of_an_interrupted_build_are_left_out(tmp_path: Path) -> None:
    """What dbt calls __dbt_ is half of a mart, or the one before it."""
    source = tmp_path / "built.duckdb"
    with duckdb.connect(source) as connection:
        connection.execute("create schema ratebook; create table ratebook.invoices (total integer)")
        connection.execute("create table ratebook.invoices__dbt_tmp (total integer)")
        connection.execute("create view ratebook.prices__dbt_backup as select 1 as price")
    assert export("--file", source, cwd=tmp_path).returncode == 0
    assert marts(Warehouse(tmp_path / "export" / DATABASE_FILE)) == ["invoices"]


def test_a_locked_source_is_said_in_a_sentence(tmp_path: Path) -> None:
    """A build has the file open; what was exported before stays."""
    source = tmp_path / "built.duckdb"
    (tmp_path / "export").mkdir()
    kept = tmp_path / "export" / "invoices.parquet"
    kept.write_text("of the export before")
    with duckdb.connect(source):
        result = export("--file", source, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        f"{source} is in use by a build or another program that writes to it (process "
        f"{os.getpid()}): wait until it is done, or close it.\n"
    )
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]
    assert kept.read_text() == "of the export before"


def test_a_source_that_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    """Without a path it is warehouse.duckdb, as everywhere."""
    assert_refused(
        tmp_path, "warehouse.duckdb does not exist: build it first, with `ratebook build`"
    )


def test_a_source_that_is_no_database_is_said_in_a_sentence(tmp_path: Path) -> None:
    """Whatever DuckDB says of it."""
    (tmp_path / "warehouse.duckdb").write_text("not a database")
    assert_refused(tmp_path, "warehouse.duckdb cannot be read: ")


def test_a_source_without_marts_is_said_in_a_sentence(tmp_path: Path) -> None:
    """Nothing has been built yet."""
    duckdb.connect(tmp_path / "warehouse.duckdb").close()
    assert_refused(
        tmp_path, "warehouse.duckdb holds no marts: build it first, with `ratebook build`"
    )


def assert_refused(directory: Path, message: str) -> None:
    """Export what a directory holds, and expect one line that begins as given, and no files."""
    result = export(cwd=directory)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith(message)
    assert len(result.stderr.splitlines()) == 1
    assert not [path for path in directory.rglob("*") if path.parent != directory]


def test_a_directory_that_cannot_be_written_is_said_in_a_sentence(
    case_study: Warehouse, tmp_path: Path
) -> None:
    """For example one that is a file."""
    (tmp_path / "export").write_text("a file")
    result = export("--file", case_study.path, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "export cannot be written: File exists.\n"
