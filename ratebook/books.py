"""The built DuckDB file: opened to read, and what is wrong with it in one sentence.

Every reader opens the file here, or asks here what to say.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ratebook import RatebookError

DEFAULT = Path("warehouse.duckdb")
BUILD_FIRST = "build it first, with `ratebook build`."
HOLDER = re.compile(r"PID (\d+)")


class BooksError(RatebookError):
    """A file that is missing, in use, or without a complete build."""


def default_path() -> Path:
    """Return the file that RATEBOOK_DUCKDB_PATH names, as in profiles.yml."""
    return Path(os.environ.get("RATEBOOK_DUCKDB_PATH") or DEFAULT)


@contextmanager
def opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a build to read; what it lacks, even if noticed later, is a BooksError."""
    with explained(path):
        if not path.exists():
            raise missing(path)
        with duckdb.connect(path, read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            refuse_incomplete(connection, path)
            yield connection


def refuse_incomplete(
    connection: duckdb.DuckDBPyConnection, path: Path, database: str | None = None
) -> None:
    """Raise BooksError if the newest run that wrote the marts did not complete.

    Its marts may be a mixture of old and new ones. `database` is the file's name where it is
    attached; otherwise the connection is to the file itself.
    """
    database = database or connection.execute("select current_database()").fetchone()[0]
    if not connection.execute(
        "select 1 from duckdb_tables() "
        "where database_name = ? and schema_name = 'ratebook_state' and table_name = 'build_log'",
        [database],
    ).fetchone():
        return
    newest = connection.execute(
        f"""
        select started_at, completed_at from "{database}".ratebook_state.build_log
        order by started_at desc, completed_at nulls first limit 1
        """  # noqa: S608
    ).fetchone()
    if newest and newest[1] is None:
        raise BooksError(
            f"The newest run on {path}, started at {newest[0]:%Y-%m-%d %H:%M:%S} UTC, did not "
            "complete, and its marts may not fit together: run it again; logs/dbt.log has what "
            "failed."
        )


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what DuckDB says about a build, while it is read, into a BooksError."""
    try:
        yield
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise incomplete(path, error) from error
    except duckdb.IOException as error:
        if is_locked(error):
            raise BooksError(
                f"{path} is in use, by {holder(error)}: wait until that is done, or close it."
            ) from error
        raise BooksError(f"{path} cannot be read: {first_line(error)}") from error


def missing(path: Path) -> BooksError:
    """Return what to say about a file that does not exist."""
    return BooksError(f"{path} does not exist: {BUILD_FIRST}")


def incomplete(path: Path, error: duckdb.Error) -> BooksError:
    """Return what to say about a file in which DuckDB does not find a table or a column."""
    return BooksError(f"{path} holds no complete build ({first_line(error)}): {BUILD_FIRST}")


def is_locked(error: duckdb.Error) -> bool:
    """Tell whether DuckDB could not open a file because another process writes to it."""
    return "Could not set lock" in str(error)


def holder(error: duckdb.Error) -> str:
    """Return who keeps a file locked, with the id of the process if DuckDB knows it."""
    found = HOLDER.search(str(error))
    process = f" (process {found[1]})" if found else ""
    return f"a build or another program that writes to it{process}"


def first_line(error: duckdb.Error) -> str:
    """Return what DuckDB says, without its kind of error and its advice."""
    return str(error).splitlines()[0].partition(": ")[2]
