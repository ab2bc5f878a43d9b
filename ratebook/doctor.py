"""What is missing or wrong on this machine and in this project, and what to do about it."""

from __future__ import annotations

import contextlib
import importlib.metadata
import io
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb
import yaml

from ratebook import RatebookError, archive, books, project

OLDEST_PYTHON = (3, 11)
PIN = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)", re.M)
# What the project's check says of a table whose feature is off: macros/settings/check_inputs.sql.
NOT_READ = re.compile(r"The table \S+ is not read: it belongs to the feature (\w+)")
LABELS = ("", "what", "state", "remedy")


class Finding(NamedTuple):
    """What was checked and what was found; a remedy only if something needs to be done."""

    subject: str
    state: str
    remedy: str = ""
    stops_build: bool = False


def findings(path: Path, variables: str = "") -> Iterator[Finding]:
    """Check everything, the quick things first."""
    yield python()
    yield from packages("requirements.txt", stops_build=True)
    yield from packages("requirements-bi.txt", stops_build=False)
    yield pango()
    try:
        root = project.root()
        yield profile(root)
    except (RatebookError, yaml.YAMLError) as error:
        yield Finding(
            "dbt project", str(error), "Correct this and run ratebook doctor again.", True
        )
        return
    built = file(path)
    yield built
    if not built.stops_build:
        yield from ledger_archive(path, variables)
    if path.exists() and not built.stops_build:
        yield from inputs(path, root, variables)


def python() -> Finding:
    """Tell whether this Python is new enough."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        return Finding("Python", version, "Use Python 3.11 or later: make PYTHON=python3.11.", True)
    return Finding("Python", version)


def packages(name: str, *, stops_build: bool) -> Iterator[Finding]:
    """Compare what is installed with a file of requirements, where there is one."""
    try:
        path = project.package() / name
        pins = PIN.findall(path.read_text(encoding="utf-8"))
    except (RatebookError, OSError):
        return
    missing, other = [], []
    for package, wanted in pins:
        try:
            installed = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            missing.append(package)
        else:
            if installed != wanted:
                other.append(f"{package} {installed}, not {wanted}")
    install = f"{sys.executable} -m pip install -r {path}"
    if missing:
        yield Finding(name, f"not installed: {', '.join(missing)}", install, stops_build)
    if other:
        yield Finding(name, f"other versions: {', '.join(other)}", install)
    if not (missing or other):
        yield Finding(name, f"all {len(pins)} packages")


def pango() -> Finding:
    """Tell whether PDFs can be written."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            import weasyprint  # noqa: F401 - only whether it can be imported
    except ModuleNotFoundError:
        return Finding("PDF", "WeasyPrint is not installed", "pip install weasyprint")
    except OSError:
        return Finding(
            "PDF",
            "the library Pango is missing",
            "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0, "
            "or brew install pango",
        )
    return Finding("PDF", "WeasyPrint and Pango are installed")


def profile(root: Path) -> Finding:
    """Tell where dbt finds the connection to the file."""
    name = str(project.settings(root).get("profile"))
    given = os.environ.get("DBT_PROFILES_DIR")
    folders = [root / given] if given else [root, Path.home() / ".dbt"]
    for path in (folder / "profiles.yml" for folder in folders):
        if path.is_file():
            if name in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}):
                return Finding("dbt profile", f"{name} in {path}")
            return Finding(
                "dbt profile",
                f"{path} has no profile {name}",
                f"Add the profile {name} there, or name another one in dbt_project.yml.",
                True,
            )
    return Finding(
        "dbt profile",
        f"there is no profiles.yml in {' or '.join(map(str, folders))}",
        f"Write one with a profile {name}: README.md has an example.",
        True,
    )


def file(path: Path) -> Finding:
    """Tell whether the built file exists, and whether a build could write to it."""
    if not path.exists():
        return Finding("File", f"{path} is not built yet", "ratebook build")
    try:
        # Open for writing, as a build does: a reader keeps that out too.
        with duckdb.connect(path):
            pass
    except duckdb.IOException as error:
        if books.is_locked(error):
            return Finding(
                "File",
                f"{path} is open in another program ({books.holder(error)})",
                "Wait until it is done, or close it.",
                True,
            )
        return Finding(
            "File", f"{path}: {books.first_line(error)}", "Move it away, and build again.", True
        )
    return Finding("File", f"{path} exists, and no other program has it open")


def ledger_archive(path: Path, variables: str) -> Iterator[Finding]:
    """Tell whether each close is both in the ledger and in its archive, if there is any close."""
    name = "Ledger archive"
    try:
        closes = archive.closes_of(path)
        folder = archive.folder_of(path, closes, project.ledger_archive(variables))
        archived = archive.closes_in_folder(folder)
        archive.refuse_other_ledger(closes, archived)
    except RatebookError as error:
        yield Finding(name, str(error), "See docs/ledger.md.", True)
        return
    missing, lost = closes.keys() - archived.keys(), archived.keys() - closes.keys()
    if missing:
        state = f"closes that are not in {folder}: {len(missing)} of {len(closes)}"
        yield Finding(name, state, "Write them: ratebook build")
    if lost:
        state = f"closes of {folder} that are not in the ledger: {len(lost)} of {len(archived)}"
        yield Finding(name, state, "Read them back: ratebook build")
    if closes and not (missing or lost):
        yield Finding(name, f"closes in {folder}: {len(closes)}, all of them")


def inputs(path: Path, root: Path, variables: str) -> Iterator[Finding]:
    """Let the project check its settings and inputs, as it does before each build.

    The check also names the user's tables that are not read because their feature is off.
    """
    from dbt.cli.main import dbtRunner

    command = ["--log-level", "none", "run-operation", "ratebook.check_settings"]
    os.environ.update(project.environment(path))
    errors: list[str] = []
    not_read: list[tuple[str, str]] = []

    def hear(event: object) -> None:
        """Keep what dbt's result does not have: errors, and tables that are not read."""
        if event.info.level == "error":
            errors.append(event.info.msg)
        elif found := NOT_READ.match(event.info.msg):
            not_read.append((event.info.msg, found[1]))

    with contextlib.chdir(root):
        result = dbtRunner(callbacks=[hear]).invoke(
            [*command, *(["--vars", variables] if variables else [])]
        )
    if result.success:
        yield Finding("Settings and inputs", "all tables and columns that a build needs exist")
    else:
        said = sentence(errors or [str(result.exception)])
        yield Finding("Settings and inputs", said, "See docs/inputs.md.", True)
    for state, feature in not_read:
        yield Finding("Features", state, f"To use this table, add {feature} to ratebook_features.")


def sentence(errors: Sequence[str]) -> str:
    """Return the sentence of the project's check that failed, else the whole error."""
    text = "\n".join(errors)
    found = re.search(r"^\s*(ratebook: .*)$", text, re.M)
    return found[1] if found else text


def cells(finding: Finding) -> Sequence[str]:
    """Return a finding as a row of a printed table."""
    mark = "✗" if finding.stops_build else "!" if finding.remedy else "✓"
    return (mark, finding.subject, finding.state, finding.remedy)
