"""The numbers of the case study, to the cent: on main, on its branches, and in small inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

import pytest
from conftest import Warehouse
from input_tables import (
    Builder,
    Inputs,
    Row,
    amounts_of,
    combined,
    decimals,
    event,
    lines_of,
    reports,
    row,
    utc,
)

BRANCHES = ("override_as_printed", "override_creates", "one_off")

# OptimusPrimeBot's usage in May 2024.
UPDATES = 8_617
CREATES = 2_552_920


@pytest.fixture(scope="module")
def branches(on_branch: Callable[[str], Warehouse]) -> dict[str, Warehouse]:
    """Return the case study built on each of its branches."""
    return {branch: on_branch(branch) for branch in BRANCHES}


@pytest.fixture(scope="module")
def warehouses(case_study: Warehouse, branches: dict[str, Warehouse]) -> dict[str, Warehouse]:
    """Return the case study on main and on each of its branches."""
    return {"main": case_study, **branches}


class Invoice(NamedTuple):
    """An invoice's header."""

    delivery: str
    currency: str
    started_at: object
    ended_at: object
    issued_at: object
    status: str
    line_count: int
    total: Decimal


def invoices_of(warehouse: Warehouse, contract_id: str, nominal_start: str) -> list[Invoice]:
    """Return the invoices of a contract whose nominal period starts on a date."""
    rows = warehouse.rows(
        """
        select
            invoice_delivery, currency, started_at, ended_at, issued_at, status, line_count, total
        from ratebook.invoices
        where contract_id = ? and nominal_start_date = cast(? as date)
        order by invoice_delivery desc
        """,
        [contract_id, nominal_start],
    )
    return [Invoice(*one) for one in rows]


# What each branch owes for OptimusPrimeBot's May, product by product, and for its year.
LINES_OF_MAY = [
    # 0.05 x 8617 and 0.04 x 2552920
    ("main", "OptimusPrimeBot_contract", {"Updates": "430.85", "Creates": "102116.80"}),
    # The override names a list price of another pricebook: nothing changes.
    (
        "override_as_printed",
        "OptimusPrimeBot_contract",
        {"Updates": "430.85", "Creates": "102116.80"},
    ),
    # 2.00 x 2552920
    (
        "override_creates",
        "OptimusPrimeBot_contract",
        {"Updates": "430.85", "Creates": "5105840.00"},
    ),
    # 1.00 x 2552920, and nothing else is sold
    ("one_off", "solo_contract", {"Creates": "2552920.00"}),
]
TOTALS = [
    ("main", "OptimusPrimeBot_contract", "102547.65", "5000.00"),
    ("override_as_printed", "OptimusPrimeBot_contract", "102547.65", "5000.00"),
    ("override_creates", "OptimusPrimeBot_contract", "5106270.85", "5000.00"),
    ("one_off", "solo_contract", "2552920.00", "5300.00"),
]


@pytest.mark.parametrize(("branch", "contract_id", "owed"), LINES_OF_MAY)
def test_lines_of_may(
    warehouses: dict[str, Warehouse], branch: str, contract_id: str, owed: dict[str, str]
) -> None:
    """Each line is the product's price times its usage in May."""
    quantities = {"Updates": UPDATES, "Creates": CREATES}
    lines = lines_of(warehouses[branch], contract_id, "ARREARS")
    of_may = {
        line.product: (line.line_type, line.quantity, line.amount)
        for line in lines
        if line.nominal_start == "2024-05-01"
    }
    assert of_may == {
        product: ("usage", quantities[product], Decimal(amount)) for product, amount in owed.items()
    }


@pytest.mark.parametrize(("branch", "contract_id", "arrears", "advanced"), TOTALS)
def test_totals(
    warehouses: dict[str, Warehouse], branch: str, contract_id: str, arrears: str, advanced: str
) -> None:
    """The open month is a draft; the year, owed in advance, has been invoiced."""
    month = invoices_of(warehouses[branch], contract_id, "2024-05-01")
    year = invoices_of(warehouses[branch], contract_id, "2023-11-01")
    assert [(one.delivery, one.total, one.status) for one in month] == [
        ("ARREARS", Decimal(arrears), "DRAFT")
    ]
    assert [
        (one.delivery, one.total, one.status, one.started_at, one.ended_at) for one in year
    ] == [
        ("ARREARS", 0, "FINALIZED", utc("2023-11-01"), utc("2023-12-01")),
        ("ADVANCED", Decimal(advanced), "FINALIZED", utc("2023-11-01"), utc("2024-11-01")),
    ]


def test_months_without_usage_owe_nothing(case_study: Warehouse) -> None:
    """A month without usage keeps its lines: a reader sees that it was rated."""
    quiet = [
        line
        for line in lines_of(case_study, "OptimusPrimeBot_contract", "ARREARS")
        if line.nominal_start != "2024-05-01"
    ]
    # November to April, Updates and Creates.
    assert len(quiet) == 6 * 2
    assert {(line.quantity, line.amount) for line in quiet} == {(0, 0)}


@pytest.mark.parametrize("branch", ["main", "override_as_printed", "override_creates"])
def test_papergirl(warehouses: dict[str, Warehouse], branch: str) -> None:
    """Her first month is cut by her contract's start; her year is owed whole, from that instant."""
    arrears, advanced = invoices_of(warehouses[branch], "Papergirl_contract", "2023-11-01")
    start = utc("2023-11-06 07:23:49")
    assert arrears == Invoice(
        "ARREARS", "USD", start, utc("2023-12-01"), utc("2023-12-01"), "FINALIZED", 2,
        Decimal("20.20"),
    )  # fmt: skip
    assert advanced == Invoice(
        "ADVANCED", "USD", start, utc("2024-11-01"), start, "FINALIZED", 1, Decimal("1000.00")
    )
    lines = lines_of(warehouses[branch], "Papergirl_contract")
    of_november = {line.product: line[2:] for line in lines if line.nominal_start == "2023-11-01"}
    assert of_november == {
        "Updates": ("usage", 2, Decimal("0.20")),  # 0.10 x 2
        "Creates": ("usage", 400, Decimal("20.00")),  # 0.05 x 400
        "Platform fee": ("fixed", 1, Decimal("1000.00")),
    }
    assert {line.amount for line in lines if line.nominal_start > "2023-11-01"} == {0}


def test_what_the_branches_report(warehouses: dict[str, Warehouse]) -> None:
    """Each branch adds the report of its own contract price, and nothing else."""
    new = {
        branch: reports(built) - reports(warehouses["main"]) for branch, built in warehouses.items()
    }
    assert new == {
        "main": set(),
        "override_as_printed": {
            ("contract_prices", "1", "OVERRIDE_OUTSIDE_PRICEBOOK", "NOT_BILLED")
        },
        "override_creates": {("contract_prices", "2", "PRICE_ABOVE_LIST", "BILLED")},
        "one_off": set(),
    }


def test_price_says_where_it_comes_from(branches: dict[str, Warehouse]) -> None:
    """On its branch the override gives the price of Creates, and the list price that of Updates."""
    rows = branches["override_creates"].rows(
        """
        select product_name, list_price, price, price_source, contract_price_uid
        from ratebook.prices
        where contract_id = 'OptimusPrimeBot_contract' and product_type = 'EVENT'
        order by product_name
        """
    )
    assert rows == [
        ("Creates", Decimal("0.04"), Decimal("2.00"), "contract_price", "2"),
        ("Updates", Decimal("0.05"), Decimal("0.05"), "list_price", None),
    ]


# Branches


def diffs_of(warehouse: Warehouse) -> dict[str, tuple[str, Decimal, Decimal, Decimal]]:
    """Return contract and amounts of the invoices that a branch changes."""
    rows = warehouse.rows(
        """
        select invoice_id, contract_id, main_total, branch_total, difference
        from ratebook.branch_invoice_diffs
        where difference != 0
        """
    )
    return {invoice_id: tuple(amounts) for invoice_id, *amounts in rows}


def totals_of(warehouse: Warehouse) -> dict[str, Decimal]:
    """Return the total of every invoice."""
    return dict(warehouse.rows("select invoice_id, total from ratebook.invoices"))


def test_cost_of_the_override(branches: dict[str, Warehouse]) -> None:
    """It changes the one invoice that it means: 5106270.85 - 102547.65."""
    assert list(diffs_of(branches["override_creates"]).values()) == [
        (
            "OptimusPrimeBot_contract",
            Decimal("102547.65"),
            Decimal("5106270.85"),
            Decimal("5003723.20"),
        )
    ]
    assert diffs_of(branches["override_as_printed"]) == {}


def test_cost_of_the_one_off(branches: dict[str, Warehouse]) -> None:
    """One contract goes, another comes: both stand beside each other, none is matched."""
    assert sorted(diffs_of(branches["one_off"]).values(), key=str) == [
        ("OptimusPrimeBot_contract", Decimal("102547.65"), None, Decimal("-102547.65")),
        ("OptimusPrimeBot_contract", Decimal("5000.00"), None, Decimal("-5000.00")),
        ("solo_contract", None, Decimal("2552920.00"), Decimal("2552920.00")),
        ("solo_contract", None, Decimal("5300.00"), Decimal("5300.00")),
    ]


@pytest.mark.parametrize("branch", BRANCHES)
def test_branches_leave_main_alone(
    case_study: Warehouse, branches: dict[str, Warehouse], branch: str
) -> None:
    """A branch compares itself with main's invoices, all of them, as main has them."""
    rows = branches[branch].rows(
        """
        select invoice_id, main_total from ratebook.branch_invoice_diffs
        where main_total is not null
        """
    )
    assert dict(rows) == totals_of(case_study)
    rows = branches[branch].rows(
        """
        select invoice_id, branch_total from ratebook.branch_invoice_diffs
        where branch_total is not null
        """
    )
    assert dict(rows) == totals_of(branches[branch])


def test_main_shows_no_branch(case_study: Warehouse) -> None:
    """No row of a branch is seen on main, and main differs from itself in nothing."""
    assert lines_of(case_study, "solo_contract") == []
    assert diffs_of(case_study) == {}


# More numbers: those that the case study's own customers owe by its as-of instant


def test_amended_to_another_pricebook(case_study: Warehouse) -> None:
    """Prorated or not, nothing is charged twice; 121 of the year's 366 days lie before March."""
    assert amounts_of(case_study, "northwind_contract", "ADVANCED") == decimals("1000.00 5000.00")
    # 1000 x 121/366 = 330.601… and 5000 x 245/366 = 3346.994…
    assert amounts_of(case_study, "twin_pines_contract", "ADVANCED") == decimals("330.60 3346.99")


def test_override_until_april(case_study: Warehouse) -> None:
    """January to March at the override's price, then at the list price."""
    assert amounts_of(case_study, "spring_deals_contract", "ADVANCED") == decimals(
        "80 80 80 100 100"
    )


# Usage plans: a customer for each charge model, in Swiss francs: what the lines of each period owe

PLANS = [
    # 20 for up to 100 pages, 0.40 up to 1000 and 5 once, then 0.30 and 10 once: 95 pages, then 1250
    ("ladder", "Proofreading", "95 pages: 20", "2024-04-01", "20"),
    ("ladder", "Proofreading", "20 + 5 + 900 x 0.40 + 10 + 250 x 0.30", "2024-05-01", "470"),
    # all articles at 2.00, at 1.50 from 101 on, at 1.20 from 501 on
    ("big_batch", "Translated articles", "100 x 2.00", "2024-04-01", "200"),
    ("big_batch", "Translated articles", "101 x 1.50", "2024-05-01", "151.50"),
    # 10.00 per 1000 links, begun
    ("parcel", "Link checks", "1000 links: 1 x 10", "2024-04-01", "10"),
    ("parcel", "Link checks", "2301 links: 3 x 10", "2024-05-01", "30"),
    # 2.9 % and 0.30 each, the first 2 of a month are free
    ("tip_jar", "Donations", "of 100, 10 and 1: 3.20 + 0.59 + 0.329", "2024-04-01", "4.12"),
    ("tip_jar", "Donations", "of 250: 7.25 + 0.30", "2024-05-01", "7.55"),
    # 5 % up to 1000, then 3 %
    ("patron", "Reader subscriptions", "800 x 5 %", "2024-04-01", "40"),
    ("patron", "Reader subscriptions", "50 + 450.50 x 3 % = 63.515", "2024-05-01", "63.52"),
    # 0.75 per million
    ("token_tower", "Summary tokens", "42.5 x 0.75 = 31.875", "2024-04-01", "31.88"),
    ("token_tower", "Summary tokens", "12.345678 x 0.75 = 9.2592585", "2024-05-01", "9.26"),
    # 10 a month for each of 5 seats, 8 for the others; 8 seats, invoiced for a year
    ("annual", "Reviewer seats", "(5 x 10 + 3 x 8) x 12", "2024-04-01", "888"),
    # 14 a week from Wednesday, 1 May
    ("monday", "Weekly digest", "14 x 5/7", "2024-04-29", "10"),
    ("monday", "Weekly digest", "a week", "2024-05-06", "14"),
    ("monday", "Weekly digest", "a week", "2024-05-13", "14"),
    ("monday", "Weekly digest", "a week", "2024-05-20", "14"),
    ("monday", "Weekly digest", "a week", "2024-05-27", "14"),
    # 30 a month and 0.10 a preview, the first 14 days are free: 5 previews on 10 April are
    ("first_steps", "Starter plan", "30 x 16/30", "2024-04-01", "16"),
    ("first_steps", "Starter plan", "a month", "2024-05-01", "30"),
    ("first_steps", "Page previews", "3 x 0.10", "2024-04-01", "0.30"),
    ("first_steps", "Page previews", "2 x 0.10", "2024-05-01", "0.20"),
]
# Tokens of model_mix: of the large model 2.50 per million in and 10 out, of all others 0.50
CELLS = [
    ("large-in", "1.234567 x 2.50 = 3.0864175", "2024-04-01", "3.09"),
    ("large-out", "0.345678 x 10 = 3.45678", "2024-04-01", "3.46"),
    ("other", "2 of the small model x 0.50", "2024-04-01", "1"),
    ("large-in", "(0.8 + 0.45) x 2.50 = 3.125", "2024-05-01", "3.13"),
    ("other", "0.5 of the small model and 0.6 without direction x 0.50", "2024-05-01", "0.55"),
]


def test_usage_plans(case_study: Warehouse) -> None:
    """Each line of these customers owes what the arithmetic above says."""
    customers = dict.fromkeys(customer for customer, *_ in PLANS)
    owed = {
        (customer, line.product, line.nominal_start): line.amount
        for customer in customers
        for line in lines_of(case_study, f"{customer}_contract")
    }
    assert owed == {
        (customer, product, start): Decimal(amount) for customer, product, _, start, amount in PLANS
    }
    # No other customer pays in francs, and no line is missing from the tables.
    assert case_study.rows("select sum(total) from ratebook.invoices where currency = 'CHF'") == [
        (sum(Decimal(amount) for *_, amount in (*PLANS, *CELLS)),)
    ]


def test_cells_of_the_usage_plans(case_study: Warehouse) -> None:
    """A line for each cell with usage; an event without direction is in the cell of all others."""
    rows = case_study.rows(
        """
        select lines.cell_id, cast(invoices.nominal_start_date as varchar), lines.amount
        from ratebook.line_items as lines
        inner join ratebook.invoices as invoices using (invoice_id)
        where lines.contract_id = 'model_mix_contract'
        order by invoices.nominal_start_date, lines.cell_id
        """
    )
    assert rows == [(cell, start, Decimal(amount)) for cell, _, start, amount in CELLS]


def test_tiers_of_the_usage_plans(case_study: Warehouse) -> None:
    """1250 pages are 100, 900 and 250; 8 seats are 5 and 3: what they owe a month."""
    rows = case_study.rows(
        """
        select lines.product_name, tiers.quantity, tiers.flat_amount, tiers.amount
        from ratebook.line_item_tiers as tiers
        inner join ratebook.line_items as lines using (line_item_id)
        where lines.contract_id in ('ladder_contract', 'annual_contract') and lines.amount > 20
        order by lines.product_name, tiers.tier_number
        """
    )
    assert rows == [
        ("Proofreading", 100, 20, 20),
        ("Proofreading", 900, 5, 365),
        ("Proofreading", 250, 10, 85),
        ("Reviewer seats", 5, 0, 50),
        ("Reviewer seats", 3, 0, 24),
    ]


def test_previews_of_the_trial(case_study: Warehouse) -> None:
    """The five of 10 April, and no other event, are in a trial."""
    rows = case_study.rows(
        """
        select customer_id, cast(metered_at as date), count(*) from ratebook.usage_event_outcomes
        where outcome = 'IN_TRIAL' group by all
        """
    )
    assert rows == [("first_steps", utc("2024-04-10").date(), 5)]


# … and in whole terms, in inputs of their own


def monthly_fee(pricebook: str, price: str, **cells: str) -> Inputs:
    """Return a pricebook that sells a fee, in arrears each month unless it says otherwise."""
    return {
        "pricebooks": [row(pricebook)],
        "list_prices": [
            row(
                f"{pricebook}_fee", pricebook_uid=pricebook, product_uid="fee", price=price, **cells
            )
        ],
    }


def contract(name: str, started_at: str, ended_at: str, **cells: str) -> Inputs:
    """Return a customer with a contract and a pricebook of the same name."""
    terms = {"customer_id": name, "pricebook_id": name}
    return {
        "customers": [row(name)],
        "contracts": [row(name, **terms, started_at=started_at, ended_at=ended_at, **cells)],
    }


def amended_in_january(name: str, product: str, quantity: int, **cells: str) -> Inputs:
    """Return a contract of January 2025, amended on the 15th, with usage before and after it.

    The amendment changes the payment terms, so that no price is the same span before and after.
    """
    terms = {"durable_id": name, "customer_id": name, "pricebook_id": name}
    term = {"started_at": "2025-01-01", "ended_at": "2025-02-01"}
    usage = {"name": product, "quantity": quantity}
    return {
        "customers": [row(name)],
        "pricebooks": [row(name)],
        "list_prices": [row(f"{name}_price", pricebook_uid=name, product_uid=product, **cells)],
        "contracts": [
            row(f"{name}_1", **terms, **term),
            row(f"{name}_2", **terms, **term, effective_at="2025-01-15", payment_terms_days="30"),
        ],
        "usage_events": [
            event(f"{name}-1", name, "2025-01-10T00:00:00Z", **usage),
            event(f"{name}-2", name, "2025-01-20T00:00:00Z", **usage),
        ],
    }


def counted_pages(transaction_id: str, received_at: str, quantity: int) -> Row:
    """Return an event of one instant, for all that are received."""
    counted = event(transaction_id, "latest", "2025-01-10", name="pages", quantity=quantity)
    return {**counted, "received_at": received_at}


def worked_inputs() -> Iterator[Inputs]:
    """Return the inputs of all worked numbers."""
    metered = {"ptype": "EVENT", "agg_property": "quantity"}
    yield {
        "products": [
            row("fee", name="Fee", ptype="FIXED"),
            row("year", name="Year", ptype="FIXED"),
            row("units", name="Units", event_name="units", aggregation="SUM", **metered),
            row("seats", name="Seats", event_name="seats", aggregation="MAX", **metered),
            row("pages", name="Pages", event_name="pages", aggregation="LATEST", **metered),
        ]
    }
    yield monthly_fee("spring", "100")
    yield contract("spring", "2024-01-01", "2025-01-01")
    until_april = {"contract_id": "spring", "ended_at": "2024-04-01"}
    yield {
        "contract_prices": [
            row("spring_80", list_price_uid="spring_fee", price="80", **until_april)
        ]
    }
    yield monthly_fee("nothing_off", "100")
    yield contract("nothing_off", "2025-01-01", "2025-04-01")
    nothing = {"discount_percent": "0", "discount_amount": "0", "free_quantity": "0"}
    from_february = {"contract_id": "nothing_off", "started_at": "2025-02-11", **nothing}
    yield {"contract_prices": [row("nothing", list_price_uid="nothing_off_fee", **from_february)]}
    yield monthly_fee("twins", "100")
    for contract_id, customer_id in [("twin|1", "one"), ("twin", "1|one")]:
        terms = {"customer_id": customer_id, "pricebook_id": "twins"}
        january = {"started_at": "2025-01-01", "ended_at": "2025-02-01"}
        yield {"customers": [row(customer_id)], "contracts": [row(contract_id, **terms, **january)]}
    yield contract("latest", "2025-01-01", "2025-02-01")
    yield {
        "pricebooks": [row("latest")],
        "list_prices": [row("latest", pricebook_uid="latest", product_uid="pages", price="2")],
        "usage_events": [
            counted_pages("latest-z", "2025-01-11", 300),
            counted_pages("latest-b", "2025-01-12", 250),
            counted_pages("latest-a", "2025-01-12", 900),
        ],
    }
    yield amended_in_january("graduated", "units", 800, charge_model="GRADUATED")
    yield {
        "price_tiers": [
            row("tier_1", list_price_uid="graduated_price", up_to="1000", unit_price="1.00"),
            row("tier_2", list_price_uid="graduated_price", up_to=None, unit_price="0.50"),
        ]
    }
    package = {"charge_model": "PACKAGE", "package_size": "1000"}
    yield amended_in_january("package", "units", 500, price="10", **package)
    yield amended_in_january("seats", "seats", 10, price="20")
    yield amended_in_january("minimum", "units", 100, price="1.00", minimum_amount="500")
    for anchor in ("CALENDAR", "ANNIVERSARY"):
        name = anchor.lower()
        yield monthly_fee(name, "100")
        yield contract(name, "2025-01-15", "2026-01-15", billing_anchor=anchor, prorate="true")
        in_advance = {"invoice_delivery": "ADVANCED", "invoice_schedule": "12", "price": "1000"}
        yield {
            "list_prices": [
                row(f"{name}_year", pricebook_uid=name, product_uid="year", **in_advance)
            ]
        }
    yield monthly_fee("new_york", "100")
    new_york = contract("new_york", "2024-01-01", "2025-01-01")
    yield new_york | {"customers": [row("new_york", billing_timezone="America/New_York")]}


@pytest.fixture(scope="module")
def worked(build: Builder) -> Warehouse:
    """Return the inputs of all worked numbers, built when all their terms are over."""
    return build(
        combined(*worked_inputs()),
        as_of="2026-02-01",
        models=("line_items", "invoices", "contract_events", "contract_mrr"),
    )


def test_override_of_a_quarter(worked: Warehouse) -> None:
    """3 x 80 + 9 x 100 = 1140."""
    assert amounts_of(worked, "spring") == decimals("80 80 80" + 9 * " 100")
    assert sum(amounts_of(worked, "spring")) == 1140


def test_ids_with_the_delimiter_in_them(worked: Warehouse) -> None:
    """A key of "twin|1" and "one" is not that of "twin" and "1|one": each has its invoice."""
    invoices = worked.rows(
        """
        select contract_id, total from ratebook.invoices
        where contract_id in ('twin', 'twin|1') order by contract_id
        """
    )
    assert invoices == [("twin", 100), ("twin|1", 100)]


def test_latest_of_one_instant(worked: Warehouse) -> None:
    """The last received, of those the highest transaction_id: 2 x 250 = 500."""
    assert [line[2:] for line in lines_of(worked, "latest")] == [("usage", 250, 500)]


def test_override_that_takes_nothing_off(worked: Warehouse) -> None:
    """A discount of 0 is none: February is not cut where it begins."""
    assert amounts_of(worked, "nothing_off") == decimals("100 100 100")


def test_tiers_around_an_amendment(worked: Warehouse) -> None:
    """1.00 up to 1000, then 0.50: 800 before and 800 after it are 1000 + 600 x 0.5 = 1300."""
    assert amounts_of(worked, "graduated") == decimals("800 500")


def test_packages_around_an_amendment(worked: Warehouse) -> None:
    """10 per 1000: 500 before and 500 after it are one package."""
    assert amounts_of(worked, "package") == decimals("10 0")


def test_maximum_around_an_amendment(worked: Warehouse) -> None:
    """10 seats before and after the amendment are 10 seats: 20 each, once."""
    assert [line[2:] for line in lines_of(worked, "seats")] == [("usage", 10, 200)]


def test_minimum_around_an_amendment(worked: Warehouse) -> None:
    """The minimum of 500 holds once: 100 + 100, and what is missing."""
    assert [line[2:] for line in lines_of(worked, "minimum")] == [
        ("usage", 100, 100),
        ("usage", 100, 100),
        ("minimum_true_up", 0, 300),
    ]


def by_product(warehouse: Warehouse, contract_id: str) -> dict[str, list[Decimal]]:
    """Return the amounts of a contract by product, in time order."""
    lines = lines_of(warehouse, contract_id)
    return {
        product: [line.amount for line in lines if line.product == product]
        for product in sorted({line.product for line in lines})
    }


def test_calendar_stubs(worked: Warehouse) -> None:
    """17 of January's 31 days and 14 of the next; 351 of 365 days of a year and 14 of the next."""
    owed = by_product(worked, "calendar")
    assert owed == {
        "Fee": decimals("54.84" + 11 * " 100" + " 45.16"),
        "Year": decimals("961.64 38.36"),
    }
    assert [sum(amounts) for amounts in owed.values()] == [1200, 1000]


def test_anniversary_has_no_stubs(worked: Warehouse) -> None:
    """Twelve whole months, one whole year."""
    assert by_product(worked, "anniversary") == {
        "Fee": 12 * [Decimal(100)],
        "Year": [Decimal(1000)],
    }


def test_months_of_new_york(worked: Warehouse) -> None:
    """Local dates: midnight in New York is 05:00 UTC in January."""
    periods = worked.rows(
        """
        select started_at, ended_at, total from ratebook.invoices
        where contract_id = 'new_york' order by started_at
        """
    )
    assert len(periods) == 12
    assert (periods[0][0], periods[-1][1]) == (utc("2024-01-01 05:00"), utc("2025-01-01 05:00"))
    # Summer time begins in March: April starts at 04:00 UTC.
    assert utc("2024-04-01 04:00") in {started_at for started_at, _, _ in periods}
    assert {total for _, _, total in periods} == {Decimal(100)}


def test_contract_renews_with_an_uplift(case_study: Warehouse) -> None:
    """Evergreen Archive: a year of 300 a month, then 300 x 1.05 = 315, from February to May."""
    assert amounts_of(case_study, "evergreen_contract") == decimals("300 " * 12 + "315 " * 4)
    movements = case_study.rows(
        """
        select cast(month_start_date as varchar), new_mrr, renewal_mrr from ratebook.contract_mrr
        where contract_id = 'evergreen_contract' and mrr != mrr_before order by 1
        """
    )
    assert movements == [("2023-02-01", 300, 0), ("2024-02-01", 0, 15)]


def test_contract_is_terminated_early(case_study: Warehouse) -> None:
    """Night Shift Translators leave on 16 April: 200 x 15/30 for the days before."""
    assert amounts_of(case_study, "night_shift_contract") == decimals("200 200 200 200 100")
    events = case_study.rows(
        """
        select event_type, mrr_before, mrr_after, end_reason from ratebook.contract_events
        where contract_id = 'night_shift_contract' order by occurred_at
        """
    )
    assert events == [
        ("SIGNED", 0, 0, None),
        ("STARTED", 0, 200, None),
        ("TERMINATED", 200, 0, "merged with another bureau"),
    ]
