#!/usr/bin/env python3
"""Bill the same cases with bframe and with ratebook, and print the rules by which they differ.

Fails if a difference has no rule, or a rule no longer has a difference.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import NamedTuple

from cases import AREAS, AS_OF, RULES, Case, Rule
from input_tables import WITH_SEEDS, Builder, combined, parse_for_tables
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rows import BRANCH, REFERENCES, Inputs, bframe_branch, bframe_tables

ROOT = Path(__file__).resolve().parents[2]
BFRAME = (ROOT / ".venv-parity" / "bin" / "python", ROOT / "lab" / "parity" / "run_bframe.py")
PAGES = {
    page.name: page.read_text()
    for page in (*(ROOT / "docs").glob("*.md"), ROOT / "models" / "_docs.md")
}
CENT = Decimal("0.01")

# The columns that keep the rows of one case apart from those of all others.
KEYS = {
    *("id", "durable_id", "customer_id", "pricebook_id", "contract_id"),
    *("alias", "customer_alias", "transaction_id", *REFERENCES),
}
INVOICES = """
    select
        contract_id, invoice_delivery, strftime(started_at, '%Y-%m-%d %H:%M:%S'),
        strftime(ended_at, '%Y-%m-%d %H:%M:%S'), status, cast(total as varchar)
    from ratebook.invoices
    where total != 0
"""
LINES = """
    select contract_id, count(*), count(distinct line_item_id)
    from ratebook.line_items
    group by contract_id
"""


class Invoice(NamedTuple):
    """The key of an invoice in both engines."""

    contract: str
    delivery: str
    started_at: str
    ended_at: str
    status: str


@dataclass
class Answer:
    """The billing of a case: the totals of invoices, and the number of ids of their lines."""

    invoices: dict[Invoice, Decimal]
    lines: int = 0
    line_ids: int = 0
    error: str | None = None

    @property
    def total(self) -> Decimal:
        """Return the total of all invoices."""
        return sum(self.invoices.values(), Decimal(0))


class Verdict(NamedTuple):
    """A row of the table: the billing of both, and why it is right or wrong."""

    bframe: str
    ratebook: str
    reason: Text
    is_good: bool


def bill_with_bframe(cases: Sequence[Case]) -> list[Answer]:
    """Return bframe's answer to each case."""
    task = {
        "as_of": AS_OF,
        "cases": [
            {
                "tables": bframe_tables(case.inputs),
                "branch_id": bframe_branch(case.inputs),
                "settings": dict(case.settings),
            }
            for case in cases
        ],
    }
    done = subprocess.run(
        BFRAME, input=json.dumps(task), text=True, check=True, stdout=subprocess.PIPE
    )
    return [answer_of(**one) for one in json.loads(done.stdout)]


def bill_with_ratebook(cases: Sequence[Case]) -> list[Answer]:
    """Return ratebook's answer to each case, from one build of all of them."""
    inputs = combined(*(apart(case.inputs, number) for number, case in enumerate(cases)))
    answers = [Answer({}) for _ in cases]
    with tempfile.TemporaryDirectory() as directory:
        build = Builder(Path(directory), parse_for_tables(Path(directory)))
        warehouse = build(
            inputs,
            command=(*WITH_SEEDS, "--select", "+invoices", "+line_items"),
            as_of=AS_OF,
            system_as_of=AS_OF,
            branch=BRANCH,
        )
        for contract, *key, total in warehouse.rows(INVOICES):
            number, contract_id = contract.split("/")
            answers[int(number)].invoices[Invoice(contract_id, *key)] = Decimal(total)
        for contract, lines, line_ids in warehouse.rows(LINES):
            one = answers[int(contract.split("/")[0])]
            one.lines += lines
            one.line_ids += line_ids
    return answers


def apart(inputs: Inputs, number: int) -> Inputs:
    """Return inputs with the number of their case before each key."""
    return {
        table: [
            {
                column: f"{number}/{cell}" if column in KEYS and cell is not None else cell
                for column, cell in row.items()
            }
            for row in rows
        ]
        for table, rows in inputs.items()
    }


def answer_of(
    invoices: Sequence[Sequence[str]] = (),
    lines: int = 0,
    line_ids: int = 0,
    error: str | None = None,
) -> Answer:
    """Return an answer from its JSON; several invoices with one key count as one."""
    totals: dict[Invoice, Decimal] = {}
    for *key, total in invoices:
        totals[Invoice(*key)] = totals.get(Invoice(*key), Decimal(0)) + Decimal(total)
    return Answer(totals, lines, line_ids, error)


def verdict(case: Case, bframe: Answer, ratebook: Answer) -> Verdict:
    """Return the table row of a case."""
    cents = {key: to_cents(total) for key, total in bframe.invoices.items()}
    owed = amount(ratebook.total)
    if bframe.error:
        return differs(case, "-", owed, f"bframe: {bframe.error}")
    if cents != ratebook.invoices:
        shown = amount(bframe.total), owed
        if bframe.total == ratebook.total:
            shown = first_difference(cents, ratebook), first_difference(ratebook.invoices, bframe)
        return differs(case, *shown)
    if bframe.line_ids < bframe.lines:
        return differs(case, ids(bframe), ids(ratebook))
    if case.rule:
        return Verdict(amount(bframe.total), owed, Text("equal, but has a rule", "red"), False)
    if cents != bframe.invoices:
        reason = reason_of(RULES["exact"], "equal but for the noise of floats")
        return Verdict(amount(bframe.total), owed, reason, True)
    return Verdict(amount(bframe.total), owed, Text("equal", "green"), True)


def differs(case: Case, bframe: str, ratebook: str, note: str = "") -> Verdict:
    """Return the verdict on a difference, which must have a rule."""
    if case.rule is None:
        text = Text.assemble(("no rule explains this", "bold red"), f" {note}")
        return Verdict(bframe, ratebook, text, False)
    reason = reason_of(case.rule, note or case.note)
    return Verdict(bframe, ratebook, reason, is_in_docs(case.rule))


def reason_of(rule: Rule, note: str = "") -> Text:
    """Return a rule as the table shows it."""
    parts = [f"{note}; "] if note else []
    place = (rule.place, "dim" if is_in_docs(rule) else "bold red")
    return Text.assemble(*parts, rule.words, ": ", place)


def is_in_docs(rule: Rule) -> bool:
    """Return whether the documentation has the heading, or the column, that a rule names."""
    page, anchor = rule.place.split("#")
    headings = re.findall(r"^#+ (.+)$|^\{% docs (\w+) %\}$", PAGES[page], re.MULTILINE)
    return anchor in {"".join(one).lower().replace(" ", "-").replace(",", "") for one in headings}


def first_difference(invoices: dict[Invoice, Decimal], other: Answer) -> str:
    """Return the first invoice that the other lacks or has with another total."""
    keys = [key for key in invoices if other.invoices.get(key) != invoices[key]]
    if not keys:
        return amount(sum(invoices.values(), Decimal(0)))
    key = min(keys)
    return f"{amount(invoices[key])}\n{key.started_at[5:10]} to {key.ended_at[5:10]}"


def ids(answer: Answer) -> str:
    """Return the number of ids of the lines of an answer."""
    return f"{answer.line_ids} ids of\n{answer.lines} lines"


def to_cents(number: Decimal) -> Decimal:
    """Return a number rounded to cents, half away from zero."""
    return number.quantize(CENT, ROUND_HALF_UP)


def amount(number: Decimal) -> str:
    """Return an amount with two decimals, or with all its decimals."""
    return f"{number:,.2f}" if number == to_cents(number) else f"{number:,f}"


def verdicts() -> Iterator[tuple[str, Case, Verdict]]:
    """Bill all cases with both, and yield the table row of each."""
    cases = [case for area in AREAS.values() for case in area]
    areas = [name for name, area in AREAS.items() for _ in area]
    answers = zip(bill_with_bframe(cases), bill_with_ratebook(cases), strict=True)
    for area, case, (bframe, ratebook) in zip(areas, cases, answers, strict=True):
        yield area, case, verdict(case, bframe, ratebook)


def main() -> int:
    """Print the table, and return 1 if a difference is unexplained."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("case: what is owed in all", ratio=4)
    table.add_column("bframe", justify="right", no_wrap=True)
    table.add_column("ratebook", justify="right", no_wrap=True)
    table.add_column("equal, or the rule", ratio=5, overflow="fold")
    last, good = "", []
    for area, case, result in verdicts():
        if area != last:
            table.add_section()
            table.add_row(area, style="bold")
        name = Padding(case.what, (0, 0, 0, 2))
        table.add_row(name, result.bframe, result.ratebook, result.reason)
        good.append(result.is_good)
        last = area
    console = Console()
    console.print(table)
    bad = good.count(False)
    console.print(f"{len(good)} cases, {bad} of them without an explanation that holds")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
