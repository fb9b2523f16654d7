"""The documents of two runs side by side: by the name of their input, their id and their place."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from cleaner.corpus.result_record import ResultRecord
from cleaner.report.load_run import FinishedRun, LoadRunError
from cleaner.report.restore import id_of

Pair = tuple[str, ResultRecord | None, ResultRecord | None]  # the input, the document was, and is
Key = tuple[str, int]  # an input's name, and how many of that name stand before it
WINDOW = 2048  # documents of a run that may wait


def pairs(was: FinishedRun, now: FinishedRun) -> Iterator[Pair]:
    """Every document of both runs, in order. One that only one of them has stands alone; so do
    those of an input where thousands wait for their counterpart.

    Raises LoadRunError if the inputs that both have are in different order, or a run cannot be
    read.
    """
    one, two = _Reader(was), _Reader(now)
    for key in _plan(_keys(was.inputs), _keys(now.inputs)):
        for left, right in _matched(one.of(key), two.of(key)):
            yield key[0], left, right
    one.end()
    two.end()


class _Reader:
    """The outcomes of a run, one input after the other."""

    def __init__(self, run: FinishedRun) -> None:
        self._owners = {key: number for number, key in enumerate(_keys(run.inputs))}
        self._outcomes = run.outcomes()
        self._head = next(self._outcomes, None)

    def of(self, key: Key) -> Iterator[ResultRecord]:
        owner = self._owners.get(key)
        while self._head is not None and self._head.owner == owner:
            found, self._head = self._head, next(self._outcomes, None)
            yield found

    def end(self) -> None:
        """Read what is left, which finds a journal that lacks something."""
        for _ in self._outcomes:
            pass


def _keys(names: Sequence[str]) -> list[Key]:
    seen: dict[str, int] = {}
    keys = []
    for name in names:
        seen[name] = seen.get(name, -1) + 1
        keys.append((name, seen[name]))
    return keys


def _plan(was: list[Key], now: list[Key]) -> Iterator[Key]:
    """All inputs of two runs in an order that both are in."""
    both = set(was) & set(now)
    if [key for key in was if key in both] != [key for key in now if key in both]:
        raise LoadRunError(
            "the two runs read their inputs in another order; clean one of them again with the "
            "sources in the order of the other"
        )
    later = iter(now)
    for key in was:
        if key in both:
            for other in later:
                if other == key:
                    break
                yield other
        yield key
    yield from later


def _matched(
    was: Iterator[ResultRecord], now: Iterator[ResultRecord]
) -> Iterator[tuple[ResultRecord | None, ResultRecord | None]]:
    """The documents of one input, paired by id."""
    left, right = _Waiting(), _Waiting()
    for one, two in zip_longest(was, now):
        if one is not None:
            if found := right.take(id_of(one)):
                yield one, found
            else:
                left.put(one)
        if two is not None:
            if found := left.take(id_of(two)):
                yield found, two
            else:
                right.put(two)
        yield from ((lone, None) for lone in left.surplus(WINDOW))
        yield from ((None, lone) for lone in right.surplus(WINDOW))
    yield from ((lone, None) for lone in left.surplus(0))
    yield from ((None, lone) for lone in right.surplus(0))


class _Waiting:
    """Documents of one run that their counterpart has not come up for."""

    def __init__(self) -> None:
        self._by_id: dict[str, deque[ResultRecord]] = {}
        self._size = 0

    def put(self, outcome: ResultRecord) -> None:
        self._by_id.setdefault(id_of(outcome), deque()).append(outcome)
        self._size += 1

    def take(self, id: str) -> ResultRecord | None:
        """The one with this id that has waited longest."""
        waiting = self._by_id.get(id)
        if not waiting:
            return None
        found = waiting.popleft()
        self._size -= 1
        if not waiting:
            del self._by_id[id]
        return found

    def surplus(self, most: int) -> Iterator[ResultRecord]:
        """Those that have waited longest, until there are no more than `most`."""
        while self._size > most:
            found = self.take(next(iter(self._by_id)))
            if found is not None:
                yield found
