"""Files as streams of bytes, compressed or not, and their lines with a bound on the length."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

LONGEST = 64 * 2**20  # bytes of a line that is read
PACKED = (".gz", ".zst")


class MissingExtra(ValueError):
    """A package that a kind of file needs is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs a package more: pip install 'cleaner[{extra}]'")


@contextmanager
def open_stream(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked as its name says."""
    if path.suffix == ".gz":
        with gzip.open(path, "rb") as stream:
            yield cast(BinaryIO, stream)
    elif path.suffix == ".zst":
        with _open_zstandard(path) as stream:
            yield stream
    else:
        with path.open("rb") as stream:
            yield stream


@contextmanager
def _open_zstandard(path: Path) -> Iterator[BinaryIO]:
    try:
        import zstandard
    except ImportError:
        raise MissingExtra(f"{path}: Zstandard", "formats") from None
    with path.open("rb") as packed:
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
