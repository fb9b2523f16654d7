"""Load finished runs from their journals: one run, two runs aligned, and restored documents."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

import orjson

from cleaner.corpus.journal import DamagedJournalError, read_journal
from cleaner.corpus.journal_entry import JournalEntry
from cleaner.corpus.output_folder import RUN
from cleaner.document import Format, Pruned, Removal
from cleaner.errors import LoadRunError

REQUIRED_KEYS = frozenset(
    {"statistics", "inputs", "outputs", "options", "rules_version", "cleaner_version"}
)
CLEAN_AGAIN = "clean into this folder again, without --forget"
SET_ASIDE = "set-aside"
MAX_WAITING = 2048  # documents of a run without a counterpart yet
AlignedPair = tuple[str, JournalEntry | None, JournalEntry | None]  # input, before, after
InputKey = tuple[str, int]  # the name of an input, and the number of earlier inputs named so


@dataclass(frozen=True)
class FinishedRun:
    """The folder of a finished run, its manifest, and the names of its inputs in order."""

    folder: Path
    manifest: dict[str, Any]
    inputs: tuple[str, ...]

    @property
    def records(self) -> int:
        return int(self.manifest["statistics"]["read"])

    @property
    def rules_version(self) -> str:
        return str(self.manifest["rules_version"])

    def outcomes(self) -> Iterator[JournalEntry]:
        """Yield the result of every record, in order.

        Raises LoadRunError at a damaged part of the journal, or at the end if records are missing.
        """
        found = 0
        try:
            for outcome in read_journal(self.folder / RUN)[1]:
                found += 1
                yield outcome
        except DamagedJournalError as error:
            raise LoadRunError(f"{error}; {CLEAN_AGAIN}") from None
        if found != self.records:
            raise LoadRunError(
                f"{self.folder / RUN}: the journal has {found} records, the run had "
                f"{self.records}: the run was stopped, or parts are missing; {CLEAN_AGAIN}"
            )


def open_run(folder: Path) -> FinishedRun:
    """Open the output folder of a finished run. Raises LoadRunError if it has no complete run."""
    if not (folder / RUN).is_dir():
        raise LoadRunError(f"{folder}: not the output folder of a run (it has no {RUN} in it)")
    manifest = _manifest(folder)
    try:
        identity, _ = read_journal(folder / RUN)
    except FileNotFoundError:
        raise LoadRunError(f"{folder / RUN}: the run kept no journal; {CLEAN_AGAIN}") from None
    except DamagedJournalError as error:
        raise LoadRunError(f"{error}; {CLEAN_AGAIN}") from None
    run = FinishedRun(folder, manifest, tuple(item[0] for item in identity.inputs))
    if list(run.inputs) != [item["name"] for item in manifest["inputs"]]:
        raise LoadRunError(
            f"{folder / RUN}: the journal is from a later run over different inputs that did not "
            "finish; run its command again"
        )
    return run


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / RUN / "manifest.json"
    try:
        manifest: dict[str, Any] = orjson.loads(path.read_bytes())
        if missing := REQUIRED_KEYS - manifest.keys():
            raise LoadRunError(f"no {min(missing)}")
        return manifest
    except FileNotFoundError:
        raise LoadRunError(
            f"{folder}: the run is not finished (no {path}); run its command again"
        ) from None
    except (OSError, ValueError, AttributeError) as error:
        raise LoadRunError(f"{path}: damaged ({error}); {CLEAN_AGAIN}") from None


@dataclass(frozen=True)
class RestoredDocument:
    """A document of a run, restored from its result.

    `state` is its status or `set-aside`, `message` the reason of a failure. The offsets of
    `removals` count in `normalized`. Failed documents have no `text`, removals or metadata.
    """

    id: str
    state: str
    normalized: str = ""
    text: str | None = None
    removals: tuple[Removal, ...] = ()
    pruned: tuple[Pruned, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    site: str = ""
    sites: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    message: str | None = None
    format: Format = Format.TEXT


def restore(outcome: JournalEntry) -> RestoredDocument:
    """Restore the document that a result belongs to."""
    common: dict[str, Any] = {
        "normalized": outcome.normalized_text, "site": outcome.site,
        "sites": outcome.sites, "hosts": outcome.hosts,
        "format": Format(outcome.format),
    }  # fmt: skip
    if outcome.failure:
        record = orjson.loads(outcome.failure)
        return RestoredDocument(record["id"], outcome.status, message=record["message"], **common)
    if outcome.aside:
        record = orjson.loads(outcome.aside)
        state, metadata, removed = SET_ASIDE, record["metadata"], record["removals"]
    else:
        record, metadata = orjson.loads(outcome.text), orjson.loads(outcome.metadata)
        state, removed = outcome.status, outcome.removed()
    names = ("rule", "kind", "start", "end", "text", "put", "score")
    return RestoredDocument(
        record["id"],
        state,
        text=record["text"],
        removals=tuple(
            Removal(**{name: r.get(name) for name in names})
            for r in removed
            if r["start"] is not None
        ),
        pruned=tuple(
            Pruned(r["rule"], r["selector"], r["text"]) for r in removed if r["start"] is None
        ),
        metadata=metadata,
        **common,
    )


def id_of(outcome: JournalEntry) -> str:
    """The id of the document that a result belongs to."""
    return str(orjson.loads(outcome.text or outcome.failure or outcome.aside)["id"])


def align_runs(was: FinishedRun, now: FinishedRun) -> Iterator[AlignedPair]:
    """Yield the documents of two runs in order, paired by input, id and position.

    A document that only one run has is yielded without a counterpart, as are documents of an input
    in which thousands wait for theirs. Raises LoadRunError if a run cannot be read, or if the runs
    read their common inputs in different order.
    """
    left, right = _InputReader(was), _InputReader(now)
    for key in _merge_inputs(_input_keys(was.inputs), _input_keys(now.inputs)):
        for one, two in _pair_by_id(left.read(key), right.read(key)):
            yield key[0], one, two
    left.finish()
    right.finish()


class _InputReader:
    """Reads the results of a run, one input after the other."""

    def __init__(self, run: FinishedRun) -> None:
        self._owners = {key: number for number, key in enumerate(_input_keys(run.inputs))}
        self._outcomes = run.outcomes()
        self._head = next(self._outcomes, None)

    def read(self, key: InputKey) -> Iterator[JournalEntry]:
        owner = self._owners.get(key)
        while self._head is not None and self._head.owner == owner:
            found, self._head = self._head, next(self._outcomes, None)
            yield found

    def finish(self) -> None:
        """Read the rest, which raises LoadRunError if records are missing."""
        for _ in self._outcomes:
            pass


def _input_keys(names: Sequence[str]) -> list[InputKey]:
    seen: dict[str, int] = {}
    keys = []
    for name in names:
        seen[name] = seen.get(name, -1) + 1
        keys.append((name, seen[name]))
    return keys


def _merge_inputs(was: list[InputKey], now: list[InputKey]) -> Iterator[InputKey]:
    """Yield the inputs of two runs in an order that agrees with both."""
    both = set(was) & set(now)
    if [key for key in was if key in both] != [key for key in now if key in both]:
        raise LoadRunError(
            "the two runs read their inputs in different order; clean again with the sources of "
            "both in the same order"
        )
    later = iter(now)
    for key in was:
        if key in both:
            for other in later:
                if other == key:
                    break
                yield other
        yield key
    yield from later


def _pair_by_id(
    was: Iterator[JournalEntry], now: Iterator[JournalEntry]
) -> Iterator[tuple[JournalEntry | None, JournalEntry | None]]:
    """Pair the documents of one input by id."""
    left, right = _Unpaired(), _Unpaired()
    for one, two in zip_longest(was, now):
        if one is not None:
            if found := right.take(id_of(one)):
                yield one, found
            else:
                left.put(one)
        if two is not None:
            if found := left.take(id_of(two)):
                yield found, two
            else:
                right.put(two)
        yield from ((lone, None) for lone in left.shrink(MAX_WAITING))
        yield from ((None, lone) for lone in right.shrink(MAX_WAITING))
    yield from ((lone, None) for lone in left.shrink(0))
    yield from ((None, lone) for lone in right.shrink(0))


class _Unpaired:
    """Documents of one run whose counterpart has not been read yet."""

    def __init__(self) -> None:
        self._by_id: dict[str, deque[JournalEntry]] = {}
        self._size = 0

    def put(self, outcome: JournalEntry) -> None:
        self._by_id.setdefault(id_of(outcome), deque()).append(outcome)
        self._size += 1

    def take(self, id: str) -> JournalEntry | None:
        """Remove and return the oldest document with this id."""
        waiting = self._by_id.get(id)
        if not waiting:
            return None
        found = waiting.popleft()
        self._size -= 1
        if not waiting:
            del self._by_id[id]
        return found

    def shrink(self, size: int) -> Iterator[JournalEntry]:
        """Remove and yield the oldest documents until `size` are left."""
        while self._size > size:
            found = self.take(next(iter(self._by_id)))
            if found is not None:
                yield found
