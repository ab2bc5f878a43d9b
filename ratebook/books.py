"""The built DuckDB file: open it to read, see which marts it has, and say what is wrong with it.

Every reader opens the file here, or takes its messages from here.
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
# A build that was stopped leaves tables of dbt's own, such as invoices__dbt_tmp: they are no marts.
MARTS_SQL = """
    select table_name, comment from duckdb_tables()
    where database_name = $database and schema_name = 'ratebook'
        and not contains(table_name, '__dbt_')
    union all
    select view_name, comment from duckdb_views()
    where database_name = $database and schema_name = 'ratebook'
        and not contains(view_name, '__dbt_')
    order by 1
"""


class BooksError(RatebookError):
    """A file that is missing, in use, or without a complete build."""


def default_path() -> Path:
    """Return the file that RATEBOOK_DUCKDB_PATH names, as in profiles.yml."""
    return Path(os.environ.get("RATEBOOK_DUCKDB_PATH") or DEFAULT)


@contextmanager
def opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a build to read; whatever is missing in it, even if noticed later, is a BooksError."""
    with explained(path):
        if not path.exists():
            raise missing(path)
        with duckdb.connect(path, read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            refuse_incomplete(connection, path)
            yield connection


def database_name(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the name of the file that a connection opened."""
    return connection.execute("select current_database()").fetchone()[0]


def marts(
    connection: duckdb.DuckDBPyConnection, database: str | None = None
) -> dict[str, str | None]:
    """Return the marts that were built, each with its description.

    Marts of features that are off do not exist, and a build can leave out others. `database` is
    the file's name where it is attached; otherwise the connection is to the file itself.
    """
    name = database or database_name(connection)
    return dict(connection.execute(MARTS_SQL, {"database": name}).fetchall())


def require(
    connection: duckdb.DuckDBPyConnection, path: Path, *names: str, feature: str = ""
) -> None:
    """Raise BooksError if one of these marts was not built; `feature` is the one they belong to."""
    built = marts(connection)
    if not built:
        raise BooksError(f"{path} holds no complete build (it has no marts): {BUILD_FIRST}")
    absent = sorted(set(names) - set(built))
    if absent and feature:
        raise BooksError(
            f"{path} was built without the feature {feature}: add {feature} to ratebook_features "
            "in dbt_project.yml, and run `ratebook build`."
        )
    if absent:
        raise BooksError(
            f"{path} was built without {', '.join(absent)}: build all models, with "
            "`ratebook build`."
        )


def refuse_incomplete(
    connection: duckdb.DuckDBPyConnection, path: Path, database: str | None = None
) -> None:
    """Raise BooksError if the newest run that wrote the marts did not complete.

    Its marts may be a mixture of old and new ones. `database` is the file's name where it is
    attached; otherwise the connection is to the file itself.
    """
    database = database or database_name(connection)
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
            "complete, so some marts may be new and others old. See logs/dbt.log for what failed, "
            "and build again, with `ratebook build`."
        )


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn DuckDB's errors about a build into a BooksError."""
    try:
        yield
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise incomplete(path, error) from error
    except duckdb.IOException as error:
        if is_locked(error):
            raise BooksError(
                f"{path} is in use by {holder(error)}: wait until it is done, or close it."
            ) from error
        raise BooksError(f"{path} cannot be read: {first_line(error)}") from error


def missing(path: Path) -> BooksError:
    """Return the error for a file that does not exist."""
    return BooksError(f"{path} does not exist: {BUILD_FIRST}")


def incomplete(path: Path, error: duckdb.Error) -> BooksError:
    """Return the error for a file in which DuckDB does not find a table or a column."""
    return BooksError(f"{path} holds no complete build ({first_line(error)}): {BUILD_FIRST}")


def is_locked(error: duckdb.Error) -> bool:
    """Tell whether DuckDB could not open a file because another process writes to it."""
    return "Could not set lock" in str(error)


def holder(error: duckdb.Error) -> str:
    """Return who has locked a file, with the id of the process if DuckDB knows it."""
    found = HOLDER.search(str(error))
    process = f" (process {found[1]})" if found else ""
    return f"a build or another program that writes to it{process}"


def first_line(error: duckdb.Error) -> str:
    """Return DuckDB's message, without its kind of error and its advice."""
    return str(error).splitlines()[0].partition(": ")[2]
