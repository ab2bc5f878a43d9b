"""Files of usage events that are not what the end of their name says, or cannot be read."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from conftest import DbtFailedError, Warehouse, dbt
from input_tables import FILE_NAME, INPUT_SCHEMA, INPUTS, Builder, Inputs, event, row, write_tables
from test_settings import sentence_about

CONFIGURATION: Inputs = {
    "customers": [row("acme")],
    "products": [row("calls", name="Calls", ptype="EVENT", event_name="call")],
    "pricebooks": [row("monthly")],
    "list_prices": [row("in_calls", pricebook_uid="monthly", product_uid="calls", price="1")],
    "contracts": [row("acme", customer_id="acme", pricebook_id="monthly", started_at="2024-01-01")],
}
EVENTS = [event(f"call-{n}", "acme", f"2024-01-0{n}T00:00:00Z", name="call") for n in (1, 2, 3)]
LINES = [json.dumps({**one, "properties": {"name": "call"}}) for one in EVENTS]
JSONL = "".join(f"{line}\n" for line in LINES)
HEADER = "transaction_id,customer_id,properties,metered_at\n"
ROWS = [f'call-{n},acme,"{{""name"": ""call""}}",2024-01-0{n}T00:00:00Z\n' for n in (1, 2, 3)]
CSV = HEADER + "".join(ROWS)
MARK = "\ufeff"
# More than a reader takes, by a mebibyte.
LONG = LINES[1].replace("call", "x" * (17 * 2**20))


@dataclass(frozen=True)
class File:
    """A file of events, and what the sentence about it names beside its path."""

    name: str
    content: str | bytes
    named: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Name the case for pytest."""
        return self.name

    def write(self, directory: Path) -> Path:
        """Write the file."""
        path = directory / self.name
        content = self.content
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path


READ = [
    File("plain.jsonl", JSONL),
    File("no_line_break_at_the_end.jsonl", JSONL.rstrip()),
    File("windows.jsonl", JSONL.replace("\n", "\r\n")),
    File("blank_lines.jsonl", "\n  \n" + JSONL.replace("\n", "\n\n")),
    File("compressed.jsonl.gz", gzip.compress(JSONL.encode())),
    File("not_utf8.jsonl", JSONL.replace("acme", "m\u00fcller", 1).encode("latin-1")),
    File("torn.jsonl", LINES[0][:40] + "\n" + LINES[1] + "\n" + LINES[2]),
    File("long_within_limit.jsonl", JSONL.replace("acme", "x" * (3 * 2**20), 1)),
    # A file that may have a line of more than 16 MB, but has none.
    File("large.jsonl", JSONL.replace("acme", "x" * (7 * 2**20))),
    File("spaces_around.jsonl", JSONL.replace("\n", " \t\n \t")),
    File("empty.jsonl", ""),
    File("plain.csv", CSV),
    File("byte_order_mark.csv", MARK + CSV),
    File("windows.csv", CSV.replace("\n", "\r\n")),
    File("mac.csv", CSV.replace("\n", "\r")),
    File("blank_lines.csv", CSV.replace("\n", "\n\n")),
    File("compressed.csv.gz", gzip.compress(CSV.encode())),
    File("capitals.csv", CSV.replace(HEADER, HEADER.upper())),
    File("spaces_in_header.csv", CSV.replace(HEADER, HEADER.replace(",", ", "))),
    File(
        "quoted_header.csv", CSV.replace(HEADER, '"' + HEADER.strip().replace(",", '","') + '"\n')
    ),
    File("line_break_in_a_cell.csv", CSV.replace('"{""', '"{\n""')),
    File("short_row.csv", HEADER + ROWS[0] + "call-2,acme\n" + ROWS[2]),
    File("long_within_limit.csv", CSV.replace("acme", "x" * (3 * 2**20), 1)),
    File("header_alone.csv", HEADER),
    File("empty.csv", ""),
]

STOPPED = [
    File("compressed.jsonl", gzip.compress(JSONL.encode()), ("no JSON object", ".gz")),
    File("utf16.jsonl", JSONL.encode("utf-16"), ("no JSON object", "UTF-8")),
    File("byte_order_mark.jsonl", MARK + JSONL, ("byte order mark",)),
    File("mac.jsonl", JSONL.replace("\n", "\r"), ("carriage return",)),
    File("array.jsonl", json.dumps([json.loads(line) for line in LINES]), ("JSON array",)),
    File("array_by_line.json", "[\n" + ",\n".join(LINES) + "\n]\n", ("JSON array",)),
    File("indented.json", json.dumps(json.loads(LINES[0]), indent=2), ("no JSON object",)),
    File("csv.jsonl", CSV, ("no JSON object",)),
    File("no_id.jsonl", JSONL.replace("transaction_id", "id"), ("transaction_id",)),
    File("capitals.jsonl", JSONL.replace("_id", "_ID"), ("customer_ID", "customer_id")),
    File("misspelt.jsonl", JSONL.replace("metered_at", "meterd_at"), ("meterd_at", "metered_at")),
    File("misspelt_optional.jsonl", JSONL.replace("customer_id", "custmer_id"), ("custmer_id",)),
    File("long.jsonl", f"{LINES[0]}\n{LONG}\n{LINES[2]}\n", ("line 2", "line size")),
    File("long.jsonl.gz", gzip.compress(f"{LONG}\n{LINES[2]}\n".encode()), ("line 1",)),
    File("no_header.csv", "".join(ROWS), ("line 1", "transaction_id, properties, metered_at")),
    File("blank_first.csv", "\n" + CSV, ("line 1", "transaction_id")),
    File("comment_first.csv", "# of January\n" + CSV, ("line 1", "transaction_id")),
    File("semicolons.csv", CSV.replace(",", ";"), ("line 1", "transaction_id")),
    File("misspelt.csv", CSV.replace("metered_at", "meterd_at"), ("meterd_at", "metered_at")),
    File("compressed.csv", gzip.compress(CSV.encode()), ("no text", ".gz")),
    File("jsonl.csv", JSONL, ("line 1", "transaction_id")),
    File("wide_row.csv", CSV.replace("03T00:00:00Z", "03T00:00:00Z,x"), ("line 4", "columns")),
    File("open_quote.csv", CSV.replace("call-2", '"call-2'), ("line 3", "unquoted")),
    File("not_utf8.csv", CSV.replace("acme", "m\u00fcller", 1).encode("latin-1"), ("line 2",)),
    File("long.csv", CSV.replace("acme", "x" * (17 * 2**20), 1), ("line 2", "line size")),
]


@pytest.fixture(scope="module")
def run(build: Builder, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Warehouse]:
    """Return what reads files of events by a path or a glob."""

    def read(path: str) -> Warehouse:
        file = tmp_path_factory.mktemp("events") / FILE_NAME
        write_tables(file, CONFIGURATION)
        settings = {
            "ratebook_input_schema": INPUT_SCHEMA,
            "ratebook_absent_inputs": [name for name in INPUTS if name not in CONFIGURATION],
            "ratebook_usage_events": path,
        }
        command = ["run", "--select", "stg_customers", "stg_usage_events"]
        try:
            dbt(command, vars=settings, duckdb_path=file, manifest=build.manifest)
        except DbtFailedError:
            # Nothing is replaced before the run stops.
            tables = "select * from information_schema.tables where table_name like 'stg_%'"
            assert Warehouse(file).rows(tables) == []
            raise
        return Warehouse(file)

    return read


def test_files_are_read(run: Callable[[str], Warehouse], tmp_path: Path) -> None:
    """Each file has three events, but those without rows; a row that is torn is an event, too."""
    counts = {}
    for ending in ("jsonl", "jsonl.gz", "csv", "csv.gz"):
        files = [one.write(tmp_path) for one in READ if one.name.partition(".")[2] == ending]
        warehouse = run(f"{tmp_path}/*.{ending}")
        assert files
        (counts[ending],) = warehouse.rows(
            "select count(*), count(transaction_id) from ratebook_staging.stg_usage_events"
        )
    # Two of the lines are no JSON: one is torn, and one is not UTF-8.
    assert counts == {
        "jsonl": (3 * 9, 3 * 9 - 2),
        "jsonl.gz": (3, 3),
        "csv": (3 * 11, 3 * 11),
        "csv.gz": (3, 3),
    }


@pytest.mark.parametrize("file", STOPPED, ids=str)
def test_file_stops_the_run(run: Callable[[str], Warehouse], tmp_path: Path, file: File) -> None:
    """With a sentence that names the file, beside a file in which nothing is wrong."""
    path = file.write(tmp_path)
    ending = file.name.partition(".")[2]
    good = (
        gzip.compress(JSONL.encode()) if ending == "jsonl.gz" else CSV if ending == "csv" else JSONL
    )
    File(f"a_good_one.{ending}", good).write(tmp_path)
    with pytest.raises(DbtFailedError) as caught:
        run(f"{tmp_path}/*.{ending}")
    sentence = sentence_about(caught.value)
    assert [words for words in (str(path), *file.named) if words not in sentence] == []


def test_parquet_without_a_required_column_stops_the_run(
    run: Callable[[str], Warehouse], tmp_path: Path
) -> None:
    """Also if another file has the column."""
    with duckdb.connect() as connection:
        for name, column in (("good", "Metered_At"), ("wrong", "metered")):
            connection.execute(
                f"""
                copy (select '1' as transaction_id, '{{}}' as properties, now() as {column})
                to '{tmp_path}/{name}.parquet'
                """
            )
    assert run(f"{tmp_path}/good.parquet").rows(
        "select count(*), count(metered_at) from ratebook_staging.stg_usage_events"
    ) == [(1, 1)]
    with pytest.raises(DbtFailedError) as caught:
        run(f"{tmp_path}/*.parquet")
    sentence = sentence_about(caught.value)
    assert "wrong.parquet" in sentence
    assert "metered_at" in sentence


@pytest.mark.parametrize("name", ["jsonl.parquet", "plain.jsonl.gz"])
def test_file_that_the_engine_refuses_stops_the_run(
    run: Callable[[str], Warehouse], tmp_path: Path, name: str
) -> None:
    """In the words of the engine, which name the file."""
    path = File(name, JSONL).write(tmp_path)
    with pytest.raises(DbtFailedError, match=str(path)):
        run(str(path))
