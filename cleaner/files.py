"""Write files whole or not at all, and show the names of files as text."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def atomic_write(
    path: Path, *, sync: bool = False, mode: int | None = None, shared: bool = False
) -> Iterator[BinaryIO]:
    """Open a file that replaces `path` once it is complete; after an error, nothing has changed.

    It is written to `partial_of(path)`, or to a path of its own if the file is `shared`: others may
    write it at the same time. With `sync`, it is on the disk before it replaces `path`. `mode` are
    its permissions.
    """
    partial = path.with_name(f".{os.urandom(8).hex()}.partial") if shared else partial_of(path)
    partial.unlink(missing_ok=True)
    try:
        with partial.open("xb") as out:  # never through a link
            if mode is not None:
                partial.chmod(mode)
            yield out
            if sync:
                out.flush()
                os.fsync(out.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def partial_of(path: Path) -> Path:
    """The path at which a file is written until it is complete."""
    short = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]
    return path.with_name(f".{short}.partial")


def utf8_name(name: str) -> str:
    """A file name, which may be any bytes, as text."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
