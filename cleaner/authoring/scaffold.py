"""A first rule file for a site: commented, with the head of its documents as draft captures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from cleaner.authoring.draft import SCHEMA
from cleaner.authoring.rows import quoted
from cleaner.rules.fields import parse_authors, parse_date, parse_title
from cleaner.rules.lines import Lines
from cleaner.rules.match import is_prose

BY = re.compile(
    r"^(?P<lead>by|por|par|von|di|written by|posted by|story by)\s+(?P<names>.+)$", re.I
)
LABEL = re.compile(r"^(?P<label>[A-Z][\w -]{2,20}):\s*(?P<rest>\S.*)$")
LABELS = {
    "region": "regions", "regions": "regions", "theme": "themes", "themes": "themes",
    "topic": "themes", "topics": "themes", "series": "series", "category": "categories",
    "categories": "categories", "section": "categories", "tags": "tags", "tag": "tags",
    "source": "source", "author": "author", "published": "date", "date": "date",
    "posted": "date", "updated": "updated", "last updated": "updated",
}  # fmt: skip
HEAD = 12  # lines before the first prose that are looked at


def head_templates(texts: Sequence[str]) -> list[tuple[str, str, int]]:
    """(kind, template, documents) of title, byline, date and label lines at the heads of texts,
    the most frequent first."""
    found: Counter[tuple[str, str]] = Counter()
    for text in texts:
        found.update(set(_of_one(text)))
    return [(kind, template, n) for (kind, template), n in found.most_common()]


def _of_one(text: str) -> list[tuple[str, str]]:
    rows = [row for row in Lines(text).plain if row]
    prose = next((n for n in range(len(rows)) if is_prose(rows, n)), len(rows))
    found: list[tuple[str, str]] = []
    for number, row in enumerate(rows[: min(prose, HEAD)]):
        kind = _kind_of(row)
        if kind:
            if number and not found and parse_title(rows[0]):
                found.append(("title", kind[1]))
            found.append(kind)
    return found


def _kind_of(row: str) -> tuple[str, str] | None:
    by = BY.match(row)
    if by and parse_authors(by["names"]):
        return "byline", f"{by['lead'].capitalize()} {{author}}"
    if parse_date(row):
        return "dateline", "{date}"
    label = LABEL.match(row)
    field = LABELS.get(label["label"].lower()) if label else None
    if label and field:
        kind = {"author": "byline", "date": "dateline", "updated": "dateline", "source": "source"}
        return kind.get(field, "taxonomy"), f"{label['label']}: {{{field}}}"
    comma = re.match(r"^(?P<site>[^,|]{2,40})[,|]\s+(?P<date>.+)$", row)
    if comma and parse_date(comma["date"]):
        return "dateline", f"{comma['site']}, {{date}}"
    return None


def scaffold(host: str, texts: Sequence[str] = ()) -> str:
    """A rule file to begin with."""
    head = head_templates(texts)
    rows = [
        SCHEMA,
        f"site: {host}",
        "# name: How the site calls itself",
        "# marks: |            # lines that prove that a text passed through this site",
        "#   Become a Friend of Example News",
        "# html:",
        "#   content: [article .body]   # where the article is, if extraction gets it wrong",
        "#   prune: [.share-buttons]    # what to take out first",
    ]
    rules = [row for kind, template, n in head for row in _rule(kind, template, n, len(texts))]
    rows.append("rules:" if rules else "rules: []")
    rows += rules
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


def _rule(kind: str, template: str, documents: int, of: int) -> list[str]:
    rows = [f"  # {documents} of {of} documents", f"  - kind: {kind}"]
    if kind == "title":
        return [
            *rows,
            "    at: first",
            "    from: '{title}'",
            f"    to: {quoted(template)}",
            "    lines: 4",
        ]
    return [
        *rows,
        f"    id: {kind}-{_slug(template)}",
        "    at: head",
        f"    line: {quoted(template)}",
    ]


def _slug(template: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", template.lower()).strip("-")[:30].strip("-") or "line"
