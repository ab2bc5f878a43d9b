"""`ratebook verify`: see that the ledger and its archive are what the closes have frozen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb

from ratebook import books, chain
from ratebook.archive import (
    LEDGER,
    Archived,
    ArchiveError,
    closes_in,
    closes_in_folder,
    folder_of,
    refuse_other_ledger,
    rows_of,
)

LABELS = ("", "what", "state")
# More problems of one kind are counted.
PROBLEMS_SHOWN = 10
RESTORE = "`ratebook restore` puts back what was archived."
BUILD = "`ratebook build`"
SERIES_SQL = f"""
    select
        seller_id, document_series, cast(year(document_date) as varchar),
        count(distinct document_id), count(distinct document_sequence), max(document_sequence)
    from {LEDGER}
    where document_number is not null
    group by all
    order by all
"""  # noqa: S608
UNEXPLAINED_SQL = """
    select contract_id, unexplained_amount, currency from ratebook.ledger_reconciliation
    where unexplained_amount != 0
    order by all
"""


class Check(NamedTuple):
    """What was checked and seen, what is wrong with it, and what to do about that."""

    subject: str
    seen: str
    problems: Sequence[str] = ()
    remedy: str = ""


def verify(path: Path, given: Path | None) -> list[Check]:
    """Check the ledger of a file, and the archive in the given folder or beside the file."""
    if not path.exists():
        raise books.missing(path)
    with books.explained(path), duckdb.connect(path, read_only=True) as connection:
        closes = closes_in(connection)
        folder = folder_of(path, closes, given)
        if not closes and not closes_in_folder(folder):
            return []
        archived = archive(connection, closes, folder)
        if not closes:
            return [archived]
        return [hashes(connection), numbers(connection), sums(connection, closes), archived]


def cells(check: Check) -> Sequence[str]:
    """Return a check as a row of a printed table."""
    state = counted(len(check.problems), "problem") if check.problems else check.seen
    return ("✗" if check.problems else "✓", check.subject, state)


def sentences(check: Check) -> Iterator[str]:
    """Return what is wrong, and at the end what to do."""
    for problem in check.problems[:PROBLEMS_SHOWN]:
        yield f"{check.subject}: {problem}."
    if more := check.problems[PROBLEMS_SHOWN:]:
        yield f"{check.subject}: {len(more)} more."
    if check.problems:
        yield check.remedy


def hashes(connection: duckdb.DuckDBPyConnection) -> Check:
    """Compute all hashes of the ledger once more."""
    (closes, rows) = connection.execute(
        f"select count(distinct close_number), count(*) from {LEDGER}"  # noqa: S608
    ).fetchone()
    seen = f"{counted(closes, 'close')}, {counted(rows, 'row')}"
    return Check("chain", seen, chain.problems(connection, LEDGER), RESTORE)


def numbers(connection: duckdb.DuckDBPyConnection) -> Check:
    """See that the numbers of each series are 1, 2, 3 and so on, each of one document."""
    series = connection.execute(SERIES_SQL).fetchall()
    problems = [
        f"{prefix or ''}{year} of the seller {seller} has {counted(documents, 'document')} with "
        f"{counted(distinct, 'number')}, the last of them {last}"
        for seller, prefix, year, documents, distinct, last in series
        if not documents == distinct == last
    ]
    seen = f"{counted(sum(row[3] for row in series), 'document')} in {len(series)} series, no gap"
    return Check("numbers", seen, problems, RESTORE)


def sums(connection: duckdb.DuckDBPyConnection, closes: Mapping[int, str]) -> Check:
    """See that the marts explain what is owed by what is frozen, open and waiting."""
    subject, remedy = "reconciliation", f"{BUILD} builds the marts again."
    if not {"closes", "ledger_reconciliation"} <= books.marts(connection).keys():
        return Check(subject, "", ["the marts of the ledger are not built"], remedy)
    (shown,) = connection.execute(
        "select coalesce(max(close_number), 0) from ratebook.closes"
    ).fetchone()
    if shown != max(closes):
        problem = f"the marts show closes up to {shown}, and the ledger has {max(closes)}"
        return Check(subject, "", [problem], remedy)
    (contracts,) = connection.execute(
        "select count(distinct contract_id) from ratebook.ledger_reconciliation"
    ).fetchone()
    problems = [
        f"{amount:f} {currency} of the contract {contract} is not explained"
        for contract, amount, currency in connection.execute(UNEXPLAINED_SQL).fetchall()
    ]
    remedy = "ratebook.ledger_reconciliation has the parts of each sum."
    return Check(subject, f"{counted(contracts, 'contract')}, to the cent", problems, remedy)


def archive(
    connection: duckdb.DuckDBPyConnection, closes: Mapping[int, str], folder: Path | None
) -> Check:
    """Compare the archive with the ledger, and compute the hashes of its rows."""
    try:
        archived = closes_in_folder(folder)
        refuse_other_ledger(closes, archived)
    except ArchiveError as error:
        problem = str(error).removesuffix(".")
        return Check("archive", "", [problem], "docs/ledger.md says what an archive is.")
    damaged = list(damaged_files(connection, archived))
    missing = [f"close {number} is not in {folder}" for number in closes if number not in archived]
    lost = [
        f"close {number} in {folder} is not in the ledger"
        for number in archived
        if number not in closes
    ]
    remedies = [
        *(["Move damaged files away."] if damaged else []),
        *([f"{BUILD} writes missing files again."] if damaged or missing else []),
        *([f"{BUILD} reads lost closes back."] if lost else []),
    ]
    seen = f"{counted(len(archived), 'file')}, with the rows of the ledger"
    return Check("archive", seen, [*damaged, *missing, *lost], " ".join(remedies))


def damaged_files(
    connection: duckdb.DuckDBPyConnection, archived: Mapping[int, Archived]
) -> Iterator[str]:
    """Return what is wrong with files that are not as they were written.

    A file that is whole, and has the hash of its close in the ledger, has its rows.
    """
    for number, (close_hash, file) in archived.items():
        try:
            closes = chain.closes(connection, rows_of([file]))
        except duckdb.Error as error:
            yield f"{file} cannot be read ({books.first_line(error)})"
            continue
        if [close[:2] for close in closes] != [(number, close_hash)]:
            yield f"{file} does not have the close that its name says"
        elif closes[0].problem:
            yield f"{closes[0].problem} in {file}"


def counted(number: int, noun: str) -> str:
    """Write how many there are of something."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
