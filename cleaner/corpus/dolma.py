"""Records for dolma: documents as they were before cleaning, and spans to take out of them.

dolma's attributes count in the text of their document, so that is the normalised text here. A
mixer that takes out the spans of all attributes has the clean text, but for what some rules put
in a span's place (a removal's `put`): attributes cannot say that.
"""

from __future__ import annotations

import re
from typing import Any

from cleaner.document import CleanDocument

TAGGER = "cleaner"


def dolma_document(done: CleanDocument) -> dict[str, Any]:
    """The document that the attributes speak of."""
    return {
        "id": done.document.id,
        "text": done.normalized,
        "source": done.document.source,
        "metadata": {"url": done.metadata.url},
    }


def dolma_attributes(done: CleanDocument) -> dict[str, Any]:
    """Spans `[start, end, 1.0]` in code points, by the rule that took them out."""
    attributes: dict[str, list[list[float]]] = {}
    for removal in done.removals:
        attributes.setdefault(attribute_of(removal.rule), []).append(
            [removal.start, removal.end, 1.0]
        )
    return {"id": done.document.id, "source": done.document.source, "attributes": attributes}


def attribute_of(rule: str) -> str:
    """The name of an attribute.

    >>> attribute_of("globalresearch.ca/copyright")
    'cleaner__globalresearch_ca__copyright'
    """
    return "__".join([TAGGER, *(re.sub(r"\W+", "_", part) for part in rule.split("/", 1))])
