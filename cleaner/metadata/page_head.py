"""The lines between the headline of a page and its first paragraph. Extraction leaves many of them
out, so that rules for texts do not see the source, the region or the date that they state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cleaner.extract.blocks import Block
from cleaner.metadata.page_authors import headline_block

MAX_BLOCKS = 16
MAX_LINE_CHARS = 180  # a longer block is the first paragraph


def lines_below_headline(blocks: Sequence[Block], title: str) -> Iterator[str]:
    """Yield the texts of the short blocks below the headline, up to the first paragraph."""
    if not any(block.tag == "h1" for block in blocks):
        return
    first = headline_block(blocks, title) + 1
    for block in blocks[first : first + MAX_BLOCKS]:
        if block.tag in ("h1", "h2") or len(block.text) > MAX_LINE_CHARS:
            return
        yield block.text
