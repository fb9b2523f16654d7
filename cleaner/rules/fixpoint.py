"""Annotate and apply until nothing changes, so that cleaning a clean text changes nothing.

A removal can bring about a new match: `<<u>u>` leaves `<u>`, or two lines meet that make a block.
It can also leave a line without its markup that is a mark of another site file. Such rounds are
rare, and all of them end as one set of edits of the original text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from cleaner.classify.line_classifier import LineClassifier
from cleaner.clock import Clock, Stage, no_clock
from cleaner.document import Format
from cleaner.errors import CleanerError
from cleaner.rules.annotate import Annotation, annotate
from cleaner.rules.compiled import CompiledFile
from cleaner.rules.match import Match, Memo
from cleaner.rules.ruleset import RuleSet
from cleaner.text.edits import Edit, apply, compose, origin_of
from cleaner.text.lines import Lines

MAX_ROUNDS = 100
NORMALIZE = "cleaner/normalize"


class FixpointError(CleanerError, ValueError):
    """Rules that keep changing a text; the message names the last one."""


def fixpoint(
    lines: Lines,
    files: Sequence[CompiledFile],
    normalize: Callable[[str], str],
    before: tuple[Edit, ...] = (),
    classifier: LineClassifier | None = None,
    clock: Clock = no_clock,
) -> Annotation:
    """Annotate a (normalized) text until the rules and the classifier find nothing more.

    Returns the edits of all rounds and the matches behind them. The edits in `before`, which are
    not from rules, are applied first. `normalize` is applied between rounds, because pieces that
    meet after a removal may form an entity or a broken character. Raises FixpointError after 100
    rounds.
    """
    text, edits = lines.text, before
    matches: list[Match] = []
    memo = Memo()
    spans = True  # whether lines have changed since no span was left in them
    joined = bool(before)  # whether a removal has joined pieces of a line
    for turn in range(MAX_ROUNDS):
        if turn or before:
            lines = Lines(apply(text, edits), lines)
        found = annotate(lines, files, memo, classifier=classifier, spans=spans, clock=clock)
        spans = any(match.edits for match in found.matches)
        joined = joined or spans or "&" in lines.text  # markup may have protected an entity
        step: tuple[Edit, ...] = found.edits
        if not step and edits and joined:
            step = _normalizing(lines.text, normalize)
            spans = bool(step)
        if not step:
            return Annotation(edits, tuple(matches), suspects=found.suspects)
        matches.extend(_moved(found.matches, edits))
        edits = compose(len(text), edits, step) if edits else step
        if found.stable and not joined:
            return Annotation(edits, tuple(matches), suspects=found.suspects)
    raise FixpointError(
        f"rules still change the text after {MAX_ROUNDS} rounds; the last one was {step[-1].rule}"
    )


def _moved(matches: Sequence[Match], edits: Sequence[Edit]) -> list[Match]:
    """Return matches in an edited text with their offsets in the original text."""
    if not edits:
        return list(matches)
    return [
        replace(m, start=origin_of(m.start, edits), end=origin_of(m.end - 1, edits) + 1)
        for m in matches
    ]


def _normalizing(text: str, normalize: Callable[[str], str]) -> tuple[Edit, ...]:
    target = normalize(text)
    if target == text:
        return ()
    start = 0
    while start < min(len(text), len(target)) and text[start] == target[start]:
        start += 1
    end, other = len(text), len(target)
    while end > start and other > start and text[end - 1] == target[other - 1]:
        end, other = end - 1, other - 1
    if end == start:  # an insertion: an edit must replace something, so include a neighbor
        start, end, other = (start - 1, end, other) if start else (start, end + 1, other + 1)
    return (Edit(start, end, target[start:other], NORMALIZE, "markup"),)


def fixpoint_with_selection(
    lines: Lines,
    rules: RuleSet,
    sites: Iterable[CompiledFile],
    format: Format,
    normalize: Callable[[str], str],
    before: tuple[Edit, ...] = (),
    classifier: LineClassifier | None = None,
    clock: Clock = no_clock,
) -> tuple[Annotation, list[CompiledFile]]:
    """Annotate a text to the fixpoint with all the site files that apply to it.

    These are `sites`, those selected by a mark in the text, and those selected by a mark in a line
    that has lost its markup. Returns the annotation and the site files.
    """
    with clock(Stage.SITES):
        chosen = _unique([*sites, *rules.for_marks(lines)])
    while True:
        with clock(Stage.FIXPOINT):
            files = rules.in_force(chosen, format)
            annotation = fixpoint(lines, files, normalize, before, classifier, clock)
            bare = _without_markup(lines, apply(lines.text, annotation.edits))
            selected = _unique([*chosen, *rules.for_marks(bare)]) if bare else chosen
        if len(selected) == len(chosen):
            return annotation, chosen
        chosen = selected


def may_select(
    changed: RuleSet,
    rules: RuleSet,
    lines: Lines,
    clean: str,
    hosts: Sequence[str],
    sites: Iterable[str],
) -> bool:
    """Whether a mark may select one of the `changed` files for a text that `rules`, with the site
    files `sites`, cleaned to `clean`.

    If a line without its markup selected one of these site files, that file may have removed
    another such line, which is unknown by now. So the answer is yes.
    """
    bare = _without_markup(lines, clean)
    if changed.for_marks(lines) or (bare and changed.for_marks(bare)):
        return True
    known = {file.key for file in rules.for_hosts(hosts)}
    return not known.issuperset(sites) and not known.union(
        file.key for file in rules.for_marks(lines)
    ).issuperset(sites)


def _without_markup(lines: Lines, clean: str) -> Lines | None:
    """The lines that only the clean text has, because they have lost their markup."""
    if clean == lines.text:
        return None
    rows = set(clean.split("\n")).difference(lines.rows)
    return Lines("\n".join(sorted(rows))) if rows else None


def _unique(files: Iterable[CompiledFile]) -> list[CompiledFile]:
    return sorted({f.path: f for f in files}.values(), key=lambda f: (f.key, f.path))
