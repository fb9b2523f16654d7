"""The base class of all errors that cleaner raises on purpose."""

from __future__ import annotations


class CleanerError(Exception):
    """Base class of cleaner's errors. Messages say what is wrong, where, and what to do."""


class InputError(CleanerError, ValueError):
    """An input that cannot be read."""


class OptionError(CleanerError, ValueError):
    """A value that an option or argument cannot have."""


class RuleSourceError(CleanerError, OSError):
    """Rules that are not available from where they should be: a package, a repository, a URL."""


class LoadRunError(CleanerError, ValueError):
    """A run that cannot be loaded."""
