"""Parse bylines: "By Ann Smith | March 12, 2019".

A name counts as an author only with evidence: a word before it ("By", "Von", "Text:"), a role
after it, or the position of the line (`expect_author`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cleaner.metadata.byline_words import BY, NEXT_LABEL, reporters, spaced_names
from cleaner.metadata.dates import find_date_forms, is_weekday
from cleaner.metadata.names import (
    DEGREE,
    INITIALS_END,
    ROLE,
    SENTENCE_END,
    SUFFIX,
    TEAM,
    bare_name,
    is_affiliation,
    is_generic,
    is_name,
)
from cleaner.text.words import UNSPACED, count_words

MAX_BYLINE_CHARS = 250
MAX_LINE_CHARS = 4 * MAX_BYLINE_CHARS  # with its white space
HANDLE = re.compile(r"[a-z][a-z\d]*(?:[._-][a-z\d]+)*", re.ASCII)
MAX_OTHER_WORDS = 6  # in a line with a date but no author
# A Chinese or Japanese date in a sentence, followed by words without a space: "1939年1月30日出生于".
CLAUSE = re.compile(
    rf"日(?!星期|周|週|電|电|讯|訊|付|発|更新|公開)(?:{UNSPACED.pattern}){{3}}|[。！？]$"
)
PRONOUNS = re.compile(r"\s*\((?:he|she|they)/\w+\)", re.IGNORECASE)
NO_BYLINE = re.compile(
    r"(?:retrieved|accessed|comment(?:ed)? by|reply by|by \w+ \d{1,2}, \d{4},)", re.I
)
BESIDE_DATE = re.compile(r"^[^\d|·•—–/]{3,40}[|·•—–/][^|·•—–/]{0,12}\d")
OTHER_ROLES = re.compile(
    r"^(?:photos?|photograph\w*|images?|pictures?|illustrat\w+|graphics?|video|edited|reviewed|translated"
    r"|produced|foto|fotos|bild|medically|fact[- ]checked|as told|read|updated?|last|data|with files"
    r"|credit|source|presented|sponsored|powered|crédit|ilustra\w+)\b",
    re.IGNORECASE,
)
PART_SEPARATOR = re.compile(r"\s*[|•·●⋅∙►▪]\s*|\s+[-–—/]{1,2}\s+|\s*\n\s*")
NAME_SEPARATOR = re.compile(
    r"\s*[,;]\s*(?:and|und|et|y|e|og|och|en)\s+|\s*[;&+,、，،]\s*"
    r"|\s+(?:and|und|et|e|og|och|ja|en|и|і|й|та|ve|dan|và|και|with)\s+|\s+(?:y|i|a|o|și|şi)\s+(?=\S+\s\S)"
    r"|\s*[／/]\s*",
    re.IGNORECASE,
)
CATEGORY = re.compile(  # after a name: "Ann Smith en BLOG, LOCALIDADES"
    r"\s+(?:en|em)\s+[^\s,]+(?:,.*)?$|\s+(?:especial para|especial desde|enviad[oa] especial)\b.*$",
    re.I,
)
SOURCE = re.compile(r"(?:来源|來源)\s*[:：]\s*\S+\s+(?=作者|记者|記者|撰文)")
OF_OUTLET = re.compile(r"(?:da|do|del?|della|dal|du|des|vom|von der|from|of)\s(?=\w)")
INSTITUTION = re.compile(
    r"^(?:cent(?:er|re)|institute|department|office|ministry|bureau|council|university)\b", re.I
)
# The searches below look at the first letter of a word before its alternatives: most words have none.
PAGE_NOISE = re.compile(
    r"https?://\S+|\b(?=[a-z\d発发입é])(?:"
    r"(?:op$|sponsored$|share|tweet|email|print|filed under|posted (?:at|in)|last updated|comments? off|published:"
    r"|発布于|发布于|입력|atualizado|envoyée? spéciale?)\b.*"
    r"|\d+ (?:hours?|minutes?|days?|weeks?|mins?|hrs?) ago\b.*"
    r"|www\.\S+|\d+\s*-?\s*min(?:ute)?s?\.?(?:\s+(?:to\s+)?read)?\b"
    r"|(?:leave a (?:comment|reply)|no comments?|\d+ comments?|add (?:a )?comment)\b.*"
    r"|view (?:in|profile|bio|full)\b.*"
    r"|(?:min(?:ute)? read|view all posts by|see all posts by|more (?:from|by|posts by)|follow)\b)",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"\S+@\S+\.\w+|\(?@\w+\)?")  # of mail, or a handle
DATE_LABEL = re.compile(
    r"\b(?:(?:first |originally )?published(?: (?:on|at|date))?|posted(?: (?:on|at))?|dat[ea]|fecha|datum|дата|tarih|on|at|erstellt am"
    r"|veröffentlicht(?: am)?|publiée?(?: le)?|rédigée? le|publicado(?: (?:el|em))?|pubblicato(?: il)?|le|am|el|il|em"
    r"|опубликовано|gepubliceerd(?: op)?|vom|den)\s*:?\s*$|(?:发布(?:时间|于)|發布時間)\s*[:：]?\s*$",
    re.IGNORECASE,
)
UPDATE_LABEL = re.compile(
    r"\b(?:updated?|modified|reviewed|edited|revised|aktualisiert|mis à jour|modifié|actualizado"
    r"|aggiornato|atualizado|обновлено|更新[于於]|更新(?:时间|時間)|已更新|最后更新|最終更新|bijgewerkt|uppdaterad|oppdatert|opdateret)\b[^.|]{0,20}$",
    re.IGNORECASE,
)
AROUND_PARTS = " ,.:;–—-*_()（）[]【】"
# A time; the word for reporter after a kind or an outlet.
OF_BYLINE = re.compile(r"\d{1,2}[:.h]\d\d|(?:\w\w)?\s?기자|[\u4e00-\u9fff]{0,8}[记記]者")
# Two elements without a space between their words.
GLUED = re.compile(
    r"(?=[A-Z\d])(?:(?<=[a-zà-ÿ])(?=(?:Founder|Staff|Senior|Writer|Editor|Contributor|Reporter|Author|Updated|Published"
    r"|Reviewed|Written|Last Updated)\b)"
    r"|(?<=\d)(?=(?:Updated|Published|Reviewed|By)\b)|(?<=[a-zà-ÿ])(?=[A-Z]{3,9}\s\d{1,2},\s\d{4}|\d{1,2}/\d{1,2}/\d{4}))"
)
REVIEWER = re.compile(
    r"^(?:medically |clinically )?reviewed by .*? — (?=written by)", re.IGNORECASE
)
OTHER_CONTRIBUTORS = re.compile(
    r"\b(?=[a-fimprtvw사摄攝])(?:(?:medically |clinically )?(?:reviewed|edited|fact[- ]checked|translated|photographed"
    r"|illustrated|photos?|photographs?|photography|illustrations?|images?|editing|writing)(?: and \w+)? by\b"
    r"|(?:fotos?|beeld|bild|photos?|editor|사진|攝影|摄影)\s*[:：｜ ]|with (?:files from|additional reporting|agenc)"
    r"|avec |avec$)",
    re.IGNORECASE,
)
SEPARATOR_END = re.compile(r"[.,;]?\s*$")

_QUALIFIERS = (
    "senior|chief|managing|deputy|associate|lead|assistant|guest|trending|tech|autos|news|opinion"
)
ROLE_QUALIFIER = re.compile(rf"{_QUALIFIERS}|sr\.?$", re.IGNORECASE)
ROLE_START = re.compile(
    rf"(?:{_QUALIFIERS}|staff|contributing|special|editor|writer|reporter|founder|columnist|author|ceo"
    r"|correspondent|contributor|director|professor|analyst)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Byline:
    """The authors and the ISO dates of publication and last update in a line. `explicit` tells
    whether a word like "By" introduces the authors."""

    authors: tuple[str, ...] = ()
    date: str | None = None
    updated: str | None = None
    explicit: bool = False


def read_byline(
    line: str,
    *,
    expect_author: bool = False,
    outlets: frozenset[str] = frozenset(),
    day_first: bool = False,
) -> Byline:
    """Parse a line as a byline. `expect_author` tells that its position is one for authors;
    `outlets` are the names of the site in lower case, which are not authors; `day_first` tells
    that its language writes April 3 as 03/04.

    >>> read_byline("By Ann Smith and Bo Li, Staff Writers | March 12, 2019 | 5 min read")
    Byline(authors=('Ann Smith', 'Bo Li'), date='2019-03-12', updated=None, explicit=True)
    >>> read_byline("By Wednesday, the deal had collapsed.")
    Byline(authors=(), date=None, updated=None, explicit=False)
    """
    if len(line) > MAX_LINE_CHARS:
        return Byline()
    return _read_byline(line, expect_author, outlets, day_first)


# The same lines are read for authors, dates and titles, before and after rules.
@lru_cache(1 << 10)
def _read_byline(
    line: str, expect_author: bool, outlets: frozenset[str], day_first: bool
) -> Byline:
    text = GLUED.sub(" | ", " ".join(line.replace("\n", " | ").split()))
    if not 0 < len(text) <= MAX_BYLINE_CHARS:
        return Byline()
    text = re.sub(r"^By(?=[A-Z])", "By ", text.strip("*_ ()（）[]【】△▲◆■"))
    if NO_BYLINE.match(text):
        return Byline()
    if people := reporters(text):
        return Byline(people, *_dates(text, day_first)[1:], explicit=True)
    text, published, updated = _dates(SOURCE.sub(" | ", text), day_first)
    text = _without_others(PRONOUNS.sub("", text))
    names: list[str] = []
    explicit = False
    text = PAGE_NOISE.sub(" | ", ADDRESS.sub(" | ", text) if "@" in text else text)
    parts = [part.strip(" ,:;–—-[]") for part in PART_SEPARATOR.split(text)]
    parts = [part for part in parts if part and not is_weekday(part)]
    before_role = published is not None and _is_role_of(parts)
    beside = published is not None and len(parts) == 1 and BESIDE_DATE.search(line) is not None
    for n, part in enumerate(parts):
        after_by = n > 0 and BY.match(parts[0]) is not None and "/" in line
        found = tuple(
            _authors(
                part, ((expect_author or beside or before_role) and not names) or after_by, outlets
            )
        )
        explicit = explicit or (bool(found) and (before_role or BY.match(part) is not None))
        names += [name for name in found if name not in names]
        if names and not found:
            break
    if not names and (sum(map(count_words, parts)) > MAX_OTHER_WORDS or CLAUSE.search(line)):
        return Byline()  # a sentence with a date
    return Byline(tuple(names), published, updated, explicit)


def _without_others(text: str) -> str:
    """Drop the people who did something else, from the words that introduce them to the end."""
    text = REVIEWER.sub("", text)
    found = OTHER_CONTRIBUTORS.search(text)
    return SEPARATOR_END.sub("", text[: found.start()]) if found else text


def is_only_byline(line: str, byline: Byline) -> bool:
    """Whether a line consists of the byline that was read from it: names, roles and dates, with
    the words before them.

    >>> lines = ("By Ann Smith, Staff Writer | March 12, 2019", "By Ann Smith. Photo: Bo Li")
    >>> [is_only_byline(line, read_byline(line)) for line in lines]
    [True, False]
    """
    rest = _dates(line, day_first=False)[0]
    for name in sorted(byline.authors, key=len, reverse=True):
        rest = rest.replace(name, ",")
    parts = (part for whole in PART_SEPARATOR.split(rest) for part in NAME_SEPARATOR.split(whole))
    words = (BY.sub("", part.lstrip(AROUND_PARTS)).strip(AROUND_PARTS) for part in parts)
    return all(
        OF_BYLINE.fullmatch(word) or is_weekday(word) or is_affiliation(word)
        for word in words
        if any(map(str.isalnum, word))  # as opposed to a pictogram
    )


def _is_role_of(parts: Sequence[str]) -> bool:
    """Whether a line has two parts, a name and a role."""
    if len(parts) != 2 or not 1 < len(parts[0].split()) < 5:
        return False
    return (
        bool(ROLE.search(parts[1]))
        and count_words(parts[1]) <= MAX_OTHER_WORDS
        and is_affiliation(parts[1])
    )


def _dates(text: str, day_first: bool) -> tuple[str, str | None, str | None]:
    """Return the text without its dates, and the dates of publication and last update."""
    published = updated = None
    kept, at = [], 0
    for start, end, day in find_date_forms(text, day_first=day_first):
        before = text[at:start]
        if label := UPDATE_LABEL.search(before):
            updated = updated or day
            before = before[: label.start()]
        else:
            published = published or day
            before = DATE_LABEL.sub("", before)
        kept.append(before)
        at = end
    return " | ".join([*kept, text[at:]]), published, updated


def _authors(part: str, expect_author: bool, outlets: frozenset[str]) -> Iterator[str]:
    """Yield the names in one part of a byline; none if it contains anything but names, roles and
    outlets."""
    prefix = BY.match(part)
    introduced = prefix is not None
    rest = part[prefix.end() :] if prefix else part
    while introduced and (again := BY.match(rest)):
        rest = rest[again.end() :]
    if introduced:
        rest = CATEGORY.sub("", NEXT_LABEL.split(rest, maxsplit=1)[0])
    rest = rest.strip(" *_,:;，、")
    if not rest or not (introduced or expect_author or "," in rest):
        return
    if not prefix and OTHER_ROLES.match(rest):
        return
    if SENTENCE_END.search(rest) and not INITIALS_END.search(rest) and count_words(rest) > 4:
        return
    rest = re.sub(r"\s*\([^)]*\)?", "", rest)
    if (
        ((introduced or expect_author) and (rest.lower() in outlets or INSTITUTION.match(rest)))
        or (introduced and TEAM.fullmatch(rest))
        or (introduced and expect_author and HANDLE.fullmatch(rest))
    ):
        yield rest
        return
    names: list[str] = []
    roles = 0
    for piece in NAME_SEPARATOR.split(spaced_names(rest)):
        name = (
            piece.strip(" .,:;–—»«-") if not INITIALS_END.search(piece) else piece.strip(" ,:;–—-")
        )
        name = _without_outlet(bare_name(_without_place(name, introduced=introduced)), outlets)
        if not name or (names and OF_OUTLET.match(name)):
            continue
        if names and SUFFIX.match(name):
            names[-1] = f"{names[-1]} {name}"
        elif DEGREE.match(name) or (names and (is_affiliation(name) or name.lower() in outlets)):
            roles += 1
        elif names and len(name.split()) == 1 and len(names[0].split()) > 1:
            roles += 1  # "Ann Smith, Privacy and Security Expert"
        elif introduced and not names and re.search(r"\bstaff$", name, re.I):
            return
        elif is_name(name) and not is_generic(name) and name.lower() not in outlets:
            if not (ROLE.search(name) and len(name.split()) < 3) or name[:4].lower() == "the ":
                names.append(_without_role(name))
        elif not (ROLE.search(name) or name.lower() in outlets):
            return
    if (
        introduced
        or expect_author
        or (roles and len(names) == 1 and "," in rest and 1 < len(names[0].split()) < 5)
    ):
        yield from names


def _without_place(name: str, *, introduced: bool) -> str:
    """Remove the place or outlet after a name: "Ann Smith in Tarnholm", "Ann Smith for the Herald"."""
    head = re.split(r"\s+(?:in|for|at|of|via|from|op|le|sur)\s+", name, maxsplit=1, flags=re.I)[0]
    alone = introduced and head != name and not is_name(name)  # "By Ann in Tarnholm"
    return head if (alone or len(head.split()) > 1) and is_name(head) else name


def _without_outlet(name: str, outlets: frozenset[str]) -> str:
    """Remove the name of the site after a name: "Ann Smith Example News"."""
    for outlet in outlets:
        if name.lower().endswith(f" {outlet}") and len(name) - len(outlet) > 5:
            return name[: -len(outlet) - 1].rstrip(" ,")
    return name


def _without_role(name: str) -> str:
    """Remove the role after a name: "Ann Smith Senior Autos Reporter"."""
    words = name.split()
    for n in range(2, len(words)):
        if ROLE.search(" ".join(words[n:])) and not name.lower().startswith("the "):
            while n > 2 and ROLE_QUALIFIER.match(words[n - 1]):
                n -= 1
            if ROLE_START.match(words[n]):
                return " ".join(words[:n])
    return name
