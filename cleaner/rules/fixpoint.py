"""Annotate and apply until the text is at rest, so that cleaning a clean text changes nothing.

Taking something out can bring about a new match: `<<u>u>` leaves `<u>`, two lines meet that make
a block. Such rounds are rare, and all of them end as one set of edits of the first text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from cleaner.clock import Clock, no_clock
from cleaner.errors import CleanerError
from cleaner.rules.annotate import Annotation, annotate
from cleaner.rules.compiled import CompiledFile
from cleaner.rules.match import Match, Memo
from cleaner.text.edits import Edit, apply, compose, origin_of
from cleaner.text.lines import Lines

ROUNDS = 100
NORMALIZE = "cleaner/normalize"


class FixpointError(CleanerError, ValueError):
    """The rules keep changing the text; the message names the last one to do so."""


def settle(
    lines: Lines,
    files: Sequence[CompiledFile],
    normalize: Callable[[str], str],
    before: tuple[Edit, ...] = (),
    clock: Clock = no_clock,
) -> Annotation:
    """All edits of a (normalised) text that bring it to rest, and the matches behind them.

    `before` are edits that are made first, by no rule.

    `normalize` is applied between rounds: what stood apart in the text may make an entity or a
    broken character once it meets. Raises FixpointError after 100 rounds.
    """
    text, edits = lines.text, before
    matches: list[Match] = []
    memo = Memo()
    spans = True  # there may be spans to find: lines are not all as they were when none was left
    joined = bool(before)  # something meets that stood apart
    for turn in range(ROUNDS):
        if turn or before:
            lines = Lines(apply(text, edits), lines)
        found = annotate(lines, files, memo, spans=spans, clock=clock)
        spans = any(match.edits for match in found.matches)
        joined = joined or spans or "&" in lines.text  # entities: markup before them guards them
        step: tuple[Edit, ...] = found.edits
        if not step and edits and joined:
            step = _normalizing(lines.text, normalize)
            spans = bool(step)
        if not step:
            return Annotation(edits, tuple(matches))
        matches.extend(_moved(found.matches, edits))
        edits = compose(len(text), edits, step) if edits else step
        if found.settled and not joined:
            return Annotation(edits, tuple(matches))
    raise FixpointError(
        f"the text was not at rest after {ROUNDS} rounds; the last rule to fire was {step[-1].rule}"
    )


def _moved(matches: Sequence[Match], edits: Sequence[Edit]) -> list[Match]:
    """Matches of an edited text, with the offsets of the first text."""
    if not edits:
        return list(matches)
    return [
        replace(m, start=origin_of(m.start, edits), end=origin_of(m.end - 1, edits) + 1)
        for m in matches
    ]


def _normalizing(text: str, normalize: Callable[[str], str]) -> tuple[Edit, ...]:
    wanted = normalize(text)
    if wanted == text:
        return ()
    start = 0
    while start < min(len(text), len(wanted)) and text[start] == wanted[start]:
        start += 1
    end, other = len(text), len(wanted)
    while end > start and other > start and text[end - 1] == wanted[other - 1]:
        end, other = end - 1, other - 1
    if end == start:  # an insertion; an edit takes something out, so it takes a neighbour along
        start, end, other = (start - 1, end, other) if start else (start, end + 1, other + 1)
    return (Edit(start, end, wanted[start:other], NORMALIZE, "markup"),)
