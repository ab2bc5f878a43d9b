"""Reads the built DuckDB file without ever blocking a build.

DuckDB allows one writer per file, and a reader blocks the writer. So nothing here opens the built
file: it is copied, and pages read the copy. The copy is taken without a lock, and used only if
nothing was written before, during or after; otherwise pages keep showing the previous copy.
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ratebook import books

# File systems round modification times: a second change within the same moment is not visible.
SETTLED_SECONDS = 1.0

Row = dict[str, Any]


@dataclass(frozen=True)
class Snapshot:
    """A copy of the built file, open for reading."""

    path: Path
    # Of the built file: when it was last written, and how large it was.
    written: tuple[int, int]
    connection: duckdb.DuckDBPyConnection
    # Names of the marts in it: those of features that are off do not exist.
    marts: frozenset[str]


def written(path: Path) -> tuple[int, int]:
    """Return when a file was last written, and how large it is."""
    status = path.stat()
    return status.st_mtime_ns, status.st_size


def is_locked(path: Path) -> bool:
    """Tell whether a process has the file open for writing."""
    with path.open("rb") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def unrest(path: Path, before: tuple[int, int]) -> str:
    """Return why a file cannot be copied now; nothing if it can be, and has not changed."""
    if is_locked(path) or written(path) != before:
        return f"{path} is being built. Reload this page in a minute."
    if path.with_name(f"{path.name}.wal").exists():
        return f"The last build of {path} stopped half way: build it again, with `ratebook build`."
    return ""


class Warehouse:
    """The built file, read through copies of it."""

    def __init__(self, path: Path) -> None:
        """Take the path of the built file; nothing is read yet."""
        self.path = path
        self.snapshot: Snapshot | None = None
        # Why the snapshot is not the newest file, or there is none; empty if it is.
        self.reason = ""
        self._directory = tempfile.TemporaryDirectory(prefix="ratebook-dashboard-")
        self._lock = threading.Lock()

    def refresh(self) -> Snapshot:
        """Return the newest copy; take one if the file has been built anew and is at rest."""
        with self._lock:
            self.reason = self._copy()
            if not self.snapshot:
                raise books.BooksError(self.reason)
            return self.snapshot

    def query(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
        """Return the rows of a query as dictionaries; decimals stay exact."""
        snapshot = self.snapshot or self.refresh()
        try:
            result = snapshot.connection.cursor().execute(sql, parameters)
            names = [column[0] for column in result.description]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise books.incomplete(self.path, error) from error

    def _copy(self) -> str:
        """Copy the file if it has changed; say why not if that was not possible."""
        try:
            before = written(self.path)
            if self.snapshot and self.snapshot.written == before:
                return ""
            age = time.time() - before[0] / 1e9
            if age < SETTLED_SECONDS:
                time.sleep(SETTLED_SECONDS - max(age, 0))
            if reason := unrest(self.path, before):
                return reason
            copy = Path(self._directory.name) / f"{before[0]}.duckdb"
            shutil.copyfile(self.path, copy)
            if reason := unrest(self.path, before):
                copy.unlink()
                return reason
        except FileNotFoundError:
            return str(books.missing(self.path))
        try:
            connection = duckdb.connect(copy, read_only=True)
            connection.execute("set global TimeZone = 'UTC'")
            books.refuse_incomplete(connection, self.path)
            marts = frozenset(books.marts(connection))
        except books.BooksError as error:
            copy.unlink()
            return str(error)
        except duckdb.Error as error:
            copy.unlink()
            return f"{self.path} cannot be read: {books.first_line(error)}"
        previous, self.snapshot = self.snapshot, Snapshot(copy, before, connection, marts)
        # Open connections to the previous copy still work: an open file outlives its name.
        if previous:
            previous.path.unlink(missing_ok=True)
        return ""
