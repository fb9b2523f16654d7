"""What became of a document, as data and as HTML: what `cleaner explain` shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from html import escape
from typing import TYPE_CHECKING, Any

from cleaner.document import Alternative, CleanDocument

if TYPE_CHECKING:
    from cleaner.rules.near import NearMiss

BESIDE = ("origins", "alternatives", "rights_notices")  # of metadata: said in other ways
GONE = "background:#fdd;color:#900;text-decoration:line-through"
PUT = "background:#dfd;color:#060;text-decoration:none"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the normalised text. Without a `rule` it was kept; else that rule took it out
    and left `put` in its place."""

    text: str
    rule: str | None = None
    kind: str | None = None
    put: str = ""


@dataclass(frozen=True, slots=True)
class FieldFound:
    """A field of the metadata that has a value, where that is from, and what others say."""

    name: str
    value: Any
    origin: str
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a document came out as it did.

    `pieces` joined are the text before cleaning; with the `put` of those that have a rule in their
    place, the text after. `fields` are in the order of Metadata, `near` in that of the text.
    """

    result: CleanDocument
    pieces: tuple[Piece, ...]
    fields: tuple[FieldFound, ...]
    near: tuple[NearMiss, ...] = ()

    def __repr__(self) -> str:
        return f"<Explanation of {self.result!r}>"

    def _repr_html_(self) -> str:
        return html_of(self.result)


def explain(done: CleanDocument, near: Iterable[NearMiss]) -> Explanation:
    """The data behind a result, with its near-misses."""
    return Explanation(done, tuple(pieces(done)), tuple(fields_found(done)), tuple(near))


def pieces(done: CleanDocument) -> Iterator[Piece]:
    """The normalised text, cut where something was taken out."""
    at = 0
    for removal in done.removals:
        if removal.start > at:
            yield Piece(done.normalized[at : removal.start])
        yield Piece(removal.text, removal.rule, removal.kind, removal.put)
        at = removal.end
    if at < len(done.normalized):
        yield Piece(done.normalized[at:])


def fields_found(done: CleanDocument) -> Iterator[FieldFound]:
    """The fields of the metadata that have a value."""
    known = done.metadata
    for field in fields(known):
        value = getattr(known, field.name)
        if field.name not in BESIDE and value not in (None, ()):
            others = known.alternatives.get(field.name, ())
            yield FieldFound(field.name, value, known.origins.get(field.name, ""), others)


def html_of(done: CleanDocument) -> str:
    """A result for a notebook: its text with what went struck through, and its metadata."""
    text = "".join(map(_piece, pieces(done)))
    rows = "".join(map(_row, fields_found(done)))
    head = escape(repr(done)[1:-1] + (f" ({done.message})" if done.message else ""))
    return (
        f"<div><p><code>{head}</code></p>"
        f'<div style="white-space:pre-wrap">{text}</div><table>{rows}</table></div>'
    )


def _piece(piece: Piece) -> str:
    if piece.rule is None:
        return escape(piece.text)
    put = f'<ins style="{PUT}">{escape(piece.put)}</ins>' if piece.put else ""
    return f'<del style="{GONE}" title="{escape(piece.rule)}">{escape(piece.text)}</del>{put}'


def _row(found: FieldFound) -> str:
    cells = (found.name, shown(found.value), found.origin)
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def shown(value: Any) -> str:
    """A value of the metadata in one line.

    >>> shown(("Ann Example", "Bo Example")), shown(2018)
    ('Ann Example; Bo Example', '2018')
    """
    return "; ".join(value) if isinstance(value, tuple) else str(value)
