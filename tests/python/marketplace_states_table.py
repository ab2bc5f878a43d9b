"""What each notification of each marketplace leads to: a table, and the agreements that show it.

`python tests/python/marketplace_states_table.py` builds them, and prints what became of each.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

from input_tables import Builder, Inputs, combined, event, parse_for_tables, row
from rich import box
from rich.console import Console
from rich.table import Table

AS_OF = "2024-05-10T03:45:00Z"
# An agreement is said to be active, and then, a quarter of an hour ago, something else.
BEGAN_AT, NOTIFIED_AT = "2024-05-01T00:00:00Z", "2024-05-10T03:30:00Z"
ACTIVE_WORDS = {
    "AWS": "subscribe-success",
    "AZURE": "Subscribed",
    "GOOGLE_CLOUD": "ENTITLEMENT_ACTIVE",
}


class Effect(NamedTuple):
    """What holds after a notification: state, contract, entitlement, and which hours are told."""

    state: str
    is_in_force: bool
    is_entitled: bool
    # Of the hours 02:00, which is over, and 03:00, in which it came and which is not.
    hours_told: str


ACTIVE = Effect("ACTIVE", True, True, "2")
PENDING = Effect("PENDING", True, False, "")
SUSPENDED = Effect("SUSPENDED", True, False, "")
CLOSING = Effect("CLOSING", True, True, "2 3")
# The end has come, and the marketplace still takes last records; or it does not.
ENDED = Effect("ENDED", False, False, "2 3")
CLOSED = Effect("ENDED", False, False, "")

# As the marketplaces' documentation has them.
EFFECTS = {
    "AWS": {
        "subscribe-success": ACTIVE,
        "subscribe-fail": Effect("FAILED", True, False, ""),
        "unsubscribe-pending": CLOSING,
        "unsubscribe-success": CLOSED,
        "entitlement-updated": ACTIVE,
        "Purchase Agreement Created - Manufacturer": PENDING,
        "Purchase Agreement Created - Proposer": PENDING,
        "Purchase Agreement Amended - Manufacturer": ACTIVE,
        "Purchase Agreement Amended - Proposer": ACTIVE,
        "Purchase Agreement Ended - Manufacturer": CLOSING,
        "Purchase Agreement Ended - Proposer": CLOSING,
        "License Updated - Manufacturer": ACTIVE,
        "License Deprovisioned - Manufacturer": ENDED,
    },
    "AZURE": {
        "NotStarted": PENDING,
        "PendingFulfillmentStart": PENDING,
        "Subscribed": ACTIVE,
        "Suspended": SUSPENDED,
        "Unsubscribed": ENDED,
        "Subscribe": ACTIVE,
        "ChangePlan": ACTIVE,
        "ChangeQuantity": ACTIVE,
        "Renew": ACTIVE,
        "Suspend": SUSPENDED,
        "Reinstate": ACTIVE,
        "Unsubscribe": ENDED,
    },
    "GOOGLE_CLOUD": {
        "ENTITLEMENT_ACTIVATION_REQUESTED": PENDING,
        "ENTITLEMENT_ACTIVE": ACTIVE,
        "ENTITLEMENT_PENDING_CANCELLATION": ACTIVE,
        "ENTITLEMENT_PENDING_PLAN_CHANGE": ACTIVE,
        "ENTITLEMENT_PENDING_PLAN_CHANGE_APPROVAL": ACTIVE,
        "ENTITLEMENT_SUSPENDED": SUSPENDED,
        "ENTITLEMENT_CANCELLED": ENDED,
        "ENTITLEMENT_CREATION_REQUESTED": PENDING,
        "ENTITLEMENT_OFFER_ACCEPTED": PENDING,
        "ENTITLEMENT_PLAN_CHANGE_REQUESTED": ACTIVE,
        "ENTITLEMENT_PLAN_CHANGED": ACTIVE,
        "ENTITLEMENT_PLAN_CHANGE_CANCELLED": ACTIVE,
        "ENTITLEMENT_CANCELLATION_REVERTED": ACTIVE,
        "ENTITLEMENT_CANCELLING": CLOSING,
        "ENTITLEMENT_RENEWED": ACTIVE,
        "ENTITLEMENT_OFFER_ENDED": ACTIVE,
        "ENTITLEMENT_DELETED": ACTIVE,
    },
}
READ = ("entitlements", "marketplace_agreement_states", "marketplace_metering_records")
FOUND = """
    select
        states.agreement_id, states.state, states.is_in_force,
        -- What the customer may use, from the model that says so.
        count(entitlements.entitlement_id) > 0,
        coalesce(string_agg(distinct hour(metered_hour), ' ' order by hour(metered_hour)), '')
    from ratebook.marketplace_agreement_states as states
    left join ratebook.entitlements as entitlements
        on
            states.contract_id = entitlements.contract_id
            and entitlements.effective_at <= $1
            and (entitlements.ineffective_at > $1 or entitlements.ineffective_at is null)
    left join ratebook.marketplace_metering_records as records
        on states.agreement_id = records.agreement_id and records.is_sendable
    group by all
"""


def agreements() -> Inputs:
    """Return an agreement for each notification: active, then notified; used in two hours."""
    parts: list[Inputs] = [
        {
            "products": [row("p", name="Updates", ptype="EVENT", event_name="u")],
            "pricebooks": [row("b")],
            "list_prices": [row("l", pricebook_uid="b", product_uid="p", price="0.05")],
        }
    ]
    for marketplace, effects in EFFECTS.items():
        place = {"marketplace": marketplace, "listing_id": f"listing-{marketplace}"}
        dimension = row(f"d-{marketplace}", **place, dimension="updates", product_uid="p")
        parts.append({"marketplace_listings": [dimension]})
        for notification in effects:
            name = f"{marketplace}: {notification}"
            terms = {
                **place,
                **{"customer_id": name, "buyer_id": "1", "resource_id": "2", "plan_id": "3"},
                **{"pricebook_id": "b", "started_at": "2024-05-01", "ended_at": "2025-05-01"},
            }
            said = [(ACTIVE_WORDS[marketplace], BEGAN_AT), (notification, NOTIFIED_AT)]
            parts.append(
                {
                    "customers": [row(name)],
                    "marketplace_agreements": [row(name, **terms)],
                    "marketplace_notifications": [
                        row(f"{name} {at}", agreement_id=name, notification=word, occurred_at=at)
                        for word, at in said
                    ],
                    "usage_events": [
                        event(f"{name} {hour}", name, f"2024-05-10T{hour}:10:00Z", name="u")
                        for hour in ("02", "03")
                    ],
                }
            )
    return combined(*parts)


def found(build: Builder) -> dict[str, Effect]:
    """Build, and return what became of each agreement."""
    warehouse = build(agreements(), models=READ, as_of=AS_OF)
    rows = warehouse.rows(FOUND, [AS_OF.removesuffix("Z")])
    return {agreement_id: Effect(*effect) for agreement_id, *effect in rows}


def main() -> None:
    """Build and print the table."""
    with tempfile.TemporaryDirectory() as directory:
        build = Builder(Path(directory), parse_for_tables(Path(directory)))
        effects = found(build)
    table = Table(box=box.MARKDOWN)
    for label in ("marketplace: notification", "state", "contract", "may use", "hours told"):
        table.add_column(label, no_wrap=True)
    for name in (f"{place}: {word}" for place, words in EFFECTS.items() for word in words):
        state, *flags, hours = effects[name]
        table.add_row(name, state, *("yes" if flag else "no" for flag in flags), hours or "none")
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
