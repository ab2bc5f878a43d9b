"""Write the marts as Parquet files, and as a DuckDB file that older drivers read.

Other tools can keep the copy open for as long as they like: no build waits for them.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
from rich.console import Console
from rich.progress import Progress

from ratebook import RatebookError, books

# Not ratebook.duckdb: in a file that is named as its schema, ratebook.invoices is ambiguous.
DATABASE_FILE = "ratebook_marts.duckdb"
# DuckDB before 2.0 refuses what 2.0 writes unless it is told to write as 1.0 did.
STORAGE_VERSION = "v1.0.0"
# A view with a row for each event received: reading it takes as long as that part of a build.
EVENT_MART = "usage_event_outcomes"

COLUMN_COMMENTS_SQL = """
    select column_name, comment from duckdb_columns()
    where database_name = 'source' and schema_name = 'ratebook' and table_name = ?
        and comment is not null
"""


class ExportError(RatebookError):
    """A file without marts, or a directory that cannot be written."""


def quoted(text: str | Path) -> str:
    """Return text as an SQL literal."""
    return "'" + str(text).replace("'", "''") + "'"


def attach_source(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Open the built file read-only."""
    if not path.is_file():
        raise books.missing(path)
    with books.explained(path):
        connection.execute(f"attach {quoted(path)} as source (read_only)")
        books.refuse_incomplete(connection, path, "source")


def copy_mart(connection: duckdb.DuckDBPyConnection, name: str, comment: str | None) -> None:
    """Copy a mart with its descriptions.

    Rows are sorted by all columns from left to right, of which the first are the key: the same
    build gives the same rows in the same order.
    """
    target = f'target.ratebook."{name}"'
    connection.execute(
        f'create table {target} as select * from source.ratebook."{name}" order by all'  # noqa: S608
    )
    if comment:
        connection.execute(f"comment on table {target} is {quoted(comment)}")
    for column, text in connection.execute(COLUMN_COMMENTS_SQL, [name]).fetchall():
        connection.execute(f'comment on column {target}."{column}" is {quoted(text)}')


def write_files(source: Path, directory: Path, *, events: bool) -> list[str]:
    """Write all files into a directory, and return the names of the marts.

    The source is closed before the Parquet files are written, from the copy.
    """
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"set temp_directory = {quoted(directory / 'spilled')}")
        attach_source(connection, source)
        marts = books.marts(connection, "source")
        if not events:
            marts.pop(EVENT_MART, None)
        if not marts:
            raise ExportError(f"{source} holds no marts: {books.BUILD_FIRST}")
        connection.execute(
            f"attach {quoted(directory / DATABASE_FILE)} as target "
            f"(storage_version '{STORAGE_VERSION}')"
        )
        connection.execute("create schema target.ratebook")
        to = Console(stderr=True)
        # Without a terminal there is no bar.
        with Progress(console=to, transient=True, disable=not to.is_terminal) as progress:
            task = progress.add_task("", total=2 * len(marts))
            for name, comment in marts.items():
                progress.update(task, description=f"Reading {name}")
                copy_mart(connection, name, comment)
                progress.advance(task)
            connection.execute("detach source")
            for name in marts:
                progress.update(task, description=f"Writing {name}")
                connection.execute(
                    f'copy target.ratebook."{name}" to {quoted(directory / f"{name}.parquet")} '
                    "(format parquet, compression zstd)"
                )
                progress.advance(task)
        # Closes the file whole, without a log beside it.
        connection.execute("detach target")
    return list(marts)


def exported(directory: Path) -> set[str]:
    """Return the names of the marts that an earlier export left in a directory."""
    database = directory / DATABASE_FILE
    if not database.exists():
        return set()
    with duckdb.connect(database, read_only=True) as connection:
        return set(books.marts(connection))


def export(source: Path, directory: Path, *, events: bool) -> list[str]:
    """Export the marts, and return their names.

    Files are written to a temporary directory and then renamed: a reader of a file sees the old or
    the new one, never a part of it.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".writing-", dir=directory) as written:
            names = write_files(source, Path(written), events=events)
            # Marts that this build does not have would be left from another one.
            for name in exported(directory) - set(names):
                (directory / f"{name}.parquet").unlink(missing_ok=True)
            for file in (*(f"{name}.parquet" for name in names), DATABASE_FILE):
                (Path(written) / file).replace(directory / file)
    except OSError as error:
        raise ExportError(f"{directory} cannot be written: {error.strerror or error}.") from error
    except duckdb.IOException as error:
        raise ExportError(f"{directory} cannot be written: {books.first_line(error)}") from error
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise books.incomplete(source, error) from error
    return names
