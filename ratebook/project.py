"""The dbt project around the working directory, and dbt run on it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import yaml

from ratebook import RatebookError, archive, books, progress
from ratebook.dbt_run import run_dbt
from ratebook.publication import Unpublished, publish

PACKAGE = "ratebook"
SETTINGS = "dbt_project.yml"
# The marts that show invoices, and whether a branch changes them.
INVOICE_MARTS = ("invoices", "line_items", "line_item_explanations", "branch_invoice_diffs")
# A build of the case study has its seeds, one of a user's own tables has not.
BUILT_FROM_SQL = """
    select table_name from duckdb_tables()
    where (schema_name, table_name) in (
        ('ratebook_intermediate', 'int_invoices'), ('ratebook_inputs', 'raw_customers')
    )
"""
# A build needs no description of the project and no log of each statement: together two seconds.
WITHOUT_TRACES = [
    "--no-write-json",
    *("--log-level-file", "info"),
]
# dbt's option: nothing is kept of earlier builds.
FULL_REFRESH = "--full-refresh"
# The models that compute invoices, everything before them, and the marts; of the tests, those that
# read no other model.
INVOICES_ONLY = [
    *("--select", "+ratebook.intermediate.invoicing", "builds", *INVOICE_MARTS),
    *("--indirect-selection", "cautious"),
]


class ProjectError(RatebookError):
    """No dbt project, or a run of dbt that did not complete."""


def root() -> Path:
    """Return the folder of the dbt project: DBT_PROJECT_DIR, else this folder or one above it."""
    given = os.environ.get("DBT_PROJECT_DIR")
    folders = [Path(given).resolve()] if given else [Path.cwd(), *Path.cwd().parents]
    for folder in folders:
        if (folder / SETTINGS).is_file():
            return folder
    raise ProjectError(
        f"{given or Path.cwd()} is not in a dbt project: there is no {SETTINGS}. Run ratebook in "
        "the project's folder, or set DBT_PROJECT_DIR to it."
    )


def target() -> Path:
    """Return the folder of what dbt generates."""
    return root() / os.environ.get("DBT_TARGET_PATH", "target")


def settings(folder: Path) -> dict[str, object]:
    """Return the content of a project's dbt_project.yml."""
    return yaml.safe_load((folder / SETTINGS).read_text(encoding="utf-8"))


def setting(name: str, variables: str | None = None) -> object:
    """Return the value of a var as dbt finds it: on the command line, else in the project."""
    scopes = []
    # What cannot be read stops dbt.
    with contextlib.suppress(yaml.YAMLError):
        given = yaml.safe_load(variables or "{}")
        scopes += [given] if isinstance(given, dict) else []
    for folder in (root(), package()):
        if (folder / SETTINGS).is_file():
            of_project = settings(folder).get("vars") or {}
            scopes += [of_project.get(PACKAGE) or {}, of_project]
    return next((scope[name] for scope in scopes if name in scope), None)


def ledger_archive(variables: str | None = None) -> Path | None:
    """Return the folder that the settings name for the archive of the ledger, if they name one."""
    given = setting(archive.SETTING, variables)
    return root() / str(given) if given else None


def is_own() -> bool:
    """Tell whether the project is ratebook itself, whose seeds are the case study."""
    return settings(root())["name"] == PACKAGE


def package() -> Path:
    """Return the folder of ratebook's models and analyses, which dbt may have installed."""
    folder = root()
    if is_own():
        return folder
    installed = settings(folder).get("packages-install-path", "dbt_packages")
    return folder / str(installed) / PACKAGE


def environment(path: Path) -> dict[str, str]:
    """Return the environment variables for dbt to build or read a file."""
    return {
        **os.environ,
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "RATEBOOK_DUCKDB_PATH": str(path.resolve()),
    }


def run(module: str, arguments: Sequence[str], path: Path, **changes: str) -> int:
    """Run a Python module in the project's folder, and return its exit code."""
    command = [sys.executable, "-m", module, *arguments]
    variables = environment(path) | changes
    return subprocess.run(command, cwd=root(), env=variables, check=False).returncode


def dbt(arguments: Sequence[str], path: Path) -> None:
    """Run dbt; warnings and errors appear as it prints them."""
    quiet = ["--log-level", "warn", "--log-level-file", "info"]
    if run("dbt.cli.main", [*quiet, *arguments], path):
        raise incomplete(arguments)


def incomplete(arguments: Sequence[str]) -> ProjectError:
    """Return the error for a run of dbt that failed."""
    return ProjectError(
        f"dbt {arguments[0]} did not complete: see the errors above, and logs/dbt.log for each "
        "step."
    )


def build(
    path: Path,
    options: Sequence[str] = (),
    *,
    unit_tests: bool = False,
    keep_derived: bool = False,
    keep_failed: bool = False,
    before_publishing: Callable[[Path], None] = lambda _: None,
) -> list[Path]:
    """Build models, run their tests, and publish the file if all of them pass.

    With keep_derived, models that this run does not build stay as they were. What
    before_publishing raises keeps the new file from being published. Returns the files that were
    added to the archive of the ledger.
    """
    starts_over = FULL_REFRESH in options
    # dbt matches the columns of a seed by name only when it creates the table.
    options = [FULL_REFRESH, *(option for option in options if option != FULL_REFRESH)]
    chosen = [] if unit_tests else ["--exclude-resource-type", "unit_test"]
    arguments = ["build", *WITHOUT_TRACES, *chosen, *options]
    folder = root()
    keeping = archive.Keeping(path, ledger_archive(vars_of(options)))

    def run(new: Unpublished) -> None:
        keeping.catch_up(new.path)
        with progress.bar() as show:
            run_dbt(arguments, new, on_event=show, project=folder, starts_over=starts_over)
        before_publishing(new.path)
        keeping.prepare(new.path)

    publish(
        path,
        run,
        keep_derived=keep_derived,
        keep_failed=keep_failed,
        published=keeping.put_in_place,
    )
    return keeping.finish()


def vars_of(options: Sequence[str]) -> str | None:
    """Return the vars among the options of dbt, as YAML."""
    return options[options.index("--vars") + 1] if "--vars" in options else None


def refuse_case_study(path: Path, options: Sequence[str]) -> None:
    """Raise ProjectError if a build of the case study would replace books of the user's own tables.

    Without vars, ratebook's own project builds its case study: who forgets --vars would lose books.
    """
    names_schema = any("ratebook_input_schema" in option for option in options)
    if not is_own() or names_schema or settings(root())["vars"]["ratebook_input_schema"]:
        return
    if not path.exists():
        return
    with books.explained(path), duckdb.connect(path, read_only=True) as connection:
        tables = {name for (name,) in connection.execute(BUILT_FROM_SQL).fetchall()}
    if tables == {"int_invoices"}:
        raise ProjectError(
            f"{path} has the books of your own tables, and this build would replace them by the "
            "case study: add the --vars of your tables, name another file with --file, or replace "
            "them with --case-study."
        )


def build_if_missing(path: Path) -> None:
    """Build the case study if its file is missing; any other missing file may be a typo."""
    if path.exists():
        return
    if path != books.DEFAULT or not is_own():
        raise books.missing(path)
    build(path)
