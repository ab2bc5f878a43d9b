"""What all documents share: the templates, the PDF of a page, and the two files."""

from __future__ import annotations

import contextlib
import hashlib
import io
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote as quoted

import jinja2

from ratebook import RatebookError
from ratebook.formats import NAME_LENGTH, day, exact, moment, money, short_name

LOG = logging.getLogger(__name__)
MARKETPLACES = {
    "AWS": "AWS Marketplace",
    "AZURE": "Microsoft Azure Marketplace",
    "GOOGLE_CLOUD": "Google Cloud Marketplace",
}
DELIVERIES = {"ADVANCED": "in advance", "ARREARS": "in arrears", "ONE_TIME": "once"}


TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters |= {
    "exact": exact,
    "money": money,
    "day": day,
    "moment": moment,
    "name": short_name,
}
TEMPLATES.globals |= {"marketplaces": MARKETPLACES, "deliveries": DELIVERIES}


class DocumentError(RatebookError):
    """Why a document cannot be written, and what to do."""


class MissingGlyphs(logging.Handler):
    """The letters that no font has, from WeasyPrint's log: the user must hear of them."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the text of a record on a glyph."""
        if found := re.match(r'\.notdef glyph .*"(.+)" \(', record.getMessage()):
            self.texts.append(found[1])


def pdf(html: str) -> bytes:
    """Return a page of this module as a PDF: the same bytes for the same page and fonts."""
    try:
        # WeasyPrint prints a long text to stdout if a library is missing.
        with contextlib.redirect_stdout(io.StringIO()):
            from weasyprint import HTML
    except ModuleNotFoundError as error:
        raise DocumentError(
            "PDFs need WeasyPrint, which is not installed: "
            ".venv/bin/pip install -r requirements-bi.txt"
        ) from error
    except OSError as error:
        raise DocumentError(
            "PDFs need the library Pango, which this machine lacks: install it "
            "(apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0, "
            "brew install pango), and run this again."
        ) from error
    glyphs = MissingGlyphs()
    weasyprint_log = logging.getLogger("weasyprint")
    weasyprint_log.addHandler(glyphs)
    try:
        return HTML(string=html).write_pdf()
    finally:
        weasyprint_log.removeHandler(glyphs)
        if glyphs.texts:
            LOG.warning(
                "The PDF shows boxes for %s, which no font of this machine has: install one "
                "(apt-get install fonts-noto fonts-noto-cjk), and run this again.",
                " ".join(dict.fromkeys(glyphs.texts)),
            )


def write(html: str, name: str, directory: Path) -> Iterator[Path]:
    """Write a document as HTML and PDF, and yield each file once it is written."""
    # The ids of quotes are the user's, and may hold a slash.
    stem = quoted(name, safe=" ")
    if len(stem) > NAME_LENGTH:
        # No file may have a longer name; the digest tells two documents apart.
        digest = hashlib.sha256(stem.encode()).hexdigest()[:16]
        stem = f"{stem[: NAME_LENGTH - 17]}_{digest}"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        page = directory / f"{stem}.html"
        page.write_text(html, encoding="utf-8")
        yield page
        printable = directory / f"{stem}.pdf"
        printable.write_bytes(pdf(html))
        yield printable
    except OSError as error:
        raise DocumentError(f"{directory} cannot be written to: {error}.") from error
