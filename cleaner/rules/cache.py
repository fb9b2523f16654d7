"""Compiled rule files kept between runs: one file for each choice of rule folders.

It is trusted only where it is whole, was made by this very code, and is this user's and nobody
else's to write; else it is made anew. Nothing in it is code. No failure of it fails a run, and it
may be deleted at any time.
"""

from __future__ import annotations

import os
import stat
import weakref
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

import orjson

from cleaner.fingerprint import fingerprint
from cleaner.rules.discovery import Found
from cleaner.rules.registry import Registry
from cleaner.rules.serialization import digest_of

NAME = b"cleaner-rules-1"
HEAD = len(NAME) + 1 + 64 + 1 + 12 + 1  # name, digest and length of the index
SUM = 16  # digits of the digest of a record
SLACK = 2 * 10**9  # ns; what was written within one tick of the clock may look unchanged
MOST = 16  # files that are kept
CODE = Path(__file__).parent
TOOLS = ("pydantic", "PyYAML", "google-re2", "lxml", "cssselect")  # have a say in what is compiled


class Kept:
    """What an earlier run left: the catalogue, and its records, read one at a time. The file stays
    open, so it is the same to the end even where another process replaces or deletes it."""

    def __init__(self, path: Path, file: int, start: int, index: dict[str, Any]) -> None:
        self._path, self._file, self._start = path, file, start
        self._found = Found(index["paths"], index["states"])
        self._as_of: int = index["as_of"]
        self._ends: list[int] = index["ends"]
        self._sums: list[str] = index["sums"]
        self.catalogue = Registry.from_plain(index["catalogue"])
        weakref.finalize(self, os.close, file)

    def holds(self, found: Found) -> bool:
        """Whether the rule files are surely as they were."""
        return found == self._found and found.newest + SLACK < self._as_of

    def __getitem__(self, number: int) -> bytes:
        """The record of a file; raises OSError or ValueError where it is damaged, and sees to it
        that the next run makes it anew."""
        begin = self._ends[number - 1] if number else 0
        data = os.pread(self._file, self._ends[number] - begin, self._start + begin)
        if digest_of(data)[:SUM] != self._sums[number]:
            self._path.unlink(missing_ok=True)
            raise ValueError("a damaged record")
        return data

    def record_of(self, digest: str) -> bytes | None:
        """The record of the file with that content, if it is there."""
        with suppress(OSError, ValueError, KeyError):
            return self[self._by_digest[digest]]
        return None

    @cached_property
    def _by_digest(self) -> dict[str, int]:
        return {digest: number for number, digest in enumerate(self.catalogue.digests)}


class Cache:
    """The place of what is kept for some rule folders, if there is one."""

    def __init__(self, roots: Sequence[Path]) -> None:
        home = cache_home()
        self._path = home / "rules" / _name_for(roots) if home else None

    def read(self) -> Kept | None:
        """What an earlier run left, if it can be trusted."""
        if self._path is None:
            return None
        with suppress(OSError, ValueError, KeyError, TypeError):
            if not _is_private(os.lstat(self._path.parent)):
                return None
            file = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                return Kept(self._path, file, *_index_of(file))
            except BaseException:
                os.close(file)
                raise
        return None

    def write(
        self, found: Found, as_of: int, catalogue: Registry, records: Sequence[bytes]
    ) -> None:
        """Keep what was made of the rule files that were found after the time `as_of`."""
        if self._path is None:
            return
        with suppress(OSError, ValueError, TypeError):  # TypeError: a path that is not UTF-8
            index = {
                "maker": fingerprint(CODE, TOOLS),
                "as_of": as_of,
                "paths": found.paths,
                "states": found.states,
                "ends": list(accumulate(map(len, records))),
                "sums": [digest_of(record)[:SUM] for record in records],
                "catalogue": catalogue.to_plain(),
            }
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _is_private(os.lstat(self._path.parent)):
                _replace(self._path, _head_and(orjson.dumps(index)), records)
                _prune(self._path.parent)


def cache_home() -> Path | None:
    """The folder of what is kept; None where there is to be none (CLEANER_CACHE is empty), no
    place for it, or no telling whose a file is (Windows)."""
    if not hasattr(os, "geteuid"):
        return None
    if (own := os.environ.get("CLEANER_CACHE")) is not None:
        return Path(own) if own else None
    from platformdirs import user_cache_path

    try:
        path = user_cache_path("cleaner", appauthor=False)
    except RuntimeError:  # no home directory
        return None
    return path if path.is_absolute() else None


def _name_for(roots: Sequence[Path]) -> str:
    """A name for a choice of folders, as they were named and where they are."""
    named = "\0".join(f"{root}\0{root.absolute()}" for root in roots)
    return digest_of(named.encode("utf-8", "surrogateescape"))[:32]


def _is_private(state: os.stat_result) -> bool:
    """Whether a file or folder is this user's, and no other's to write."""
    return state.st_uid == os.geteuid() and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _head_and(index: bytes) -> bytes:
    return b"%s %s %012d\n%s" % (NAME, digest_of(index).encode(), len(index), index)


def _index_of(file: int) -> tuple[int, dict[str, Any]]:
    """Where the records begin, and the index before them; raises ValueError if it is not whole, or
    others could write it or made it."""
    if not _is_private(os.fstat(file)):
        raise ValueError("others can write it")
    name, digest, length = os.pread(file, HEAD, 0).split(b" ")
    data = os.pread(file, min(int(length), os.fstat(file).st_size), HEAD)
    if name != NAME or digest_of(data).encode() != digest:
        raise ValueError("damaged, or of another kind")
    index: dict[str, Any] = orjson.loads(data)
    if index["maker"] != fingerprint(CODE, TOOLS):
        raise ValueError("made by another version")
    return HEAD + len(data), index


def _replace(path: Path, head: bytes, records: Sequence[bytes]) -> None:
    """Write a file so that nobody ever sees half of it."""
    from tempfile import mkstemp  # slow to import, and seldom needed

    handle, name = mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(head)
            file.writelines(records)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _prune(folder: Path) -> None:
    """Delete what was written longest ago, so that the folder does not grow without end."""
    there = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
    for path in there[:-MOST]:
        path.unlink(missing_ok=True)
