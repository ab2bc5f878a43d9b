"""The Python side of ratebook: the command, documents, dashboard, metering, export."""

from __future__ import annotations


class RatebookError(Exception):
    """What is wrong, where, and what to do, in one sentence that a user can act on."""

    exit_code = 1
