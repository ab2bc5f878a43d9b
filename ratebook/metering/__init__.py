"""Metering records handed over to cloud marketplaces, and what they answer.

Both commands keep what they know in an outbox, a directory of files, and call nothing: see
docs/marketplaces.md.
"""

from __future__ import annotations

from ratebook import RatebookError


class MeterError(RatebookError):
    """An outbox, a request or an answer that cannot be used."""
