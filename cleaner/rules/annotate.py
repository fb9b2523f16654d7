"""Combine the matches of all rules into edits of the text, so that their order does not matter.

First, whole lines are removed, each by the narrowest match that covers it. Then come the spans in
the remaining lines. Last, the white space around removals is adjusted, so that two paragraphs
neither run together nor move apart.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from cleaner.classify.line_classifier import CLASSIFIER, LineClassifier
from cleaner.clock import Clock, Stage, no_clock
from cleaner.document import Suspect
from cleaner.metadata.dates import MAX_HEAD_DATES
from cleaner.metadata.text_bylines import BYLINE_RULE, whole_bylines
from cleaner.rules.compiled import CompiledFile, CompiledRule
from cleaner.rules.match import Match, Memo, find
from cleaner.text.edits import Edit, apply
from cleaner.text.lines import Line, Lines
from cleaner.text.words import is_prose

MIN_TAIL_RULES = 2


@dataclass(frozen=True)
class Annotation:
    """The removals in one text: sorted edits that do not overlap, and the matches behind them.
    `stable` says that there is nothing to find in the rest. `suspects` are lines of the rest that
    the classifier doubts."""

    edits: tuple[Edit, ...] = ()
    matches: tuple[Match, ...] = ()
    stable: bool = False
    suspects: tuple[Suspect, ...] = ()


def annotate(
    lines: Lines,
    files: Sequence[CompiledFile],
    memo: Memo | None = None,
    *,
    classifier: LineClassifier | None = None,
    spans: bool = True,
    clock: Clock = no_clock,
) -> Annotation:
    """Annotate a text with the rules of `files` and with the classifier; with span rules only if
    `spans` is true.

    `memo` remembers the matches in other texts with some of the same lines.
    """
    memo = memo or Memo()
    with clock(Stage.FIND):
        candidates = find(lines, files, memo, spans=spans)
    kept = {n for f in files if f.keep for _, n, _ in f.keep_index.matches(lines)}
    candidates.sort(key=lambda m: (m.last - m.first, m.start, m.end, m.rule.rank))
    rest = _Rest(lines, kept, classifier, memo, clock)
    matches = [m for m in _taken(candidates, rest) if m.first != m.last or m.first not in kept]
    claims = _claims(matches, kept, lines)
    inner, emptied = _spans(matches, claims, kept, lines)
    whole = _line_edits({**claims, **emptied}, lines)
    edits = sorted([*whole, *inner], key=lambda e: e.start)
    stable = not any(m.edits for m in matches) and all(
        n in claims for n, row in enumerate(lines.rows) if row in memo.rules
    )
    return Annotation(tuple(edits), tuple(matches), stable, rest.suspects)


def _taken(candidates: Iterable[Match], rest: _Rest) -> list[Match]:
    """Select the matches whose position agrees with the `at` of their rule, and add those of the
    classifier and the bylines.

    Positions refer to the remaining text: a removed line no longer counts as the first line or as
    prose, which may let another rule match, and so on until nothing changes. Each round only adds
    matches, so the result does not depend on their order. The classifier sees what the rules leave,
    and the reader of bylines what both leave.
    """
    taken: list[Match] = []
    waiting: dict[str, list[Match]] = {"first": [], "head": [], "tail": []}
    for match in candidates:
        waiting.get(match.rule.at or "", taken).append(match)
    gone = {number for match in taken for number in _lines_of(match, rest.kept)}
    edited = {match.first for match in taken if match.edits}
    if not any(waiting.values()):
        while found := rest.found(gone, edited):
            taken.extend(found)
            gone.update(match.first for match in found)
        return taken
    position = _Position(rest.lines)
    position.move(gone)
    dated = [m for m in waiting["head"] if "date" in m.captures and position.holds(m)]
    if len({m.captures["date"] for m in dated}) > MAX_HEAD_DATES:
        waiting["head"] = [m for m in waiting["head"] if "date" not in m.captures]
    while True:
        position.move(gone)
        ready = {id(m): m for at in waiting for m in waiting[at] if position.holds(m)}
        if not ready:
            ready = {id(m): m for m in position.before_last_prose(waiting["tail"], gone)}
        if not ready:
            ready = {id(m): m for m in rest.found(gone, edited)}
        if not ready:
            return taken
        for at in waiting:
            waiting[at] = [m for m in waiting[at] if id(m) not in ready]
        for match in ready.values():
            taken.append(match)
            gone.update(_lines_of(match, rest.kept))


def _lines_of(match: Match, kept: set[int]) -> Iterator[int]:
    """Return the lines that a match removes; none for a span."""
    if match.edits:
        return iter(())
    return (n for n in range(match.first, match.last + 1) if n not in kept)


class _Rest:
    """The lines that the rules leave, for the classifier and for the bylines among them."""

    def __init__(
        self,
        lines: Lines,
        kept: set[int],
        classifier: LineClassifier | None,
        memo: Memo,
        clock: Clock,
    ) -> None:
        self.lines, self.kept = lines, kept
        self._classifier, self._scores, self._clock = classifier, memo.scores, clock
        self.suspects: tuple[Suspect, ...] = ()

    def found(self, gone: set[int], edited: set[int]) -> list[Match]:
        """Return matches of the lines that are boilerplate or bylines if those in `gone` are
        removed. Lines that a span rule edits are read without their spans in the next round."""
        rest = [number for number in self.lines.full if number not in gone]
        spared = self.kept | edited
        return self._classified(rest, spared) or self._bylines(rest, spared)

    def _classified(self, rest: Sequence[int], spared: set[int]) -> list[Match]:
        if not self._classifier:
            return []
        with self._clock(Stage.LINES):
            scores = self._classifier.scores(self.lines, rest, self._scores)
        found = [
            self._match(CLASSIFIER, kind, n, n, probability)
            for n, probability, kind, is_sure in scores
            if is_sure and n not in spared
        ]
        if not found:
            self.suspects = tuple(Suspect(self.lines.rows[n], p, kind) for n, p, kind, _ in scores)
        return found

    def _bylines(self, rest: Sequence[int], spared: set[int]) -> list[Match]:
        plain = [self.lines.plain[n] for n in rest]
        return [
            self._match(BYLINE_RULE, "byline", rest[first], rest[last])
            for first, last in whole_bylines(plain)
            if spared.isdisjoint(rest[first : last + 1])
        ]

    def _match(
        self, rule: str, kind: str, first: int, last: int, score: float | None = None
    ) -> Match:
        start, end = self.lines.starts[first], self.lines.starts[last] + len(self.lines.rows[last])
        return Match(_rule(rule, kind), first, last, start, end, {}, score=score)


@cache
def _rule(id: str, kind: str) -> CompiledRule:
    """The classifier or the reader of bylines as a rule, for its matches."""
    return CompiledRule(
        id=id, kind=kind, at=None, words=None, lines=1, line=(), start=(), to=(), span=(),
        put=(), unless=(), set={}, in_pack=True,
    )  # fmt: skip


class _Position:
    """The first line, the head and the tail of the remaining text."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.prose = [n for n in lines.full if is_prose(lines.plain, n)]
        self.first = self.head_ends = len(lines)
        self.tail_begins = -1
        self.gone: set[int] = set()

    def move(self, gone: set[int]) -> None:
        self.gone = gone
        self.first = next((n for n in self.lines.full if n not in gone), len(self.lines))
        self.head_ends = next((n for n in self.prose if n not in gone), len(self.lines))
        self.tail_begins = next((n for n in reversed(self.prose) if n not in gone), -1)

    def holds(self, match: Match) -> bool:
        if match.rule.at == "first":
            return match.first == self.first and not self._spans_prose(match)
        if match.rule.at == "head":
            return match.first <= self.head_ends
        return match.last >= self.tail_begins

    def _spans_prose(self, match: Match) -> bool:
        """Whether prose stands between the first and the last line of a block, as between the
        title of an article and a notice below it."""
        between = bisect_right(self.prose, match.first), bisect_left(self.prose, match.last)
        return any(n not in self.gone for n in self.prose[slice(*between)])

    def before_last_prose(self, matches: Sequence[Match], gone: set[int]) -> list[Match]:
        """Return the `at: tail` matches right before the last prose, if at least two rules match
        adjacent lines there. So a single unknown line does not turn a tail into article text."""
        if self.tail_begins < 0:
            return []
        by_last = {match.last: match for match in reversed(matches)}
        run: list[Match] = []
        for number in reversed(self.lines.full[: bisect_left(self.lines.full, self.tail_begins)]):
            if match := by_last.get(number):
                run.append(match)
            elif number not in gone and not (run and run[-1].first <= number):
                break
        return run if len({match.rule.id for match in run}) >= MIN_TAIL_RULES else []


def _claims(matches: Sequence[Match], kept: set[int], lines: Lines) -> dict[int, Match]:
    """Map each removed line to the narrowest match that covers it."""
    claims: dict[int, Match] = {}
    for match in sorted(matches, key=lambda m: (m.last - m.first, m.start, m.rule.rank)):
        for number in _lines_of(match, kept):
            if lines.plain[number]:
                claims.setdefault(number, match)
    return claims


def _line_edits(claims: dict[int, Match], lines: Lines) -> Iterator[Edit]:
    """Remove the claimed lines, and of the newlines around each run of them all but the widest
    gap, so that separate paragraphs stay separate."""
    full = lines.full
    index = 0
    while index < len(full):
        if full[index] not in claims:
            index += 1
            continue
        end = index
        while end < len(full) and full[end] in claims:
            end += 1
        yield from _run_edits(index, end, claims, lines)
        index = end


def _run_edits(begin: int, end: int, claims: dict[int, Match], lines: Lines) -> Iterator[Edit]:
    """Remove the run of claimed lines `lines.full[begin:end]`."""
    full, length = lines.full, len(lines.text)
    start, stop = lines[full[begin]].start, lines[full[end - 1]].end
    before = lines[full[begin - 1]].end if begin else 0
    after = lines[full[end]].start if end < len(full) else length
    if begin == 0 or end == len(full):
        start, stop = before, after
    elif start - before >= after - stop:
        inner = max(
            (lines[b].start - lines[a].end for a, b in pairwise(full[begin:end])), default=0
        )
        stop = stop if inner > start - before else after
    else:
        start = before
    group: list[int] = []
    for number in full[begin:end]:
        if group and claims[number] is not claims[group[0]]:
            yield _edit(claims[group[0]], start, lines[number].start)
            start, group = lines[number].start, []
        group.append(number)
    yield _edit(claims[group[0]], start, stop)


def _edit(match: Match, start: int, end: int) -> Edit:
    return Edit(start, end, "", match.rule.id, match.rule.kind, match.score)


def _spans(
    matches: Sequence[Match],
    claims: dict[int, Match],
    kept: set[int],
    lines: Lines,
) -> tuple[list[Edit], dict[int, Match]]:
    """Return the edits within remaining lines, and the lines that they would leave empty."""
    by_line: dict[int, list[tuple[Edit, Match]]] = {}
    for match in matches:
        if match.edits and match.first not in claims and match.first not in kept:
            by_line.setdefault(match.first, []).extend((edit, match) for edit in match.edits)
    out: list[Edit] = []
    emptied: dict[int, Match] = {}
    for number, pairs in by_line.items():
        line = lines[number]
        edits = _without_overlap(edit for edit, _ in pairs)
        shifted = [e._replace(start=e.start - line.start, end=e.end - line.start) for e in edits]
        if apply(lines.text[line.start : line.end], shifted).strip():
            out.extend(_tidy(lines.text, line, edits))
        else:
            emptied[number] = min(
                (m for _, m in pairs), key=lambda m: (m.start, -m.end, m.rule.rank)
            )
    return out, emptied


def _without_overlap(edits: Iterable[Edit]) -> list[Edit]:
    """Cut edits so that they do not overlap; the earlier, or else the longer, takes precedence."""
    out: list[Edit] = []
    at = -1
    for edit in sorted(edits, key=lambda e: (e.start, -e.end, e.rule, e.put)):
        if edit.start >= at:
            out.append(edit)
        elif edit.end > at:
            out.append(edit._replace(start=at, put=""))
        at = max(at, edit.end)
    return out


def _tidy(text: str, line: Line, edits: Sequence[Edit]) -> list[Edit]:
    """Extend edits over what they would leave empty or doubled: marks of emphasis around them, and
    white space beside them or at an end of the line."""
    out = list(edits)
    index = 0
    while index < len(out):
        last = index
        while last + 1 < len(out) and out[last + 1].start == out[last].end:
            last += 1
        if not any(edit.put for edit in out[index : last + 1]):
            start, end = _widened(text, line, out[index].start, out[last].end)
            out[index] = out[index]._replace(start=start)
            out[last] = out[last]._replace(end=end)
        index = last + 1
    return _without_overlap(out)


def _widened(text: str, line: Line, start: int, end: int) -> tuple[int, int]:
    while line.start < start and end < line.end and text[start - 1] == text[end] in "*_":
        start, end = start - 1, end + 1
    left, right = start, end
    while left > line.start and text[left - 1] == " ":
        left -= 1
    while right < line.end and text[right] == " ":
        right += 1
    if left == line.start or right == line.end:
        return left, right
    return (left, end) if left < start and text[end] in " .,;:!?)" else (start, end)
