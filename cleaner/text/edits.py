"""Apply, undo and compose edits of a text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple


class Edit(NamedTuple):
    """Replace `text[start:end]` by `put`; `rule` is the reason, and `score` its probability if a
    classifier decided. Edits of one text are kept sorted and do not overlap."""

    start: int
    end: int
    put: str
    rule: str
    kind: str
    score: float | None = None


def apply(text: str, edits: Sequence[Edit]) -> str:
    out = []
    at = 0
    for edit in edits:
        out.append(text[at : edit.start])
        out.append(edit.put)
        at = edit.end
    out.append(text[at:])
    return "".join(out)


def restore(clean: str, undo: Sequence[tuple[int, str, str]]) -> str:
    """Restore the original text from the clean text and (start, text, put) of each removal.

    >>> restore("one two", [(4, "**", ""), (9, "**", "")])
    'one **two**'
    """
    out: list[str] = []
    length = 0
    at = 0
    for start, text, put in undo:
        kept = start - length
        out.append(clean[at : at + kept])
        at += kept + len(put)
        out.append(text)
        length = start + len(text)
    out.append(clean[at:])
    return "".join(out)


@dataclass(slots=True)
class _Piece:
    """A part of the edited text: either original text, or the replacement of an edit."""

    start: int
    end: int
    origin: int
    edit: Edit | None


def _pieces(length: int, edits: Sequence[Edit]) -> Iterator[_Piece]:
    at = origin = 0
    for edit in edits:
        if edit.start > origin:
            yield _Piece(at, at + edit.start - origin, origin, None)
            at += edit.start - origin
        yield _Piece(at, at + len(edit.put), edit.start, edit)
        at += len(edit.put)
        origin = edit.end
    if origin < length:
        yield _Piece(at, at + length - origin, origin, None)


def origin_of(position: int, edits: Sequence[Edit]) -> int:
    """Return the original position of the character at `position` in the edited text."""
    shift = 0
    for edit in edits:
        if edit.start + shift + len(edit.put) > position:
            return min(position - shift, edit.start)
        shift += len(edit.put) - (edit.end - edit.start)
    return position - shift


def compose(length: int, first: Sequence[Edit], second: Sequence[Edit]) -> tuple[Edit, ...]:
    """Combine `first`, edits of a text of `length`, and `second`, edits of its result, into one."""
    out: list[Edit] = []
    for piece in _pieces(length, first):
        inside = [e for e in second if e.start < piece.end and e.end > piece.start]
        if piece.edit is None:
            for edit in inside:
                begin = max(edit.start, piece.start)
                put = edit.put if begin == edit.start else ""
                shift = piece.origin - piece.start
                end = min(edit.end, piece.end)
                out.append(edit._replace(start=begin + shift, end=end + shift, put=put))
            continue
        put, at = "", piece.start
        for edit in inside:
            put += piece.edit.put[at - piece.start : max(edit.start, at) - piece.start]
            put += edit.put if edit.start >= piece.start else ""
            at = min(edit.end, piece.end)
        put += piece.edit.put[at - piece.start :]
        out.append(piece.edit._replace(put=put))
    return tuple(out)


def is_removed(start: int, end: int, removed: Sequence[tuple[int, int]]) -> bool:
    """Whether one of the spans `removed`, which are in order, contains a span."""
    place = bisect_right(removed, start, key=itemgetter(0)) - 1
    return place >= 0 and removed[place][1] >= end
