"""`ratebook restore`: put the ledger back from its archive, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ratebook import chain
from ratebook.archive import (
    LEDGER,
    ArchiveError,
    closes_in,
    closes_in_folder,
    closes_of,
    folder_of,
    refuse_other_ledger,
    rows_of,
)
from ratebook.books import first_line
from ratebook.publication import DERIVED_SCHEMAS, STATE_SCHEMA, Unpublished, publish


def restore(path: Path, source: Path | None, given: Path | None) -> tuple[int, Path]:
    """Put the closes of an archive into a file, and return their number, and the archive.

    The archive is in `source`, else in the given folder or beside the file. Rows of its closes are
    replaced in the file; later closes of the file stay.
    """
    closes = closes_of(path)
    folder = source or folder_of(path, closes, given)
    archived = closes_in_folder(folder)
    if not archived:
        where = folder or f"a folder beside {path}"
        raise ArchiveError(
            f"There is no archive of a ledger in {where}: say where it is, with "
            "`ratebook restore --from FOLDER`."
        )
    if closes:
        with duckdb.connect(path, read_only=True) as connection:
            # What was damaged is not another close, whatever hash it has now.
            damaged = {close.number for close in chain.closes(connection, LEDGER) if close.problem}
        intact = {number: closes[number] for number in closes.keys() - damaged}
        refuse_other_ledger(intact, archived)
    what_was = "is unchanged" if path.exists() else "was not created"
    unchanged = f"Nothing was restored, and {path} {what_was}"

    def run(new: Unpublished) -> None:
        with duckdb.connect(new.path) as connection:
            kept = closes_in(connection).keys() - archived.keys()
            rows = f"from {rows_of(close.file for close in archived.values())}"
            if kept:
                numbers = ", ".join(map(str, sorted(kept)))
                rows += f" union all by name from {LEDGER} where close_number in ({numbers})"
            connection.execute(f"create schema if not exists {STATE_SCHEMA}")
            try:
                connection.execute(
                    f"create or replace table {LEDGER} as ({rows}) "
                    "order by close_number, row_number"
                )
            except duckdb.Error as error:
                raise ArchiveError(f"{unchanged}: {first_line(error)}") from error
            if problems := chain.problems(connection, LEDGER):
                raise ArchiveError(f"{unchanged}: {problems[0]} in {folder}.")

    # State alone is enough to be published: a lost file has nothing else yet.
    derived = (*DERIVED_SCHEMAS, STATE_SCHEMA)
    publish(path, run, derived=derived, keep_derived=True)
    return len(archived), folder
