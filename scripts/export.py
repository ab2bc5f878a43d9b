#!/usr/bin/env python3
"""Write the marts as Parquet files, and as a DuckDB file that older drivers read: `make export`.

What looks at the copy never keeps a build waiting, as a reader of the built file would.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import duckdb
from build_file import BUILD_FIRST, default_path, fail
from tqdm import tqdm

# Not ratebook.duckdb: in a file that is named as its schema, ratebook.invoices is ambiguous.
DATABASE_FILE = "ratebook_marts.duckdb"
# DuckDB before 2.0 refuses what 2.0 writes unless it is told to write as 1.0 did.
STORAGE_VERSION = "v1.0.0"
# A view with a row for each event received: to read it is as long as that part of a build.
EVENT_MART = "usage_event_outcomes"

MARTS_SQL = """
    select table_name, comment from duckdb_tables()
    where database_name = 'source' and schema_name = 'ratebook'
    union all
    select view_name, comment from duckdb_views()
    where database_name = 'source' and schema_name = 'ratebook'
    order by 1
"""
COLUMN_COMMENTS_SQL = """
    select column_name, comment from duckdb_columns()
    where database_name = 'source' and schema_name = 'ratebook' and table_name = ?
        and comment is not null
"""


class ExportError(Exception):
    """Something that a user may meet, in one sentence."""


def quoted(text: str | Path) -> str:
    """Write text as SQL does."""
    return "'" + str(text).replace("'", "''") + "'"


def attach_source(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Open the built file, for reading only."""
    if not path.is_file():
        raise ExportError(f"{path} does not exist: {BUILD_FIRST}")
    try:
        connection.execute(f"attach {quoted(path)} as source (read_only)")
    except duckdb.IOException as error:
        reason = str(error).splitlines()[0]
        if "Could not set lock" in reason:
            reason = (
                "another process, such as a build, has it open; export again when that is done."
            )
        raise ExportError(f"{path} cannot be read: {reason}") from error


def copy_mart(connection: duckdb.DuckDBPyConnection, name: str, comment: str | None) -> None:
    """Copy a mart with what is said of it.

    Rows stand in the order of the columns from left to right, of which the first are the key: the
    same build gives the same rows in the same order.
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
        found = connection.execute(MARTS_SQL).fetchall()
        marts = {name: comment for name, comment in found if events or name != EVENT_MART}
        if not marts:
            raise ExportError(f"{source} holds no marts: {BUILD_FIRST}")
        connection.execute(
            f"attach {quoted(directory / DATABASE_FILE)} as target "
            f"(storage_version '{STORAGE_VERSION}')"
        )
        connection.execute("create schema target.ratebook")
        # Without a terminal there is no bar.
        with tqdm(total=2 * len(marts), unit="step", leave=False, disable=None) as bar:
            for name, comment in marts.items():
                bar.set_description(f"Reading {name}")
                copy_mart(connection, name, comment)
                bar.update()
            connection.execute("detach source")
            for name in marts:
                bar.set_description(f"Writing {name}")
                connection.execute(
                    f'copy target.ratebook."{name}" to {quoted(directory / f"{name}.parquet")} '
                    "(format parquet, compression zstd)"
                )
                bar.update()
        # Closes the file whole, without a log beside it.
        connection.execute("detach target")
    return list(marts)


def export(source: Path, directory: Path, *, events: bool) -> list[str]:
    """Export the marts, and return their names.

    Files are written aside and then renamed: who reads one meets the old or the new one, whole.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".writing-", dir=directory) as written:
        names = write_files(source, Path(written), events=events)
        # Of another build than the rest.
        (directory / f"{EVENT_MART}.parquet").unlink(missing_ok=True)
        for file in (*(f"{name}.parquet" for name in names), DATABASE_FILE):
            (Path(written) / file).replace(directory / file)
    return names


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, export, and turn what users may meet into one sentence."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "path",
        nargs="?",
        type=Path,
        default=default_path(),
        help="the built DuckDB file (default: RATEBOOK_DUCKDB_PATH, else warehouse.duckdb)",
    )
    parser.add_argument(
        "--directory", type=Path, default=Path("export"), help="where to (default: export)"
    )
    parser.add_argument(
        "--events",
        action="store_true",
        help=f"also {EVENT_MART}, a row for each event: takes long where there are many",
    )
    options = parser.parse_args(arguments)
    path = Path(options.path)
    try:
        names = export(path, options.directory, events=options.events)
    except ExportError as error:
        return fail(str(error))
    except OSError as error:
        return fail(f"{options.directory} cannot be written: {error.strerror or error}.")
    except duckdb.IOException as error:
        return fail(f"{options.directory} cannot be written: {str(error).splitlines()[0]}")
    except duckdb.CatalogException as error:
        missing = str(error).splitlines()[0].removeprefix("Catalog Error: ")
        return fail(f"{path} holds no complete build ({missing}): {BUILD_FIRST}")
    print(
        f"{len(names)} marts of {path} in {options.directory}: a Parquet file for each, and "
        f"{DATABASE_FILE} with all of them."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
