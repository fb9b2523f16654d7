"""The typed `{fields}` of templates: their patterns, parsers, and the metadata they feed.

A rule does not match if a field rejects its capture, such as `By {author}` on "By Wednesday, the
board ...". So a field is a guard as much as a capture.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from cleaner.metadata.byline_words import reporters
from cleaner.metadata.dates import whole_date
from cleaner.metadata.names import (
    INITIALS_END,
    NOT_NAMES,
    PARTICLES,
    SENTENCE_END,
    bare_name,
    is_affiliation,
    is_generic,
    is_name,
)
from cleaner.rights.reserved import bare_holder
from cleaner.text.words import count_words

ENDLESS = 10**9
Value = str | int | tuple[str, ...]

MAX_DATE, MAX_TITLE = 60, 250  # characters, without the spaces at the ends
MAX_SOURCE_WORDS = 10
SENTENCE_BREAK = re.compile(r"[.!?]\s+\S|[。！？][^\s。！？」』”’）]|[।؟۔]\s+\S")
YEARS_END = re.compile(
    r"[\s,]+\(?(?:19|20)\d\d(?:\s?[-–/]\s?(?:(?:19|20)\d\d|\d\d))?\)?$", re.ASCII
)
AND = re.compile(
    r"\s*(?:,\s*and\s+|[,،、]\s*|\s+(?:and|und|et|og|och|ja|ve|dan|và|και|и|і|та|with)\s+|\s+&\s+|\s*;\s*|\s+\|\s+"
    r"|\s+(?:y|e|i|a|o|en|și|şi)\s+(?=\S+\s\S))",
    re.I,
)

BEFORE_NAME = re.compile(r"(?:by|par|por|von|di|da|door|af|av)\s(?=\S+\s)(.+)", re.I)
AFTER_NAME = re.compile(
    r"\s(?:actualizado|atualizado|publicado|publié|mis à jour|updated|published|data|fecha)"
    r"(?:\s.*)?$",
    re.I,
)


def _text(caught: str) -> str | None:
    return caught.strip() or None


def _bounded(limit: int) -> Callable[[str], str | None]:
    def parse(caught: str) -> str | None:
        caught = caught.strip(" \t:,|-–—")
        return caught if 0 < len(caught) <= limit else None

    return parse


def parse_authors(caught: str) -> tuple[str, ...] | None:
    """Parse names such as "Ann Smith, Bo Li and C. Díaz, Staff Writers"; None if a part is not one.
    Names of offices ("La Rédaction") are left out.

    >>> parse_authors("Ann Smith, Bo Li and C. Díaz, Staff Writers")
    ('Ann Smith', 'Bo Li', 'C. Díaz')
    >>> parse_authors("Wednesday, the board had not answered.")
    """
    if people := reporters(caught):
        return people
    caught = AFTER_NAME.sub("", caught.strip(" \t:,|-–—"))
    names = [n.strip() for n in AND.split(caught) if n and n.strip()]
    introduced = [m for n in names if (m := BEFORE_NAME.match(n))]
    if introduced:  # "Home | Par Ann Smith"
        names = [m[1] for m in introduced]
    if not names or not all(map(_can_sign, names)):
        return None
    people = (names[0], *(name for name in names[1:] if not is_affiliation(name)))
    return tuple(bare_name(name) for name in people if not is_generic(name))


def _can_sign(words: str) -> bool:
    """Whether words can be a name, and are not a sentence."""
    return is_name(words) and not (SENTENCE_END.search(words) and not INITIALS_END.search(words))


def parse_source(caught: str) -> str | None:
    """Parse the short name of a publication or organization: title case or a host, no sentence."""
    caught = caught.strip(" \t:,|-–—")
    words = caught.split()
    if not words or count_words(caught) > MAX_SOURCE_WORDS or len(caught) > 80:
        return None
    if len(words) == 1 and "." in caught.strip("."):
        return caught
    if SENTENCE_END.search(caught) and not INITIALS_END.search(caught):
        return None
    named = sum(not w[0].islower() or w in PARTICLES for w in words)
    if caught[0].islower() or words[0].lower() in NOT_NAMES - {"the"}:
        return None
    return caught if named >= len(words) * 0.6 else None


def parse_holder(caught: str) -> str | None:
    """Parse a rights holder: a name of at most 100 characters, without the years after it.

    >>> parse_holder("Hafenbote GmbH, 2019-2021")
    'Hafenbote GmbH'
    """
    caught = caught.strip(" \t:,|-–—©").removeprefix("by ").removeprefix("the copyright of ")
    caught = YEARS_END.sub("", bare_holder(caught))
    if not 0 < len(caught) <= 100 or not any(c.isalpha() for c in caught):
        return None
    return caught.rstrip(".") if not INITIALS_END.search(caught) else caught


def parse_title(caught: str) -> str | None:
    """Parse a headline: at most 250 characters, not a paragraph of sentences.

    >>> parse_title("Forces negotiate over the city")
    'Forces negotiate over the city'
    >>> parse_title("They met on Monday. Nothing came of it. The talks go on in the capital.")
    """
    caught = caught.strip()
    words = count_words(caught)
    ends = len(SENTENCE_BREAK.findall(caught)) + caught.endswith((".", "。"))
    few = ends <= (2 if words <= 15 else 1)
    return caught if 0 < len(caught) <= MAX_TITLE and few and words <= 40 else None


@lru_cache(maxsize=4096)
def parse_date(caught: str) -> str | None:
    """Return the ISO 8601 form of a date with day, month and year; None for anything else.

    Weekdays and times beside it are allowed; "yesterday" and "03/04/2019" are not dates.

    >>> parse_date("Thursday, 12 October 2017, 4:15 p.m.")
    '2017-10-12'
    >>> parse_date("12. Oktober 2017")
    '2017-10-12'
    >>> parse_date("Research, October 12, 2017")
    """
    caught = caught.strip()
    return whole_date(caught) if len(caught) <= MAX_DATE else None


def parse_year(caught: str) -> int | None:
    """Return the last year of "2017" or "2003-2017"."""
    years = re.findall(r"\d{4}", caught)
    return int(years[-1]) if years else None


def parse_list(caught: str) -> tuple[str, ...] | None:
    """Split a list such as "Middle East & North Africa, Asia" at commas, bars and semicolons."""
    items = tuple(i.strip() for i in re.split(r"[,;|•]", caught) if i.strip())
    return items if items and max(map(len, items)) <= 60 else None


def parse_email(caught: str) -> tuple[str, ...] | None:
    """Return the address, or nothing if Cloudflare has hidden it."""
    return () if HIDDEN_EMAIL in caught.lower() else (caught.strip().rstrip("."),)


WORDS = r".+?"
NAME = r"\S(?:.*?\S)?"
YEAR = r"(?:1[89]|20)\d\d(?:\s?[-,/]\s?(?:(?:1[89]|20)\d\d|\d\d))*"
# Negated classes, as RE2 takes a hundred times longer to compile \p{L}; the parsers look closer.
# What Cloudflare shows instead of an address, in plain text, Markdown and HTML.
HIDDEN_EMAIL = "protected]"
EMAIL = (
    r"(?:[^\s@<>,;:()]+@[^\s@<>,;:()]+\.[^\s\d@<>.,;:()]{2,}"
    r"|(?:<a\b[^<>]{0,300}>)?\[{1,2}email(?:\s|&#160;|&nbsp;)protected\]{1,2}"
    r"(?:</a>|\([^()\s]{0,200}\))?)\.?"
)
URL = r"(?:https?://|www\.)\S+|[^\s/.,:@]+(?:\.[^\s/.,:@]+)*\.[^\s\d/.,:@]{2,}(?:/\S*)?"
MONTH = r"[^\s\d.,،]{2,16}(?:\s?/\s?[^\s\d.,]{2,9})?(?:\s[^\s\d.,]{3,8})?\.?"
DATE = (
    r"(?:[^\s\d.,،]{2,24}(?:\s[^\s\d.,]{2,5})?\.?[,،]\s+|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?\s+)?"
    r"(?:(?:le|on|am|vom|el|em|il|op|den|dnia|ngày|від|от)\s+)?"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th|er|º)?[.\s-]\s?(?:de\s|of\s|d['’])?{MONTH}[,،]?[\s-](?:del?\s)?\d{{4}}"
    r"|[^\s\d.,]{3,16}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{4}"
    r"|\d{4}[-/.]\s?\d{1,2}[-/.]\s?\d{1,2}"
    r"|\d{1,2}[-/.]\s?\d{1,2}[-/.]\s?\d{4}"
    r"|\d{1,2}\stháng\s\d{1,2}(?:,|\snăm)?\s\d{4}"
    r"|\d{4}\.?\s(?:m\.\s|gada\s)?[^\s\d.,]{3,16}\s\d{1,2}\.?"
    r"|\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일])"
    r"(?:\.|\s?(?:г|р|год|года|року)\.?)?"
    r"(?:(?:[\s,،|·•-]|at\b|t){1,8}\d{1,2}(?:[:.h]\d\d)?.{0,30})?"
)
CENTURIES = frozenset({"18", "19", "20"})  # the first digits of a year
NUMBER = r"\d[\d.,]*\s?[km]?"


@dataclass(frozen=True)
class Field:
    """A type of capture: its pattern on the folded line, its parser (which returns None to reject
    the capture), and the metadata field it feeds. Every accepted capture contains one of `atoms`,
    if there are any, and has at most `longest` characters."""

    regex: str
    parse: Callable[[str], Value | None]
    feeds: str | None = None
    atoms: frozenset[str] = frozenset()
    longest: int = ENDLESS

    @property
    def open_ended(self) -> bool:
        """Whether the capture ends only where the next part of the template begins."""
        return self.regex in (NAME, WORDS)


FIELDS: dict[str, Field] = {
    "author": Field(NAME, parse_authors, "authors"),
    "authors": Field(NAME, parse_authors, "authors"),
    "categories": Field(NAME, parse_list, "categories"),
    "date": Field(DATE, parse_date, "date_published", CENTURIES, MAX_DATE + 2),
    "description": Field(NAME, _bounded(1000), "description"),
    "email": Field(EMAIL, parse_email, "contact", frozenset({"@", HIDDEN_EMAIL})),
    "handle": Field(r"@\w+", _text),
    "holder": Field(NAME, parse_holder, "rights_holder"),
    "name": Field(NAME, parse_authors),
    "number": Field(NUMBER, _text),
    "original_date": Field(DATE, parse_date, "original_date", CENTURIES, MAX_DATE + 2),
    "regions": Field(NAME, parse_list, "regions"),
    "same": Field(NAME, _text),
    "series": Field(NAME, parse_list, "series"),
    "site": Field(NAME, parse_source, "site_name"),
    "source": Field(NAME, parse_source, "original_source"),
    "tags": Field(NAME, parse_list, "tags"),
    "text": Field(WORDS, _text),
    "themes": Field(NAME, parse_list, "themes"),
    "title": Field(NAME, parse_title, "title", longest=MAX_TITLE + 2),
    "updated": Field(DATE, parse_date, "date_modified", CENTURIES, MAX_DATE + 2),
    "url": Field(URL, _text),
    "year": Field(YEAR, parse_year, "rights_year"),
}
