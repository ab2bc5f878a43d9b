"""The archive of the ledger: a folder that has each close as a file of its own.

A run of dbt reads back what only the archive has, before it reads the ledger, and plain dbt writes
what only the ledger has, after it has passed: macros/ledger. The books of `ratebook build` can
still be refused then, so it writes the files here: in full before it publishes, under their names
after it.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb

from ratebook import RatebookError, books, chain
from ratebook.publication import STATE_SCHEMA, BuildFailedError, sentence, synced

LEDGER = f"{STATE_SCHEMA}.invoice_ledger"
SETTING = "ratebook_ledger_archive"
FILE_NAME = re.compile(r"close_(\d{6,})_([0-9a-f]{32})\.parquet")
# What a killed run leaves: DuckDB, too, begins the names of unfinished files so.
UNFINISHED = "tmp_"
# A part of the first close's hash tells ledgers apart.
ID_LENGTH = 12
HAS_LEDGER_SQL = """
    select 1 from duckdb_tables()
    where
        database_name = current_database()
        and schema_name = ?
        and table_name = 'invoice_ledger'
"""


class ArchiveError(RatebookError):
    """Why an archive cannot be used."""


class Archived(NamedTuple):
    """A close in the archive."""

    close_hash: str
    file: Path


class Prepared(NamedTuple):
    """A file that is complete, and where it belongs."""

    file: Path
    place: Path


def closes_in(connection: duckdb.DuckDBPyConnection) -> dict[int, str]:
    """Return the hashes of the closes in a database, by their numbers."""
    if not connection.execute(HAS_LEDGER_SQL, [STATE_SCHEMA]).fetchone():
        return {}
    return dict(
        connection.execute(
            f"select close_number, max(close_hash) from {LEDGER} group by all order by all"  # noqa: S608
        ).fetchall()
    )


def closes_of(path: Path) -> dict[int, str]:
    """Return the closes in a file; none if there is no such file."""
    if not path.exists():
        return {}
    with books.explained(path), duckdb.connect(path, read_only=True) as connection:
        return closes_in(connection)


def folder_of(path: Path, closes: Mapping[int, str], given: Path | None) -> Path | None:
    """Return the folder of the archive; none if a file without closes has none.

    That is the given one, else one beside the file, named after it and its first close. A file
    without that close has lost it, if there was one: its archive is the only one there.
    """
    if given:
        return given
    path = path.resolve()
    beginning = f"{path.name}.ledger-"
    if 1 in closes:
        return path.with_name(beginning + closes[1][:ID_LENGTH])
    folders = [
        folder
        for folder in sorted(path.parent.iterdir() if path.parent.exists() else [])
        if folder.name.startswith(beginning) and closes_in_folder(folder)
    ]
    if len(folders) > 1:
        raise ArchiveError(
            f"{path} has no first close, and beside it are the archives of several ledgers: "
            f"{' and '.join(map(str, folders))}; put the right one back with "
            "`ratebook restore --from FOLDER`."
        )
    return folders[0] if folders else None


def closes_in_folder(folder: Path | None) -> dict[int, Archived]:
    """Return the closes in a folder, by their numbers."""
    found: dict[int, Archived] = {}
    for file in sorted(folder.iterdir()) if folder and folder.is_dir() else []:
        if name := FILE_NAME.fullmatch(file.name):
            number = int(name[1])
            if number in found:
                raise ArchiveError(
                    f"There are two files of close {number} in {folder}: keep the one of this "
                    "ledger, and move the other one away."
                )
            found[number] = Archived(name[2], file)
    return found


def rows_of(files: Iterable[Path]) -> str:
    """Return SQL for the rows of files; a column that one of them lacks is null."""
    return f"read_parquet([{', '.join(map(quoted, files))}], union_by_name = true)"


def quoted(path: Path) -> str:
    """Return a path as SQL."""
    return "'" + str(path).replace("'", "''") + "'"


def refuse_other_ledger(closes: Mapping[int, str], archived: Mapping[int, Archived]) -> None:
    """Raise ArchiveError if a close of the ledger is another one than in the archive."""
    for number in sorted(closes.keys() & archived.keys()):
        if closes[number] != archived[number].close_hash:
            raise ArchiveError(
                f"Close {number} of the ledger is another one than in its archive, "
                f"{archived[number].file}: two databases have closed on one archive. Move away "
                f"what is not of this ledger, or give it another {SETTING}."
            )


def newest_close(path: Path, given: Path | None) -> int:
    """Return the number of the newest close that a file has, or will have from its archive."""
    closes = closes_of(path)
    return max([0, *closes, *closes_in_folder(folder_of(path, closes, given))])


# Writing


class Keeping:
    """What a build adds to the archive of the file that it replaces."""

    def __init__(self, path: Path, given: Path | None) -> None:
        """Add nothing yet; `given` is the folder in the settings."""
        self.path = path
        self.given = given
        self.prepared: Sequence[Prepared] = []
        self.added: list[Path] = []
        self.problem: OSError | None = None

    def catch_up(self, new: Path) -> None:
        """Archive what the old books have, before the build; `new` has a copy of their ledger.

        Not what a run of plain dbt has frozen that did not complete: it may yet be undone.
        """
        if new.exists() and is_complete(new):
            self.prepare(new)
            self.added += put_in_place(self.prepared)

    def prepare(self, new: Path) -> None:
        """Write what the new books have, except for the names of the files."""
        try:
            self.prepared = prepare(new, self.path, self.given)
        except ArchiveError as error:
            raise BuildFailedError(str(error)) from error

    def put_in_place(self) -> None:
        """Name the files, now that the books are published."""
        try:
            self.added += put_in_place(self.prepared)
        except OSError as error:
            self.problem = error

    def finish(self) -> list[Path]:
        """Return the files; raise ArchiveError if the archive is behind the books."""
        if self.problem:
            raise ArchiveError(
                f"{self.path} is published, but its archive is behind: {sentence(self.problem)} "
                "The next build writes what is missing."
            )
        return self.added


def is_complete(path: Path) -> bool:
    """Tell whether the newest run on a file completed."""
    with duckdb.connect(path, read_only=True) as connection:
        try:
            books.refuse_incomplete(connection, path)
        except books.BooksError:
            return False
    return True


def prepare(new: Path, published: Path, given: Path | None) -> list[Prepared]:
    """Write each close of a new file that its archive does not have, but not under its name yet."""
    with duckdb.connect(new, read_only=True) as connection:
        closes = closes_in(connection)
        if not closes:
            return []
        folder = folder_of(published, closes, given)
        if not folder:
            return []
        archived = closes_in_folder(folder)
        refuse_other_ledger(closes, archived)
        folder.mkdir(parents=True, exist_ok=True)
        for unfinished in folder.glob(f"{UNFINISHED}close_*.parquet"):
            unfinished.unlink()
        missing = closes.keys() - archived.keys()
        if missing:
            # What was damaged would be read back once.
            for close in chain.closes(connection, LEDGER):
                if close.number in missing and close.problem:
                    raise ArchiveError(f"The ledger is not as it was frozen: {close.problem}.")
        return [
            written(connection, number, folder / f"close_{number:06}_{closes[number]}.parquet")
            for number in sorted(missing)
        ]


def written(connection: duckdb.DuckDBPyConnection, number: int, place: Path) -> Prepared:
    """Write a close beside its place, and bring it to the disk."""
    file = place.with_name(f"{UNFINISHED}{place.name}")
    rows = f"from {LEDGER} where close_number = {number} order by row_number"
    connection.execute(f"copy ({rows}) to {quoted(file)} (format parquet, use_tmp_file false)")
    synced(file)
    return Prepared(file, place)


def put_in_place(prepared: Sequence[Prepared]) -> list[Path]:
    """Give complete files their names, the oldest close first, and return them."""
    for file, place in prepared:
        file.rename(place)
    if prepared:
        folder = prepared[0].place.parent
        # The names, too, must outlast a crash; without them the next build writes the files again.
        with contextlib.suppress(OSError):
            synced(folder)
            synced(folder.parent)
    return [place for _, place in prepared]
