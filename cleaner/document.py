"""The values that pass through the pipeline: documents, results and explanations."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from html import escape
from typing import Any

from cleaner.messages import plural
from cleaner.values import Named, from_dict, to_dict, well_formed_inside

NOT_SHOWN = ("origins", "alternatives", "rights_notices")  # metadata fields about other fields
MAX_ID_CHARS = 60  # printed
REMOVED_STYLE = "background:#fdd;color:#900;text-decoration:line-through"
INSERTED_STYLE = "background:#dfd;color:#060;text-decoration:none"


class Format(Named):
    """The format of a document's body."""

    HTML = "html"
    TEXT = "text"
    MARKDOWN = "markdown"


class Status(Named):
    """The outcome of a document. All but OK are quarantined, with a message."""

    OK = "ok"
    """There is a clean text."""
    DECODE = "decode"
    """The body is not text, or cannot be decoded."""
    EMPTY = "empty"
    """There was no text, or none of it is left."""
    REJECT = "reject"
    """It is not an article but, for example, a bot wall, an error page or a login form."""
    ERROR = "error"
    """A bug in cleaner raised an exception."""
    TIMEOUT = "timeout"
    """It took too long, twice."""
    MEMORY = "memory"
    """It took too much memory, twice."""
    CRASH = "crash"
    """It crashed its worker, twice."""


@dataclass(frozen=True, slots=True)
class Document:
    """One input record.

    `body` is bytes, or a string if the source contains text. `metadata` is the record's own
    metadata (title, authors, date, ...), unchecked. `sites` names site files to apply in addition
    to those that the URL and the text select; output records contain it, so that cleaning them
    again uses the same rules. `encoding` is the encoding that HTTP declared for bytes. A `format`
    may be given by name. Raises OptionError for an unknown format, and TypeError if `sites` is a
    string.
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
            object.__setattr__(self, "sites", _site_names(self.sites))
        for name in ("id", "url", "source", "sites", "metadata"):
            value = getattr(self, name)
            if (clean := well_formed_inside(value)) is not value:
                object.__setattr__(self, name, clean)

    def __repr__(self) -> str:
        size = plural(len(self.body), "byte" if isinstance(self.body, bytes) else "character")
        return f"<Document {_brief(self.id)} {self.format}: {size}>"

    def to_dict(self) -> dict[str, Any]:
        """The document as JSON has it; a body of bytes is in base64 under `body_base64`."""
        data: dict[str, Any] = to_dict(self)
        if isinstance(self.body, (bytes, bytearray)):
            del data["body"]
            data["body_base64"] = b64encode(self.body).decode()
        return data

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> Document:
        """The document that `to_dict` made `data` of. Raises InputError if it has no id or body."""
        if "body_base64" in data:
            data = {**data, "body": b64decode(data["body_base64"])}
        return from_dict(Document, data)


def _brief(id: str) -> str:
    """An id as it is printed; some are long URLs."""
    return repr(id if len(id) <= MAX_ID_CHARS else f"{id[:MAX_ID_CHARS]}...")


def _site_names(sites: Iterable[str] | None) -> tuple[str, ...]:
    if isinstance(sites, str):
        raise TypeError(f"sites={sites!r}: expected several names; for one, pass ({sites!r},)")
    return tuple(sites or ())


@dataclass(frozen=True, slots=True)
class Removal:
    """A span of the normalized text that a rule removed, and its replacement `put`.

    `start` and `end` are offsets in code points; `text` is the removed text. `score` is the
    probability that it is boilerplate, if a classifier and not a rule removed it.
    """

    rule: str
    kind: str
    start: int
    end: int
    text: str
    put: str = ""
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Suspect:
    """A line of the clean text that may be boilerplate: its text, the probability, and the kind."""

    text: str
    probability: float
    kind: str


@dataclass(frozen=True, slots=True)
class Pruned:
    """A node that an html rule removed from a page before its text was extracted: the id of the
    rule, its selector, and the text of the node."""

    rule: str
    selector: str
    text: str


@dataclass(frozen=True, slots=True)
class Insertion:
    """A line of the normalized text that `rule` took from another part of the page."""

    rule: str
    start: int
    end: int
    text: str
    score: float  # the probability that it is article


@dataclass(frozen=True, slots=True)
class RightsNotice:
    """A verbatim notice of copyright, license, permission or fair use, and its meaning.

    `start` and `end` are offsets in the normalized text; they are None for a notice from another
    part of the page, which `rule` names. `scope` is what the notice covers: text, image, site or
    unclear. `basis` tells whether it is stated in words or linked.
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
    """A different value for a metadata field, from another source."""

    value: str | int | tuple[str, ...]
    origin: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """The metadata of an article. Dates are ISO 8601, languages BCP 47.

    `origins` maps the name of each field that was found to the origin of its value: `text:RULE` (a
    rule captured or set it), `text:head` (the first lines), `text:detected`, `html:PLACE`
    (json-ld, meta, h1, byline, ...), `html:SITE` (a selector of a site file), `input`, or
    `site:FILE`. `alternatives` lists different values from other sources.
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
    republished_by: tuple[str, ...] = ()
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
    """One output record: the clean text, its metadata, and everything that was removed.

    The offsets of `removals` refer to `normalized`. A document whose status is not OK has no text,
    and `message` gives the reason. `hosts` are the hosts that the document names as its own,
    `sites` the keys of the site files that these or marks in the text selected. `extractor` is the
    extractor whose text was used for a page, `extractor_why` the reason. `insertions` are the lines
    that another part of the page gave, `suspects` those that the classifier doubts; `notes` mention
    other doubts.
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
    extractor_why: str | None = None
    notes: tuple[str, ...] = ()
    suspects: tuple[Suspect, ...] = ()
    message: str | None = None
    insertions: tuple[Insertion, ...] = ()

    @property
    def boilerplate_left(self) -> float:
        """The estimated number of boilerplate characters in the text: those of the suspects, times
        their probabilities."""
        return sum(len(suspect.text) * suspect.probability for suspect in self.suspects)

    def __repr__(self) -> str:
        size = "no text" if self.text is None else plural(len(self.text), "character")
        removals = plural(len(self.removals), "removal")
        return f"<CleanDocument {_brief(self.document.id)} {self.status}: {size}, {removals}>"

    def to_dict(self) -> dict[str, Any]:
        """The result as JSON has it, by the names of its attributes."""
        return {**to_dict(self), "document": self.document.to_dict()}

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> CleanDocument:
        """The result that `to_dict` made `data` of. Raises InputError for other data."""
        document = Document.from_dict(data.get("document", {}))
        return from_dict(CleanDocument, {**data, "document": document})

    def _repr_html_(self) -> str:
        return html_of(self)


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A line that was kept although a rule matches it; `why` is the guard that spared it."""

    text: str
    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A span of the normalized text: kept if `rule` is None, otherwise replaced with `put`."""

    text: str
    rule: str | None = None
    kind: str | None = None
    put: str = ""
    score: float | None = None

    @property
    def why(self) -> str:
        """The rule, with the probability and the kind if it is a classifier."""
        return f"{self.rule}" if self.score is None else f"{self.rule} {self.score:.2f} {self.kind}"


@dataclass(frozen=True, slots=True)
class FieldFound:
    """A metadata field with its value, its origin and different values from other sources."""

    name: str
    value: Any
    origin: str
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a document was cleaned as it was.

    The joined texts of `pieces` are the text before cleaning. Replace those that have a rule with
    their `put` to get the clean text. `fields` are in the order of Metadata, `near` in the order of
    the text.
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
    """The explanation of a result, with its near misses."""
    return Explanation(done, tuple(pieces(done)), tuple(fields_found(done)), tuple(near))


def pieces(done: CleanDocument) -> Iterator[Piece]:
    """The normalized text, split at its removals."""
    at = 0
    for removal in done.removals:
        if removal.start > at:
            yield Piece(done.normalized[at : removal.start])
        yield Piece(removal.text, removal.rule, removal.kind, removal.put, removal.score)
        at = removal.end
    if at < len(done.normalized):
        yield Piece(done.normalized[at:])


def fields_found(done: CleanDocument) -> Iterator[FieldFound]:
    """The metadata fields that have a value."""
    metadata = done.metadata
    for named in fields(metadata):
        value = getattr(metadata, named.name)
        if named.name not in NOT_SHOWN and value not in (None, ()):
            others = metadata.alternatives.get(named.name, ())
            yield FieldFound(named.name, value, metadata.origins.get(named.name, ""), others)


def html_of(done: CleanDocument) -> str:
    """A result as HTML: its text with removals struck through, and its metadata."""
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
    put = f'<ins style="{INSERTED_STYLE}">{escape(piece.put)}</ins>' if piece.put else ""
    text, why = escape(piece.text), escape(piece.why)
    return f'<del style="{REMOVED_STYLE}" title="{why}">{text}</del>{put}'


def _row(found: FieldFound) -> str:
    cells = (found.name, shown(found.value), found.origin)
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def shown(value: Any) -> str:
    """A metadata value on one line.

    >>> shown(("Ann Example", "Bo Example")), shown(2018)
    ('Ann Example; Bo Example', '2018')
    """
    return "; ".join(value) if isinstance(value, tuple) else str(value)
