"""Read labeled forms: how sites print an article, with invented prose.

A file of `tests/data/forms` has a form after each `== NAME URL` (`-` for no URL): lines
`field: value` with the expected metadata (`;` separates the items of lists), a blank line, and the
text. Each of its lines begins with `-` (boilerplate), `~` (may stay or go) or two
spaces (content). `§1` is the first paragraph of invented prose in the language of the form.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "data" / "forms"


@dataclass(frozen=True)
class Form:
    """A text, its content lines, its boilerplate lines, and the metadata that it states."""

    name: str
    url: str | None
    language: str
    metadata: dict[str, str]
    lines: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        return "\n".join(line for _, line in self.lines)

    def marked(self, mark: str) -> list[str]:
        return [line for m, line in self.lines if m == mark and line]


def read_forms() -> Iterator[Form]:
    """Yield the forms of all files."""
    prose = dict(row.split(": ", 1) for row in (FOLDER / "prose.txt").read_text().splitlines())
    for path in sorted(FOLDER.glob("*.txt")):
        for block in path.read_text().split("\n== ")[1:]:
            yield _read_form(path.stem, block, prose)


def _read_form(stem: str, block: str, prose: dict[str, str]) -> Form:
    head, body = block.split("\n\n", 1)
    (name, url), *rows = (head.splitlines()[0].split(" ", 1), *head.splitlines()[1:])
    metadata = dict(row.split(": ", 1) for row in rows)
    language = metadata.pop("lang", "en")
    lines = []
    for row in body.strip("\n").split("\n"):
        mark, line = row[:1], row[2:]
        for number in "123":
            line = line.replace(f"§{number}", prose.get(f"{language}{number}", f"${number}"))
        lines.append((mark, line))
    return Form(f"{stem}/{name}", None if url == "-" else url, language, metadata, tuple(lines))
