"""Invoices: a contract's lines of one nominal period, delivery, currency and billing target."""

from __future__ import annotations

import calendar
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from oracle.inputs import Row
from oracle.rating import Rating
from oracle.spans import Span

Key = tuple[object, ...]


class Invoices(Rating):
    """The stage of invoices."""

    @staticmethod
    def invoice_key(span: Span) -> Key:
        """Return what names the invoice of a span."""
        values = span.values
        return (
            span.price.contract.durable_id,
            values["customer_id"],
            values["invoice_delivery"],
            values["currency"],
            values["billing_target"],
            *span.nominal,
        )

    def customer_row(self, customer_id: str, invoice: dict[str, object]) -> Row | None:
        """Return the customer's row in force when an invoice is issued."""
        return self.customer_at(customer_id, lambda _: invoice["issued_at"])[1]

    def build_invoices(self) -> None:
        """Group the lines into invoices, and give both their status."""
        groups = defaultdict(list)
        for line in self.lines:
            groups[self.invoice_key(line.span)].append(line)
        self.invoices: list[dict[str, object]] = []
        for key, lines in groups.items():
            contract_id, customer_id, delivery, currency, target, first_day, last_day = key
            started = min(line.span.period[0] for line in lines)
            ended = max(line.span.period[1] for line in lines)
            issued, delay = started, timedelta(0)
            if delivery == "ARREARS":
                issued, delay = ended, timedelta(hours=self.finalization_hours)
            elif delivery == "ADVANCED":
                # A decision: not in the trial, in which the contract may still be ended.
                issued = max(started, lines[0].span.price.contract.trial_end)
            status = "FINALIZED" if issued + delay <= self.as_of else "DRAFT"
            for line in lines:
                line.status = status
            last = max(lines, key=lambda line: line.span.window[0]).span
            zone, terms_days = last.price.contract.zone, last.values["payment_terms_days"]
            due, local = issued, zone.local(issued)
            if last.values["payment_terms_kind"] == "END_OF_MONTH":
                terms_days += calendar.monthrange(local.year, local.month)[1] - local.day
            if terms_days:
                due = zone.to_utc(local + timedelta(days=terms_days))
            invoice = {
                "invoice_id": key,
                "contract_id": contract_id,
                "customer_id": customer_id,
                "billing_target": target,
                "invoice_delivery": delivery,
                "currency": currency,
                "nominal_start_date": first_day,
                "nominal_end_date": last_day,
                "started_at": started,
                "ended_at": ended,
                "created_at": self.as_of,
                "issued_at": issued,
                "due_at": due,
                "status": status,
                "line_count": len(lines),
                "total": sum((line.amount for line in lines), Decimal(0)),
            }
            customer = self.customer_row(customer_id, invoice)
            invoice["customer_name"] = customer["name"] if customer else None
            self.invoices.append(invoice)
