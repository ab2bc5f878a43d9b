"""Pages of the dashboard without a browser: drawn from built books, read as tables."""

from __future__ import annotations

import html
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from conftest import Warehouse, close_readers
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest

Cells = dict[str, str]

# For each page that is drawn, Streamlit reads the metadata of all installed packages to find
# components, which the dashboard does not use: two thirds of the time.
BidiComponentManager.discover_and_register_components = lambda self, **options: None


def draw_page(name: str) -> None:
    """Draw a page, as the app does: this function is the whole script that Streamlit runs."""
    import importlib

    from ratebook.dashboard import ui

    ui.or_error(importlib.import_module(f"ratebook.dashboard.views.{name}").draw)


class Pages:
    """Built books that a test may change, and the pages that show them."""

    def __init__(self, path: Path, copy: Path | None = None) -> None:
        """Take the path of the books, and where their copy goes if they are for all tests."""
        self.path, self._copy = path, copy

    def execute(self, sql: str, *parameters: object) -> None:
        """Change the books, or a copy of them, before a page is drawn."""
        close_readers()
        if self._copy:
            shutil.copyfile(self.path, self._copy)
            self.path, self._copy = self._copy, None
            os.environ["RATEBOOK_DUCKDB_PATH"] = str(self.path)
        with duckdb.connect(self.path) as connection:
            connection.execute("set TimeZone = 'UTC'")
            connection.execute(sql, parameters)
        # What was written a moment ago is waited for: this was long ago.
        os.utime(self.path, (0, 0))

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the books."""
        return Warehouse(self.path).rows(sql, parameters)

    def draw(self, name: str, **address: str) -> Page:
        """Draw a page with an address; fail if it raises anything, or shows no books."""
        app = AppTest.from_function(draw_page, args=(name,), default_timeout=60)
        for key, value in address.items():
            app.query_params[key] = value
        app.run()
        assert not app.exception, app.exception[0].message
        assert not app.error, app.error[0].value
        return Page(app)


class Page:
    """A page that has been drawn."""

    def __init__(self, app: AppTest) -> None:
        """Take the app that has run."""
        self.app = app
        self.markup = [element.proto.body for element in app.get("html")]

    def cards(self) -> Cells:
        """Return the values of all cards by their labels."""
        pattern = r'class="label">(.*?)</div><div class="value">(.*?)</div>'
        return {
            html.unescape(label): html.unescape(value)
            for markup in self.markup
            for label, value in re.findall(pattern, markup)
        }

    def tables(self) -> list[list[Cells]]:
        """Return each table as rows: the text of each cell by its label."""
        return [list(rows_of(markup)) for markup in self.markup if "<table" in markup]

    def columns(self, label: str) -> list[list[str]]:
        """Return the cells below a label, and its total, in each table that has it."""
        tables = [rows for rows in self.tables() if rows and label in rows[0]]
        return [[row[label] for row in rows] for rows in tables]

    def links(self) -> Cells:
        """Return where each link leads, by its text."""
        found = re.findall(r'<a href="(.*?)" target="_self">(.*?)</a>', "".join(self.markup))
        return {html.unescape(text): html.unescape(target) for target, text in found}

    def drawn(self, column: str) -> list[dict[str, Any]]:
        """Return the rows that charts draw and that have a column."""
        sets = [data for chart in self.app.get("vega_lite_chart") for data in chart.proto.datasets]
        tables = [pa.ipc.open_stream(data.data.data).read_all() for data in sets]
        return [
            row for table in tables if column in table.column_names for row in table.to_pylist()
        ]

    def messages(self) -> list[str]:
        """Return what is said where there is nothing to show."""
        kinds = (self.app.info, self.app.warning, self.app.success)
        warnings = re.findall(r'class="rb-warning" role="alert">(.*?)</div>', "".join(self.markup))
        return [message.value for kind in kinds for message in kind] + [
            html.unescape(warning) for warning in warnings
        ]


def rows_of(markup: str) -> Iterator[Cells]:
    """Yield the rows of a table."""
    labels = [html.unescape(label) for label in re.findall(r"<th [^>]*>(.*?)</th>", markup)]
    for row in re.findall(r"<tr[^>]*>(<td.*?)</tr>", markup):
        cells = re.findall(r"<td[^>]*>(.*?)</td>", row)
        texts = [html.unescape(re.sub(r"<[^>]*>", "", cell.replace("<br>", " "))) for cell in cells]
        yield dict(zip(labels, texts, strict=True))
