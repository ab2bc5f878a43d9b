"""Usage reports to cloud marketplaces, and their answers.

Both commands keep requests and answers in an outbox, a directory of files, and call no API: see
docs/marketplaces.md.
"""

from __future__ import annotations

from ratebook import RatebookError


class MeterError(RatebookError):
    """An outbox, a request or an answer that cannot be used."""
