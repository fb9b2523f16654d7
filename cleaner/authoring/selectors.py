"""Nodes of pages that hold the cruft of a site: selectors that a rule file could prune."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from cleaner.authoring.occurrences import LEAST, Suggestion
from cleaner.rules.template import Template, parse
from cleaner.text.folding import fold
from cleaner.text.lines import Lines

NAME = re.compile(r"^[A-Za-z][A-Za-z_-]{2,40}$")
# Names that a build step made up, and that the next build will change.
HASHED = re.compile(
    r"\d{2}|[A-Z]{2}|__(?=\w*\d)\w{5,}$|^(?:css|sc|jsx|emotion)-|[a-z][A-Z][a-z]?[A-Z]"
)
LONGEST = 600  # characters of a node; a longer one holds more than a notice


def is_hashed(name: str) -> bool:
    """Whether a class name looks made by a machine.

    >>> is_hashed("css-1x2y3z"), is_hashed("newsletter-box")
    (True, False)
    """
    return bool(HASHED.search(name)) or not NAME.match(name)


@dataclass(frozen=True)
class HtmlSuggestion:
    """A selector, how many pages have it, and what stands there."""

    selector: str
    documents: int
    of: int
    example: str


def repeating_nodes(
    pages: Sequence[HtmlElement], sure: Sequence[Suggestion]
) -> list[HtmlSuggestion]:
    """Selectors whose nodes hold nothing but lines that are suggested anyway, on three pages or
    more; the outermost of those that say the same."""
    templates = [parse(s.template) for s in sure if s.form == "line"]
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    spoiled: set[str] = set()
    for number, page in enumerate(pages):
        for selector, node in _named(page):
            text = " ".join(str(node.text_content()).split())
            if not text:
                continue
            if len(text) > LONGEST or not _is_cruft(node, templates):
                spoiled.add(selector)
            else:
                found[selector].append((number, text))
    suggestions = []
    seen: set[str] = set()
    for selector, places in sorted(found.items(), key=lambda f: (-len(f[1]), f[0])):
        documents = {number for number, _ in places}
        key = fold(places[0][1])
        if selector in spoiled or len(documents) < LEAST or key in seen:
            continue
        seen.add(key)
        suggestions.append(HtmlSuggestion(selector, len(documents), len(pages), places[0][1][:100]))
    return suggestions


def _named(page: HtmlElement) -> Iterator[tuple[str, HtmlElement]]:
    for node in page.iter("div", "section", "aside", "p", "ul", "form", "span", "figure", "footer"):
        for name in str(node.get("class") or "").split():
            if not is_hashed(name):
                yield f".{name}", node
        identity = str(node.get("id") or "")
        if identity and not is_hashed(identity):
            yield f"#{identity}", node


def _is_cruft(node: HtmlElement, templates: Sequence[Template]) -> bool:
    """Whether every line of the node, or the node as one line, is one that is suggested."""
    rows = [" ".join(str(t).split()) for t in node.itertext()]
    whole = " ".join(" ".join(rows).split())
    return all(
        any(t.match(Lines(row)[0]) is not None for t in templates) for row in rows if row
    ) or any(t.match(Lines(whole)[0]) is not None for t in templates)
