"""Entries of the journal: the result of one record, as its line for each output."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from cleaner.classify.lost_prose import lost_prose
from cleaner.corpus.output_records import (
    NOASSERTION,
    conflicts,
    dolma_attributes,
    dolma_document,
    dumps,
    insertion_records,
    is_wanted,
    metadata_record,
    pipe_record,
    quarantine_record,
    removal_records,
    rights_record,
    site_of,
    text_record,
    unwritable,
)
from cleaner.corpus.rows import Broken
from cleaner.document import CleanDocument, Format, Status
from cleaner.text.edits import is_removed, restore


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """The result of one record of input number `owner`, as lines of JSON.

    `failure` is its quarantine record, `aside` its whole record if it is set aside for its
    license. With `unreadable`, the rest of its input could not be read. `hosts`, `sites` and
    `normalized` (only of a document without text) show which site files may select it; `format` is
    how its body was read.
    """

    status: str
    owner: int = 0
    text: str = ""
    metadata: str = ""
    removals: str = ""
    insertions: str = ""
    rights: str = ""
    failure: str = ""
    aside: str = ""
    dolma: tuple[str, str] = ("", "")
    chars_in: int = 0
    chars_out: int = 0
    boilerplate_left: int = 0
    lost_prose: int = 0  # lines of running text
    wrong_insertions: int = 0  # an estimate, in lines left in the text
    site: str = ""
    license: str = NOASSERTION
    conflict: bool = False
    rules: dict[str, int] = field(default_factory=dict)  # removals from the text
    pruned: dict[str, int] = field(default_factory=dict)  # nodes removed from the page
    hosts: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    normalized: str = ""
    unreadable: bool = False
    format: str = Format.TEXT.value

    def to_json(self) -> bytes:
        return dumps(self)

    def removed(self) -> list[dict[str, Any]]:
        """The removal records."""
        return _records(self.removals)

    def inserted(self) -> list[dict[str, Any]]:
        """The records of insertions."""
        return _records(self.insertions)

    @property
    def clean_text(self) -> str:
        record = self.text or self.aside
        return str(orjson.loads(record)["text"]) if record else ""

    @property
    def normalized_text(self) -> str:
        """The normalized text, restored from the clean text and the removals."""
        if not self.text:
            return self.normalized
        removed = (r for r in self.removed() if r["start"] is not None)
        return restore(self.clean_text, [(r["start"], r["text"], r["put"]) for r in removed])

    def renewed(self, owner: int, rules_version: str) -> JournalEntry:
        """The same result in a run with other rules, which do not affect it."""

        def with_version(line: str) -> str:
            record = orjson.loads(line)
            (record if "rules_version" in record else record["metadata"])["rules_version"] = (
                rules_version
            )
            return _str(dumps(record))

        return replace(
            self,
            owner=owner,
            metadata=self.metadata and with_version(self.metadata),
            aside=self.aside and with_version(self.aside),
        )

    @staticmethod
    def from_json(line: bytes) -> JournalEntry:
        data: dict[str, Any] = orjson.loads(line)
        for name in ("hosts", "sites", "dolma"):
            data[name] = tuple(data[name])
        return JournalEntry(**data)


@dataclass(frozen=True)
class Recorder:
    """Makes entries of the journal. Documents with a license that `keep_only` does not allow are
    set aside (None allows all); with `dolma`, they have dolma's records too."""

    rules_version: str
    keep_only: str | None = None
    dolma: bool = False

    def __call__(self, result: CleanDocument | Broken) -> JournalEntry:
        """The entry of a result; a result that cannot be serialized becomes a failed one."""
        if isinstance(result, Broken):
            failure = _str(dumps(quarantine_record(result)))
            return JournalEntry(Status.DECODE.value, failure=failure, unreadable=result.ends_input)
        try:
            return self._record(result)
        except Exception as error:
            return self._record(unwritable(result, error))

    def _record(self, result: CleanDocument) -> JournalEntry:
        selection: dict[str, Any] = {
            "hosts": result.hosts,
            "sites": result.sites,
            "format": result.document.format.value,
        }
        if result.status is not Status.OK:
            failure = _str(dumps(quarantine_record(result)))
            text = result.normalized
            return JournalEntry(result.status.value, failure=failure, normalized=text, **selection)
        record = JournalEntry(
            result.status.value,
            rights=_str(dumps(rights_record(result))),
            site=site_of(result),
            license=result.metadata.license or NOASSERTION,
            conflict=bool(conflicts(result)),
            **selection,
        )
        if not is_wanted(result, self.keep_only):
            whole = pipe_record(result, self.rules_version)
            return replace(record, aside=_str(dumps(whole)), normalized=result.normalized)
        spans = [(removal.start, removal.end) for removal in result.removals]
        return replace(
            record,
            text=_str(dumps(text_record(result))),
            metadata=_str(dumps(metadata_record(result, self.rules_version))),
            removals=_str(b"".join(map(dumps, removal_records(result)))),
            insertions=_str(b"".join(map(dumps, insertion_records(result)))),
            dolma=(
                (_str(dumps(dolma_document(result))), _str(dumps(dolma_attributes(result))))
                if self.dolma
                else ("", "")
            ),
            chars_in=len(result.normalized),
            chars_out=len(result.text or ""),
            boilerplate_left=round(result.boilerplate_left),
            lost_prose=len(lost_prose(result.normalized, spans)),
            wrong_insertions=int(
                sum(
                    1 - line.score
                    for line in result.insertions
                    if not is_removed(line.start, line.end, spans)
                )
            ),
            rules=dict(Counter(removal.rule for removal in result.removals)),
            pruned=dict(Counter(node.rule for node in result.pruned)),
        )


def _records(lines: str) -> list[dict[str, Any]]:
    """The records in lines of JSON. They end at "\\n" only: JSON may hold other line ends."""
    return [orjson.loads(line) for line in lines.split("\n")[:-1]]


def _str(data: bytes) -> str:
    return data.decode("utf-8")
