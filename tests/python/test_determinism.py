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
from input_tables import CASE_STUDY_AS_OF, MARTS, Builder, case_study_inputs, mart_rows

# A session east of UTC and a process west of it: whichever leaks into a date moves it.
SESSION_ZONE = "Asia/Kathmandu"
PROCESS_ZONE = "America/New_York"
RUN = """
import sys
from pathlib import Path
from conftest import dbt
from dbt.contracts.graph.manifest import Manifest
path = Path(sys.argv[1])
manifest = Manifest.from_msgpack((path.parent / "parsed.msgpack").read_bytes())
dbt(["run"], duckdb_path=path, profiles_dir=path.parent, manifest=manifest)
"""


@pytest.fixture(scope="module")
def shuffled(build: Builder) -> Warehouse:
    """Return the case study built from tables whose rows lie in another order."""
    inputs = case_study_inputs()
    rng = random.Random(20240531)
    for rows in inputs.values():
        rng.shuffle(rows)
    return build(inputs, is_whole=True, as_of=CASE_STUDY_AS_OF)


@pytest.fixture(scope="module")
def built_elsewhere(
    case_study: Warehouse, seeds_manifest: Manifest, tmp_path_factory: pytest.TempPathFactory
) -> Warehouse:
    """Return the case study, built over itself by a process and in a session of other time zones.

    The profile is a user's own, with one thread; ratebook's has two, and sets the session to UTC.
    """
    directory = tmp_path_factory.mktemp("elsewhere")
    path = directory / case_study.path.name
    shutil.copy(case_study.path, path)
    (directory / "profiles.yml").write_text(
        f"""
        ratebook:
          target: elsewhere
          outputs:
            elsewhere:
              type: duckdb
              path: {path}
              threads: 1
              settings:
                TimeZone: {SESSION_ZONE}
        """
    )
    (directory / "parsed.msgpack").write_bytes(seeds_manifest.to_msgpack())
    # DuckDB reads TZ when it is loaded, so this takes a process of its own.
    process = subprocess.run(
        [sys.executable, "-c", RUN, path],
        env=os.environ | {"TZ": PROCESS_ZONE, "PYTHONPATH": str(Path(__file__).parent)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return Warehouse(path)


def expect_same(one: Warehouse, other: Warehouse, mart: str) -> None:
    """Fail with the rows that only one of two warehouses has in a mart."""
    before, after = mart_rows(one, mart), mart_rows(other, mart)
    # Sets would be shorter to compare, but would pass over a row that is there twice.
    if before != after:
        missing, new = set(before) - set(after), set(after) - set(before)
        pytest.fail(
            f"only before: {sorted(missing, key=str)[:3]}\nonly after: {sorted(new, key=str)[:3]}"
        )


@pytest.mark.parametrize("mart", MARTS)
def test_shuffled(case_study: Warehouse, shuffled: Warehouse, mart: str) -> None:
    """The order of the rows changes nothing, nor do tables in place of seeds and files."""
    expect_same(case_study, shuffled, mart)


@pytest.mark.parametrize("mart", MARTS)
def test_built_elsewhere(case_study: Warehouse, built_elsewhere: Warehouse, mart: str) -> None:
    """A rebuild, the number of threads, and time zones of process and session change nothing."""
    expect_same(case_study, built_elsewhere, mart)


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
