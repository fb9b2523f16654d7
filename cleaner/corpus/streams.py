"""Files as streams of bytes, packed or not, and their lines with a bound on the length."""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

LONGEST = 64 * 2**20  # bytes of a line, a page or a record that is read
PACKED = (".gz", ".zst")


class MissingExtra(ValueError):
    """A package that a kind of file needs is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(
            f"{what} needs a package more; in the clone of cleaner: pip install '.[{extra}]'"
        )


class Meter:
    """How far the file that is being read has been read, in its own (packed) bytes."""

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
        """The position in a file that is not read from its beginning to its end."""
        self._stream, self._of_table = None, position


@contextmanager
def open_stream(path: Path, meter: Meter | None = None) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked as its name says."""
    with path.open("rb") as raw:
        if meter:
            meter.follow(raw)
        packing = path.suffix.lower()
        if packing == ".gz":
            with gzip.open(raw, "rb") as stream:
                yield cast(BinaryIO, stream)
        elif packing == ".zst":
            with _unpack_zstandard(raw, path) as stream:
                yield stream
        else:
            yield raw


@contextmanager
def _unpack_zstandard(packed: BinaryIO, path: Path) -> Iterator[BinaryIO]:
    try:
        import zstandard
    except ImportError:
        raise MissingExtra(f"{path}: Zstandard", "formats") from None
    reader = zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True)
    try:
        yield cast(BinaryIO, io.BufferedReader(reader))
    except zstandard.ZstdError as error:
        raise OSError(str(error)) from None


def lines_in(stream: BinaryIO, longest: int = LONGEST) -> Iterator[bytes | int]:
    """The lines of a stream; of one that is longer than `longest` its length alone."""
    while line := stream.readline(longest):
        if len(line) < longest or line.endswith(b"\n"):
            yield line
            continue
        size = len(line)
        while line and not line.endswith(b"\n"):
            line = stream.readline(longest)
            size += len(line)
        yield size


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, as it lies on the disk."""
    content = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(2**20):
            content.update(block)
    return content.hexdigest()


@contextmanager
def pack(raw: BinaryIO, ending: str) -> Iterator[BinaryIO]:
    """A stream that packs what is written to it as `ending` (.gz, .zst) says; the same bytes
    for the same content."""
    if ending == ".gz":
        with gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
            yield cast(BinaryIO, packed)
    elif ending == ".zst":
        try:
            import zstandard
        except ImportError:
            raise MissingExtra("Zstandard", "formats") from None
        with zstandard.ZstdCompressor().stream_writer(raw, closefd=False) as packed:
            yield cast(BinaryIO, packed)
    else:
        yield raw
