"""The title of a page, out of what its headings and its head state."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from cleaner.text.words import count_words

WORD = re.compile(r"\w+")
PARTED = re.compile(r"(\s+[|–—»·•:-]+\s+|\s*[|»]\s*|:\s+)")
SECTIONS = frozenset(
    "opinion news blog article articles home politics sports sport business world video review "
    "reviews press release pressrelease analysis feature features insights resources".split()
)
SAME = 0.5  # share of common words from which a heading is the headline that the head states
OWN = 4  # words of a heading that may be a headline which the head does not state
LONGEST = 300  # characters


def title_of(
    headings: Sequence[str], stated: Sequence[str], names: Iterable[str], host: str | None
) -> tuple[str, str] | None:
    """The title of a page and where it stands ("h1" or "head"), or None.

    `headings` are its h1, `stated` what its head says (og:title, JSON-LD, title; the surest
    first), `names` how the site calls itself, `host` the host of the page.

    >>> title_of(["Pier Opens"], ["Pier Opens - Example News"], [], None)
    ('Pier Opens', 'h1')
    >>> title_of([], ["Pier Opens: a day in Tarn | Example News"], ["Example News"], None)
    ('Pier Opens: a day in Tarn', 'head')
    """
    sites = frozenset(filter(None, (squeezed(name) for name in names)))
    own = [h for h in map(_clean, headings) if h and not _of_site(h, sites, host)]
    heads = [h for h in map(_clean, stated) if h]
    bare = [without_site(h, sites, host, own) for h in heads]
    best = max(own, key=lambda h: max((likeness(h, b) for b in bare), default=0.0), default=None)
    if best is not None:
        alike = max((likeness(best, b) for b in bare), default=1.0)
        if alike >= SAME or (len(own) == 1 and count_words(best) > OWN):
            return without_site(best, sites, host, ()), "h1"
    for head in bare:
        if not _of_site(head, sites, host):
            return head, "head"
    return (own[0], "h1") if own else None


def without_site(
    title: str, sites: frozenset[str], host: str | None, headings: Sequence[str]
) -> str:
    """A title without the parts that name the site or one of its sections."""
    pieces = PARTED.split(title)
    parts, marks = pieces[::2], pieces[1::2]
    if len(parts) < 2:
        return title
    for heading in headings:
        for start, end in _runs(len(parts)):
            run = "".join(_weave(parts[start:end], marks[start : end - 1]))
            if squeezed(run) == squeezed(heading):
                return run.strip()
    start, end = 0, len(parts)
    while end - start > 1 and _drops(parts[end - 1], marks[end - 2], sites, host):
        end -= 1
    while end - start > 1 and _drops(parts[start], marks[start], sites, host):
        start += 1
    return "".join(_weave(parts[start:end], marks[start : end - 1])).strip()


def _runs(count: int) -> Iterator[tuple[int, int]]:
    for size in range(count - 1, 0, -1):
        yield 0, size
        yield count - size, count


def _weave(parts: Sequence[str], marks: Sequence[str]) -> Iterator[str]:
    for n, part in enumerate(parts):
        yield part
        if n < len(marks):
            yield marks[n]


def _drops(part: str, mark: str, sites: frozenset[str], host: str | None) -> bool:
    """Whether a part of a title is the site's: by its name, or a section behind a bar."""
    if _of_site(part, sites, host):
        return True
    return mark.strip() in ("|", "»") and squeezed(part) in SECTIONS


def _of_site(text: str, sites: frozenset[str], host: str | None) -> bool:
    name = squeezed(text)
    if not name:
        return True
    if name in sites or name.removesuffix("blog") in sites:
        return True
    if not host:
        return False
    labels = host.removeprefix("www.").split(".")
    whole = "".join(labels)
    return name == whole or name in labels or (len(name) > 3 and name == "".join(labels[:-1]))


@lru_cache(maxsize=256)
def squeezed(text: str) -> str:
    """Letters and digits alone, in lower case, without accents."""
    plain = unicodedata.normalize("NFKD", text).lower()
    return "".join(filter(str.isalnum, plain))


def likeness(one: str, other: str) -> float:
    """The share of common words of two titles; 1 where one is all in the other."""
    a, b = set(WORD.findall(one.lower())), set(WORD.findall(other.lower()))
    if not a or not b:
        return 0.0
    small = min(len(a), len(b))
    if small >= 3 and len(a & b) == small:
        return 1.0
    return len(a & b) / len(a | b)


def _clean(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else ""
