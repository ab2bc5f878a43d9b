"""The dashboard over the marts, run by Streamlit: it reads only, and never delays a build."""

from __future__ import annotations

import streamlit as st

from ratebook.dashboard import ui
from ratebook.dashboard.views import contracts, integrity, invoices, partners, quotes, revenue

# Module, title, picture.
PAGES = (
    (revenue, "Revenue", "bar_chart"),
    (invoices, "Invoices", "receipt_long"),
    (contracts, "Contracts", "contract"),
    (quotes, "Quotes", "request_quote"),
    (integrity, "Integrity", "fact_check"),
    (partners, "Marketplaces and partners", "handshake"),
)


def main() -> None:
    """Draw the frame, and the page that the address names."""
    st.set_page_config(page_title="ratebook", layout="wide")
    pages = [
        st.Page(
            view.draw,
            title=title,
            url_path=view.__name__.rpartition(".")[2],
            default=view is revenue,
        )
        for view, title, _ in PAGES
    ]
    page = st.navigation(pages, position="hidden")
    st.html(ui.CSS)
    kept = {name: st.query_params[name] for name in ui.SHARED_FILTERS if st.query_params.get(name)}
    with st.sidebar:
        st.markdown("### ratebook")
        # Pictures stand here, and not in the pages: a page's is the browser tab's too, and would
        # be fetched from elsewhere.
        for target, (_, _, picture) in zip(pages, PAGES, strict=True):
            st.page_link(target, icon=f":material/{picture}:", query_params=kept or None)
        st.divider()
        ui.or_error(ui.show_freshness)
    st.title(page.title)
    ui.or_error(lambda: (ui.warn_of_branch(), page.run()))


main()
