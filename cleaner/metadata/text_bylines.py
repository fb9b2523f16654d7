"""Find the authors and dates that plain texts state in their first and last lines."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise

from cleaner.metadata.byline_words import BY, reporters
from cleaner.metadata.bylines import Byline, is_only_byline, read_byline
from cleaner.metadata.dates import MAX_HEAD_DATES, find_date_forms
from cleaner.metadata.page_data import Candidate
from cleaner.text.words import UNSPACED, count_words, is_prose

MIN_PARAGRAPH_CHARS = 200  # of the line that ends the head of a text
MAX_HEAD_LINES, MAX_DATE_LINE_WORDS = 8, 8
MAX_OPENING_LINES = 6  # among which a byline may follow the first paragraphs
MAX_TAIL_LINES = 5
MAX_DATE_LINES = 3  # lines of the head in which a date is that of the text
MAX_SUBTITLES = 2  # sentences before the byline of a text
BYLINE_RULE = "cleaner/byline"
AROUND = "*_ ()（）[]【】"
REPORTER = re.compile("기자|[记記]者")
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
# Days of an event, and "from ... to" in Japanese and Chinese.
EVENT = re.compile(
    r"[～〜]|日\s*程|開催|開[場演]|発売|期間|日時|予定|公演|応募|会期|締切|申込|评审|截止"
)
LABEL_END = re.compile(r"[:：/／|｜＝=]\s*$|^\W*(?:بقلم|כתב)")


def text_bylines(text: str, clean: str, day_first: bool = False) -> Iterator[Candidate]:
    """Yield the authors and dates of a text, which rules make `clean`. `day_first` tells the order
    of its numeric dates."""
    rows = list(islice(_rows(text), MAX_HEAD_LINES))
    head = _head(rows)
    bylines = [read_byline(line, day_first=day_first) for line in head]
    if len({byline.date for byline in bylines if byline.date}) > MAX_HEAD_DATES:
        return  # a list of events
    authors = [byline.authors for byline in bylines if byline.explicit]
    authors = authors or list(_opening(rows[len(head) : MAX_OPENING_LINES]))
    for names in authors or _closing(list(_rows(clean))[len(head) :][-MAX_TAIL_LINES:]):
        yield Candidate("authors", names, "text:head" if authors else "text:tail", "head")
    yield from _dates(head, bylines)
    for line in head:
        if opened := TIME_AND_DATE.match(line):
            yield from _dates([opened[0]], [read_byline(opened[0], day_first=day_first)])


def _dates(head: Sequence[str], bylines: Sequence[Byline]) -> Iterator[Candidate]:
    for line, byline in zip(head, bylines, strict=True):
        if POST.search(line) or PHRASE.search(line) or EVENT.search(line):
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


def whole_bylines(rows: Sequence[str]) -> list[tuple[int, int]]:
    """Return the first and last line of each byline or date that has its lines for itself: in the
    head of a text before prose, between the first paragraphs, and at the end. `rows` are the lines
    that are not blank.

    >>> prose = "The harbor opened again on Monday after three weeks of repairs."
    >>> whole_bylines(["The Pier Opens", "By", "Ann Smith", prose])
    [(1, 2)]
    """
    joined = list(_joined(rows))
    lines = [line for line, _ in joined]
    head = len(_head(lines))
    prose = [n for n in range(len(lines)) if is_prose(lines, n)]
    signed = [n for n, line in enumerate(lines) if _is_signature(line)]
    dated = [n for n, line in enumerate(lines) if _is_date(line)]
    found = [] if _is_list(lines, signed) else [n for n in signed if _is_own(lines, n, head, prose)]
    same = len({read_byline(lines[n]).date for n in dated}) == 1  # others are those of a list
    if same and prose and all(n < min(head, prose[-1]) for n in dated):
        found += [n for n in dated if n < MAX_DATE_LINES]
    return [joined[n][1] for n in sorted(found)]


def _is_own(lines: Sequence[str], n: int, head: int, prose: Sequence[int]) -> bool:
    """Whether a byline names the author of the whole text: before prose in the head, right before
    it in the opening, or after it with a label at the end."""
    before = bisect_left(prose, n)  # paragraphs
    if n < head:
        return before <= MAX_SUBTITLES and before < len(prose)
    if not all(map(_is_full, read_byline(lines[n]).authors)):
        return False
    if n + 1 in prose:
        return n < MAX_OPENING_LINES
    after_prose = len(lines) - MAX_TAIL_LINES <= n and (not prose or prose[-1] < n)
    return after_prose and _is_labeled(lines[n])


def _is_list(lines: Sequence[str], signed: Sequence[int]) -> bool:
    """Whether bylines belong to several works: they differ and do not follow one another."""
    authors = {read_byline(lines[n]).authors for n in signed}
    return len(authors) > 1 and signed[-1] - signed[0] >= len(signed)


def _is_signature(line: str) -> bool:
    """Whether a line holds nothing but authors, after a word that introduces them."""
    if len(line) > MAX_BYLINE_CHARS or line.lower().startswith("from "):
        return False
    if not BY.match(line.strip(AROUND)) and not REPORTER.search(line):
        return False
    byline = read_byline(line)
    return byline.explicit and is_only_byline(line, byline)


def _is_date(line: str) -> bool:
    """Whether a line holds nothing but the date of publication; a colon begins an entry."""
    if len(line) > MAX_BYLINE_CHARS or line.endswith((":", "：")) or not find_date_forms(line):
        return False
    byline = read_byline(line)
    if not byline.date or byline.authors or POST.search(line) or EVENT.search(line):
        return False
    return is_only_byline(line, byline)


def _rows(text: str) -> Iterator[str]:
    """The lines of a text; a line that only introduces an author is joined with the next one."""
    return (line for line, _ in _joined(text.split("\n")))


def _joined(rows: Iterable[str]) -> Iterator[tuple[str, tuple[int, int]]]:
    """The lines that are not blank, with the numbers of their first and last row. A line that only
    introduces an author is joined with the next one."""
    line, first, last = "", 0, 0
    for n, row in enumerate(row.strip("#*_ ") for row in rows):
        if not row:
            continue
        if max(len(row), len(line)) <= MAX_BYLINE_CHARS and BY.fullmatch(line):
            line, last = f"{line} {row}", n
            continue
        if line:
            yield line, (first, last)
        line, first, last = row, n, n
    if line:
        yield line, (first, last)


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
    parts = (BY.match(part) for part in row.strip(AROUND).split(" / "))
    return bool(reporters(row)) or any(part and LABEL_END.search(part[0]) for part in parts)


def _is_full(name: str) -> bool:
    """Whether a name has more than one word, in scripts with spaces."""
    short = not name.isascii() and len(name) < 5  # as in Korean
    return " " in name or short or UNSPACED.search(name) is not None


def removed_bylines(line: str, rule: str, *, in_head: bool) -> Iterator[Candidate]:
    """Yield the authors and dates in a line that the classifier removed; after the head only
    authors with a label."""
    found = text_bylines(line, "") if in_head else map(_author, _closing(list(_rows(line))))
    for candidate in found:
        yield replace(candidate, origin=f"text:{rule}", tier="removed")


def _author(names: tuple[str, ...]) -> Candidate:
    return Candidate("authors", names, "text:tail", "head")
