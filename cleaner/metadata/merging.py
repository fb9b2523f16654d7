"""Merge the metadata of rules, page, input record and site files, each field with its origin.

The first source that has a field wins, in this order: rules that matched the text (for the dates of
a page only rules of site files), the page, the first lines of a text, the input record, the site
file, a guess from the text. Lists from several rules are joined. Other values become alternatives.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from cleaner.document import Alternative, Document, Format, Metadata, RightsNotice
from cleaner.metadata.dates import parse_machine_date
from cleaner.metadata.headlines import fold_title
from cleaner.metadata.names import distinct_names, is_affiliation
from cleaner.metadata.page_data import Candidate, SafeReader
from cleaner.metadata.syndication import chain_of, dates_of_copies, is_of, passed_through
from cleaner.metadata.text_bylines import BYLINE_RULE, head_end, removed_bylines, text_bylines
from cleaner.metadata.text_title import title_by_shape, title_by_url
from cleaner.text.hosts import host_of

if TYPE_CHECKING:
    from cleaner.rules.compiled import CompiledFile
    from cleaner.rules.match import Match

LIST_FIELDS = frozenset(f.name for f in fields(Metadata) if str(f.type).startswith("tuple[str"))
DATE_FIELDS = frozenset(("date_published", "date_modified", "original_date"))
BYLINE_FIELDS = DATE_FIELDS | {"authors"}
# Fields without alternatives: sources state different parts rather than different values.
NO_ALTERNATIVES = frozenset(
    ("tags", "categories", "description", "canonical_url", "hostname", "url")
)
FETCH_DATES = ("crawl_date", "crawled", "fetched", "warc_date", "date_download", "downloaded")
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
MAX_TITLE_LINES = 60  # that are searched for a title
MIN_LANGUAGE_CHARS = 200  # of a text whose language is detected
MAX_LANGUAGE_DISTANCE = 1000  # from the profile of the detected language
FIELDS = frozenset(f.name for f in fields(Metadata)) - {"rights_notices", "origins", "alternatives"}
# Other names of fields in records and front matter.
INPUT_NAMES = {
    "author": "authors", "byline": "authors", "date": "date_published", "keywords": "tags",
    "published": "date_published", "publish_date": "date_published", "lang": "language",
    "date_publish": "date_published", "sitename": "site_name", "headline": "title",
}  # fmt: skip

INPUT_KEYS = frozenset((*FIELDS, *INPUT_NAMES, *FETCH_DATES))  # read from the metadata of a record


def merge_metadata(
    document: Document,
    text: str,
    clean: str,
    page: Sequence[Candidate],
    matches: Sequence[Match],
    sites: Sequence[CompiledFile],
    notices: tuple[RightsNotice, ...],
    reader: SafeReader,
) -> Metadata:
    """Merge the metadata of a document with this normalized `text`, which rules make `clean`, and
    of its page, if any."""
    candidates = _candidates(document, text, clean, page, matches, notices, reader)
    canonical = (host_of(str(c.value)) for c in candidates if c.field == "canonical_url")
    passed = passed_through(sites, (host_of(document.url), *canonical), document.sites)
    candidates = [c for c in candidates if not _too_late(c, document.metadata)]
    candidates = list(dates_of_copies(candidates, passed))
    chosen = _choose(candidates)
    url = document.url or (chosen["canonical_url"].value if "canonical_url" in chosen else None)
    if site := _site_name(sites, matches, host_of(url)):
        chosen["site_name"] = site
    if url:
        origin = "input" if document.url else chosen["canonical_url"].origin
        chosen["url"] = Candidate("url", url, origin)
    if host := host_of(url):
        chosen["hostname"] = replace(chosen["url"], field="hostname", value=host)
    chosen.update((link.field, link) for link in chain_of(chosen, passed))
    if "authors" in chosen:
        chosen["authors"] = _people(chosen["authors"], _outlets(chosen, passed))
        if document.format is not Format.HTML and _is_host(chosen["authors"].value, host):
            del chosen["authors"]
    values = {name: candidate.value for name, candidate in chosen.items()}
    origins = {name: chosen[name].origin for name in sorted(chosen)}
    others = {
        name: others
        for name in sorted(chosen)
        if (others := _alternatives(chosen[name], candidates))
    }
    return Metadata(**values, rights_notices=notices, origins=origins, alternatives=others)


def _candidates(
    document: Document,
    text: str,
    clean: str,
    page: Sequence[Candidate],
    matches: Sequence[Match],
    notices: tuple[RightsNotice, ...],
    reader: SafeReader,
) -> list[Candidate]:
    """All values of all fields, in the order in which they are believed."""
    is_text = document.format is not Format.HTML
    stated = [
        candidate
        for key, value in document.metadata.items()
        for candidate in reader.read(f"{key} of the input", _from_input, key, value)
    ]
    end = head_end(text) if is_text else len(text)
    rules = reader.read("captures of rules", captures_of, matches, end)
    language = [c for c in (*rules, *page, *stated) if c.field == "language"]
    if not language:
        language = reader.read("language", _detected, text)
        stated += language
    day_first = bool(language) and not str(language[0].value).startswith("en")
    # a line in the text of a page may date another article on the same page
    late = [c for c in rules if page and c.tier == "pack" and c.field in DATE_FIELDS]
    body = [c for c in rules if c.tier == "body"]
    found = [
        *(c for c in rules if c not in late and c not in body),
        *reader.read("notices", _from_notices, notices),
        *(replace(candidate, tier=f"html {n}") for n, candidate in enumerate(page)),
        *late,
        *(reader.read("first lines", text_bylines, text, clean, day_first) if is_text else ()),
        *_only(body),
        *reader.read("removed lines", _from_removed, text, matches, end, is_text),
        *stated,
    ]
    if is_text and not any(c.field == "title" for c in found):
        known = str(language[0].value) if language else None
        found += reader.read("title", _first_title, text, clean, document.url, known)
    return found


def _outlets(chosen: Mapping[str, Candidate], passed: Sequence[CompiledFile]) -> Iterator[str]:
    """Yield the names of the sites that a document passed through."""
    yield from (file.name for file in passed if file.name)
    if "site_name" in chosen:
        yield str(chosen["site_name"].value)
    if "original_source" in chosen and is_affiliation(str(chosen["original_source"].value)):
        yield str(chosen["original_source"].value)


def _people(authors: Candidate, outlets: Iterable[str]) -> Candidate:
    """Remove the names of sites, which bylines append to those of people, and repeated names."""
    folded = {outlet.casefold() for outlet in outlets}
    people = [name for name in authors.value if name.casefold() not in folded] or authors.value
    return replace(authors, value=distinct_names(people))


def _is_host(names: Sequence[str], host: str | None) -> bool:
    """Whether the only author is the name of the host, and not of a person with a site."""
    name = names[0] if len(names) == 1 else ""
    return host is not None and len(name.split()) != 2 and fold_title(name) in host.split(".")[:-1]


def _from_notices(notices: Sequence[RightsNotice]) -> Iterator[Candidate]:
    """Yield what notices state about the text, as opposed to its images or the whole site."""
    versions = sorted({notice.license for notice in notices if notice.license})
    for n, notice in enumerate(notices):
        if notice.scope != "text" or notice.kind == "fair-use":
            continue
        origin = f"text:{notice.rule}" if notice.start is not None else notice.rule
        values = {
            "license": _with_version(notice.license, versions),
            "license_url": notice.url,
            "license_basis": notice.basis if notice.license else None,
            "rights_holder": notice.holder,
            "rights_year": notice.year,
            "rights_conditions": notice.conditions,
        }
        yield from (Candidate(k, v, origin, f"notice {n}") for k, v in values.items() if v)


def _alternatives(held: Candidate, candidates: Sequence[Candidate]) -> tuple[Alternative, ...]:
    """Return the other values of a field, each once."""
    if held.field in NO_ALTERNATIVES:
        return ()
    seen = {_fold(held)}
    found = []
    for candidate in candidates:
        if candidate.field == held.field and _fold(candidate) not in seen:
            seen.add(_fold(candidate))
            found.append(Alternative(candidate.value, candidate.origin))
    return tuple(found)


def _fold(candidate: Candidate) -> str:
    value = candidate.value
    if candidate.field in DATE_FIELDS:
        return str(value)[:10]
    text = "; ".join(value) if isinstance(value, tuple) else str(value)
    return " ".join(text.casefold().split())


def _too_late(candidate: Candidate, metadata: Mapping[str, Any]) -> bool:
    """Whether a date is later than the day the document was fetched."""
    if candidate.field not in DATE_FIELDS:
        return False
    days = (str(metadata[key])[:10] for key in FETCH_DATES if key in metadata)
    fetched = min((day for day in days if DAY.fullmatch(day)), default=None)
    return fetched is not None and str(candidate.value)[:10] > fetched


def _only(body: Sequence[Candidate]) -> Iterator[Candidate]:
    """Yield the candidates that lines in the body of a text state if they state one value for their
    field; several belong to other articles."""
    for candidate in body:
        if len({_fold(c) for c in body if c.field == candidate.field}) == 1:
            yield candidate


def _from_removed(
    text: str, matches: Sequence[Match], end: int, is_text: bool
) -> Iterable[Candidate]:
    """Yield the authors and dates in removed bylines and, of texts, in lines that the classifier
    removed; `end` ends the head."""
    for match in matches:
        is_own = match.rule.id == BYLINE_RULE
        if is_own or (is_text and match.score is not None):
            line = text[match.start : match.end]
            in_head = is_own or match.start < end
            yield from removed_bylines(line, match.rule.id, in_head=in_head)


def _first_title(
    text: str, clean: str, url: str | None, language: str | None
) -> Iterable[Candidate]:
    before, after = (body.split("\n", MAX_TITLE_LINES) for body in (text, clean))
    title = title_by_url(before, url) if url else None
    if title := title or title_by_shape(after, url, language, before):
        yield Candidate("title", title, "text:head", "guess")


def _detected(text: str) -> Iterable[Candidate]:
    if language := detect_language(text):
        yield Candidate("language", language, "text:detected", "detected")


def detect_language(text: str) -> str | None:
    """The language of a text if it is long enough and the detector is certain."""
    if len(text) < MIN_LANGUAGE_CHARS:
        return None
    from resiliparse.parse.lang import detect_fast

    language, _ = detect_fast(text[:10_000], cutoff=MAX_LANGUAGE_DISTANCE)
    return None if language == "unknown" else str(language)


def _choose(candidates: Iterable[Candidate]) -> dict[str, Candidate]:
    """Choose the first candidate of each field, joined with the lists of the same tier."""
    chosen: dict[str, Candidate] = {}
    for candidate in candidates:
        held = chosen.setdefault(candidate.field, candidate)
        if held is candidate or candidate.field not in LIST_FIELDS or candidate.tier != held.tier:
            continue
        chosen[candidate.field] = replace(
            held, value=tuple(dict.fromkeys((*held.value, *candidate.value)))
        )
    return chosen


def captures_of(matches: Sequence[Match], end: float = math.inf) -> Iterator[Candidate]:
    """Yield captures and settings: site files before packs, then in the order of the text. Authors
    and dates that packs find after `end` are of the tier "body"."""
    for match in sorted(
        matches, key=lambda m: (m.rule.in_pack, m.start, m.rule.rank, str(m.captures))
    ):
        origin, tier = f"text:{match.rule.id}", "pack" if match.rule.in_pack else "site"
        donation = match.rule.kind in ("donation", "membership")
        for name, value in match.captures.items():
            target = match.metadata_field(name)
            # an address for donations is not a contact for the article
            if target and value != () and not (donation and target == "contact"):
                body = match.rule.in_pack and match.start >= end and target in BYLINE_FIELDS
                yield Candidate(target, value, origin, "body" if body else tier)
        for name, values in match.rule.set.items():
            yield Candidate(name, values if name in LIST_FIELDS else values[0], origin, tier)


def _with_version(license: str | None, others: Iterable[str]) -> str | None:
    """A license without a version is the one of several versions that another notice states.

    >>> _with_version("LicenseRef-CC-BY", ["CC-BY-SA-4.0", "CC-BY-4.0"])
    'CC-BY-4.0'
    """
    name = f"{license}-".removeprefix("LicenseRef-")
    same = (other for other in others if other.removeprefix(name)[:1].isdigit())
    return next(same, license) if license and license.startswith("LicenseRef-") else license


def _from_input(key: str, value: Any) -> Iterable[Candidate]:
    name = INPUT_NAMES.get(key, key)
    if name not in FIELDS or value in (None, "", [], ()):
        return
    read = _read_input(name, value)
    if read is not None:
        yield Candidate(name, read, "input", "input")


def _read_input(name: str, value: Any) -> Any:
    """Convert an input value to the type of its field; return None if it is invalid."""
    if name in LIST_FIELDS:
        items = value if isinstance(value, (list, tuple)) else [value]
        return tuple(str(item).strip() for item in items if item) or None
    if isinstance(value, (dict, list, tuple)):
        return None
    text = str(value).strip()
    if name.startswith(("date_", "original_date")):
        return parse_machine_date(text, since=1)
    if name == "rights_year":
        return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None
    return text


def _site_name(
    sites: Sequence[CompiledFile], matches: Sequence[Match], host: str | None
) -> Candidate | None:
    """Return the site of a document: by its host, or else the first site file selected by marks in
    the text, if possible one that no rule calls the source of the text."""
    named = [(f, f.name) for f in sites if f.name]
    own = [(f, n) for f, n in named if is_of(host, f.hosts)]
    if not own and host is None:
        sources = {str(m.captures["source"]).lower() for m in matches if "source" in m.captures}
        own = [(f, n) for f, n in named if n.lower() not in sources] or named
    return Candidate("site_name", own[0][1], f"site:{own[0][0].key}", "site") if own else None
