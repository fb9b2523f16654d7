"""The journal of a run: the outcome of every record, kept beside the outputs.

A run that was stopped at any moment goes on from its journal; a later one with other site files
or inputs takes from it what still holds. Outcomes are kept in parts of some hundred records, each
written whole or not at all, packed where zstandard is installed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from cleaner.corpus.identity import Identity
from cleaner.corpus.result_record import ResultRecord
from cleaner.errors import CleanerError

PART = 256  # records of a part, and
PART_BYTES = 16 * 2**20  # of them, and
OFTEN = 10.0  # seconds after which there is one anyway
NAME, EARLIER, STAMP = "journal", "journal.earlier", "identity.json"
ZSTANDARD = b"\x28\xb5\x2f\xfd"  # how a packed part begins


class LockedError(CleanerError, OSError):
    """Another run writes into the folder."""


class DamagedJournalError(CleanerError, ValueError):
    """A journal, or a part of it, is not as it was written."""


class Journal:
    """The parts of a run in `folder`, which it locks. A context manager; parts outlive it, unless
    the run ended with `clear`.

    Where the journal there is of another identity, it becomes the earlier one, if it can be of
    use: its base is the same, and it has no fewer parts than the earlier one that is there.
    """

    def __init__(self, folder: Path, identity: Identity) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.identity = identity
        self._folder = folder
        self._parts = folder / NAME
        self._before = folder / EARLIER
        self._open: list[bytes] = []
        self._size = 0  # bytes of what is open
        self._next = 0
        self._flushed = time.monotonic()

    def __enter__(self) -> Journal:
        self._lock = _lock(self._folder / "lock")
        found = _identity(self._parts)
        if found != self.identity:
            self._set_apart(found)
            self._parts.mkdir(parents=True)
            (self._parts / STAMP).write_bytes(self.identity.to_json())
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.close()

    def _set_apart(self, found: Identity | None) -> None:
        earlier = _identity(self._before)
        if earlier and earlier.base != self.identity.base:
            shutil.rmtree(self._before)
            earlier = None
        useful = found is not None and found.base == self.identity.base
        if useful and not (earlier and _count(self._before) > _count(self._parts)):
            shutil.rmtree(self._before, ignore_errors=True)
            self._parts.rename(self._before)
        shutil.rmtree(self._parts, ignore_errors=True)

    def kept(self) -> Iterator[ResultRecord]:
        """The outcomes that this run has already, from the first record on, in order."""
        while outcomes := _read(_part(self._parts, self._next)):
            self._next += 1
            yield from outcomes
        for number in range(self._next, self._next + _count(self._parts) + 1):
            _part(self._parts, number).unlink(missing_ok=True)
        for partial in self._parts.glob("*.partial"):
            partial.unlink()

    @property
    def earlier(self) -> tuple[Identity, Iterator[ResultRecord]] | None:
        """Another run, and the outcomes that it left, in order."""
        found = _identity(self._before)
        return (found, _outcomes(self._before)) if found else None

    def note(self, outcome: ResultRecord) -> None:
        """Keep an outcome; it is safe once its part is full, or some seconds later."""
        self._open.append(outcome.to_json())
        self._size += len(self._open[-1])
        is_full = len(self._open) >= PART or self._size >= PART_BYTES
        if is_full or time.monotonic() - self._flushed >= OFTEN:
            self.flush()

    def flush(self) -> None:
        """Keep what there is as a part."""
        if not self._open:
            return
        part = _part(self._parts, self._next)
        partial = part.with_suffix(".partial")
        with partial.open("wb") as out:
            out.write(_packed(b"".join([*self._open, _end(self._open)])))
            out.flush()
            os.fsync(out.fileno())
        partial.replace(part)
        self._open.clear()
        self._size = 0
        self._next += 1
        self._flushed = time.monotonic()

    def end(self, *, forget: bool) -> None:
        """The run is over and its outputs stand."""
        shutil.rmtree(self._before, ignore_errors=True)
        if forget:
            shutil.rmtree(self._parts, ignore_errors=True)


def left_in(folder: Path) -> tuple[Identity, Iterator[ResultRecord]]:
    """The run whose journal is in `folder`, and its outcomes in order. Raises FileNotFoundError
    where there is none, and DamagedJournalError for what is not whole, once it is reached."""
    parts = folder / NAME
    if not parts.is_dir():
        raise FileNotFoundError(parts)
    identity = _identity(parts)
    if identity is None:
        raise DamagedJournalError(f"{parts / STAMP}: missing or damaged")
    return identity, _whole(parts, len(identity.inputs))


def _whole(parts: Path, inputs: int) -> Iterator[ResultRecord]:
    for number in range(_count(parts)):
        found = _read(_part(parts, number))
        if not found or any(not 0 <= outcome.owner < inputs for outcome in found):
            raise DamagedJournalError(f"{_part(parts, number)}: missing or damaged")
        yield from found


def _part(folder: Path, number: int) -> Path:
    return folder / f"{number:08d}.part"


def _count(folder: Path) -> int:
    return sum(1 for _ in folder.glob("*.part"))


def _identity(folder: Path) -> Identity | None:
    try:
        return Identity.from_json((folder / STAMP).read_bytes())
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _outcomes(folder: Path) -> Iterator[ResultRecord]:
    number = 0
    while outcomes := _read(_part(folder, number)):
        yield from outcomes
        number += 1


def _read(part: Path) -> list[ResultRecord] | None:
    """The outcomes of a part; None for one that is not there, or not whole."""
    try:
        *lines, end = _unpacked(part.read_bytes()).split(b"\n")[:-1]
        lines = [line + b"\n" for line in lines]
        return (
            [ResultRecord.from_json(line) for line in lines] if end + b"\n" == _end(lines) else None
        )
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _end(lines: list[bytes]) -> bytes:
    return f"{len(lines)} {hashlib.sha256(b''.join(lines)).hexdigest()}\n".encode()


def _packed(content: bytes) -> bytes:
    try:
        import zstandard
    except ImportError:
        return content
    return bytes(zstandard.ZstdCompressor(level=1).compress(content))


def _unpacked(content: bytes) -> bytes:
    """Raises ValueError for what cannot be unpacked, or not here."""
    if not content.startswith(ZSTANDARD):
        return content
    try:
        import zstandard

        return bytes(zstandard.ZstdDecompressor().decompress(content))
    except Exception as error:
        raise ValueError(str(error)) from None


def _lock(path: Path) -> IO[bytes]:
    """A lock that ends with this process. Raises LockedError where another one holds it."""
    lock = path.open("ab")
    try:
        import fcntl
    except ImportError:  # no locks of this kind on Windows
        return lock
    try:
        # of this process alone: workers that outlive it must not hold the folder
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise LockedError(
            f"another run is writing into {path.parent.parent}; wait for its end"
        ) from None
    return lock
