"""The ledger: what was said to customers, and what a close says next.

A close is a plain function: from the ledger as it stands and the lines as they are owed today to
the documents of this close, the adjustments that stay open, and the ledger after it.

    closed = close(ledger, lines, inputs, settings)

Amounts are fractions, instants are UTC without a zone of their own. Decisions that the written
rules leave open say so: "A decision".
"""

from __future__ import annotations

import calendar
import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from oracle.zones import Zone

DRAFT, FINALIZED = "DRAFT", "FINALIZED"
INVOICE, CREDIT_NOTE = "INVOICE", "CREDIT_NOTE"
ADJUSTMENT_INVOICE = "ADJUSTMENT_INVOICE"
LINE, ADJUSTMENT = "LINE", "ADJUSTMENT"
OPEN, WAITING = "OPEN", "WAITING"
NEXT_INVOICE, DOCUMENTS = "next_invoice", "documents"
BY_INVOICE, BY_CONTRACT, BY_CUSTOMER = "INVOICE", "CONTRACT", "CUSTOMER"
END_OF_MONTH = "END_OF_MONTH"
CANCEL, REISSUE = "CANCEL", "REISSUE"
# Of invoices that are issued on one day, those in advance come first.
DELIVERIES = ("ADVANCED", "ONE_TIME", "ARREARS")
# The books begin with the first invoice.
BEGINNING = date.min
DEFAULT_SELLER = "default"
CREDIT_NOTE_SERIES = "CN"
# Of so few contracts, any share may be credited in one close.
FEW_CONTRACTS = 10
ZERO = Fraction(0)


class RefusedError(Exception):
    """A close that must not happen; its first argument is the reason."""


class Key(NamedTuple):
    """What is compared: all that is owed and was said of one key is one sum."""

    contract_id: str
    lineage_id: str
    nominal_start_date: date
    nominal_end_date: date
    line_type: str
    cell_id: str | None
    currency: str
    customer_id: str


@dataclass(frozen=True)
class Line:
    """A line as it is owed today. What belongs to its invoice is the same on all its lines."""

    line_item_id: str
    invoice_id: str
    contract_id: str
    lineage_id: str
    nominal_start_date: date
    nominal_end_date: date
    amount: Fraction | Decimal
    issued_at: datetime
    invoice_started_at: datetime
    customer_id: str
    seller_id: str = DEFAULT_SELLER
    currency: str = "EUR"
    line_type: str = "CHARGE"
    cell_id: str | None = None
    status: str = FINALIZED
    is_shadow: bool = False
    invoice_delivery: str = "ARREARS"
    billing_timezone: str = "UTC"
    billing_target: str | None = None
    payment_terms_days: int | None = None
    payment_terms_kind: str | None = None
    purchase_order: str | None = None
    grouping: str | None = None

    @property
    def key(self) -> Key:
        """Return the key on which the line stands."""
        return Key(*(getattr(self, name) for name in Key._fields))

    @property
    def invoice(self) -> tuple[str, str]:
        """Return what freezes as one: an invoice to one customer."""
        return self.invoice_id, self.customer_id

    @property
    def issue_date(self) -> date:
        """Return the local date of issue."""
        return Zone.get(self.billing_timezone).day(self.issued_at)


@dataclass(frozen=True)
class Seller:
    """A seller as it is today."""

    number_prefix: str | None = None
    timezone: str | None = None


@dataclass(frozen=True)
class OpeningRow:
    """What another system has invoiced, of a key that is found already."""

    key: Key
    document_number: str
    amount: Fraction | Decimal
    seller_id: str = DEFAULT_SELLER
    payment_terms_days: int = 0
    payment_terms_kind: str | None = None


@dataclass(frozen=True)
class Hold:
    """A time in which nothing is said to a customer, or of a contract; open ends are None."""

    contract_id: str | None = None
    customer_id: str | None = None
    held_from: datetime | None = None
    held_to: datetime | None = None


@dataclass(frozen=True)
class Correction:
    """A document that is to be cancelled, or said once more."""

    document_number: str
    kind: str


@dataclass(frozen=True)
class LedgerInputs:
    """What a close reads besides the lines. `contracts` are those of the inputs, None if all."""

    sellers: Mapping[str, Seller] = field(default_factory=dict)
    opening: Sequence[OpeningRow] = ()
    holds: Sequence[Hold] = ()
    corrections: Sequence[Correction] = ()
    withheld_contracts: Collection[str] = ()
    withheld_lineages: Collection[str] = ()
    # By contract, customer and currency: the local date of the next invoice.
    next_issue_dates: Mapping[tuple[str, str, str], date] = field(default_factory=dict)
    contracts: Collection[str] | None = None


def surrogate_key(texts: Sequence[str | None]) -> str:
    """Return an id of some texts. A decision: in the form of dbt_utils; the rules name none."""
    filled = ("_dbt_utils_surrogate_key_null_" if text is None else text for text in texts)
    return hashlib.md5("-".join(filled).encode()).hexdigest()


@dataclass(frozen=True)
class CloseSettings:
    """The vars of a close; `books_from` is a date, BEGINNING, or None if it is not set."""

    as_of: datetime
    close: bool = True
    adjustments: str = NEXT_INVOICE
    adjustment_wait_days: int = 45
    books_from: date | None = BEGINNING
    credit_note_series: bool = False
    credit_limit: Fraction = Fraction(20)
    surrogate_key: Callable[[Sequence[str | None]], str] = surrogate_key


@dataclass(frozen=True)
class Row:
    """A frozen row."""

    document_id: str
    row_type: str
    key: Key
    amount: Fraction
    invoice_id: str | None = None
    line_item_id: str | None = None
    origin_document_id: str | None = None
    origin_line_item_id: str | None = None
    correction: str | None = None
    is_on_credit_note: bool = False

    @property
    def place(self) -> str:
        """Return the document whose amount the row changes.

        A decision: rows that take a document back, and all rows of a credit note for another
        document, change that one, also those above zero.
        """
        if self.origin_document_id is None or self.row_type == LINE:
            return self.document_id
        if self.amount < 0 or self.correction is not None or self.is_on_credit_note:
            return self.origin_document_id
        return self.document_id

    @property
    def billed(self) -> str:
        """Return the document whose balance the row changes: a credit note's is its origin's."""
        return self.place if self.is_on_credit_note else self.document_id


@dataclass(frozen=True)
class Document:
    """A document of the ledger, or of the system before it (close 0)."""

    document_id: str
    document_type: str
    close_number: int
    seller_id: str
    customer_id: str
    currency: str
    issue_date: date
    payment_terms_days: int = 0
    payment_terms_kind: str | None = None
    origin_document_id: str | None = None
    correction: str | None = None
    document_date: date | None = None
    due_date: date | None = None
    series: str = ""
    sequence: int | None = None
    number: str | None = None
    rows: tuple[Row, ...] = ()

    @property
    def position(self) -> tuple[int, date, str, str]:
        """Return the place in the order of all documents, in which they are numbered."""
        return self.close_number, self.issue_date, self.document_type, self.document_id

    @property
    def total(self) -> Fraction:
        """Return what the document says in all."""
        return sum((row.amount for row in self.rows), ZERO)


@dataclass(frozen=True)
class Ledger:
    """All documents in their order, and the as-of instants of the closes 1, 2, 3 and so on."""

    documents: tuple[Document, ...] = ()
    closes: tuple[datetime, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return the frozen rows."""
        return tuple(row for document in self.documents for row in document.rows)


@dataclass(frozen=True)
class OpenAdjustment:
    """What is owed of a key but not said, or said but not owed."""

    key: Key
    state: str
    amount: Fraction


@dataclass(frozen=True)
class Closed:
    """What a close does."""

    documents: tuple[Document, ...]
    open_adjustments: tuple[OpenAdjustment, ...]
    ledger: Ledger


class NetOf(NamedTuple):
    """What nets together: all parts that a contract's keys have in one origin document."""

    contract_id: str
    customer_id: str
    currency: str
    seller_id: str
    origin_document_id: str


Parts = dict[Key, Fraction]


def key_order(key: Key) -> tuple[str, ...]:
    """Return what sorts keys, some of which have no cell."""
    return tuple("" if value is None else str(value) for value in key)


def resolved_seller(named: Iterable[str | None], sellers: Collection[str]) -> str:
    """Return the seller: the first that contract, pricebook or customer names, else the only one.

    A name that no seller has counts as it is.
    """
    for seller_id in named:
        if seller_id:
            return seller_id
    return next(iter(sellers)) if len(sellers) == 1 else DEFAULT_SELLER


def prefix_and_zone(inputs: LedgerInputs, seller_id: str) -> tuple[str, Zone]:
    """Return what a seller's numbers begin with, and where its days begin."""
    seller = inputs.sellers.get(seller_id, Seller())
    return seller.number_prefix or "", Zone.get(seller.timezone or "UTC")


def due_date(document_date: date, days: int, kind: str | None) -> date:
    """Return when a document is due; END_OF_MONTH counts the days from the month's last day."""
    if kind == END_OF_MONTH:
        last = calendar.monthrange(document_date.year, document_date.month)[1]
        document_date = document_date.replace(day=last)
    return document_date + timedelta(days=days)


# What was said, and what is owed


class Accounts:
    """The documents and rows so far, beside what is owed today.

    A close adds to `documents` and `rows`; which invoices are frozen is what the close has found.
    """

    def __init__(
        self, ledger: Ledger, lines: Sequence[Line], inputs: LedgerInputs, settings: CloseSettings
    ) -> None:
        """Read the ledger, after what another system has said."""
        self.inputs, self.settings = inputs, settings
        self.documents: dict[str, Document] = {}
        self.rows: list[Row] = []
        for document in (*opening_documents(inputs), *ledger.documents):
            self.documents[document.document_id] = document
            self.rows += document.rows
        # Shadow lines are neither owed nor said here.
        self.lines = [line for line in lines if not line.is_shadow]
        # What another system has said freezes keys, but no invoices: it has none of these ids.
        # Nor does what is said once more: it may be about a document of that system.
        self.frozen_invoices = {
            (row.invoice_id, row.key.customer_id)
            for row in self.rows
            if row.row_type == LINE and row.invoice_id is not None and row.correction is None
        }
        self.frozen_keys = {row.key for row in self.rows}
        self.candidates, self.postponed = self.group_candidates()

    def group_candidates(self) -> tuple[dict[tuple[object, ...], list[Line]], set[Line]]:
        """Return the lines of the next documents, and those that wait for others of a document.

        The fee in advance waits for the usage in arrears that goes out with it and is not final.
        """
        groups = defaultdict(list)
        for line in self.lines:
            if (
                line.invoice not in self.frozen_invoices
                and not self.is_held(line.key)
                and line.nominal_end_date > (self.settings.books_from or BEGINNING)
            ):
                groups[joined_by(line)].append(line)
        candidates, postponed = {}, set()
        for joint, lines in groups.items():
            final = [line for line in lines if line.status == FINALIZED]
            if len(final) < len(lines):
                postponed.update(final)
            else:
                candidates[joint] = final
        return candidates, postponed

    def is_held(self, key: Key) -> bool:
        """Tell whether a hold is on the contract or the customer."""
        as_of = self.settings.as_of
        for hold in self.inputs.holds:
            # A decision: a hold that names both is on this contract for this customer only.
            named = (hold.contract_id, key.contract_id), (hold.customer_id, key.customer_id)
            given = [pair for pair in named if pair[0] is not None]
            if (
                given
                and all(one == other for one, other in given)
                and (hold.held_from is None or hold.held_from <= as_of)
                and (hold.held_to is None or as_of < hold.held_to)
            ):
                return True
        return False

    def owed_lines(self) -> list[Line]:
        """Return the lines past finalization; those that wait for others count as not final."""
        return [
            line for line in self.lines if line.status == FINALIZED and line not in self.postponed
        ]

    def known_keys(self) -> list[Key]:
        """Return the keys of which something was said, or whose invoice is frozen."""
        added = {line.key for line in self.owed_lines() if line.invoice in self.frozen_invoices}
        return sorted({row.key for row in self.rows} | added, key=key_order)

    def now(self, key: Key) -> Fraction:
        """Return what is owed of a key."""
        return sum((Fraction(line.amount) for line in self.owed_lines() if line.key == key), ZERO)

    def said(self, key: Key) -> Fraction:
        """Return what was said of a key."""
        return sum((row.amount for row in self.rows if row.key == key), ZERO)

    def remaining(self, key: Key, document_id: str) -> Fraction:
        """Return what a key still has on a document."""
        rows = (row for row in self.rows if row.key == key and row.place == document_id)
        return sum((row.amount for row in rows), ZERO)

    def remaining_total(self, document_id: str) -> Fraction:
        """Return what credit notes can still take: a document's total less its credit notes."""
        return sum((row.amount for row in self.rows if row.billed == document_id), ZERO)

    def touching(self, document_id: str) -> list[Row]:
        """Return the rows that stand on a document, and those elsewhere that change it."""
        return [row for row in self.rows if document_id in (row.document_id, row.place)]

    def total(self, document_id: str) -> Fraction:
        """Return the sum of a document's rows."""
        return sum((row.amount for row in self.rows if row.document_id == document_id), ZERO)

    def in_order(self, document_ids: Iterable[str]) -> list[str]:
        """Return documents from the first to the latest."""
        return sorted(set(document_ids), key=lambda each: self.documents[each].position)

    def stands_on(self, key: Key) -> list[str]:
        """Return the documents with something of a key, the first one first."""
        return self.in_order(row.place for row in self.rows if row.key == key)

    def invoices_of(self, key: Key) -> set[tuple[str | None, str]]:
        """Return the invoices on which a key was said, or is owed today."""
        said = {(row.invoice_id, key.customer_id) for row in self.rows if row.key == key}
        return said | {line.invoice for line in self.lines if line.key == key}

    def is_waiting(self, key: Key, difference: Fraction) -> bool:
        """Tell whether a difference of a key is not to be said yet."""
        if self.is_held(key):
            return True
        if key in self.frozen_keys and (
            key.contract_id in self.inputs.withheld_contracts
            or key.lineage_id in self.inputs.withheld_lineages
        ):
            return True
        # A decision: a draft to which the key has moved counts too. Else a fee in advance that
        # becomes one in arrears is credited at once, and invoiced again at the end.
        drafts = {
            line.invoice for line in self.lines if line.status == DRAFT or line in self.postponed
        }
        if key in self.frozen_keys and drafts & self.invoices_of(key):
            return True
        # What is still owed of a cancelled document waits. A decision: a difference the other way
        # does not.
        cancelled = -sum(
            (row.amount for row in self.rows if row.correction == CANCEL and row.key == key), ZERO
        )
        return cancelled * difference > 0

    def origin_line(self, key: Key, document_id: str) -> Row | None:
        """Return the first row of a key on a document."""
        rows = (row for row in self.rows if row.key == key and row.document_id == document_id)
        return next(rows, None)


def opening_documents(inputs: LedgerInputs) -> list[Document]:
    """Return what another system has said, as documents before the first close.

    A decision: they stand in the order of the periods with which they begin, then their numbers.
    """
    by_number = defaultdict(list)
    for opening in inputs.opening:
        by_number[opening.document_number].append(opening)
    documents = []
    for number, openings in by_number.items():
        first = openings[0]
        documents.append(
            Document(
                document_id=number,
                document_type=INVOICE,
                close_number=0,
                seller_id=first.seller_id,
                customer_id=first.key.customer_id,
                currency=first.key.currency,
                issue_date=min(opening.key.nominal_start_date for opening in openings),
                payment_terms_days=first.payment_terms_days,
                payment_terms_kind=first.payment_terms_kind,
                number=number,
                rows=tuple(
                    Row(number, LINE, opening.key, Fraction(opening.amount)) for opening in openings
                ),
            )
        )
    return sorted(documents, key=lambda document: document.position)


def joined_by(line: Line) -> tuple[object, ...]:
    """Return what the lines of one document have in common."""
    grouping = line.grouping if line.grouping in (BY_CONTRACT, BY_CUSTOMER) else BY_INVOICE
    group = {
        BY_INVOICE: line.invoice_id,
        BY_CONTRACT: line.contract_id,
        BY_CUSTOMER: line.customer_id,
    }
    return (
        grouping,
        group[grouping],
        line.seller_id,
        line.customer_id,
        line.currency,
        line.billing_target,
        line.payment_terms_days,
        line.payment_terms_kind,
        line.purchase_order,
        line.issue_date,
    )


def differences(
    ledger: Ledger, lines: Sequence[Line], inputs: LedgerInputs, settings: CloseSettings
) -> tuple[OpenAdjustment, ...]:
    """Return the open adjustments as the ledger stands: what is owed less what was said."""
    accounts = Accounts(ledger, lines, inputs, settings)
    found = []
    for key in accounts.known_keys():
        amount = accounts.now(key) - accounts.said(key)
        if amount:
            state = WAITING if accounts.is_waiting(key, amount) else OPEN
            found.append(OpenAdjustment(key, state, amount))
    return tuple(found)


# The close


def close(
    ledger: Ledger, lines: Sequence[Line], inputs: LedgerInputs, settings: CloseSettings
) -> Closed:
    """Close the books as of an instant; without `close` nothing is written."""
    if not settings.close:
        return Closed((), differences(ledger, lines, inputs, settings), ledger)
    refuse(ledger, inputs, settings)
    return Closing(ledger, lines, inputs, settings).run()


def refuse(ledger: Ledger, inputs: LedgerInputs, settings: CloseSettings) -> None:
    """Stop what must not be closed, as far as ledger and inputs tell."""
    if ledger.closes and settings.as_of < ledger.closes[-1]:
        raise RefusedError("as_of is before the last close")
    if not ledger.closes and settings.books_from is None:
        raise RefusedError("the first close needs ratebook_books_from")
    prefixes = [seller.number_prefix or "" for seller in inputs.sellers.values()]
    if len(set(prefixes)) < len(prefixes):
        raise RefusedError("two sellers have one number_prefix")
    if inputs.contracts is not None:
        missing = {row.key.contract_id for row in ledger.rows} - set(inputs.contracts)
        if missing:
            raise RefusedError("contracts with frozen rows are in no input", *sorted(missing))


class Closing:
    """One close: corrections, differences, candidates, places, numbers."""

    def __init__(
        self, ledger: Ledger, lines: Sequence[Line], inputs: LedgerInputs, settings: CloseSettings
    ) -> None:
        """Read what the close has to start from."""
        self.ledger, self.lines, self.inputs, self.settings = ledger, lines, inputs, settings
        self.accounts = Accounts(ledger, lines, inputs, settings)
        self.close_number = len(ledger.closes) + 1
        self.new_documents: list[str] = []
        # The lines on the invoices of this close, on which adjustments may go.
        self.invoices: dict[str, list[Line]] = {}
        self.not_placed: defaultdict[Key, Fraction] = defaultdict(Fraction)

    def run(self) -> Closed:
        """Make the documents, in the order of the rules."""
        self.correct()
        # Parts are found before the candidates: a key stands where it was said before.
        nets = self.find_nets()
        self.check_credit_limit(nets)
        self.freeze_candidates()
        self.place(nets)
        documents = self.number_documents()
        ledger = self.ledger
        if documents:
            closes = (*ledger.closes, self.settings.as_of)
            ledger = Ledger((*ledger.documents, *documents), closes)
        adjustments = []
        for adjustment in differences(ledger, self.lines, self.inputs, self.settings):
            # What was placed in part may wait from now on.
            amount = self.not_placed.get(adjustment.key)
            if amount is not None:
                adjustments.append(replace(adjustment, amount=amount))
            elif adjustment.state == WAITING:
                adjustments.append(adjustment)
        return Closed(documents, tuple(adjustments), ledger)

    # Documents and their rows

    def add_document(self, document: Document) -> None:
        """Begin a document, unless this close has it already."""
        if document.document_id not in self.accounts.documents:
            self.accounts.documents[document.document_id] = document
            self.new_documents.append(document.document_id)

    def document_for(self, origin_id: str, document_type: str, *named: str | None) -> Document:
        """Return a document about another one: of its seller, by its terms, issued today.

        A decision: the rules do not say whose terms, nor which issue date these have.
        """
        origin = self.accounts.documents[origin_id]
        texts = (document_type, str(self.close_number), origin_id, *named)
        _, zone = prefix_and_zone(self.inputs, origin.seller_id)
        return Document(
            document_id=self.settings.surrogate_key(texts),
            document_type=document_type,
            close_number=self.close_number,
            seller_id=origin.seller_id,
            customer_id=origin.customer_id,
            currency=origin.currency,
            issue_date=zone.day(self.settings.as_of),
            payment_terms_days=origin.payment_terms_days,
            payment_terms_kind=origin.payment_terms_kind,
            origin_document_id=origin_id,
        )

    def adjust(
        self,
        document_id: str,
        origin_id: str,
        parts: Parts,
        correction: str | None = None,
    ) -> None:
        """Add parts to a document, a row for each key and origin."""
        accounts = self.accounts
        for key in sorted(parts, key=key_order):
            amount = parts[key]
            for row in accounts.rows:
                same = (row.document_id, row.key, row.origin_document_id, row.row_type)
                if same == (document_id, key, origin_id, ADJUSTMENT):
                    accounts.rows.remove(row)
                    amount += row.amount
                    break
            origin_line = accounts.origin_line(key, origin_id)
            invoices = [invoice_id for invoice_id, _ in accounts.invoices_of(key) if invoice_id]
            invoice_id = (origin_line and origin_line.invoice_id) or min(invoices, default=None)
            accounts.rows.append(
                Row(
                    document_id=document_id,
                    row_type=ADJUSTMENT,
                    key=key,
                    amount=amount,
                    invoice_id=invoice_id,
                    origin_document_id=origin_id,
                    origin_line_item_id=origin_line.line_item_id if origin_line else None,
                    correction=correction,
                    is_on_credit_note=(
                        accounts.documents[document_id].document_type == CREDIT_NOTE
                    ),
                )
            )

    # Corrections of whole documents

    def correct(self) -> None:
        """Cancel documents, and say documents once more; each of them once."""
        for correction in sorted(
            self.inputs.corrections, key=lambda each: (each.document_number, each.kind)
        ):
            for document in list(self.accounts.documents.values()):
                is_done = any(
                    row.correction is not None and row.origin_document_id == document.document_id
                    for row in self.accounts.rows
                )
                if document.number == correction.document_number and not is_done:
                    self.take_back(document, correction.kind)

    def take_back(self, document: Document, kind: str) -> None:
        """Credit a whole document; to reissue it, freeze anew what was still on it."""
        accounts, origin_id = self.accounts, document.document_id
        parts: defaultdict[Key, Fraction] = defaultdict(Fraction)
        for row in accounts.touching(origin_id):
            parts[row.key] += row.amount
        parts = {key: amount for key, amount in parts.items() if amount}
        total = sum(parts.values(), ZERO)
        # A decision: of a document that is credited already, or more than that, nothing is left.
        if total * document.total <= 0:
            return
        names = (kind, document.customer_id, document.currency)
        credit_type = CREDIT_NOTE if total >= 0 else ADJUSTMENT_INVOICE
        credit = replace(self.document_for(origin_id, credit_type, *names), correction=kind)
        self.add_document(credit)
        taken = {key: -amount for key, amount in parts.items()}
        self.adjust(credit.document_id, origin_id, taken, correction=kind)
        if kind != REISSUE:
            return
        anew_type = INVOICE if total >= 0 else CREDIT_NOTE
        anew = self.document_for(origin_id, anew_type, *names, "anew")
        self.add_document(replace(anew, correction=kind))
        for key in sorted(parts, key=key_order):
            before = accounts.origin_line(key, origin_id)
            accounts.rows.append(
                Row(
                    document_id=anew.document_id,
                    row_type=LINE,
                    key=key,
                    amount=parts[key],
                    invoice_id=before.invoice_id if before else None,
                    line_item_id=before.line_item_id if before else None,
                    origin_document_id=origin_id,
                    correction=kind,
                )
            )

    # Differences

    def find_nets(self) -> dict[NetOf, Parts]:
        """Return the differences by the origins to which they belong."""
        accounts = self.accounts
        on_candidates = defaultdict(Fraction)
        for lines in accounts.candidates.values():
            for line in lines:
                on_candidates[line.key] += Fraction(line.amount)
        nets = defaultdict(dict)
        for key in accounts.known_keys():
            difference = accounts.now(key) - accounts.said(key) - on_candidates[key]
            if not difference or accounts.is_waiting(key, difference):
                continue
            for origin_id, amount in self.parts_of(key, difference).items():
                seller_id = accounts.documents[origin_id].seller_id
                net = NetOf(key.contract_id, key.customer_id, key.currency, seller_id, origin_id)
                nets[net][key] = amount
        return dict(nets)

    def parts_of(self, key: Key, difference: Fraction) -> dict[str, Fraction]:
        """Return a difference by origin: charges to the first, credits to the latest first."""
        accounts = self.accounts
        origins = accounts.stands_on(key) or [self.first_document_of_invoice(key)]
        parts: defaultdict[str, Fraction] = defaultdict(Fraction)
        if difference < 0:
            for origin_id in reversed(origins):
                most = max(accounts.remaining(key, origin_id), ZERO)
                part = max(difference, -most)
                parts[origin_id] += part
                difference -= part
        parts[origins[0]] += difference
        return {origin_id: part for origin_id, part in parts.items() if part}

    def first_document_of_invoice(self, key: Key) -> str:
        """Return the first document of a frozen invoice to which a key was added."""
        accounts = self.accounts
        invoices = accounts.invoices_of(key) & accounts.frozen_invoices
        return accounts.in_order(
            row.document_id
            for row in accounts.rows
            if row.row_type == LINE and (row.invoice_id, row.key.customer_id) in invoices
        )[0]

    def check_credit_limit(self, nets: Mapping[NetOf, Parts]) -> None:
        """Stop a close that credits too many contracts at once.

        A decision: a contract is credited if any of its nets is below zero.
        """
        known = {row.key.contract_id for row in self.ledger.rows}
        credited = {net.contract_id for net, parts in nets.items() if sum(parts.values(), ZERO) < 0}
        limit = self.settings.credit_limit
        if len(known) > FEW_CONTRACTS and 100 * len(credited & known) > limit * len(known):
            raise RefusedError("too many contracts are credited", *sorted(credited & known))

    # Candidates

    def freeze_candidates(self) -> None:
        """Make documents of the candidates; their lines freeze as they are."""
        for lines in self.accounts.candidates.values():
            total = sum((Fraction(line.amount) for line in lines), ZERO)
            document_type = INVOICE if total >= 0 else CREDIT_NOTE
            first = lines[0]
            smallest = min(line.invoice_id for line in lines)
            document = Document(
                document_id=self.settings.surrogate_key(
                    (document_type, str(self.close_number), smallest)
                ),
                document_type=document_type,
                close_number=self.close_number,
                seller_id=first.seller_id,
                customer_id=first.customer_id,
                currency=first.currency,
                issue_date=first.issue_date,
                payment_terms_days=first.payment_terms_days or 0,
                payment_terms_kind=first.payment_terms_kind,
            )
            self.add_document(document)
            for line in sorted(lines, key=lambda line: line.line_item_id):
                self.accounts.rows.append(
                    Row(
                        document_id=document.document_id,
                        row_type=LINE,
                        key=line.key,
                        amount=Fraction(line.amount),
                        invoice_id=line.invoice_id,
                        line_item_id=line.line_item_id,
                    )
                )
            if document_type == INVOICE:
                self.invoices[document.document_id] = lines

    # Places

    def place(self, nets: Mapping[NetOf, Parts]) -> None:
        """Find a document for each net; what finds none stays open.

        Credit notes come last: what an origin can take is known when all else is placed.
        """
        credits_left: list[tuple[NetOf, Parts]] = []
        for net in self.in_turn(nets):
            parts = nets[net]
            amount = sum(parts.values(), ZERO)
            invoice_id = self.invoice_for(net, amount)
            if invoice_id is not None:
                self.adjust(invoice_id, net.origin_document_id, parts)
            elif amount < 0:
                credits_left.append((net, parts))
            elif amount > 0 and not self.waits_for_next_invoice(net):
                self.correct_by(ADJUSTMENT_INVOICE, net, net.origin_document_id, parts)
            else:
                self.leave_open(parts)
        rests = [
            (net, self.credit(net, net.origin_document_id, parts)) for net, parts in credits_left
        ]
        for net, rest in rests:
            self.credit_elsewhere(net, rest)

    def in_turn(self, nets: Mapping[NetOf, Parts]) -> Iterator[NetOf]:
        """Return nets in turn: charges from the first origin on, then credits from the latest.

        Contracts take turns in the order of their ids, since they may share documents.
        """
        by_origin = self.accounts.in_order(net.origin_document_id for net in nets)

        def is_credit(net: NetOf) -> bool:
            return sum(nets[net].values(), ZERO) < 0

        def turn(net: NetOf) -> tuple[object, ...]:
            rank = by_origin.index(net.origin_document_id)
            return is_credit(net), net.contract_id, -rank if is_credit(net) else rank, net

        return iter(sorted(nets, key=turn))

    def invoice_for(self, net: NetOf, amount: Fraction) -> str | None:
        """Return the first invoice of this close that stays at zero or above with a net."""
        if self.settings.adjustments == DOCUMENTS and amount != 0:
            return None
        ranked = []
        for document_id, lines in self.invoices.items():
            for line in lines:
                of_line = line.contract_id, line.customer_id, line.currency, line.seller_id
                if of_line == net[:4]:
                    delivery = DELIVERIES.index(line.invoice_delivery)
                    start = line.invoice_started_at
                    ranked.append((line.issue_date, delivery, start, document_id))
        for *_, document_id in sorted(ranked):
            if self.accounts.total(document_id) + amount >= 0:
                return document_id
        return None

    def waits_for_next_invoice(self, net: NetOf) -> bool:
        """Tell whether the contract's next invoice comes soon enough to wait for it."""
        if self.settings.adjustments == DOCUMENTS:
            return False
        next_date = self.inputs.next_issue_dates.get(net[:3])
        _, zone = prefix_and_zone(self.inputs, net.seller_id)
        last = zone.day(self.settings.as_of) + timedelta(days=self.settings.adjustment_wait_days)
        return next_date is not None and next_date <= last

    def correct_by(self, document_type: str, net: NetOf, origin_id: str, parts: Parts) -> None:
        """Add parts to the document of this close about an origin."""
        document = self.document_for(origin_id, document_type, *net[:3])
        self.add_document(document)
        self.adjust(document.document_id, origin_id, parts)

    def leave_open(self, parts: Parts) -> None:
        """Note what no document of this close says."""
        for key, amount in parts.items():
            self.not_placed[key] += amount

    def credit(self, net: NetOf, origin_id: str, parts: Parts) -> Parts:
        """Credit as much of a document as is still on it, and return the rest.

        A decision: parts above zero go with the first credit note, of the others those of the first
        keys are credited first.
        """
        most = self.accounts.remaining_total(origin_id)
        if most <= 0:
            return parts
        taken = {key: amount for key, amount in parts.items() if amount > 0}
        left = most + sum(taken.values(), ZERO)
        rest = {}
        for key in sorted((key for key in parts if parts[key] < 0), key=key_order):
            part = max(parts[key], -left)
            left += part
            if part:
                taken[key] = part
            if part != parts[key]:
                rest[key] = parts[key] - part
        self.correct_by(CREDIT_NOTE, net, origin_id, taken)
        return rest

    def credit_elsewhere(self, net: NetOf, parts: Parts) -> None:
        """Credit a rest to the contract's other documents, the latest first.

        Those of this close are among them. Else the same close would find them when it runs again.
        """
        accounts = self.accounts
        while parts:
            with_room = [
                row.place
                for row in accounts.rows
                if row.key.contract_id == net.contract_id
                and row.key.customer_id == net.customer_id
                and row.key.currency == net.currency
                and accounts.documents[row.place].seller_id == net.seller_id
                and accounts.remaining_total(row.place) > 0
            ]
            if not with_room:
                self.leave_open(parts)
                return
            parts = self.credit(net, accounts.in_order(with_room)[-1], parts)

    # Dates and numbers

    def number_documents(self) -> tuple[Document, ...]:
        """Date and number the documents of this close, those of zero without a number."""
        last: defaultdict[tuple[str, str, int], int] = defaultdict(int)
        for document in self.ledger.documents:
            if document.sequence is not None:
                last[sequence_of(document)] = document.sequence
        numbered = []
        for document_id in self.accounts.in_order(self.new_documents):
            document = self.accounts.documents[document_id]
            prefix, zone = prefix_and_zone(self.inputs, document.seller_id)
            today = zone.day(self.settings.as_of)
            has_series = self.settings.credit_note_series and document.document_type == CREDIT_NOTE
            document = replace(
                document,
                document_date=today,
                due_date=due_date(today, document.payment_terms_days, document.payment_terms_kind),
                series=CREDIT_NOTE_SERIES if has_series else "",
                rows=tuple(row for row in self.accounts.rows if row.document_id == document_id),
            )
            if document.total:
                last[sequence_of(document)] += 1
                sequence = last[sequence_of(document)]
                series = f"{document.series}-" if document.series else ""
                number = f"{prefix}{series}{today.year}-{sequence:06}"
                document = replace(document, sequence=sequence, number=number)
            numbered.append(document)
        return tuple(numbered)


def sequence_of(document: Document) -> tuple[str, str, int]:
    """Return seller, series and year, within which documents are counted."""
    return document.seller_id, document.series, document.document_date.year


# What always holds


def check_identity(
    ledger: Ledger,
    open_adjustments: Iterable[OpenAdjustment],
    lines: Sequence[Line],
    inputs: LedgerInputs,
    settings: CloseSettings,
) -> list[str]:
    """Return where frozen, open, waiting and not yet closed are not what is owed.

    Not yet closed are lines of keys of which nothing was said: candidates, on hold, or before the
    books begin. What was said includes what another system has said.
    """
    accounts = Accounts(ledger, lines, inputs, settings)
    known = set(accounts.known_keys())
    said: defaultdict[tuple[str, str], Fraction] = defaultdict(Fraction)
    owed: defaultdict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for row in accounts.rows:
        said[row.key.contract_id, row.key.currency] += row.amount
    for adjustment in open_adjustments:
        said[adjustment.key.contract_id, adjustment.key.currency] += adjustment.amount
    for line in lines:
        if line.is_shadow or line.status != FINALIZED:
            continue
        group = line.contract_id, line.currency
        owed[group] += Fraction(line.amount)
        if line.key not in known or line in accounts.postponed:
            said[group] += Fraction(line.amount)
    return [
        f"{group}: {said[group]} is said or open, {owed[group]} is owed"
        for group in sorted({*said, *owed})
        if said[group] != owed[group]
    ]


def check_sequences(ledger: Ledger) -> list[str]:
    """Return where numbers have gaps, come twice, or stand on documents of zero."""
    counts: defaultdict[tuple[str, str, int], int] = defaultdict(int)
    wrong = []
    for document in ledger.documents:
        if (document.number is None) != (document.total == 0):
            wrong.append(f"{document.document_id} of {document.total} has {document.number}")
        if document.sequence is not None:
            counts[sequence_of(document)] += 1
            if document.sequence != counts[sequence_of(document)]:
                wrong.append(f"{document.number} is number {counts[sequence_of(document)]}")
    return wrong
