"""Find the matches of rules in a text, without changing it or resolving conflicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import re2

from cleaner.classify.line_features import WordScore
from cleaner.document import Format, NearMiss
from cleaner.rules.compiled import CompiledFile, CompiledRule
from cleaner.rules.fields import FIELDS, Value
from cleaner.rules.prefilter import Candidates, Stretch
from cleaner.rules.ruleset import RuleSet
from cleaner.rules.template import Template
from cleaner.text.edits import Edit
from cleaner.text.lines import Line, Lines
from cleaner.text.words import count_words, is_prose

Hit = tuple[CompiledRule, Mapping[str, Value]]  # a rule that matches a line whole, and its captures


@dataclass(frozen=True)
class Match:
    """A rule that matches the lines `first` to `last` or, for a span rule, makes `edits` in one.

    `start` and `end` are offsets in the text; `captures` are the values of the rule's fields.
    """

    rule: CompiledRule
    first: int
    last: int
    start: int
    end: int
    captures: Mapping[str, Value]
    edits: tuple[Edit, ...] = ()
    score: float | None = None  # of the classifier

    def metadata_field(self, name: str) -> str | None:
        """Return the metadata field that the placeholder `name` feeds, if any."""
        return FIELDS[name].feeds


@dataclass(frozen=True)
class Memo:
    """The rules that match lines as a whole, with their captures, or as the end of a block, and the
    word scores of lines, for texts that share lines."""

    rules: dict[str, list[Hit]] = field(default_factory=dict)
    ends: dict[str, list[CompiledRule]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    scores: dict[str, WordScore] = field(default_factory=dict)


def find(
    lines: Lines, files: Sequence[CompiledFile], memo: Memo | None = None, *, spans: bool = True
) -> list[Match]:
    """Find every match in a text of the rules of `files`, except those that one of the files skips.

    Span rules are included only if `spans` is true.
    """
    memo = memo or Memo()
    fresh = _fresh(lines, memo)
    found: list[Match] = []
    for file in files:
        candidates = file.index.candidates_in(lines) if spans or fresh is lines else None
        if fresh:
            _remember(fresh, file, candidates if fresh is lines else None, memo)
        if spans:
            found.extend(_span_matches(file, lines, candidates))
    memo.seen.update(lines.rows)
    found.extend(_line_matches(lines, memo.rules) if memo.rules else ())
    found.extend(_blocks_by_end(lines, memo.ends) if memo.ends else ())
    skipped = frozenset[str]().union(*(file.skip for file in files)) if found else ()
    return [match for match in found if match.rule.id not in skipped]


def _fresh(lines: Lines, memo: Memo) -> Lines | None:
    """Return the lines that the memo does not know."""
    if not memo.seen:
        return lines
    fresh = {row: n for n, row in enumerate(lines.rows) if row not in memo.seen}
    return lines.only(list(fresh.values())) if fresh else None


def _remember(
    lines: Lines, file: CompiledFile, candidates: Candidates[CompiledRule] | None, memo: Memo
) -> None:
    """Add the rules that match whole lines to the memo."""
    for rule, number, captures in file.index.matches(lines, candidates):
        row = lines.rows[number]
        if number == lines.first[row] and not _guarded(rule, lines[number]):
            memo.rules.setdefault(row, []).append((rule, captures))
    for rule, number, _ in file.end_index.matches(lines) if file.end_index else ():
        known = memo.ends.setdefault(lines.rows[number], [])
        if rule not in known:
            known.append(rule)


def _guarded(rule: CompiledRule, line: Line) -> bool:
    """Whether `words` or `unless` keeps this line from the rule."""
    if rule.words is not None and count_words(line.plain) > rule.words:
        return True
    return any(template.match(line) is not None for template in rule.unless)


def _line_matches(lines: Lines, known: Mapping[str, Sequence[Hit]]) -> Iterator[Match]:
    for number, row in enumerate(lines.rows):
        for rule, captures in known.get(row, ()):
            if rule.at == "body" and number == lines.full[0]:
                continue
            if rule.start:
                yield from _block(rule, lines, number, captures)
            else:
                start, end = lines.starts[number], lines.starts[number] + len(row)
                yield Match(rule, number, number, start, end, captures)


def _blocks_by_end(lines: Lines, ends: Mapping[str, Sequence[CompiledRule]]) -> Iterator[Match]:
    """Yield the blocks that these lines end and that any line may begin."""
    begun: dict[tuple[str, int], CompiledRule] = {}
    for place, number in enumerate(lines.full):
        for rule in ends.get(lines.rows[number], ()):
            for first in lines.full[max(0, place - rule.lines + 1) : place + 1]:
                begun[rule.id, first] = rule
    for (_, first), rule in begun.items():
        if (rule.at == "body" and first == lines.full[0]) or _guarded(rule, lines[first]):
            continue
        for template in rule.start:
            captures = template.match(lines[first])
            if captures is not None:
                yield from _block(rule, lines, first, captures)


def _block(
    rule: CompiledRule, lines: Lines, first: int, captures: Mapping[str, Value]
) -> Iterator[Match]:
    """Yield the block from the line `first`, which has these captures, if it has an end."""
    if block := _block_end(rule, lines, first):
        last, more = block
        start, end = lines.starts[first], lines[last].end
        yield Match(rule, first, last, start, end, {**captures, **more})


def _block_end(
    rule: CompiledRule, lines: Lines, first: int
) -> tuple[int, Mapping[str, Value]] | None:
    """Return (last line, captures of `to`) of the block from `first`; None if it has no end."""
    last = first
    seen = 0
    for number in range(first, len(lines)):
        line = lines[number]
        if line.blank:
            continue
        if not rule.to and number > first and is_prose(lines.plain, number):
            break
        seen += 1
        if seen > rule.lines:
            return None
        last = number
        for template in rule.to:
            captures = template.match(line)
            if captures is not None:
                return number, captures
    return None if rule.to else (last, {})


def _span_matches(
    file: CompiledFile, lines: Lines, candidates: Candidates[CompiledRule] | None
) -> Iterator[Match]:
    for template, rule, found in file.index.stretches(lines, candidates):
        number = lines.number_at(found.start())
        captures = template.captures(found, lines.text)
        if captures is not None and not _guarded(rule, lines[number]):
            edits = _put(rule, template, found)
            yield Match(rule, number, number, found.start(), found.end(), captures, edits)


def _put(rule: CompiledRule, template: Template, found: re2._Match | Stretch) -> tuple[Edit, ...]:
    """Return the edits that replace a span by `put`. The captures of its fields are not edited, so
    that another rule can still match inside them."""
    edits: list[Edit] = []
    at, stop = template.bounds(found)
    put = ""
    for kind, value in rule.put:
        if kind == "text":
            put += value
            continue
        start, end = found.span(template.groups[value])
        edits.append(Edit(at, start, put, rule.id, rule.kind))
        at, put = end, ""
    edits.append(Edit(at, stop, put, rule.id, rule.kind))
    return tuple(edit for edit in edits if edit.end > edit.start)


def near_misses(
    text: str, rules: RuleSet, sites: Sequence[str], format: Format = Format.TEXT
) -> list[NearMiss]:
    """Find lines of a clean text that a template of a rule matches although they were not removed.

    `sites` are the keys of the site files that the text was cleaned with.
    """
    lines, files = Lines(text), rules.in_force(rules.named(sites), format)
    skipped = frozenset[str]().union(*(file.skip for file in files))
    found: dict[tuple[int, str], str] = {}
    for file in files:
        for rule, number, _ in file.index.matches(lines):
            if rule.start and not any(t.has_words for t in rule.start):
                continue  # any line may begin this block
            why = "skipped" if rule.id in skipped else _spared_by(rule, lines[number])
            found.setdefault((number, rule.id), why)
    return [NearMiss(lines.rows[n], rule, found[n, rule]) for n, rule in sorted(found)]


def _spared_by(rule: CompiledRule, line: Line) -> str:
    words = count_words(line.plain)
    if rule.words is not None and words > rule.words:
        return f"{words} words; words: {rule.words}"
    if any(template.match(line) is not None for template in rule.unless):
        return "unless"
    if rule.start:
        return "no such block follows"
    return f"at: {rule.at}" if rule.at else "kept"
