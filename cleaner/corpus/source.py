"""The records of all inputs of a run, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cleaner.corpus.inputs import Input, Say
from cleaner.corpus.read import read_input
from cleaner.corpus.rows import GUESSED, Columns, Record
from cleaner.corpus.streams import Meter
from cleaner.document import Document

MOST = 100_000  # documents of which the ids are compared: memory does not grow with the inputs


@dataclass
class Source:
    """The inputs of a run, and how their records are read. `say` is told, once each, what was
    guessed of them."""

    inputs: Sequence[Input]
    columns: Columns = GUESSED
    say: Say | None = None
    _said: set[str] = field(default_factory=set)
    _meter: Meter = field(default_factory=Meter)
    _before: int = 0  # bytes of the inputs before the one that is read

    def records(self) -> Iterator[tuple[int, Record]]:
        """Each record with the number of its input."""
        self._before = 0
        ids, compared = set[int](), 0
        for number, item in enumerate(self.inputs):
            for record in read_input(item, self.columns, self._meter, self._say_once):
                if compared < MOST and isinstance(record, Document):
                    ids.add(hash(record.id))
                    compared += 1
                yield number, record
            self._before += item.size
            self._meter.note(0)
        if double := compared - len(ids):
            self._say_once(f"{double} of the first {compared} documents have the id of another one")

    def note_end(self, number: int) -> None:
        """Another process has read the input of that number."""
        self._before += self.inputs[number].size

    @property
    def bytes_read(self) -> int:
        return self._before + self._meter.read()

    @property
    def bytes(self) -> int:
        return sum(item.size for item in self.inputs)

    def _say_once(self, message: str) -> None:
        if self.say and message not in self._said:
            self._said.add(message)
            self.say(message)
