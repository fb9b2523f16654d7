"""Scraped articles in; clean canonical text, metadata and rights notices out.

>>> from cleaner import Cleaner, Document
>>> done = Cleaner.load().clean(Document("1", "The pier opened on Monday.\\n\\nShare on Facebook"))
>>> done.text
'The pier opened on Monday.'
>>> [removal.rule for removal in done.removals]
['en/share']
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cleaner.version import VERSION as __version__

if TYPE_CHECKING:
    from cleaner.document import (
        CleanDocument,
        Document,
        Format,
        Metadata,
        Removal,
        RightsNotice,
        Status,
    )
    from cleaner.pipeline import Cleaner
    from cleaner.rules.ruleset import RuleSet, load_rules

_HOMES = {
    "CleanDocument": "cleaner.document",
    "Cleaner": "cleaner.pipeline",
    "Document": "cleaner.document",
    "Format": "cleaner.document",
    "Metadata": "cleaner.document",
    "Removal": "cleaner.document",
    "RightsNotice": "cleaner.document",
    "RuleSet": "cleaner.rules.ruleset",
    "Status": "cleaner.document",
    "load_rules": "cleaner.rules.ruleset",
}

__all__ = [
    "CleanDocument",
    "Cleaner",
    "Document",
    "Format",
    "Metadata",
    "Removal",
    "RightsNotice",
    "RuleSet",
    "Status",
    "__version__",
    "load_rules",
]


def __getattr__(name: str) -> Any:
    """Import on first use, so that `cleaner --help` need not wait for trafilatura."""
    if name not in _HOMES:
        raise AttributeError(f"module 'cleaner' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
