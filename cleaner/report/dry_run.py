"""What changed rule files would make otherwise of a run, without cleaning it again."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from cleaner.corpus.result_record import ResultRecord
from cleaner.document import Removal
from cleaner.extract.article import RULE as OF_PAGE
from cleaner.extract.repeated_title import RULE as OF_TITLE
from cleaner.report.examples import Example, Examples, example
from cleaner.report.line_status import Change, Fate, changes, fates, in_order
from cleaner.report.load_run import FinishedRun
from cleaner.report.restore import Replayed, rebuild
from cleaner.rules.fixpoint import fixpoint_with_selection, may_select
from cleaner.rules.ruleset import RuleSet
from cleaner.text.edits import Edit
from cleaner.text.lines import Lines
from cleaner.text.normalization import Lossy, Normalizer

SECONDS = 20.0  # that looking at a run may take
SHOWN = 40  # lines


@dataclass(frozen=True)
class Effect:
    """What would go and stay. `selected` documents are those that the changed files apply to,
    `documents` those of them that would change; `complete` says whether all were looked at, or
    the time was up."""

    records: int
    selected: int
    documents: int
    lines: Mapping[str, int]
    prose: int
    examples: tuple[Example, ...]
    more_examples: int
    complete: bool
    same_rules: bool  # the rules that are changed are those that the run was made with


@dataclass(frozen=True)
class _Replay:
    """Annotates documents of a run again, by the rules as they were and as they are."""

    before: RuleSet
    after: RuleSet
    keys: frozenset[str]
    normalize: Normalizer

    @cached_property
    def _changed(self) -> RuleSet:
        return self.after.only(self.keys)

    def may_select(self, document: ResultRecord | Replayed) -> bool:
        """Whether a changed file may apply to a document, before its text is looked at."""
        return self._is_named(document) or self._changed.has_marks

    def _is_named(self, document: ResultRecord | Replayed) -> bool:
        return bool(self.keys & set(document.sites) or self._changed.for_hosts(document.hosts))

    def changes(self, document: Replayed) -> list[Change] | None:
        """The lines that become something else; None where no changed file applies."""
        lines = Lines(document.normalized)
        if not (self._is_named(document) or self._may_choose(document, lines)):
            return None
        before = _of_page(document)
        was, _ = self._fates(self.before, document, lines, before)
        now, chosen = self._fates(self.after, document, lines, before)
        if not (self._is_named(document) or self.keys & chosen):
            return None
        return list(changes(was, now))

    def _may_choose(self, document: Replayed, lines: Lines) -> bool:
        clean, hosts, sites = document.text or "", document.hosts, document.sites
        return may_select(self._changed, self.after, lines, clean, hosts, sites)

    def _fates(
        self,
        rules: RuleSet,
        document: Replayed,
        lines: Lines,
        before: tuple[Edit, ...],
    ) -> tuple[list[Fate], set[str]]:
        """What becomes of the lines by some rules, and the keys of the site files in these."""
        sites = [*rules.named(document.sites), *rules.for_hosts(document.hosts)]
        marked, chosen = fixpoint_with_selection(
            lines, rules, sites, document.format, self.normalize, before
        )
        gone = [Removal(e.rule, e.kind, e.start, e.end, "", e.put) for e in marked.edits]
        return fates(lines.text, gone), {file.key for file in chosen}


def effect(
    run: FinishedRun,
    before: RuleSet,
    after: RuleSet,
    keys: frozenset[str],
    *,
    clock: Callable[[], float] = time.monotonic,
) -> Effect:
    """What the files `keys` of `after` make otherwise of a run than `before` does: by replay, so
    what they do to pages before their text is extracted is not in it. Raises LoadRunError."""
    lossy = frozenset(map(Lossy, run.manifest["options"].get("lossy", ())))
    replay = _Replay(before, after, keys, Normalizer(lossy))
    lines: Counter[str] = Counter()
    examples = Examples()
    selected = documents = prose = 0
    ends, complete = clock() + SECONDS, True
    for outcome in run.outcomes():
        if clock() > ends:
            complete = False
            break
        if not (outcome.text and replay.may_select(outcome)):
            continue
        document, input = rebuild(outcome), run.inputs[outcome.owner]
        found = replay.changes(document)
        selected += found is not None
        documents += bool(found)
        for change in found or ():
            lines[change.what.value] += 1
            prose += change.takes_prose
            examples.add(change, partial(example, change, input, document.id, document.site))
    shown = tuple(examples)
    more = examples.more + sum(e.times for e in shown[SHOWN:])
    return Effect(
        run.records, selected, documents, in_order(lines), prose,
        shown[:SHOWN], more, complete, before.version == run.rules_version,
    )  # fmt: skip


def _of_page(document: Replayed) -> tuple[Edit, ...]:
    """The edits of a page that no rule makes, which come before those that rules make."""
    return tuple(
        Edit(r.start, r.end, "", r.rule, r.kind)
        for r in document.removals
        if r.rule in (OF_PAGE, OF_TITLE) and r.end > r.start
    )
