"""Read documents: files and folders of pages and texts, JSONL, CSV, Parquet, web archives.

Every input record becomes one item: a Document, or a Broken record that says what is wrong.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from cleaner.corpus.rows import (
    GUESSED,
    Columns,
    Record,
    broken,
    document_of,
    text_of,
)
from cleaner.corpus.streams import LONGEST, PACKED, MissingExtra, lines_in, open_stream
from cleaner.corpus.warc import read_warc
from cleaner.document import Document, Format
from cleaner.rules.source import RuleFileError
from cleaner.rules.source import read as read_yaml

FORMATS = {
    ".html": Format.HTML, ".htm": Format.HTML, ".xhtml": Format.HTML,
    ".txt": Format.TEXT, ".text": Format.TEXT, ".md": Format.MARKDOWN, ".markdown": Format.MARKDOWN,
}  # fmt: skip
JSONL = (".jsonl", ".ndjson")
TABLES = (".csv", ".parquet")
ARCHIVES = (".warc", ".wet")
MORE = "\0more"  # the key of cells that no column has a name for
ROWS = 64  # of a Parquet file in memory at a time


@dataclass(frozen=True, slots=True)
class Input:
    """One input file: where it is, and the name under which its results are written."""

    path: Path
    name: str

    @property
    def kind(self) -> str:
        """The ending that says what the file is, without that of its packing."""
        return Path(self.path.stem).suffix if self.path.suffix in PACKED else self.path.suffix

    @property
    def has_records(self) -> bool:
        """Whether it is a file of many records, or else one document."""
        return self.kind not in FORMATS

    @property
    def is_known(self) -> bool:
        return self.kind in (*FORMATS, *JSONL, *TABLES, *ARCHIVES)


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
        elif not (found := Input(source, source.name)).is_known:
            known = " ".join([*FORMATS, *JSONL, *TABLES, *ARCHIVES])
            raise ValueError(
                f"{source}: not a kind of file that is read here ({known}; also .gz and .zst)"
            )
        else:
            inputs.append(found)
    return inputs


def _walk(folder: Path, skip: Path | None) -> Iterator[Input]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(
            f for f in folders if not f.startswith(".") and (Path(root) / f).resolve() != skip
        )
        for name in sorted(files):
            path = Path(root) / name
            found = Input(path, path.relative_to(folder).as_posix())
            if found.is_known and not name.startswith("."):
                yield found


def read_input(item: Input, columns: Columns = GUESSED) -> Iterator[Record]:
    """The records of one file; where it cannot be read, or not to its end, a broken record says so.

    Raises MissingExtra where a package for this kind of file is not installed.
    """
    index = 0
    try:
        for record in _records(item, columns):
            index += 1
            yield record
    except EOFError:
        yield broken(item.name, index, f"{item.path}: ends early; the file is truncated")
    except MissingExtra:
        raise
    except (OSError, zlib.error, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        yield broken(item.name, index, f"{item.path}: {why}")


def _records(item: Input, columns: Columns) -> Iterator[Record]:
    if item.kind in ARCHIVES:
        yield from read_warc(item.path, item.name)
    elif item.kind == ".parquet":
        yield from read_parquet(item.path, item.name, columns)
    else:
        with open_stream(item.path) as stream:
            if item.kind in FORMATS:
                yield read_page(stream.read(), item.name, FORMATS[item.kind])
            elif item.kind == ".csv":
                yield from read_csv(stream, item.name, columns)
            else:
                yield from read_jsonl(lines_in(stream), item.name, columns)


def read_page(body: bytes, name: str, format: Format, url: str | None = None) -> Document:
    """One document out of one file; the front matter of Markdown becomes metadata."""
    metadata: dict[str, Any] = {}
    if format is Format.MARKDOWN:
        metadata, body = _front_matter(body)
    return Document(
        id=name,
        body=body,
        format=format,
        url=url or text_of(metadata.get("url")),
        source=name,
        metadata=metadata,
    )


def read_jsonl(
    lines: Iterable[bytes | int], name: str, columns: Columns = GUESSED
) -> Iterator[Record]:
    """One record per line that is not blank."""
    for index, line in enumerate(lines):
        if isinstance(line, int):
            yield broken(name, index, f"{name}:{index + 1}: a line of {line} bytes; not read")
        elif line.strip():
            yield _record(line, name, index, columns)


def _record(line: bytes, name: str, index: int, columns: Columns) -> Record:
    where = f"{name}:{index + 1}"
    raw = line.decode("utf-8", "backslashreplace").rstrip("\n")
    try:
        data = _loads(line.removeprefix(b"\xef\xbb\xbf") if index == 0 else line)
    except ValueError as error:
        return broken(name, index, f"{where}: not JSON: {error}", raw)
    if not isinstance(data, dict):
        wrong = type(data).__name__
        return broken(name, index, f"{where}: a JSON object is wanted, this is {wrong}", raw)
    found = document_of(data, name, index, columns)
    return broken(name, index, f"{where}: {found}", raw) if isinstance(found, str) else found


def read_csv(stream: BinaryIO, name: str, columns: Columns = GUESSED) -> Iterator[Record]:
    """One record per row; the first row has the names of the columns."""
    csv.field_size_limit(LONGEST)
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
    rows = csv.DictReader(text, restkey=MORE)
    for index in itertools.count():
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield broken(name, index, f"{name}:{rows.line_num}: not CSV: {error}")
            continue
        if row is None:
            return
        where = f"{name}:{rows.line_num}"
        if MORE in row:
            yield broken(name, index, f"{where}: more cells than columns", str(row))
            continue
        found = document_of(row, name, index, columns)
        yield (
            broken(name, index, f"{where}: {found}", str(row)) if isinstance(found, str) else found
        )


def _row(found: Document | str, name: str, index: int, where: str, row: dict[str, Any]) -> Record:
    """What a row holds; a broken record where that is no document."""
    if isinstance(found, str):
        return broken(name, index, f"{where}: {found}", str(row))
    return found


def read_parquet(path: Path, name: str, columns: Columns = GUESSED) -> Iterator[Record]:
    """One record per row, a few rows in memory at a time."""
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise MissingExtra(f"{path}: Parquet", "formats") from None
    index = 0
    try:
        with ParquetFile(path) as table:
            for batch in table.iter_batches(batch_size=ROWS):
                for row in batch.to_pylist():
                    found = document_of(row, name, index, columns)
                    where = f"{name}: row {index + 1}"
                    yield _row(found, name, index, where, row)
                    index += 1
    except ArrowException as error:
        yield broken(name, index, f"{path}: not Parquet: {error}")


def _loads(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except ValueError:
        # The standard reader takes what orjson refuses: lone surrogates, NaN, broken UTF-8 mended.
        try:
            return json.loads(line.decode("utf-8", "replace"))
        except RecursionError:
            raise ValueError("nested too deep") from None


def _front_matter(body: bytes) -> tuple[dict[str, Any], bytes]:
    head, fence, rest = body.removeprefix(b"\xef\xbb\xbf").partition(b"\n---")
    if not fence or not head.startswith(b"---"):
        return {}, body
    try:
        data = read_yaml(head.removeprefix(b"---").decode("utf-8"), "front matter").data
    except (RuleFileError, UnicodeDecodeError):
        return {}, body
    return (data, rest.partition(b"\n")[2]) if isinstance(data, dict) else ({}, body)
