"""Find the authors and dates that plain texts state in their first and last lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from cleaner.metadata.byline_words import BY, reporters
from cleaner.metadata.bylines import Byline, read_byline
from cleaner.metadata.dates import MAX_HEAD_DATES
from cleaner.metadata.page_data import Candidate
from cleaner.text.words import UNSPACED, count_words, is_prose

MIN_PARAGRAPH_CHARS = 200  # of the line that ends the head of a text
MAX_HEAD_LINES, MAX_DATE_LINE_WORDS = 8, 8
MAX_OPENING_LINES = 6  # among which a byline may follow the first paragraphs
MAX_TAIL_LINES = 5
MAX_BYLINE_CHARS = 80  # of a byline outside the head
TIME_AND_DATE = re.compile(r"\d{1,2}:\d\d,?\s[^\n]{6,24}?\b(?:19|20)\d\d\b")
POST = re.compile(r"\(@\w+\)|^[—–]\s")  # "— Ann Smith (@ann) March 2, 2018" ends a quoted post
# A date after these words is part of a phrase: "863 inhabitants on", "De 6 a 12 de maio de 2019".
PHRASE = re.compile(
    r"\b(?:au|aux|du|des|d[eu] \d{1,2}|in|bis|until|since|depuis|desde|hasta|até|dal|al|fino|seit"
    r"|ab|tot|sinds|fra|till?|od|do|dne|to|a|до|с|со|по|з|від)\s(?:le\s)?\d{1,2}(?:er)?\W+"
    r"(?:de\s)?[^\W\d]",
    re.IGNORECASE,
)
LABEL_END = re.compile(r"[:：/／|｜＝=]\s*$|^\W*(?:بقلم|כתב)")


def text_bylines(text: str, clean: str, day_first: bool = False) -> Iterator[Candidate]:
    """Yield the authors and dates of a text, which rules make `clean`. `day_first` tells the order
    of its numeric dates."""
    rows = _rows(text)
    head = _head(rows)
    bylines = [read_byline(line, day_first=day_first) for line in head]
    if len({byline.date for byline in bylines if byline.date}) > MAX_HEAD_DATES:
        return  # a list of events
    authors = [byline.authors for byline in bylines if byline.explicit]
    authors = authors or list(_opening(rows[len(head) : MAX_OPENING_LINES]))
    for names in authors or _closing(_rows(clean)[len(head) :][-MAX_TAIL_LINES:]):
        yield Candidate("authors", names, "text:head" if authors else "text:tail", "head")
    yield from _dates(head, bylines)
    for line in head:
        if opened := TIME_AND_DATE.match(line):
            yield from _dates([opened[0]], [read_byline(opened[0], day_first=day_first)])


def _dates(head: Sequence[str], bylines: Sequence[Byline]) -> Iterator[Candidate]:
    for line, byline in zip(head, bylines, strict=True):
        if POST.search(line) or PHRASE.search(line):
            continue
        if byline.date and (byline.authors or count_words(line) <= MAX_DATE_LINE_WORDS):
            yield Candidate("date_published", byline.date, "text:head", "head")
        if byline.updated and count_words(line) <= MAX_DATE_LINE_WORDS:
            yield Candidate("date_modified", byline.updated, "text:head", "head")


def head_end(text: str) -> int:
    """The offset at which the first lines of a text end, in which bylines and dates are its own."""
    at = seen = 0
    for row in text.split("\n"):
        at += len(row) + 1
        seen += bool(row.strip())
        if seen >= MAX_HEAD_LINES or (seen >= 2 and len(row) >= MIN_PARAGRAPH_CHARS):
            break
    return at


def _rows(text: str) -> list[str]:
    """The lines of a text; a line that only introduces an author is joined with the next one."""
    found: list[str] = []
    for row in (line for line in (row.strip("#*_ ") for row in text.split("\n")) if line):
        if found and len(row) <= MAX_BYLINE_CHARS and BY.fullmatch(found[-1]):
            found[-1] = f"{found[-1]} {row}"
        else:
            found.append(row)
    return found


def _head(rows: Sequence[str]) -> Sequence[str]:
    """The lines before the first paragraph, and its beginning if it is a dateline."""
    size = (n for n, row in enumerate(rows[:MAX_HEAD_LINES]) if len(row) >= MIN_PARAGRAPH_CHARS)
    return rows[: next(size, MAX_HEAD_LINES)]


def _opening(rows: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the authors in short bylines that stand between the first paragraphs."""
    for row, after in pairwise(rows):
        if (
            len(row) > MAX_BYLINE_CHARS
            or row.lower().startswith("from ")
            or not is_prose([after], 0)
        ):
            continue
        byline = read_byline(row)
        if byline.explicit and all(_is_full(name) for name in byline.authors):
            yield byline.authors


def _closing(rows: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the authors in the only labeled byline of the last lines; several belong to a list of
    other articles."""
    found = set()
    for row in rows:
        byline = read_byline(row) if len(row) <= MAX_BYLINE_CHARS else Byline()
        if byline.explicit and _is_labeled(row) and all(_is_full(n) for n in byline.authors):
            found.add(byline.authors)
    if len(found) == 1:
        yield found.pop()


def _is_labeled(row: str) -> bool:
    """Whether a word with a colon, or one for reporter, introduces the authors in a line."""
    parts = (BY.match(part) for part in row.strip("*_ ()（）[]【】").split(" / "))
    return bool(reporters(row)) or any(part and LABEL_END.search(part[0]) for part in parts)


def _is_full(name: str) -> bool:
    """Whether a name has more than one word, in scripts with spaces."""
    short = not name.isascii() and len(name) < 5  # as in Korean
    return " " in name or short or UNSPACED.search(name) is not None


def removed_bylines(line: str, rule: str, *, in_head: bool) -> Iterator[Candidate]:
    """Yield the authors and dates in a line that the classifier removed; after the head only
    authors with a label."""
    rows = _rows(line)
    found = text_bylines(line, "") if in_head else map(_author, _closing(rows))
    for candidate in found:
        yield replace(candidate, origin=f"text:{rule}", tier="removed")


def _author(names: tuple[str, ...]) -> Candidate:
    return Candidate("authors", names, "text:tail", "head")
