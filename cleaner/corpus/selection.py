"""Choose some of the documents of a corpus: the first ones, or a sample.

A sample consists of the documents whose ids have the smallest hashes, so it is the same for the
same input, wherever its files are, and a larger sample contains each smaller one.
"""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from operator import itemgetter
from typing import TypeVar

from cleaner.corpus.inputs import Input
from cleaner.corpus.read import read_input
from cleaner.corpus.rows import GUESSED, Columns
from cleaner.errors import OptionError

T = TypeVar("T")


@dataclass(frozen=True)
class Selection:
    """How many documents to read: the first `limit`, or a `sample` of this size. Raises OptionError
    if both are given."""

    limit: int | None = None
    sample: int | None = None

    def __post_init__(self) -> None:
        if self.limit is not None and self.sample is not None:
            raise OptionError("--limit and --sample cannot be combined; choose one")

    def __bool__(self) -> bool:
        return self.limit is not None or self.sample is not None

    def of(self, items: Iterable[T], id_of: Callable[[T], str]) -> Iterator[T]:
        """Yield the chosen items in order. A sample keeps as many in memory as it has."""
        if self.sample is None:
            return islice(items, self.limit)
        ranked = ((_hash(id_of(item)), place, item) for place, item in enumerate(items))
        kept = heapq.nsmallest(self.sample, ranked)
        return iter([item for _, _, item in sorted(kept, key=itemgetter(1))])

    def of_inputs(self, inputs: Sequence[Input], columns: Columns = GUESSED) -> list[Input]:
        """The inputs that have chosen documents, restricted to these. Reads tables up to the limit,
        or to their end for a sample."""
        if not self:
            return list(inputs)
        chosen = self.of(_positions(inputs, columns), itemgetter(2))
        if self.sample is None:
            counts = Counter(number for number, _, _ in chosen)
            return [replace(inputs[n], only=range(count)) for n, count in counts.items()]
        places: dict[int, list[int]] = defaultdict(list)
        for number, position, _ in chosen:
            places[number].append(position)
        return [replace(inputs[n], only=tuple(found)) for n, found in places.items()]


EVERYTHING = Selection()


def _positions(inputs: Sequence[Input], columns: Columns) -> Iterator[tuple[int, int, str]]:
    """Yield the number of its input, the position in it, and the id of each record. A file of one
    document is named by its id and need not be read."""
    for number, item in enumerate(inputs):
        if not item.has_records:
            yield number, 0, item.name
            continue
        for position, record in enumerate(read_input(item, columns)):
            yield number, position, record.id


def _hash(id: str) -> bytes:
    return hashlib.sha256(id.encode("utf-8", "backslashreplace")).digest()
