"""A browser, and the dashboard over the case study."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page
from serving import ROOT, browser, dashboard, new_page


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the built case study of one's own; builds it if there is none.

    Beside it, in `target`, is the project as dbt has parsed it.
    """
    path = tmp_path_factory.mktemp("built") / "case_study.duckdb"
    if given := os.environ.get("RATEBOOK_CASE_STUDY"):
        shutil.copyfile(given, path)
        target = path.parent / "target"
        target.mkdir()
        shutil.copy(Path(given).parent / "target" / "partial_parse.msgpack", target)
    else:
        build(path)
    return path


def build(path: Path) -> None:
    """Build the case study, without its tests."""
    environment = os.environ | {"RATEBOOK_DUCKDB_PATH": str(path), "DBT_PROFILES_DIR": str(ROOT)}
    dbt = [str(Path(sys.executable).with_name("dbt")), "--log-level", "none"]
    target = ["--target-path", str(path.parent / "target")]
    for command in (["seed", "--full-refresh"], ["run"]):
        subprocess.run([*dbt, *command, *target], cwd=ROOT, env=environment, check=True)


@pytest.fixture(scope="session")
def site(built: Path) -> Iterator[str]:
    """Return the address of the dashboard."""
    with dashboard(built) as address:
        yield address


@pytest.fixture(scope="session")
def context() -> Iterator[BrowserContext]:
    """Return a browser, started once."""
    with browser() as started:
        yield started


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Return an empty browser page."""
    with new_page(context) as opened:
        yield opened
