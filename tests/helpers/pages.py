"""The pages of the documentation, and the fenced blocks in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^( *)```(\w+)([^\n]*)\n(.*?)^ *```$", re.M | re.S)


@dataclass(frozen=True)
class Block:
    """A fenced block, its indent taken off. `info` is what stands after the language: `run=no`
    (nothing here can run it), `needs=PACKAGE`, `file=NAME` (what it shows is that file)."""

    page: Path
    row: int
    language: str
    info: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.page.name}:{self.row}"


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        indent, language, info, inside = match.groups()
        rows = [row.removeprefix(indent) for row in inside.split("\n")]
        number = text.count("\n", 0, match.start()) + 1
        yield Block(page, number, language, info.strip(), "\n".join(rows))


def all_blocks(*languages: str) -> list[Block]:
    return [block for page in PAGES for block in blocks(page) if block.language in languages]
