"""Rows of named values (JSON objects, CSV rows, Parquet rows) as documents, and the check of their
columns before a run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from cleaner.corpus.streams import DAMAGE, MissingExtraError
from cleaner.document import Document, Format
from cleaner.errors import CleanerError
from cleaner.metadata.merging import INPUT_KEYS
from cleaner.workers.limits import MAX_NESTING, size_of

# Common names of columns, the likeliest first.
BODIES = ("html", "raw_html", "text", "content", "raw_content", "body", "article", "page_content")
IDS = ("id", "doc_id", "document_id", "uuid")
URLS = ("url", "link", "uri", "source_url")
MAX_METADATA_BYTES = 1_000_000  # bytes of the metadata of a record
MAX_RAW_CHARS = 1_000_000  # characters kept of a record that is not a document
MAX_CHECKED_ROWS = 1000  # per table, before a run
MAX_NAMED_COLUMNS = 20  # in a message
OPTIONS = {"body": "--text-column", "id": "--id-column", "url": "--url-column"}

_GUESSES = {"body": BODIES, "id": IDS, "url": URLS}
# Columns that hold metadata of the document, also in the object `metadata`; no others are read.
USED = INPUT_KEYS | {"source", "metadata", "added", "created", "sites"}
_PLURALS = {"body": "texts", "id": "ids", "url": "URLs"}


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that is not a document, and its `raw` input. With `ends_input`, the rest of its
    input could not be read either."""

    id: str
    source: str
    index: int
    message: str
    raw: str
    ends_input: bool = False


Record = Document | Broken


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its number, its position, its values or what is wrong with it, and its
    raw input."""

    index: int
    where: str
    values: Mapping[str, Any] | str
    raw: Any


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of the columns with the text, the id and the URL; None means guessed."""

    body: str | None = None
    id: str | None = None
    url: str | None = None

    def named(self, kind: str) -> str | None:
        return {"body": self.body, "id": self.id, "url": self.url}[kind]

    def names(self, kind: str) -> tuple[str, ...]:
        said = self.named(kind)
        return (said,) if said else _GUESSES[kind]

    def values(self, kind: str, row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """The columns and values of a row for `kind`, the likeliest first. A guessed name may have
        capitals in the row; a given name may lead into objects (`a.b`)."""
        if said := self.named(kind):
            yield from _at(row, said)
            return
        guessed = _GUESSES[kind]
        yield from ((name, row[name]) for name in guessed if name in row)
        others = {key.lower(): key for key in row if not key.islower()}
        yield from ((others[name], row[others[name]]) for name in guessed if name in others)

    def uses(self, name: str) -> bool:
        """Whether the column `name` is read."""
        kinds = ((self.named(kind), guessed) for kind, guessed in _GUESSES.items())
        return name in USED or any(
            name == said if said else name.lower() in guessed for said, guessed in kinds
        )

    def inside(self, name: str) -> list[str]:
        """The given columns that lead into the objects of column `name`."""
        named = map(self.named, _GUESSES)
        return [said for said in named if said and said.startswith(f"{name}.")]

    @property
    def guesses(self) -> bool:
        return None in (self.body, self.id, self.url)

    def found_in(self, row: Mapping[str, Any]) -> str:
        """A message that says which columns of a row are used."""
        names = {k: next((name for name, _ in self.values(k, row)), None) for k in _PLURALS}
        said = [
            f"{what} from {names[kind]}" if names[kind] else f"no {what}"
            for kind, what in _PLURALS.items()
        ]
        return f"{', '.join(said)} (to use others: --text-column, --id-column, --url-column)"


GUESSED = Columns()


def _at(row: Mapping[str, Any], name: str) -> Iterator[tuple[str, Any]]:
    """The column `name`, if the row has it; else the value to which its dots lead."""
    if name in row:
        yield name, row[name]
        return
    head, _, rest = name.partition(".")
    if rest and isinstance(row.get(head), dict):
        yield from _at(row[head], rest)


def record_id(source: str, path: str, index: int) -> str:
    """An id that depends only on the position of a record in its input."""
    said = f"{source}\0{path}\0{index}".encode("utf-8", "replace")
    return hashlib.sha256(said).hexdigest()[:16]


def broken(name: str, index: int, message: str, raw: str = "", id: str | None = None) -> Broken:
    return Broken(id or record_id("", name, index), name, index, message, raw[:MAX_RAW_CHARS])


def id_in(row: Mapping[str, Any], columns: Columns) -> str | None:
    """The id in a row."""
    return _text_in(columns, "id", row)[1]


def _text_in(
    columns: Columns, kind: str, row: Mapping[str, Any]
) -> tuple[str, str] | tuple[None, None]:
    """The first column for `kind` that is not empty, and its value."""
    said = ((name, text_of(value)) for name, value in columns.values(kind, row))
    return next(((name, text) for name, text in said if text), (None, None))


def document_of(data: Mapping[str, Any], name: str, index: int, columns: Columns) -> Document | str:
    """The document in a row, or what is wrong with the row."""
    texts = (said for said in columns.values("body", data) if isinstance(said[1], (str, bytes)))
    body, text = next(texts, (None, None))
    if body is None or text is None:
        return f"no text; expected a column named {' or '.join(columns.names('body'))}"
    key, id = _text_in(columns, "id", data)
    link, url = _text_in(columns, "url", data)
    said = data["metadata"] if isinstance(data.get("metadata"), dict) else {}
    known = {body, key, link, "source", "metadata", "removals", "status"}
    others = {k: v for k, v in data.items() if k in USED and k not in known}
    said = {k: v for k, v in said.items() if k in USED}
    if size_of([others, said]) > MAX_METADATA_BYTES:
        return f"metadata of more than {MAX_METADATA_BYTES} bytes"
    if _is_deep(others) or _is_deep(said):
        return f"metadata nested more than {MAX_NESTING} deep"
    source = text_of(data.get("source"))
    metadata = {**others, **said}
    sites = metadata["sites"] if isinstance(metadata.get("sites"), list) else ()
    return Document(
        id=id or record_id(source or "", name, index),
        body=text,
        format=_format_of(body, text),
        url=url or text_of(said.get("url")) or (source if source and "://" in source else None),
        source=source or name,
        index=index,
        metadata=metadata,
        sites=tuple(site for site in sites if isinstance(site, str)),
    )


def _is_deep(value: Mapping[str, Any] | list[Any], deepest: int = MAX_NESTING) -> bool:
    """Whether lists and objects are nested more than `deepest` levels."""
    items = value.values() if isinstance(value, dict) else value
    inner = [item for item in items if isinstance(item, (dict, list))]
    return deepest == 0 or any(_is_deep(item, deepest - 1) for item in inner)


def text_of(value: Any) -> str | None:
    return str(value) if isinstance(value, (str, int)) and str(value) else None


def _format_of(key: str, body: str | bytes) -> Format:
    if "html" in key.lower():
        return Format.HTML
    text = body[:4000].decode("utf-8", "replace") if isinstance(body, bytes) else body
    if text[:1000].lstrip().lower().startswith(("<!doctype html", "<html")):
        return Format.HTML
    return Format.MARKDOWN if _looks_like_markdown(text) else Format.TEXT


def _looks_like_markdown(body: str) -> bool:
    """Whether a text is Markdown throughout, rather than text with a stray mark or two."""
    body = f"\n{body}"
    links = body.count("![")
    if "](" in body:
        links += body.count("](http") + body.count("](/")
    if links >= 2 or "\n#" not in body:
        return links >= 2
    headings = sum(body.count(f"\n{mark} ") for mark in ("#", "##", "###", "####"))
    others = sum(body.count(f"\n{mark}") for mark in ("```", "- ", "* ", "1. ", "> "))
    return headings > 0 and headings + links + others >= 2


class MissingColumnError(CleanerError, ValueError):
    """No record has a given column, or none has a text."""


def check_columns(
    tables: Iterable[Iterator[Row]], columns: Columns, *, need_text: bool = False
) -> None:
    """Raise MissingColumnError if no table has a given column in its first rows; with `need_text`,
    also if none has a column for the text."""
    missing = {kind for kind in OPTIONS if columns.named(kind)}
    if need_text:
        missing.add("body")
    seen: dict[str, None] = {}
    for table in tables if missing else ():
        for row in _head(table):
            missing -= {kind for kind in missing if any(columns.values(kind, row))}
            if not missing:
                return
            seen.update(dict.fromkeys(row))
    shown, is_more = list(seen)[:MAX_NAMED_COLUMNS], len(seen) > MAX_NAMED_COLUMNS
    names = ", ".join([*shown, *["..."] * is_more]) or "none"
    if given := [f"{OPTIONS[k]} {columns.named(k)}" for k in sorted(missing) if columns.named(k)]:
        why = f"{', '.join(given)}: no record has this column"
        raise MissingColumnError(f"{why}; columns found: {names}")
    if missing and seen:
        raise MissingColumnError(
            f"found no column with texts; name it with --text-column; columns found: {names}"
        )


def _head(table: Iterator[Row]) -> Iterator[Mapping[str, Any]]:
    """The first rows of a table, up to any damage."""
    try:
        for row in islice(table, MAX_CHECKED_ROWS):
            if not isinstance(row.values, str):
                yield row.values
    except MissingExtraError:
        raise
    except (OSError, *DAMAGE):
        return
