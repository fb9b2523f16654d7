"""A page of which trafilatura misses two paragraphs; the block classifier inserts them."""

from __future__ import annotations

import pytest

from cleaner.document import Document, Format
from tests.helpers.texts import article

ROWS = "\n".join(article(n) for n in (1, 2, 3)).split("\n")
MISSED = ROWS[4:6]
PARAGRAPHS = "".join(f"<p>{row}</p>" for row in ROWS)
SOURCE = (
    "<html><head><title>A Pier Opens | Example News</title></head><body><article><h1>A Pier Opens"
    f"</h1><div class='entry-content'>{PARAGRAPHS}</div></article></body></html>"
)
PAGE = Document("page", SOURCE, Format.HTML, url="https://pier.example/opens")


def miss(patch: pytest.MonkeyPatch) -> None:
    """Make trafilatura miss these paragraphs."""
    text = "\n\n".join(row for row in ROWS if row not in MISSED)
    patch.setattr("cleaner.page.trafilatura_text", lambda *_, **__: text)
