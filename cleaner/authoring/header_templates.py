"""Lines at the head of a text that say who wrote it, when, and of what: as templates."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from cleaner.authoring.kinds import guess
from cleaner.authoring.occurrences import LEAST, Candidates, Suggestion, Text, place
from cleaner.authoring.templatize import escape
from cleaner.rules.fields import DATE, parse_authors, parse_date
from cleaner.rules.template import TemplateError, parse
from cleaner.text.folding import fold
from cleaner.text.lines import Lines
from cleaner.text.words import count_words

HEAD = 12  # lines before the first prose that are looked at
WORDS = 8  # beside a date
LABELS = {
    "region": "regions", "regions": "regions", "theme": "themes", "themes": "themes",
    "topic": "themes", "topics": "themes", "thema": "themes", "themen": "themes",
    "series": "series", "serie": "series", "category": "categories", "categories": "categories",
    "section": "categories", "posted in": "categories", "rubrik": "categories",
    "ressort": "categories", "rubrique": "categories", "tags": "tags", "tag": "tags",
    "filed under": "tags", "keywords": "tags", "schlagworte": "tags", "schlagwörter": "tags",
    "source": "source", "quelle": "source", "author": "author", "authors": "author",
    "autor": "author", "published": "date", "date": "date", "datum": "date", "posted": "date",
    "updated": "updated", "last updated": "updated",
}  # fmt: skip
KINDS = {"author": "byline", "date": "dateline", "updated": "dateline", "source": "source"}
LABEL = re.compile(
    rf"(?<!\S)(?P<label>{'|'.join(sorted(LABELS, key=len, reverse=True))})(?P<colon>:\s*)", re.I
)
BY = re.compile(
    r"(?P<gap>[\s,|·•–—-]*)(?P<lead>(?:[^\W\d_]+ ){0,2}(?:by|por|par|von|di)):?\s+"
    r"(?P<names>\S.*?)(?P<rest>[\s,|·•–—-]*)",
    re.IGNORECASE,
)
# Who took the picture or helped is no author.
HELPER = re.compile(r"(?i)photo|foto|imag|picture|illustrat|graphic|video|translat|edit|report")
ON = re.compile(DATE, re.IGNORECASE)
UPDATED = re.compile(r"(?i)updat|modifi|revis|aktualis|atualiz|mis à jour")
SENTENCE_END = re.compile(r"[.!?…]['\"’”»)]*(?:\s|$)")


def head_suggestions(documents: Sequence[Text], least: int = LEAST) -> list[Suggestion]:
    """Bylines, dates and labels before the prose of at least so many documents, each with fields
    for what it says."""
    groups: Candidates = defaultdict(list)
    first: dict[str, tuple[str, str]] = {}
    for number, document in enumerate(documents):
        for line, kind, template in head_lines(document):
            key = fold(template)
            first.setdefault(key, (kind, template))
            groups[key].append(place(documents, number, line))
    made = [
        Suggestion("line", template, kind, groups[key], len(documents), at="head")
        for key, (kind, template) in first.items()
    ]
    return sorted((s for s in made if s.documents >= least), key=lambda s: -s.documents)


def head_lines(document: Text) -> Iterator[tuple[int, str, str]]:
    """(number, kind, template) of the lines before the first prose that say such a thing."""
    for number, line in enumerate(document.lines[:HEAD]):
        if document.prose[number]:
            return
        if found := head_template(line.plain):
            yield number, *found


def head_template(row: str) -> tuple[str, str] | None:
    """(kind, template) of a line that a head may have.

    >>> head_template("Words by Ann Smith")
    ('byline', 'Words by {author}')
    >>> head_template("Region: Delta Theme: Housing, Water")
    ('taxonomy', 'Region: {regions} Theme: {themes}')
    >>> head_template("Printed 3 March 2016 in the Example Gazette")
    ('dateline', 'Printed {date} in the Example Gazette')
    >>> head_template("The board met on Monday")
    """
    found = _labelled(row) or _dated(row) or _signed(row)
    try:
        fits = found and parse(found[1]).match(Lines(row)[0]) is not None
    except TemplateError:
        return None
    return found if fits else None


def _labelled(row: str) -> tuple[str, str] | None:
    labels = list(LABEL.finditer(row))
    if not labels or labels[0].start():
        return None
    fields, template = [], ""
    for number, label in enumerate(labels):
        end = labels[number + 1].start() if number + 1 < len(labels) else len(row)
        value = row[label.end() : end]
        gap = value[len(value.rstrip(" |·•")) :]
        field = LABELS[label["label"].lower()]
        if field in fields or not value.strip(" |·•"):
            return None
        fields.append(field)
        template += f"{escape(label[0])}{{{field}}}{gap}"
    kinds = {KINDS.get(field, "taxonomy") for field in fields}
    kind = next(kind for kind in ("taxonomy", "byline", "dateline", "source") if kind in kinds)
    return kind, template.rstrip()


def _dated(row: str) -> tuple[str, str] | None:
    dates = (ON.match(row, word.start()) for word in re.finditer(r"\b\w", row))
    found = next((m for m in dates if m and parse_date(m[0])), None)
    if found is None:
        return None
    before, after = row[: found.start()], row[found.end() :]
    if count_words(f"{before} {after}") > WORDS or SENTENCE_END.search(f"{before}\n{after}"):
        return None
    field = "updated" if UPDATED.search(before) else "date"
    before, after = _beside(before), _beside(after)
    kind = "byline" if "{author}" in before + after else "dateline"
    return kind, f"{before}{{{field}}}{after}"


def _beside(text: str) -> str:
    """What stands beside a date, as a template: a byline, or no more than it says."""
    found = BY.fullmatch(text)
    if found is None or HELPER.search(found["lead"]) or not parse_authors(found["names"]):
        return escape(text)
    return f"{found['gap']}{escape(found['lead'])} {{author}}{escape(found['rest'])}"


def _signed(row: str) -> tuple[str, str] | None:
    found = BY.fullmatch(row)
    if found is None or HELPER.search(found["lead"]) or not parse_authors(found["names"]):
        return None
    template = f"{escape(found['lead'].capitalize())} {{author}}"
    return ("byline", template) if guess(template) in (None, "byline") else None
