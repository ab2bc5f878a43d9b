"""What is missing or wrong on this machine and in this project, each with its remedy."""

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

from ratebook import RatebookError, books, project

OLDEST_PYTHON = (3, 11)
PIN = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)", re.M)
# The tables of an input that is only read if its feature is on.
FEATURES = {
    "quotes": ("quotes", "quote_prices", "quote_usage", "orders", "order_items"),
    "entitlements": ("entitlement_grants",),
    "partners": ("partners", "partner_shares"),
    "marketplaces": (
        "marketplace_listings",
        "marketplace_private_offers",
        "marketplace_private_offer_prices",
        "marketplace_agreements",
        "marketplace_notifications",
        "marketplace_sent_records",
        "marketplace_record_results",
    ),
}
LABELS = ("", "what", "state", "remedy")


class Finding(NamedTuple):
    """What was looked at and what is the case; a remedy only if something is to be done."""

    subject: str
    state: str
    remedy: str = ""
    stops_build: bool = False


def findings(path: Path, variables: str = "") -> Iterator[Finding]:
    """Look at everything, the quick things first."""
    yield python()
    yield from packages("requirements.txt", stops_build=True)
    yield from packages("requirements-bi.txt", stops_build=False)
    yield pango()
    try:
        root = project.root()
        given = settings(root, variables)
    except (RatebookError, ValueError, yaml.YAMLError) as error:
        yield Finding(
            "dbt project", str(error), "Correct this and run ratebook doctor again.", True
        )
        return
    yield profile(root)
    built = file(path)
    yield built
    if path.exists() and not built.stops_build:
        yield inputs(path, root, variables)
        yield from features(path, given)


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
    return Finding("PDF", "WeasyPrint and Pango are there")


def settings(root: Path, variables: str) -> dict[str, object]:
    """Return the vars of the project that are given as text, the ones of this run over them."""
    own = project.settings(root).get("vars") or {}
    scoped = own.get(project.PACKAGE)
    given = yaml.safe_load(variables) if variables else {}
    if not isinstance(given, dict):
        raise ValueError(f"--vars is {variables}, not a mapping such as {{ratebook_branch: main}}")
    return {**own, **(scoped if isinstance(scoped, dict) else {}), **given}


def profile(root: Path) -> Finding:
    """Tell where dbt finds the connection."""
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
    """Tell whether the built file is there, and whether a build could write to it."""
    if not path.exists():
        return Finding("File", f"{path} is not built yet", "ratebook build")
    try:
        # As a build does: a reader keeps it out too.
        with duckdb.connect(path):
            pass
    except duckdb.IOException as error:
        if books.is_locked(error):
            return Finding(
                "File",
                f"{path} is open in another program ({books.holder(error)})",
                "Wait until that is done, or close it.",
                True,
            )
        return Finding(
            "File", f"{path}: {books.first_line(error)}", "Move it away, and build again.", True
        )
    return Finding("File", f"{path} is there, and nobody else has it open")


def inputs(path: Path, root: Path, variables: str) -> Finding:
    """Let the project check its settings and inputs, as it does before each build."""
    from dbt.cli.main import dbtRunner

    command = ["--log-level", "none", "run-operation", "ratebook.check_settings"]
    os.environ.update(project.environment(path))
    errors: list[str] = []

    def hear(event: object) -> None:
        """Keep what dbt reports as an error: its result does not have it."""
        if event.info.level == "error":
            errors.append(event.info.msg)

    with contextlib.chdir(root):
        result = dbtRunner(callbacks=[hear]).invoke(
            [*command, *(["--vars", variables] if variables else [])]
        )
    if result.success:
        return Finding("Settings and inputs", "every table and column that a build needs is there")
    return Finding("Settings and inputs", sentence(errors), "See docs/inputs.md.", True)


def sentence(errors: Sequence[str]) -> str:
    """Return the sentence with which the project's check stopped, else the whole error."""
    text = "\n".join(errors)
    found = re.search(r"^\s*(ratebook: .*)$", text, re.M)
    return found[1] if found else text


def features(path: Path, given: dict[str, object]) -> Iterator[Finding]:
    """Name the features that are off although the user has tables for them."""
    schema, on = given.get("ratebook_input_schema"), given.get("ratebook_features")
    if not schema or not isinstance(on, list):
        return
    with books.opened(path) as connection:
        rows = connection.execute(
            "select lower(table_name) from information_schema.tables where table_schema = ?",
            [schema],
        )
        tables = {name for (name,) in rows.fetchall()}
    for feature, names in FEATURES.items():
        if feature not in on and (found := sorted(tables & set(names))):
            yield Finding(
                "Features",
                f"{feature} is off, and {schema} has {', '.join(found)}",
                f"Add {feature} to ratebook_features, if these tables are meant to count.",
            )


def cells(finding: Finding) -> Sequence[str]:
    """Return a finding as a row of a printed table."""
    mark = "✗" if finding.stops_build else "!" if finding.remedy else "✓"
    return (mark, finding.subject, finding.state, finding.remedy)
