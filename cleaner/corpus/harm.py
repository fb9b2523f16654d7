"""Whether a run would harm files that are not its own: asked before it writes anything."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from pathlib import Path

from cleaner.corpus.inputs import address_of
from cleaner.corpus.traces import Traces, sign
from cleaner.corpus.write import RUN, TRACES


class Harm(ValueError):
    """A run would overwrite or remove what somebody may want; the message says what to do."""


def check_harm(out: Path, addresses: Collection[str], names: Iterable[str], replace: bool) -> None:
    """Raise Harm where one of `names` in the folder `out` is an input or not of an earlier run, or
    where `out` has outputs of other inputs alone and these are not to be replaced."""
    if not out.exists():
        return
    traces = Traces.read(out / TRACES)
    for name in names:
        target = out / name
        if not os.path.lexists(target):
            continue
        if address_of(target) in addresses:
            raise Harm(f"{target}: an input, which would be overwritten; say another -o")
        if name not in traces.outputs:
            raise Harm(
                f"{target}: would be overwritten, and no run into {out} wrote it; move it away, "
                "or say another -o"
            )
    if replace or not traces.inputs.isdisjoint(map(sign, addresses)):
        return
    earlier = [name for name in traces.outputs if not name.startswith(f"{RUN}/")]
    if there := sum(os.path.lexists(out / name) for name in earlier):
        raise Harm(
            f"{out} has {there} outputs of other inputs, none of which is given now; say another "
            "-o, or --replace to have them removed"
        )
