"""A text as lines: unchanged, without markup, and folded, with searches over all of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple, overload

from cleaner.text.folding import fold, light, plain, without_end
from cleaner.text.re2_patterns import search_set
from cleaner.text.repair import utf8

# A line without these is plain, except at its ends.
SPACES = [c for c in map(chr, range(0x3001)) if c.isspace() and c not in " \n"]
MARKS = (*"\\*_<…", "](", "  ", " \n", *(f"\n{c}" for c in " #+-•·▪►‣●"), *SPACES)
ENDS = " #+-•·▪►‣●"


class Line(NamedTuple):
    """One line of a text: `text[start:end]`, without its newline; without markup, and folded."""

    start: int
    end: int
    plain: str
    folded: str

    @property
    def blank(self) -> bool:
        return not self.plain

    @property
    def stem(self) -> str:
        return without_end(self.folded)


class Lines(Sequence[Line]):
    """The lines of `text`, including blank ones. `like` is a text that shares some of them.

    `rows` are the unchanged lines, `starts` their offsets (and one more, after the end), `plain`
    and `folded` their forms.
    """

    def __init__(self, text: str, like: Lines | None = None) -> None:
        self.text = text
        self.rows = text.split("\n")
        self.starts = list(accumulate([len(row) + 1 for row in self.rows], initial=0))
        if like:
            known = like.forms
            forms = [known.get(row) or (plain(row), fold(row)) for row in self.rows]
            self.plain, self.folded = [form[0] for form in forms], [form[1] for form in forms]
        else:
            self.plain, self.folded = self.rows, self.seen.split("\n")
            self._drop_markup()

    def _drop_markup(self) -> None:
        changed = {n: plain(self.rows[n]) for n in self._with_marks()}
        changed = {n: words for n, words in changed.items() if words != self.rows[n]}
        if changed:
            self.plain = list(self.rows)
            for number, words in changed.items():
                self.plain[number], self.folded[number] = words, light(words)

    def _with_marks(self) -> set[int]:
        """The numbers of the lines that may not be plain."""
        text, rows, starts = self.text, self.rows, self.starts
        found = {n for n in (0, len(rows) - 1) if rows[n].strip(ENDS) != rows[n]}
        for hit in _MARKS.Match(utf8(text)) or ():
            mark = MARKS[hit]
            at = text.find(mark)
            while at >= 0:
                number = bisect_right(starts, at) - 1
                found.add(number)
                # the line break may belong to the line before or after the mark
                if mark[0] == "\n":
                    found.add(number + 1)
                at = text.find(mark, max(at + 1, starts[number + 1]))
        return found

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, number: int) -> Line: ...
    @overload
    def __getitem__(self, number: slice) -> list[Line]: ...
    def __getitem__(self, number: int | slice) -> Line | list[Line]:
        if isinstance(number, slice):
            return [self[n] for n in range(*number.indices(len(self)))]
        start = self.starts[:-1][number] if number < 0 else self.starts[number]
        end = start + len(self.rows[number])
        return Line(start, end, self.plain[number], self.folded[number])

    def __iter__(self) -> Iterator[Line]:
        return (self[number] for number in range(len(self)))

    @cached_property
    def first(self) -> dict[str, int]:
        """The number of the first occurrence of each row."""
        return {row: n for n, row in reversed(list(enumerate(self.rows)))}

    @cached_property
    def forms(self) -> dict[str, tuple[str, str]]:
        """The `plain` and `folded` form of each row."""
        forms = zip(self.plain, self.folded, strict=True)
        return dict(zip(self.rows, forms, strict=True))

    @cached_property
    def seen(self) -> str:
        """The light form of the text."""
        return light(self.text)

    @cached_property
    def seen_bytes(self) -> bytes:
        return utf8(self.seen)

    @cached_property
    def searchable(self) -> bytes:
        """The light form of the text and all its folded lines, in UTF-8, between line breaks."""
        pairs = zip(self.folded, self.seen.split("\n"), strict=True)
        other = [folded for folded, seen in pairs if folded != seen]
        return b"\n".join([b"", self.seen_bytes, *map(utf8, other), b""])

    @cached_property
    def full(self) -> list[int]:
        """The numbers of the lines that are not blank."""
        return [number for number, words in enumerate(self.plain) if words]

    @cached_property
    def stems(self) -> list[str]:
        """The folded lines without the punctuation at their ends."""
        return [without_end(folded) for folded in self.folded]

    @cached_property
    def distinct(self) -> frozenset[str]:
        """The distinct stems of the lines that are not blank."""
        return frozenset(self.stems) - {""}

    def with_end(self, word: str) -> list[int]:
        """The numbers of the folded lines that begin with a word, if a line break comes before it;
        otherwise of those whose stems end with it."""
        if word[0] == "\n":
            head, folded = word[1:], self.folded
            return [number for number in self.full if folded[number].startswith(head)]
        stems = self.stems
        return [number for number in self.full if stems[number].endswith(word)]

    @cached_property
    def _by_length(self) -> tuple[list[int], list[int]]:
        pairs = sorted([(len(stem), number) for number, stem in enumerate(self.stems) if stem])
        return [length for length, _ in pairs], [number for _, number in pairs]

    def with_any(self, words: Iterable[str], longest: int, *, cased: bool = False) -> list[int]:
        """The numbers of the lines with one of the words in them, folded or, with `cased`, only
        without markup. Their stems have at most `longest` characters."""
        lengths, numbers = self._by_length
        if lengths and longest < lengths[-1]:
            numbers = numbers[: bisect_right(lengths, longest)]
        rows = self.plain if cased else self.folded
        found: set[int] = set()
        for word in words:
            found.update([number for number in numbers if word in rows[number]])
        return sorted(found)

    def number_at(self, place: int) -> int:
        """Return the number of the line at an offset of the text."""
        return bisect_right(self.starts, place, hi=len(self.rows)) - 1

    def only(self, numbers: Sequence[int]) -> Lines:
        """Return some of the lines as a new text."""
        return Lines("\n".join([self.rows[number] for number in numbers]))


_MARKS = search_set(MARKS)
