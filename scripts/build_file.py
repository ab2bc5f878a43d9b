"""The DuckDB file of a build: opened to read, and what is wrong with it as one sentence."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

BUILD_FIRST = (
    "build it first, with `make build` for the case study, or `dbt build` for inputs of your own."
)


class BuildFileError(Exception):
    """A file that is missing, in use, or without a complete build."""


def default_path() -> Path:
    """Return the file that RATEBOOK_DUCKDB_PATH names, as in profiles.yml."""
    return Path(os.environ.get("RATEBOOK_DUCKDB_PATH", "warehouse.duckdb"))


@contextmanager
def opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a build to read; what it lacks, even if noticed later, is a BuildFileError."""
    if not path.exists():
        raise BuildFileError(f"{path} does not exist: {BUILD_FIRST}")
    try:
        with duckdb.connect(path, read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            yield connection
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        missing = first_line(error)
        raise BuildFileError(
            f"{path} holds no complete build ({missing}): {BUILD_FIRST}"
        ) from error
    except duckdb.IOException as error:
        reason = first_line(error)
        if "lock" in reason:
            raise BuildFileError(
                f"{path} is in use, by a build or another program that writes to it: "
                "wait until that is done, or close it."
            ) from error
        raise BuildFileError(f"{path} cannot be read: {reason}") from error


def first_line(error: duckdb.Error) -> str:
    """Return what DuckDB says, without its kind of error and its advice."""
    return str(error).splitlines()[0].partition(": ")[2]


def fail(message: str) -> int:
    """Say what is wrong and return the exit code for it."""
    print(message, file=sys.stderr)
    return 1
