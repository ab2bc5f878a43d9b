"""Matrix prices: what a price's cells are, which of them an event has, and how sums are split."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from oracle.cells import CONTEXT, Json, json_text, parse_json
from oracle.charges import PERCENTAGE, TIERED, Terms

# A value that any event has.
ANY = "*"
MOST_DIMENSIONS = 6
# Whether tiers and packages count what all cells have, or each for itself.
PER_PRICE, PER_CELL = "PRICE", "CELL"


class MatrixCell(NamedTuple):
    """A cell with the terms that count for it; `named` is what an event must have, by property."""

    cell_id: str | None
    named: Mapping[str, str]
    terms: Terms


@dataclass(frozen=True)
class Matrix:
    """The properties that decide, in the order of their positions, and the cells by their ids."""

    dimensions: tuple[str | None, ...]
    cells: tuple[MatrixCell, ...]
    tiers_per: str = PER_PRICE

    @property
    def models(self) -> set[str]:
        """Return the charge models of the cells."""
        return {cell.terms["charge_model"] for cell in self.cells}

    @property
    def is_by_event(self) -> bool:
        """Tell whether the cells are priced by the event."""
        return self.models == {PERCENTAGE}

    @property
    def is_shared(self) -> bool:
        """Tell whether tiers and packages count what all cells have together."""
        models = self.models
        return self.tiers_per == PER_PRICE and models != {"FLAT"} and PERCENTAGE not in models

    @property
    def has_equal_bounds(self) -> bool:
        """Tell whether all tiers end at the same quantities, and all packages are of one size."""
        terms = [cell.terms for cell in self.cells]
        bounds = {
            tuple(tier.up_to for tier in each["tiers"])
            for each in terms
            if each["charge_model"] in TIERED and each["tiers"]
        }
        sizes = {
            each["package_size"]
            for each in terms
            if each["charge_model"] == "PACKAGE" and each["package_size"]
        }
        return len(bounds) < 2 and len(sizes) < 2

    @property
    def catch_all(self) -> MatrixCell | None:
        """Return the cell that any event has, if there is one."""
        return next((cell for cell in self.cells if not cell.named), None)

    def cell_of(self, value: Callable[[str], str | None]) -> MatrixCell | None:
        """Return the cell of an event, whose properties are asked one by one.

        Of those that fit it is the one that names most. Of several, the one that names the first
        dimension that not all of them name.
        """
        fitting = [
            cell
            for cell in self.cells
            if all(value(name) == text for name, text in cell.named.items())
        ]

        def names(cell: MatrixCell) -> tuple[int, list[bool]]:
            return len(cell.named), [name in cell.named for name in self.dimensions]

        return max(fitting, key=names, default=None)


def cell_values(text: str | None) -> dict[str, Json] | None:
    """Read the values of a cell: an empty one names nothing; None if it is no JSON object."""
    if text is None:
        return {}
    try:
        values = parse_json(text)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None


def named_values(text: str | None) -> dict[str, str]:
    """Return what a cell names, by property; what is wrong with it is told elsewhere."""
    values = cell_values(text) or {}
    texts = {name: json_text(value) for name, value in values.items()}
    return {name: value for name, value in texts.items() if value not in (None, ANY)}


def are_values_sound(text: str | None, dimensions: Iterable[str | None]) -> bool:
    """Tell whether the values of a cell are simple ones of known dimensions."""
    values = cell_values(text)
    return values is not None and all(
        name in dimensions and not isinstance(value, list | dict) for name, value in values.items()
    )


def split(amount: Decimal, weights: list[Fraction], places: int) -> list[Decimal]:
    """Split an amount over rows by largest remainder, in whole minor units.

    Units that are left go one each to the greatest remainders, of equal ones to the first row.
    """
    units = abs(int(amount.scaleb(places, context=CONTEXT)))
    total = sum(weights, Fraction(0))
    if not total:
        shares = [Fraction(0)] * len(weights)
        shares[0] = Fraction(units)
    else:
        shares = [units * weight / total for weight in weights]
    # Below zero, too, to the whole number below.
    whole = [share.numerator // share.denominator for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda row: (whole[row] - shares[row], row))
    for row in by_remainder[: units - sum(whole)]:
        whole[row] += 1
    counts = whole if amount >= 0 else [-count for count in whole]
    return [Decimal(count).scaleb(-places, context=CONTEXT) for count in counts]
