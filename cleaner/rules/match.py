"""Find where rules match a text. Nothing here changes the text or weighs rule against rule."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import re2

from cleaner.rules.compiled import CompiledFile, CompiledRule
from cleaner.rules.edits import Edit
from cleaner.rules.fields import Value
from cleaner.rules.fold import Line, Rows
from cleaner.rules.index import Stretch
from cleaner.rules.template import Template

SENTENCE_ENDS = frozenset(".!?…:;。！？：；")
CLOSING = "'\"’”»)]*_"
WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
PROSE = 60  # characters; wide ones (Chinese, Japanese, Korean) count three times


@dataclass(frozen=True)
class Match:
    """A rule that matches: the lines `first` to `last`, or, for a span rule, `edits` on one line.

    `start` and `end` are offsets in the text; `captures` are the values of the rule's fields.
    """

    rule: CompiledRule
    first: int
    last: int
    start: int
    end: int
    captures: Mapping[str, Value]
    edits: tuple[Edit, ...] = ()


def is_prose(lines: Sequence[Line], number: int) -> bool:
    """Whether a line reads like running text: a sentence of some length, or a piece of one."""
    words = lines[number].plain
    size = len(words)
    if PROSE <= 3 * size < 9 * PROSE and not words.isascii():
        size += 2 * len(WIDE.findall(words))
    if size < PROSE:
        return False
    if size >= 3 * PROSE or words.rstrip(CLOSING)[-1:] in SENTENCE_ENDS:
        return True
    return number + 1 < len(lines) and lines[number + 1].plain[:1].islower()


@dataclass(frozen=True)
class Memo:
    """What was found of lines, for other texts that have the same lines: their forms; and by their
    plain form the rules that match them whole, with what these caught."""

    rows: Rows = field(default_factory=dict)
    rules: dict[str, list[tuple[CompiledRule, Mapping[str, Value]]]] = field(default_factory=dict)


def find(
    text: str,
    seen: str | None,
    lines: Sequence[Line],
    files: Sequence[CompiledFile],
    memo: Memo | None = None,
) -> list[Match]:
    """Every match of every rule of `files` in `text`, less the rules that one of the files skips.
    `seen` is its light form; without it spans are not looked for."""
    skipped = frozenset[str]().union(*(file.skip for file in files))
    known = memo.rules if memo else {}
    fresh = list({line.plain: line for line in lines if line.plain not in known}.values())
    known.update((line.plain, []) for line in fresh)
    found: list[Match] = []
    for file in files:
        for rule, number, captures in file.line_index.matches(fresh):
            if not _spared(rule, fresh[number]):
                known[fresh[number].plain].append((rule, captures))
        if seen is not None:
            found.extend(_span_matches(file, text, seen, lines))
    found.extend(_line_matches(lines, known))
    return [match for match in found if match.rule.id not in skipped]


def _spared(rule: CompiledRule, line: Line) -> bool:
    """Whether a guard of the rule spares this line."""
    if rule.words is not None and len(line.plain.split()) > rule.words:
        return True
    return any(template.match(line) is not None for template in rule.unless)


def _line_matches(
    lines: Sequence[Line], known: Mapping[str, list[tuple[CompiledRule, Mapping[str, Value]]]]
) -> Iterator[Match]:
    title = next((n for n, line in enumerate(lines) if not line.blank), 0)
    for number, line in enumerate(lines):
        for rule, captures in known[line.plain]:
            if rule.at == "body" and number == title:
                continue
            if not rule.start:
                yield Match(rule, number, number, line.start, line.end, captures)
            elif end := _block_end(rule, lines, number):
                last, more = end
                yield Match(rule, number, last, line.start, lines[last].end, {**captures, **more})


def _block_end(
    rule: CompiledRule, lines: Sequence[Line], first: int
) -> tuple[int, Mapping[str, Value]] | None:
    """(last line, captures of `to`) of the block that begins at `first`; None if it has no end."""
    last = first
    seen = 0
    for number in range(first, len(lines)):
        line = lines[number]
        if line.blank:
            continue
        if not rule.to and number > first and is_prose(lines, number):
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
    file: CompiledFile, text: str, seen: str, lines: Sequence[Line]
) -> Iterator[Match]:
    for template, rule, found in file.span_index.search(text, seen):
        number = bisect_right(lines, found.start(), key=_start) - 1
        captures = template.captures(found, text)
        if captures is not None and not _spared(rule, lines[number]):
            edits = _put(rule, template, found)
            yield Match(rule, number, number, found.start(), found.end(), captures, edits)


def _start(line: Line) -> int:
    return line.start


def _put(rule: CompiledRule, template: Template, found: re2._Match | Stretch) -> tuple[Edit, ...]:
    """The edits that make `put` of a span. What its fields caught stays untouched, so that
    another rule can still work inside it."""
    edits: list[Edit] = []
    at, put = found.start(), ""
    for kind, value in rule.put:
        if kind == "text":
            put += value
            continue
        start, end = found.span(template.groups[value])
        edits.append(Edit(at, start, put, rule.id, rule.kind))
        at, put = end, ""
    edits.append(Edit(at, found.end(), put, rule.id, rule.kind))
    return tuple(edit for edit in edits if edit.end > edit.start)
