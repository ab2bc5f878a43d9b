"""dbt runs in its own process, which reports what failed and ends with its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest

from ratebook.dbt_run import run_dbt
from ratebook.publication import BuildFailedError, Unpublished

ROOT = Path(__file__).resolve().parents[2]
PROFILE = """
tiny:
  target: dev
  outputs:
    dev:
      type: duckdb
      path: "{{ env_var('RATEBOOK_DUCKDB_PATH') }}"
"""
MODELS = {
    "first.sql": "select 1 as i",
    "broken.sql": "select no_such_column from {{ ref('first') }}",
    "after_it.sql": "select * from {{ ref('broken') }}",
    "endless.sql": """
        {{ config(materialized='table') }}
        select sum(hash(a.range, b.range)) as s from range(10_000_000) as a, range(10_000_000) as b
    """,
    "tests.yml": """
models:
  - name: first
    columns:
      - name: i
        data_tests: [{accepted_values: {name: i_is_two, arguments: {values: [2]}}}]
""",
}
RUNS_UNTIL_IT_IS_KILLED = """
import os, sys
from pathlib import Path
from ratebook.dbt_run import run_dbt
from ratebook.publication import Unpublished

def show(event):
    if event["info"]["name"] == "LogStartLine":
        print("ready", flush=True)

lock = os.open(sys.argv[1] + ".lock", os.O_RDWR | os.O_CREAT)
new = Unpublished(Path(sys.argv[1]), lock)
run_dbt(["run", "--select", "endless"], new, on_event=show)
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a dbt project of a few models, to which no setting of the test run applies."""
    for name in os.environ:
        if name.startswith("DBT_"):
            monkeypatch.delenv(name)
    (tmp_path / "models").mkdir()
    (tmp_path / "dbt_project.yml").write_text("{name: tiny, version: '1.0', profile: tiny}")
    (tmp_path / "profiles.yml").write_text(PROFILE)
    for name, text in MODELS.items():
        (tmp_path / "models" / name).write_text(text)
    return tmp_path


@pytest.fixture
def new(tmp_path: Path) -> Unpublished:
    """Return a file that is to be written."""
    lock = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    return Unpublished(tmp_path / "tiny.duckdb", lock)


def failure(arguments: list[str], new: Unpublished, project: Path) -> str:
    """Return what a run says that fails."""
    with pytest.raises(BuildFailedError) as failed:
        run_dbt(arguments, new, project=project)
    return str(failed.value)


def test_run_writes_the_file_and_passes_events_on(new: Unpublished, project: Path) -> None:
    """A progress bar counts them."""
    events: list[Mapping] = []
    run_dbt(["run", "--select", "first"], new, on_event=events.append, project=project)
    with duckdb.connect(new.path, read_only=True) as connection:
        assert connection.execute("from first").fetchall() == [(1,)]
    messages = [event["info"]["msg"] for event in events]
    assert any(message.startswith("1 of 1 START") for message in messages)


def test_failures_name_the_first_node(new: Unpublished, project: Path) -> None:
    """A model, a test, and an error before any node runs, each on one line."""
    assert failure(["run", "--select", "first+", "--exclude", "endless"], new, project).startswith(
        "Runtime Error in model broken (models/broken.sql) Binder Error: "
        'Referenced column "no_such_column" not found in FROM clause!'
    )
    assert failure(["build", "--select", "first"], new, project) == (
        "test i_is_two: Got 1 result, configured to fail if != 0"
    )
    assert "no such command" in failure(["boild"], new, project).lower()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_dbt_ends_with_its_parent(project: Path, number: signal.Signals) -> None:
    """Whether it is killed or interrupted, in the middle of a model that would take days."""
    command = [sys.executable, "-c", RUNS_UNTIL_IT_IS_KILLED, str(project / "tiny.duckdb")]
    with subprocess.Popen(
        command,
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as parent:
        assert parent.stdout.readline() == "ready\n"
        [child] = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        parent.send_signal(number)
        parent.wait()
    deadline = time.monotonic() + 10
    while is_alive(int(child)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_alive(int(child))


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; a zombie does not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
