"""Clean a corpus from input files into an output folder, and account for every record."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import orjson

from cleaner.corpus.ledger import Ledger, is_wanted, rights_record
from cleaner.corpus.read import Input, find_inputs, read_input
from cleaner.corpus.records import (
    dumps,
    metadata_record,
    pipe_record,
    pretty,
    quarantine_record,
    removal_records,
    text_record,
)
from cleaner.corpus.rows import Broken
from cleaner.corpus.streams import PACKED
from cleaner.corpus.write import RUN, OutputFolder
from cleaner.document import CleanDocument, Document, Status
from cleaner.pipeline import Cleaner
from cleaner.version import VERSION

Engine = Callable[[Iterable[Document | Broken]], Iterator[CleanDocument | Broken]]
Writer = Callable[[CleanDocument], None]


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
    engine: Engine | None = None,
) -> Account:
    """Clean all documents under `sources` into the folder `out`.

    With `keep_only` (an expression of licences) documents under other licences, or none that is
    known, are set aside. `engine` gives for records their results, in order: a pool's `map`, or
    else one after the other.

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
    owners: deque[int] = deque()  # the input of each record that is on its way
    engine = engine or _one_by_one(cleaner)
    with (
        folder.open(f"{RUN}/removals.jsonl") as gone,
        folder.open(f"{RUN}/quarantine.jsonl") as bad,
        folder.open(f"{RUN}/rights.jsonl") as rights,
        folder.open(f"{RUN}/set-aside.jsonl") as aside,
        _Outputs(folder, inputs, cleaner.rules.version) as outputs,
    ):
        for result in engine(_records(inputs, owners, account)):
            write = outputs.of(owners.popleft())
            if progress:
                progress(account)
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


def _records(
    inputs: Sequence[Input], owners: deque[int], account: Account
) -> Iterator[Document | Broken]:
    """The records of all inputs, in order; `owners` is told which input each is of."""
    for number, item in enumerate(inputs):
        for record in read_input(item):
            account.read += 1
            owners.append(number)
            yield record


def _one_by_one(cleaner: Cleaner) -> Engine:
    """The engine without processes: nothing protects the run from a document."""

    def run(records: Iterable[Document | Broken]) -> Iterator[CleanDocument | Broken]:
        for record in records:
            yield record if isinstance(record, Broken) else cleaner.clean_batch([record])[0]

    return run


class _Outputs:
    """The output files of a run, opened one input after the other: two JSONL files for one of
    JSONL, else a text beside its metadata."""

    def __init__(self, folder: OutputFolder, inputs: Sequence[Input], rules_version: str) -> None:
        self._folder, self._inputs, self._version = folder, inputs, rules_version
        self._names = output_names(inputs)
        self._next = 0  # the first input whose outputs are not open yet
        self._open = ExitStack()
        self._write: Writer = self._pair

    def __enter__(self) -> _Outputs:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: Any) -> None:
        if kind is None and self._inputs:
            self.of(len(self._inputs) - 1)  # files without a record have an output too
        self._open.__exit__(kind, *rest)

    def of(self, number: int) -> Writer:
        """What writes the results of one input; inputs are asked for in order."""
        while self._next <= number:
            self._open.close()
            self._write = self._lines() if self._inputs[self._next].has_records else self._pair
            self._next += 1
        return self._write

    def _pair(self, done: CleanDocument) -> None:
        text_name, metadata_name = self._names[self._next - 1]
        self._folder.write(text_name, (done.text or "").encode() + b"\n")
        self._folder.write(metadata_name, pretty(metadata_record(done, self._version)))

    def _lines(self) -> Writer:
        names = self._names[self._next]
        texts, records = (self._open.enter_context(self._folder.open(name)) for name in names)

        def write(done: CleanDocument) -> None:
            texts.write(dumps(text_record(done)))
            records.write(dumps(metadata_record(done, self._version)))

        return write


def output_names(inputs: Iterable[Input]) -> list[tuple[str, str]]:
    """For each input the names of its two outputs, no name twice: where `a.html` and `a.md` stand
    side by side the second keeps its ending."""
    taken: set[str] = set()
    names = []
    for item in inputs:
        for stem in _stems(item.name):
            pair = (
                (f"{stem}.jsonl", f"{stem}.metadata.jsonl")
                if item.has_records
                else (f"{stem}.txt", f"{stem}.json")
            )
            if not taken & set(pair):
                break
        taken.update(pair)
        names.append(pair)
    return names


def _stems(name: str) -> Iterator[str]:
    path = PurePosixPath(f"_{name}" if PurePosixPath(name).parts[0] == RUN else name)
    if path.suffix in PACKED:
        path = path.with_suffix("")
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
