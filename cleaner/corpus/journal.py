"""The journal of a run: the result of every record, stored beside the outputs.

A stopped run resumes from its journal; a later run with other site files or inputs reuses the
results that are still valid. Results are stored in parts of some hundred records, each written
whole or not at all, and packed if zstandard is installed.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from cleaner.corpus.incremental import Identity
from cleaner.corpus.journal_entry import JournalEntry
from cleaner.corpus.output_folder import EARLIER_JOURNAL, JOURNAL
from cleaner.corpus.streams import ZSTANDARD
from cleaner.errors import CleanerError
from cleaner.files import atomic_write

MAX_PART_RECORDS = 256
MAX_PART_BYTES = 16 * 2**20
MAX_PART_SECONDS = 10.0  # between two parts
IDENTITY = "identity.json"


class LockedError(CleanerError, OSError):
    """Another run is writing into the folder."""


class DamagedJournalError(CleanerError, ValueError):
    """A journal or one of its parts is incomplete."""


class Journal:
    """The journal of a run in `folder`, which it locks. Use it as a context manager. The parts
    remain, unless the run ends with `forget`.

    A journal of another identity becomes the earlier one if it is useful: it has the same base,
    and no fewer parts than the present earlier one.
    """

    def __init__(self, folder: Path, identity: Identity) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.identity = identity
        self._folder = folder
        self._parts = folder / JOURNAL
        self._earlier = folder / EARLIER_JOURNAL
        self._pending: list[bytes] = []
        self._size = 0  # bytes of the pending lines
        self._next = 0
        self._flushed = time.monotonic()

    def __enter__(self) -> Journal:
        self._lock = _lock(self._folder / "lock")
        found = _identity(self._parts)
        if found != self.identity:
            self._set_apart(found)
            self._parts.mkdir(parents=True)
            (self._parts / IDENTITY).write_bytes(self.identity.to_json())
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.close()

    def _set_apart(self, found: Identity | None) -> None:
        earlier = _identity(self._earlier)
        if earlier and earlier.base != self.identity.base:
            shutil.rmtree(self._earlier)
            earlier = None
        is_useful = found is not None and found.base == self.identity.base
        if is_useful and not (earlier and _count(self._earlier) > _count(self._parts)):
            shutil.rmtree(self._earlier, ignore_errors=True)
            self._parts.rename(self._earlier)
        shutil.rmtree(self._parts, ignore_errors=True)

    def saved(self) -> Iterator[JournalEntry]:
        """Yield the results of this run so far, in order."""
        while results := _read(_part(self._parts, self._next)):
            self._next += 1
            yield from results
        for number in range(self._next, self._next + _count(self._parts) + 1):
            _part(self._parts, number).unlink(missing_ok=True)
        for partial in self._parts.glob("*.partial"):
            partial.unlink()

    @property
    def earlier(self) -> tuple[Identity, Iterator[JournalEntry]] | None:
        """An earlier run and its results, in order."""
        found = _identity(self._earlier)
        return (found, _results(self._earlier)) if found else None

    def save(self, result: JournalEntry) -> None:
        """Save a result; it is on the disk once its part is full, or some seconds later."""
        self._pending.append(result.to_json())
        self._size += len(self._pending[-1])
        is_full = len(self._pending) >= MAX_PART_RECORDS or self._size >= MAX_PART_BYTES
        if is_full or time.monotonic() - self._flushed >= MAX_PART_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write the pending results as a part."""
        if not self._pending:
            return
        with atomic_write(_part(self._parts, self._next), sync=True) as out:
            out.write(_pack(b"".join([*self._pending, _last_line(self._pending)])))
        self._pending.clear()
        self._size = 0
        self._next += 1
        self._flushed = time.monotonic()

    def end(self, *, forget: bool) -> None:
        """End the run, whose outputs are complete."""
        shutil.rmtree(self._earlier, ignore_errors=True)
        if forget:
            shutil.rmtree(self._parts, ignore_errors=True)


def read_journal(folder: Path) -> tuple[Identity, Iterator[JournalEntry]]:
    """The run whose journal is in `folder`, and its results in order. Raises FileNotFoundError if
    there is no journal, and DamagedJournalError on reaching a damaged part."""
    parts = folder / JOURNAL
    if not parts.is_dir():
        raise FileNotFoundError(parts)
    identity = _identity(parts)
    if identity is None:
        raise DamagedJournalError(f"{parts / IDENTITY}: missing, damaged, or of another version")
    return identity, _checked_results(parts, len(identity.inputs))


def _checked_results(parts: Path, inputs: int) -> Iterator[JournalEntry]:
    for number in range(_count(parts)):
        results = _read(_part(parts, number))
        if not results or any(not 0 <= result.owner < inputs for result in results):
            raise DamagedJournalError(
                f"{_part(parts, number)}: missing, damaged, or of another version"
            )
        yield from results


def _results(parts: Path) -> Iterator[JournalEntry]:
    number = 0
    while results := _read(_part(parts, number)):
        yield from results
        number += 1


def _part(folder: Path, number: int) -> Path:
    return folder / f"{number:08d}.part"


def _count(folder: Path) -> int:
    return sum(1 for _ in folder.glob("*.part"))


def _identity(folder: Path) -> Identity | None:
    try:
        return Identity.from_json((folder / IDENTITY).read_bytes())
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _read(part: Path) -> list[JournalEntry] | None:
    """The results in a part; None if it is missing or damaged."""
    try:
        *lines, end = _unpack(part.read_bytes()).split(b"\n")[:-1]
        lines = [line + b"\n" for line in lines]
        if end + b"\n" != _last_line(lines):
            return None
        return [JournalEntry.from_json(line) for line in lines]
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _last_line(lines: list[bytes]) -> bytes:
    return f"{len(lines)} {hashlib.sha256(b''.join(lines)).hexdigest()}\n".encode()


def _pack(content: bytes) -> bytes:
    try:
        import zstandard
    except ImportError:
        return content
    return bytes(zstandard.ZstdCompressor(level=1).compress(content))


def _unpack(content: bytes) -> bytes:
    """Raises DamagedJournalError for content that cannot be unpacked."""
    if not content.startswith(ZSTANDARD):
        return content
    try:
        import zstandard

        return bytes(zstandard.ZstdDecompressor().decompress(content))
    except Exception as error:
        raise DamagedJournalError(str(error)) from None


def _lock(path: Path) -> IO[bytes]:
    """A lock that ends with this process. Raises LockedError if another process holds it."""
    lock = path.open("ab")
    try:
        import fcntl
    except ImportError:  # Windows
        return lock
    try:
        # held by this process alone: workers that outlive it must not hold it
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise LockedError(
            f"another run is writing into {path.parent.parent}; wait until it ends"
        ) from None
    return lock
