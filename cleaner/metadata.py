"""One record of metadata out of what rules, page, input and site files say, and who said it.

For each field the first of these that has it wins: a rule that read the text, the page, the
input record, the site file. Lists that several rules filled are joined.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from cleaner.document import Document, Metadata, RightsNotice
from cleaner.extract.html import host_of
from cleaner.rules.compiled import CompiledFile
from cleaner.rules.fields import FIELDS, parse_date
from cleaner.rules.match import Match

LISTS = frozenset(
    f.name for f in fields(Metadata) if str(f.type).startswith("tuple[str") and f.name != "origins"
)
KNOWN = frozenset(f.name for f in fields(Metadata)) - {"rights_notices", "origins"}
# What records and front matter call these fields.
INPUT_NAMES = {
    "author": "authors", "byline": "authors", "date": "date_published",
    "published": "date_published",
    "publish_date": "date_published", "date_publish": "date_published", "lang": "language",
    "sitename": "site_name", "headline": "title", "keywords": "tags",
}  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """A value somebody gave for a field, and who. Lists of one `tier` are joined."""

    field: str
    value: Any
    origin: str
    tier: str


def merge(
    document: Document,
    page: Mapping[str, Any],
    matches: Sequence[Match],
    sites: Sequence[CompiledFile],
    notices: tuple[RightsNotice, ...],
) -> Metadata:
    """The metadata of one document."""
    url = document.url or page.get("canonical_url")
    candidates = [
        *_from_rules(matches),
        *(Candidate(name, value, "html", "html") for name, value in page.items()),
        *_from_input(document.metadata),
    ]
    chosen = _choose(candidates)
    if site := _site(sites, matches, host_of(url)):
        chosen["site_name"] = site
    if url:
        said = "input" if document.url else "html"
        chosen["url"] = Candidate("url", url, said, said)
    if host := host_of(url):
        chosen["hostname"] = replace(chosen["url"], field="hostname", value=host)
    values = {name: candidate.value for name, candidate in chosen.items()}
    origins = {name: chosen[name].origin for name in sorted(chosen)}
    return Metadata(**values, rights_notices=notices, origins=origins)


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
            target = FIELDS[name].feeds
            # an address to send money to is not where to write about the article
            if target and not (donation and target == "contact"):
                yield Candidate(target, value, origin, tier)
        for name, values in match.rule.set.items():
            yield Candidate(name, values if name in LISTS else values[0], origin, tier)


def _from_input(said: Mapping[str, Any]) -> Iterable[Candidate]:
    for key, value in said.items():
        name = INPUT_NAMES.get(key, key)
        if name not in KNOWN or value in (None, "", [], ()):
            continue
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
        return text if text[:10].count("-") == 2 and text[:4].isdigit() else parse_date(text)
    if name == "rights_year":
        return int(text) if text.isdigit() else None
    return text


def _site(
    sites: Sequence[CompiledFile], matches: Sequence[Match], host: str | None
) -> Candidate | None:
    """The site that the text stood on: the file of its host; else, of the files that marks
    selected, the one whose own rules did not say that the text comes from elsewhere."""
    named = [f for f in sites if f.name]
    own = [f for f in named if host and any(host == h or host.endswith(f".{h}") for h in f.hosts)]
    if not own and host is None:
        sources = {str(m.captures["source"]).lower() for m in matches if "source" in m.captures}
        own = [f for f in named if f.name and f.name.lower() not in sources]
    return Candidate("site_name", own[0].name, f"site:{own[0].key}", "site") if own else None
