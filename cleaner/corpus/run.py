"""Clean a corpus from input files into an output folder, and account for every record."""

from __future__ import annotations

import hashlib
import itertools
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from cleaner.corpus.column_check import check_columns
from cleaner.corpus.identity import digest, identity_of
from cleaner.corpus.incremental import PreviousResults
from cleaner.corpus.inputs import Input, Say, find_inputs, is_remote
from cleaner.corpus.journal import Journal
from cleaner.corpus.output_folder import MANIFEST, RUN, OutputFolder
from cleaner.corpus.outputs import MIRRORED, Form, Outputs, check_form, planned_names
from cleaner.corpus.overwrite_guard import check_overwrite
from cleaner.corpus.previous_run import remember, unchanged
from cleaner.corpus.read import rows_of
from cleaner.corpus.records import pretty
from cleaner.corpus.result_record import Recorder, ResultRecord
from cleaner.corpus.rows import GUESSED, Broken, Columns
from cleaner.corpus.source import Source
from cleaner.corpus.statistics import RunStatistics
from cleaner.corpus.streams import digest_of
from cleaner.document import CleanDocument, Document, Status
from cleaner.pipeline import Cleaner
from cleaner.rights.license_statistics import LicenseStatistics
from cleaner.version import VERSION, package_versions

# Gives for each document its result, or the outcome of that, and anything else back, in order.
Engine = Callable[[Iterable[Any]], Iterator[Any]]


class Distributed(Protocol):
    """An engine that reads the inputs itself, where its workers are."""

    def outcomes(self, source: Source, skip: Sequence[int]) -> Iterator[ResultRecord]:
        """The outcome of every record in order, but for the first `skip[n]` of input `n`."""
        ...


class Report(Protocol):
    """Is shown every outcome, and makes files of that for the folder of the run."""

    def add(self, outcome: ResultRecord, name: str) -> None:
        """Take in an outcome of the input `name`; they come in order."""
        ...

    def files(self, about: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
        """Names and contents, where `about` is what the manifest says of the run."""
        ...


def clean_corpus(
    cleaner: Cleaner,
    sources: Sequence[Path | str],
    out: Path,
    options: dict[str, Any] | None = None,
    progress: Callable[[RunStatistics], None] | None = None,
    *,
    keep_only: str | None = None,
    engine: Engine | Distributed | None = None,
    columns: Columns = GUESSED,
    form: Form = MIRRORED,
    say: Say | None = None,
    forget: bool = False,
    replace: bool = False,
    report: Report | None = None,
) -> RunStatistics:
    """Clean all documents under `sources` into the folder `out`.

    With `keep_only` (an expression of licences) documents under other licences, or none that is
    known, are set aside. `engine` gives for records their results, in order: a pool's `map`, or
    else one after the other. `columns` names what holds text, id and URL in files of many records;
    `say` is told what was guessed. `options` are what else the results rest on. `report` is shown
    all, and what it makes of that goes to `out/_run/` too. Where `out` has outputs of other inputs
    alone, they are removed if this run is to `replace` them.

    Pages and texts are mirrored as NAME.txt and NAME.json; NAME.jsonl becomes NAME.jsonl and
    NAME.metadata.jsonl, or what `form` says. Removals, quarantine and manifest are in `out/_run/`.
    Raises FileNotFoundError and ValueError for sources that cannot be read, OverwriteError before
    it would overwrite a file that no run wrote, OSError if `out` cannot be written, and
    LostRecordsError if a record was lost. A run that was stopped leaves a journal; the same run
    again resumes from it and ends with the same bytes. A run that equals the last one does nothing
    if its outputs are unchanged. If site files or inputs differ, unaffected records are taken from
    the journal, unless that was to `forget`.
    """
    check_form(form)
    inputs = find_inputs(sources, skip=out, say=say)
    if not inputs:
        raise ValueError(f"nothing to clean in {', '.join(map(str, sources))}")
    tables = [item for item in inputs if item.has_rows]
    rows = (rows_of(item, columns) for item in tables)
    check_columns(rows, columns, need_text=len(tables) == len(inputs))
    fixed = {"options": options or {}, "keep_only": keep_only, "dolma": form.dolma,
             "columns": [columns.body, columns.id, columns.url]}  # fmt: skip
    identity = identity_of(inputs, cleaner.rules, fixed)
    same = digest([identity.digest, form.to, report is not None])
    addresses = {address for _, address, _, _ in identity.inputs}
    names = list(planned_names(inputs, form))
    check_overwrite(out, addresses, names, replace)
    folder = OutputFolder(out)
    with Journal(out / RUN, identity) as journal:
        if done := unchanged(out, same):
            return done
        recorder = Recorder(cleaner.rules.version, keep_only, form.dolma)
        run = _Run(cleaner, Source(inputs, columns, say), journal, recorder, engine, report)
        with folder.run(addresses, names):
            account = run.write(folder, form, options or {}, progress)
            _clear(folder, say or (lambda message: None))
            remember(folder, same, account)
        journal.end(forget=forget)
        return account


@dataclass
class _Run:
    """A run that is under way."""

    cleaner: Cleaner
    source: Source
    journal: Journal
    recorder: Recorder
    engine: Engine | Distributed | None
    report: Report | None

    def __post_init__(self) -> None:
        self.account = RunStatistics()

    def write(
        self,
        folder: OutputFolder,
        form: Form,
        options: dict[str, Any],
        progress: Callable[[RunStatistics], None] | None,
    ) -> RunStatistics:
        """Write the outcome of every record, and then what there is to say of the run."""
        account, ledger = self.account, LicenseStatistics()
        failed, read, cut = set[int](), set[int](), set[int]()  # inputs, by their records
        account.bytes_total = self.source.bytes
        outputs = Outputs(folder, self.source.inputs, form)
        # closed here, a full disk fails the journal's last part now, and not whenever it is freed
        with outputs, closing(self._outcomes()) as outcomes:
            for outcome in outcomes:
                outputs.write(outcome)
                account.add(outcome)
                (failed if outcome.status == Status.DECODE.value else read).add(outcome.owner)
                if outcome.unreadable:
                    cut.add(outcome.owner)
                if outcome.rights:
                    ledger.add(outcome.site, outcome.license, conflicting=outcome.conflict)
                if self.report:
                    self.report.add(outcome, self.source.inputs[outcome.owner].name)
                if progress:
                    account.bytes_read = self.source.bytes_read
                    progress(account)
            outputs.finish()
        account.check()
        inputs = self.source.inputs
        nothing_read = {n for n in failed - read if inputs[n].has_records}
        account.unreadable = [inputs[n].name for n in sorted(cut | nothing_read)]
        about = {
            "cleaner_version": VERSION,
            "package_versions": package_versions(),
            "rules_version": self.cleaner.rules.version,
            "options": options,
            "account": account.record(),
            "inputs": [_contents(item) for item in self.source.inputs],
        }
        for name, content in self.report.files(about) if self.report else ():
            folder.write(f"{RUN}/{name}", content)
        manifest = {**about, "outputs": sorted(folder.written)}
        folder.write(f"{RUN}/rights-summary.json", pretty(ledger.record()))
        folder.write(MANIFEST, pretty(manifest))
        return account

    def _outcomes(self) -> Generator[ResultRecord, None, None]:
        """The outcome of every record, in order: first those that the journal has, and then those
        of the records after them."""
        done = [0] * len(self.source.inputs)
        for outcome in self.journal.kept():
            done[outcome.owner] += 1
            self.account.read += 1
            self.account.resumed += 1
            yield outcome
        try:
            for outcome in self._rest(done):
                self.journal.note(outcome)
                yield outcome
        finally:
            self.journal.flush()

    def _rest(self, done: list[int]) -> Iterator[ResultRecord]:
        if self.engine is not None and not callable(self.engine):
            for outcome in self.engine.outcomes(self.source, done):
                self.account.read += 1
                yield outcome
            return
        owners: deque[int] = deque()  # the input of each record that is on its way
        for result in (self.engine or self._one_by_one)(self._records(owners, sum(done))):
            outcome = result if isinstance(result, ResultRecord) else self.recorder(result)
            owner = owners.popleft()
            yield outcome if outcome.owner == owner else replace(outcome, owner=owner)

    def _records(self, owners: deque[int], skip: int) -> Iterator[Document | Broken | ResultRecord]:
        """The records after the first `skip`, in order; where an earlier outcome of one holds,
        that. `owners` is told which input each is of."""
        found = self.journal.earlier
        earlier = (
            PreviousResults(found[1], found[0], self.journal.identity, self.cleaner.rules)
            if found
            else None
        )
        every = (
            (owner, earlier and earlier.outcome(owner, record), record)
            for owner, record in self.source.records()
        )
        for owner, outcome, record in itertools.islice(every, skip, None):
            self.account.read += 1
            self.account.reused += outcome is not None
            owners.append(owner)
            yield outcome or record

    def _one_by_one(
        self, records: Iterable[Any]
    ) -> Iterator[CleanDocument | Broken | ResultRecord]:
        """The engine without processes: nothing protects the run from a document."""
        for record in records:
            is_document = isinstance(record, Document)
            yield self.cleaner.clean_batch([record])[0] if is_document else record


def _clear(folder: OutputFolder, say: Say) -> None:
    """Remove what only earlier runs wrote, and say so."""
    removed, changed = folder.clear()
    if removed:
        say(f"{removed} outputs of the run before, which this one does not have, are removed")
    if changed:
        more = f" and {len(changed) - 1} more" if changed[1:] else ""
        say(f"{folder.root / changed[0]}{more}: not as a run wrote it; left where it is")


def _contents(item: Input) -> dict[str, Any]:
    """What the manifest says of an input; files of other machines are not read again for it."""
    if is_remote(item.path):
        return {"name": item.name, "bytes": item.size, "sha256": None}
    path = item.path
    found = digest_of(path) if path.is_file() else hashlib.sha256().hexdigest()
    return {"name": item.name, "bytes": item.size, "sha256": found}
