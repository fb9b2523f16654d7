"""The output files of a run: their names, their form, and which record goes where."""

from __future__ import annotations

import hashlib
import io
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import orjson

from cleaner.corpus.arrow_tables import FLAT, METADATA, TEXT, schema_of, table_of
from cleaner.corpus.flat_table import flat_line
from cleaner.corpus.inputs import Input
from cleaner.corpus.journal_entry import JournalEntry
from cleaner.corpus.output_folder import DOLMA, RUN, OutputFolder
from cleaner.corpus.output_records import TAGGER, pretty
from cleaner.corpus.streams import PACKED, pack
from cleaner.errors import OptionError

TO = ("jsonl", "jsonl.gz", "jsonl.zst", "parquet")
TOGETHER = "documents"  # the table of documents that had a file each
MAX_NAME_BYTES = 200  # without extensions
MAX_PATH_BYTES = 700  # of a name with its folders; some systems allow 1,024 with OUT
SHARD_BYTES = 512 * 10**6  # of JSON in a file of a flat table
MAX_GROUP_ROWS, MAX_GROUP_BYTES = 4096, 16 * 2**20  # of a row group; bytes of JSON

Write = Callable[[str], None]  # receives one line of JSON
Take = Callable[[JournalEntry], None]


@dataclass(frozen=True, slots=True)
class Form:
    """The form of the outputs. Tables are written as `to`, one of TO; with `to`, documents that
    had a file each become one table too. With `dolma`, documents and attributes for dolma are
    added. With `flat`, there is one table with all documents and their metadata, in Parquet unless
    `to` is given; its next file begins after `shard_bytes` of JSON."""

    to: str | None = None
    dolma: bool = False
    flat: bool = False
    shard_bytes: int = SHARD_BYTES

    def __post_init__(self) -> None:
        if self.flat and self.dolma:
            raise OptionError("flat and dolma: documents for dolma would be files of another table")
        if self.flat and not self.to:
            object.__setattr__(self, "to", "parquet")


MIRRORED = Form()


def check_form(form: Form) -> None:
    """Raise MissingExtraError if a package that this form needs is not installed."""
    if form.to == "parquet":
        schema_of(TEXT)
    elif form.to:
        with pack(io.BytesIO(), PurePosixPath(form.to).suffix):
            pass


class Outputs:
    """The output files of a run. Those of the inputs are open one after the other, as results
    come; those of the run are open throughout."""

    def __init__(self, folder: OutputFolder, inputs: Sequence[Input], form: Form) -> None:
        self._folder, self._inputs, self._form = folder, inputs, form
        self._names = output_names(inputs, form)
        self._next = 0  # the first input whose outputs are not open yet
        self._open = ExitStack()  # the outputs of the input before it

    def __enter__(self) -> Outputs:
        names = ("removals", "insertions", "quarantine", "rights", "set-aside")
        with ExitStack() as opened:
            self._removals, self._insertions, self._quarantine, self._rights, self._aside = (
                opened.enter_context(_open(self._folder, f"{RUN}/{name}.jsonl")) for name in names
            )
            self._together: list[Take] = []
            if self._form.flat:
                self._together = [opened.enter_context(_open_shards(self._folder, self._form))]
            elif any(not item.has_records for item in self._inputs):
                self._together = self._table(opened, TOGETHER, rows=bool(self._form.to))
            self._of_run = opened.pop_all()
        self._rows = self._together
        return self

    def __exit__(self, *error: Any) -> None:
        try:
            self._open.__exit__(*error)
        finally:
            self._of_run.__exit__(*error)

    def finish(self) -> None:
        """Complete all files, also the outputs of inputs without a record."""
        self._advance(len(self._inputs) - 1)
        self._open.close()
        self._of_run.close()

    def write(self, result: JournalEntry) -> None:
        """Write a result. Results come in the order of their inputs."""
        self._advance(result.owner)
        for write, lines in (
            (self._removals, result.removals),
            (self._insertions, result.insertions),
            (self._quarantine, result.failure),
            (self._rights, result.rights),
            (self._aside, result.aside),
        ):
            if lines:
                write(lines)
        if not result.text:
            return
        for take in self._rows:
            take(result)
        if not self._form.to and not self._inputs[result.owner].has_records:
            text, metadata = self._names[result.owner]
            self._folder.write(text, f"{orjson.loads(result.text)['text']}\n".encode())
            self._folder.write(metadata, pretty(orjson.loads(result.metadata)))

    def _advance(self, number: int) -> None:
        while self._next <= number:
            self._open.close()
            item = self._inputs[self._next]
            if item.has_records and not self._form.flat:
                self._rows = self._table(self._open, self._stem(self._next), rows=True)
            else:
                self._rows = self._together
            self._next += 1

    def _stem(self, number: int) -> str:
        return _stem_of(self._names[number][0], self._form)

    def _table(self, owner: ExitStack, stem: str, *, rows: bool) -> list[Take]:
        """The functions that receive each result for the tables named `stem`."""

        def lines(name: str, what: str | None = None) -> Write:
            return owner.enter_context(_open(self._folder, name, what))

        takes: list[Take] = []
        if rows:
            names = _row_names(stem, self._form)
            text, metadata = lines(names[0], TEXT), lines(names[1], METADATA)
            takes += [lambda done: text(done.text), lambda done: metadata(done.metadata)]
        if self._form.dolma:
            document, spans = map(lines, _dolma_names(stem))
            takes += [lambda done: document(done.dolma[0]), lambda done: spans(done.dolma[1])]
        return takes


@contextmanager
def _open(folder: OutputFolder, name: str, what: str | None = None) -> Iterator[Write]:
    """Open a file of lines, compressed by its extension, or of Parquet rows of `what`."""
    if not name.endswith(".parquet"):
        with folder.open(name) as raw, pack(raw, PurePosixPath(name).suffix) as out:

            def write(line: str) -> None:
                out.write(line.encode())

            yield write
        return
    assert what
    schema = schema_of(what)
    from pyarrow.parquet import ParquetWriter

    with folder.open(name) as raw, ParquetWriter(raw, schema, compression="zstd") as table:
        lines: list[bytes] = []  # the row group in memory
        size = 0

        def flush() -> None:
            nonlocal size
            if lines:
                table.write_table(table_of(lines, what))
            lines.clear()
            size = 0

        def add(line: str) -> None:
            nonlocal size
            lines.append(line.encode())
            size += len(line)
            if len(lines) >= MAX_GROUP_ROWS or size >= MAX_GROUP_BYTES:
                flush()

        yield add
        flush()


@contextmanager
def _open_shards(folder: OutputFolder, form: Form) -> Iterator[Take]:
    """Open the files of a flat table, one after the other."""
    names = (_shard(number, form) for number in itertools.count())
    with ExitStack() as shard:
        write = shard.enter_context(_open(folder, next(names), FLAT))
        size = 0

        def add(done: JournalEntry) -> None:
            nonlocal write, size
            line = flat_line(done.text, done.metadata)
            if size and size + len(line) > form.shard_bytes:
                shard.close()
                write = shard.enter_context(_open(folder, next(names), FLAT))
                size = 0
            write(line)
            size += len(line)

        yield add


def _shard(number: int, form: Form) -> str:
    """The name of a file of a flat table. Hugging Face datasets reads the files whose names have
    the word "train", and ignores the others in the folder."""
    return f"train-{number:05}.{form.to}"


def planned_names(
    inputs: Sequence[Input], form: Form = MIRRORED, out: Path | None = None
) -> Iterator[str]:
    """Yield the names of all files that a run may write outside `_run`. How many files a flat table
    has is not known before; those that `out` has are planned."""
    if form.flat:
        there = {path.name for path in out.glob(f"train-*.{form.to}")} if out else set[str]()
        yield from sorted({_shard(0, form), *there})
        return
    for item, pair in zip(inputs, output_names(inputs, form), strict=True):
        if item.has_records:
            yield from (*pair, *(_dolma_names(_stem_of(pair[0], form)) if form.dolma else ()))
        elif not form.to:
            yield from pair
    if any(not item.has_records for item in inputs):
        yield from _row_names(TOGETHER, form) if form.to else ()
        yield from _dolma_names(TOGETHER) if form.dolma else ()


def _row_names(stem: str, form: Form) -> tuple[str, str]:
    ending = form.to or "jsonl"
    return f"{stem}.{ending}", f"{stem}.metadata.{ending}"


def _dolma_names(stem: str) -> tuple[str, str]:
    kinds = ("documents", f"attributes/{TAGGER}")
    documents, attributes = (f"{DOLMA}/{kind}/{stem}.jsonl.gz" for kind in kinds)
    return documents, attributes


def _stem_of(name: str, form: Form) -> str:
    return name.removesuffix(f".{form.to or 'jsonl'}")


def output_names(inputs: Iterable[Input], form: Form = MIRRORED) -> list[tuple[str, str]]:
    """The names of the two outputs of each input, all different: with `a.html` and `a.md` in one
    folder, the second keeps its extension."""
    ending = form.to or "jsonl"
    inputs = list(inputs)
    taken = {str(folder) for item in inputs for folder in _valid_path(item.name).parents}
    if form.to or form.dolma:
        taken.add(f"{TOGETHER}.{ending}")
    names = []
    for item in inputs:
        for stem in _stems(item.name):
            pages = (f"{stem}.txt", f"{stem}.json")
            pair = _row_names(stem, form) if item.has_records else pages
            if not taken & set(pair):
                break
        taken.update(pair)
        names.append(pair)
    return names


def _stems(name: str) -> Iterator[str]:
    path = _valid_path(name)
    if path.suffix.lower() in PACKED:
        path = path.with_suffix("")
    yield str(path.with_suffix(""))
    yield str(path)
    for number in itertools.count(2):
        yield f"{path}-{number}"


def _valid_path(name: str) -> PurePosixPath:
    """A name that is valid in the output folder: not in the folders of the run, without
    separators of other systems, and not too long for a file system."""
    if len(name.encode()) > MAX_PATH_BYTES:
        name = name.replace("/", "_")
    path = PurePosixPath(*(_shortened(part) for part in name.replace("\\", "_").split("/")))
    return PurePosixPath(f"_{path}") if path.parts[0] in (RUN, DOLMA) else path


def _shortened(part: str) -> str:
    if len(part.encode()) <= MAX_NAME_BYTES:
        return part
    ending = PurePosixPath(part).suffix
    short = part.encode()[: MAX_NAME_BYTES // 2].decode("utf-8", "ignore")
    return f"{short}-{hashlib.sha256(part.encode()).hexdigest()[:16]}{ending}"
