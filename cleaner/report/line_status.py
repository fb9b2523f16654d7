"""The status of each line of a document, and how it changes between runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from cleaner.document import Removal
from cleaner.text.folding import plain
from cleaner.text.words import is_prose


class ChangeType(str, Enum):
    """How a line of the later run differs from the earlier run."""

    REMOVED = "removed"  # from the clean text
    KEPT = "kept"  # no longer removed
    EDITED = "edited"  # a different part is left
    MOVED = "moved"  # another rule removes it
    LOST = "lost"  # dropped by extraction or normalization, not by a rule
    NEW = "new"  # added to the clean text by extraction or normalization


LABELS = {
    "removed": "newly removed",
    "kept": "newly kept",
    "edited": "edited",
    "moved": "removed by another rule",
    "lost": "no longer in the text",
    "new": "new in the text",
}


@dataclass(frozen=True, slots=True)
class LineStatus:
    """A line of a normalized text, the part that is left, and the rule that removed most of the
    rest, with its kind (both empty if nothing was removed)."""

    text: str
    left: str
    rule: str = ""
    kind: str = ""

    @property
    def is_removed(self) -> bool:
        return not self.left.strip()


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line whose status changed: line `number` of `lines`, with its status before and after
    (None if the text does not contain it)."""

    what: ChangeType
    number: int
    lines: Sequence[LineStatus]
    was: LineStatus | None
    now: LineStatus | None

    @property
    def text(self) -> str:
        return self.lines[self.number].text

    @property
    def is_prose(self) -> bool:
        rows = [plain(line.text) for line in self.lines[self.number : self.number + 2]]
        return is_prose(rows, 0)

    @property
    def takes_prose(self) -> bool:
        """Whether a sentence was lost, which a reviewer wants to see first."""
        return self.what in (ChangeType.REMOVED, ChangeType.LOST) and self.is_prose

    def around(self) -> tuple[str, str]:
        """The nearest lines before and after it that are not blank; empty at an end of the text."""
        before = (line.text for line in reversed(self.lines[: self.number]) if line.text.strip())
        after = (line.text for line in self.lines[self.number + 1 :] if line.text.strip())
        return next(before, ""), next(after, "")


def line_statuses(normalized: str, removals: Sequence[Removal]) -> list[LineStatus]:
    """Return the status of each line of a text, including blank lines."""
    found: list[LineStatus] = []
    start = first = 0
    for row in normalized.split("\n"):
        end = start + len(row)
        while first < len(removals) and removals[first].end <= start > removals[first].start:
            first += 1
        found.append(_line_status(row, start, end, removals, first))
        start = end + 1
    return found


def _line_status(
    row: str, start: int, end: int, removals: Sequence[Removal], first: int
) -> LineStatus:
    left: list[str] = []
    removed: Counter[tuple[str, str]] = Counter()
    at = start
    for number in range(first, len(removals)):
        removal = removals[number]
        if removal.start > end or (removal.start == end and row):
            break
        left.append(row[at - start : max(removal.start, at) - start])
        if removal.start >= start:
            left.append(removal.put)
        at = max(at, min(removal.end, end))
        size = min(removal.end, end) - max(removal.start, start)
        if size > 0 or removal.put:
            removed[removal.rule, removal.kind] += size
    left.append(row[at - start :])
    rule, kind = max(removed, key=lambda key: (removed[key], key)) if removed else ("", "")
    return LineStatus(row, "".join(left), rule, kind)


def line_changes(was: Sequence[LineStatus], now: Sequence[LineStatus]) -> Iterator[LineChange]:
    """Yield the lines whose status changed: first those of the later text, in order, then those
    that it lacks."""
    known = {key: number for number, key in enumerate(_keys(was))}
    found: set[int] = set()
    for number, key in enumerate(_keys(now)):
        before = known.get(key)
        if before is not None:
            found.add(before)
        old = was[before] if before is not None else None
        if what := _change_type(old, now[number]):
            yield LineChange(what, number, now, old, now[number])
    for number, line in enumerate(was):
        if number not in found and (what := _change_type(line, None)):
            yield LineChange(what, number, was, line, None)


def _keys(lines: Sequence[LineStatus]) -> Iterator[tuple[str, int]]:
    """Yield each line with the number of equal lines before it."""
    seen: Counter[str] = Counter()
    for line in lines:
        yield line.text, seen[line.text]
        seen[line.text] += 1


def _change_type(was: LineStatus | None, now: LineStatus | None) -> ChangeType | None:
    if was is None or now is None:
        present = was or now
        if present is None or present.is_removed:
            return None
        return ChangeType.LOST if was else ChangeType.NEW
    if not now.text.strip():
        return None
    if was.is_removed and now.is_removed:
        return ChangeType.MOVED if was.rule != now.rule else None
    if was.is_removed or now.is_removed:
        return ChangeType.KEPT if was.is_removed else ChangeType.REMOVED
    return ChangeType.EDITED if was.left != now.left else None


def in_order(counts: Counter[str]) -> dict[str, int]:
    """Order counts of changed lines like ChangeType, without zeros."""
    return {what.value: counts[what.value] for what in ChangeType if counts[what.value]}
