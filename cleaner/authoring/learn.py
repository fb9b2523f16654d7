"""Learn the rule files of a corpus from what repeats in it.

A site with enough documents is drafted as `rules suggest` does it, and its certain suggestions make
a rule file. A site with a few documents, and the documents of a language, give rules only for whole
lines, which must repeat and which the line classifier must suspect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain, count
from multiprocessing import get_context

from cleaner.authoring.mine import distinct, repeated_lines
from cleaner.authoring.occurrences import MIN_DOCUMENTS, split_documents
from cleaner.authoring.sampling import Sample
from cleaner.authoring.suggest import Site, draft_site
from cleaner.authoring.yaml_drafts import Draft, LineRule, amend
from cleaner.classify.line_classifier import SUSPECT
from cleaner.rules.compiler import compile_text
from cleaner.rules.match import find
from cleaner.text.lines import Lines


def learn(samples: Iterable[Sample], workers: int = 1) -> Iterator[Draft]:
    """Draft the samples, in their order."""
    if workers < 2:
        yield from map(draft_sample, samples)
        return
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        yield from pool.map(draft_sample, samples, chunksize=4)


def draft_sample(sample: Sample) -> Draft:
    """Suggest rules for a sample. Those of a pool make a pack."""
    texts = sample.texts()
    if sample.scope == "site":
        return draft_site(Site(sample.name, texts, sample.trees()))
    kept = distinct(texts)
    minimum = MIN_DOCUMENTS if sample.scope == "pool" else 2
    suggestions = repeated_lines(split_documents(kept), minimum, SUSPECT)
    return Draft(sample.name, len(texts), len(kept), suggestions, is_pack=sample.scope == "pool")


def certain(draft: Draft) -> bool:
    """Whether a draft has a rule to apply."""
    return bool(draft.html) or any(s.doubt is None for s in draft.suggestions)


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
