"""Answers in the outbox, written as results that the next build reads: `ratebook receive`."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

import duckdb
from rich.console import Console

from ratebook import books
from ratebook.metering import MeterError
from ratebook.metering.answers import read_answer
from ratebook.metering.outbox import write_once
from ratebook.metering.rules import read_rules
from ratebook.metering.values import instant_text, json_lines
from ratebook.terminal import print_table, say

RECEIVED_LABELS = ("marketplace", "status", "records", "means")
UNKNOWN = "Unknown: ask the marketplace"


def receive(
    console: Console,
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    outbox: Path,
    at: datetime,
) -> bool:
    """Write the answers as results, and print them. Return False if one could not be read.

    `path` is the file behind the connection.
    """
    books.require(connection, path, "marketplace_metering_records", feature="marketplaces")
    if not (outbox / "sent").exists():
        say(console, f"Nothing was sent from {outbox}, so there are no answers to read.")
        return True
    rules = read_rules(connection)
    counts: Counter[tuple[str, str]] = Counter()
    problems = []
    for response in sorted((outbox / "responses").glob("*.json")):
        results = outbox / "results" / f"{response.stem}.jsonl"
        if results.exists():
            continue
        try:
            answers = read_answer(response, outbox, rules, at)
        except MeterError as error:
            problems.append(str(error))
            continue
        rows = [
            {
                "id": f"{response.stem}:{line['id']}",
                "record_id": line["id"],
                "status": answer.status,
                "accepted_quantity": answer.accepted_quantity,
                "returned_at": instant_text(at),
                "detail": answer.detail,
            }
            for line, answer in answers
        ]
        write_once(results, json_lines(rows))
        counts.update((line["marketplace"], answer.status) for line, answer in answers)
    if counts:
        print_table(
            console,
            RECEIVED_LABELS,
            (
                (marketplace, status, str(count), rules[marketplace].meanings.get(status, UNKNOWN))
                for (marketplace, status), count in sorted(counts.items())
            ),
            numbers=("records",),
            long_texts=("means",),
        )
    elif not problems:
        say(console, f"There is no new answer in {outbox}/responses.")
    for problem in problems:
        print(problem, file=sys.stderr)
    return not problems
