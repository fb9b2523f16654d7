"""What became of each line of a document, and what became otherwise in another run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from cleaner.document import Removal
from cleaner.rules.match import is_prose
from cleaner.text.folding import plain


class What(str, Enum):
    """How a line of one run differs from that of another, the later one."""

    REMOVED = "removed"  # it stood in the clean text, and is gone
    KEPT = "kept"  # it was gone, and stands in the clean text
    EDITED = "edited"  # something else is left of it
    MOVED = "moved"  # another rule takes it
    LOST = "lost"  # it stood in the clean text, and is not even in the normalised one
    NEW = "new"  # it was not even in the normalised text, and stands in the clean one


@dataclass(frozen=True, slots=True)
class Fate:
    """A line of a normalised text, what is left of it, and the rule that took most of what is not
    (with its kind; both empty where nothing went)."""

    text: str
    left: str
    rule: str = ""
    kind: str = ""

    @property
    def is_gone(self) -> bool:
        return not self.left.strip()


@dataclass(frozen=True, slots=True)
class Change:
    """A line that became something else: line `number` of `fates`, its fate as it was and as it
    is (None where one of the texts does not have it)."""

    what: What
    number: int
    fates: Sequence[Fate]
    was: Fate | None
    now: Fate | None

    @property
    def text(self) -> str:
        return self.fates[self.number].text

    @property
    def is_prose(self) -> bool:
        rows = [plain(fate.text) for fate in self.fates[self.number : self.number + 2]]
        return is_prose(rows, 0)

    @property
    def takes_prose(self) -> bool:
        """Whether it is what a reviewer wants to see first: a sentence that is no longer there."""
        return self.what in (What.REMOVED, What.LOST) and self.is_prose

    def around(self) -> tuple[str, str]:
        """The lines before and after it that are not blank; empty at an end of the text."""
        before = (fate.text for fate in reversed(self.fates[: self.number]) if fate.text.strip())
        after = (fate.text for fate in self.fates[self.number + 1 :] if fate.text.strip())
        return next(before, ""), next(after, "")


def fates(normalized: str, removals: Sequence[Removal]) -> list[Fate]:
    """What became of each line of a text, blank ones among them."""
    found: list[Fate] = []
    start = first = 0
    for row in normalized.split("\n"):
        end = start + len(row)
        while first < len(removals) and _ends_before(removals[first], start):
            first += 1
        found.append(_fate(row, start, end, removals, first))
        start = end + 1
    return found


def _ends_before(removal: Removal, start: int) -> bool:
    return removal.end <= start and removal.start < start


def _fate(row: str, start: int, end: int, removals: Sequence[Removal], first: int) -> Fate:
    left: list[str] = []
    taken: Counter[tuple[str, str]] = Counter()
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
            taken[removal.rule, removal.kind] += size
    left.append(row[at - start :])
    rule, kind = max(taken, key=lambda key: (taken[key], key)) if taken else ("", "")
    return Fate(row, "".join(left), rule, kind)


def changes(was: Sequence[Fate], now: Sequence[Fate]) -> Iterator[Change]:
    """The lines of two readings of a document that became something else, in their order: those of
    the later text, and after them those that it lacks."""
    known = {key: number for number, key in enumerate(_keys(was))}
    found: set[int] = set()
    for number, key in enumerate(_keys(now)):
        before = known.get(key)
        if before is not None:
            found.add(before)
        old = was[before] if before is not None else None
        if what := _what(old, now[number]):
            yield Change(what, number, now, old, now[number])
    for number, fate in enumerate(was):
        if number not in found and (what := _what(fate, None)):
            yield Change(what, number, was, fate, None)


def _keys(found: Sequence[Fate]) -> Iterator[tuple[str, int]]:
    """Each line, and how often it stood in the text before."""
    seen: Counter[str] = Counter()
    for fate in found:
        yield fate.text, seen[fate.text]
        seen[fate.text] += 1


def _what(was: Fate | None, now: Fate | None) -> What | None:
    if was is None or now is None:
        stands = was or now
        if stands is None or stands.is_gone:
            return None
        return What.LOST if was else What.NEW
    if not now.text.strip():
        return None
    if was.is_gone and now.is_gone:
        return What.MOVED if was.rule != now.rule else None
    if was.is_gone or now.is_gone:
        return What.KEPT if was.is_gone else What.REMOVED
    return What.EDITED if was.left != now.left else None


def in_order(counts: Counter[str]) -> dict[str, int]:
    """How many lines changed how, by the names of `What`, in its order."""
    return {what.value: counts[what.value] for what in What if counts[what.value]}
