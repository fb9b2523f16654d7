"""One record of metadata out of what rules, page, input and site files say, and who said it.

For each field the first of these that has it wins: a rule that read the text (of a page's dates,
one of a site file), the page, the first lines of a text, the input record, the site file, a guess
from the text. Lists that several rules
filled are joined. What the others say is kept beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from cleaner.document import Alternative, Document, Format, Metadata, RightsNotice
from cleaner.metadata.bylines import read_byline
from cleaner.metadata.dates import MAX_HEAD_DATES, parse_stated
from cleaner.metadata.page_facts import Attempts, MetadataCandidate
from cleaner.text.hosts import host_of
from cleaner.text.words import count_words

if TYPE_CHECKING:
    from cleaner.rules.compiled import CompiledFile
    from cleaner.rules.match import Match

LISTS = frozenset(f.name for f in fields(Metadata) if str(f.type).startswith("tuple[str"))
DATES = frozenset(("date_published", "date_modified", "original_date"))
# Fields of which sources give parts rather than different values.
QUIET = frozenset(("tags", "categories", "description", "canonical_url", "hostname", "url"))
FETCHED = ("crawl_date", "crawled", "fetched", "warc_date", "date_download", "downloaded")
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
PARAGRAPH = 200  # characters of a line that ends a head
HEAD = 8  # lines of a head, and words of a line that gives nothing but a date
LONG_ENOUGH = 200  # characters of a text whose language can be told
SURE = 1000  # distance from the language's profile above which a detector says nothing
KNOWN = frozenset(f.name for f in fields(Metadata)) - {"rights_notices", "origins", "alternatives"}
# What records and front matter call these fields.
INPUT_NAMES = {
    "author": "authors", "byline": "authors", "date": "date_published",
    "published": "date_published",
    "publish_date": "date_published", "date_publish": "date_published", "lang": "language",
    "sitename": "site_name", "headline": "title", "keywords": "tags",
}  # fmt: skip

INPUT_KEYS = frozenset((*KNOWN, *INPUT_NAMES, *FETCHED))  # all that is read of a record's metadata


@dataclass(frozen=True)
class Candidate:
    """A value somebody gave for a field, and who. Lists of one `tier` are joined."""

    field: str
    value: Any
    origin: str
    tier: str


def merge(
    document: Document,
    text: str,
    page: Sequence[MetadataCandidate],
    matches: Sequence[Match],
    sites: Sequence[CompiledFile],
    notices: tuple[RightsNotice, ...],
    attempt: Attempts,
) -> Metadata:
    """The metadata of one document, whose normalised text is `text`."""
    rules = attempt("captures of rules", _from_rules, matches)
    # a line in the text of a page may date another article that is shown beside it
    late = [c for c in rules if page and c.tier == "pack" and c.field in DATES]
    candidates = [
        *(c for c in rules if c not in late),
        *attempt("notices", _from_notices, notices),
        *(Candidate(s.field, s.value, s.origin, f"html {n}") for n, s in enumerate(page)),
        *late,
        *(() if document.format is Format.HTML else attempt("first lines", _from_head, text)),
        *(
            candidate
            for key, value in document.metadata.items()
            for candidate in attempt(f"{key} of the input", _from_input, key, value)
        ),
    ]
    if not any(c.field == "language" for c in candidates):
        candidates += attempt("language", _detected, text)
    candidates = [c for c in candidates if not _too_late(c, document.metadata)]
    chosen = _choose(candidates)
    url = document.url or (chosen["canonical_url"].value if "canonical_url" in chosen else None)
    if site := _site(sites, matches, host_of(url)):
        chosen["site_name"] = site
    if url:
        said = "input" if document.url else chosen["canonical_url"].origin
        chosen["url"] = Candidate("url", url, said, said)
    if host := host_of(url):
        chosen["hostname"] = replace(chosen["url"], field="hostname", value=host)
    if "authors" in chosen and "site_name" in chosen:
        chosen["authors"] = _without_outlet(chosen["authors"], str(chosen["site_name"].value))
    values = {name: candidate.value for name, candidate in chosen.items()}
    origins = {name: chosen[name].origin for name in sorted(chosen)}
    others = {
        name: others for name in sorted(chosen) if (others := _others(chosen[name], candidates))
    }
    return Metadata(**values, rights_notices=notices, origins=origins, alternatives=others)


def _without_outlet(authors: Candidate, outlet: str) -> Candidate:
    """Authors without the name of the site, which bylines put behind the people's."""
    people = tuple(name for name in authors.value if name.casefold() != outlet.casefold())
    return replace(authors, value=people) if people else authors


def _from_notices(notices: Sequence[RightsNotice]) -> Iterator[Candidate]:
    """What the notices say of the text itself; not of its images, nor of the site as a whole."""
    for n, notice in enumerate(notices):
        if notice.scope != "text" or notice.kind == "fair-use":
            continue
        origin = f"text:{notice.rule}" if notice.start is not None else notice.rule
        said = {
            "license": notice.license,
            "license_url": notice.url,
            "license_basis": notice.basis if notice.license else None,
            "rights_holder": notice.holder,
            "rights_year": notice.year,
            "rights_conditions": notice.conditions,
        }
        yield from (Candidate(k, v, origin, f"notice {n}") for k, v in said.items() if v)


def _others(held: Candidate, candidates: Sequence[Candidate]) -> tuple[Alternative, ...]:
    """What else was said of a field, each value once."""
    if held.field in QUIET:
        return ()
    seen = {_folded(held)}
    found = []
    for candidate in candidates:
        if candidate.field == held.field and _folded(candidate) not in seen:
            seen.add(_folded(candidate))
            found.append(Alternative(candidate.value, candidate.origin))
    return tuple(found)


def _folded(candidate: Candidate) -> str:
    value = candidate.value
    if candidate.field in DATES:
        return str(value)[:10]
    text = "; ".join(value) if isinstance(value, tuple) else str(value)
    return " ".join(text.casefold().split())


def _too_late(candidate: Candidate, said: Mapping[str, Any]) -> bool:
    """Whether a date lies after the day on which the document was fetched."""
    if candidate.field not in DATES:
        return False
    days = (str(said[key])[:10] for key in FETCHED if key in said)
    fetched = min((day for day in days if DAY.fullmatch(day)), default=None)
    return fetched is not None and str(candidate.value)[:10] > fetched


def _from_head(text: str) -> Iterable[Candidate]:
    """What the first lines of a text say, up to its first paragraph."""
    head = list(islice(_head_lines(text), HEAD))
    bylines = [read_byline(line) for line in head]
    if len({byline.date for byline in bylines if byline.date}) > MAX_HEAD_DATES:
        return  # a list of events
    for byline in bylines:
        if byline.said:
            yield Candidate("authors", byline.authors, "text:head", "head")
    for line, byline in zip(head, bylines, strict=True):
        if byline.date and (byline.authors or count_words(line) <= HEAD):
            yield Candidate("date_published", byline.date, "text:head", "head")
        if byline.updated and count_words(line) <= HEAD:
            yield Candidate("date_modified", byline.updated, "text:head", "head")


def _head_lines(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        if len(line) >= PARAGRAPH:
            return
        if line.strip():
            yield line.strip("#*_ ")


def _detected(text: str) -> Iterable[Candidate]:
    """The language of a text of some length, where a detector is sure."""
    if len(text) < LONG_ENOUGH:
        return
    from resiliparse.parse.lang import detect_fast

    language, _ = detect_fast(text[:10_000], cutoff=SURE)
    if language != "unknown":
        yield Candidate("language", str(language), "text:detected", "detected")


def _choose(candidates: Iterable[Candidate]) -> dict[str, Candidate]:
    """Per field the first candidate; lists that several rules of its tier filled are joined."""
    chosen: dict[str, Candidate] = {}
    for candidate in candidates:
        held = chosen.setdefault(candidate.field, candidate)
        if held is candidate or candidate.field not in LISTS or candidate.tier != held.tier:
            continue
        chosen[candidate.field] = replace(
            held, value=tuple(dict.fromkeys((*held.value, *candidate.value)))
        )
    return chosen


def _from_rules(matches: Sequence[Match]) -> Iterable[Candidate]:
    """Captures and settings: those of site files before those of packs, then as in the text."""
    for match in sorted(
        matches, key=lambda m: (m.rule.in_pack, m.start, m.rule.id, str(m.captures))
    ):
        origin, tier = f"text:{match.rule.id}", "pack" if match.rule.in_pack else "site"
        donation = match.rule.kind in ("donation", "membership")
        for name, value in match.captures.items():
            target = match.metadata_field(name)
            # an address to send money to is not where to write about the article
            if target and value != () and not (donation and target == "contact"):
                yield Candidate(target, value, origin, tier)
        for name, values in match.rule.set.items():
            yield Candidate(name, values if name in LISTS else values[0], origin, tier)


def _from_input(key: str, value: Any) -> Iterable[Candidate]:
    name = INPUT_NAMES.get(key, key)
    if name not in KNOWN or value in (None, "", [], ()):
        return
    read = _read_input(name, value)
    if read is not None:
        yield Candidate(name, read, "input", "input")


def _read_input(name: str, value: Any) -> Any:
    """An input value in the type of its field; None where it cannot be read so."""
    if name in LISTS:
        items = value if isinstance(value, (list, tuple)) else [value]
        return tuple(str(item).strip() for item in items if item) or None
    if isinstance(value, (dict, list, tuple)):
        return None
    text = str(value).strip()
    if name.startswith(("date_", "original_date")):
        return parse_stated(text, since=1)
    if name == "rights_year":
        return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None
    return text


def _site(
    sites: Sequence[CompiledFile], matches: Sequence[Match], host: str | None
) -> Candidate | None:
    """The site that the text stood on: the file of its host; else, of the files that marks
    selected, the one whose own rules did not say that the text comes from elsewhere."""
    named = [(f, f.name) for f in sites if f.name]
    own = [(f, n) for f, n in named if host and _is_of(host, f.hosts)]
    if not own and host is None:
        sources = {str(m.captures["source"]).lower() for m in matches if "source" in m.captures}
        own = [(f, n) for f, n in named if n.lower() not in sources]
    return Candidate("site_name", own[0][1], f"site:{own[0][0].key}", "site") if own else None


def _is_of(host: str, hosts: Iterable[str]) -> bool:
    return any(host == h or host.endswith(f".{h}") for h in hosts)
