"""Counts that are exact and examples that are few, however many there are to count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from cleaner.report.counters import OTHER_SITES, shortened
from cleaner.report.line_status import Change, What

TEXTS = 40  # distinct lines that are kept of one kind
NAMES = 500  # sites that are counted apart
LONGEST = 400  # characters of a line that are shown
ORDER = [what.value for what in What]


@dataclass(frozen=True)
class Example:
    """A line that became something else, the first time that it did, and how often it did.

    `was` and `now` are what is left of it; None where the text does not have it.
    """

    what: str
    text: str
    times: int
    is_prose: bool
    takes_prose: bool  # prose that is no longer there
    input: str
    id: str
    site: str
    rule_was: str
    rule_now: str
    was: str | None
    now: str | None
    before: str
    after: str


def example(change: Change, input: str, id: str, site: str) -> Example:
    """A change as an example of itself."""
    before, after = change.around()
    was, now = change.was, change.now
    return Example(
        what=change.what.value,
        text=brief(change.text),
        times=1,
        is_prose=change.is_prose,
        takes_prose=change.takes_prose,
        input=input,
        id=id,
        site=site,
        rule_was=was.rule if was else "",
        rule_now=now.rule if now else "",
        was=brief(was.left) if was else None,
        now=brief(now.left) if now else None,
        before=brief(before),
        after=brief(after),
    )


def brief(text: str) -> str:
    """The beginning of a text that may be long."""
    return shortened(text, LONGEST)


class Examples:
    """Lines with how often they were met. Of more than TEXTS distinct ones those that matter most
    are kept first, then those that came first; `more` counts the lines of the rest."""

    def __init__(self) -> None:
        self._known: dict[tuple[What, str], Example] = {}
        self.more = 0

    def add(self, change: Change, make: Callable[[], Example]) -> None:
        key = change.what, brief(change.text)
        if known := self._known.get(key):
            self._known[key] = replace(known, times=known.times + 1)
        elif len(self._known) < TEXTS or (change.takes_prose and self._evict()):
            self._known[key] = make()
        else:
            self.more += 1

    def _evict(self) -> bool:
        """Make room for prose that is no longer there, where there is something else."""
        for key, known in reversed(self._known.items()):
            if not known.takes_prose:
                self.more += known.times
                del self._known[key]
                return True
        return False

    def __iter__(self) -> Iterator[Example]:
        """Prose that is no longer there first; of each kind of change the most frequent."""
        return iter(sorted(self._known.values(), key=_order))


def _order(e: Example) -> tuple[bool, int, bool, int, str]:
    return not e.takes_prose, ORDER.index(e.what), not e.is_prose, -e.times, e.text


class Names:
    """Counts by name; beyond NAMES distinct ones the rest is counted together."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, name: str) -> None:
        known = name in self._counts or len(self._counts) < NAMES
        self._counts[name if known else OTHER_SITES] += 1

    def most(self) -> tuple[tuple[str, int], ...]:
        return tuple(sorted(self._counts.items(), key=lambda item: (-item[1], item[0])))
