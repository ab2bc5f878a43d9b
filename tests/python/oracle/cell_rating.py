"""What the cells of a matrix owe in one span of a period."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from oracle.charges import TIERED, Part, Terms, bill_events, charged, owed, parts_of
from oracle.matrix import MatrixCell
from oracle.usage import InCell

# What each span of a period has in the cells of one of them, in the order of the cells' ids.
Usages = list[dict[str, InCell]]
# Quantities of a period at which a line starts and ends, and the period's.
Way = tuple[Fraction | None, Fraction, Fraction]


class CellBill(NamedTuple):
    """What a cell owes in a span, or a span without usage, which has no cell."""

    cell: MatrixCell | None
    terms: Terms
    used: InCell
    gross: Fraction
    parts: tuple[Part, ...] = ()
    # What is free of its quantity; of a span without usage nothing is said.
    free: Fraction | None = None


NOTHING = InCell([], Fraction(0), 0)


def cell_bills(values: Terms, number: int, usages: Usages) -> list[CellBill]:
    """Return what the span of a number owes at its terms, cell by cell."""
    if not usages[number]:
        return [bill_without_cell(values, total_way(values, number, usages))]
    cells = {cell.cell_id: cell for cell in values["matrix"].cells}
    here = [cells[cell_id] for cell_id in usages[number]]
    if values["matrix"].is_by_event:
        return bills_by_event(values, here, number, usages)
    if values["matrix"].is_shared:
        return shared_bills(values, here, number, usages)
    return [bill_for_itself(values, cell, number, usages) for cell in here]


def terms_of(values: Terms, cell: MatrixCell) -> Terms:
    """Return the terms of a cell with those of the price around it."""
    return {**values, **cell.terms}


def charged_in_cells(values: Terms, usages: Usages) -> list[dict[str, Fraction]]:
    """Return what is charged in each span and cell: what is free is used up in their order."""
    total, result = Fraction(0), []
    for in_span in usages:
        result.append({})
        for cell_id, used in in_span.items():
            before, total = total, total + used.quantity
            result[-1][cell_id] = charged(values, total) - charged(values, before)
    return result


def total_way(values: Terms, number: int, usages: Usages) -> Way:
    """Return from where to where all cells together bring the period in a span."""
    sums = [sum(each.values(), Fraction(0)) for each in charged_in_cells(values, usages)]
    start = sum(sums[:number], Fraction(0))
    return start if number else None, start + sums[number], sum(sums, Fraction(0))


def bill_without_cell(values: Terms, way: Way) -> CellBill:
    """Return what a span without usage owes: by the price's own tiers, if it has some."""
    if values["charge_model"] not in TIERED or not values["tiers"]:
        terms = {**values, "charge_model": "FLAT", "price": Decimal(0)}
        return CellBill(None, terms, NOTHING, Fraction(0))
    return CellBill(None, values, NOTHING, owed(values, *way), parts_of(values, *way))


def bill_for_itself(values: Terms, cell: MatrixCell, number: int, usages: Usages) -> CellBill:
    """Return what a cell owes that counts its own quantity alone."""
    terms, used = terms_of(values, cell), usages[number][cell.cell_id]
    by_span = [
        in_span.get(cell.cell_id, Fraction(0)) for in_span in charged_in_cells(values, usages)
    ]
    start = sum(by_span[:number], Fraction(0))
    way = start if number else None, start + by_span[number], sum(by_span, Fraction(0))
    free = used.quantity - by_span[number]
    return CellBill(cell, terms, used, owed(terms, *way), parts_of(terms, *way), free)


def shared_bills(
    values: Terms, here: list[MatrixCell], number: int, usages: Usages
) -> list[CellBill]:
    """Return the cells' shares: each owes its part of what all usage would owe at its terms.

    Where their quantities cancel out, the first one owes what all would at its terms.
    """
    in_span, way = usages[number], total_way(values, number, usages)
    total = sum((used.quantity for used in in_span.values()), Fraction(0))
    charged_here, bills = charged_in_cells(values, usages)[number], []
    for cell in here:
        terms, used = terms_of(values, cell), in_span[cell.cell_id]
        share = used.quantity / total if total else Fraction(0 if bills else 1)
        parts = tuple(
            Part(part.number, part.quantity * share, part.flat_amount * share)
            for part in parts_of(terms, *way)
        )
        free = used.quantity - charged_here[cell.cell_id]
        bills.append(CellBill(cell, terms, used, share * owed(terms, *way), parts, free))
    return bills


def bills_by_event(
    values: Terms, here: list[MatrixCell], number: int, usages: Usages
) -> list[CellBill]:
    """Return what cells owe that are priced by the event; what is free is for all of them."""
    cells = {cell.cell_id: terms_of(values, cell) for cell in values["matrix"].cells}
    events = [
        (place, cell_id, value)
        for place, in_span in enumerate(usages[: number + 1])
        for cell_id, used in in_span.items()
        for value in used.values
    ]
    amounts, charged_here = defaultdict(Fraction), defaultdict(Fraction)
    bills = bill_events([(cells[cell_id], value) for _, cell_id, value in events])
    for (place, cell_id, _), (amount, part) in zip(events, bills, strict=True):
        if place == number:
            amounts[cell_id] += amount
            charged_here[cell_id] += part
    result = []
    for cell in here:
        used, cell_id = usages[number][cell.cell_id], cell.cell_id
        free = used.quantity - charged_here[cell_id]
        result.append(CellBill(cell, cells[cell_id], used, amounts[cell_id], (), free))
    return result
