"""Learn the rule files of a corpus from what repeats on each of its sites.

The corpus is read twice: first for the digests of its documents, then for the sample of each site,
which are the documents with the smallest digests. So the same corpus gives the same sample in any
order, copies count once, and only the sample is cleaned and kept in memory. Each sample is drafted
as `rules suggest` does it; the certain suggestions make a rule file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from heapq import heappush, heapreplace
from itertools import chain, count
from multiprocessing import get_context

from cleaner.authoring.suggest import Site, draft_site, site_host
from cleaner.authoring.yaml_drafts import MIN_SITE_DOCUMENTS, Draft, LineRule, amend
from cleaner.corpus.rows import Broken, Record
from cleaner.document import Document, Status
from cleaner.pipeline import Cleaner
from cleaner.rules.compiler import compile_text
from cleaner.rules.match import find
from cleaner.text.lines import Lines

MAX_TEXTS = 40  # of a site that are compared
MAX_TEXT_CHARS = 12_000  # of a text that is kept: its beginning and its end
MAX_SITES = 10_000  # sites beyond these learn nothing
DIGEST_CHARS = 500  # from the middle of a document; copies differ in what surrounds the article
HOST = re.compile(r"(?=.{1,200}$)[\w-]+(?:\.[\w-]+)+")  # that can name a file


class Smallest:
    """The smallest of the distinct numbers that were added."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.numbers: set[int] = set()
        self._heap: list[int] = []  # of negative numbers, so that the largest comes first

    def add(self, number: int) -> None:
        if number in self.numbers:
            return
        if len(self._heap) < self.size:
            heappush(self._heap, -number)
        elif number < -self._heap[0]:
            self.numbers.discard(-heapreplace(self._heap, -number))
        else:
            return
        self.numbers.add(number)


@dataclass(frozen=True)
class Samples:
    """A sample of each site with enough documents, in the order of the hosts, the number of all
    sites, and how many records were broken."""

    sites: tuple[Site, ...]
    count: int
    broken: int


def sample_sites(
    read: Callable[[], Iterable[Record]],
    cleaner: Cleaner,
    minimum: int = MIN_SITE_DOCUMENTS,
    workers: int | None = None,
) -> Samples:
    """Clean a sample of the documents of each site that they name, if there are `minimum` distinct
    ones. `read` starts reading the records; it is called twice."""
    wanted: dict[str, Smallest] = {}
    broken = 0
    for record in read():
        if isinstance(record, Broken):
            broken += 1
        elif (key := named(record)) and (key[0] in wanted or len(wanted) < MAX_SITES):
            wanted.setdefault(key[0], Smallest(MAX_TEXTS)).add(key[1])
    minimum = max(minimum, MIN_SITE_DOCUMENTS)
    rest = {h: found.numbers for h, found in wanted.items() if len(found.numbers) >= minimum}

    keys: list[tuple[str, int]] = []  # of the documents that are cleaned, in order

    def chosen() -> Iterator[Document]:
        for record in read():
            if isinstance(record, Broken):
                continue
            key = named(record)
            if key and key[1] in rest.get(key[0], ()):
                rest[key[0]].discard(key[1])
                keys.append(key)
                yield record

    texts: dict[str, list[tuple[int, str]]] = {host: [] for host in rest}
    for n, done in enumerate(cleaner.clean_many(chosen(), workers=workers)):
        if done.status is Status.OK and done.text:
            host, digest = keys[n]
            texts[host].append((digest, _ends(done.text)))
    return Samples(
        tuple(Site(host, [text for _, text in sorted(texts[host])]) for host in sorted(texts)),
        len(wanted),
        broken,
    )


def named(document: Document) -> tuple[str, int] | None:
    """The host that a document names, and its digest; None if it names none."""
    host = site_host(document)
    if not (host and HOST.fullmatch(host)):
        return None
    body = document.body[len(document.body) // 2 :][:DIGEST_CHARS]
    data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    return host, int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")


def _ends(text: str) -> str:
    half = MAX_TEXT_CHARS // 2
    return text if len(text) <= MAX_TEXT_CHARS else f"{text[:half]}\n{text[-half:]}"


def learn(
    sites: Iterable[Site], minimum: int = MIN_SITE_DOCUMENTS, workers: int = 1
) -> Iterator[Draft]:
    """Draft the sites with at least `minimum` distinct texts, in their order."""
    sites = [site for site in sites if len(site.texts) >= max(minimum, MIN_SITE_DOCUMENTS)]
    if workers < 2:
        yield from map(draft_site, sites)
        return
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        yield from pool.map(draft_site, sites, chunksize=4)


def certain(draft: Draft) -> bool:
    """Whether a draft has a rule to apply."""
    return any(suggestion.doubt is None for suggestion in draft.suggestions)


@dataclass(frozen=True)
class Promoted:
    """A rule file that takes over learned rules: its new text, the number of rules added, and the
    templates of learned rules that have to be added by hand."""

    text: str
    added: int
    by_hand: tuple[str, ...] = ()


def promote(learned: str, existing: str | None, name: str) -> Promoted:
    """Merge the learned rule file `learned` into the rule file `existing` of the same site.

    Lines that a rule of the existing file removes are left out. Rules that remove one line are
    added with that line as `hit`; others have to be added by hand if there is a file already.
    Raises RuleFileError and AmendError.
    """
    file = compile_text(learned, name)
    if existing is None:
        return Promoted(learned, len(file.rules))
    known = compile_text(existing, name)
    ids = {rule.id for rule in known.rules}
    added: list[LineRule] = []
    by_hand: list[str] = []
    for rule in file.rules:
        templates = [*rule.line, *rule.start, *rule.span]
        lines = [*rule.hit, *(t.source for t in rule.line if t.literal is not None)]
        if lines and all(find(Lines(line), [known]) for line in lines):
            continue
        if not rule.line or not lines or rule.words or rule.set:
            by_hand.extend(template.source for template in templates)
            continue
        id = free_id(f"{known.key}/{rule.kind}-learned", ids)
        ids.add(id)
        added.append(
            LineRule(rule.kind, id.partition("/")[2], rule.line[0].source, lines[0], rule.at)
        )
    return Promoted(amend(existing, name, added) if added else existing, len(added), tuple(by_hand))


def free_id(id: str, taken: set[str]) -> str:
    """The id, with a number if it is taken."""
    numbered = (f"{id}-{number}" for number in count(2))
    return next(found for found in chain([id], numbered) if found not in taken)
