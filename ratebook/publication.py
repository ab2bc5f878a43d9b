"""Publish a build whole or not at all.

A build is written into a new file beside the published one, and renamed over it when the run has
passed. A reader that has the old file open keeps reading the old books. DuckDB shares an open file
between all connections of a process to the same path, so a process sees the new books only after it
has closed each connection to the old ones: open one for each question, or read a copy.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import stat
import threading
import time
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any, BinaryIO, NamedTuple, Self

import duckdb
from filelock import lock_descriptor

from ratebook import RatebookError

# What dbt computes again in each build. Everything else in the file is the user's.
DERIVED_SCHEMAS = ("ratebook", "ratebook_staging", "ratebook_intermediate", "ratebook_inputs")

# What no build computes again, and each one adds to: always carried over.
STATE_SCHEMA = "ratebook_state"

# Everything that a user can create in a file; an empty schema counts, too.
OBJECTS_SQL = """
    select schema_name from duckdb_schemas()
    where not internal and database_name = current_database()
    union
    select schema_name from duckdb_tables()
    where not internal and database_name = current_database()
    union
    select schema_name from duckdb_views()
    where not internal and database_name = current_database()
    union
    select schema_name from duckdb_sequences() where database_name = current_database()
    union
    select schema_name from duckdb_types()
    where not internal and database_name = current_database()
    union
    select schema_name from duckdb_functions()
    where not internal and database_name = current_database()
"""
# Where only readers have the file open, DuckDB's message goes on to say that one more may.
LOCK_HOLDER = re.compile(
    r"lock is held in (?P<program>.+?) \(PID (?P<pid>\d+)\)(?P<reads>.* read-only mode)?"
)
STOPPING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
COPIED_AT_ONCE = 64 * 1024 * 1024
# The dbt of a killed build ends by itself, within moments.
SECONDS_TO_END = 10


class PublicationError(RatebookError):
    """Why nothing was published, in a sentence for the user, and the exit code for it."""

    def __init__(self, message: str, exit_code: int = 1) -> None:
        """Keep the exit code."""
        super().__init__(message)
        self.exit_code = exit_code


class BuildFailedError(Exception):
    """What a run raises when a model or a test failed: which one, and why."""


class Stopped(BaseException):
    """Ends a run because of a signal; nothing but `publish` catches it."""


class Unpublished(NamedTuple):
    """The new file, and the descriptor of the lock, which each process that writes inherits."""

    path: Path
    lock: int


class Published(NamedTuple):
    """What was published."""

    path: Path
    replaced: bool
    carried_over: bool


class Old(NamedTuple):
    """The published file, held open so that readers continue and writers are refused."""

    file: BinaryIO
    connection: duckdb.DuckDBPyConnection
    status: os.stat_result


def publish(
    path: Path,
    run: Callable[[Unpublished], None],
    *,
    derived: Collection[str] = DERIVED_SCHEMAS,
    keep_derived: bool = False,
    keep_failed: bool = False,
    published: Callable[[], None] = lambda: None,
) -> Published:
    """Let `run` write a new file, and put it in the place of `path`; then call `published`.

    `run` raises BuildFailedError if the new file is not to be published. Schemas that are not
    derived are in the new file before it runs; with keep_derived, for a run that builds only some
    models, all schemas are. Raises PublicationError, and then `path` is what it was; with
    keep_failed the unfinished file is kept in the directory `<path>.failed`.
    """
    # DuckDB, too, names the database by the file and not by a link to it.
    path = path.resolve()
    what_was = "is unchanged" if path.exists() else "was not created"
    with StopSignals() as signals:
        try:
            with (
                locked(path) as lock,
                held(path) as old,
                building_place(path, keep_failed) as new,
            ):
                carried_over = prepare(old, new, () if keep_derived else derived, signals)
                with signals.raised():
                    run(Unpublished(new, lock))
                finish(new, derived)
                # From here on the build can no longer be stopped.
                signals.check()
                replace(path, old, new)
                published()
                return Published(path, replaced=old is not None, carried_over=carried_over)
        except BaseException as error:
            kept = kept_note(path, keep_failed)
            # Also if a library has made another exception of it.
            if signals.received:
                reason = f"The build was stopped by {signals.received.name}, and {path} {what_was}."
                raise PublicationError(reason + kept, 128 + signals.received) from error
            if isinstance(error, (BuildFailedError, OSError, duckdb.Error)):
                reason = f"The build failed, and {path} {what_was}: {sentence(error)}"
                raise PublicationError(reason + kept) from error
            raise


class StopSignals:
    """Ctrl-C, and other signals that ask this process to stop.

    They raise an exception only where that is safe: DuckDB makes other exceptions of it, or aborts
    the process. Elsewhere they wait for the next `check`. Only the first one counts, so that none
    disturbs the cleaning up.
    """

    def __init__(self) -> None:
        """Remember no signal."""
        self.received: signal.Signals | None = None
        self.is_raised = False
        self.before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        """Take the place of the handlers, but in a thread: Python gives it no signals."""
        if threading.current_thread() is threading.main_thread():
            for number in STOPPING_SIGNALS:
                # Under `nohup`, for example.
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self.before[number] = signal.signal(number, self.receive)
        return self

    def __exit__(self, *_: object) -> None:
        """Bring the handlers back."""
        for number, handler in self.before.items():
            signal.signal(number, handler or signal.SIG_DFL)

    def receive(self, number: int, _frame: FrameType | None) -> None:
        """Handle a signal."""
        if self.received is None:
            self.received = signal.Signals(number)
            if self.is_raised:
                raise Stopped

    def check(self) -> None:
        """Raise Stopped if there was a signal."""
        if self.received:
            raise Stopped

    @contextlib.contextmanager
    def raised(self) -> Iterator[None]:
        """Raise Stopped as soon as there is a signal."""
        self.is_raised = True
        try:
            self.check()
            yield
        finally:
            self.is_raised = False
        self.check()


# One build at a time


@contextlib.contextmanager
def locked(path: Path) -> Iterator[int]:
    """Keep other builds of a file out until all processes that have the lock have ended."""
    # Not in the new file's directory: a lock that is removed can be had twice.
    descriptor = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o666)
    try:
        deadline = time.monotonic() + SECONDS_TO_END
        while not lock_descriptor(descriptor, blocking=False):
            holder = os.pread(descriptor, 100, 0).decode()
            pid, _, since = holder.partition(" ")
            if not pid or is_running(int(pid)) or time.monotonic() > deadline:
                by = f" by process {pid} is running since {since}" if pid else " is running"
                raise PublicationError(f"Another build of {path}{by}: wait until it is done.")
            time.sleep(0.05)
        os.ftruncate(descriptor, 0)
        now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
        os.pwrite(descriptor, f"{os.getpid()} {now}".encode(), 0)
        yield descriptor
    finally:
        # Closed, not unlocked: a process that has inherited the lock keeps it.
        os.close(descriptor)


def is_running(pid: int) -> bool:
    """Tell whether there is a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


# The old file


@contextlib.contextmanager
def held(path: Path) -> Iterator[Old | None]:
    """Hold the published file open to read, by DuckDB's own lock; yield None if there is none."""
    if not path.exists():
        yield None
        return
    save_wal(path)
    # The system drops the lock when this process closes any descriptor of the file, not only
    # DuckDB's: so the one for copying is opened before DuckDB's and closed after it.
    with path.open("rb", buffering=0) as file, opened_old(path, read_only=True) as connection:
        if wal_of(path).exists():
            raise PublicationError(f"{path} was written to just now: build again.")
        yield Old(file, connection, os.fstat(file.fileno()))


@contextlib.contextmanager
def opened_old(path: Path, *, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the published file, or say in a sentence who has it open."""
    try:
        connection = duckdb.connect(path, read_only=read_only)
    except duckdb.IOException as error:
        holder = LOCK_HOLDER.search(str(error))
        if not holder:
            raise
        who = f"process {holder['pid']} ({holder['program']})"
        if holder["reads"]:
            left = f"A program that was killed has left {wal_of(path)}"
            problem = f"{left}, which cannot be saved while {who} has {path} open"
        else:
            problem = f"{path} is open for writing in {who}"
        raise PublicationError(f"{problem}: close it there, and build again.") from error
    with connection:
        yield connection


def save_wal(path: Path) -> None:
    """Write what a killed program has left in the write-ahead log into the published file.

    DuckDB refuses a file beside the log of another one. Neither order of renaming the file and
    removing the log is safe, so there must be no log before the build begins. Any program that
    opens the file for writing does the same.
    """
    wal = wal_of(path)
    if not wal.exists():
        return
    with opened_old(path, read_only=False) as connection:
        connection.execute("checkpoint")
    if wal.exists():
        raise PublicationError(
            f"{wal} is a write-ahead log that DuckDB cannot read: move it away, and build again."
        )


def wal_of(path: Path) -> Path:
    """Return where DuckDB keeps the write-ahead log of a file."""
    return path.with_name(f"{path.name}.wal")


# The new file


def building_directory(path: Path) -> Path:
    """Return where the new file is written: a directory on the same file system.

    The file has the published one's name: it becomes the name of the database, which views
    contain. The place never changes: dbt parses the whole project again when it does.
    """
    return path.with_name(f".{path.name}.building")


def published_path(new: Path) -> Path:
    """Return which file a new one will replace."""
    return new.parent.with_name(new.name)


def failed_directory(path: Path) -> Path:
    """Return where the file of a failed build is kept."""
    return path.with_name(f"{path.name}.failed")


@contextlib.contextmanager
def building_place(path: Path, keep_failed: bool) -> Iterator[Path]:
    """Make the place of the new file, and remove it with all that is in it."""
    directory = building_directory(path)
    # Left by a build that was killed.
    if directory.exists():
        shutil.rmtree(directory)
    directory.mkdir()
    try:
        yield directory / path.name
    except BaseException:
        if keep_failed:
            failed = failed_directory(path)
            shutil.rmtree(failed, ignore_errors=True)
            directory.rename(failed)
        raise
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def prepare(old: Old | None, new: Path, derived: Collection[str], signals: StopSignals) -> bool:
    """Copy what is not derived, and tell whether there is any but state."""
    if old is None:
        return False
    schemas = schemas_of(old.connection)
    if schemas <= {*derived, STATE_SCHEMA}:
        # A new file is smaller than a copy from which the derived schemas were dropped.
        copy_state(old.connection, new)
        return False
    with signals.raised():
        copy(old.file, new)
    with duckdb.connect(new) as connection:
        for schema in sorted(schemas.intersection(derived)):
            connection.execute(f'drop schema "{schema}" cascade')
    return True


def copy_state(old: duckdb.DuckDBPyConnection, new: Path) -> None:
    """Copy the tables of the state into a new file, if there are any."""
    tables = old.execute(
        "select table_name from duckdb_tables() "
        "where database_name = current_database() and schema_name = ? order by 1",
        [STATE_SCHEMA],
    ).fetchall()
    if not tables:
        return
    quoted = str(new).replace("'", "''")
    old.execute(f"attach '{quoted}' as new_file (read_write)")
    old.execute(f"create schema new_file.{STATE_SCHEMA}")
    for (name,) in tables:
        source, target = f'{STATE_SCHEMA}."{name}"', f'new_file.{STATE_SCHEMA}."{name}"'
        old.execute(f"create table {target} as from {source}")
    old.execute("detach new_file")


def schemas_of(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the schemas that were created, or in which something was."""
    return {name for (name,) in connection.execute(OBJECTS_SQL).fetchall()}


def copy(source: BinaryIO, path: Path) -> None:
    """Copy an open file; a file system that can share its blocks does so."""
    with path.open("xb") as target:
        try:
            while os.copy_file_range(source.fileno(), target.fileno(), COPIED_AT_ONCE):
                pass
        except (AttributeError, OSError):
            # Not every system and file system has it. A full disk fails again.
            source.seek(0)
            target.seek(0)
            shutil.copyfileobj(source, target, COPIED_AT_ONCE)


def finish(path: Path, derived: Collection[str]) -> None:
    """See that the run has written the new file, and bring it to the disk as one file."""
    schemas = set()
    if path.exists():
        with duckdb.connect(path) as connection:
            schemas = schemas_of(connection)
            # dbt may have ended without doing so.
            connection.execute("checkpoint")
    if not schemas.intersection(derived):
        raise BuildFailedError(
            f"the run wrote nothing into {path}. The path in your profile must be "
            "\"{{ env_var('RATEBOOK_DUCKDB_PATH') }}\"."
        )
    if wal_of(path).exists():
        raise BuildFailedError(f"{wal_of(path)} could not be written into its file.")
    synced(path)


def replace(path: Path, old: Old | None, new: Path) -> None:
    """Put the new file in the place of the old one, in one step."""
    if has_changed(path, old):
        raise BuildFailedError("another program has changed it during the build.")
    if old:
        keep_permissions(old, new)
    else:
        # DuckDB refuses a file beside another file's log; a log without its file it removes itself.
        wal_of(path).unlink(missing_ok=True)
    new.replace(path)
    # The name, too, must outlast a crash; without it the old books come back, which are whole, too.
    with contextlib.suppress(OSError):
        synced(path.parent)


def has_changed(path: Path, old: Old | None) -> bool:
    """Tell whether the published file is not the one from which the new one was made."""
    if old is None or not path.exists():
        return path.exists() or old is not None
    status = path.stat()
    is_same = os.path.samestat(status, old.status)
    return not is_same or status.st_mtime_ns != old.status.st_mtime_ns


def keep_permissions(old: Old, new: Path) -> None:
    """Give the new file the owner and mode of the old one."""
    new.chmod(stat.S_IMODE(old.status.st_mode))
    # Only root may give a file away.
    with contextlib.suppress(PermissionError):
        os.chown(new, old.status.st_uid, old.status.st_gid)


def synced(path: Path) -> None:
    """Bring a file or a directory to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# Messages


def sentence(error: Exception) -> str:
    """Return what is wrong, without DuckDB's kind of error."""
    if isinstance(error, OSError):
        return f"{error.filename or 'the disk'}: {error.strerror}."
    text = str(error)
    if isinstance(error, duckdb.Error):
        text = text.splitlines()[0].partition(": ")[2]
    return text if text.endswith((".", "!")) else f"{text}."


def kept_note(path: Path, keep_failed: bool) -> str:
    """Return where an unfinished file can be looked at."""
    kept = failed_directory(path) / path.name
    return f" The unfinished file is {kept}." if keep_failed and kept.exists() else ""
