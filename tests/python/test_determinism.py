"""The same inputs give the same rows and ids: built again, in any order, clock zone or threads."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, Warehouse
from dbt.contracts.graph.manifest import Manifest
from input_tables import (
    CASE_STUDY_AS_OF,
    FILE_NAME,
    MARTS,
    WITH_SEEDS,
    Builder,
    case_study_inputs,
    mart_rows,
)

RUN = """
import sys
from pathlib import Path
from test_determinism import build_shuffled
build_shuffled(Path(sys.argv[1]))
"""
# A session east of UTC and a process west of it: whichever leaks into a date moves it.
SESSION_ZONE = "Asia/Kathmandu"
PROCESS_ZONE = "America/New_York"


def build_shuffled(directory: Path) -> None:
    """Build the case study from tables whose rows lie in another order, with a folder's profile."""
    inputs = case_study_inputs()
    rng = random.Random(20240531)
    for rows in inputs.values():
        rng.shuffle(rows)
    manifest = Manifest.from_msgpack((directory / "parsed.msgpack").read_bytes())
    build = Builder(directory, manifest, profiles_dir=directory)
    settings = {"as_of": CASE_STUDY_AS_OF}
    build.build(directory / FILE_NAME, inputs, WITH_SEEDS, None, settings, is_whole=True)


@pytest.fixture(scope="module")
def built_elsewhere(
    case_study: Warehouse, build: Builder, tmp_path_factory: pytest.TempPathFactory
) -> Warehouse:
    """Return the case study, built over itself, shuffled, by a process in other time zones.

    The profile is a user's own, with one thread; ratebook's has two, and sets the session to UTC.
    """
    directory = tmp_path_factory.mktemp("elsewhere")
    shutil.copy(case_study.path, directory / FILE_NAME)
    (directory / "profiles.yml").write_text(
        f"""
        ratebook:
          target: elsewhere
          outputs:
            elsewhere:
              type: duckdb
              path: {directory / FILE_NAME}
              threads: 1
              settings:
                TimeZone: {SESSION_ZONE}
        """
    )
    (directory / "parsed.msgpack").write_bytes(build.manifest.to_msgpack())
    # DuckDB reads TZ when it is loaded, so this takes a process of its own.
    process = subprocess.run(
        [sys.executable, "-c", RUN, directory],
        env=os.environ | {"TZ": PROCESS_ZONE, "PYTHONPATH": str(Path(__file__).parent)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return Warehouse(directory / FILE_NAME)


@pytest.mark.parametrize("mart", MARTS)
def test_built_elsewhere(case_study: Warehouse, built_elsewhere: Warehouse, mart: str) -> None:
    """A rebuild, order of rows, tables for seeds and files, zones, and threads change nothing."""
    before, after = mart_rows(case_study, mart), mart_rows(built_elsewhere, mart)
    # Sets would be shorter to compare, but would pass over a row that is there twice.
    if before != after:
        missing, new = set(before) - set(after), set(after) - set(before)
        pytest.fail(
            f"only before: {sorted(missing, key=str)[:3]}\nonly after: {sorted(new, key=str)[:3]}"
        )


@pytest.mark.parametrize("mart", MARTS)
def test_read_elsewhere(case_study: Warehouse, mart: str) -> None:
    """Nor does the time zone of who reads a mart, also where it is a view."""
    assert mart_rows(case_study, mart) == mart_rows(case_study, mart, SESSION_ZONE)


def test_all_marts_are_compared(case_study: Warehouse) -> None:
    """A mart that comes later is compared too; builds tells of the builds themselves."""
    tables = case_study.rows(
        "select table_name from information_schema.tables where table_schema = 'ratebook'"
    )
    assert {name for (name,) in tables} - {"builds"} == set(MARTS)
