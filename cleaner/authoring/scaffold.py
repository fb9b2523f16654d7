"""A first rule file for a site: commented, with the head of its documents as draft captures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from cleaner.authoring.header_templates import head_lines, head_suggestions
from cleaner.authoring.occurrences import Text, cut
from cleaner.authoring.rows import drafted, quoted
from cleaner.authoring.schema_line import SCHEMA
from cleaner.authoring.verify_draft import compile_rows, tried
from cleaner.rules.fields import parse_title
from cleaner.rules.match import find
from cleaner.text.folding import fold
from cleaner.text.lines import Lines

NEAR = 3  # lines below the title in which the first of them stands
MANY = 5  # documents from which on what only one has is no form of the site's


def scaffold(host: str, texts: Sequence[str] = (), schema: str = SCHEMA) -> str:
    """A rule file to begin with; `schema` is its first line."""
    rows = [
        schema,
        f"site: {host}",
        "# name: How the site calls itself",
        "# marks: |            # lines that prove that a text passed through this site",
        "#   Become a Friend of Example News",
        "# html:",
        "#   content: [article .body]   # where the article is, if extraction gets it wrong",
        "#   prune: [.share-buttons]    # what to take out first",
    ]
    rules = list(_captures(texts))
    rows.append("rules:" if rules else "rules: []")
    rows += [f"  {row}" for row in rules]
    rows += [
        "# - kind: membership         # paste a whole line of cruft; * stands for any words",
        "#   at: tail",
        "#   line: Become a Friend of Example News",
        "# examples:",
        "#   - text: |",
        "#       A small document as scraped.",
        "#     clean: What must come out.",
    ]
    return "\n".join(rows) + "\n"


def _captures(texts: Sequence[str]) -> Iterator[str]:
    """Rules for the title, bylines, dates and labels at the heads of texts."""
    documents = cut(texts)
    least = 2 if len(documents) >= MANY else 1
    found = [s for s in tried(head_suggestions(documents, least), texts) if s.risk is None]
    kinds: Counter[str | None] = Counter()
    yield from _title(documents, [s.template for s in found])
    for suggestion in found:
        yield from drafted(suggestion, kinds)


def _title(documents: Sequence[Text], templates: Sequence[str]) -> Iterator[str]:
    """A rule for the title: the first line, where one of the templates follows soon."""
    followed: Counter[str] = Counter()
    hits: list[tuple[str, str]] = []
    for document in documents:
        if following := _after_title(document, templates):
            followed[following[0]] += 1
            hits.append((document.lines[0].plain, following[1]))
    ends = [template for template, _ in sorted(followed.items(), key=_most_first)]
    rule = ["- kind: title", "  at: first", "  from: '{title}'", "  to:",
            *(f"    - {quoted(end)}" for end in ends), f"  lines: {NEAR + 1}"]  # fmt: skip
    alone = compile_rows(rule)
    shown = next((hit for hit in hits if find(Lines("\n".join(hit)), [alone])), None)
    if shown is not None:
        yield f"# {len(hits)} of {len(documents)} documents"
        yield from (*rule, "  hit:", "    - |", *(f"      {row}" for row in shown))
        yield from ("  miss:", f"    - {quoted(shown[0])}")


def _after_title(document: Text, templates: Sequence[str]) -> tuple[str, str] | None:
    """(template, line) of the first line of a head that says who or when, below a title."""
    for number, _, template in head_lines(document):
        known = next((t for t in templates if fold(t) == fold(template)), None)
        if known is not None:
            titled = 0 < number <= NEAR and parse_title(document.lines[0].plain)
            return (known, document.lines[number].plain) if titled else None
    return None


def _most_first(counted: tuple[str, int]) -> tuple[int, str]:
    return -counted[1], counted[0]
