#!/usr/bin/env python3
"""Kill closes, fill the disk, close twice at once: no close is lost and none is there twice.

After each trial, the ledger has the closes from before or the new one too, whole, and so has its
archive, at the latest after the next build. Some closes are those of `ratebook close`, some of
plain dbt.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
from run import (
    BEGINNING,
    COPY_BOOKS,
    NEW_AS_OF,
    OLD_AS_OF,
    ROOT,
    Books,
    Outcome,
    Trials,
    inputs,
    show,
    small_disk,
    wait,
)

sys.path[:0] = [str(ROOT / "tests" / "python")]

from input_tables import INPUT_SCHEMA, INPUTS, write_tables  # noqa: E402

BUILD = """
from ratebook import RatebookError, project
try:
    project.build(Path(sys.argv[1]), json.loads(sys.argv[2]), keep_derived=KEPT)
except RatebookError as error:
    print(error, file=sys.stderr)
    sys.exit(error.exit_code)
"""
CLOSE = BEGINNING + BUILD.replace("KEPT", "False")
# Without dbt: it spends most of its time before the books are published and archived.
SHORT_CLOSE = (
    BEGINNING
    + COPY_BOOKS.replace("sys.argv[2]", "sys.argv[3]")
    + "from ratebook import project; project.run_dbt = lambda _, new, **__: run(new)"
    + BUILD.replace("KEPT", "False")
)
SHORT_BUILD = (
    BEGINNING
    + "from ratebook import project; project.run_dbt = lambda *_, **__: None"
    + BUILD.replace("KEPT", "True")
)
PLAIN_CLOSE = """
import json, sys
from dbt.cli.main import dbtRunner
print("started", flush=True)
result = dbtRunner().invoke(["--log-level", "none", "build", *json.loads(sys.argv[2])])
sys.exit(0 if result.success else 1)
"""
LEDGER_SQL = "from ratebook_state.invoice_ledger order by close_number, row_number"


class Closes(Trials):
    """Closes that are killed, one after the other, and what the next build makes of them."""

    def options(self, as_of: str, *, is_close: bool) -> list[str]:
        """Return the options of a build; tests would take most of its time."""
        variables = {
            "ratebook_input_schema": INPUT_SCHEMA,
            "ratebook_absent_inputs": [name for name in INPUTS if name not in inputs()],
            "ratebook_as_of": as_of,
            "ratebook_close": is_close,
            "ratebook_books_from": "beginning",
        }
        return ["--vars", json.dumps(variables), "--exclude-resource-types", "test", "unit_test"]

    def close(
        self, code: str = CLOSE, as_of: str = NEW_AS_OF, *, is_close: bool = True
    ) -> subprocess.Popen[str]:
        """Start a close, or a build."""
        environment = {
            "DBT_TARGET_PATH": str(self.scratch / "target"),
            "DBT_LOG_PATH": str(self.scratch / "logs"),
            "DBT_PROFILES_DIR": str(ROOT),
            "DBT_PROJECT_DIR": str(ROOT),
            "PYTHONPATH": str(ROOT),
            "RATEBOOK_DUCKDB_PATH": str(self.books.path),
        }
        options = json.dumps(self.options(as_of, is_close=is_close))
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(self.books.path), options, str(self.new_file)],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        process.stdout.readline()
        return process

    def whole(self, process: subprocess.Popen[str]) -> None:
        """Wait for a build that nobody disturbs, or give up."""
        _, errors = process.communicate()
        if process.returncode:
            sys.exit(errors or f"A build ended with code {process.returncode}.")

    def prepare(self) -> None:
        """Close twice, undisturbed, and keep what there was after each."""
        write_tables(self.books.path, inputs())
        self.ledgers = []
        for as_of, copy in ((OLD_AS_OF, self.books.saved), (NEW_AS_OF, self.new_file)):
            began = time.monotonic()
            self.whole(self.close(as_of=as_of))
            self.seconds = time.monotonic() - began
            shutil.copytree(self.books.path.parent, copy.parent)
            self.ledgers.append(self.ledger())
            if self.archive() != self.ledger():
                sys.exit("A close that nobody disturbed is not in its archive.")

    def restore(self) -> None:
        """Bring back the first close, and its archive."""
        shutil.rmtree(self.books.path.parent)
        shutil.copytree(self.books.saved.parent, self.books.path.parent)

    def ledger(self) -> list[tuple]:
        """Return the rows of the ledger."""
        with duckdb.connect(self.books.path, read_only=True) as connection:
            return connection.execute(LEDGER_SQL).fetchall()

    def archive(self) -> list[tuple]:
        """Return the rows of the archive."""
        with duckdb.connect() as connection:
            files = f"{self.books.path}.ledger-*/close_*.parquet"
            return connection.execute(
                f"from read_parquet('{files}') order by close_number, row_number"
            ).fetchall()

    def once_published(self, close: subprocess.Popen[str]) -> None:
        """Kill a close at the moment at which its books are there, and its archive perhaps not."""
        inode = self.books.path.stat().st_ino
        while close.poll() is None and self.books.path.stat().st_ino == inode:
            pass
        close.kill()

    def kill(
        self,
        kind: str,
        count: int,
        code: str,
        disturb: Callable[[subprocess.Popen[str]], None] | None = None,
    ) -> None:
        """Kill closes, and look at ledger and archive after each, and after the next build."""
        outcome = self.outcome(f"SIGKILL, {kind}")
        disturb = disturb or self.at_random(signal.SIGKILL)
        for _ in range(count):
            self.restore()
            close = self.close(code)
            disturb(close)
            self.look(outcome, close, code)
        print(f"{outcome.fault}: {dict(outcome.books)}", flush=True)

    def full_disk(self, count: int) -> None:
        """Close where the disk has no room for the new books, or not for the archive, too."""
        home, outcome = self.books, self.outcome("disk too small, without dbt")
        books = home.path.parent
        size = sum(file.stat().st_size for file in home.saved.parent.rglob("*") if file.is_file())
        for _ in range(count):
            part = int(home.saved.stat().st_size * self.random.uniform(0.02, 1.2))
            with small_disk(self.scratch.parent / "small", size + part) as disk:
                if disk is None:
                    print("No disk can be mounted here: closes on a full one are left out.")
                    return
                shutil.copytree(home.saved.parent, disk / "books")
                self.books = Books(disk / "books" / home.path.name, home.saved, home.whole)
                close = self.close(SHORT_CLOSE)
                errors = close.communicate()[1]
                shutil.rmtree(books)
                shutil.copytree(disk / "books", books)
                self.books = home
            self.look(outcome, close, SHORT_CLOSE, errors)
        print(f"{outcome.fault}: {dict(outcome.books)}", flush=True)

    def two_at_once(self, count: int) -> None:
        """Start a second close while one runs: one of them closes, the other one adds nothing."""
        ways = {"ratebook close": CLOSE, "plain dbt": PLAIN_CLOSE}
        for (first, code), (second, other_code) in itertools.product(ways.items(), repeat=2):
            outcome = self.outcome(f"{second}, while {first} runs")
            for _ in range(count):
                self.restore()
                close = self.close(code)
                wait(close, self.random.uniform(0, self.seconds))
                other = self.close(other_code)
                errors = [one.communicate()[1] for one in (close, other)]
                closed, rest = sorted((close, other), key=lambda one: one.returncode != 0)
                outcome.codes[rest.returncode] += 1
                if closed.returncode:
                    outcome.broken.append(f"neither closed: {errors}")
                self.look(outcome, closed, code, "\n".join(errors))
            print(f"{outcome.fault}: {dict(outcome.books)}", flush=True)

    def look(
        self, outcome: Outcome, close: subprocess.Popen[str], code: str, errors: str | None = None
    ) -> None:
        """Look at ledger and archive after a close, and after the next build."""
        if errors is None:
            errors = close.communicate()[1]
        outcome.says = errors.strip().rpartition("\n")[2] or outcome.says
        outcome.codes[close.returncode] += 1
        self.wait_for_end(outcome)
        before, archived = self.ledger(), self.archive()
        name = f"{self.name(before)} ledger, {self.name(archived)} archive"
        # The next build freezes nothing.
        build = SHORT_BUILD if code == SHORT_CLOSE else CLOSE
        self.whole(self.close(build, is_close=False))
        after = self.ledger()
        outcome.books[name] += 1
        if "BROKEN" in name:
            outcome.broken.append(name)
        if after != self.archive():
            outcome.broken.append(f"{name}: another archive after the next build")
        if after != max(before, archived, key=len):
            outcome.broken.append(f"{name}: another ledger after the next build")
        if close.returncode == 0 and not name.startswith("new ledger, new"):
            outcome.broken.append(f"{name} after exit code 0")

    def name(self, rows: list[tuple]) -> str:
        """Return which ledger rows are, `old` or `new`."""
        return dict(zip(map(repr, self.ledgers), ("old", "new"), strict=True)).get(
            repr(rows), "BROKEN"
        )


def main() -> int:
    """Kill closes and return 1 if any was lost, or was there twice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=30, help="how many closes are killed")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        trials = Closes(Path(directory), options.seed)
        trials.prepare()
        print(f"A close takes {trials.seconds:.0f} s.", flush=True)
        trials.kill("ratebook close", max(1, options.count // 3), CLOSE)
        trials.kill("plain dbt", max(1, options.count // 3), PLAIN_CLOSE)
        trials.two_at_once(max(1, options.count // 10))
        trials.restore()
        began = time.monotonic()
        trials.whole(trials.close(SHORT_CLOSE))
        trials.seconds = time.monotonic() - began
        trials.kill("ratebook close without dbt", options.count * 3, SHORT_CLOSE)
        once = trials.once_published
        trials.kill("once published, without dbt", options.count * 3, SHORT_CLOSE, once)
        trials.full_disk(options.count)
        show(trials.outcomes)
    return int(any(outcome.broken for outcome in trials.outcomes))


if __name__ == "__main__":
    sys.exit(main())
