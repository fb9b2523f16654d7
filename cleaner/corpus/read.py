"""Read documents: files and folders of pages and texts, JSONL, standard input.

Every input record becomes one item: a Document, or a Broken record that says what is wrong.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from cleaner.document import Document, Format
from cleaner.rules.source import RuleFileError
from cleaner.rules.source import read as read_yaml

FORMATS = {
    ".html": Format.HTML, ".htm": Format.HTML, ".xhtml": Format.HTML,
    ".txt": Format.TEXT, ".text": Format.TEXT, ".md": Format.MARKDOWN, ".markdown": Format.MARKDOWN,
}  # fmt: skip
JSONL = (".jsonl", ".ndjson")
BODIES = ("html", "raw_html", "text", "content", "raw_content")
NOT_METADATA = {
    *BODIES,
    "id",
    "url",
    "source",
    "metadata",
    "added",
    "created",
    "removals",
    "status",
}


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
class Input:
    """One input file: where it is, and the name under which its results are written."""

    path: Path
    name: str

    @property
    def is_jsonl(self) -> bool:
        return self.path.suffix in JSONL


def record_id(source: str, path: str, index: int) -> str:
    """The id of a record that has none: the same for the same place in the same input."""
    return hashlib.sha256(f"{source}\0{path}\0{index}".encode()).hexdigest()[:16]


def find_inputs(sources: Iterable[Path], skip: Path | None = None) -> list[Input]:
    """The files to read under `sources`, in a fixed order, without those under `skip`.

    Raises FileNotFoundError for a source that is not there, ValueError for one of no known kind.
    """
    inputs: list[Input] = []
    for source in sources:
        if source.is_dir():
            inputs.extend(_walk(source, skip.resolve() if skip else None))
        elif not source.exists():
            raise FileNotFoundError(f"no such file or folder: {source}")
        elif source.suffix not in FORMATS and source.suffix not in JSONL:
            known = " ".join([*FORMATS, *JSONL])
            raise ValueError(f"{source}: not a kind of file that is read here ({known})")
        else:
            inputs.append(Input(source, source.name))
    return inputs


def _walk(folder: Path, skip: Path | None) -> Iterator[Input]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(
            f for f in folders if not f.startswith(".") and (Path(root) / f).resolve() != skip
        )
        for name in sorted(files):
            path = Path(root) / name
            if path.suffix in FORMATS or path.suffix in JSONL:
                yield Input(path, path.relative_to(folder).as_posix())


def read_input(item: Input) -> Iterator[Record]:
    """The records of one file; a file that cannot be read is one broken record."""
    try:
        if item.is_jsonl:
            with item.path.open("rb") as lines:
                yield from read_jsonl(lines, item.name)
        else:
            yield read_page(item.path.read_bytes(), item.name, FORMATS[item.path.suffix])
    except OSError as error:
        yield Broken(
            record_id("", item.name, 0), item.name, 0, f"{item.path}: {error.strerror}", ""
        )


def read_page(body: bytes, name: str, format: Format, url: str | None = None) -> Document:
    """One document out of one file; the front matter of Markdown becomes metadata."""
    metadata: dict[str, Any] = {}
    if format is Format.MARKDOWN:
        metadata, body = _front_matter(body)
    return Document(
        id=name,
        body=body,
        format=format,
        url=url or _text(metadata.get("url")),
        source=name,
        metadata=metadata,
    )


def read_jsonl(lines: Iterable[bytes], name: str) -> Iterator[Record]:
    """One record per line that is not blank."""
    for index, line in enumerate(lines):
        if line.strip():
            yield _record(line, name, index)


def _record(line: bytes, name: str, index: int) -> Record:
    where = f"{name}:{index + 1}"
    try:
        data = _loads(line.removeprefix(b"\xef\xbb\xbf") if index == 0 else line)
    except ValueError as error:
        return _broken(line, name, index, f"{where}: not JSON: {error}")
    if not isinstance(data, dict):
        return _broken(
            line, name, index, f"{where}: a JSON object is wanted, this is {type(data).__name__}"
        )
    key = next((k for k in BODIES if isinstance(data.get(k), str)), None)
    if key is None:
        return _broken(line, name, index, f"{where}: no text; one of {', '.join(BODIES)} is wanted")
    said = data["metadata"] if isinstance(data.get("metadata"), dict) else {}
    metadata = {**{k: v for k, v in data.items() if k not in NOT_METADATA}, **said}
    source = _text(data.get("source"))
    return Document(
        id=_text(data.get("id")) or record_id(source or "", name, index),
        body=data[key],
        format=_format_of(key, data[key]),
        url=_text(data.get("url"))
        or _text(said.get("url"))
        or (source if source and "://" in source else None),
        source=source or name,
        index=index,
        metadata={**metadata, **{k: data[k] for k in ("added", "created") if k in data}},
        sites=tuple(s for s in said.get("sites") or () if isinstance(s, str)),
    )


def _loads(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except ValueError:
        # The standard reader takes what orjson refuses: lone surrogates, NaN, broken UTF-8 mended.
        try:
            return json.loads(line.decode("utf-8", "replace"))
        except RecursionError:
            raise ValueError("nested too deep") from None


def _broken(line: bytes, name: str, index: int, message: str) -> Broken:
    raw = line.decode("utf-8", "backslashreplace").rstrip("\n")
    return Broken(record_id("", name, index), name, index, message, raw)


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, (str, int)) and str(value) else None


def _format_of(key: str, body: str) -> Format:
    if "html" in key:
        return Format.HTML
    head = body[:1000].lstrip().lower()
    if head.startswith(("<!doctype html", "<html")):
        return Format.HTML
    return Format.MARKDOWN if _looks_like_markdown(body) else Format.TEXT


def _looks_like_markdown(body: str) -> bool:
    """Whether a text is set in Markdown throughout, and not just left with a mark or two."""
    rows = body.split("\n")
    headings = sum(row.startswith(("# ", "## ", "### ", "#### ")) for row in rows)
    links = body.count("](http") + body.count("](/") + body.count("![")
    others = sum(row.startswith(("```", "- ", "* ", "1. ", "> ")) for row in rows)
    return links >= 2 or (headings > 0 and headings + links + others >= 2)


def _front_matter(body: bytes) -> tuple[dict[str, Any], bytes]:
    head, fence, rest = body.removeprefix(b"\xef\xbb\xbf").partition(b"\n---")
    if not fence or not head.startswith(b"---"):
        return {}, body
    try:
        data = read_yaml(head.removeprefix(b"---").decode("utf-8"), "front matter").data
    except (RuleFileError, UnicodeDecodeError):
        return {}, body
    return (data, rest.partition(b"\n")[2]) if isinstance(data, dict) else ({}, body)
