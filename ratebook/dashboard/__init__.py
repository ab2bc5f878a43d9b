"""The dashboard over the marts, in a browser on this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ratebook import RatebookError, books, project

APP = Path(__file__).with_name("app.py")


class DashboardError(RatebookError):
    """Why the dashboard cannot start."""


def serve(path: Path, branch: Path | None, port: int) -> None:
    """Become the server of the dashboard; Ctrl-C ends it."""
    if branch and not branch.exists():
        raise books.missing(branch)
    try:
        import streamlit  # noqa: F401 - only whether it is there
    except ModuleNotFoundError as error:
        raise DashboardError(
            "The dashboard needs Streamlit, which is not installed: "
            "`make dashboard` installs it, or pip install -r requirements-bi.txt."
        ) from error
    variables = project.environment(path) | {
        "DBT_PROJECT_DIR": str(project.root()),
        "RATEBOOK_BRANCH": str(branch.resolve()) if branch else "",
    }
    options = ["--server.port", str(port)]
    # Streamlit repeats the address there, at length.
    with Path(os.devnull).open("w") as nothing:
        os.dup2(nothing.fileno(), sys.stdout.fileno())
    os.execve(
        sys.executable,
        [sys.executable, "-m", "streamlit", "run", str(APP), *options],
        variables,
    )
