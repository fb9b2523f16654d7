"""Files as streams of bytes, compressed or not, and their lines with a limit on the length."""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from cleaner.errors import CleanerError, InputError

MAX_RECORD_BYTES = 64 * 2**20  # also the limit for a line or a page
PACKED = (".gz", ".zst")
BLOCK = 2**16  # bytes read at a time
DAMAGE = (EOFError, zlib.error, ValueError)  # raised by reading damaged files
GZIP = b"\x1f\x8b"
GZIP_WBITS = 31  # tells zlib that a gzip header comes first
ZSTANDARD = b"\x28\xb5\x2f\xfd"
DICTIONARY = b"\x5d\x2a\x4d\x18"  # one of the magic numbers of skippable frames


class MissingExtraError(CleanerError, ValueError):
    """An optional package is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(
            f"{what} needs the extra '{extra}'; in the clone of cleaner: pip install '.[{extra}]'"
        )


class Meter:
    """The position in the current file, in bytes on disk."""

    def __init__(self) -> None:
        self._stream: BinaryIO | None = None
        self._of_table = 0

    def read(self) -> int:
        if self._stream is None or self._stream.closed:
            return self._of_table
        return self._stream.tell()

    def follow(self, stream: BinaryIO) -> None:
        self._stream, self._of_table = stream, 0

    def note(self, position: int) -> None:
        """Set the position in a file that is not read as a stream."""
        self._stream, self._of_table = None, position


@contextmanager
def open_stream(
    path: Path, meter: Meter | None = None, *, by_content: bool = False
) -> Iterator[BinaryIO]:
    """Open a file for reading, decompressed by its extension or, `by_content`, its first bytes.

    Reading raises EOFError if compressed data ends early and InputError if it is corrupt,
    after everything before that position.
    """
    with path.open("rb") as raw:
        if meter:
            meter.follow(raw)
        packing = path.suffix.lower()
        if by_content:
            packing = _packing_of(raw.read(4), packing)
            raw.seek(0)
        unpack = {".gz": gzip_blocks, ".zst": zstandard_blocks}.get(packing)
        yield cast(BinaryIO, io.BufferedReader(_Blocks(unpack(raw)), BLOCK)) if unpack else raw


def _packing_of(head: bytes, otherwise: str) -> str:
    if head.startswith(GZIP):
        return ".gz"
    if _is_skippable(head) or head == ZSTANDARD:
        return ".zst"
    return "" if head == b"WARC" else otherwise


class _Blocks(io.RawIOBase):
    """A stream over blocks of bytes."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._rest = memoryview(block)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


class TooLongError(CleanerError, ValueError):
    """Data is longer than the limit."""


class TrailingDataError(CleanerError, ValueError):
    """Other data follows compressed data."""


def gzip_blocks(packed: BinaryIO) -> Iterator[bytes]:
    """Unpack gzip data of one or more members. Zeros after a member are padding, as in gzip(1)."""
    data = packed.read(BLOCK)
    members = 0
    while data or not members:
        if members and not GZIP.startswith(data[:2]):
            raise TrailingDataError("other data follows the gzip data")
        data = yield from deflate_blocks(packed, GZIP_WBITS, data, "gzip")
        members += 1
        while not (data := data.lstrip(b"\0")) and (data := packed.read(BLOCK)):
            pass


def deflate_blocks(
    packed: BinaryIO, wbits: int, data: bytes = b"", name: str = "deflate"
) -> Generator[bytes, None, bytes]:
    """Unpack a deflate stream that begins with `data`; return the data read past its end."""
    unpacker = zlib.decompressobj(wbits)
    while not unpacker.eof:
        data = data or packed.read(BLOCK)
        try:
            block = unpacker.decompress(data, BLOCK)
        except zlib.error as error:
            raise InputError(f"the {name} data is corrupt: {error}") from None
        if block:
            yield block
        elif not data and not unpacker.eof:
            raise EOFError(f"the {name} data ends early")
        data = unpacker.unconsumed_tail
    return unpacker.unused_data


def zstandard_blocks(packed: BinaryIO) -> Iterator[bytes]:
    """Unpack Zstandard data of one or more frames.

    The first frame of a web archive may hold the dictionary of the others:
    https://iipc.github.io/warc-specifications/specifications/warc-zstd/
    """
    try:
        from zstandard import ZstdCompressionDict, ZstdDecompressor, ZstdError
    except ImportError:
        raise MissingExtraError("Zstandard", "formats") from None
    unpacker = ZstdDecompressor()
    frames = 0
    try:
        while (magic := packed.read(4)) or not frames:
            if magic == ZSTANDARD:
                yield from _zstandard_frame(packed, unpacker)
            elif magic == DICTIONARY and not frames:
                data = read_exactly(packed, min(_number(read_exactly(packed, 4)), MAX_RECORD_BYTES))
                if data.startswith(ZSTANDARD):
                    data = joined(_zstandard_frame(io.BytesIO(data[4:]), unpacker))
                unpacker = ZstdDecompressor(dict_data=ZstdCompressionDict(data))
            elif _is_skippable(magic):
                skip(packed, _number(read_exactly(packed, 4)))
            elif ZSTANDARD.startswith(magic):
                raise EOFError("the Zstandard data ends early")
            elif frames:
                raise TrailingDataError("other data follows the Zstandard data")
            else:
                raise InputError("not Zstandard data")
            frames += 1
    except ZstdError as error:
        raise InputError(f"the Zstandard data is corrupt: {error}") from None


def _zstandard_frame(packed: BinaryIO, unpacker: Any) -> Iterator[bytes]:
    """Unpack what follows the magic number of a frame, block by block (RFC 8878).

    A block unpacks to 128 KiB at most, while the library would unpack all its input. Only the
    blocks show that a frame was cut off, which the library ignores.
    """
    from zstandard import frame_header_size

    head = ZSTANDARD + read_exactly(packed, 1)
    data = head + read_exactly(packed, frame_header_size(head) - len(head))
    checksum = 4 if head[4] & 4 else 0
    frame = unpacker.decompressobj()
    is_last = False
    while not is_last:
        block = read_exactly(packed, 3)
        is_last, is_repeated, size = block[0] & 1 == 1, block[0] & 6 == 2, _number(block) >> 3
        rest = read_exactly(packed, (1 if is_repeated else size) + is_last * checksum)
        yield frame.decompress(data + block + rest)
        data = b""


def _is_skippable(magic: bytes) -> bool:
    return 0x50 <= magic[0] <= 0x5F and magic[1:] == DICTIONARY[1:] if magic else False


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")


def read_exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError("the data ends early")
    return data


def skip(stream: BinaryIO, size: int) -> None:
    """Read on past `size` bytes; raise EOFError if there are fewer."""
    while size:
        size -= len(read_exactly(stream, min(size, BLOCK)))


def joined(blocks: Iterable[bytes], limit: int = MAX_RECORD_BYTES) -> bytes:
    """Join blocks; raise TooLongError for more than `limit` bytes."""
    parts: list[bytes] = []
    size = 0
    for block in blocks:
        parts.append(block)
        size += len(block)
        if size > limit:
            raise TooLongError(f"more than {limit} bytes; not read")
    return b"".join(parts)


def lines_in(stream: BinaryIO, max_bytes: int = MAX_RECORD_BYTES) -> Iterator[bytes | int]:
    """Yield the lines of a stream, or the length of a line that is longer than `max_bytes`."""
    while line := stream.readline(max_bytes):
        if len(line) < max_bytes or line.endswith(b"\n"):
            yield line
            continue
        size = len(line)
        while line and not line.endswith(b"\n"):
            line = stream.readline(max_bytes)
            size += len(line)
        yield size


def digest_of(path: Path) -> str:
    """The SHA-256 of a file on disk."""
    content = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(2**20):
            content.update(block)
    return content.hexdigest()


@contextmanager
def pack(raw: BinaryIO, ending: str) -> Iterator[BinaryIO]:
    """A stream that compresses by extension (.gz, .zst); the same content gives the same bytes."""
    if ending == ".gz":
        with gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
            yield cast(BinaryIO, packed)
    elif ending == ".zst":
        try:
            import zstandard
        except ImportError:
            raise MissingExtraError("Zstandard", "formats") from None
        with zstandard.ZstdCompressor().stream_writer(raw, closefd=False) as packed:
            yield cast(BinaryIO, packed)
    else:
        yield raw
