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

from cleaner.corpus.incremental import PreviousResults, save_state
from cleaner.corpus.inputs import Input, Say, is_remote
from cleaner.corpus.journal import Journal
from cleaner.corpus.journal_entry import JournalEntry, Recorder
from cleaner.corpus.output_folder import MANIFEST, RUN, OutputFolder
from cleaner.corpus.output_records import pretty
from cleaner.corpus.outputs import MIRRORED, Form, Outputs
from cleaner.corpus.plan import plan_run
from cleaner.corpus.read import Source
from cleaner.corpus.rows import GUESSED, Broken, Columns
from cleaner.corpus.selection import EVERYTHING, Selection
from cleaner.corpus.statistics import LicenseStatistics, RunStatistics
from cleaner.corpus.streams import digest_of
from cleaner.document import CleanDocument, Document, Status
from cleaner.pipeline import Cleaner
from cleaner.values import well_formed
from cleaner.version import VERSION, package_versions

# Yields, in order, the result (or its record) of each document, and anything else unchanged.
Engine = Callable[[Iterable[Any]], Iterator[Any]]
Progress = Callable[[RunStatistics], None]


class Distributed(Protocol):
    """An engine that reads the inputs itself, on its workers."""

    def results(self, source: Source, skip: Sequence[int]) -> Iterator[JournalEntry]:
        """Yield the result of every record in order, except the first `skip[n]` of input `n`."""
        ...


class Report(Protocol):
    """Receives every result, and makes files for the folder `_run`. These depend on `settings`,
    JSON values, besides the results."""

    @property
    def settings(self) -> Any: ...

    def add(self, outcome: JournalEntry, name: str) -> None:
        """Add a result of the input `name`; they come in order."""
        ...

    def files(self, about: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
        """Yield names and contents; `about` is the manifest of the run."""
        ...


def clean_corpus(
    cleaner: Cleaner,
    sources: Sequence[Path | str],
    out: Path,
    options: dict[str, Any] | None = None,
    progress: Progress | None = None,
    *,
    keep_only: str | None = None,
    engine: Engine | Distributed | None = None,
    columns: Columns = GUESSED,
    form: Form = MIRRORED,
    selection: Selection = EVERYTHING,
    say: Say | None = None,
    forget: bool = False,
    replace: bool = False,
    report: Report | None = None,
) -> RunStatistics:
    """Clean all documents under `sources` into the folder `out`.

    `options` are recorded in the manifest, and `progress` is called after every record. With
    `keep_only`, a license expression, documents with another or no known license are set aside.
    `engine` is the `map` of a pool, for example; by default, documents are cleaned one by one in
    this process. `columns` names the columns of tables, `selection` limits the documents; `say`
    receives messages, for example about guessed columns. `report` adds files to `out/_run/`. With
    `replace`, a folder that holds only outputs of other inputs, or results of more documents than
    `selection` has, is replaced. With `forget`, the journal is deleted at the end.

    Pages and texts become NAME.txt and NAME.json; NAME.jsonl becomes NAME.jsonl and
    NAME.metadata.jsonl, unless `form` says otherwise. Removals, quarantine and the manifest are in
    `out/_run/`.

    Raises FileNotFoundError and InputError for sources that cannot be read, OverwriteError before
    it would overwrite a file that no run wrote, OSError if `out` cannot be written, and
    LostRecordsError if a record was lost. A stopped run leaves a journal; the same run again
    resumes from it and ends with the same bytes. A run that equals the last one does nothing if
    its outputs are unchanged. If site files or inputs differ, unaffected results are reused.
    """
    plan = plan_run(
        cleaner.rules,
        sources,
        out,
        options or {},
        keep_only=keep_only,
        columns=columns,
        form=form,
        selection=selection,
        say=say,
        replace=replace,
        report=report and report.settings,
    )
    folder = OutputFolder(out)
    with Journal(out / RUN, plan.identity) as journal:
        if unchanged := plan.unchanged:
            return unchanged
        recorder = Recorder(cleaner.rules.version, keep_only, form.dolma)
        run = _Run(cleaner, sources, plan.source, journal, recorder, engine, report)
        with folder.run(plan.addresses, plan.names):
            statistics = run.write(folder, form, options or {}, progress)
            _clear(folder, say or (lambda message: None))
            save_state(folder, plan.whole_identity, statistics)
        journal.end(forget=forget)
        return statistics


@dataclass
class _Run:
    """A run in progress."""

    cleaner: Cleaner
    sources: Sequence[Path | str]
    source: Source
    journal: Journal
    recorder: Recorder
    engine: Engine | Distributed | None
    report: Report | None

    def __post_init__(self) -> None:
        self.statistics = RunStatistics()

    def write(
        self, folder: OutputFolder, form: Form, options: dict[str, Any], progress: Progress | None
    ) -> RunStatistics:
        """Write the result of every record, then the manifest and the report."""
        statistics, licenses = self.statistics, LicenseStatistics()
        inputs = self.source.inputs
        failed, read, cut = set[int](), set[int](), set[int]()  # inputs, by their records
        statistics.bytes_total, statistics.chosen = self.source.bytes, self.source.documents
        outputs = Outputs(folder, inputs, form)
        # closed here, so that a full disk fails the last part of the journal now
        with outputs, closing(self._results()) as results:
            for result in results:
                outputs.write(result)
                statistics.add(result)
                (failed if result.status == Status.DECODE.value else read).add(result.owner)
                if result.unreadable:
                    cut.add(result.owner)
                if result.rights:
                    licenses.add(result.site, result.license, conflicting=result.conflict)
                if self.report:
                    self.report.add(result, inputs[result.owner].name)
                if progress:
                    statistics.bytes_read = self.source.bytes_read
                    progress(statistics)
            outputs.finish()
        statistics.check()
        nothing_read = {n for n in failed - read if inputs[n].has_records}
        statistics.unreadable = [inputs[n].name for n in sorted(cut | nothing_read)]
        about = {
            "cleaner_version": VERSION,
            "package_versions": package_versions(),
            "rules_version": self.cleaner.rules.version,
            "rule_sources": [source.record() for source in self.cleaner.rules.sources],
            "options": options,
            "sources": [_name(source) for source in self.sources],
            "statistics": statistics.record(),
            "inputs": [_input_record(item) for item in inputs],
        }
        for name, content in self.report.files(about) if self.report else ():
            folder.write(f"{RUN}/{name}", content)
        manifest = {**about, "outputs": sorted(folder.written)}
        folder.write(f"{RUN}/rights-summary.json", pretty(licenses.record()))
        folder.write(MANIFEST, pretty(manifest))
        return statistics

    def _results(self) -> Generator[JournalEntry, None, None]:
        """Yield the result of every record in order: first those in the journal."""
        done = [0] * len(self.source.inputs)
        for result in self.journal.saved():
            done[result.owner] += 1
            self.statistics.read += 1
            self.statistics.resumed += 1
            yield result
        try:
            for result in self._new_results(done):
                self.journal.save(result)
                yield result
        finally:
            self.journal.flush()

    def _new_results(self, done: list[int]) -> Iterator[JournalEntry]:
        if self.engine is not None and not callable(self.engine):
            for result in self.engine.results(self.source, done):
                self.statistics.read += 1
                yield result
            return
        owners: deque[int] = deque()  # the inputs of the records in the engine
        for given in (self.engine or self._one_by_one)(self._records(owners, sum(done))):
            result = given if isinstance(given, JournalEntry) else self.recorder(given)
            owner = owners.popleft()
            yield result if result.owner == owner else replace(result, owner=owner)

    def _records(self, owners: deque[int], skip: int) -> Iterator[Document | Broken | JournalEntry]:
        """Yield the records after the first `skip`, in order, or the valid earlier result of one;
        append the number of its input to `owners`."""
        found = self.journal.earlier
        earlier = (
            PreviousResults(found[1], found[0], self.journal.identity, self.cleaner.rules)
            if found
            else None
        )
        every = (
            (owner, earlier and earlier.result(owner, record), record)
            for owner, record in self.source.records()
        )
        for owner, result, record in itertools.islice(every, skip, None):
            self.statistics.read += 1
            self.statistics.reused += result is not None
            owners.append(owner)
            yield result or record

    def _one_by_one(
        self, records: Iterable[Any]
    ) -> Iterator[CleanDocument | Broken | JournalEntry]:
        """The engine without processes: nothing protects the run from a document."""
        for record in records:
            is_document = isinstance(record, Document)
            yield self.cleaner.clean_batch([record])[0] if is_document else record


def _clear(folder: OutputFolder, say: Say) -> None:
    """Remove outputs that only earlier runs wrote, and report that."""
    removed, changed = folder.clear()
    if removed:
        say(f"removed {removed} output{'s' * (removed != 1)} of the previous run")
    if changed:
        more = f" and {len(changed) - 1} more" if changed[1:] else ""
        say(f"{folder.root / changed[0]}{more}: changed since a run wrote it; not removed")


def _name(source: Path | str) -> str:
    """The last part of a path, which is the same on every machine, or of an address without its
    query, which may have a key."""
    name = well_formed(str(source))
    if "://" in name:
        name = name.partition("?")[0]
    return name.rstrip("/").rpartition("/")[2] or name


def _input_record(item: Input) -> dict[str, Any]:
    """The entry of an input in the manifest; remote files are not read again for their digest."""
    if is_remote(item.path):
        return {"name": item.name, "bytes": item.size, "sha256": None}
    path = item.path
    found = digest_of(path) if path.is_file() else hashlib.sha256().hexdigest()
    return {"name": item.name, "bytes": item.size, "sha256": found}
