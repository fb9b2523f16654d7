"""Write results under one output folder: each file whole or not at all, none outside it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from cleaner.corpus.output_manifest import WRITTEN, Traces, line_of, sign
from cleaner.corpus.streams import digest_of

RUN, DOLMA = "_run", "dolma"  # the folders of which the names are never those of texts
MANIFEST, TRACES = f"{RUN}/manifest.json", f"{RUN}/outputs.jsonl"
STATE = f"{RUN}/state.json"


def partial_of(path: Path) -> Path:
    """Where a file is written before it is complete."""
    brief = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]
    return path.with_name(f".{brief}.partial")


class OutputFolder:
    """The folder of a run. Remembers what was written, to clear what an earlier run left. Files are
    written within `run`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.written: dict[str, str] = {}  # names and digests
        if (root / RUN).is_symlink():
            raise ValueError(f"{root / RUN} is a link; what is written there would lie outside")
        (root / RUN).mkdir(parents=True, exist_ok=True)
        self._traces = Traces.read(root / TRACES)

    @contextmanager
    def run(self, addresses: Iterable[str], names: Iterable[str]) -> Iterator[None]:
        """A run with these inputs that may write these files, and notes which it wrote. Once it is
        complete, these are all there is to remember."""
        self._addresses = frozenset(addresses)
        for partial in (self.root / RUN).glob(".*.partial"):
            partial.unlink(missing_ok=True)
        # from here on the outputs are not those of one whole run
        (self.root / STATE).unlink(missing_ok=True)
        self._traces.plan(self._addresses, names)
        self._traces.save(self.root / TRACES)
        with (self.root / TRACES).open("ab", buffering=0) as self._log:
            yield
        written = {name: {digest} for name, digest in self.written.items()}
        Traces(set(map(sign, self._addresses)), written).save(self.root / TRACES)

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
    def open(self, name: str, digest: str = "") -> Iterator[BinaryIO]:
        """A file that appears under its name once it is complete. `digest`, where it is known, is
        that of its content."""
        target = self.path(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = partial_of(target)
        partial.unlink(missing_ok=True)
        try:
            with partial.open("xb") as out:  # never through a link
                yield out
            self.written[name] = digest or digest_of(partial)
            self._log.write(line_of(WRITTEN, name, self.written[name]))
            partial.replace(target)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise

    def write(self, name: str, content: bytes) -> None:
        with self.open(name, hashlib.sha256(content).hexdigest()) as out:
            out.write(content)

    def clear(self) -> tuple[int, list[str]]:
        """Remove the files of earlier runs that this one did not write again: how many there were,
        and the names of those that stay since somebody changed them."""
        removed, changed = 0, []
        for name in sorted(self._traces.outputs.keys() - self.written.keys()):
            try:
                path = self.path(name)
                partial_of(path).unlink(missing_ok=True)
                is_of_run = name.startswith(f"{RUN}/")
                if not os.path.lexists(path) or os.path.realpath(path) in self._addresses:
                    continue
                if not is_of_run and digest_of(path) not in self._traces.outputs[name]:
                    changed.append(name)
                    continue
                path.unlink()
                removed += not is_of_run
            except (ValueError, OSError):
                continue
        return removed, changed
