"""HTTP transfer and content codings: chunks, gzip, deflate, Brotli and Zstandard."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import BinaryIO

from cleaner.corpus.streams import (
    BLOCK,
    MissingExtraError,
    TooLongError,
    TrailingDataError,
    deflate_blocks,
    gzip_blocks,
    joined,
    read_exactly,
    zstandard_blocks,
)
from cleaner.errors import InputError
from cleaner.text.decoding import is_binary

MAX_CODINGS = 5  # of one body, like curl
MAX_CHUNK_LINE = 4096  # bytes of the line that gives the size of a chunk
CHUNK_LINE = re.compile(rb"\s*([0-9a-f]{1,15})\s*(;.*)?\r?\n", re.I)
ZLIB_WBITS, RAW_WBITS = 15, -15

Unpack = Callable[[BinaryIO], Iterator[bytes]]


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
