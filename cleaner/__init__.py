"""Turn scraped articles into clean text, with metadata and rights notices.

>>> from cleaner import Cleaner
>>> done = Cleaner.load().clean("The pier opened on Monday.\\n\\nShare on Facebook")
>>> done.text
'The pier opened on Monday.'
>>> [removal.rule for removal in done.removals]
['en/share']

The names in `__all__` are stable: they change only in a new major version.
"""

from __future__ import annotations

from cleaner.version import VERSION as __version__

TYPE_CHECKING = False  # type checkers treat it as True; typing is slow to import
if TYPE_CHECKING:
    from typing import Any

    from cleaner.document import (
        Alternative,
        CleanDocument,
        Document,
        Explanation,
        FieldFound,
        Format,
        Insertion,
        Metadata,
        NearMiss,
        Piece,
        Pruned,
        Removal,
        RightsNotice,
        Status,
    )
    from cleaner.engines.dataframe import clean_dataframe
    from cleaner.errors import CleanerError
    from cleaner.page import Extractor
    from cleaner.pipeline import Cleaner
    from cleaner.rules.ruleset import RuleSet, load_rules
    from cleaner.text.normalization import Lossy
    from cleaner.workers.limits import Limits
    from cleaner.workers.pool import PoolError

_MODULES = {
    "Alternative": "cleaner.document",
    "CleanDocument": "cleaner.document",
    "Cleaner": "cleaner.pipeline",
    "CleanerError": "cleaner.errors",
    "Document": "cleaner.document",
    "Explanation": "cleaner.document",
    "Extractor": "cleaner.page",
    "FieldFound": "cleaner.document",
    "Format": "cleaner.document",
    "Insertion": "cleaner.document",
    "Limits": "cleaner.workers.limits",
    "Lossy": "cleaner.text.normalization",
    "Metadata": "cleaner.document",
    "NearMiss": "cleaner.document",
    "Piece": "cleaner.document",
    "PoolError": "cleaner.workers.pool",
    "Pruned": "cleaner.document",
    "Removal": "cleaner.document",
    "RightsNotice": "cleaner.document",
    "RuleSet": "cleaner.rules.ruleset",
    "Status": "cleaner.document",
    "clean_dataframe": "cleaner.engines.dataframe",
    "load_rules": "cleaner.rules.ruleset",
}

__all__ = [
    "Alternative",
    "CleanDocument",
    "Cleaner",
    "CleanerError",
    "Document",
    "Explanation",
    "Extractor",
    "FieldFound",
    "Format",
    "Insertion",
    "Limits",
    "Lossy",
    "Metadata",
    "NearMiss",
    "Piece",
    "PoolError",
    "Pruned",
    "Removal",
    "RightsNotice",
    "RuleSet",
    "Status",
    "__version__",
    "clean_dataframe",
    "load_rules",
]


def __getattr__(name: str) -> Any:
    """Import on first use, so that `cleaner --help` does not wait for trafilatura."""
    if name not in _MODULES:
        raise AttributeError(f"module 'cleaner' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return __all__
