"""Reasons live in seeds/reasons.csv: the models produce no others, and the documentation agrees."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from conftest import ROOT, DbtFailedError
from input_tables import Builder, reasons, row

REASONS = reasons()
DOCUMENTATION = ROOT / "docs" / "outcomes_and_exceptions.md"
SECTIONS = {
    "Usage events": "NOT_RATED",
    "Configuration that is not billed": "NOT_BILLED",
    "Configuration that is billed, but look": "BILLED",
}
# A text of SQL in capital letters: in models of exceptions a reason, or a value of another column.
SQL_WORD = re.compile(r"'([A-Z]+(?:_[A-Z]+)*)'")
OTHER_WORDS = {
    "CALENDAR",
    "CREDIT_NOTE",
    "EVENT",
    "FIXED",
    "FLAT",
    "MONTH",
    "ONE_TIME",
    "PERCENTAGE",
    "REFUND",
    "RESULT",
    "SAME",
}
EFFECTS_OF_CONFIGURATION = ("NOT_BILLED", "BILLED")


def plain(markdown: str) -> str:
    """Return Markdown as text: without code marks, and links as their words."""
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown).replace("`", "")


def documented() -> Iterator[tuple[str, str, str, str]]:
    """Return effect, reason, meaning and remedy of each row of the documentation, in order."""
    effect = None
    for line in DOCUMENTATION.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            effect = SECTIONS.get(line.removeprefix("## "))
        elif effect and line.startswith("| `"):
            reason, _, meaning, remedy = (
                plain(cell).strip() for cell in line.removeprefix("|").removesuffix("|").split("|")
            )
            if reason != "RATED":
                yield effect, reason, meaning, remedy


def test_documentation_has_the_reasons_of_the_seed() -> None:
    """The same, in the same order, in the same words; examples are its own."""
    seeded = [(*key, cells["meaning"], cells["remedy"]) for key, cells in REASONS.items()]
    assert list(documented()) == seeded


def test_each_reason_says_what_it_means_and_what_to_do() -> None:
    """An empty cell would be null in the mart, which does not take it."""
    assert [key for key, cells in REASONS.items() if not all(cells.values())] == []


def test_reasons_of_the_configuration_with_two_effects() -> None:
    """Of these the models say for each row which of the two it has."""
    codes = [reason for effect, reason in REASONS if effect in EFFECTS_OF_CONFIGURATION]
    assert {code for code in codes if codes.count(code) > 1} == {"UNPARSABLE_CELL", "OUT_OF_RANGE"}


def test_models_of_exceptions_know_no_other_reason() -> None:
    """Data alone would show a reason without a row in the seed only where something is wrong."""
    words = {
        word
        for path in (ROOT / "models").rglob("exceptions/*.sql")
        for word in SQL_WORD.findall(path.read_text())
    }
    assert words - {reason for _, reason in REASONS} == OTHER_WORDS


def test_without_the_seed_a_run_stops(build: Builder) -> None:
    """With a sentence, and before the gate: not with reports whose effect is wrong."""
    with pytest.raises(DbtFailedError) as caught:
        build({"customers": [row("plain")]}, command=("run", "--select", "int_reasons"))
    (sentence,) = re.findall(r"ratebook: (.*)", str(caught.value))
    assert "ratebook_inputs.reasons" in sentence.replace('"', "")
    assert "`dbt seed --select package:ratebook`" in sentence
