"""Learn the rule files of a corpus from what repeats on each of its sites.

Of each site, a sample of the texts is kept: those with the smallest digests, so that the same
corpus gives the same sample in any order, and copies count once. Each sample is drafted as
`rules suggest` does it; the certain suggestions make a rule file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from heapq import heappush, heapreplace
from itertools import chain, count
from multiprocessing import get_context

from cleaner.authoring.suggest import Site, draft_site, site_host
from cleaner.authoring.yaml_drafts import MIN_SITE_DOCUMENTS, Draft, LineRule, amend
from cleaner.corpus.rows import Record
from cleaner.document import Document, Status
from cleaner.pipeline import Cleaner
from cleaner.rules.compiler import compile_text
from cleaner.rules.match import find
from cleaner.text.lines import Lines

MAX_TEXTS = 40  # of a site that are compared
MAX_TEXT_CHARS = 20_000  # of a text that is kept: its beginning and its end
MAX_SITES = 20_000  # sites beyond these learn nothing
HOST = re.compile(r"(?=.{1,200}$)[\w-]+(?:\.[\w-]+)+")  # that can name a file


@dataclass
class SiteSample:
    """The texts of a site with the smallest digests, as a heap of (-digest, text)."""

    documents: int = 0
    texts: list[tuple[int, str]] = field(default_factory=list)
    digests: set[int] = field(default_factory=set)

    def add(self, text: str) -> None:
        self.documents += 1
        middle = len(text) // 2  # copies may differ in what surrounds the article
        words = text[middle:][:500].encode("utf-8", "surrogatepass")
        digest = int.from_bytes(hashlib.blake2b(words, digest_size=8).digest(), "big")
        if digest in self.digests:
            return
        half = MAX_TEXT_CHARS // 2
        kept = text if len(text) <= MAX_TEXT_CHARS else f"{text[:half]}\n{text[-half:]}"
        if len(self.texts) < MAX_TEXTS:
            heappush(self.texts, (-digest, kept))
        elif digest < -self.texts[0][0]:
            self.digests.discard(-heapreplace(self.texts, (-digest, kept))[0])
        else:
            return
        self.digests.add(digest)

    def site(self, host: str) -> Site:
        return Site(host, [text for _, text in sorted(self.texts, reverse=True)])


def sample_sites(
    records: Iterable[Record], cleaner: Cleaner, workers: int | None = None
) -> dict[str, SiteSample]:
    """Clean the documents, and keep a sample of the texts of each site that they name."""
    samples: dict[str, SiteSample] = {}
    documents = (record for record in records if isinstance(record, Document))
    for done in cleaner.clean_many(documents, workers=workers):
        host = site_host(done.document, done) if done.status is Status.OK else None
        if not (host and done.text and HOST.fullmatch(host)):
            continue
        if host in samples or len(samples) < MAX_SITES:
            samples.setdefault(host, SiteSample()).add(done.text)
    return samples


def learn(
    samples: dict[str, SiteSample], minimum: int = MIN_SITE_DOCUMENTS, workers: int = 1
) -> Iterator[Draft]:
    """Draft the sites with at least `minimum` distinct texts, in the order of their hosts."""
    sites = [sample.site(host) for host, sample in sorted(samples.items())]
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
