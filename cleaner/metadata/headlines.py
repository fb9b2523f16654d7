"""The headline of a page: the title in its metadata, and its repetition at the start of a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from lxml.html import HtmlElement

from cleaner.text.edits import Edit
from cleaner.text.words import count_words, tokens

WORD = re.compile(r"\w+")
BAR = "|｜ㅣ丨"  # the bars of titles, among them a Korean letter and a Chinese stroke
SEPARATOR = re.compile(rf"(\s+[{BAR}–—»·•:-]+\s+|\s*[{BAR}»]\s*|:\s+)")
QUOTING_SEPARATOR = re.compile(rf"(\s+[{BAR}–—·•:-]+\s+|\s*[{BAR}]\s*|:\s+)")  # » is a quote
# Where a part may end that the page repeats on its own.
ANY_SEPARATOR = re.compile(rf"(\s*[{BAR}–—»·•:：<>〉_-]+\s*)")
ANY_QUOTING_SEPARATOR = re.compile(rf"(\s*[{BAR}–—·•:：<>〉_-]+\s*)")
# The section between a hyphen and the bar before the site: "...-정치ㅣ한국일보".
SECTION_END = re.compile(r"(?<=\S)-[\uac00-\ud7a3\u4e00-\u9fff]{2,4}$")
SECTIONS = frozenset(
    "opinion news blog article articles home politics sports sport business world video review "
    "reviews press release pressrelease analysis feature features insights resources".split()
)
MIN_SIMILARITY = 0.5  # to a title in the head from which an h1 is the headline
MIN_H1_WORDS = 5  # of an h1 that is used although the head does not confirm it
MAX_TITLE_CHARS = 300
MIN_SHOWN_CHARS, MIN_SHOWN_SHARE = 4, 0.25  # letters of a part of a title that a block repeats
MIN_REPEATED = 0.8  # share of common words (Jaccard) from which a line repeats a headline
MAX_ROWS_ABOVE = 20  # lines at the start of a text among which its title may stand
TITLE_RULE = "cleaner/title"


def page_headlines(tree: HtmlElement) -> tuple[str, ...]:
    """Return the headlines that a page states in h1, og:title and title."""
    found = [h.text_content() for h in tree.iter("h1")]
    found += tree.xpath("//meta[@property='og:title']/@content | //head/title/text()")
    return tuple(clean for text in found if (clean := " ".join(str(text).split())))


def choose_title(
    headings: Sequence[str],
    stated: Sequence[str],
    names: Iterable[str],
    host: str | None,
    blocks: Sequence[str] = (),
) -> tuple[str, str] | None:
    """Return the title of a page and its position ("h1" or "head"), or None.

    `headings` are the h1 elements, `stated` the titles in the head (og:title, JSON-LD, title; the
    most reliable first), `names` the names of the site. If one of `blocks`, the short texts of the
    page, is a part of a title in the head, that is the title.

    >>> choose_title(["Pier Opens"], ["Pier Opens - Example News"], [], None)
    ('Pier Opens', 'h1')
    >>> choose_title([], ["Pier Opens: a day in Tarn | Example News"], ["Example News"], None)
    ('Pier Opens: a day in Tarn', 'head')
    >>> choose_title([], ["Coast : Pier Opens Late : Daily"], [], None, ["Pier Opens Late"])
    ('Pier Opens Late', 'head')
    >>> choose_title(["Ann's Blog"], ["Pier Opens", "Ann's Blog: Pier Opens"], [], None)
    ('Pier Opens', 'head')
    """
    sites = frozenset(filter(None, (fold_title(name) for name in names)))
    heads = [h for h in map(_clean, stated) if h]
    blogs = _rests(heads)
    own = [
        h
        for h in map(_clean, headings)
        if h and not _is_site_name(h, sites, host) and fold_title(h) not in blogs
    ]
    bare = [without_site(h, sites, host, own) for h in heads]
    best = max(own, key=lambda h: max((similarity(h, b) for b in bare), default=0.0), default=None)
    if best is not None:
        alike = max((similarity(best, b) for b in bare), default=1.0)
        if alike >= MIN_SIMILARITY or (len(own) == 1 and count_words(best) >= MIN_H1_WORDS):
            return without_site(best, sites, host, ()), "h1"
    for head in bare:
        if not _is_site_name(head, sites, host):
            return _part_shown(head, blocks) or head, "head"
    return (own[0], "h1") if own else None


def _rests(titles: Sequence[str]) -> frozenset[str]:
    """Return what other titles have before or after the most reliable one: the name of a blog."""
    folded = [fold_title(title) for title in titles]
    rests = (
        rest
        for whole in folded[1:]
        for rest in (whole.removeprefix(folded[0]), whole.removesuffix(folded[0]))
    )
    longest = len(folded[0]) if folded else 0
    return frozenset(rest for rest in rests if 0 < len(rest) < longest and rest not in folded)


def without_site(
    title: str, sites: frozenset[str], host: str | None, headings: Sequence[str]
) -> str:
    """Remove the parts of a title that name the site or one of its sections."""
    pieces = (QUOTING_SEPARATOR if "«" in title else SEPARATOR).split(title)
    parts, marks = pieces[::2], pieces[1::2]
    if len(parts) < 2:
        return title
    for heading in headings:
        for start, end in _runs(len(parts)):
            run = "".join(pieces[2 * start : 2 * end - 1])
            if fold_title(run) == fold_title(heading):
                return run.strip()
    start, end = 0, len(parts)
    while end - start > 1 and _is_site_part(parts[end - 1], marks[end - 2], sites, host):
        end -= 1
        if marks[end - 1].strip() in tuple(BAR):
            pieces[2 * end - 2] = SECTION_END.sub("", parts[end - 1])
    while end - start > 1 and _is_site_part(parts[start], marks[start], sites, host):
        start += 1
    return "".join(pieces[2 * start : 2 * end - 1]).strip()


def _part_shown(title: str, blocks: Sequence[str]) -> str | None:
    """Return the longest run of parts of a title that is a block of the page, if the whole title
    is not."""
    pieces = (ANY_QUOTING_SEPARATOR if "«" in title else ANY_SEPARATOR).split(title)
    folded = {fold_title(block) for block in blocks} if len(pieces) > 1 else set()
    if fold_title(title) in folded:
        return None
    least = max(MIN_SHOWN_CHARS, MIN_SHOWN_SHARE * len(fold_title(title)))
    spans = _inner_runs(len(pieces) // 2 + 1)
    runs = ("".join(pieces[2 * start : 2 * end - 1]).strip() for start, end in spans)
    shown = [run for run in runs if len(found := fold_title(run)) >= least and found in folded]
    return max(shown, key=len, default=None)


def _inner_runs(count: int) -> Iterator[tuple[int, int]]:
    return ((a, b) for a in range(count) for b in range(a + 1, count + 1) if b - a < count)


def _runs(count: int) -> Iterator[tuple[int, int]]:
    for size in range(count - 1, 0, -1):
        yield 0, size
        yield count - size, count


def _is_site_part(part: str, mark: str, sites: frozenset[str], host: str | None) -> bool:
    """Whether a part of a title names the site, or a section after a bar."""
    section = mark.strip() in (*BAR, "»") and fold_title(part) in SECTIONS
    return section or _is_site_name(part, sites, host)


def _is_site_name(text: str, sites: frozenset[str], host: str | None) -> bool:
    name = fold_title(text)
    if not name or name in sites or name.removesuffix("blog") in sites:
        return True
    labels = (host or "").removeprefix("www.").split(".")
    return name in ("".join(labels), *labels) or (len(name) > 3 and name == "".join(labels[:-1]))


@lru_cache(maxsize=256)
def fold_title(text: str) -> str:
    """Return the letters and digits of a text, in lower case and without accents."""
    plain = unicodedata.normalize("NFKD", text).lower()
    return "".join(filter(str.isalnum, plain))


def similarity(one: str, other: str) -> float:
    """Return the share of common words of two titles; 1 if one contains the other."""
    a, b = set(WORD.findall(one.lower())), set(WORD.findall(other.lower()))
    if not a or not b:
        return 0.0
    small = min(len(a), len(b))
    if small >= 3 and len(a & b) == small:
        return 1.0
    return len(a & b) / len(a | b)


def _clean(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MAX_TITLE_CHARS else ""


def repeated_headline(
    text: str, headlines: Sequence[str], removed: Sequence[Edit] = ()
) -> tuple[Edit, ...]:
    """Return the edit that removes the first line of `text` if it repeats one of `headlines`.
    Lines at the start that `removed` deletes are skipped.

    >>> repeated_headline("A Pier Opens\\nIt rained.", ["A Pier Opens | Example", "A pier opens"])
    (Edit(start=0, end=13, put='', rule='cleaner/title', kind='title', score=None),)
    """
    start = 0
    for edit in removed:
        if edit.start == start:
            start = edit.end
    start += len(text[start:]) - len(text[start:].lstrip("\n"))
    first, newline, rest = text[start:].partition("\n")
    words = set(tokens(first))
    if not newline or not words:
        return ()
    for headline in headlines:
        other = set(tokens(headline))
        if other and len(words & other) >= MIN_REPEATED * len(words | other):
            end = len(text) - len(rest.lstrip("\n"))
            return (Edit(start, end, "", TITLE_RULE, "title"),)
    return ()


def begins_with(text: str, title: str) -> bool:
    """Whether one of the first lines of a text is the title.

    >>> begins_with("Local\\nA Pier Opens\\nIt rained.", "A pier opens")
    True
    """
    rows = text.split("\n", MAX_ROWS_ABOVE)[:MAX_ROWS_ABOVE]
    return fold_title(title) in map(fold_title, rows)


def insert_title(edits: Sequence[Edit], title: str) -> tuple[Edit, ...]:
    """Add the insertion of the title at the start to the edits of a text.

    >>> [edit.put for edit in insert_title((), "A Pier Opens")]
    ['A Pier Opens\\n\\n']
    """
    head = f"{title}\n\n"
    if edits and edits[0].start == 0:
        first = edits[0]
        put = f"{head}{first.put}"
        return (Edit(0, first.end, put, first.rule, first.kind), *edits[1:])
    return (Edit(0, 0, head, TITLE_RULE, "title"), *edits)
