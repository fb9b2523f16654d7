"""The outcomes of a finished run again, from the journal that it left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from cleaner.corpus.journal import Damaged, left_in
from cleaner.corpus.outcome import Outcome
from cleaner.corpus.write import RUN

KEYS = frozenset({"account", "inputs", "outputs", "options", "rules_version", "cleaner_version"})
AGAIN = "clean into this folder again, without --forget"


class NoReplay(ValueError):
    """A run cannot be read again; the message says where, why, and what to do."""


@dataclass(frozen=True)
class FinishedRun:
    """The folder of a finished run: its manifest, and the names of its inputs in order."""

    folder: Path
    manifest: dict[str, Any]
    inputs: tuple[str, ...]

    @property
    def records(self) -> int:
        return int(self.manifest["account"]["read"])

    @property
    def rules_version(self) -> str:
        return str(self.manifest["rules_version"])

    def outcomes(self) -> Iterator[Outcome]:
        """The outcome of every record, in order. Raises NoReplay where the journal does not have
        them all: for a damaged part when that is reached, for lost ones at the end."""
        found = 0
        try:
            for outcome in left_in(self.folder / RUN)[1]:
                found += 1
                yield outcome
        except Damaged as error:
            raise NoReplay(f"{error}; {AGAIN}") from None
        if found != self.records:
            raise NoReplay(
                f"{self.folder / RUN}: the journal has {found} records, the run had "
                f"{self.records}: it is of a run that was stopped, or parts are gone; {AGAIN}"
            )


def open_run(folder: Path) -> FinishedRun:
    """A finished run that can be read again. Raises NoReplay for a folder that has none."""
    if not (folder / RUN).is_dir():
        raise NoReplay(f"{folder}: not the output folder of a run (it has no {RUN} in it)")
    manifest = _manifest(folder)
    try:
        identity, _ = left_in(folder / RUN)
    except FileNotFoundError:
        raise NoReplay(f"{folder / RUN}: the run kept no journal; {AGAIN}") from None
    except Damaged as error:
        raise NoReplay(f"{error}; {AGAIN}") from None
    run = FinishedRun(folder, manifest, tuple(item[0] for item in identity.inputs))
    if list(run.inputs) != [item["name"] for item in manifest["inputs"]]:
        raise NoReplay(
            f"{folder / RUN}: the journal is of a later run, over other inputs, that was not "
            "finished; give that command again"
        )
    return run


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / RUN / "manifest.json"
    try:
        found: dict[str, Any] = orjson.loads(path.read_bytes())
        if KEYS - found.keys():
            raise ValueError(f"no {min(KEYS - found.keys())}")
        return found
    except FileNotFoundError:
        raise NoReplay(
            f"{folder}: the run is not finished (no {path}); give its command again"
        ) from None
    except (OSError, ValueError, AttributeError) as error:
        raise NoReplay(f"{path}: damaged ({error}); {AGAIN}") from None
