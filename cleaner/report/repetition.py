"""The share of lines, and of sequences of eight words, that occur in several documents of a run:
what sites print on every page repeats, and articles do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

import orjson
from pydantic import TypeAdapter, ValidationError

from cleaner.corpus.journal_entry import JournalEntry
from cleaner.corpus.output_folder import REPETITION
from cleaner.errors import LoadRunError
from cleaner.files import atomic_write
from cleaner.text.lines import Lines
from cleaner.text.words import tokens

WORDS = 8  # in a sequence
MAX_TRACKED = 2**19  # distinct lines or sequences in memory


class RepeatCounter:
    """Counts the items of documents, and those that another document has too, in bounded memory.

    It tracks up to `size` distinct items. If there are more, it tracks a part of them, chosen by
    digest: half, a quarter, and so on. From this part it estimates the items that do not repeat:
    unlike a line that every page has, none of them weighs much.
    """

    def __init__(self, size: int = MAX_TRACKED) -> None:
        self.size = size
        self.total = 0
        self._tracked: dict[int, int] = {}  # how often the only document of an item has it, or 0
        self._level = 0  # one in 2**level is tracked

    def add(self, items: Iterable[str]) -> None:
        """Add the items of one document."""
        counts: dict[int, int] = {}
        level = self._level
        for item in items:
            self.total += 1
            digest = _digest(item)
            if not digest % 2**self._level:
                counts[digest] = counts.get(digest, 0) + 1
                if len(counts) > self.size:
                    self._level += 1
                    counts = self._part(counts)
        if self._level > level:
            self._tracked = self._part(self._tracked)
        for digest, count in counts.items():
            self._tracked[digest] = 0 if digest in self._tracked else count
        while len(self._tracked) > self.size:
            self._level += 1
            self._tracked = self._part(self._tracked)

    def _part(self, counts: dict[int, int]) -> dict[int, int]:
        """The items that are tracked at the present level."""
        return {digest: n for digest, n in counts.items() if not digest % 2**self._level}

    @property
    def is_exact(self) -> bool:
        return not self._level

    @property
    def repeating(self) -> float:
        """The share of the items that another document has too."""
        once = sum(self._tracked.values()) * 2**self._level
        return max(0.0, 1 - once / self.total) if self.total else 0.0


def _digest(item: str) -> int:
    data = item.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big")


@dataclass(frozen=True, slots=True)
class Repeats:
    """The number of lines or sequences, and the share that another document has too; `exact`
    unless it is an estimate."""

    count: int
    repeating: float
    exact: bool


@dataclass(frozen=True, slots=True)
class BeforeAndAfter:
    """The same figures of the texts before and after cleaning."""

    before: Repeats
    after: Repeats


@dataclass(frozen=True, slots=True)
class Repetition:
    """What repeats across the documents of a run."""

    documents: int
    lines: BeforeAndAfter
    sequences: BeforeAndAfter

    @property
    def is_exact(self) -> bool:
        pairs = (self.lines, self.sequences)
        return all(pair.before.exact and pair.after.exact for pair in pairs)

    def to_json(self) -> bytes:
        return orjson.dumps(self, option=orjson.OPT_APPEND_NEWLINE)

    def save(self, run: Path) -> None:
        """Save the figures in the output folder of the run."""
        with atomic_write(run / REPETITION) as out:
            out.write(self.to_json())

    @staticmethod
    def stored(run: Path) -> Repetition | None:
        """The figures of a run, if they were saved. Raises LoadRunError."""
        path = run / REPETITION
        if not path.is_file():
            return None
        try:
            return TypeAdapter(Repetition).validate_json(path.read_bytes())
        except ValidationError:
            raise LoadRunError(f"{path}: damaged; run `cleaner repetition` again") from None


@dataclass
class RepetitionCounter:
    """Measures the repetition of the texts of a run before and after cleaning."""

    documents: int = 0
    counters: dict[str, tuple[RepeatCounter, RepeatCounter]] = field(
        default_factory=lambda: {
            name: (RepeatCounter(), RepeatCounter()) for name in ("lines", "sequences")
        }
    )

    def add(self, outcome: JournalEntry) -> None:
        """Add a result of the run; documents without a clean text are left out."""
        if not outcome.text:
            return
        self.documents += 1
        for number, text in enumerate((outcome.normalized_text, outcome.clean_text)):
            self.counters["lines"][number].add(stem for stem in Lines(text).stems if stem)
            self.counters["sequences"][number].add(sequences(text))

    def found(self) -> Repetition:
        """The figures so far."""
        figures = {
            name: BeforeAndAfter(
                *(Repeats(one.total, round(one.repeating, 4), one.is_exact) for one in pair)
            )
            for name, pair in self.counters.items()
        }
        return Repetition(self.documents, **figures)


def sequences(text: str) -> Iterator[str]:
    """Yield every sequence of eight words in a text.

    >>> list(sequences("One two, three four. Five six seven eight nine"))
    ['one two three four five six seven eight', 'two three four five six seven eight nine']
    """
    words = tokens(text)
    return (" ".join(words[n : n + WORDS]) for n in range(len(words) - WORDS + 1))
