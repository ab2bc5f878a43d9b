"""The case study sold through each marketplace: a customer's month, from its notification on.

`PYTHONPATH=. python tests/python/marketplace_month.py` replays it and prints it:
OptimusPrimeBot's May 2024 on the Enterprise pricebook, once on each marketplace. Records are sent
four times; every first answer says that something was not processed. What the marketplaces answer
is made up here: nothing is called.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import simplejson
from conftest import Warehouse, ratebook
from input_tables import (
    Builder,
    Inputs,
    case_study_inputs,
    combined,
    parse_for_tables,
    row,
)
from metering_apis import problems
from metering_desk import marketplace_of
from rich import box
from rich.console import Console
from rich.table import Table

MARKETPLACES = {
    "AWS": "subscribe-success",
    "AZURE": "Subscribed",
    "GOOGLE_CLOUD": "ENTITLEMENT_ACTIVE",
}
# The marts that are looked at.
READ = (
    *("invoices", "marketplace_agreement_states"),
    *("marketplace_metering_records", "marketplace_reconciliation"),
)
LOOKS = (
    "2024-05-15T12:30:00Z",
    # Soon enough for what was not processed.
    "2024-05-15T13:30:00Z",
    "2024-05-31T12:30:00Z",
    "2024-06-01T01:15:00Z",
)
KEPT = ("products", "pricebooks", "list_prices", "currencies")
STATES = """
    select marketplace, state, state_changed_at, is_in_force, is_entitled, is_metered
    from ratebook.marketplace_agreement_states order by all
"""
RECORDS = """
    select
        marketplace, dimension, count(*), count(*) filter (where attempt_count > 1),
        min(metered_hour), max(metered_hour), sum(quantity)
    from ratebook.marketplace_metering_records where state = 'accepted' group by all order by all
"""
RECONCILIATION = """
    select
        marketplace, dimension, metered_quantity, accepted_quantity, rated_amount, sent_amount,
        difference_amount, fee_amount, net_amount
    from ratebook.marketplace_reconciliation where metered_month = '2024-05-01' order by all
"""
INVOICES = """
    select billing_target, invoice_delivery, started_at, ended_at, status, is_shadow, total
    from ratebook.invoices where nominal_start_date = '2024-05-01' and total != 0 order by all
"""
PRINTED = {
    "After the notification": (STATES, "marketplace state since contract entitled metered"),
    "Records accepted": (RECORDS, "marketplace dimension records again first last quantity"),
    "Reconciliation of May": (
        RECONCILIATION,
        "marketplace dimension metered accepted rated sent difference fee net",
    ),
    "Shadow invoices": (INVOICES, "marketplace delivery from to status shadow total"),
}


def sold(marketplace: str, usage: list[dict[str, Any]], known_at: str) -> Inputs:
    """Return OptimusPrimeBot as a buyer on a marketplace, with what was received by an instant."""
    place = {"marketplace": marketplace, "listing_id": f"edits-{marketplace.lower()}"}
    dimensions = {"updates": "1", "creates": "2"}
    agreement = {
        **place,
        "customer_id": marketplace,
        "buyer_id": "123456789012" if marketplace == "AWS" else "project_number:415104041262",
        "resource_id": "7d0a2c54-3b7e-4a53-9d0f-2f6c1b8e4a90" if marketplace == "AZURE" else None,
        "plan_id": "enterprise",
        "pricebook_id": "b",
        "partner_id": marketplace,
        "started_at": "2024-05-01",
        "ended_at": "2025-05-01",
    }
    return {
        "customers": [row(marketplace, name=f"OptimusPrimeBot on {marketplace}")],
        "marketplace_listings": [
            row(f"{marketplace}-{name}", **place, dimension=name, product_uid=product)
            for name, product in dimensions.items()
        ],
        "partners": [row(marketplace, kind="MARKETPLACE")],
        "partner_shares": [row(marketplace, partner_id=marketplace, share_percent="3")],
        "marketplace_agreements": [row(f"agreement-{marketplace}", **agreement)],
        "marketplace_notifications": [
            row(
                f"begun-{marketplace}",
                agreement_id=f"agreement-{marketplace}",
                notification=MARKETPLACES[marketplace],
                occurred_at="2024-05-01T00:00:00Z",
            )
        ],
        "usage_events": [
            one
            | {
                "transaction_id": f"{marketplace}-{one['transaction_id']}",
                "customer_id": marketplace,
            }
            for one in usage
            if one["received_at"] <= known_at
        ],
    }


def answer(marketplace: str, request: dict[str, Any], is_first: bool) -> dict[str, Any]:
    """Return what a marketplace would answer: at first that something was not processed."""
    if marketplace == "AWS":
        refused = request["UsageRecords"][:1] if is_first else []
        taken = request["UsageRecords"][len(refused) :]
        results = [{"UsageRecord": record, "Status": "Success"} for record in taken]
        return {"Results": results, "UnprocessedRecords": refused}
    if marketplace == "AZURE":
        events = request["request"]
        return {
            "result": [
                event | {"status": "Error" if is_first and event is events[0] else "Accepted"}
                for event in events
            ]
        }
    unavailable = {"error": {"code": 503, "message": "Try again.", "status": "UNAVAILABLE"}}
    return unavailable if is_first else {}


@dataclass
class Desk:
    """Who sends the requests of an outbox, and puts the answers there."""

    outbox: Path

    def answer_all(self, *, is_first: bool) -> None:
        """Answer every request that has no answer; each must be one that its API takes."""
        for path in sorted((self.outbox / "requests").glob("*.json")):
            response = self.outbox / "responses" / path.name
            if response.exists():
                continue
            assert problems(marketplace_of(path), path.read_text()) == []
            request = simplejson.loads(path.read_text(), use_decimal=True)
            response.parent.mkdir(exist_ok=True)
            said = answer(marketplace_of(path), request, is_first)
            response.write_text(simplejson.dumps(said, use_decimal=True))

    def run(self, command: str, warehouse: Warehouse, at: str) -> None:
        """Run a command as of an instant, a few minutes after the build."""
        options = ["--outbox", self.outbox, "--at", at, "--file", warehouse.path]
        assert ratebook(command, *options) == 0


def replay(build: Builder, outbox: Path) -> Iterator[Warehouse]:
    """Build, send and receive at each instant, and build what is known in the end."""
    rows = case_study_inputs()
    usage = [one for one in rows["usage_events"] if one["customer_id"] == "OptimusPrimeBot"]
    kept = {name: rows[name] for name in KEPT}
    desk = Desk(outbox)
    for number, instant in enumerate((*LOOKS, LOOKS[-1])):
        parts = (sold(place, usage, instant) for place in MARKETPLACES)
        settings = {"as_of": instant, "marketplace_outbox": str(outbox)}
        warehouse = build(combined(kept, *parts), models=READ, **settings)
        if number < len(LOOKS):
            at = instant.replace("0:00Z", "2:00Z").replace("5:00Z", "7:00Z")
            desk.run("meter", warehouse, at)
            desk.answer_all(is_first=number == 0)
            desk.run("receive", warehouse, at.replace("2:00Z", "4:00Z").replace("7:00Z", "9:00Z"))
        yield warehouse


def text(value: object) -> str:
    """Write a cell for people."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if hasattr(value, "as_tuple"):
        whole, _, fraction = f"{value:,f}".partition(".")
        return f"{whole}.{fraction.rstrip('0')}".rstrip(".") if fraction.strip("0") else whole
    return str(value)


def main() -> None:
    """Replay the month in a scratch directory and print it."""
    console = Console(width=120)
    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(scratch)
        build = Builder(directory, parse_for_tables(directory))
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            *_, warehouse = replay(build, directory / "outbox")
        for title, (sql, labels) in PRINTED.items():
            table = Table(title=title, box=box.MARKDOWN, title_justify="left")
            for label in labels.split():
                table.add_column(label, no_wrap=True)
            for cells in warehouse.rows(sql):
                table.add_row(*map(text, cells))
            console.print(table)


if __name__ == "__main__":
    main()
