"""The dashboard over the marts, run by Streamlit: it reads only, and never delays a build."""

from __future__ import annotations

from types import ModuleType

import streamlit as st

from ratebook.books import BooksError, default_path
from ratebook.dashboard import ui
from ratebook.dashboard.views import (
    contracts,
    integrity,
    invoices,
    ledger,
    partners,
    quotes,
    revenue,
)

# Module, title, icon.
PAGES = (
    (revenue, "Revenue", "bar_chart"),
    (invoices, "Invoices", "receipt_long"),
    (ledger, "Documents", "description"),
    (contracts, "Contracts", "contract"),
    (quotes, "Quotes", "request_quote"),
    (integrity, "Integrity", "fact_check"),
    (partners, "Marketplaces and partners", "handshake"),
)


def built_pages() -> list[tuple[ModuleType, str, str]]:
    """Return the pages of which a part was built; without books all, to say what is wrong."""
    try:
        # The newest books: the pages are drawn from them, too.
        ui.warehouse(default_path()).refresh()
        pages = [
            (view, view.title() if view in (quotes, partners) else title, icon)
            for view, title, icon in PAGES
            if any(ui.has(*marts) for marts in view.READS)
        ]
    except BooksError:
        pages = []
    return pages or list(PAGES)


def main() -> None:
    """Draw the frame, and the page that the address names."""
    st.set_page_config(page_title="ratebook", layout="wide")
    shown = built_pages()
    pages = [
        st.Page(
            view.draw,
            title=title,
            url_path=view.__name__.rpartition(".")[2],
            default=view is shown[0][0],
        )
        for view, title, _ in shown
    ]
    page = st.navigation(pages, position="hidden")
    st.html(ui.CSS)
    kept = {name: st.query_params[name] for name in ui.SHARED_FILTERS if st.query_params.get(name)}
    with st.sidebar:
        st.markdown("### ratebook")
        # Icons belong to the links and not to the pages: the browser would fetch a page's icon,
        # for its tab, from another server.
        for target, (_, _, icon) in zip(pages, shown, strict=True):
            st.page_link(target, icon=f":material/{icon}:", query_params=kept or None)
        st.divider()
        ui.or_error(ui.show_freshness)
    st.title(page.title)
    ui.or_error(lambda: (ui.warn_of_branch(), page.run()))


main()
