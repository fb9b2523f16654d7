"""Read web archives: the pages of WARC files, coded for HTTP or not, and the texts of WET files."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cleaner.corpus.rows import Broken, Record, broken
from cleaner.corpus.streams import (
    BLOCK,
    MAX_RECORD_BYTES,
    Meter,
    MissingExtraError,
    TooLongError,
    TrailingDataError,
    deflate_blocks,
    gzip_blocks,
    joined,
    open_stream,
    read_exactly,
    skip,
    zstandard_blocks,
)
from cleaner.document import Document, Format
from cleaner.errors import InputError
from cleaner.text.decoding import LABELS, is_binary

RECORD_TYPES = ("response", "resource", "conversion")  # records with pages or texts
PAGES = ("text/html", "application/xhtml+xml")
MAX_HEADER_BYTES = 2**20
VERSION = b"WARC/"
MEDIA_TYPE = re.compile(r"(?:^|,)\s*([\w.+-]+/[\w.+-]+)")
CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w:.-]+)", re.I)
HEADER_END = re.compile(rb"(?:^|\n)\r?\n")
MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)\b", re.I)

Headers = Mapping[str, str]
MAX_CODINGS = 5  # of one body, like curl
MAX_CHUNK_LINE = 4096  # bytes of the line that gives the size of a chunk
CHUNK_LINE = re.compile(rb"\s*([0-9a-f]{1,15})\s*(;.*)?\r?\n", re.I)
ZLIB_WBITS, RAW_WBITS = 15, -15

Unpack = Callable[[BinaryIO], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Payload:
    """The headers of a payload, and its start in the record; `media_type` may be empty."""

    media_type: str
    charset: str | None
    codings: tuple[str, ...]
    start: int


def read_warc(path: Path, name: str, meter: Meter | None = None) -> Iterator[Record]:
    """Yield the pages and texts of an archive, and a broken record for each that is truncated or
    corrupt. After a record whose Content-Length is wrong, reading resumes at the next record."""
    with open_stream(path, meter, by_content=True) as stream:
        index = 0
        line, _ = _next_line(stream)
        while line:
            found = _read_record(stream, line, name, index)
            damage: Exception | None = None
            try:
                line, is_apart = _next_line(stream)
            except (EOFError, ValueError) as error:
                line, is_apart, damage = b"", True, error
            if line and not is_apart and not _is_start(line):
                if not isinstance(found, Broken):
                    why = "the record does not end where its Content-Length says"
                    found = broken(name, index, f"{name}: {found.url if found else ''}: {why}")
                line = _next_start(stream)
            if found:
                yield found
                index += 1
            if damage:
                raise damage


def _next_line(stream: BinaryIO) -> tuple[bytes, bool]:
    """The next line that is not blank (empty at the end of the archive), and whether blank lines
    precede it."""
    line = first = stream.readline(BLOCK)
    while line and not line.strip():
        line = stream.readline(BLOCK)
    return line, line is not first


def _next_start(stream: BinaryIO) -> bytes:
    """The first line of the next record; empty at the end of the archive."""
    while (line := stream.readline(BLOCK)) and not line.startswith(VERSION):
        pass
    return line


def _is_start(line: bytes) -> bool:
    """Whether a record begins with a line, which may be truncated."""
    return line.startswith(VERSION) or VERSION.startswith(line)


def _read_record(stream: BinaryIO, line: bytes, name: str, index: int) -> Record | None:
    """The document of the record that begins with `line`; None if it is not a page."""
    where = name
    try:
        if not line.startswith(VERSION):
            raise EOFError if _is_start(line) else InputError("not the start of a WARC record")
        headers = _headers_in(_header_block(stream))
        url = headers.get("warc-target-uri", "").strip("<> ") or None
        where = f"{name}: {url}"
        return _document(stream, headers, url, name, index)
    except EOFError:
        return broken(name, index, f"{where}: the record ends early; the file is truncated")
    except MissingExtraError:
        raise
    except ValueError as error:
        return broken(name, index, f"{where}: {error}")


def _document(
    stream: BinaryIO, headers: Headers, url: str | None, name: str, index: int
) -> Document | None:
    length = headers.get("content-length", "")
    if not length.isdecimal():
        raise InputError(f"the Content-Length is {length or 'missing'}")
    size = int(length)
    record_type = headers.get("warc-type", "").lower()
    if record_type not in RECORD_TYPES:
        skip(stream, size)
        return None
    head = read_exactly(stream, min(size, BLOCK))
    payload = _payload_of(headers, head)
    format = _format_of(record_type, payload.media_type)
    if format is None:
        skip(stream, size - len(head))
        return None
    if size > MAX_RECORD_BYTES:
        skip(stream, size - len(head))
        raise InputError(f"{size} bytes; not read, the limit is {MAX_RECORD_BYTES}")
    body = (head + read_exactly(stream, size - len(head)))[payload.start :]
    body = decode_body(body, payload.codings, is_cut="warc-truncated" in headers)
    if format is Format.HTML and not payload.media_type and not MARKUP.match(body):
        return None
    return Document(
        id=headers.get("warc-record-id", "").strip("<> ") or f"{name}#{index}",
        body=body,
        format=format,
        url=url,
        source=name,
        index=index,
        metadata={"crawl_date": headers.get("warc-date")},
        encoding=payload.charset or ("utf-8" if format is Format.TEXT else None),
    )


def _format_of(record_type: str, media_type: str) -> Format | None:
    """The format of a payload, if it is a page or a text. A response without a media type may be a
    page."""
    if record_type == "conversion" and media_type in ("", "text/plain"):
        return Format.TEXT
    return Format.HTML if media_type in ("", *PAGES) else None


def _payload_of(headers: Headers, head: bytes) -> Payload:
    """The payload by the HTTP header in a record, or else by the header of the record."""
    fields, start = headers, 0
    if head.startswith(b"HTTP/"):
        end = HEADER_END.search(head)
        if not end and len(head) == BLOCK:
            raise InputError(f"an HTTP header of more than {BLOCK} bytes")
        start = end.end() if end else len(head)
        fields = _headers_in(head[:start].partition(b"\n")[2])
    content_type = fields.get("content-type") or headers.get("warc-identified-payload-type", "")
    codings = f"{fields.get('content-encoding', '')} {fields.get('transfer-encoding', '')}"
    return Payload(
        media_type=(MEDIA_TYPE.findall(content_type) or [""])[-1].lower(),
        charset=next(filter(_is_charset, CHARSET.findall(content_type)[::-1]), None),
        codings=tuple(re.findall(r"[\w-]+", codings)) if start else (),
        start=start,
    )


def _is_charset(label: str) -> bool:
    try:
        return label.lower() in LABELS or bool(codecs.lookup(label))
    except (LookupError, ValueError):
        return False


def _header_block(stream: BinaryIO) -> bytes:
    """The lines before a blank one."""
    lines: list[bytes] = []
    size = 0
    while size < MAX_HEADER_BYTES:
        line = stream.readline(BLOCK)
        if not line.endswith(b"\n") and len(line) < BLOCK:
            raise EOFError
        if not line.strip(b"\r\n"):
            return b"".join(lines)
        lines.append(line)
        size += len(line)
    raise InputError(f"a header of more than {MAX_HEADER_BYTES} bytes")


def _headers_in(block: bytes) -> Headers:
    """The header fields in a block, by name in lower case. Fields of one name are joined by
    commas, as in HTTP."""
    headers: dict[str, str] = {}
    key = ""
    for line in _text(block):
        name, colon, value = line.partition(":")
        if line[:1] in (" ", "\t"):  # continues the field before
            headers[key] = f"{headers.get(key, '')} {line.strip()}"
        elif colon:
            key, value = name.strip().lower(), value.strip()
            headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return headers


def _text(block: bytes) -> list[str]:
    """The lines of a header, each decoded as UTF-8 if it is valid."""
    try:
        return block.decode().split("\n")
    except UnicodeDecodeError:
        return [
            line.decode("utf-8" if _is_utf8(line) else "latin-1") for line in block.split(b"\n")
        ]


def _is_utf8(line: bytes) -> bool:
    try:
        return bool(line.decode())
    except UnicodeDecodeError:
        return False


def decode_body(body: bytes, codings: Sequence[str], *, is_cut: bool = False) -> bytes:
    """Undo the codings of a body, the last one first.

    Many crawlers store the decoded body under the original headers, so a body that does not
    start like its coding is returned unchanged. Unknown codings and data after the compressed
    data are ignored, as in browsers. Raises InputError for a body that is corrupt, too long or,
    unless it `is_cut`, truncated.
    """
    if len(codings) > MAX_CODINGS:
        raise InputError(f"{len(codings)} codings; at most {MAX_CODINGS} are decoded")
    for coding in reversed(codings):
        if unpack := UNPACK.get(coding.lower()):
            body = _undo(unpack, body, coding, is_cut)
    return body


def _undo(unpack: Unpack, body: bytes, coding: str, is_cut: bool) -> bytes:
    if unpack is _chunks and not CHUNK_LINE.match(body[:MAX_CHUNK_LINE]):
        return body
    try:
        return joined(_until_end(unpack(io.BytesIO(body)), is_cut))
    except TooLongError:
        raise
    except EOFError:
        if unpack is _chunks or is_binary(body):
            raise InputError(f"the {coding} body ends early") from None
    except ValueError as error:
        if unpack is _chunks or is_binary(body):
            raise InputError(f"the {coding} body is corrupt: {error}") from None
    return body


def _until_end(blocks: Iterator[bytes], is_cut: bool) -> Iterator[bytes]:
    with suppress(TrailingDataError, *([EOFError] if is_cut else [])):
        yield from blocks


def _chunks(packed: BinaryIO) -> Iterator[bytes]:
    size = -1
    while size:
        line = packed.readline(MAX_CHUNK_LINE)
        found = CHUNK_LINE.fullmatch(line)
        if not found:
            is_cut = not line.endswith(b"\n") and len(line) < MAX_CHUNK_LINE
            raise EOFError if is_cut else InputError(f"{line[:20]!r} is not a chunk size")
        size = int(found[1], 16)
        yield read_exactly(packed, size)
        if size and packed.readline(3).strip():
            raise InputError("a chunk is longer than its size")


def _inflate(packed: BinaryIO) -> Iterator[bytes]:
    """Unpack zlib data, or raw deflate data, which some servers send instead."""
    head = packed.read(2)
    packed.seek(0)
    is_zlib = head[:1] and head[0] & 15 == 8 and int.from_bytes(head, "big") % 31 == 0
    rest = yield from deflate_blocks(packed, ZLIB_WBITS if is_zlib else RAW_WBITS)
    if rest and not is_zlib:  # there is no checksum that tells deflate data from text
        raise InputError("other data follows")


def _brotli(packed: BinaryIO) -> Iterator[bytes]:
    try:
        from brotli import Decompressor, error
    except ImportError:
        raise MissingExtraError("Brotli", "formats") from None
    unpacker = Decompressor()
    try:
        while not unpacker.is_finished():
            data = packed.read(BLOCK) if unpacker.can_accept_more_data() else b""
            block = unpacker.process(data, output_buffer_limit=BLOCK)
            if block:
                yield block
            elif not data and unpacker.can_accept_more_data():
                raise EOFError
    except error as problem:
        raise InputError(str(problem)) from None


UNPACK: dict[str, Unpack] = {
    "chunked": _chunks,
    "gzip": gzip_blocks,
    "x-gzip": gzip_blocks,
    "deflate": _inflate,
    "br": _brotli,
    "zstd": zstandard_blocks,
}
