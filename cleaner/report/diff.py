"""Compare two runs over the same input: by document, by line, and by rule."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any

import orjson

from cleaner.corpus.journal_entry import JournalEntry
from cleaner.report.counters import Example, Examples, NameCounter, brief, example
from cleaner.report.line_status import ChangeType, LineChange, in_order, line_changes, line_statuses
from cleaner.report.load_run import (
    FinishedRun,
    RestoredDocument,
    align_runs,
    id_of,
    open_run,
    restore,
)

MAX_DOCUMENTS, MAX_UNPAIRED, MAX_VALUES = 200, 50, 20  # shown
IGNORED_FIELDS = frozenset(
    {"id", "cleaner_version", "rules_version", "sha256_text", "chars_in", "chars_out",
     "boilerplate_left", "suspects", "status"}
)  # fmt: skip
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Side:
    """One of the two runs."""

    name: str
    cleaner_version: str
    rules_version: str
    options: Mapping[str, Any]
    documents: int
    written: int
    chars_out: int


@dataclass(frozen=True)
class RuleChange:
    """The changes due to one rule.

    It removes `more` lines in the later run only and `less` in the earlier run only, whether or not
    another rule removes them. `lines` counts changed lines by type. `removals_was` and
    `removals_now` count all its removals.
    """

    rule: str
    kind: str
    removals_was: int
    removals_now: int
    documents: int
    more: int
    less: int
    prose: int
    lines: Mapping[str, int]
    sites: tuple[tuple[str, int], ...]
    examples: tuple[Example, ...]
    more_examples: int


@dataclass(frozen=True)
class FieldChange:
    """A metadata field that changed: the number of documents, and examples."""

    field: str
    documents: int
    found: int
    lost: int
    examples: tuple[tuple[str, str, str], ...]  # id, before, after


@dataclass(frozen=True)
class DocumentChange:
    """A document that changed."""

    input: str
    id: str
    site: str
    was: str
    now: str
    message: str
    lines: Mapping[str, int]
    prose: int
    fields: tuple[str, ...]
    spacing: bool  # its text differs only in blank lines


@dataclass(frozen=True)
class Diff:
    """All differences between two runs. Counts are exact; lists are cut, the most important entries
    first."""

    was: Side
    now: Side
    paired: int = 0
    changed: int = 0
    only_was: int = 0
    only_now: int = 0
    spacing: int = 0
    prose: int = 0
    lines: Mapping[str, int] = field(default_factory=dict)
    states: tuple[tuple[str, str, int], ...] = ()
    rules: tuple[RuleChange, ...] = ()
    fields: tuple[FieldChange, ...] = ()
    documents: tuple[DocumentChange, ...] = ()
    other_lines: tuple[Example, ...] = ()  # not explained by a rule
    lone_was: tuple[str, ...] = ()
    lone_now: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        return bool(self.changed or self.only_was or self.only_now)

    def of_rule(self, rule: str) -> Diff:
        """Keep only the changes of one rule."""
        return replace(self, rules=tuple(r for r in self.rules if r.rule == rule), other_lines=())


def diff(was: Path, now: Path) -> Diff:
    """Compare two finished runs.

    Raises LoadRunError if a run cannot be read, or if their inputs are in different order.
    """
    one, two = open_run(was), open_run(now)
    found = _Differences()
    for input, left, right in align_runs(one, two):
        found.add(input, left, right)
    return found.result(_side(one), _side(two))


def _side(run: FinishedRun) -> Side:
    statistics = run.manifest["statistics"]
    return Side(
        str(run.folder),
        str(run.manifest["cleaner_version"]),
        run.rules_version,
        run.manifest["options"],
        statistics["read"],
        statistics["written"],
        statistics["chars_out"],
    )


class _RuleCounter:
    """Counts the changes of one rule."""

    def __init__(self) -> None:
        self.kind = ""
        self.documents = self.more = self.less = self.prose = 0
        self.lines: Counter[str] = Counter()
        self.sites = NameCounter()
        self.examples = Examples()

    def add(self, change: LineChange, share: _RuleShare, site: str) -> None:
        self.kind = share.kind
        self.more += share.more
        self.less += share.less
        self.prose += share.is_why and change.takes_prose
        self.lines[change.what.value] += 1
        self.sites.add(site)

    def result(self, rule: str, removals_was: int, removals_now: int) -> RuleChange:
        return RuleChange(
            rule, self.kind, removals_was, removals_now, self.documents, self.more, self.less,
            self.prose, in_order(self.lines), self.sites.most_common(),
            tuple(self.examples), self.examples.more,
        )  # fmt: skip


class _FieldCounter:
    """Counts the changes of one metadata field."""

    def __init__(self) -> None:
        self.documents = self.found = self.lost = 0
        self.examples: list[tuple[str, str, str]] = []

    def add(self, id: str, was: Any, now: Any) -> None:
        self.documents += 1
        self.found += not was
        self.lost += not now
        if len(self.examples) < MAX_VALUES:
            before, after = _only_changes(was, now)
            self.examples.append((id, _shown(before), _shown(after)))


class _Differences:
    """Collects differences in bounded memory, one pair of documents at a time."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.lines: Counter[str] = Counter()
        self.states: Counter[tuple[str, str]] = Counter()
        self.removals: tuple[Counter[str], Counter[str]] = Counter(), Counter()
        self.rules: dict[str, _RuleCounter] = defaultdict(_RuleCounter)
        self.fields: dict[str, _FieldCounter] = defaultdict(_FieldCounter)
        self.documents: list[tuple[tuple[int, ...], DocumentChange]] = []
        self.other = Examples()
        self.lone: tuple[list[str], list[str]] = [], []

    def add(self, input: str, was: JournalEntry | None, now: JournalEntry | None) -> None:
        for removals, outcome in zip(self.removals, (was, now), strict=True):
            if outcome is not None:
                removals.update(outcome.rules)
                removals.update(outcome.pruned)
        if was is None or now is None:
            lone = was or now
            if lone is not None:
                self._unpaired(input, lone, was is None)
            return
        self.counts["paired"] += 1
        if not _same(was, now):
            self._changed(input, restore(was), restore(now))

    def _unpaired(self, input: str, outcome: JournalEntry, is_new: bool) -> None:
        self.counts["only_now" if is_new else "only_was"] += 1
        names = self.lone[is_new]
        if len(names) < MAX_UNPAIRED:
            names.append(f"{input}: {id_of(outcome)}")

    def _changed(self, input: str, was: RestoredDocument, now: RestoredDocument) -> None:
        found: list[LineChange] = []
        if was.text is not None and now.text is not None:
            left = line_statuses(was.normalized, was.removals)
            right = line_statuses(now.normalized, now.removals)
            found = list(line_changes(left, right))
        fields = list(_fields(was.metadata, now.metadata))
        for name in fields:
            self.fields[name].add(now.id, was.metadata.get(name), now.metadata.get(name))
        is_moved = was.state != now.state
        spacing = was.text != now.text and not found and not is_moved
        if not (found or fields or is_moved or spacing or was.message != now.message):
            return
        prose = self._lines(input, was, now, found)
        if is_moved:
            self.states[was.state, now.state] += 1
        self.counts["changed"] += 1
        self.counts["spacing"] += spacing
        lines = Counter(change.what.value for change in found)
        change = DocumentChange(
            input, now.id, _site(was, now), was.state, now.state, now.message or was.message or "",
            in_order(lines), prose, tuple(fields), spacing,
        )  # fmt: skip
        rank = (is_moved, prose, lines["removed"], lines.total(), -self.counts["paired"])
        heapq.heappush(self.documents, (rank, change))
        if len(self.documents) > MAX_DOCUMENTS:
            heapq.heappop(self.documents)

    def _lines(
        self, input: str, was: RestoredDocument, now: RestoredDocument, found: list[LineChange]
    ) -> int:
        """Count changed lines; return how many lost prose."""
        site = _site(was, now)
        touched: set[str] = set()
        for change in found:
            make = partial(example, change, input, now.id, site)
            self.lines[change.what.value] += 1
            rules = _rules_of(change) or _pruning_rules(change, was, now)
            for share in rules:
                counted = self.rules[share.rule]
                counted.add(change, share, site)
                if share.is_why:
                    counted.examples.add(change, make)
                counted.documents += share.rule not in touched
                touched.add(share.rule)
            if not rules:
                self.other.add(change, make)
        prose = sum(change.takes_prose for change in found)
        self.counts["prose"] += prose
        return prose

    def result(self, was: Side, now: Side) -> Diff:
        before, after = self.removals
        rules = [r.result(id, before[id], after[id]) for id, r in self.rules.items()]
        rules.sort(key=lambda r: (-r.prose, -(r.more + r.less), r.rule))
        fields = [
            FieldChange(name, f.documents, f.found, f.lost, tuple(f.examples))
            for name, f in self.fields.items()
        ]
        states = sorted(self.states.items(), key=lambda item: (-item[1], item[0]))
        return Diff(
            was,
            now,
            **{key: self.counts[key] for key in COUNTED},
            lines=in_order(self.lines),
            states=tuple((a, b, n) for (a, b), n in states),
            rules=tuple(rules),
            fields=tuple(sorted(fields, key=lambda f: (-f.documents, f.field))),
            documents=tuple(
                change for _, change in sorted(self.documents, reverse=True, key=itemgetter(0))
            ),
            other_lines=tuple(self.other),
            lone_was=tuple(self.lone[0]),
            lone_now=tuple(self.lone[1]),
        )


COUNTED = ("paired", "changed", "only_was", "only_now", "spacing", "prose")


def _same(was: JournalEntry, now: JournalEntry) -> bool:
    """Whether two results are equal apart from the versions that made them."""
    if (was.status, was.text, was.removals, was.failure) != (
        now.status, now.text, now.removals, now.failure,
    ):  # fmt: skip
        return False
    if was.normalized != now.normalized or bool(was.aside) != bool(now.aside) or was.aside:
        return False
    if not was.metadata:
        return True
    return not any(_fields(orjson.loads(was.metadata), orjson.loads(now.metadata)))


def _fields(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of fields that differ, if both documents have metadata."""
    if was and now:
        for name in dict.fromkeys((*now, *was)):
            if name not in IGNORED_FIELDS and was.get(name) != now.get(name):
                yield name


@dataclass(frozen=True)
class _RuleShare:
    """The part of a rule in a change: whether it removes the line in only one run, and whether it
    is the reason for the change."""

    rule: str
    kind: str
    more: bool = False
    less: bool = False
    is_why: bool = True


def _rules_of(change: LineChange) -> list[_RuleShare]:
    """The rules that explain why a line changed."""
    was, now = change.was, change.now
    if was is None or now is None:
        return []
    if was.rule == now.rule:
        return [_RuleShare(now.rule, now.kind)]
    old = _RuleShare(was.rule, was.kind, less=True, is_why=change.what is not ChangeType.REMOVED)
    new = _RuleShare(now.rule, now.kind, more=True, is_why=change.what is not ChangeType.KEPT)
    return [share for share in (new, old) if share.rule]


def _pruning_rules(
    change: LineChange, was: RestoredDocument, now: RestoredDocument
) -> list[_RuleShare]:
    """The `html` rule that removed the node of a line from one of the pages."""
    words = " ".join(change.text.split())
    by = next((node for node in (was if change.now else now).pruned if words in node.text), None)
    if by is None:
        return []
    return [_RuleShare(by.rule, "pruned", more=change.now is None, less=change.now is not None)]


def _site(*documents: RestoredDocument) -> str:
    """The host of a document, or the site that its text reveals."""
    hosts = [d.site for d in documents if d.site not in ("", UNKNOWN)]
    return next(iter([*hosts, *(key for d in documents for key in (*d.hosts, *d.sites))]), UNKNOWN)


def _only_changes(was: Any, now: Any) -> tuple[Any, Any]:
    """Two values, without the entries of mappings that are the same in both."""
    if not (isinstance(was, dict) and isinstance(now, dict)):
        return was, now
    changed = [key for key in {**was, **now} if was.get(key) != now.get(key)]
    before, after = ({key: side[key] for key in changed if key in side} for side in (was, now))
    return before, after


def _shown(value: Any) -> str:
    """A metadata value on one line.

    >>> _shown(["Ann", "Bo"]), _shown({"title": "html:h1"}), _shown([{"text": "Ad", "kind": "x"}])
    ('Ann; Bo', 'title: html:h1', 'Ad')
    """
    if value in (None, [], {}, ""):
        return ""
    if isinstance(value, dict):
        said = next((value[key] for key in ("value", "text") if key in value), None)
        inner = "; ".join(f"{key}: {_shown(item)}" for key, item in value.items())
        return brief(inner if said is None else _shown(said))
    return brief("; ".join(map(_shown, value)) if isinstance(value, list) else str(value))
