"""Collect the report of a run from its results, one at a time and in bounded memory."""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from random import Random
from typing import Any

import orjson

from cleaner.corpus.journal_entry import JournalEntry
from cleaner.corpus.output_folder import LEARNED, RUN
from cleaner.corpus.verdict import LIMITS, Limits, judge
from cleaner.document import Format
from cleaner.report.counters import (
    MAX_REMEMBERED_LINES,
    OTHER_SITES,
    RepeatedLines,
    RuleCounter,
    SiteCounter,
    most_common,
)
from cleaner.report.document_view import (
    HIDDEN_FIELDS,
    MAX_TEXT_CHARS,
    DocumentView,
    compare_to_median,
    listed,
    shown,
    text_of,
    with_near_misses,
    with_removals,
)
from cleaner.report.model import Covered, Fired, Listed, Report, Share, Shown, Silent
from cleaner.rules.ruleset import RuleSet
from cleaner.text.prose import has_prose

BINS = 20
MAX_CANDIDATES = 300  # of which the most suspicious are shown
MAX_SUSPICIOUS = 200
MAX_ORDINARY = 60  # documents drawn at random
MAX_LISTED = 10_000  # without their text
MAX_REPORT_CHARS = 2_000_000  # of the texts of all documents
MAX_DETAILED_RULES = 600  # shown with texts and contexts
MIN_MEDIAN_DOCUMENTS = 5
MAX_SITES = 20_000  # counted separately
SHOWN_SITES = 40
REJECTING_RULE = re.compile(r"\(([^()\s]+/[^()\s]+)\)$")  # at the end of a message
DATE = re.compile(r"\d{4}-\d\d-\d\d")
STATISTICS = (
    "read", "written", "quarantined", "set_aside", "chars_in", "chars_out", "boilerplate_left",
    "removals",
)  # fmt: skip


@dataclass
class Collector:
    """Collects the report of a run with `rules`, judged by `limits`. The same results, in the same
    order, give the same report, byte for byte."""

    rules: RuleSet
    limits: Mapping[str, Limits] = field(default_factory=lambda: LIMITS)
    seen: int = 0
    everything: SiteCounter = field(default_factory=SiteCounter)
    by_rule: dict[str, RuleCounter] = field(default_factory=dict)
    sites: dict[str, SiteCounter] = field(default_factory=dict)
    repeats: dict[str, RepeatedLines] = field(default_factory=dict)
    fields: Counter[str] = field(default_factory=Counter)
    licenses: Counter[str] = field(default_factory=Counter)
    rejected_by: Counter[str] = field(default_factory=Counter)
    selected: set[str] = field(default_factory=set)
    histogram: list[int] = field(default_factory=lambda: [0] * BINS)

    def __post_init__(self) -> None:
        self._chance = Random(0)
        self._room = MAX_REMEMBERED_LINES
        self._published: tuple[str, str] | None = None
        self._listed: list[tuple[float, int, Listed]] = []  # a heap, like the next
        self._suspects: list[tuple[float, int, _Candidate]] = []
        self._ordinary: list[tuple[int, _Candidate]] = []

    def add(self, outcome: JournalEntry, name: str) -> None:
        """Count a result of the input `name`."""
        number = self.seen
        self.seen += 1
        if outcome.aside:
            return
        self.selected.update(outcome.sites)
        view = self._open(outcome, name)
        if outcome.failure:
            if found := REJECTING_RULE.search(str(view.failure["message"])):
                self.rejected_by[found[1]] += 1
            expected = 0.0
        else:
            expected = self._median(outcome.site)[0] if view.share else 0.0
            self._count(view)
        score = sum(weight for weight, _ in view.doubts) + max(0.0, view.share - expected)
        self._list(view, score, number)
        self._choose(view, score, number)

    def _open(self, outcome: JournalEntry, name: str) -> DocumentView:
        if outcome.failure:
            return DocumentView(outcome, name, {}, orjson.loads(outcome.failure), (), (), 0)
        removals = outcome.removed()
        prose = 0
        for removal in removals:
            removal["prose"] = removal["start"] is not None and has_prose(removal["text"])
            prose += removal["prose"]
        metadata, inserted = orjson.loads(outcome.metadata), outcome.inserted()
        return DocumentView(outcome, name, metadata, {}, removals, inserted, prose)

    def _count(self, view: DocumentView) -> None:
        done, share = view.outcome, view.share
        record = view.record
        if found := DATE.match(record["date_published"] or ""):
            first, last = self._published or (found[0], found[0])
            self._published = min(first, found[0]), max(last, found[0])
        self.fields.update([n for n, value in record.items() if value and n not in HIDDEN_FIELDS])
        self.licenses[done.license] += 1
        self.histogram[min(BINS - 1, int(share * BINS))] += 1
        site = done.site if done.site in self.sites or len(self.sites) < MAX_SITES else OTHER_SITES
        size = sum(done.rules.values()), done.chars_in, done.chars_out
        self.sites.setdefault(site, SiteCounter()).add(*size, share)
        self.everything.add(*size, share)
        if not done.sites:
            seen = self.repeats.setdefault(site, RepeatedLines())
            self._room -= seen.add(view.text if seen.wants(self._room) else None)
        for removal in view.removals:
            self._count_removal(removal, view)
        for rule in {removal["rule"] for removal in view.removals}:
            self.by_rule[rule].count_document(site)

    def _count_removal(self, removal: dict[str, Any], view: DocumentView) -> None:
        text, rule, of_page = removal["text"], removal["rule"], removal["start"] is None
        counter = self.by_rule.get(rule)
        if counter is None:
            counter = self.by_rule[rule] = RuleCounter(rule, removal["kind"], of_page)
        counter.removals += 1
        counter.characters += len(text) - len(removal["put"])
        counter.count_text(text)
        counter.prose += removal["prose"]
        if not of_page:
            counter.sample_context(self._chance, partial(view.context, removal))

    def _list(self, view: DocumentView, score: float, number: int) -> None:
        """Keep the row of a document if it is among the most suspicious so far."""
        full = len(self._listed) >= MAX_LISTED
        if not (full and (score, -number) <= self._listed[0][:2]):
            put = heapq.heappushpop if full else heapq.heappush
            put(self._listed, (score, -number, listed(view, score)))

    def _choose(self, view: DocumentView, score: float, number: int) -> None:
        """Keep a document if it is among the most suspicious so far, or drawn at random."""
        full = len(self._suspects) >= MAX_CANDIDATES
        if score > 0 and not (full and score <= self._suspects[0][0]):
            put = heapq.heappushpop if full else heapq.heappush
            put(self._suspects, (score, -number, _Candidate.of(view)))
        if view.failure:
            return
        place = len(self._ordinary)
        if place >= MAX_ORDINARY:
            place = int(self._chance.random() * self.everything.documents)
        if place < MAX_ORDINARY:
            self._ordinary[place : place + 1] = [(number, _Candidate.of(view))]

    def _median(self, site: str) -> tuple[float, str]:
        """The median of the removed share, and the documents that it is computed from."""
        found = self.sites.get(site)
        if found and found.documents >= MIN_MEDIAN_DOCUMENTS:
            return found.median, site
        return self.everything.median, "all documents"

    def report(self, about: Mapping[str, Any]) -> Report:
        """Build the report; `about` is the manifest of the run."""
        documents, listed, suspicious = self._documents()
        statistics, options = about["statistics"], about.get("options") or {}
        estimated = options.get("classifier_threshold") is not None
        unruled = [seen.unruled(site) for site, seen in self.repeats.items()]
        unruled.sort(key=lambda one: (-one.repeating * one.documents, -one.documents, one.site))
        sites = [
            Share(name, s.removals, s.chars_in - s.chars_out, s.documents, s.chars_in)
            for name, s in self.sites.items()
        ]
        sites.sort(key=lambda one: (-one.characters, -one.documents, one.name))
        return Report(
            name=", ".join(about.get("sources", ())),
            verdict=judge(statistics, self.limits, estimated=estimated),
            published=self._published,
            about=_brief(about),
            **{name: statistics[name] for name in STATISTICS},
            pruned=sum(one.removals for one in self.by_rule.values() if one.of_page),
            histogram=tuple(self.histogram),
            kinds=tuple(self._kinds()),
            sites=tuple(sites[:SHOWN_SITES]),
            more_sites=max(0, len(sites) - SHOWN_SITES),
            without_file=tuple(unruled[:SHOWN_SITES]),
            more_without_file=max(0, len(unruled) - SHOWN_SITES),
            selected=tuple(sorted(self.selected)),
            silent=tuple(self._silent()),
            fields=tuple(Covered(*found) for found in most_common(self.fields, len(self.fields))),
            licenses=tuple(Covered(*found) for found in most_common(self.licenses, SHOWN_SITES)),
            rejected_by=most_common(self.rejected_by, SHOWN_SITES),
            rules=tuple(self._rules()),
            documents=documents,
            suspicious=suspicious,
            listed=listed,
        )

    @property
    def settings(self) -> list[Any]:
        """What the report depends on besides the results, as JSON values."""
        return sorted(self.limits.items())

    def files(self, about: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
        """Yield the files for the folder of the run: the data and the page."""
        from cleaner.report.render import report_page

        report = self.report(about)
        yield "report.json", report.to_json()
        yield "report.html", report_page(report)

    @cached_property
    def _in_order(self) -> list[RuleCounter]:
        return sorted(self.by_rule.values(), key=lambda one: (-one.characters, one.id))

    def _rules(self) -> Iterator[Fired]:
        learned = self._learned()
        for number, counter in enumerate(self._in_order):
            fired = replace(counter.fired(), learned=learned.get(counter.id))
            yield fired if number < MAX_DETAILED_RULES else replace(fired, texts=(), contexts=())

    def _learned(self) -> dict[str, str]:
        """The rules learned in this run, and the line of each that removes only one."""
        found = {}
        for file in self.rules.files:
            if Path(file.path).parent.parts[-2:] == (RUN, LEARNED):
                for rule in file.rules:
                    one = rule.line[0] if len(rule.line) == 1 and not rule.set else None
                    found[rule.id] = one.source if one and one.literal is not None else ""
        return found

    def _kinds(self) -> list[Share]:
        removals, characters = Counter[str](), Counter[str]()
        for counter in self.by_rule.values():
            if not counter.of_page:
                removals[counter.kind] += counter.removals
                characters[counter.kind] += counter.characters
        return [Share(kind, removals[kind], size) for kind, size in most_common(characters, 100)]

    def _silent(self) -> Iterator[Silent]:
        for file in sorted(self.rules.files, key=lambda f: (f.is_pack, f.key)):
            if not (file.is_pack or file.key in self.selected) or not file.rules:
                continue
            seen = self.by_rule.keys() | self.rejected_by.keys()
            never = tuple(rule.id for rule in file.rules if rule.id not in seen)
            if never:
                yield Silent(file.key, never, len(file.rules))

    def _documents(self) -> tuple[tuple[Shown, ...], tuple[Listed, ...], int]:
        """The documents to show, suspicious ones first, those only to list, and the number of
        suspicious ones."""
        suspects = {-number: self._judged(held) for _, number, held in self._suspects}
        ranked = sorted(suspects, key=lambda number: (-suspects[number].suspicion, number))
        worst = [(number, suspects[number]) for number in ranked[:MAX_SUSPICIOUS]]
        shown = dict(_within(worst, 3 * MAX_REPORT_CHARS // 4))
        suspicious = len(shown)
        others = (
            (number, self._judged(held))
            for number, held in sorted(self._ordinary, key=lambda item: item[0])
            if number not in shown
        )
        shown.update(list(_within(others, MAX_REPORT_CHARS // 4)))
        rows = sorted(self._listed, key=lambda row: (-row[0], -row[1]))
        listed = [row for _, number, row in rows if -number not in shown]
        keys = _keys([*(one.id for one in shown.values()), *(row.id for row in listed)])
        return (
            tuple(replace(one, key=next(keys)) for one in shown.values()),
            tuple(replace(row, key=next(keys)) for row in listed),
            suspicious,
        )

    def _judged(self, held: _Candidate) -> Shown:
        one = held.shown()
        one = compare_to_median(one, *self._median(one.site))
        rules, sites, format = self.rules, held.sites, held.format
        return with_near_misses(with_removals(one, rules, sites, format), rules, sites, format)


@dataclass(frozen=True)
class _Candidate:
    """A document that the report may show. It is prepared when that is certain, but a long one at
    once, so that its full text need not be kept."""

    document: DocumentView | Shown
    sites: tuple[str, ...]
    format: Format

    @staticmethod
    def of(view: DocumentView) -> _Candidate:
        done = view.outcome
        long = max(done.chars_in, len(done.failure)) > 4 * MAX_TEXT_CHARS
        return _Candidate(shown(view) if long else view, done.sites, Format(done.format))

    def shown(self) -> Shown:
        return shown(self.document) if isinstance(self.document, DocumentView) else self.document


def _within(documents: Iterable[tuple[int, Shown]], room: int) -> Iterator[tuple[int, Shown]]:
    """Yield numbered documents while there is room for their texts."""
    for number, one in documents:
        room -= len(text_of(one.parts))
        if room < 0:
            return
        yield number, one


def _keys(ids: Iterable[str]) -> Iterator[str]:
    """Yield a unique key for each document: its id, with a number if the id is taken."""
    taken: set[str] = set()
    numbers = Counter[str]()
    for id in ids:
        key = id
        while key in taken:
            numbers[id] += 1
            key = f"{id} ({numbers[id] + 1})"
        taken.add(key)
        yield key


def _brief(about: Mapping[str, Any]) -> dict[str, Any]:
    """Describe the run without the list of its inputs."""
    inputs = about.get("inputs", ())
    return {
        **{name: about.get(name) for name in ("cleaner_version", "rules_version", "options")},
        "inputs": len(inputs),
        "bytes": sum(item["bytes"] or 0 for item in inputs),
    }
