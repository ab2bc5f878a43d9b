"""`ratebook close`: build the books with a close, show what it freezes, and publish them if agreed.

The build is written into a new file, as always. What is shown is read from that file, so it is
exactly what is frozen; a file that is not published leaves no trace.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import duckdb
import yaml
from rich.console import Console

from ratebook import RatebookError, archive, project
from ratebook.formats import exact, money, short_name
from ratebook.terminal import print_table, say

# More than these are summed up by type and currency.
DOCUMENTS_SHOWN = 20
DOCUMENTS_SQL = """
    select
        coalesce(document_number, 'none'), document_type, coalesce(customer_name, customer_id),
        currency, total, adjusted_amount, coalesce(origin_document_number, '')
    from ratebook.documents
    where close_number > $1
    order by document_number nulls first, document_id
"""
TOTALS_SQL = """
    select document_type, currency, count(*), sum(total), sum(adjusted_amount)
    from ratebook.documents
    where close_number > $1
    group by document_type, currency
    order by document_type, currency
"""
LEFT_SQL = """
    select state, currency, count(*), sum(amount)
    from ratebook.open_adjustments
    group by state, currency
    order by state, currency
"""


class NothingClosedError(RatebookError):
    """Why nothing was closed, in a sentence, and the exit code for it."""

    def __init__(self, message: str, exit_code: int = 1) -> None:
        """Keep the exit code."""
        super().__init__(message)
        self.exit_code = exit_code


def close(
    path: Path,
    variables: str | None,
    *,
    as_of: str | None,
    to: Console,
    agrees: Callable[[], bool] | None,
) -> list[Path]:
    """Build and close, and return the files that were added to the archive.

    Without `agrees`, only show what a close would freeze.

    Raises NothingClosedError after a dry run, if there is nothing to freeze, or if `agrees` returns
    false.
    """
    given = yaml.safe_load(variables) if variables else {}
    if not isinstance(given, dict):
        raise NothingClosedError(f"--vars is {variables!r}: give names and values, as YAML.")
    closes = archive.closes_of(path)
    # A run reads back what only the archive has.
    before = archive.newest_close(path, project.ledger_archive(variables))

    def show(new: Path) -> None:
        with duckdb.connect(new, read_only=True) as connection:
            is_empty = not print_close(to, connection, before)
        if is_empty and agrees and before > max(closes, default=0):
            say(to, "There is nothing to freeze. Closes that the file had lost are back.")
            return
        if is_empty:
            raise NothingClosedError(f"There is nothing to freeze, and {path} is unchanged.", 0)
        if agrees is None:
            raise NothingClosedError(f"This was a dry run: {path} is unchanged.", 0)
        if not agrees():
            raise NothingClosedError(f"Nothing was closed, and {path} is unchanged.")

    given |= {"ratebook_close": True} | ({"ratebook_as_of": as_of} if as_of else {})
    options = ["--vars", json.dumps(given, default=str)]
    project.refuse_case_study(path, options)
    return project.build(path, options, before_publishing=show)


def print_close(to: Console, connection: duckdb.DuckDBPyConnection, before: int) -> bool:
    """Print the documents after a close, and what is left open; tell whether there are any."""
    documents = connection.execute(DOCUMENTS_SQL, [before]).fetchall()
    if documents and len(documents) <= DOCUMENTS_SHOWN:
        print_table(
            to,
            ("number", "type", "customer", "total", "adjusted", "corrects"),
            (
                (number, words(kind), short_name(customer), *amounts(currency, *sums), origin)
                for number, kind, customer, currency, *sums, origin in documents
            ),
            numbers=("total", "adjusted"),
            long_texts=("customer",),
            title="Documents",
        )
    totals = connection.execute(TOTALS_SQL, [before]).fetchall()
    if totals:
        print_table(
            to,
            ("type", "documents", "total", "adjusted"),
            (
                (words(kind), exact(count), *amounts(currency, *sums))
                for kind, currency, count, *sums in totals
            ),
            numbers=("documents", "total", "adjusted"),
            title="In all",
        )
    if len(documents) > DOCUMENTS_SHOWN:
        say(
            to,
            f"More than {DOCUMENTS_SHOWN} documents are not listed: a close has them in "
            "ratebook.documents, and a build with the same vars in ratebook.planned_documents",
        )
    left = connection.execute(LEFT_SQL).fetchall()
    if left:
        print_table(
            to,
            ("state", "differences", "amount"),
            (
                (words(state), exact(count), *amounts(code, total))
                for state, code, count, total in left
            ),
            numbers=("differences", "amount"),
            title="Not corrected yet",
        )
        say(to, "Each of them, with contract and period: ratebook.open_adjustments")
    return bool(documents)


def words(constant: str) -> str:
    """Write a value such as CREDIT_NOTE in words."""
    return constant.replace("_", " ").lower()


def amounts(currency: str, total: Decimal, adjusted: Decimal | None = None) -> Sequence[str]:
    """Write amounts; of nothing adjusted, nothing."""
    return [
        money(total, currency),
        *([] if adjusted is None else [money(adjusted or None, currency)]),
    ]
