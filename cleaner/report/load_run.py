"""The outcomes of a finished run again, from the journal that it left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from cleaner.corpus.journal import DamagedJournalError, read_journal
from cleaner.corpus.output_folder import RUN
from cleaner.corpus.result_record import ResultRecord
from cleaner.errors import CleanerError

KEYS = frozenset({"account", "inputs", "outputs", "options", "rules_version", "cleaner_version"})
AGAIN = "clean into this folder again, without --forget"


class LoadRunError(CleanerError, ValueError):
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

    def outcomes(self) -> Iterator[ResultRecord]:
        """Yield the result of every record, in order. Raises LoadRunError for a damaged part of the
        journal when it is reached, and for lost records at the end."""
        found = 0
        try:
            for outcome in read_journal(self.folder / RUN)[1]:
                found += 1
                yield outcome
        except DamagedJournalError as error:
            raise LoadRunError(f"{error}; {AGAIN}") from None
        if found != self.records:
            raise LoadRunError(
                f"{self.folder / RUN}: the journal has {found} records, the run had "
                f"{self.records}: it is of a run that was stopped, or parts are gone; {AGAIN}"
            )


def open_run(folder: Path) -> FinishedRun:
    """A finished run that can be read again. Raises LoadRunError for a folder that has none."""
    if not (folder / RUN).is_dir():
        raise LoadRunError(f"{folder}: not the output folder of a run (it has no {RUN} in it)")
    manifest = _manifest(folder)
    try:
        identity, _ = read_journal(folder / RUN)
    except FileNotFoundError:
        raise LoadRunError(f"{folder / RUN}: the run kept no journal; {AGAIN}") from None
    except DamagedJournalError as error:
        raise LoadRunError(f"{error}; {AGAIN}") from None
    run = FinishedRun(folder, manifest, tuple(item[0] for item in identity.inputs))
    if list(run.inputs) != [item["name"] for item in manifest["inputs"]]:
        raise LoadRunError(
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
        raise LoadRunError(
            f"{folder}: the run is not finished (no {path}); give its command again"
        ) from None
    except (OSError, ValueError, AttributeError) as error:
        raise LoadRunError(f"{path}: damaged ({error}); {AGAIN}") from None
