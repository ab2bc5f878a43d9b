#!/usr/bin/env python3
"""Break builds in many ways, and see that readers have the old books or the new ones, whole.

Real builds of a few rows are killed, interrupted, run out of disk, and so on, while a reader reads
the books over and over. Whole books are those that undisturbed builds have made, table by table.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import multiprocessing
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
from filelock import lock_descriptor
from rich import box
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "python")]

from input_tables import INPUT_SCHEMA, INPUTS, event, row, write_tables  # noqa: E402

# What both builds below begin and end with.
BEGINNING = """
import json, signal, sys
# Ctrl-C ends the process without a traceback, until `publish` handles it.
signal.signal(signal.SIGINT, signal.SIG_DFL)
print("started", flush=True)
from pathlib import Path
import duckdb
from ratebook.dbt_run import run_dbt
from ratebook.publication import PublicationError, publish
"""
END = """
try:
    publish(Path(sys.argv[1]), run)
except PublicationError as error:
    print(error, file=sys.stderr)
    sys.exit(error.exit_code)
"""
# A build as `ratebook build` runs it.
RUN_DBT = """
def run(new):
    run_dbt(json.loads(sys.argv[2]), new)
"""
BUILD = BEGINNING + RUN_DBT + END
# The same without dbt: it spends most of its time in what surrounds a run.
COPY_BOOKS = """
def run(new):
    with duckdb.connect(new.path) as connection:
        connection.execute("attach '" + sys.argv[2] + "' as source (read_only)")
        for schema, table in connection.execute(
            "select schema_name, table_name from duckdb_tables() "
            "where database_name = 'source' and schema_name like 'ratebook%'"
        ).fetchall():
            name = schema + "." + table
            connection.execute("create schema if not exists " + schema)
            connection.execute("create or replace table " + name + " as from source." + name)
"""
SHORT_BUILD = BEGINNING + COPY_BOOKS + END
A_TEST = (
    *("build", "--select", "+invoices", "+assert_no_price_is_withheld"),
    *("--indirect-selection", "empty", "--exclude-resource-types", "unit_test"),
)
MODELS = ("build", "--select", "+invoices", "--exclude-resource-types", "test", "unit_test")
# The new books have an as-of time one month later.
OLD_AS_OF, NEW_AS_OF = "2025-02-05", "2025-03-05"
PROCESS_ENDS_WITHIN = 10
NAME = "books.duckdb"


@dataclass
class Outcome:
    """What one kind of fault did, in all its trials."""

    fault: str
    books: Counter[str] = field(default_factory=Counter)
    codes: Counter[int] = field(default_factory=Counter)
    says: str = ""
    broken: list[str] = field(default_factory=list)


@dataclass
class Books:
    """The published file, and what whole books are."""

    path: Path
    saved: Path
    whole: dict[str, str] = field(default_factory=dict)

    def restore(self) -> None:
        """Bring back the old books, in one step: the reader reads them meanwhile."""
        copy = self.path.with_name("restored")
        shutil.copyfile(self.saved, copy)
        copy.rename(self.path)

    def name(self) -> str:
        """Return which books the file has, `old` or `new`."""
        return self.whole.get(digest(self.path), "BROKEN")


def digest(path: Path) -> str:
    """Return a hash of all tables in a file, derived or not.

    Of the build log, which differs from run to run, only how many runs did not complete.
    """
    with duckdb.connect(path, read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() "
            "where not internal and table_name != 'build_log' order by all"
        ).fetchall()
        incomplete = connection.execute(
            "select count(*) from ratebook_state.build_log where completed_at is null"
        ).fetchone()
        counts = [
            connection.execute(
                f'select count(*), sum(hash(one)::hugeint) from "{schema}"."{table}" as one'  # noqa: S608
            ).fetchone()
            for schema, table in tables
        ]
    return hashlib.sha256(repr((tables, counts, incomplete)).encode()).hexdigest()


def read_repeatedly(path: Path, whole: Mapping[str, str], stop: Any, result: Any) -> None:  # noqa: ANN401
    """Read the books until told to stop; run in a process of its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    seen: Counter[str] = Counter()
    while not stop.is_set():
        try:
            seen[whole.get(digest(path), "BROKEN")] += 1
        except Exception as error:
            seen[f"{type(error).__name__}: {error}"] += 1
        time.sleep(0.02)
    result.put(seen)


@contextlib.contextmanager
def reader(books: Books) -> Iterator[Counter[str]]:
    """Read the books in another process for a while; the count is there at the end."""
    context = multiprocessing.get_context("spawn")
    stop, result, seen = context.Event(), context.Queue(), Counter()
    process = context.Process(target=read_repeatedly, args=(books.path, books.whole, stop, result))
    process.start()
    try:
        yield seen
    finally:
        stop.set()
        seen.update(result.get(timeout=60))
        process.join()


class Trials:
    """Builds that are disturbed, one after the other, and what they left."""

    def __init__(self, directory: Path, seed: int) -> None:
        """Make a directory for the books, and one for dbt."""
        self.scratch = directory / "dbt"
        self.random = random.Random(seed)
        (directory / "books").mkdir()
        self.books = Books(directory / "books" / NAME, directory / "old" / NAME)
        self.new_file = directory / "new" / NAME
        self.seconds = 0.0
        self.outcomes: list[Outcome] = []

    def dbt_arguments(self, arguments: Sequence[str], **settings: str) -> list[str]:
        """Return what dbt runs; settings are vars without `ratebook_`."""
        given = {
            "input_schema": INPUT_SCHEMA,
            "absent_inputs": [name for name in INPUTS if name not in inputs()],
            "as_of": NEW_AS_OF,
            **settings,
        }
        variables = json.dumps({f"ratebook_{name}": value for name, value in given.items()})
        return [*arguments, "--project-dir", str(ROOT), "--vars", variables]

    def start(
        self,
        arguments: Sequence[str] = MODELS,
        code: str = BUILD,
        limit: int | None = None,
        **settings: str,
    ) -> subprocess.Popen[str]:
        """Start a build; a limit is the largest file that it may write."""
        last = str(self.new_file)
        if code == BUILD:
            last = json.dumps(self.dbt_arguments(arguments, **settings))
        environment = {
            "DBT_TARGET_PATH": str(self.scratch / "target"),
            "DBT_LOG_PATH": str(self.scratch / "logs"),
            "DBT_PROFILES_DIR": str(ROOT),
            "PYTHONPATH": str(ROOT),
        }
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(self.books.path), last],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # As a shell does: Ctrl-C goes to the group.
            start_new_session=True,
        )
        if limit is not None:
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (limit, limit))
        # Python's own start is not ours to test.
        process.stdout.readline()
        return process

    def prepare(self) -> None:
        """Build the old and the new books undisturbed."""
        path = self.books.path
        write_tables(path, inputs())
        with duckdb.connect(path) as connection:
            connection.execute("create schema mine")
            connection.execute("create table mine.notes as select range from range(50_000)")
        for name, as_of, copy in (
            ("old", OLD_AS_OF, self.books.saved),
            ("new", NEW_AS_OF, self.new_file),
        ):
            self.undisturbed(as_of)
            copy.parent.mkdir()
            shutil.copyfile(path, copy)
            self.books.whole[digest(path)] = name
        # The second one parses only what has changed, as most trials do.
        began = time.monotonic()
        self.undisturbed(NEW_AS_OF)
        self.seconds = time.monotonic() - began
        if self.books.name() != "new" or len(self.books.whole) != 2:
            sys.exit("The same build makes other books each time: there is nothing to compare.")

    def undisturbed(self, as_of: str) -> None:
        """Build once, or give up."""
        build = self.start(as_of=as_of)
        _, errors = build.communicate()
        if build.returncode:
            sys.exit(errors)

    def run(
        self,
        fault: str,
        count: int,
        disturb: Callable[[subprocess.Popen[str]], None] = lambda _: None,
        *,
        expected: tuple[str, ...] = ("old",),
        code: str = BUILD,
        **start: Any,  # noqa: ANN401 - what `start` takes
    ) -> None:
        """Disturb builds, and look at the books after each."""
        outcome = self.outcome(fault)
        for _ in range(count):
            self.books.restore()
            before = fingerprint(self.books.path)
            build = self.start(code=code, **start)
            try:
                disturb(build)
                _, errors = build.communicate()
            finally:
                build.kill()
            self.look(outcome, before, build.returncode, errors, expected)
        print(f"{fault}: {dict(outcome.books)}", flush=True)

    def look(
        self,
        outcome: Outcome,
        before: tuple[str, int],
        exit_code: int,
        errors: str,
        expected: tuple[str, ...],
    ) -> None:
        """Record what a build has left, and what is wrong with it."""
        path = self.books.path
        self.wait_for_end(outcome)
        name = self.books.name()
        outcome.books[name] += 1
        outcome.codes[exit_code] += 1
        lines = errors.strip().splitlines()
        outcome.says = lines[-1] if lines else outcome.says
        if name not in expected:
            outcome.broken.append(f"{name} books")
        # Below zero: a signal ended the process, perhaps before or after the build.
        if exit_code >= 0 and (exit_code == 0) != (name == "new"):
            outcome.broken.append(f"exit code {exit_code}, {name} books")
        if name == "old" and fingerprint(path) != before:
            outcome.broken.append("the old file was touched")
        if path.with_name(f"{NAME}.wal").exists():
            outcome.broken.append("a write-ahead log was left")
        if exit_code > 0 and len(lines) != 1:
            outcome.broken.append(f"{len(lines)} lines of errors")
        if exit_code >= 0 and path.with_name(f".{NAME}.building").exists():
            outcome.broken.append("an unfinished file was left")

    def wait_for_end(self, outcome: Outcome) -> None:
        """Wait until all processes of a build have ended, which takes moments."""
        lock = os.open(self.books.path.with_name(f".{NAME}.lock"), os.O_RDWR | os.O_CREAT)
        deadline = time.monotonic() + PROCESS_ENDS_WITHIN
        while not lock_descriptor(lock, blocking=False):
            if time.monotonic() > deadline:
                outcome.broken.append("a process of the build still runs")
                break
            time.sleep(0.01)
        os.close(lock)

    def at_random(self, number: signal.Signals) -> Callable[[subprocess.Popen[str]], None]:
        """Return what sends a signal at a random moment of a build."""

        def disturb(build: subprocess.Popen[str]) -> None:
            wait(build, self.random.uniform(0, self.seconds))
            if build.poll() is None:
                os.killpg(build.pid, number)

        return disturb

    def kill_dbt(self, build: subprocess.Popen[str]) -> None:
        """Kill dbt alone, at a random moment once it runs."""
        children = Path(f"/proc/{build.pid}/task/{build.pid}/children")
        found: list[str] = []
        while not found and build.poll() is None:
            found = children.read_text().split()
        wait(build, self.random.uniform(0, self.seconds * 0.8))
        if build.poll() is None:
            os.kill(int(found[0]), signal.SIGKILL)

    def second_build(self, build: subprocess.Popen[str]) -> None:
        """Start another build while one is running: it must say so, with the process."""
        wait_for(self.books.path.with_name(f".{NAME}.building"))
        second = self.start()
        _, errors = second.communicate()
        print(f"  the second build: {errors.strip()}")
        if second.returncode != 1 or f"by process {build.pid} is running since" not in errors:
            self.outcomes[-1].broken.append(f"the second build: {errors}")

    def writer(self, _: subprocess.Popen[str]) -> None:
        """Try to write while a build is running: DuckDB must refuse that."""
        wait_for(self.books.path.with_name(f".{NAME}.building"))
        code = "import duckdb, sys; duckdb.connect(sys.argv[1])"
        done = subprocess.run(
            [sys.executable, "-c", code, str(self.books.path)], capture_output=True, check=False
        )
        if b"Conflicting lock" not in done.stderr:
            self.outcomes[-1].broken.append("a writer was let in")

    def full_disk(self, count: int) -> None:
        """Build where the disk has no room for two files, or fills up at a random moment."""
        size = self.books.saved.stat().st_size
        home = self.books
        for trial in range(count):
            fills_up = trial % 2 == 1
            part = size * 4 if fills_up else int(size * self.random.uniform(0.02, 0.98))
            with small_disk(self.scratch.parent / "small", size + part) as disk:
                if disk is None:
                    self.run("file too large (no tmpfs allowed)", 1, limit=part)
                    continue
                self.books = Books(disk / NAME, home.saved, home.whole)
                shutil.copyfile(home.saved, self.books.path)
                outcome = self.outcome("disk fills up" if fills_up else "disk too small")
                before = fingerprint(self.books.path)
                build = self.start()
                if fills_up:
                    wait(build, self.random.uniform(0, self.seconds))
                    fill(disk / "filler")
                _, errors = build.communicate()
                self.look(outcome, before, build.returncode, errors, ("old", "new"))
            self.books = home

    def outcome(self, fault: str) -> Outcome:
        """Return where to record what a fault does."""
        known = [outcome for outcome in self.outcomes if outcome.fault == fault]
        if not known:
            known.append(Outcome(fault))
            self.outcomes += known
        return known[0]


def inputs() -> dict[str, list[Mapping[str, str | None]]]:
    """Return a few rows; the tiers of one price are not rated, which the integrity tests see."""
    price = {"pricebook_uid": "basic", "product_uid": "calls"}
    return {
        "customers": [row("acme", name="Acme")],
        "products": [row("calls", name="Calls", ptype="EVENT", event_name="call")],
        "pricebooks": [row("basic")],
        "list_prices": [
            row("per_call", price="0.05", **price),
            row("tiers", charge_model="TIERED", price="0.01", **price),
        ],
        "contracts": [
            row("c1", customer_id="acme", pricebook_id="basic", started_at="2025-01-01T00:00:00Z")
        ],
        "usage_events": [
            event(f"t{day}", "acme", f"2025-0{1 + day // 28}-{1 + day % 28:02}", name="call")
            for day in range(56)
        ],
    }


def fingerprint(path: Path) -> tuple[str, int]:
    """Return a hash of a file, and when it was written."""
    return hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns


def wait(build: subprocess.Popen[str], seconds: float) -> None:
    """Wait until a build has run for some time, or is done."""
    deadline = time.monotonic() + seconds
    while build.poll() is None and time.monotonic() < deadline:
        time.sleep(0.001)


def wait_for(path: Path) -> None:
    """Wait until there is such a file."""
    while not path.exists():
        time.sleep(0.01)


@contextlib.contextmanager
def small_disk(path: Path, size: int) -> Iterator[Path | None]:
    """Mount a small file system in memory, or yield None where that is not allowed."""
    path.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size // 4096 * 4}k", "none", str(path)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        yield None
        return
    try:
        yield path
    finally:
        subprocess.run(["umount", str(path)], check=True)


def fill(path: Path) -> None:
    """Write until the disk is full."""
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(2**16))


def show(outcomes: list[Outcome]) -> None:
    """Print the table of faults."""
    table = Table("fault", "builds", "exit codes", "books", "whole", "says", box=box.SIMPLE)
    for outcome in outcomes:
        table.add_row(
            outcome.fault,
            str(outcome.books.total()),
            ", ".join(f"{code}: {count}" for code, count in sorted(outcome.codes.items())),
            ", ".join(f"{name}: {count}" for name, count in sorted(outcome.books.items())),
            "; ".join(outcome.broken) or "yes",
            outcome.says,
        )
    Console(width=200, soft_wrap=False).print(table)


def main() -> int:
    """Disturb builds and return 1 if any books were broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=30, help="how many builds are killed")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    few = max(1, options.count // 10)
    with tempfile.TemporaryDirectory() as directory:
        trials = Trials(Path(directory), options.seed)
        trials.prepare()
        print(f"A build takes {trials.seconds:.0f} s.", flush=True)
        trials.books.restore()
        with reader(trials.books) as seen:
            trials.run("none", 1, expected=("new",))
            kill = trials.at_random(signal.SIGKILL)
            trials.run("SIGKILL", options.count, kill, expected=("old", "new"))
            for number in (signal.SIGINT, signal.SIGTERM):
                disturb = trials.at_random(number)
                trials.run(number.name, few, disturb, expected=("old", "new"))
            trials.run("SIGKILL of dbt", few, trials.kill_dbt)
            trials.run("two builds at once", 1, trials.second_build, expected=("new",))
            trials.run("a writer meanwhile", 1, trials.writer, expected=("new",))
            trials.run("a model fails", 1, branch="of_nobody")
            events = trials.scratch / "events.parquet"
            truncate_events(events)
            trials.run("truncated event file", 1, usage_events=str(events))
            trials.run(
                "a test fails",
                1,
                arguments=A_TEST,
                pricing_integrity="error",
            )
            trials.full_disk(2 * few)
            began = time.monotonic()
            trials.start(code=SHORT_BUILD).communicate()
            trials.seconds = time.monotonic() - began
            trials.run("none, no dbt", 1, expected=("new",), code=SHORT_BUILD)
            for number in (signal.SIGKILL, signal.SIGINT):
                trials.run(
                    f"{number.name}, no dbt",
                    options.count * 3,
                    trials.at_random(number),
                    expected=("old", "new"),
                    code=SHORT_BUILD,
                )
            trials.run("none", 1, expected=("new",))
        show(trials.outcomes)
        print(f"The reader saw: {', '.join(f'{name}: {count}' for name, count in seen.items())}")
    reader_saw_whole_books = set(seen) <= {"old", "new"}
    return int(not reader_saw_whole_books or any(outcome.broken for outcome in trials.outcomes))


def truncate_events(path: Path) -> None:
    """Write a file of usage events without its end."""
    with duckdb.connect() as connection:
        sql = "copy (select 't' || range as transaction_id from range(5000)) to $1 (format parquet)"
        connection.execute(sql.replace("$1", f"'{path}'"))
    path.write_bytes(path.read_bytes()[:-100])


if __name__ == "__main__":
    sys.exit(main())
