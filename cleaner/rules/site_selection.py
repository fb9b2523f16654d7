"""The site files that a text chooses by marks, as it stands and as it gets when it is cleaned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from cleaner.clock import Clock, Stage, no_clock
from cleaner.document import Format
from cleaner.rules.annotate import Annotation
from cleaner.rules.compiled import CompiledFile
from cleaner.rules.fixpoint import settle
from cleaner.rules.ruleset import RuleSet
from cleaner.text.edits import Edit, apply
from cleaner.text.lines import Lines


def fixpoint_with_selection(
    lines: Lines,
    rules: RuleSet,
    sites: Iterable[CompiledFile],
    format: Format,
    normalize: Callable[[str], str],
    before: tuple[Edit, ...] = (),
    clock: Clock = no_clock,
) -> tuple[Annotation, list[CompiledFile]]:
    """What goes from a text, and all the site files that have a say in it: `sites`, those that
    marks choose, and those that marks choose once a line has lost its markup."""
    with clock(Stage.SITES):
        chosen = _unique([*sites, *rules.for_marks(lines)])
    while True:
        with clock(Stage.FIXPOINT):
            files = rules.in_force(chosen, format)
            marked = settle(lines, files, normalize, before, clock)
            bared = bared_in(lines, apply(lines.text, marked.edits))
            more = _unique([*chosen, *rules.for_marks(bared)]) if bared else chosen
        if len(more) == len(chosen):
            return marked, chosen
        chosen = more


def may_choose(
    changed: RuleSet,
    rules: RuleSet,
    lines: Lines,
    clean: str,
    hosts: Sequence[str],
    sites: Iterable[str],
) -> bool:
    """Whether a mark of the `changed` files may choose one for a text that `rules` made a `clean`
    one of, with the files `sites`.

    Where one of these was itself chosen by a line without its markup, it may have taken out
    another such line, which nobody knows by now.
    """
    bared = bared_in(lines, clean)
    if changed.for_marks(lines) or (bared and changed.for_marks(bared)):
        return True
    known = {file.key for file in rules.for_hosts(hosts)}
    return not known.issuperset(sites) and not known.union(
        file.key for file in rules.for_marks(lines)
    ).issuperset(sites)


def bared_in(lines: Lines, clean: str) -> Lines | None:
    """The lines that a text has only since it was cleaned: they have lost their markup."""
    if clean == lines.text:
        return None
    rows = set(clean.split("\n")).difference(lines.rows)
    return Lines("\n".join(sorted(rows))) if rows else None


def _unique(files: Iterable[CompiledFile]) -> list[CompiledFile]:
    return sorted({f.path: f for f in files}.values(), key=lambda f: (f.key, f.path))
