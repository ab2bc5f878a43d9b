"""The command `ratebook`: what it imports, what make hands it, and what the doctor finds."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import duckdb
import pytest
import yaml
from conftest import (
    ROOT,
    Warehouse,
    already_parsed,
    changed_environment,
    ratebook,
    ratebook_process,
)
from input_tables import FILE_NAME, Builder

from ratebook import doctor
from ratebook.cli import main

HEAVY = ("dbt", "duckdb", "streamlit", "weasyprint", "pandas", "altair", "rich")
COMMANDS = {
    *("build", "close", "restore", "verify", "document", "print", "invoice", "quote", "show"),
    "export",
    *("dashboard", "meter", "receive", "docs", "metrics", "doctor"),
}
# Each would run something if a shell or make read it.
TEXTS = (
    "it's",
    "x'; echo run; '",
    "$(shell echo run)",
    "$(echo run)",
    "`echo run`",
    "$HOME $${ID}",
    'a "quoted" word',
)


def test_help_imports_nothing_that_takes_long() -> None:
    """Who asks what there is gets the answer at once."""
    code = f"import ratebook.cli, sys; print([name for name in {HEAVY} if name in sys.modules])"
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert shown.stdout == "[]\n"


def test_every_command_says_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    """In one sentence of the list, and with --help."""
    assert set(main.commands) == COMMANDS
    for name, command in main.commands.items():
        assert command.help, name
        assert ratebook(name, "--help") == 0
        assert command.help.split()[0] in capsys.readouterr().out


def test_python_runs_it_as_a_module() -> None:
    """Where the package is not installed."""
    assert ratebook_process("--help").stdout.startswith("Usage: ratebook")


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    """Return a folder whose command `ratebook` is that of this checkout."""
    command = tmp_path / "bin" / "ratebook"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m ratebook "$@"\n')
    command.chmod(0o755)
    return command.parent


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("is_argument", [True, False], ids=["argument", "environment"])
def test_make_hands_text_over_as_text(
    text: str, is_argument: bool, bin_folder: Path, case_study: Warehouse
) -> None:
    """No id is run: neither by make nor by a shell."""
    made = subprocess.run(
        # The stamps are those of an environment that is installed already.
        [
            *("make", "quote", "-o", ".venv/bi.stamp", f"BIN={bin_folder}"),
            *([f"ID={text}"] if is_argument else []),
        ],
        cwd=ROOT,
        env={
            **os.environ,
            **({} if is_argument else {"ID": text}),
            "RATEBOOK_DUCKDB_PATH": str(case_study.path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.stdout == ""
    assert made.stderr.startswith(f"There is no quote {text}: ")


def test_the_package_has_the_version_of_the_project() -> None:
    """They are released together."""
    package = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text())
    assert (package["name"], package["version"]) == (project["name"], project["version"])


def test_files_beside_modules_are_in_the_package() -> None:
    """Templates, styles and the dashboard's settings come along when it is installed."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    packed = {
        path
        for package, patterns in settings["package-data"].items()
        for pattern in patterns
        for path in (ROOT / package.replace(".", "/")).glob(pattern)
    }
    tracked = subprocess.run(
        ["git", "ls-files", "ratebook"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    files = {ROOT / name for name in tracked.stdout.splitlines()}
    assert {path for path in files if path.suffix != ".py"} == packed


# The doctor


def test_the_doctor_names_who_has_the_file_open(tmp_path: Path) -> None:
    """A build would stop there."""
    path = tmp_path / "held.duckdb"
    hold = f"import duckdb; c = duckdb.connect({str(path)!r}); print('held', flush=True); input()"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", hold], **pipes) as holder:
        assert holder.stdout.readline() == b"held\n"
        found = doctor.file(path)
        holder.communicate(b"\n")
    assert found.stops_build
    assert f"process {holder.pid}" in found.state
    assert not doctor.file(path).stops_build


def test_the_doctor_says_that_nothing_is_built(tmp_path: Path) -> None:
    """That stops nothing: it is what a build is for."""
    assert doctor.file(tmp_path / "none.duckdb") == (
        *("File", f"{tmp_path / 'none.duckdb'} is not built yet", "ratebook build", False),
    )


def test_the_doctor_looks_for_the_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where dbt does, by the name that the project gives."""
    (tmp_path / "dbt_project.yml").write_text("name: shop\nprofile: till\n")
    monkeypatch.setenv("DBT_PROFILES_DIR", str(tmp_path))
    assert "no profiles.yml" in doctor.profile(tmp_path).state
    (tmp_path / "profiles.yml").write_text("other: {}\n")
    assert doctor.profile(tmp_path).state.endswith("has no profile till")
    (tmp_path / "profiles.yml").write_text("till: {}\n")
    assert not doctor.profile(tmp_path).stops_build


def test_the_doctor_repeats_what_the_project_says_about_inputs(
    build: Builder, tmp_path: Path
) -> None:
    """The project checks settings and inputs before a build; the doctor runs that check.

    Tables of a feature that is off are not read, which the user may not know.
    """

    def found_by_the_project(variables: str) -> list[doctor.Finding]:
        settings = {"DBT_TARGET_PATH": str(tmp_path), "DBT_LOG_PATH": str(tmp_path)}
        with changed_environment(settings), already_parsed(build.manifest):
            return list(doctor.inputs(path, ROOT, variables))

    path = tmp_path / FILE_NAME
    with duckdb.connect(path) as connection:
        connection.execute("create schema billing; create table billing.quotes (id text)")
        connection.execute("create table billing.partners (id text)")
    variables = "{ratebook_input_schema: billing, ratebook_features: [partners]}"
    inputs, feature = found_by_the_project(variables)
    assert inputs.stops_build
    assert "the input table billing.customers does not exist" in inputs.state
    assert (feature.state, feature.remedy, feature.stops_build) == (
        "The table billing.quotes is not read: it belongs to the feature quotes, which is not in "
        "ratebook_features",
        "To use this table, add quotes to ratebook_features.",
        False,
    )
    (wrong,) = found_by_the_project("{ratebook_input_schema: nowhere}")
    assert wrong.stops_build
    assert "has no schema of that name" in wrong.state
    (unreadable,) = found_by_the_project("not a mapping")
    assert unreadable.stops_build
    assert "mapping" in unreadable.state or "YAML" in unreadable.state
