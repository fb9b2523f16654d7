"""Clean a corpus from input files into an output folder, and account for every record."""

from __future__ import annotations

import hashlib
import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import orjson

from cleaner.corpus.account import Account
from cleaner.corpus.journal import Journal, digest
from cleaner.corpus.ledger import Ledger
from cleaner.corpus.outcome import Outcome, outcome_of
from cleaner.corpus.read import Input, find_inputs, read_input
from cleaner.corpus.records import pretty
from cleaner.corpus.rows import GUESSED, Broken, Columns
from cleaner.corpus.state import remember, unchanged
from cleaner.corpus.streams import PACKED
from cleaner.corpus.write import RUN, OutputFolder
from cleaner.document import CleanDocument, Document
from cleaner.pipeline import Cleaner
from cleaner.version import VERSION

Engine = Callable[[Iterable[Document | Broken]], Iterator[CleanDocument | Broken]]


def clean_corpus(
    cleaner: Cleaner,
    sources: Sequence[Path],
    out: Path,
    options: dict[str, Any] | None = None,
    progress: Callable[[Account], None] | None = None,
    keep_only: str | None = None,
    engine: Engine | None = None,
    columns: Columns = GUESSED,
) -> Account:
    """Clean all documents under `sources` into the folder `out`.

    With `keep_only` (an expression of licences) documents under other licences, or none that is
    known, are set aside. `engine` gives for records their results, in order: a pool's `map`, or
    else one after the other. `columns` names what holds text, id and URL in files of many records.

    Pages and texts are mirrored as NAME.txt and NAME.json; NAME.jsonl becomes NAME.jsonl and
    NAME.metadata.jsonl. Removals, quarantine and manifest are in `out/_run/`. Raises
    FileNotFoundError and ValueError for sources that cannot be read, OSError where `out` cannot be
    written, and Unaccounted if a record was lost. A run that was stopped leaves a journal; the same
    run again goes on from there, and ends with the same bytes. A run that is the same as the last
    one, whose outputs still stand, does nothing.
    """
    inputs = find_inputs(sources, skip=out)
    if not inputs:
        raise ValueError(f"nothing to clean in {', '.join(map(str, sources))}")
    folder = OutputFolder(out)
    identity = digest(_identity(inputs, cleaner, options, keep_only, columns))
    with Journal(out / RUN, identity) as journal:
        if done := unchanged(out, identity):
            journal.clear()
            return done
        source = _Source(inputs, columns)
        return _run(cleaner, source, folder, journal, engine, keep_only, options, progress)


def _run(
    cleaner: Cleaner,
    source: _Source,
    folder: OutputFolder,
    journal: Journal,
    engine: Engine | None,
    keep_only: str | None,
    options: dict[str, Any] | None,
    progress: Callable[[Account], None] | None,
) -> Account:
    """Write the outcome of every record, and then what there is to say of the run."""
    account, ledger = Account(), Ledger()
    inputs = source.inputs
    earlier = _earlier_outputs(folder.root)
    with _Outputs(folder, inputs) as outputs:
        for outcome in _outcomes(cleaner, source, journal, account, engine, keep_only):
            outputs.write(outcome)
            account.add(outcome)
            if outcome.rights:
                ledger.add(outcome.site, outcome.license, conflicting=outcome.conflict)
            if progress:
                progress(account)
        outputs.finish()
    account.check()
    folder.clear(earlier)
    manifest = {
        "cleaner_version": VERSION,
        "rules_version": cleaner.rules.version,
        "options": options or {},
        "account": account.record(),
        "inputs": [_contents(item) for item in inputs],
        "outputs": sorted(folder.written),
    }
    folder.write(f"{RUN}/rights-summary.json", pretty(ledger.record()))
    folder.write(f"{RUN}/manifest.json", pretty(manifest))
    remember(folder.root, journal.identity, account, folder.written)
    journal.clear()
    return account


def _outcomes(
    cleaner: Cleaner,
    source: _Source,
    journal: Journal,
    account: Account,
    engine: Engine | None,
    keep_only: str | None,
) -> Iterator[Outcome]:
    """The outcome of every record, in order: first those that an earlier run has left, and then
    those of the records after them."""
    for outcome in journal.earlier():
        account.read += 1
        account.resumed += 1
        yield outcome
    owners: deque[int] = deque()  # the input of each record that is on its way
    records = source.records(owners, account, skip=account.resumed)
    try:
        for result in (engine or _one_by_one(cleaner))(records):
            owner = owners.popleft()
            outcome = outcome_of(
                result,
                owner,
                as_row=source.inputs[owner].has_records,
                keep_only=keep_only,
                rules_version=cleaner.rules.version,
            )
            journal.note(outcome)
            yield outcome
    finally:
        journal.flush()


@dataclass(frozen=True)
class _Source:
    """The inputs of a run, and how their records are read."""

    inputs: Sequence[Input]
    columns: Columns

    def records(
        self, owners: deque[int], account: Account, skip: int
    ) -> Iterator[Document | Broken]:
        """The records of all inputs after the first `skip`, in order; `owners` is told which
        input each is of."""
        every = (
            (number, record)
            for number, item in enumerate(self.inputs)
            for record in read_input(item, self.columns)
        )
        for number, record in itertools.islice(every, skip, None):
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
    """The output files of a run. Those of the inputs are opened one after the other: two JSONL
    files for one of many records, else a text beside its metadata."""

    def __init__(self, folder: OutputFolder, inputs: Sequence[Input]) -> None:
        self._folder, self._inputs = folder, inputs
        self._names = output_names(inputs)
        self._next = 0  # the first input whose outputs are not open yet
        self._open = ExitStack()  # the outputs of the input before it
        self._of_run = ExitStack()
        self._rows: tuple[BinaryIO, BinaryIO] | None = None

    def __enter__(self) -> _Outputs:
        names = ("removals", "quarantine", "rights", "set-aside")
        self._gone, self._bad, self._rights, self._aside = (
            self._of_run.enter_context(self._folder.open(f"{RUN}/{name}.jsonl")) for name in names
        )
        return self

    def __exit__(self, *error: Any) -> None:
        self._open.__exit__(*error)
        self._of_run.__exit__(*error)

    def finish(self) -> None:
        """Complete all files; inputs without a record have an output too."""
        self._advance(len(self._inputs) - 1)
        self._open.close()
        self._of_run.close()

    def write(self, outcome: Outcome) -> None:
        """Write an outcome; those of one input after those of the inputs before it."""
        self._advance(outcome.owner)
        for out, lines in (
            (self._gone, outcome.removals),
            (self._bad, outcome.failure),
            (self._rights, outcome.rights),
            (self._aside, outcome.aside),
        ):
            if lines:
                out.write(lines.encode())
        if not outcome.text:
            return
        pair = (outcome.text.encode(), outcome.metadata.encode())
        if self._rows:
            for out, content in zip(self._rows, pair, strict=True):
                out.write(content)
        else:
            for name, content in zip(self._names[outcome.owner], pair, strict=True):
                self._folder.write(name, content)

    def _advance(self, number: int) -> None:
        while self._next <= number:
            self._open.close()
            self._rows = None
            if self._inputs[self._next].has_records:
                one, two = self._names[self._next]
                self._rows = (
                    self._open.enter_context(self._folder.open(one)),
                    self._open.enter_context(self._folder.open(two)),
                )
            self._next += 1


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


def _identity(
    inputs: Sequence[Input],
    cleaner: Cleaner,
    options: dict[str, Any] | None,
    keep_only: str | None,
    columns: Columns,
) -> dict[str, Any]:
    """What makes two runs the same: their results are then the same, record for record."""
    return {
        "version": [VERSION, _code()],
        "rules": cleaner.rules.version,
        "options": {**(options or {}), "keep_only": keep_only},
        "columns": [columns.body, columns.id, columns.url],
        "inputs": [[item.name, str(item.path.resolve()), *_state(item.path)] for item in inputs],
    }


def _code() -> str:
    """Stands for the state of this package's own files, which change under the same version while
    somebody works on them."""
    files = sorted(Path(__file__).parent.parent.rglob("*.py"))
    return digest([[str(path), *_state(path)] for path in files])


def _state(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_size, found.st_mtime_ns


def _contents(item: Input) -> dict[str, Any]:
    content = item.path.read_bytes() if item.path.is_file() else b""
    return {"name": item.name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
