"""Choose the documents of a corpus that rules are learned from.

The corpus is read twice. The first reading finds which lines repeat on each site; the second cleans
the chosen documents and puts their texts into a temporary file, so that memory does not grow with
the corpus. Of each site these are the documents with the smallest digests, and others that have
repeated lines that these lack. One document of each site, and all without a site, make a pool for
each language: of them, those with lines that several have.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from heapq import heappush, heapreplace
from pathlib import Path
from typing import Literal

from lxml.html import HtmlElement

from cleaner.authoring.occurrences import MIN_DOCUMENTS
from cleaner.authoring.suggest import site_host
from cleaner.corpus.rows import Broken, Record
from cleaner.document import Document, Format, Status
from cleaner.extract.extractors import parse_page
from cleaner.metadata.merging import detect_language
from cleaner.pipeline import Cleaner
from cleaner.text.decoding import decode

MAX_SITES = 10_000  # sites beyond these are pooled
SITE_TEXTS, MORE_TEXTS, POOL_TEXTS = 20, 30, 600
MAX_TEXT_CHARS = 12_000  # of a text that is kept: its beginning and its end
MAX_PAGES, MAX_PAGE_CHARS = 10, 400_000  # per site, compared for nodes; per page
MAX_LINES = 2_000_000  # remembered; beyond these, lines of one document are forgotten
MAX_ROWS, MAX_ROW_CHARS = 200, 300  # compared per document; per line
OUTER_CHARS = 12  # at the beginning and the end of a line that is compared only there
DIGEST_CHARS = 500  # from the middle of a document; copies differ in what surrounds the article
TEXTS, PAGES = "texts", "pages"  # names of files
HOST = re.compile(r"(?=.{1,200}$)[\w-]+(?:\.[\w-]+)+")  # that can name a file
LETTERS = re.compile(r"[^\W\d_]{2}")


class Smallest:
    """The smallest of the distinct numbers that were added."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.numbers: set[int] = set()
        self._heap: list[int] = []  # of negative numbers, so that the largest comes first

    def add(self, number: int) -> bool:
        """Add a number, and return whether it is one of the smallest so far."""
        if number in self.numbers:
            return True
        if len(self._heap) < self.size:
            heappush(self._heap, -number)
        elif number < -self._heap[0]:
            self.numbers.discard(-heapreplace(self._heap, -number))
        else:
            return False
        self.numbers.add(number)
        return True


class RepeatedLines:
    """For each line of each group of documents, the smallest digests of those that have it.

    Of too many lines, those of one or two documents are forgotten, and then no new ones are taken.
    """

    def __init__(self) -> None:
        self._is_full = False
        self._found: dict[int, tuple[str | int, ...]] = {}  # the group, and up to three digests

    def add(self, group: str, keys: Iterable[str], digest: int) -> None:
        for found in keys:
            key = hash((group, found))
            known = self._found.get(key)
            if known is None:
                if not self._is_full:
                    self._found[key] = (group, digest)
            elif digest not in known:
                digests = sorted([*known[1:], digest])
                self._found[key] = (group, *digests[:MIN_DOCUMENTS])
        if len(self._found) > MAX_LINES:
            self._forget()

    def _forget(self) -> None:
        for documents in (1, 2):
            self._found = {k: row for k, row in self._found.items() if len(row) > documents + 1}
            if len(self._found) <= MAX_LINES // 2:
                return
        self._is_full = True

    def documents(self, sampled: Mapping[str, set[int]]) -> dict[str, Counter[int]]:
        """Count for each document of a group the repeated lines that the `sampled` documents of the
        group lack."""
        counts: dict[str, Counter[int]] = defaultdict(Counter)
        for group, *digests in self._found.values():
            known = sampled.get(str(group), set())
            if len(digests) == MIN_DOCUMENTS and not known.issuperset(digests):
                counts[str(group)].update(d for d in digests if isinstance(d, int))
        return counts


@dataclass
class Survey:
    """The first reading of a corpus: the digests of each site's documents, and repeated lines."""

    sites: dict[str, Smallest] = field(default_factory=dict)
    lines: RepeatedLines = field(default_factory=RepeatedLines)
    broken: int = 0

    def add(self, record: Record) -> None:
        if isinstance(record, Broken):
            self.broken += 1
            return
        site, digest, rows = named_site(record), digest_of(record), rows_of(record)
        keys = keys_of(rows)
        pooled = site not in self.sites
        if site and (site in self.sites or len(self.sites) < MAX_SITES):
            self.sites.setdefault(site, Smallest(SITE_TEXTS)).add(digest)
            self.lines.add(site, keys, digest)
        if pooled and rows and (language := detect_language("\n".join(rows))):
            self.lines.add(pool_name(language), keys, digest)

    def chosen(self, minimum: int) -> dict[str, set[int]]:
        """The digests of the documents to clean, by site or pool; sites with fewer than two and
        pools without repeated lines have none."""
        sampled = {site: found.numbers for site, found in self.sites.items()}
        more = self.lines.documents(sampled)
        wanted = {site: set(numbers) for site, numbers in sampled.items() if len(numbers) > 1}
        for group, counts in more.items():
            if group in wanted and len(wanted[group]) < minimum:
                continue
            size = MORE_TEXTS if group in wanted else POOL_TEXTS
            best = sorted(counts, key=lambda digest: (-counts[digest], digest))
            wanted.setdefault(group, set()).update(best[:size])
        return wanted


@dataclass(frozen=True)
class Sample:
    """The cleaned texts of a site, or of a pool of documents of one language, in a file.

    A site with `few` documents has less than are needed to compare all its lines.
    """

    name: str
    scope: Literal["site", "few", "pool"]
    folder: Path
    places: tuple[tuple[int, int], ...]  # of its texts: offset and length in bytes
    pages: tuple[tuple[int, int], ...] = ()  # of the HTML of some of its documents

    def texts(self) -> list[str]:
        return list(_read(self.folder / TEXTS, self.places))

    def trees(self) -> list[HtmlElement]:
        """The parsed pages."""
        trees = map(parse_page, _read(self.folder / PAGES, self.pages))
        return [tree for tree in trees if tree is not None]


def _read(path: Path, places: Iterable[tuple[int, int]]) -> Iterator[str]:
    with path.open("rb") as source:
        for offset, size in places:
            source.seek(offset)
            yield source.read(size).decode("utf-8", "surrogatepass")


@dataclass(frozen=True)
class Samples:
    """The samples in the order of their names, the number of all sites, and of broken records."""

    found: tuple[Sample, ...]
    sites: int
    broken: int


@contextmanager
def sample_corpus(
    read: Callable[[], Iterable[Record]],
    cleaner: Cleaner,
    minimum: int,
    workers: int | None = None,
) -> Iterator[Samples]:
    """Sample the documents of a corpus and clean them; `read` starts reading the records.

    Sites with fewer than `minimum` distinct documents are small. The same records in the same order
    give the same samples. The texts are deleted at the end.
    """
    survey = Survey()
    for record in read():
        survey.add(record)
    wanted = survey.chosen(minimum)
    pools: dict[int, list[str]] = defaultdict(list)
    for group, digests in wanted.items():
        if group not in survey.sites:
            for digest in digests:
                pools[digest].append(group)
    chosen: list[tuple[int, list[str]]] = []  # digest and groups of the documents being cleaned

    def documents(pages: Spool) -> Iterator[Document]:
        for record in read():
            if isinstance(record, Broken):
                continue
            site, digest = named_site(record), digest_of(record)
            groups = pools.pop(digest, [])
            if site and digest in wanted.get(site, ()):
                wanted[site].discard(digest)
                groups = [site, *groups]
                pages.add_page(record, site, digest)
            if groups:
                chosen.append((digest, groups))
                yield record

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Spool(folder / TEXTS) as texts, Spool(folder / PAGES) as pages:
            for n, done in enumerate(cleaner.clean_many(documents(pages), workers=workers)):
                if done.status is Status.OK and done.text:
                    digest, groups = chosen[n]
                    texts.add(_ends(done.text), groups, digest)
        found = []
        for group in sorted(texts.places):
            places = texts.in_order(group)
            few: Literal["few", "site"] = "few" if len(places) < minimum else "site"
            scope = few if group in survey.sites else "pool"
            found.append(Sample(group, scope, folder, places, pages.in_order(group)))
        yield Samples(tuple(found), len(survey.sites), survey.broken)


class Spool:
    """A temporary file of texts, and where those of each group are."""

    def __init__(self, path: Path) -> None:
        self._out = path.open("wb")
        self.places: dict[str, list[tuple[int, int, int]]] = defaultdict(list)

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        self._out.close()

    def add(self, text: str, groups: Iterable[str], digest: int) -> None:
        data = text.encode("utf-8", "surrogatepass")
        for group in groups:
            self.places[group].append((digest, self._out.tell(), len(data)))
        self._out.write(data)

    def add_page(self, document: Document, site: str, digest: int) -> None:
        """Add the HTML of a document, unless there is enough of its site."""
        if document.format is Format.HTML and len(self.places[site]) < MAX_PAGES:
            page = decode(document.body, html=True).text
            if len(page) <= MAX_PAGE_CHARS:
                self.add(page, [site], digest)

    def in_order(self, group: str) -> tuple[tuple[int, int], ...]:
        """The offsets and lengths of the texts of a group, by their digests."""
        return tuple((offset, size) for _, offset, size in sorted(self.places.get(group, ())))


def pool_name(language: str) -> str:
    """The name of the pack that is learned from all documents of a language.

    It has no dot, so no host is called so.
    """
    return f"learned-{language}"


def named_site(document: Document) -> str | None:
    """The host that a document names, if it can name a file."""
    host = site_host(document)
    return host if host and HOST.fullmatch(host) else None


def digest_of(document: Document) -> int:
    body = document.body[len(document.body) // 2 :][:DIGEST_CHARS]
    data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")


def rows_of(document: Document) -> list[str]:
    """The lines of a text that are compared, from its beginning and its end; those of a page are
    not known before extraction."""
    if document.format is Format.HTML:
        return []
    body = document.body
    text = body if isinstance(body, str) else bytes(body).decode("utf-8", "replace")
    rows = text.split("\n")
    if len(rows) > MAX_ROWS:
        rows = [*rows[: MAX_ROWS // 2], *rows[-MAX_ROWS // 2 :]]
    return [row for row in map(str.strip, rows) if LETTERS.search(row)]


def keys_of(rows: Iterable[str]) -> set[str]:
    """The parts of lines that may repeat: short lines as a whole, beginnings and ends."""
    keys = set()
    for row in rows:
        if len(row) <= MAX_ROW_CHARS:
            keys.add(row)
        if len(row) > 2 * OUTER_CHARS:
            keys.update((row[:OUTER_CHARS], row[-OUTER_CHARS:]))
    return keys


def _ends(text: str) -> str:
    half = MAX_TEXT_CHARS // 2
    return text if len(text) <= MAX_TEXT_CHARS else f"{text[:half]}\n{text[-half:]}"
