"""The base class of all errors that cleaner raises on purpose."""

from __future__ import annotations


class CleanerError(Exception):
    """Base class of cleaner's errors. Messages say what is wrong, where, and what to do."""
