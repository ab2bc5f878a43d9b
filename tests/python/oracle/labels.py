"""Whether the labels of pricing_exceptions say the truth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from oracle.inputs import Place
from oracle.quotes import RESERVED
from oracle.zones import holds

MartRow = Mapping[str, object]
# The columns of a line that name rows, and their inputs.
NAMED = {
    "contract_uid": "contracts",
    "list_price_uid": "list_prices",
    "contract_price_uid": "contract_prices",
    "product_uid": "products",
    "pricebook_uid": "pricebooks",
}
# Rows that stand for others are named after them.
STAND_INS = {
    ("contract_uid", "order:"): "orders",
    ("contract_price_uid", "order:"): "order_items",
    ("contract_price_uid", RESERVED): "quote_prices",
}


def untrue_labels(marts: Mapping[str, list[MartRow]]) -> list[str]:
    """Return what the labels say wrongly; the marts are the oracle's.

    No row that is reported as NOT_BILLED is on a line where that is so, and whatever withholds a
    price is reported as NOT_BILLED.
    """
    return [*billed_in_spite(marts), *withheld_in_silence(marts)]


def billed_in_spite(marts: Mapping[str, list[MartRow]]) -> Iterator[str]:
    """Return the lines on which a row stands that is not billed there."""
    reports = defaultdict(list)
    for report in marts["pricing_exceptions"]:
        if report["effect"] == "NOT_BILLED" and report["id"] is not None:
            reports[report["input"], report["id"]].append(report)
    for line in marts["line_items"]:
        for name in names_on(line):
            for report in reports[name]:
                if any(is_at(line, place) for place in report["places"]):
                    yield f"{name} is {report['reason']}, and on the line {line['line_item_id']}"


def names_on(line: MartRow) -> Iterator[tuple[str, object]]:
    """Return input and id of the rows that a line comes from."""
    for column, input_name in NAMED.items():
        row_id = line[column]
        if row_id is None:
            continue
        yield input_name, row_id
        for (stand_in, prefix), origin in STAND_INS.items():
            if column == stand_in and row_id.startswith(prefix):
                yield origin, row_id.removeprefix(prefix)


def is_at(line: MartRow, place: Place) -> bool:
    """Tell whether a line begins in a place; later, other rows may stand behind it."""
    return (
        holds(place.window, line["effective_at"])
        and place.contract_id in (None, line["contract_id"])
        and place.list_price_uid in (None, line["list_price_uid"])
    )


def withheld_in_silence(marts: Mapping[str, list[MartRow]]) -> Iterator[str]:
    """Return the rows that withhold a price without a report that says so."""
    said = {
        (report["input"], report["id"], report["reason"])
        for report in marts["pricing_exceptions"]
        if report["effect"] == "NOT_BILLED"
    }
    for price in marts["withheld_prices"]:
        name = price["input"], price["id"], price["reason"]
        if name not in said:
            yield f"{name} withholds a price from {price['effective_at']}, and is not reported so"
