"""Draft rule files from a corpus: gather its documents by site, and mine each site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cleaner.authoring.mine import distinct, mine
from cleaner.authoring.occurrences import Suggestion
from cleaner.authoring.selectors import HtmlSuggestion, repeating_nodes
from cleaner.authoring.templatize import mask
from cleaner.authoring.verify_draft import tried
from cleaner.corpus.rows import Broken, Record
from cleaner.document import CleanDocument, Document, Format, Status
from cleaner.extract.extractors import parse_page
from cleaner.page import declared_hosts
from cleaner.pipeline import Cleaner
from cleaner.rules.template import parse
from cleaner.text.decoding import decode
from cleaner.text.hosts import host_of
from cleaner.text.lines import Lines
from cleaner.text.words import count_words

FEWEST = 5  # documents of a site, to say what repeats
COMMON = 0.125  # the share of the documents that have a line by which texts are told to be its own
PERSON = re.compile(r"\{(?:author|email|handle)\}")


@dataclass
class Site:
    """The documents of one site: the texts that the rules in force leave, and the pages."""

    host: str
    texts: list[str] = field(default_factory=list)
    pages: list[Any] = field(default_factory=list)


@dataclass
class Gathered:
    """Documents by site; how many do not say where they are from, and what could not be read."""

    sites: dict[str, Site] = field(default_factory=dict)
    homeless: int = 0
    broken: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Draft:
    """What was found for one site. `documents` of them were distinct, of `read`."""

    host: str
    read: int
    documents: int
    suggestions: Sequence[Suggestion]
    html: Sequence[HtmlSuggestion]
    marks: Sequence[str]

    @property
    def too_few(self) -> bool:
        return self.documents < FEWEST


def gather(records: Iterable[Record], cleaner: Cleaner, site: str | None = None) -> Gathered:
    """Documents by the site they are from. With `site` only its own, and those that say nothing
    of where they are from; what the rules of `cleaner` remove is already left out."""
    gathered = Gathered()
    for record in records:
        if isinstance(record, Broken):
            gathered.broken.append(record.message)
            continue
        done = cleaner.clean(record)
        if done.status is not Status.OK or done.text is None:
            continue
        host = _host(record, done) or site
        if host is None:
            gathered.homeless += 1
            continue
        if site and host != site and not host.endswith(f".{site}"):
            continue
        found = gathered.sites.setdefault(site or host, Site(site or host))
        found.texts.append(done.text)
        if record.format is Format.HTML:
            found.pages.append(parse_page(decode(record.body, html=True).text))
    return gathered


def _host(document: Document, done: CleanDocument) -> str | None:
    source = document.source if "/" not in document.source or "//" in document.source else ""
    named = source if not source.endswith((".txt", ".html", ".htm", ".md", ".jsonl")) else ""
    host = host_of(document.url) or done.metadata.hostname or host_of(named)
    if host is None and document.format is Format.HTML:
        tree = parse_page(decode(document.body, html=True).text)
        host = next(iter(declared_hosts(tree)), None) if tree is not None else None
    return host.removeprefix("www.") if host else None


def draft_site(site: Site) -> Draft:
    """What repeats on one site."""
    texts = distinct(site.texts)
    if len(texts) < FEWEST:
        return Draft(site.host, len(site.texts), len(texts), (), (), ())
    suggestions = tried(mine(texts), texts)
    sure = [s for s in suggestions if s.risk is None]
    pages = [page for page in site.pages if page is not None]
    return Draft(
        host=site.host,
        read=len(site.texts),
        documents=len(texts),
        suggestions=suggestions,
        html=repeating_nodes(pages, sure),
        marks=_marks(site.host, sure),
    )


def _marks(host: str, suggestions: Sequence[Suggestion]) -> list[str]:
    """Literal lines that name the site and nobody who writes for it, in words enough to be its
    own, of a good part of the documents."""
    authors = _authors(suggestions)
    labels = [label for label in host.split(".")[:-1] if len(label) > 3] or [host]
    found = []
    for s in suggestions:
        joined = s.template.lower().replace(" ", "")
        literal = s.form == "line" and not set("*{}") & set(s.template)
        own = count_words(s.template) >= 4 and any(label in joined for label in labels)
        personal = PERSON.search(mask(s.template)) or any(a in s.template for a in authors)
        if literal and own and not personal and s.documents >= s.of * COMMON:
            found.append(s.template)
    return found[:5]


def _authors(suggestions: Sequence[Suggestion]) -> set[str]:
    """Who the bylines name."""
    names: set[str] = set()
    for s in suggestions:
        if s.kind == "byline" and s.form == "line":
            template = parse(s.template)
            for variant in s.variants:
                found = (template.match(Lines(variant)[0]) or {}).get("author")
                names.update(found if isinstance(found, tuple) else ())
    return names
