"""The hashes of the ledger, computed once more: by other code than what wrote them, without dbt.

`rows` is SQL for a source of the ledger's columns: its table, or files of the archive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import duckdb

# They are hashes, or say how the hash was made.
NOT_HASHED = ("hash_columns", "hash_format", "row_hash", "previous_close_hash", "close_hash")
CHANGED_ROWS_SQL = """
    select close_number, row_number from {rows}
    where row_hash is distinct from {row_hash}
    order by all
"""
CLOSES_SQL = """
    with closes as (
        select
            close_number,
            max(close_hash) as close_hash,
            max(previous_close_hash) as previous_close_hash,
            count(distinct close_hash) as hash_count,
            count(distinct coalesce(previous_close_hash, '')) as previous_hash_count,
            string_agg({row_hash}, ',' order by row_number) as row_hashes
        from {rows}
        group by close_number
    )
    select
        close_number,
        close_hash,
        previous_close_hash,
        hash_count = 1 and previous_hash_count = 1 and close_hash = {close_hash}
    from closes
    order by close_number
"""


class Close(NamedTuple):
    """A close as it is now, and what is wrong with its rows, if something is."""

    number: int
    close_hash: str
    previous_hash: str | None
    problem: str


def closes(connection: duckdb.DuckDBPyConnection, rows: str) -> list[Close]:
    """Return each close, and whether its rows are as it has frozen them."""
    row_hash = row_hash_of(connection, rows)
    changed = connection.execute(CHANGED_ROWS_SQL.format(rows=rows, row_hash=row_hash)).fetchall()
    first_changed = dict(reversed(changed))
    close_hash = hash_of([escaped("previous_close_hash"), escaped("row_hashes")])
    found = connection.execute(
        CLOSES_SQL.format(rows=rows, row_hash=row_hash, close_hash=close_hash)
    ).fetchall()
    return [
        Close(*close, problem_of(close[0], first_changed.get(close[0]), is_whole))
        for *close, is_whole in found
    ]


def problem_of(number: int, changed_row: int | None, is_whole: bool) -> str:
    """Return what is wrong with a close; nothing if it is whole."""
    if changed_row is not None:
        return f"row {changed_row} of close {number} is not as it was frozen"
    return "" if is_whole else f"close {number} does not have the rows that it has frozen"


def problems(connection: duckdb.DuckDBPyConnection, rows: str) -> list[str]:
    """Return what is wrong with rows that ought to be a whole ledger."""
    found, expected = [], None
    for place, close in enumerate(closes(connection, rows), start=1):
        if close.number != place:
            return [*found, f"close {place} is missing"]
        if close.problem:
            found.append(close.problem)
        if close.previous_hash != expected:
            found.append(f"close {place} does not follow the close before it")
        expected = close.close_hash
    return found


def row_hash_of(connection: duckdb.DuckDBPyConnection, rows: str) -> str:
    """Return SQL for the hash of a row, over the columns that its own close has hashed.

    It is null for a row that has something in a column that came later.
    """
    described = connection.execute(f"describe select * from {rows}").fetchall()  # noqa: S608
    types = {name: kind for name, kind, *_ in described}
    lists = connection.execute(
        f"select distinct hash_columns from {rows} where hash_format = 1 order by 1"  # noqa: S608
    ).fetchall()
    branches = []
    for (text,) in lists:
        names = (text or "").split(",")
        if types.keys() >= set(names):
            later = [name for name in types if name not in {*names, *NOT_HASHED}]
            conditions = [f"hash_columns = '{text}'", *(f"{name} is null" for name in later)]
            row_hash = hash_of(texts_of(names, types))
            branches.append(f"when {' and '.join(conditions)} then {row_hash}")
    return f"case when hash_format != 1 then null {' '.join(branches)} end"


def texts_of(names: Sequence[str], types: Mapping[str, str]) -> list[str]:
    """Return SQL for the values of a row as text: texts first, then all others."""
    texts = [escaped(name) for name in names if types[name] == "VARCHAR"]
    others = [text_of(name, types[name]) for name in names if types[name] != "VARCHAR"]
    return [*texts, *(f"coalesce({other}, '~2')" for other in others)]


def escaped(name: str) -> str:
    """Return SQL for a text in which the delimiter is escaped; null differs from every text."""
    return f"coalesce(replace(replace({name}, '~', '~0'), '|', '~1'), '~2')"


def text_of(name: str, kind: str) -> str:
    """Return SQL for a value as text, without trailing zeros."""
    if kind == "DATE":
        return f"strftime({name}, '%Y-%m-%d')"
    if kind == "TIMESTAMP":
        return f"strftime({name}, '%Y-%m-%dT%H:%M:%S.%fZ')"
    if kind.startswith("DECIMAL"):
        return f"rtrim(rtrim(cast({name} as varchar), '0'), '.')"
    return f"cast({name} as varchar)"


def hash_of(texts: Iterable[str]) -> str:
    """Return SQL for the hash of texts."""
    return f"md5(concat_ws('|', {', '.join(texts)}))"
