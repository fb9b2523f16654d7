"""What the last run into a folder was, so that the same run again has nothing to do."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import orjson

from cleaner.corpus.output_folder import STATE, OutputFolder
from cleaner.corpus.statistics import RunStatistics


def remember(folder: OutputFolder, identity: str, account: RunStatistics) -> None:
    """Note that a run is complete, and how large its outputs are."""
    sizes = {name: (folder.root / name).stat().st_size for name in sorted(set(folder.written))}
    state = {"identity": identity, "account": account.record(), "outputs": sizes}
    folder.write(STATE, orjson.dumps(state))


def unchanged(out: Path, identity: str) -> RunStatistics | None:
    """The account of the last run, where it was the same and its outputs stand as it left them."""
    try:
        state = orjson.loads((out / STATE).read_bytes())
        if state["identity"] != identity:
            return None
        if any((out / name).stat().st_size != size for name, size in state["outputs"].items()):
            return None
        found: dict[str, Any] = dict(state["account"])
        for name in ("quarantined", "rules"):
            found[name] = Counter(found[name])
        return RunStatistics(**found, unchanged=True)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
