"""Books are published whole or not at all: runs here write with DuckDB, and need no dbt."""

from __future__ import annotations

import errno
import os
import re
import resource
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
import pytest

from ratebook import publication
from ratebook.publication import BuildFailedError, PublicationError, Unpublished, publish

ROOT = Path(__file__).resolve().parents[2]
# What each test of another process begins with.
PREAMBLE = """
    import os, signal, sys, time
    from pathlib import Path
    import duckdb
    from ratebook.publication import PublicationError, publish
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where books are published, in a directory of their own."""
    return tmp_path / "books" / "warehouse.duckdb"


@pytest.fixture(autouse=True)
def directory(path: Path) -> Path:
    """Return the directory of the books."""
    path.parent.mkdir()
    return path.parent


def books(version: int) -> Callable[[Unpublished], None]:
    """Return a run that writes two tables of one version, which must never be mixed."""

    def run(new: Unpublished) -> None:
        with duckdb.connect(new.path) as connection:
            for table in ("line_items", "invoices"):
                connection.execute("create schema if not exists ratebook")
                connection.execute(
                    f"create or replace table ratebook.{table} as select {version} v"
                )

    return run


def failing(version: int) -> Callable[[Unpublished], None]:
    """Return a run that writes one table of two, and fails."""

    def run(new: Unpublished) -> None:
        books(version)(new)
        with duckdb.connect(new.path) as connection:
            connection.execute("drop table ratebook.invoices")
        raise BuildFailedError("model invoices: Binder Error: no such column")

    return run


def versions(path: Path) -> list[tuple[int, int]]:
    """Return the versions of both tables."""
    return rows(path, "select l.v, i.v from ratebook.line_items as l, ratebook.invoices as i")


def rows(path: Path, sql: str) -> list[tuple]:
    """Return what a query of the published file says."""
    with duckdb.connect(path, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def execute(path: Path, *statements: str) -> None:
    """Write into the published file, as a user does."""
    with duckdb.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)


def python(code: str, *arguments: object) -> list[str]:
    """Return the command of another Python process; publication and duckdb are imported."""
    code = textwrap.dedent(PREAMBLE) + textwrap.dedent(code)
    return [sys.executable, "-c", code, *map(str, arguments)]


@contextmanager
def process(code: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Run another process for a while; it prints a line once it is ready."""
    with subprocess.Popen(
        python(code, *arguments),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        try:
            assert child.stdout.readline() == "ready\n", child.stderr.read()
            yield child
        finally:
            child.kill()


def crash(path: Path, *statements: str) -> None:
    """Let a process write into the file, and be killed before its log is in the file."""
    done = subprocess.run(
        python(
            """
            connection = duckdb.connect(sys.argv[1])
            for statement in sys.argv[2:]:
                connection.execute(statement)
            os.kill(os.getpid(), signal.SIGKILL)
            """,
            path,
            *statements,
        ),
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    assert wal(path).exists()


def can_write(path: Path) -> bool:
    """Tell whether another process can open the file for writing."""
    done = subprocess.run(
        python("duckdb.connect(sys.argv[1])", path), cwd=ROOT, capture_output=True, check=False
    )
    return done.returncode == 0


def wal(path: Path) -> Path:
    """Return the write-ahead log of a file."""
    return path.with_name(f"{path.name}.wal")


def state(path: Path) -> tuple[bytes, int]:
    """Return all of the published file, and when it was written."""
    return path.read_bytes(), path.stat().st_mtime_ns


def files(directory: Path) -> list[str]:
    """Return the files beside the books, without that of the lock, which stays."""
    return sorted(
        file.name for file in directory.iterdir() if file.name != ".warehouse.duckdb.lock"
    )


def refusal(path: Path, run: Callable[[Unpublished], None], **options: bool) -> PublicationError:
    """Return why a build was not published, and see that nothing has changed."""
    before = state(path) if path.exists() else None
    names = files(path.parent)
    with pytest.raises(PublicationError) as refused:
        publish(path, run, **options)
    assert (state(path) if path.exists() else None) == before
    if not options:
        assert files(path.parent) == names
    return refused.value


# Success


def test_first_build_is_published(path: Path, directory: Path) -> None:
    """No other file is left."""
    assert publish(path, books(1)) == (path, False, False)
    assert versions(path) == [(1, 1)]
    assert files(directory) == ["warehouse.duckdb"]


def test_new_books_replace_old_ones(path: Path, directory: Path) -> None:
    """In one step, without tables that only the old ones had."""
    publish(path, books(1))
    execute(path, "create table ratebook.of_a_feature_that_is_off as select 1 i")
    assert publish(path, books(2)) == (path, True, False)
    assert versions(path) == [(2, 2)]
    assert rows(path, "select table_name from duckdb_tables() order by all") == [
        ("invoices",),
        ("line_items",),
    ]
    assert files(directory) == ["warehouse.duckdb"]


def test_database_keeps_its_name(path: Path) -> None:
    """Views have the database in them, which DuckDB names by the file."""

    def run(new: Unpublished) -> None:
        books(1)(new)
        view = "create view ratebook.open as from warehouse.ratebook.invoices"
        execute(new.path, view)

    publish(path, run)
    assert rows(path, "from ratebook.open") == [(1,)]


def test_what_is_not_derived_is_carried_over(path: Path) -> None:
    """Each kind of object that a user can create, also those that read derived schemas."""
    publish(path, books(1))
    execute(
        path,
        "create table seen as select 7 i",
        "create schema mine",
        "create schema mine_empty",
        "create sequence mine.numbers start 5",
        "create type mine.mood as enum ('calm', 'cross')",
        """
        create table mine.notes (
            id integer primary key default nextval('mine.numbers'), mood mine.mood,
            stars integer check (stars > 0), twice integer generated always as (stars * 2)
        )
        """,
        "create table mine.replies (note integer references mine.notes (id))",
        "create index by_stars on mine.notes (stars)",
        "comment on table mine.notes is 'of mine'",
        "comment on column mine.notes.stars is 'one to five'",
        "insert into mine.notes (mood, stars) values ('calm', 3)",
        "create view mine.newest as select max(v) as v from warehouse.ratebook.invoices",
        "create macro mine.version() as (select v from mine.newest)",
        "create macro mine.all_versions() as table from ratebook.invoices",
    )
    assert publish(path, books(2)).carried_over
    assert publish(path, books(3)).carried_over
    assert versions(path) == [(3, 3)]
    assert rows(path, "from seen") == [(7,)]
    assert rows(path, "select mine.version(), * from mine.all_versions()") == [(3, 3)]
    assert rows(path, "select comment from duckdb_tables() where schema_name = 'mine'") == [
        ("of mine",),
        (None,),
    ]
    [comment] = rows(path, "select comment from duckdb_columns() where column_name = 'stars'")
    assert comment == ("one to five",)
    assert rows(path, "select index_name from duckdb_indexes()") == [("by_stars",)]
    assert ("mine_empty",) in rows(path, "select schema_name from duckdb_schemas()")
    with duckdb.connect(path) as connection:
        row = "insert into mine.notes (mood, stars) values ('cross', 1) returning *"
        assert connection.execute(row).fetchall() == [(6, "cross", 1, 2)]
        with pytest.raises(duckdb.ConstraintException):
            connection.execute("insert into mine.notes (stars) values (0)")
        with pytest.raises(duckdb.ConstraintException):
            connection.execute("insert into mine.replies values (99)")


@pytest.mark.parametrize("mine", [False, True], ids=["state alone", "with a schema of mine"])
def test_state_is_carried_over(path: Path, mine: bool) -> None:
    """Into a new file, or with a copy of the old one: each build adds to what earlier ones left."""

    def run(new: Unpublished) -> None:
        books(1)(new)
        execute(
            new.path,
            "create schema if not exists ratebook_state",
            "create table if not exists ratebook_state.build_log (number integer, note text)",
            "insert into ratebook_state.build_log "
            "select count(*) + 1, 'as it was' from ratebook_state.build_log",
        )

    publish(path, run)
    if mine:
        execute(path, "create table seen as select 7 i")
    assert publish(path, run).carried_over == mine
    publish(path, run)
    found = rows(path, "from ratebook_state.build_log order by all")
    assert found == [(1, "as it was"), (2, "as it was"), (3, "as it was")]


@pytest.mark.parametrize("problem", [AttributeError, OSError(errno.EOPNOTSUPP, "")])
def test_copy_without_help_of_the_system_is_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    """Not every file system supports it, and it may fail after a part."""
    real, calls = os.copy_file_range, []

    def half(source: int, target: int, _: int) -> int:
        calls.append(source)
        if len(calls) > 1:
            raise problem
        return real(source, target, 12_345)

    publish(path, books(1))
    execute(path, "create table mine as select range, hash(range) as h from range(200_000)")
    expected = rows(path, "select count(*), sum(h) from mine")
    monkeypatch.setattr(os, "copy_file_range", half)
    publish(path, books(2))
    assert len(calls) == 2
    assert rows(path, "select count(*), sum(h) from mine") == expected


def test_runs_see_what_is_carried_over_and_nothing_derived(path: Path) -> None:
    """A user's inputs may be in the same file."""
    publish(path, books(1))
    execute(path, "create schema inputs", "create table inputs.customers as select 'acme' id")
    seen = []

    def run(new: Unpublished) -> None:
        sql = "select schema_name, table_name from duckdb_tables()"
        with duckdb.connect(new.path) as connection:
            seen.extend(connection.execute(sql).fetchall())
        books(2)(new)

    publish(path, run)
    assert seen == [("inputs", "customers")]


def test_books_do_not_grow_with_each_build(path: Path) -> None:
    """The space of what was dropped is used again."""

    def run(new: Unpublished) -> None:
        books(1)(new)
        wide = "create table ratebook.usage as select range, hash(range) from range(300_000)"
        execute(new.path, wide)

    sizes = []
    for _ in range(6):
        publish(path, run)
        execute(path, "create table if not exists mine as select range from range(100_000)")
        sizes.append(path.stat().st_size)
    assert sizes[-1] <= sizes[1]


def test_link_is_followed(path: Path, tmp_path: Path) -> None:
    """The link stays a link, and the file that it names is replaced."""
    link = tmp_path / "current.duckdb"
    link.symlink_to(path)
    assert publish(link, books(1)).path == path
    assert publish(link, books(2)).path == path
    assert link.is_symlink()
    assert versions(link) == versions(path) == [(2, 2)]


def test_permissions_stay(path: Path) -> None:
    """The same users can read the new file."""
    publish(path, books(1))
    path.chmod(0o640)
    publish(path, books(2))
    assert path.stat().st_mode & 0o777 == 0o640


def test_log_of_the_run_is_in_the_file(path: Path, directory: Path) -> None:
    """A run may end without closing its connection: its last transactions count."""

    def run(new: Unpublished) -> None:
        crash(new.path, "create schema ratebook", "create table ratebook.invoices as select 1 i")

    publish(path, run)
    assert rows(path, "from ratebook.invoices") == [(1,)]
    assert files(directory) == ["warehouse.duckdb"]


# Failure


@pytest.mark.parametrize("mine", [False, True])
def test_failed_run_changes_nothing(path: Path, mine: bool) -> None:
    """Neither the books, nor the files beside them."""
    publish(path, books(1))
    if mine:
        execute(path, "create table mine as select 1 i")
    error = refusal(path, failing(2))
    assert str(error) == (
        f"The build failed, and {path} is unchanged: model invoices: Binder Error: no such column."
    )
    assert error.exit_code == 1


def test_failed_first_build_leaves_nothing(path: Path) -> None:
    """There is no file, so no reader finds an incomplete one."""
    assert f"{path} was not created: model invoices" in str(refusal(path, failing(1)))


def test_failed_build_can_be_kept(path: Path, directory: Path) -> None:
    """To inspect what it has built; under its own name, so that its views work."""
    publish(path, books(1))
    for version in (2, 3):
        error = refusal(path, failing(version), keep_failed=True)
        kept = directory / "warehouse.duckdb.failed" / "warehouse.duckdb"
        assert str(error).endswith(f" The unfinished file is {kept}.")
        assert rows(kept, "from ratebook.line_items") == [(version,)]
    publish(path, books(4))
    assert files(directory) == ["warehouse.duckdb", "warehouse.duckdb.failed"]


def test_fault_in_a_run_is_not_hidden(path: Path, directory: Path) -> None:
    """The error is passed on, and the books are unchanged."""

    def run(_: Unpublished) -> None:
        raise ZeroDivisionError

    publish(path, books(1))
    before = state(path)
    with pytest.raises(ZeroDivisionError):
        publish(path, run)
    assert state(path) == before
    assert files(directory) == ["warehouse.duckdb"]


@pytest.mark.parametrize("mine", [False, True])
def test_run_that_writes_elsewhere_is_not_published(path: Path, tmp_path: Path, mine: bool) -> None:
    """A profile with a fixed path would otherwise publish an empty file."""
    publish(path, books(1))
    if mine:
        execute(path, "create table mine as select 1 i")
    error = refusal(path, lambda _: books(2)(Unpublished(tmp_path / "elsewhere.duckdb", 0)))
    assert "the run wrote nothing into" in str(error)
    assert "RATEBOOK_DUCKDB_PATH" in str(error)


@pytest.mark.parametrize("step", ["mkdir", "copy", "finish"])
def test_full_disk_is_a_sentence(path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Wherever it is noticed."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/disk/file")

    publish(path, books(1))
    execute(path, "create table mine as select 1 i")
    if step == "mkdir":
        monkeypatch.setattr(Path, "mkdir", fail)
    else:
        monkeypatch.setattr(publication, step, fail)
    error = refusal(path, books(2))
    assert str(error).endswith("is unchanged: /disk/file: No space left on device.")


def test_file_that_cannot_grow_is_a_sentence(path: Path) -> None:
    """What DuckDB says of a limit of the system, with the old books as they were."""

    def run(new: Unpublished) -> None:
        books(2)(new)
        sql = "create table ratebook.usage as select range, md5(range::varchar) from range(500_000)"
        execute(new.path, sql)

    publish(path, books(1))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, before[1]))
    try:
        error = refusal(path, run)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert re.search(r'is unchanged: .*Could not write file ".*": File too large\.$', str(error))


def test_file_of_something_else_is_left_alone(path: Path) -> None:
    """It is not ours to replace."""
    path.write_text("my diary, 29 November\n" * 1000)
    assert "is not a valid DuckDB database file" in str(refusal(path, books(1)))


def test_missing_directory_is_a_sentence(tmp_path: Path) -> None:
    """The directory is not created."""
    with pytest.raises(PublicationError, match=r"was not created: .*No such file or directory\.$"):
        publish(tmp_path / "nowhere" / "warehouse.duckdb", books(1))


# Locks

HOLDS_IT_OPEN = """
    connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "True")
    print("ready", flush=True)
    sys.stdin.read()
"""
BUILDS_UNTIL_IT_IS_KILLED = """
    def run(new):
        connection = duckdb.connect(new.path)
        connection.execute("create schema if not exists ratebook")
        connection.execute("create table ratebook.line_items as select 9 v")
        print("ready", flush=True)
        time.sleep(60)

    try:
        publish(Path(sys.argv[1]), run)
    except PublicationError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
"""


def test_file_open_for_writing_is_a_sentence(path: Path) -> None:
    """It names the process."""
    publish(path, books(1))
    with process(HOLDS_IT_OPEN, path, False) as writer:
        error = refusal(path, books(2))
    expected = f"{path} is open for writing in process {writer.pid} "
    assert str(error).startswith(expected)
    assert str(error).endswith("close it there, and build again.")


@pytest.mark.parametrize("mine", [False, True])
def test_writers_are_refused_during_a_build(path: Path, mine: bool) -> None:
    """Also after the copy: closing its descriptor early would drop DuckDB's lock."""

    def run(new: Unpublished) -> None:
        assert not can_write(path)
        assert versions(path) == [(1, 1)]
        books(2)(new)
        assert not can_write(path)

    publish(path, books(1))
    if mine:
        execute(path, "create table mine as select 1 i")
    publish(path, run)
    assert can_write(path)


def test_closing_any_descriptor_drops_the_lock(path: Path) -> None:
    """Why the descriptor of the copy is closed last: if this changes, it need not be."""
    publish(path, books(1))
    with duckdb.connect(path, read_only=True):
        assert not can_write(path)
        path.open("rb").close()
        assert can_write(path)


def test_second_build_is_a_sentence(path: Path) -> None:
    """It names the process of the first one, and when it started."""
    publish(path, books(1))
    with process(BUILDS_UNTIL_IT_IS_KILLED, path) as first:
        error = refusal(path, books(2))
    pattern = rf"by process {first.pid} is running since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC: wait"
    assert re.search(pattern, str(error))
    publish(path, books(2))


def test_lock_is_held_until_the_last_process_of_a_build_ends(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dbt of a killed build may write for another moment; it has the lock until then."""
    code = """
        import subprocess

        def run(new):
            child = subprocess.Popen(["sleep", sys.argv[2]], pass_fds=[new.lock])
            print("ready", flush=True)
            time.sleep(60)

        publish(Path(sys.argv[1]), run)
    """
    with process(code, path, 3) as first:
        began = time.monotonic()
        first.kill()
        first.wait()
        publish(path, books(2))
        assert time.monotonic() - began > 2
    monkeypatch.setattr(publication, "SECONDS_TO_END", 0)
    with process(code, path, 3) as first:
        first.kill()
        first.wait()
        assert f"by process {first.pid} is running since" in str(refusal(path, books(3)))


def test_file_that_was_changed_meanwhile_is_not_replaced(path: Path) -> None:
    """A user may restore a backup; no lock prevents that."""
    publish(path, books(1))

    def run(new: Unpublished) -> None:
        books(2)(new)
        backup = path.with_name("backup.duckdb")
        books(7)(Unpublished(backup, 0))
        backup.rename(path)

    with pytest.raises(PublicationError, match="another program has changed it during the build"):
        publish(path, run)
    assert versions(path) == [(7, 7)]


def test_file_that_was_created_meanwhile_is_not_replaced(path: Path) -> None:
    """A first build has no file to lock."""

    def run(new: Unpublished) -> None:
        books(2)(new)
        books(7)(Unpublished(path, 0))

    with pytest.raises(PublicationError, match="another program has changed it during the build"):
        publish(path, run)
    assert versions(path) == [(7, 7)]


# The log of a writer that was killed


def test_log_of_a_killed_writer_is_carried_over(path: Path, directory: Path) -> None:
    """Committed rows are kept, and no log of the old file is left beside the new one."""
    publish(path, books(1))
    crash(path, "create table mine as select 5 i")
    publish(path, books(2))
    assert rows(path, "from mine") == [(5,)]
    assert versions(path) == [(2, 2)]
    assert files(directory) == ["warehouse.duckdb"]


def test_log_of_a_killed_writer_survives_a_failed_build(path: Path) -> None:
    """The log has been written into the file, as any other writer does."""
    publish(path, books(1))
    crash(path, "create table mine as select 5 i")
    with pytest.raises(PublicationError):
        publish(path, failing(2))
    assert rows(path, "from mine") == [(5,)]
    assert versions(path) == [(1, 1)]


def test_log_that_a_reader_keeps_from_being_saved_is_a_sentence(path: Path) -> None:
    """DuckDB saves it only when no other process has the file open."""
    publish(path, books(1))
    crash(path, "create table mine as select 5 i")
    with process(HOLDS_IT_OPEN, path, True) as reader:
        error = str(refusal(path, books(2)))
    assert f"which cannot be saved while process {reader.pid} " in error


def test_file_beside_a_log_that_is_open_for_writing(path: Path) -> None:
    """A running writer has a log, too."""
    publish(path, books(1))
    crash(path, "create table mine as select 5 i")
    with process(HOLDS_IT_OPEN, path, False) as writer:
        error = str(refusal(path, books(2)))
    assert f"is open for writing in process {writer.pid} " in error


def test_log_that_cannot_be_read_is_a_sentence(path: Path) -> None:
    """DuckDB ignores it without a message, and leaves it there."""
    publish(path, books(1))
    wal(path).write_bytes(b"garbage" * 100)
    assert f"{wal(path)} is a write-ahead log that DuckDB cannot read" in str(
        refusal(path, books(2))
    )


def test_log_without_its_file_is_removed(path: Path, directory: Path) -> None:
    """DuckDB would refuse the new file beside it."""
    publish(path, books(1))
    crash(path, "create table mine as select 5 i")
    path.unlink()
    publish(path, books(2))
    assert versions(path) == [(2, 2)]
    assert files(directory) == ["warehouse.duckdb"]


# Signals


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_stops_a_build(path: Path, directory: Path, number: signal.Signals) -> None:
    """It prints a sentence, exits as shells expect, and leaves nothing."""
    publish(path, books(1))
    before = state(path)
    with process(BUILDS_UNTIL_IT_IS_KILLED, path) as build:
        build.send_signal(number)
        _, errors = build.communicate(timeout=30)
    assert build.returncode == 128 + number
    assert errors == f"The build was stopped by {number.name}, and {path} is unchanged.\n"
    assert state(path) == before
    assert files(directory) == ["warehouse.duckdb"]


@pytest.mark.parametrize("step", ["held", "prepare", "finish"])
def test_signal_waits_while_duckdb_works(
    path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """DuckDB makes another exception of it, or aborts; the build stops at the next step."""
    real = getattr(publication, step)

    def interrupted(*arguments: object) -> object:
        os.kill(os.getpid(), signal.SIGTERM)
        return real(*arguments)

    publish(path, books(1))
    monkeypatch.setattr(publication, step, interrupted)
    error = refusal(path, books(2))
    assert str(error) == f"The build was stopped by SIGTERM, and {path} is unchanged."


def test_signal_that_comes_too_late_is_ignored(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It cannot be said any more that the build was stopped."""
    real = publication.replace

    def interrupted(*arguments: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        real(*arguments)

    monkeypatch.setattr(publication, "replace", interrupted)
    publish(path, books(1))
    assert versions(path) == [(1, 1)]


def test_signal_that_a_library_swallows_stops_the_build(path: Path) -> None:
    """A run may return, or fail otherwise, after a signal."""

    def returns(new: Unpublished) -> None:
        books(2)(new)
        with suppress(publication.Stopped):
            os.kill(os.getpid(), signal.SIGINT)

    def fails(new: Unpublished) -> None:
        returns(new)
        raise RuntimeError("Query interrupted")

    publish(path, books(1))
    for run in (returns, fails):
        assert "was stopped by SIGINT" in str(refusal(path, run))


def test_killed_build_is_cleared_away_by_the_next_one(path: Path, directory: Path) -> None:
    """A killed build cannot clean up, and the old books do not need it."""
    publish(path, books(1))
    before = state(path)
    with process(BUILDS_UNTIL_IT_IS_KILLED, path) as build:
        build.kill()
        build.wait()
    assert state(path) == before
    assert files(directory) == [".warehouse.duckdb.building", "warehouse.duckdb"]
    publish(path, books(2))
    assert versions(path) == [(2, 2)]
    assert files(directory) == ["warehouse.duckdb"]


def test_signals_are_as_before_afterwards(path: Path) -> None:
    """The program that publishes may have its own handlers."""
    before = [signal.getsignal(number) for number in publication.STOPPING_SIGNALS]
    publish(path, books(1))
    refusal(path, failing(2))
    assert [signal.getsignal(number) for number in publication.STOPPING_SIGNALS] == before


# Readers


def test_reader_sees_old_or_new_books(path: Path) -> None:
    """Never a mixture, a missing file or an error, while books are published 20 times."""
    code = """
        seen = set()
        print("ready", flush=True)
        while not Path(sys.argv[2]).exists():
            with duckdb.connect(sys.argv[1], read_only=True) as connection:
                first = connection.execute("select v from ratebook.line_items").fetchall()
                [(second,)] = connection.execute("select v from ratebook.invoices").fetchall()
            assert first == [(second,)], (first, second)
            assert second >= max(seen, default=0), (second, seen)
            seen.add(second)
        print(len(seen), max(seen))
    """
    done = path.with_name("done")
    publish(path, books(1))
    execute(path, "create table mine as select 1 i")
    with process(code, path, done) as reader:
        for version in range(2, 22):
            publish(path, books(version))
            time.sleep(0.03)
        done.touch()
        output, errors = reader.communicate(timeout=30)
    assert reader.returncode == 0, errors
    count, newest = map(int, output.split())
    assert count > 5
    assert newest == 21


def test_open_reader_keeps_the_old_books(path: Path) -> None:
    """Until it closes them: a new connection of the same process shares the open file."""
    publish(path, books(1))
    code = """
        def read(connection):
            return connection.execute("select v from ratebook.invoices").fetchall()[0][0]

        first = duckdb.connect(sys.argv[1], read_only=True)
        print("ready", flush=True)
        sys.stdin.readline()
        second = duckdb.connect(sys.argv[1], read_only=True)
        shown = [read(first), read(second)]
        second.close()
        first.close()
        print(*shown, read(duckdb.connect(sys.argv[1], read_only=True)))
    """
    with process(code, path) as reader:
        publish(path, books(2))
        output, _ = reader.communicate("\n", timeout=30)
    assert output.split() == ["1", "1", "2"]


def test_a_run_of_some_models_keeps_the_others(tmp_path: Path) -> None:
    """Else it would publish books of which most is missing."""
    path = tmp_path / "books.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("create schema ratebook")
        connection.execute("create table ratebook.prices as select 1 as price")
        connection.execute("create table ratebook.invoices as select 1 as total")

    def run(new: Unpublished) -> None:
        with duckdb.connect(new.path) as connection:
            connection.execute("create or replace table ratebook.invoices as select 2 as total")

    publish(path, run, keep_derived=True)
    with duckdb.connect(path, read_only=True) as connection:
        assert connection.execute("from ratebook.prices").fetchall() == [(1,)]
        assert connection.execute("from ratebook.invoices").fetchall() == [(2,)]


def test_the_build_log_is_carried_over_to_a_fresh_file(tmp_path: Path) -> None:
    """What was derived is not there; the state of all runs is."""
    path = tmp_path / "books.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("create schema ratebook; create schema ratebook_state")
        connection.execute("create table ratebook.prices as select 1 as price")
        connection.execute("create table ratebook_state.build_log as select 'first' as run")

    def run(new: Unpublished) -> None:
        with duckdb.connect(new.path) as connection:
            connection.execute("create schema ratebook")
            connection.execute("insert into ratebook_state.build_log values ('second')")

    publish(path, run)
    with duckdb.connect(path, read_only=True) as connection:
        log = connection.execute("from ratebook_state.build_log order by run").fetchall()
        tables = connection.execute("select table_name from duckdb_tables()").fetchall()
    assert log == [("first",), ("second",)]
    assert tables == [("build_log",)]
