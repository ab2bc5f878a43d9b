"""What a person does: look for an invoice, open it, follow its price, take the document along."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect
from pypdf import PdfReader
from serving import visit, wait_until_drawn


def amounts(page: Page, label: str) -> list[str]:
    """Return the cells below a label, in the first table that has it."""
    table = page.locator("table.rb", has=page.get_by_role("columnheader", name=label, exact=True))
    labels = table.first.locator("th").all_inner_texts()
    place = labels.index(label) + 1
    return table.first.locator(f"tbody td:nth-child({place})").all_inner_texts()


def open_invoice(page: Page, total: str) -> None:
    """Open the invoice of a list that has this total."""
    page.locator("table.rb tr", has_text=total).locator("a").first.click()
    page.get_by_text("Back to the list").wait_for()
    wait_until_drawn(page)


def test_search_finds_by_customer(site: str, page: Page) -> None:
    """Papergirl owes 1,000.00 in advance and 20.20 in arrears, and nothing in quiet months."""
    visit(page, f"{site}/invoices")
    page.get_by_placeholder("Customer, contract or invoice id").fill("papergirl")
    page.keyboard.press("Enter")
    expect(page.locator(".rb-card .value")).to_have_text(["1,020.20 USD"])
    wait_until_drawn(page)
    assert sorted(set(amounts(page, "Total"))) == ["0.00 USD", "1,000.00 USD", "20.20 USD"]
    assert page.url.endswith("/invoices?find=papergirl")


def test_filters_narrow_and_stay_in_the_address(site: str, page: Page) -> None:
    """In advance Papergirl has one invoice; the address alone brings it back."""
    visit(page, f"{site}/invoices?find=papergirl")
    page.get_by_test_id("stSelectbox").filter(has_text="Delivery").locator("input").click()
    page.get_by_role("option", name="Advanced").click()
    expect(page.locator(".rb-card .value")).to_have_text(["1,000.00 USD"])
    address = page.url
    assert "delivery=Advanced" in address
    visit(page, address)
    assert amounts(page, "Total") == ["1,000.00 USD"]


def test_a_price_is_followed_to_its_row(site: str, page: Page) -> None:
    """400 pages at 0.05, which is list price 2 of the pricebook, are 20.00."""
    visit(page, f"{site}/invoices?find=papergirl&month=2023-11&delivery=Arrears")
    open_invoice(page, "20.20 USD")
    assert amounts(page, "Amount") == ["20.00 USD", "0.20 USD", "20.20 USD"]
    assert amounts(page, "Quantity")[:2] == ["400", "2"]
    page.locator("table.rb tr", has_text="Creates").get_by_text("Price and usage").click()
    page.get_by_text("Where the price of Creates comes from").wait_for()
    wait_until_drawn(page)
    terms = dict(zip(amounts(page, "Term"), amounts(page, "Value"), strict=True))
    rows = dict(zip(amounts(page, "Term"), amounts(page, "Row"), strict=True))
    assert (terms["Price"], rows["Price"]) == ("0.05 USD", "2")
    assert (terms["Delivery"], rows["Delivery"]) == ("Arrears", "a")


def test_usage_by_day_adds_up_to_the_line(site: str, page: Page) -> None:
    """The days behind the 400 pages are 400."""
    visit(page, f"{site}/invoices?find=papergirl&month=2023-11&delivery=Arrears")
    open_invoice(page, "20.20 USD")
    page.locator("table.rb tr", has_text="Creates").get_by_text("Price and usage").click()
    page.get_by_text("Usage of Creates by day").wait_for()
    wait_until_drawn(page)
    days = page.locator("table.rb", has_text="Day (UTC)").locator("tbody tr td:nth-child(3)")
    assert sum(int(text.replace(",", "")) for text in days.all_inner_texts()) == 400


def test_back_to_the_list_as_it_was(site: str, page: Page) -> None:
    """Filters are there after an invoice was looked at."""
    visit(page, f"{site}/invoices?find=papergirl&delivery=Arrears")
    open_invoice(page, "20.20 USD")
    page.get_by_text("Back to the list").click()
    page.get_by_placeholder("Customer, contract or invoice id").wait_for()
    wait_until_drawn(page)
    assert "find=papergirl" in page.url and "delivery=Arrears" in page.url
    assert "invoice=" not in page.url


def test_the_document_says_the_total(site: str, page: Page, tmp_path: Path) -> None:
    """The PDF is there at a click: 430.85 + 102,116.80 = 102,547.65."""
    visit(page, f"{site}/invoices?find=OptimusPrimeBot&order=Largest+first")
    open_invoice(page, "102,547.65 USD")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download PDF").click()
    path = tmp_path / "invoice.pdf"
    download.value.save_as(path)
    text = "\n".join(sheet.extract_text() for sheet in PdfReader(path).pages)
    assert re.search(r"102,547\.65", text)
    assert re.search(r"102,116\.80", text) and re.search(r"430\.85", text)


def test_an_invoice_that_is_not_there(site: str, page: Page) -> None:
    """An old link says so, and leads back."""
    visit(page, f"{site}/invoices?invoice=nothing")
    expect(page.get_by_text("There is no invoice nothing in these books.")).to_be_visible()
    expect(page.get_by_text("Back to the list")).to_be_visible()
