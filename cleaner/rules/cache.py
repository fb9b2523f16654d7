"""Cache of compiled rule files, one cache file for each choice of rule folders.

A cache file has a checksum, an index, and the record of each rule file, one per line. It contains
plain JSON only, never code. It is ignored unless it is intact, was written by this very code, and
nobody else can write it. It may be deleted at any time, and no error in it fails a run.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import orjson

from cleaner.files import atomic_write
from cleaner.rules.compiled import digest_of
from cleaner.rules.registry import Registry
from cleaner.version import fingerprint

MAX_CACHE_FILES = 16
CODE = Path(__file__).parent
PACKAGES = ("pydantic", "PyYAML", "google-re2", "lxml", "cssselect")  # they affect the records


@dataclass(frozen=True)
class CachedRules:
    """The registry and the records made from the rule files whose digest is `sources`."""

    sources: str
    registry: Registry
    records: Sequence[bytes]


def read_cache(path: Path | None) -> CachedRules | None:
    """Return the content of a cache file, or None if it is missing or cannot be trusted."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        if path is None or not is_private(path.parent) or not is_private(path):
            return None
        checksum, _, content = path.read_bytes().partition(b"\n")
        if checksum.decode() != digest_of(content):
            return None
        head, *records = content.split(b"\n")
        index = orjson.loads(head)
        if index["maker"] == fingerprint(CODE, PACKAGES):
            return CachedRules(index["sources"], Registry.from_plain(index["registry"]), records)
    return None


def write_cache(path: Path | None, rules: CachedRules) -> None:
    """Replace a cache file, unless that is not possible or others can write its folder."""
    if path is None:
        return
    with suppress(OSError, ValueError, TypeError):  # TypeError: a path that is not UTF-8
        index = {
            "maker": fingerprint(CODE, PACKAGES),
            "sources": rules.sources,
            "registry": rules.registry.to_plain(),
        }
        content = b"\n".join([orjson.dumps(index), *rules.records])
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if is_private(path.parent):
            with atomic_write(path, mode=0o600, shared=True) as out:
                out.write(digest_of(content).encode() + b"\n" + content)
            oldest_first = sorted(path.parent.iterdir(), key=lambda path: path.stat().st_mtime_ns)
            for old in oldest_first[:-MAX_CACHE_FILES]:
                old.unlink(missing_ok=True)


def cache_path(roots: Sequence[Path]) -> Path | None:
    """Return the path of the cache file for some rule folders; None if there is no cache, or if
    files have no owner."""
    if (home := cache_home()) is None or not hasattr(os, "geteuid"):  # Windows: no owners
        return None
    names = "\0".join(f"{root}\0{root.absolute()}" for root in roots)
    return home / "rules" / digest_of(names.encode("utf-8", "surrogateescape"))[:32]


def cache_home() -> Path | None:
    """Return the cache folder; None if it is turned off (CLEANER_CACHE is empty) or if there is no
    place for it."""
    if (chosen := os.environ.get("CLEANER_CACHE")) is not None:
        return Path(chosen) if chosen else None
    from platformdirs import user_cache_path

    try:
        path = user_cache_path("cleaner", appauthor=False)
    except RuntimeError:  # no home directory
        return None
    return path if path.is_absolute() else None


def is_private(path: Path) -> bool:
    """Whether this user owns a file or folder, and no one else can write it. On Windows, folders
    of a user are, and files have no owner to check."""
    if not hasattr(os, "geteuid"):
        return True
    state = path.lstat()
    return state.st_uid == os.geteuid() and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
