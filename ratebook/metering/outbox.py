"""The outbox: a directory of files, each written once and whole."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ratebook.metering import MeterError
from ratebook.metering.requests import batches, request_text
from ratebook.metering.rules import Rules
from ratebook.metering.values import Line, json_lines, loads


@contextlib.contextmanager
def locked(outbox: Path) -> Iterator[None]:
    """Keep other runs out of the outbox. Raises MeterError if it cannot be used."""
    try:
        outbox.mkdir(parents=True, exist_ok=True)
        with (outbox / ".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
    except BlockingIOError as error:
        raise MeterError(f"Another run is using {outbox}: wait until it is done.") from error
    except OSError as error:
        raise MeterError(f"{outbox} cannot be used: {error}.") from error


def write_once(path: Path, text: str) -> None:
    """Write a file as a whole or not at all. Raises MeterError if it exists."""
    if path.exists():
        raise MeterError(f"{path} exists already.")
    path.parent.mkdir(exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    # The name, too, must outlast a crash.
    directory = os.open(path.parent, os.O_RDONLY)
    os.fsync(directory)
    os.close(directory)


def is_same(path: Path, other: Path) -> bool:
    """Tell whether two paths, both as seen from here, are one directory."""
    return path.resolve() == other.resolve()


def sent_lines(path: Path) -> list[Line]:
    """Return what a file of outbox/sent holds. Raises MeterError."""
    return [loads(line, path) for line in path.read_bytes().splitlines()]


def sent_batches(outbox: Path) -> dict[str, list[Line]]:
    """Return what stands in outbox/sent, by batch."""
    return {path.stem: sent_lines(path) for path in sorted((outbox / "sent").glob("*.jsonl"))}


def write_sent(
    outbox: Path, lines: Iterable[Line], rules: Mapping[str, Rules]
) -> dict[str, list[Line]]:
    """Write files of outbox/sent, and return what they hold, by batch."""
    of_marketplace: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        of_marketplace[line["marketplace"]].append(line)
    every_batch = (
        (rules[marketplace].name, batch)
        for marketplace, some in of_marketplace.items()
        for batch in batches(some, rules[marketplace])
    )
    written = {}
    for number, (name, batch) in enumerate(every_batch, start=1):
        second = re.sub(r"[-:]|\.\d+", "", batch[0]["sent_at"])
        digest = hashlib.sha256(json_lines(batch).encode()).hexdigest()[:8]
        batch_id = f"{name}-{second}-{number:04}-{digest}"
        written[batch_id] = [line | {"batch_id": batch_id} for line in batch]
        write_once(outbox / "sent" / f"{batch_id}.jsonl", json_lines(written[batch_id]))
    return written


def write_requests(
    outbox: Path, sent: Mapping[str, list[Line]], rules: Mapping[str, Rules]
) -> dict[str, list[Line]]:
    """Write the requests of batches that have none, and return these batches.

    So a run also ends what one before it has begun. A batch with an answer needs no request.
    """
    written = {}
    for batch_id, lines in sent.items():
        path = outbox / "requests" / f"{batch_id}.json"
        answers = (
            outbox / "responses" / f"{batch_id}.json",
            outbox / "results" / f"{batch_id}.jsonl",
        )
        if not any(file.exists() for file in (path, *answers)):
            write_once(path, request_text(lines, rules[lines[0]["marketplace"]]))
            written[batch_id] = lines
    return written
