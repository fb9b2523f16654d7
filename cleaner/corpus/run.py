"""Clean a corpus from input files into an output folder, and account for every record."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import orjson

from cleaner.corpus.ledger import Ledger, is_wanted, rights_record
from cleaner.corpus.read import Broken, Input, find_inputs, read_input
from cleaner.corpus.records import (
    dumps,
    metadata_record,
    pipe_record,
    pretty,
    quarantine_record,
    removal_records,
    text_record,
)
from cleaner.corpus.write import RUN, OutputFolder
from cleaner.document import CleanDocument, Status
from cleaner.pipeline import Cleaner
from cleaner.version import VERSION

BATCH = 64


class Unaccounted(RuntimeError):
    """Records went in that did not come out: a defect, never a normal end."""


@dataclass
class Account:
    """What became of the records of a run."""

    read: int = 0
    written: int = 0
    quarantined: Counter[str] = field(default_factory=Counter)
    set_aside: int = 0
    chars_in: int = 0
    chars_out: int = 0
    removals: int = 0
    rules: Counter[str] = field(default_factory=Counter)

    def add(self, result: CleanDocument | Broken) -> None:
        if isinstance(result, Broken) or result.status is not Status.OK:
            self.quarantined[_status(result)] += 1
            return
        self.written += 1
        self.chars_in += len(result.normalized)
        self.chars_out += len(result.text or "")
        self.removals += len(result.removals)
        self.rules.update(removal.rule for removal in result.removals)

    def check(self) -> None:
        out = self.written + self.quarantined.total() + self.set_aside
        if out != self.read:
            raise Unaccounted(f"{self.read} records read, but {out} accounted for")

    def record(self) -> dict[str, Any]:
        return {
            "read": self.read,
            "written": self.written,
            "quarantined": dict(sorted(self.quarantined.items())),
            "set_aside": self.set_aside,
            "chars_in": self.chars_in,
            "chars_out": self.chars_out,
            "removals": self.removals,
            "rules": dict(sorted(self.rules.items())),
        }


def _status(result: CleanDocument | Broken) -> str:
    return Status.DECODE.value if isinstance(result, Broken) else result.status.value


def clean_corpus(
    cleaner: Cleaner,
    sources: Sequence[Path],
    out: Path,
    options: dict[str, Any] | None = None,
    progress: Callable[[Account], None] | None = None,
    keep_only: str | None = None,
) -> Account:
    """Clean all documents under `sources` into the folder `out`. With `keep_only` (an expression
    of licences) documents under other licences, or none that is known, are set aside.

    Pages and texts are mirrored as NAME.txt and NAME.json; NAME.jsonl becomes NAME.jsonl and
    NAME.metadata.jsonl. Removals, quarantine and manifest are in `out/_run/`. Raises
    FileNotFoundError and ValueError for sources that cannot be read, OSError where `out` cannot be
    written, and Unaccounted if a record was lost.
    """
    inputs = find_inputs(sources, skip=out)
    if not inputs:
        raise ValueError(f"nothing to clean in {', '.join(map(str, sources))}")
    folder = OutputFolder(out)
    earlier = _earlier_outputs(out)
    account, ledger = Account(), Ledger()
    with (
        folder.open(f"{RUN}/removals.jsonl") as gone,
        folder.open(f"{RUN}/quarantine.jsonl") as bad,
        folder.open(f"{RUN}/rights.jsonl") as rights,
        folder.open(f"{RUN}/set-aside.jsonl") as aside,
    ):
        for item, names in zip(inputs, output_names(inputs), strict=True):
            with _writer(folder, item, names, cleaner.rules.version) as write:
                for result in _results(cleaner, item, account):
                    if isinstance(result, Broken) or result.status is not Status.OK:
                        account.add(result)
                        bad.write(dumps(quarantine_record(result)))
                        continue
                    ledger.add(result)
                    rights.write(dumps(rights_record(result)))
                    if is_wanted(result, keep_only):
                        account.add(result)
                        write(result)
                        gone.writelines(map(dumps, removal_records(result)))
                    else:
                        account.set_aside += 1
                        aside.write(dumps(pipe_record(result, cleaner.rules.version)))
                    if progress:
                        progress(account)
    account.check()
    folder.clear(earlier)
    manifest = {
        "cleaner_version": VERSION,
        "rules_version": cleaner.rules.version,
        "options": options or {},
        "account": account.record(),
        "inputs": [_identity(item) for item in inputs],
        "outputs": sorted(folder.written),
    }
    folder.write(f"{RUN}/rights-summary.json", pretty(ledger.record()))
    folder.write(f"{RUN}/manifest.json", pretty(manifest))
    return account


@contextmanager
def _writer(
    folder: OutputFolder, item: Input, names: tuple[str, str], rules_version: str
) -> Iterator[Callable[[CleanDocument], None]]:
    """What writes the results of one input file: two JSONL files, or a text beside its metadata."""
    text_name, metadata_name = names

    def write_pair(done: CleanDocument) -> None:
        folder.write(text_name, (done.text or "").encode() + b"\n")
        folder.write(metadata_name, pretty(metadata_record(done, rules_version)))

    if not item.is_jsonl:
        yield write_pair
        return
    with folder.open(text_name) as texts, folder.open(metadata_name) as records:

        def write_lines(done: CleanDocument) -> None:
            texts.write(dumps(text_record(done)))
            records.write(dumps(metadata_record(done, rules_version)))

        yield write_lines


def _results(cleaner: Cleaner, item: Input, account: Account) -> Iterator[CleanDocument | Broken]:
    """The result of each record of a file, in order."""
    batch: list[Any] = []

    def flush() -> Iterator[CleanDocument | Broken]:
        done = iter(cleaner.clean_batch([r for r in batch if not isinstance(r, Broken)]))
        for record in batch:
            yield record if isinstance(record, Broken) else next(done)
        batch.clear()

    for record in read_input(item):
        account.read += 1
        batch.append(record)
        if len(batch) >= BATCH:
            yield from flush()
    yield from flush()


def output_names(inputs: Iterable[Input]) -> list[tuple[str, str]]:
    """For each input the names of its two outputs, no name twice: where `a.html` and `a.md` stand
    side by side the second keeps its ending."""
    taken: set[str] = set()
    names = []
    for item in inputs:
        for stem in _stems(item.name):
            pair = (
                (f"{stem}.jsonl", f"{stem}.metadata.jsonl")
                if item.is_jsonl
                else (f"{stem}.txt", f"{stem}.json")
            )
            if not taken & set(pair):
                break
        taken.update(pair)
        names.append(pair)
    return names


def _stems(name: str) -> Iterator[str]:
    path = PurePosixPath(f"_{name}" if PurePosixPath(name).parts[0] == RUN else name)
    yield str(path.with_suffix(""))
    yield str(path)
    for number in itertools.count(2):
        yield f"{path}-{number}"


def _earlier_outputs(out: Path) -> list[str]:
    try:
        outputs = orjson.loads((out / RUN / "manifest.json").read_bytes())["outputs"]
        return [name for name in outputs if isinstance(name, str)]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _identity(item: Input) -> dict[str, Any]:
    content = item.path.read_bytes() if item.path.is_file() else b""
    return {"name": item.name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
