"""`ratebook build`: what it runs, prints and returns, on a project of a few models."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT, ratebook

from ratebook import cli, project

PROFILE = """
tiny:
  target: dev
  outputs:
    dev:
      type: duckdb
      schema: ratebook
      path: "{{ env_var('RATEBOOK_DUCKDB_PATH') }}"
"""
INVOICES = "{{ config(materialized='table') }} select {{ var('version', 1) }} as v"
BROKEN = "select no_such_column from {{ ref('invoices') }}"
TESTS = """
models:
  - name: invoices
    columns:
      - name: v
        data_tests: [{accepted_values: {name: v_is_small, arguments: {values: [1, 2]}}}]
unit_tests:
  - name: version_is_wrong
    model: invoices
    given: []
    expect: {rows: [{v: 7}]}
"""


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file of a tiny project, to which no setting of the test run applies."""
    for name in list(os.environ):
        if name.startswith(("DBT_", "RATEBOOK_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DBT_PROJECT_DIR", str(tmp_path))
    (tmp_path / "dbt_project.yml").write_text("{name: tiny, version: '1.0', profile: tiny}")
    (tmp_path / "profiles.yml").write_text(PROFILE)
    models = tmp_path / "models"
    models.mkdir()
    (models / "invoices.sql").write_text(INVOICES)
    (models / "tests.yml").write_text(TESTS)
    return tmp_path / "books" / "tiny.duckdb"


def build(path: Path, *options: str) -> int:
    """Run `ratebook build`, and return its exit code."""
    path.parent.mkdir(exist_ok=True)
    return ratebook("build", "--file", path, *options)


def version(path: Path) -> int:
    """Return what the published file has."""
    with duckdb.connect(path, read_only=True) as connection:
        return connection.execute("select v from ratebook.invoices").fetchone()[0]


def test_a_build_publishes_the_file_and_counts_its_steps(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a terminal there is no bar, and no routine step; unit tests are left out.

    --select and --exclude leave out what is broken; dbt's own options are passed on.
    """
    assert build(path) == 0
    printed = capsys.readouterr()
    assert printed.out == (
        "Seeds, models and tests: PASS=2 WARN=0 ERROR=0 SKIP=0 NO-OP=0 TOTAL=2\n"
    )
    assert version(path) == 1
    (path.parents[1] / "models" / "broken.sql").write_text(BROKEN)
    assert build(path, "--select", "invoices", "--vars", "{version: 2}", "--threads", "1") == 0
    assert version(path) == 2
    assert build(path, "--exclude", "broken") == 0
    assert version(path) == 1


def test_a_failed_build_is_one_sentence_and_changes_nothing(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A test, a model and a unit test that fail; the unfinished file is kept if asked for."""
    assert build(path) == 0
    capsys.readouterr()
    unchanged = f"The build failed, and {path} is unchanged: "
    assert build(path, "--vars", "{version: 3}") == 1
    assert capsys.readouterr().err == (
        f"{unchanged}test v_is_small: Got 1 result, configured to fail if != 0.\n"
    )
    assert build(path, "--unit-tests") == 1
    assert capsys.readouterr().err.startswith(f"{unchanged}unit_test version_is_wrong")
    (path.parents[1] / "models" / "broken.sql").write_text(BROKEN)
    assert build(path, "--vars", "{version: 2}", "--keep-failed") == 1
    said = capsys.readouterr().err
    kept = path.with_name("tiny.duckdb.failed") / path.name
    assert said.startswith(f"{unchanged}Runtime Error in model broken")
    assert said.endswith(f"The unfinished file is {kept}.\n")
    assert (version(path), version(kept)) == (1, 2)


def test_no_project_is_a_sentence(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says where a project was looked for, and how to name one."""
    monkeypatch.setenv("DBT_PROJECT_DIR", str(path.parents[1] / "models"))
    assert build(path) == 1
    assert capsys.readouterr().err.startswith(
        f"{path.parents[1] / 'models'} is not in a dbt project: there is no dbt_project.yml."
    )


def test_only_invoices_selects_what_it_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The options that dbt gets, and marts that exist."""
    seen = []

    def build(_: Path, options: Sequence[str], **_others: object) -> list[Path]:
        seen.append(options)
        return []

    monkeypatch.setattr(project, "build", build)
    assert ratebook("build", "--only", "invoices", "--file", tmp_path / "own.duckdb") == 0
    assert seen == [project.INVOICES_ONLY]
    for mart in project.INVOICE_MARTS:
        assert (ROOT / "models" / "marts" / f"{mart}.sql").exists()
        assert mart in project.INVOICES_ONLY


@pytest.mark.parametrize(
    ("tables", "options", "exit_code"),
    [
        # The user's own tables, without the vars that name them.
        (["ratebook_intermediate.int_invoices"], [], 1),
        (["ratebook_intermediate.int_invoices"], ["--case-study"], 0),
        (
            ["ratebook_intermediate.int_invoices"],
            ["--vars", "{ratebook_input_schema: billing}"],
            0,
        ),
        # The case study once more, and a file without books.
        (["ratebook_intermediate.int_invoices", "ratebook_inputs.raw_customers"], [], 0),
        (["main.something"], [], 0),
    ],
)
def test_the_case_study_replaces_own_books_only_if_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tables: list[str],
    options: list[str],
    exit_code: int,
) -> None:
    """Who forgets --vars keeps the books, and is told what to do."""
    path = tmp_path / "books.duckdb"
    with duckdb.connect(path) as connection:
        for table in tables:
            connection.execute(f"create schema if not exists {table.split('.')[0]}")
            connection.execute(f"create table {table} (id integer)")
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(project, "build", lambda *_, **__: [])
    monkeypatch.setattr(cli, "show_all", lambda _: None)
    monkeypatch.setattr(cli, "show_missing", lambda _: None)
    assert ratebook("build", "--file", path, *options) == exit_code
    said = capsys.readouterr().err
    assert ("--vars of your tables" in said) == bool(exit_code)
