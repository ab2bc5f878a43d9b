"""The format of a marketplace's requests, and the meaning of its statuses, from its seed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import duckdb

from ratebook.metering.values import exact, instant_text

RULES_SQL = """
    select 'AWS', kind, name, value, meaning from ratebook_inputs.marketplace_aws
    union all
    select 'AZURE', kind, name, value, meaning from ratebook_inputs.marketplace_azure
    union all
    select 'GOOGLE_CLOUD', kind, name, value, meaning from ratebook_inputs.marketplace_google_cloud
"""
# The name of a FIELD: a column or a "constant", perhaps as text, perhaps on a condition.
FIELD_NAME = re.compile(
    r'(?P<source>"[^"]*"|\w+)(?P<is_text> as text)?(?: (?P<when>if|unless) (?P<what>\w+))?'
)


class Field(NamedTuple):
    """A value of a request: `path` leads there from the record, or from the request itself."""

    path: tuple[str, ...]
    source: str
    is_text: bool
    when: str | None
    what: str | None

    def value(self, values: Mapping[str, Any]) -> object:
        """Return what JSON has there, or None if the field is left out."""
        value = self.source[1:-1] if self.source.startswith('"') else values[self.source]
        if self.when:
            column = {"given": self.source, "whole": "is_whole"}.get(self.what, self.what)
            if (values[column] in (None, False)) == (self.when == "if"):
                return None
        if isinstance(value, datetime):
            return instant_text(value)
        if isinstance(value, Decimal):
            return exact(value) if self.is_text else Decimal(exact(value))
        return value


class Rules(NamedTuple):
    """The rules of a marketplace, from its seed."""

    name: str
    call: str
    records_per_call: int
    records: str
    request_fields: list[Field]
    record_fields: list[Field]
    meanings: dict[str, str]


def read_rules(connection: duckdb.DuckDBPyConnection) -> dict[str, Rules]:
    """Return the rules of each marketplace."""
    rows: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for marketplace, *row in connection.execute(RULES_SQL).fetchall():
        rows[marketplace].append(tuple(row))
    return {marketplace: rules_of(seed) for marketplace, seed in rows.items()}


def rules_of(seed: Iterable[tuple[str, ...]]) -> Rules:
    """Return the rules in the rows of a seed: kind, name, value and meaning."""
    kinds: dict[str, dict[str, str]] = defaultdict(dict)
    meanings = {}
    for kind, name, value, meaning in seed:
        kinds[kind][name] = value
        if kind == "RESULT":
            meanings[name] = meaning
    [(name, call)] = kinds["CALL"].items()
    records = kinds["FIELD"].pop("records")
    request_fields, record_fields = [], []
    for field, place in kinds["FIELD"].items():
        source, is_text, when, what = FIELD_NAME.fullmatch(field).groups()
        is_in_record = place.startswith(f"{records}[].")
        path = tuple(place.removeprefix(f"{records}[].").split("."))
        fields = record_fields if is_in_record else request_fields
        fields.append(Field(path, source, bool(is_text), when, what))
    return Rules(
        name,
        call,
        int(kinds["LIMIT"]["records_per_call"]),
        records,
        request_fields,
        record_fields,
        meanings,
    )
