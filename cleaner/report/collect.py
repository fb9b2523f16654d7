"""Collects the report of a run while its outcomes pass, in memory that does not grow with them."""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from random import Random
from typing import Any

import orjson

from cleaner.corpus.result_record import ResultRecord
from cleaner.document import Format
from cleaner.report.counters import OTHER_SITES, REMEMBERED, Repeats, RuleTally, SiteTally, most
from cleaner.report.document_view import (
    LONGEST,
    NOT_FIELDS,
    Opened,
    beside,
    normalized,
    shown,
    with_near,
    with_removals,
)
from cleaner.report.model import Covered, Fired, Report, Share, Shown, Silent
from cleaner.rules.match import MIN_PROSE, is_prose
from cleaner.rules.ruleset import RuleSet
from cleaner.text.folding import plain

BINS = 20
CANDIDATES = 300  # documents of which the most suspicious are chosen at the end
SUSPICIOUS = 200
ORDINARY = 60
TEXT = 2_000_000  # characters of the texts of all documents that are shown
DETAILED = 600  # rules that are shown with texts and contexts
FEW = 5  # documents of a site that make no median
SITES = 20_000  # that are told apart
SHOWN_SITES = 40
REJECTING = re.compile(r"\(([^()\s]+/[^()\s]+)\)$")  # how a rejection names its rule
NOT_LONG = 20  # characters; no shorter line is prose in any script
OF_ACCOUNT = (
    "read", "written", "quarantined", "set_aside", "chars_in", "chars_out", "removals",
)  # fmt: skip


@dataclass
class Collector:
    """Takes the outcomes of a run with `rules`, in order, and gives its report. The same outcomes
    give the same report, to the byte."""

    rules: RuleSet
    seen: int = 0
    everything: SiteTally = field(default_factory=SiteTally)
    tallies: dict[str, RuleTally] = field(default_factory=dict)
    sites: dict[str, SiteTally] = field(default_factory=dict)
    repeats: dict[str, Repeats] = field(default_factory=dict)
    fields: Counter[str] = field(default_factory=Counter)
    licences: Counter[str] = field(default_factory=Counter)
    rejected_by: Counter[str] = field(default_factory=Counter)
    selected: set[str] = field(default_factory=set)
    histogram: list[int] = field(default_factory=lambda: [0] * BINS)

    def __post_init__(self) -> None:
        self._chance = Random(0)
        self._room = REMEMBERED
        self._suspects: list[tuple[float, int, _Held]] = []  # a heap
        self._ordinary: list[tuple[int, _Held]] = []

    def add(self, outcome: ResultRecord, name: str) -> None:
        """Count an outcome of the input `name`."""
        number = self.seen
        self.seen += 1
        if outcome.aside:
            return
        self.selected.update(outcome.sites)
        opened = self._open(outcome, name)
        if outcome.failure:
            if found := REJECTING.search(str(opened.failure["message"])):
                self.rejected_by[found[1]] += 1
            expected = 0.0
        else:
            expected = self._median(outcome.site)[0] if opened.share else 0.0
            self._count(opened)
        score = sum(weight for weight, _ in opened.doubts) + max(0.0, opened.share - expected)
        self._choose(opened, score, number)

    def _open(self, outcome: ResultRecord, name: str) -> Opened:
        if outcome.failure:
            return Opened(outcome, name, {}, orjson.loads(outcome.failure), (), 0)
        removals = outcome.removed()
        prose = 0
        for removal in removals:
            removal["prose"] = removal["start"] is not None and _has_prose(removal["text"])
            prose += removal["prose"]
        return Opened(outcome, name, orjson.loads(outcome.metadata), {}, removals, prose)

    def _count(self, opened: Opened) -> None:
        done, share = opened.outcome, opened.share
        record = opened.record
        self.fields.update([n for n, value in record.items() if value and n not in NOT_FIELDS])
        self.licences[done.license] += 1
        self.histogram[min(BINS - 1, int(share * BINS))] += 1
        site = done.site if done.site in self.sites or len(self.sites) < SITES else OTHER_SITES
        size = sum(done.rules.values()), done.chars_in, done.chars_out
        self.sites.setdefault(site, SiteTally()).add(*size, share)
        self.everything.add(*size, share)
        if not done.sites:
            seen = self.repeats.setdefault(site, Repeats())
            self._room -= seen.add(opened.text if seen.wants(self._room) else None)
        for removal in opened.removals:
            self._take(removal, opened)
        for rule in {removal["rule"] for removal in opened.removals}:
            self.tallies[rule].count_document(site)

    def _take(self, removal: dict[str, Any], opened: Opened) -> None:
        text, rule, of_page = removal["text"], removal["rule"], removal["start"] is None
        tally = self.tallies.get(rule)
        if tally is None:
            tally = self.tallies[rule] = RuleTally(rule, removal["kind"], of_page)
        tally.removals += 1
        tally.characters += len(text) - len(removal["put"])
        tally.count_text(text)
        tally.prose += removal["prose"]
        place = None if of_page else tally.place(self._chance)
        if place is not None:
            tally.keep(place, opened.context(removal))

    def _choose(self, opened: Opened, score: float, number: int) -> None:
        """Keep a document, if it is among the most suspicious so far or drawn for the sample."""
        full = len(self._suspects) >= CANDIDATES
        if score > 0 and not (full and score <= self._suspects[0][0]):
            put = heapq.heappushpop if full else heapq.heappush
            put(self._suspects, (score, -number, _Held.of(opened)))
        if opened.failure:
            return
        place = len(self._ordinary)
        if place >= ORDINARY:
            place = int(self._chance.random() * self.everything.documents)
        if place < ORDINARY:
            self._ordinary[place : place + 1] = [(number, _Held.of(opened))]

    def _median(self, site: str) -> tuple[float, str]:
        """The removed share that is usual for a site, and whose it is."""
        found = self.sites.get(site)
        if found and found.documents >= FEW:
            return found.median, site
        return self.everything.median, "all documents"

    def report(self, about: Mapping[str, Any]) -> Report:
        """The report of what was added; `about` is what the manifest says of the run."""
        documents, suspicious = self._documents()
        account = about["account"]
        unruled = [seen.unruled(site) for site, seen in self.repeats.items()]
        unruled.sort(key=lambda one: (-one.repeating * one.documents, -one.documents, one.site))
        sites = [
            Share(name, s.removals, s.chars_in - s.chars_out, s.documents, s.chars_in)
            for name, s in self.sites.items()
        ]
        sites.sort(key=lambda one: (-one.characters, -one.documents, one.name))
        return Report(
            about=_brief(about),
            **{name: account[name] for name in OF_ACCOUNT},
            pruned=sum(one.removals for one in self.tallies.values() if one.of_page),
            histogram=tuple(self.histogram),
            kinds=tuple(self._kinds()),
            sites=tuple(sites[:SHOWN_SITES]),
            more_sites=max(0, len(sites) - SHOWN_SITES),
            without_file=tuple(unruled[:SHOWN_SITES]),
            more_without_file=max(0, len(unruled) - SHOWN_SITES),
            selected=tuple(sorted(self.selected)),
            silent=tuple(self._silent()),
            fields=tuple(Covered(*found) for found in most(self.fields, len(self.fields))),
            licences=tuple(Covered(*found) for found in most(self.licences, SHOWN_SITES)),
            rejected_by=most(self.rejected_by, SHOWN_SITES),
            rules=tuple(self._rules()),
            documents=documents,
            suspicious=suspicious,
        )

    def files(self, about: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
        """The report for the folder of the run: its data, and the page."""
        from cleaner.report.render import report_page

        report = self.report(about)
        yield "report.json", report.to_json()
        yield "report.html", report_page(report)

    @cached_property
    def _in_order(self) -> list[RuleTally]:
        return sorted(self.tallies.values(), key=lambda one: (-one.characters, one.id))

    def _rules(self) -> Iterator[Fired]:
        for number, tally in enumerate(self._in_order):
            fired = tally.fired()
            yield fired if number < DETAILED else replace(fired, texts=(), contexts=())

    def _kinds(self) -> list[Share]:
        removals, characters = Counter[str](), Counter[str]()
        for tally in self.tallies.values():
            if not tally.of_page:
                removals[tally.kind] += tally.removals
                characters[tally.kind] += tally.characters
        return [Share(kind, removals[kind], size) for kind, size in most(characters, 100)]

    def _silent(self) -> Iterator[Silent]:
        for file in sorted(self.rules.files, key=lambda f: (f.is_pack, f.key)):
            if not (file.is_pack or file.key in self.selected) or not file.rules:
                continue
            seen = self.tallies.keys() | self.rejected_by.keys()
            never = tuple(rule.id for rule in file.rules if rule.id not in seen)
            if never:
                yield Silent(file.key, never, len(file.rules))

    def _documents(self) -> tuple[tuple[Shown, ...], int]:
        """The documents that are shown, the suspicious ones first; and how many these are."""
        suspects = {-number: self._judged(held) for _, number, held in self._suspects}
        ranked = sorted(suspects, key=lambda number: (-suspects[number].suspicion, number))
        others = [
            self._judged(held)
            for number, held in sorted(self._ordinary, key=lambda item: item[0])
            if number not in suspects
        ]
        first = list(_within((suspects[n] for n in ranked[:SUSPICIOUS]), 3 * TEXT // 4))
        rest = list(_within(others, TEXT // 4))
        return tuple(_with_keys([*first, *rest])), len(first)

    def _judged(self, held: _Held) -> Shown:
        one = held.shown()
        one = beside(one, *self._median(one.site))
        rules, sites, format = self.rules, held.sites, held.format
        return with_near(with_removals(one, rules, sites, format), rules, sites, format)


@dataclass(frozen=True)
class _Held:
    """A document that may be shown. It is made ready when that is certain; a long one at once, so
    that not all of it is held."""

    document: Opened | Shown
    sites: tuple[str, ...]
    format: Format

    @staticmethod
    def of(opened: Opened) -> _Held:
        done = opened.outcome
        long = max(done.chars_in, len(done.failure)) > 4 * LONGEST
        return _Held(shown(opened) if long else opened, done.sites, Format(done.format))

    def shown(self) -> Shown:
        return shown(self.document) if isinstance(self.document, Opened) else self.document


def _has_prose(text: str) -> bool:
    shortest = MIN_PROSE if text.isascii() else NOT_LONG
    if len(text) < shortest:
        return False
    rows = text.split("\n")
    long = [number for number, row in enumerate(rows) if len(row) >= shortest]
    for number in long:
        rows[number] = plain(rows[number])
    return any(is_prose(rows, number) for number in long)


def _within(documents: Iterable[Shown], room: int) -> Iterator[Shown]:
    """Documents, as many as there is room for their texts."""
    for one in documents:
        room -= len(normalized(one.parts))
        if room < 0:
            return
        yield one


def _with_keys(documents: Iterable[Shown]) -> Iterator[Shown]:
    """Documents with a key each: the id, or the id and a number where it is not the first."""
    taken: set[str] = set()
    for one in documents:
        key, number = one.id, 1
        while key in taken:
            number += 1
            key = f"{one.id} ({number})"
        taken.add(key)
        yield replace(one, key=key)


def _brief(about: Mapping[str, Any]) -> dict[str, Any]:
    """What identifies the run, without the list of its inputs."""
    inputs = about.get("inputs", ())
    return {
        **{name: about.get(name) for name in ("cleaner_version", "rules_version", "options")},
        "inputs": len(inputs),
        "bytes": sum(item["bytes"] or 0 for item in inputs),
    }
