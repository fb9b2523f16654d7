"""Write results under one output folder: each file whole or not at all, none outside it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

RUN = "_run"


class OutputFolder:
    """The folder of a run. Remembers what was written, to clear what an earlier run left."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.written: list[str] = []
        if (root / RUN).is_symlink():
            raise ValueError(f"{root / RUN} is a link; what is written there would lie outside")
        (root / RUN).mkdir(parents=True, exist_ok=True)

    def path(self, name: str) -> Path:
        """Where `name` is written. Raises ValueError for a name that leads out of the folder."""
        parts = PurePosixPath(name).parts
        if not parts or name.startswith("/") or ".." in parts or "\0" in name or "\\" in name:
            raise ValueError(f"{name!r} would be written outside {self.root}")
        target = self.root.joinpath(*parts)
        if not target.parent.resolve().is_relative_to(self.root.resolve()):
            raise ValueError(f"{name!r} would be written outside {self.root}")
        return target

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """A file that appears under its name once it is complete."""
        target = self.path(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        brief = hashlib.sha256(os.fsencode(target.name)).hexdigest()[:16]
        partial = target.with_name(f".{brief}.partial")
        partial.unlink(missing_ok=True)
        with partial.open("xb") as out:  # never through a link
            yield out
        partial.replace(target)
        self.written.append(name)

    def write(self, name: str, content: bytes) -> None:
        with self.open(name) as out:
            out.write(content)

    def clear(self, earlier: list[str]) -> None:
        """Remove the files of an earlier run that this one did not write again."""
        for name in set(earlier) - set(self.written):
            try:
                self.path(name).unlink(missing_ok=True)
            except (ValueError, OSError):
                continue
