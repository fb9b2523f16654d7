"""Rules that count how often they are compared with a text, and how long that takes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

from cleaner.clock import Clock, Stage
from cleaner.rules.compiled import CompiledFile, CompiledRule
from cleaner.rules.fields import Value
from cleaner.rules.ruleset import RuleSet
from cleaner.rules.template import Spans, Template


@dataclass(slots=True)
class Cost:
    """CPU seconds of comparing, how often that was tried, and how often it matched."""

    seconds: float = 0.0
    tried: int = 0
    matched: int = 0

    def add(self, other: Cost) -> None:
        self.seconds += other.seconds
        self.tried += other.tried
        self.matched += other.matched


class Tally:
    """The cost of each rule that was compared with anything. Templates without a wildcard are
    looked up, which costs nothing that could be told, and are not in it."""

    def __init__(self) -> None:
        self._costs: dict[str, Cost] = {}

    def of(self, rule: str) -> Cost:
        return self._costs.setdefault(rule, Cost())

    def take(self) -> dict[str, Cost]:
        """The costs since they were last taken."""
        taken, self._costs = self._costs, {}
        return taken


def timed(rules: RuleSet, tally: Tally, clock: Clock) -> RuleSet:
    """The same rules; `tally` is kept at what they cost, `clock` is told when one is compiled."""
    return _TimedRules(rules.registry, rules.records, rules.sites, tally=tally, clock=clock)


@dataclass(frozen=True, kw_only=True, eq=False)
class _TimedRules(RuleSet):
    tally: Tally
    clock: Clock

    def _file(self, number: int) -> CompiledFile:
        if number not in self._ready:
            file = super()._file(number)
            rules = tuple(_timed_rule(rule, self.tally, self.clock) for rule in file.rules)
            self._ready[number] = replace(file, rules=rules)
        return self._ready[number]


def _timed_rule(rule: CompiledRule, tally: Tally, clock: Clock) -> CompiledRule:
    def of(templates: tuple[Template, ...]) -> tuple[Template, ...]:
        return tuple(
            _TimedTemplate(**_values(template), rule=rule.id, tally=tally, clock=clock)
            for template in templates
        )

    return replace(
        rule,
        line=of(rule.line),
        start=of(rule.start),
        to=of(rule.to),
        span=of(rule.span),
        unless=of(rule.unless),
    )


def _values(template: Template) -> dict[str, Any]:
    return {field.name: getattr(template, field.name) for field in fields(template)}


@dataclass(frozen=True, kw_only=True, eq=False)
class _TimedTemplate(Template):
    """A template of `rule`. What is timed is the pattern and the reading of what it caught, where
    all of a comparison's time goes."""

    rule: str
    tally: Tally
    clock: Clock

    @cached_property
    def compiled(self) -> _TimedPattern:
        with self.clock(Stage.COMPILE):
            return _TimedPattern(super().compiled, self.rule, self.tally)

    def captures(self, found: Spans, original: str) -> dict[str, Value] | None:
        begun = time.process_time()
        caught = super().captures(found, original)
        cost = self.tally.of(self.rule)
        cost.seconds += time.process_time() - begun
        cost.matched += caught is not None
        return caught


@dataclass(frozen=True)
class _TimedPattern:
    """A compiled pattern of RE2, or what of it is used."""

    pattern: Any
    rule: str
    tally: Tally

    @property
    def groupindex(self) -> Any:
        return self.pattern.groupindex

    def fullmatch(self, text: str | bytes) -> Any:
        begun = time.process_time()
        found = self.pattern.fullmatch(text)
        # What matches in bytes is compared once more as text: one try.
        self._count(begun, tries=0 if found is not None and isinstance(text, bytes) else 1)
        return found

    def search(self, text: str | bytes, at: int = 0) -> Any:
        begun = time.process_time()
        found = self.pattern.search(text, at)
        self._count(begun, tries=0 if found is not None and isinstance(text, bytes) else 1)
        return found

    def finditer(self, text: str) -> Iterator[Any]:
        """The matches; one try, which goes on from each of them."""
        begun = time.process_time()
        found = list(self.pattern.finditer(text))
        self._count(begun)
        return iter(found)

    def _count(self, begun: float, tries: int = 1) -> None:
        cost = self.tally.of(self.rule)
        cost.seconds += time.process_time() - begun
        cost.tried += tries
