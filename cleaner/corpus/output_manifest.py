"""What runs left in a folder, so that nothing else there is overwritten or removed.

It is kept in a file of lines: one for each input and each output before a run writes, and one with
the digest of an output before that appears under its name. A finished run leaves its own alone.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import orjson

INPUT, PLANNED, WRITTEN = "input", "planned", "written"


@dataclass(frozen=True)
class Traces:
    """`inputs` stand for where the inputs were; `outputs` has by name the digests of what was
    written there, none where a run was stopped before."""

    inputs: set[str] = field(default_factory=set)
    outputs: dict[str, set[str]] = field(default_factory=dict)

    @staticmethod
    def read(path: Path) -> Traces:
        """Those kept in a file; a line that was cut off says nothing."""
        traces = Traces()
        with suppress(OSError), path.open("rb") as lines:
            for line in lines:
                with suppress(ValueError, TypeError):
                    traces.add(*map(_text, orjson.loads(line)))
        return traces

    def add(self, what: str, name: str, digest: str = "") -> None:
        if what == INPUT:
            self.inputs.add(name)
        else:
            self.outputs.setdefault(name, set()).update([digest] if digest else [])

    def plan(self, addresses: Iterable[str], names: Iterable[str]) -> None:
        """Take in the inputs and outputs of a run that begins."""
        self.inputs.update(map(sign, addresses))
        for name in names:
            self.outputs.setdefault(name, set())

    def save(self, path: Path) -> None:
        """Keep them in a file, which has them whole or is as it was."""
        partial = path.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        with partial.open("xb") as out:  # never through a link
            out.writelines(self._lines())
            out.flush()
            os.fsync(out.fileno())
        partial.replace(path)

    def _lines(self) -> Iterator[bytes]:
        for name in sorted(self.inputs):
            yield line_of(INPUT, name)
        for name, digests in sorted(self.outputs.items()):
            if not digests:
                yield line_of(PLANNED, name)
            for digest in sorted(digests):
                yield line_of(WRITTEN, name, digest)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def line_of(*values: str) -> bytes:
    return orjson.dumps(values, option=orjson.OPT_APPEND_NEWLINE)


def sign(address: str) -> str:
    """Stands for the address of an input: an output folder that is given away names no other."""
    return hashlib.sha256(address.encode()).hexdigest()[:32]
