"""A build and an open dashboard leave each other alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, expect
from serving import ROOT, dashboard, visit, wait_until_drawn

PAGES = ("", "invoices", "contracts", "quotes", "integrity", "partners")
# What writes the file for a while: the last part of a build, as of another instant. With other vars
# dbt would parse the project again: here it takes it as the build before has parsed it.
BUILD = """
import sys
from pathlib import Path
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

parsed, *command = sys.argv[1:]
manifest = Manifest.from_msgpack(Path(parsed).read_bytes())
result = dbtRunner(manifest=manifest).invoke(["--log-level", "error", "run", *command])
sys.exit(not result.success)
"""


def test_a_build_while_the_dashboard_is_clicked(built: Path, page: Page, tmp_path: Path) -> None:
    """Pages show the books before the build until it is over, and then the new ones."""
    environment = os.environ | {"RATEBOOK_DUCKDB_PATH": str(built), "DBT_PROFILES_DIR": str(ROOT)}
    parsed = built.parent / "target" / "partial_parse.msgpack"
    command = [sys.executable, "-c", BUILD, str(parsed), "--select", "int_invoices+"]
    command += ["--vars", '{ratebook_as_of: "2024-06-30T12:00:00Z"}']
    with dashboard(built) as site:
        visit(page, site)
        expect(page.get_by_text("Books as of 31 May 2024 12:00 UTC")).to_be_visible()
        clicked = 0
        with subprocess.Popen(
            [*command, "--target-path", str(tmp_path / "target")],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as build:
            while build.poll() is None:
                visit(page, f"{site}/{PAGES[clicked % len(PAGES)]}")
                assert page.get_by_text("Books as of").is_visible()
                assert not page.get_by_test_id("stAlertContentError").is_visible()
                clicked += 1
                # A build shares the machine with other tests, and a page takes as much as a build.
                page.wait_for_timeout(1500)
            printed = build.stdout.read()
        assert build.returncode == 0, printed
        # It was really clicked in the meantime: several pages.
        assert clicked >= len(PAGES)
        visit(page, site)
        expect(page.get_by_text("Books as of 30 Jun 2024 12:00 UTC")).to_be_visible()
        wait_until_drawn(page)
