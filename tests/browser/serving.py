"""Starts the dashboard as `make dashboard` does, and a browser that looks at it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
# Runs as root and without a screen, and asks nobody for anything.
CHROMIUM_FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
START_SECONDS = 60


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def dashboard(built: Path, branch: Path | None = None) -> Iterator[str]:
    """Serve the dashboard over a built file, and return its address."""
    port = free_port()
    environment = os.environ | {
        "RATEBOOK_DUCKDB_PATH": str(built),
        "RATEBOOK_BRANCH": str(branch or ""),
    }
    command = [sys.executable, "-m", "ratebook", "dashboard", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            wait_until_up(f"http://127.0.0.1:{port}/_stcore/health", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def wait_until_up(address: str, server: subprocess.Popen[bytes]) -> None:
    """Wait for the server's first answer."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"The dashboard ended at once, with {server.returncode}")
        try:
            with urllib.request.urlopen(address):
                return
        except urllib.error.URLError:
            time.sleep(0.1)
    raise RuntimeError(f"The dashboard did not answer within {START_SECONDS} seconds")


@contextmanager
def browser() -> Iterator[BrowserContext]:
    """Open headless Chromium: what one of its pages has loaded, the others have too."""
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    if not executable:
        raise RuntimeError("There is no Chromium: `make test-dashboard` installs it")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield chromium.new_context(viewport={"width": 1360, "height": 900})
        chromium.close()


@contextmanager
def new_page(context: BrowserContext) -> Iterator[Page]:
    """Open a page; what asks for another machine is an error."""
    page = context.new_page()
    strangers: list[str] = []
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("http://127.0.0.1:", "data:", "blob:", "ws://127.0.0.1:"))
            else strangers.append(request.url)
        ),
    )
    yield page
    page.close()
    assert not strangers, f"The dashboard asked other machines: {strangers}"


@contextmanager
def browser_page() -> Iterator[Page]:
    """Open headless Chromium with one page."""
    with browser() as context, new_page(context) as page:
        yield page


def visit(page: Page, address: str) -> None:
    """Go to an address and wait until the page is drawn."""
    page.goto(address)
    wait_until_drawn(page)


def wait_until_drawn(page: Page) -> None:
    """Wait until the script behind the page has run, and nothing is old or missing."""
    page.wait_for_selector("h1")
    page.wait_for_function(
        """() => document.querySelector('[data-testid=stApp]')
            .getAttribute('data-test-script-state') === 'notRunning'
            && !document.querySelector('[data-testid=stSpinner], [data-testid=stSkeleton]')"""
    )
