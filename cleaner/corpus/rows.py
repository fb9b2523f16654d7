"""Rows of named values (JSON objects, CSV rows, Parquet rows) as documents."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cleaner.document import Document, Format

# Names under which files keep a document, the likeliest first.
BODIES = ("html", "raw_html", "text", "content", "raw_content", "body", "article", "page_content")
IDS = ("id", "doc_id", "document_id", "uuid")
URLS = ("url", "link", "uri", "source_url")
DEEPEST = 50  # lists and objects within one another in metadata
_CALLED = {"body": "texts", "id": "ids", "url": "URLs"}


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that could not be read as a document; `raw` is what stood there."""

    id: str
    source: str
    index: int
    message: str
    raw: str


Record = Document | Broken


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of the columns that hold the document, its id and its URL; None: guessed."""

    body: str | None = None
    id: str | None = None
    url: str | None = None

    def names(self, kind: str) -> tuple[str, ...]:
        said = {"body": self.body, "id": self.id, "url": self.url}[kind]
        guessed = {"body": BODIES, "id": IDS, "url": URLS}[kind]
        return (said,) if said else guessed

    @property
    def guesses(self) -> bool:
        return None in (self.body, self.id, self.url)

    def found_in(self, row: Mapping[str, Any]) -> str:
        """In words, which columns of a row are taken for what."""
        found = {kind: next((n for n in self.names(kind) if n in row), None)
                 for kind in ("body", "id", "url")}  # fmt: skip
        said = [f"{what} from {found[kind] or 'none'}" for kind, what in _CALLED.items()]
        return f"{', '.join(said)} (--text-column, --id-column, --url-column say others)"


GUESSED = Columns()


def record_id(source: str, path: str, index: int) -> str:
    """The id of a record that has none: the same for the same place in the same input."""
    said = f"{source}\0{path}\0{index}".encode("utf-8", "replace")
    return hashlib.sha256(said).hexdigest()[:16]


def broken(name: str, index: int, message: str, raw: str = "", id: str | None = None) -> Broken:
    return Broken(id or record_id("", name, index), name, index, message, raw)


def id_in(row: Mapping[str, Any], columns: Columns) -> str | None:
    """What a row says its id is."""
    said = (text_of(row.get(name)) for name in columns.names("id"))
    return next((id for id in said if id), None)


def document_of(data: Mapping[str, Any], name: str, index: int, columns: Columns) -> Document | str:
    """The document that a row holds, or why it holds none."""
    wanted = columns.names("body")
    body = next((k for k in wanted if isinstance(data.get(k), (str, bytes))), None)
    if body is None:
        return f"no text; one of {', '.join(wanted)} is wanted"
    key = next((k for k in columns.names("id") if text_of(data.get(k))), None)
    link = next((k for k in columns.names("url") if text_of(data.get(k))), None)
    said = data["metadata"] if isinstance(data.get("metadata"), dict) else {}
    known = {body, key, link, "source", "metadata", "removals", "status"}
    others = {k: v for k, v in data.items() if k not in known and k not in BODIES}
    if _is_deep(others) or _is_deep(said):
        return f"metadata nested more than {DEEPEST} deep"
    source = text_of(data.get("source"))
    return Document(
        id=(text_of(data[key]) if key else None) or record_id(source or "", name, index),
        body=data[body],
        format=_format_of(body, data[body]),
        url=(text_of(data[link]) if link else None)
        or text_of(said.get("url"))
        or (source if source and "://" in source else None),
        source=source or name,
        index=index,
        metadata={**others, **said},
        sites=tuple(s for s in _list(said.get("sites")) if isinstance(s, str)),
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_deep(value: Mapping[str, Any] | list[Any], deepest: int = DEEPEST) -> bool:
    """Whether lists and objects stand in one another deeper than they may."""
    items = value.values() if isinstance(value, dict) else value
    inner = [item for item in items if isinstance(item, (dict, list))]
    return deepest == 0 or any(_is_deep(item, deepest - 1) for item in inner)


def text_of(value: Any) -> str | None:
    return str(value) if isinstance(value, (str, int)) and str(value) else None


def _format_of(key: str, body: str | bytes) -> Format:
    if "html" in key:
        return Format.HTML
    text = body[:4000].decode("utf-8", "replace") if isinstance(body, bytes) else body
    if text[:1000].lstrip().lower().startswith(("<!doctype html", "<html")):
        return Format.HTML
    return Format.MARKDOWN if _looks_like_markdown(text) else Format.TEXT


def _looks_like_markdown(body: str) -> bool:
    """Whether a text is set in Markdown throughout, and not just left with a mark or two."""
    body = f"\n{body}"
    links = body.count("![")
    if "](" in body:
        links += body.count("](http") + body.count("](/")
    if links >= 2 or "\n#" not in body:
        return links >= 2
    headings = sum(body.count(f"\n{mark} ") for mark in ("#", "##", "###", "####"))
    others = sum(body.count(f"\n{mark}") for mark in ("```", "- ", "* ", "1. ", "> "))
    return headings > 0 and headings + links + others >= 2
