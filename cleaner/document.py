"""The values that pass through the pipeline, from what was read to what is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from html import escape
from typing import Any

BESIDE = ("origins", "alternatives", "rights_notices")  # of metadata: said in other ways
GONE = "background:#fdd;color:#900;text-decoration:line-through"
PUT = "background:#dfd;color:#060;text-decoration:none"


class Named(str, Enum):
    """Values that are given by name."""

    @classmethod
    def _missing_(cls, value: object) -> None:
        known = ", ".join(member.value for member in cls)
        raise ValueError(f"{cls.__name__} {value!r}: it is one of {known}")


class Format(Named):
    """How the body of a document is to be read."""

    HTML = "html"
    TEXT = "text"
    MARKDOWN = "markdown"


class Status(Named):
    """How a document ended. All but OK go to the quarantine, with a message."""

    OK = "ok"
    """There is a clean text."""
    DECODE = "decode"
    """The body is no text, or not to be read."""
    EMPTY = "empty"
    """There was no text, or nothing of it is left."""
    REJECT = "reject"
    """It is no article: a bot wall, an error page, a login."""
    ERROR = "error"
    """A defect was met in cleaning it."""
    TIMEOUT = "timeout"
    """It took too long, twice."""
    MEMORY = "memory"
    """It took too much memory, twice."""
    CRASH = "crash"
    """It broke its worker, twice."""


@dataclass(frozen=True, slots=True)
class Document:
    """One input record.

    `body` is bytes as read, or text if the source held text. `metadata` is what the record said
    of itself (title, authors, date, ...), unchecked. `sites` names site files to apply whatever
    the URL and the text say; records that a cleaner wrote carry it, so that cleaning them again
    uses the same rules. `encoding` is what the transport (HTTP) said of bytes. A `format` may be
    given by its name. Raises ValueError for one that there is not, TypeError for `sites` that are
    one string.
    """

    id: str
    body: str | bytes
    format: Format = Format.TEXT
    url: str | None = None
    source: str = ""
    index: int = 0
    metadata: Mapping[str, Any] = field(default_factory=dict)
    sites: tuple[str, ...] = ()
    encoding: str | None = None

    def __post_init__(self) -> None:
        if self.format.__class__ is not Format:
            object.__setattr__(self, "format", Format(self.format))
        if self.sites.__class__ is not tuple:
            object.__setattr__(self, "sites", _several(self.sites))
        for name in ("id", "url", "source", "sites", "metadata"):
            value = getattr(self, name)
            if (clean := _well_formed(value)) is not value:
                object.__setattr__(self, name, clean)


def _well_formed(value: Any, depth: int = 2) -> Any:
    """A value of a document with well-formed strings, down to the items of metadata."""
    clean: Any = value
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, Mapping) and depth:
        clean = {key: _well_formed(item, depth - 1) for key, item in value.items()}
    elif isinstance(value, (list, tuple)) and depth:
        clean = (list if isinstance(value, list) else tuple)(
            _well_formed(item, depth - 1) for item in value
        )
    return value if clean == value else clean


def _several(sites: Iterable[str] | None) -> tuple[str, ...]:
    if isinstance(sites, str):
        raise TypeError(f"sites={sites!r}: several names are wanted; for one, ({sites!r},)")
    return tuple(sites or ())


@dataclass(frozen=True, slots=True)
class Removal:
    """A stretch of the normalised text that a rule took out, and what it put there.

    `start` and `end` count code points of the normalised text; `text` is what stood there.
    """

    rule: str
    kind: str
    start: int
    end: int
    text: str
    put: str = ""


@dataclass(frozen=True, slots=True)
class Pruned:
    """A node that an html rule took out of a page before its text was extracted: the rule's id,
    its selector, and the text of the node."""

    rule: str
    selector: str
    text: str


@dataclass(frozen=True, slots=True)
class RightsNotice:
    """A notice of copyright, licence, permission or fair use, word for word, and what it says.

    `start` and `end` count code points of the normalised text; a notice that stands elsewhere in
    the page has none, and `rule` says where. `scope` is what it speaks of: text, image, site, or
    unclear; `basis` is how it does: stated in words, or linked.
    """

    kind: str
    text: str
    rule: str
    start: int | None = None
    end: int | None = None
    scope: str = "text"
    basis: str = "stated"
    holder: str | None = None
    distributor: str | None = None
    year: int | None = None
    license: str | None = None
    conditions: tuple[str, ...] = ()
    contact: tuple[str, ...] = ()
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """What another source says of a metadata field."""

    value: Any
    origin: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of an article beside its text. Dates are ISO 8601, languages BCP 47.

    `origins` maps the name of each field that was found to where it was found: `text:RULE` (a
    rule captured or set it), `text:head` (the first lines), `text:detected`, `html:PLACE`
    (json-ld, meta, h1, byline, ...), `html:SITE` (a selector of a site file), `input`, or
    `site:FILE`. `alternatives` has what other sources say, where they say something else.
    """

    url: str | None = None
    canonical_url: str | None = None
    hostname: str | None = None
    site_name: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    date_published: str | None = None
    date_modified: str | None = None
    language: str | None = None
    description: str | None = None
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    original_source: str | None = None
    original_date: str | None = None
    license: str | None = None
    license_url: str | None = None
    license_basis: str | None = None
    rights_holder: str | None = None
    rights_year: int | None = None
    rights_conditions: tuple[str, ...] = ()
    contact: tuple[str, ...] = ()
    rights_notices: tuple[RightsNotice, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)
    alternatives: Mapping[str, tuple[Alternative, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CleanDocument:
    """One output record: the clean text, its metadata, and all that was taken out.

    `normalized` is the text that the offsets of `removals` count in. A document whose status is
    not OK has no text, and `message` says why. `hosts` and `sites` are the hosts that the document
    names as its home, and the keys of the site files that were chosen by them or by marks.
    `extractor` says whose text of a page it is, `why` what for, and `notes` what is doubtful.
    """

    document: Document
    status: Status
    text: str | None = None
    normalized: str = ""
    removals: tuple[Removal, ...] = ()
    pruned: tuple[Pruned, ...] = ()
    metadata: Metadata = Metadata()
    hosts: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    extractor: str | None = None
    why: str | None = None
    notes: tuple[str, ...] = ()
    message: str | None = None

    def __repr__(self) -> str:
        size = "no text" if self.text is None else f"{len(self.text)} characters"
        count = len(self.removals)
        gone = f"{count} removal{'s' * (count != 1)}"
        return f"<CleanDocument {self.document.id!r} {self.status.value}: {size}, {gone}>"

    def _repr_html_(self) -> str:
        return html_of(self)


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A line that was kept although a rule matches it, and `why`: the guard that spared it."""

    text: str
    rule: str
    why: str


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
    for named in fields(known):
        value = getattr(known, named.name)
        if named.name not in BESIDE and value not in (None, ()):
            others = known.alternatives.get(named.name, ())
            yield FieldFound(named.name, value, known.origins.get(named.name, ""), others)


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


def well_formed(text: str) -> str:
    r"""Replace each lone surrogate, which UTF-8 cannot encode, with U+FFFD, and join pairs.

    >>> ascii(well_formed("Boats \ud83d, piers \ud83d\udea2"))
    "'Boats \\ufffd, piers \\U0001f6a2'"
    """
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
