"""The journal of a run: what is done is kept until the run is over, so that one that was stopped at
any moment goes on where it was.

Outcomes are kept in parts of some hundred records, each written whole or not at all. Parts are of
use only to a run of the same identity: input, rules, version and options.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import orjson

from cleaner.corpus.outcome import Outcome

PART = 256  # records of a part
NAME = "journal"


class Locked(OSError):
    """Another run writes into the folder."""


class Journal:
    """The parts of a run in `folder`, which it locks. A context manager; parts outlive it, unless
    the run ended with `clear`."""

    def __init__(self, folder: Path, identity: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.identity = identity
        self._folder = folder
        self._parts = folder / NAME
        self._open: list[bytes] = []
        self._next = 0

    def __enter__(self) -> Journal:
        self._lock = _lock(self._folder / "lock")
        stamp = self._parts / "identity"
        if not (stamp.is_file() and stamp.read_text() == self.identity):
            shutil.rmtree(self._parts, ignore_errors=True)
            self._parts.mkdir(parents=True)
            stamp.write_text(self.identity)
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.close()

    def earlier(self) -> Iterator[Outcome]:
        """The outcomes that an earlier run left, from the first record on, in order."""
        while (part := self._part(self._next)).is_file():
            outcomes = _read(part)
            if outcomes is None:
                break
            self._next += 1
            yield from outcomes
        for number in range(self._next, self._next + 10_000):
            if not (stale := self._part(number)).exists():
                break
            stale.unlink()

    def note(self, outcome: Outcome) -> None:
        """Keep an outcome; it is safe once its part is full."""
        self._open.append(outcome.to_json())
        if len(self._open) >= PART:
            self.flush()

    def flush(self) -> None:
        """Keep what there is as a part."""
        if not self._open:
            return
        part = self._part(self._next)
        partial = part.with_suffix(".partial")
        with partial.open("wb") as out:
            out.writelines(self._open)
            out.write(_end(self._open))
            out.flush()
            os.fsync(out.fileno())
        partial.replace(part)
        self._open.clear()
        self._next += 1

    def clear(self) -> None:
        """The run is over and its outputs stand."""
        shutil.rmtree(self._parts, ignore_errors=True)

    def _part(self, number: int) -> Path:
        return self._parts / f"{number:08d}.part"


def digest(value: Any) -> str:
    """A digest of plain JSON values."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _end(lines: list[bytes]) -> bytes:
    return f"{len(lines)} {hashlib.sha256(b''.join(lines)).hexdigest()}\n".encode()


def _read(part: Path) -> list[Outcome] | None:
    """The outcomes of a part; None for one that is not whole."""
    *lines, end = part.read_bytes().splitlines(keepends=True) or [b""]
    if end != _end(lines):
        return None
    try:
        return [Outcome.from_json(line) for line in lines]
    except (ValueError, TypeError):
        return None


def _lock(path: Path) -> IO[bytes]:
    """A lock that ends with this process. Raises Locked where another one holds it."""
    lock = path.open("ab")
    try:
        import fcntl
    except ImportError:  # no locks of this kind on Windows
        return lock
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise Locked(
            f"another run is writing into {path.parent.parent}; wait for its end"
        ) from None
    return lock
