"""Dry run: what changed rule files would do to a finished run, without cleaning it again."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from cleaner.classify.line_classifier import LineClassifier
from cleaner.corpus.journal_entry import JournalEntry
from cleaner.document import Removal
from cleaner.extract.article import PAGE_RULE
from cleaner.metadata.headlines import TITLE_RULE
from cleaner.report.counters import Example, Examples, example
from cleaner.report.line_status import LineChange, LineStatus, in_order, line_changes, line_statuses
from cleaner.report.load_run import FinishedRun, RestoredDocument, restore
from cleaner.rules.fixpoint import fixpoint_with_selection, may_select
from cleaner.rules.ruleset import RuleSet
from cleaner.text.edits import Edit
from cleaner.text.lines import Lines
from cleaner.text.normalization import Lossy, Normalizer

MAX_SECONDS = 20.0
SHOWN_EXAMPLES = 40


@dataclass(frozen=True)
class DryRun:
    """The changes that edited rule files would make to a run.

    The edited files apply to `selected` documents and change `documents` of them. `complete` is
    false if time ran out. `same_rules` says that the run was made with the rules before the edits.
    """

    records: int
    selected: int
    documents: int
    lines: Mapping[str, int]
    prose: int
    examples: tuple[Example, ...]
    more_examples: int
    complete: bool
    same_rules: bool


@dataclass(frozen=True)
class _Comparison:
    """Annotates the documents of a run with the rules before and after an edit."""

    before: RuleSet
    after: RuleSet
    keys: frozenset[str]
    normalize: Normalizer
    classifier: LineClassifier | None

    @cached_property
    def _changed(self) -> RuleSet:
        return self.after.only(self.keys)

    def may_select(self, document: JournalEntry | RestoredDocument) -> bool:
        """Whether an edited file may apply to a document, judging without its text."""
        return self._is_named(document) or self._changed.has_marks

    def _is_named(self, document: JournalEntry | RestoredDocument) -> bool:
        return bool(self.keys & set(document.sites) or self._changed.for_hosts(document.hosts))

    def changes(self, document: RestoredDocument) -> list[LineChange] | None:
        """The lines that change; None if no edited file applies."""
        lines = Lines(document.normalized)
        if not (self._is_named(document) or self._may_choose(document, lines)):
            return None
        of_page = _page_edits(document)
        was, _ = self._statuses(self.before, document, lines, of_page)
        now, selected = self._statuses(self.after, document, lines, of_page)
        if not (self._is_named(document) or self.keys & selected):
            return None
        return list(line_changes(was, now))

    def _may_choose(self, document: RestoredDocument, lines: Lines) -> bool:
        clean, hosts, sites = document.text or "", document.hosts, document.sites
        return may_select(self._changed, self.after, lines, clean, hosts, sites)

    def _statuses(
        self, rules: RuleSet, document: RestoredDocument, lines: Lines, of_page: tuple[Edit, ...]
    ) -> tuple[list[LineStatus], set[str]]:
        """The status of each line under `rules`, and the keys of the selected site files."""
        sites = [*rules.named(document.sites), *rules.for_hosts(document.hosts)]
        marked, selected = fixpoint_with_selection(
            lines, rules, sites, document.format, self.normalize, of_page, self.classifier
        )
        removals = [Removal(e.rule, e.kind, e.start, e.end, "", e.put) for e in marked.edits]
        return line_statuses(lines.text, removals), {file.key for file in selected}


def dry_run(
    run: FinishedRun,
    before: RuleSet,
    after: RuleSet,
    keys: frozenset[str],
    *,
    clock: Callable[[], float] = time.monotonic,
) -> DryRun:
    """Compare what `before` and `after`, which differ in the files `keys`, do to a run.

    It starts from the extracted text, so changes of `html` rules do not appear. Raises LoadRunError
    if the run cannot be read.
    """
    options = run.manifest["options"]
    threshold = options.get("classifier_threshold")
    classifier = None if threshold is None else LineClassifier(threshold)
    lossy = frozenset(map(Lossy, options.get("lossy", ())))
    comparison = _Comparison(before, after, keys, Normalizer(lossy), classifier)
    lines: Counter[str] = Counter()
    examples = Examples()
    selected = documents = prose = 0
    deadline, complete = clock() + MAX_SECONDS, True
    for outcome in run.outcomes():
        if clock() > deadline:
            complete = False
            break
        if not (outcome.text and comparison.may_select(outcome)):
            continue
        document, input = restore(outcome), run.inputs[outcome.owner]
        found = comparison.changes(document)
        selected += found is not None
        documents += bool(found)
        for change in found or ():
            lines[change.what.value] += 1
            prose += change.takes_prose
            examples.add(change, partial(example, change, input, document.id, document.site))
    shown = tuple(examples)
    more = examples.more + sum(e.times for e in shown[SHOWN_EXAMPLES:])
    return DryRun(
        run.records, selected, documents, in_order(lines), prose,
        shown[:SHOWN_EXAMPLES], more, complete, before.version == run.rules_version,
    )  # fmt: skip


def _page_edits(document: RestoredDocument) -> tuple[Edit, ...]:
    """The edits of a page that precede those of rules."""
    return tuple(
        Edit(r.start, r.end, "", r.rule, r.kind)
        for r in document.removals
        if r.rule in (PAGE_RULE, TITLE_RULE) and r.end > r.start
    )
