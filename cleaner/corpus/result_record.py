"""What is written of one record: the lines for each output, ready to be kept and written again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from cleaner.corpus.dolma import dolma_attributes, dolma_document
from cleaner.corpus.records import (
    dumps,
    metadata_record,
    pipe_record,
    quarantine_record,
    removal_records,
    text_record,
    unwritable,
)
from cleaner.corpus.rows import Broken
from cleaner.document import CleanDocument, Format, Status
from cleaner.rights.license_statistics import (
    NOASSERTION,
    conflicts,
    is_wanted,
    rights_record,
    site_of,
)


@dataclass(frozen=True, slots=True)
class ResultRecord:
    """One record of input number `owner`, as lines of JSON. `status` is that of the document;
    `failure` its quarantine record, `aside` its whole record where it is set aside for its
    licence. With `unreadable` the rest of its input could not be read.

    `hosts`, `sites` and `normalized` (of a document without text alone) are what choosing its
    site files rests on; `format` is how its body was read.
    """

    status: str
    owner: int = 0
    text: str = ""
    metadata: str = ""
    removals: str = ""
    rights: str = ""
    failure: str = ""
    aside: str = ""
    dolma: tuple[str, str] = ("", "")
    chars_in: int = 0
    chars_out: int = 0
    site: str = ""
    license: str = NOASSERTION
    conflict: bool = False
    rules: dict[str, int] = field(default_factory=dict)  # removals from the text
    pruned: dict[str, int] = field(default_factory=dict)  # nodes that went from the page
    hosts: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    normalized: str = ""
    unreadable: bool = False
    format: str = Format.TEXT.value

    def to_json(self) -> bytes:
        return dumps(self)

    def removed(self) -> list[dict[str, Any]]:
        """The records of what was removed. Texts may hold line ends of other kinds."""
        return [orjson.loads(line) for line in self.removals.split("\n")[:-1]]

    def renewed(self, owner: int, rules_version: str) -> ResultRecord:
        """The same outcome in another run, with other rules that change nothing of it."""

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
    def from_json(line: bytes) -> ResultRecord:
        data: dict[str, Any] = orjson.loads(line)
        for name in ("hosts", "sites", "dolma"):
            data[name] = tuple(data[name])
        return ResultRecord(**data)


@dataclass(frozen=True)
class Recorder:
    """Makes outcomes. Documents under other licences than those of `keep_only` (None: any) are
    set aside; with `dolma` there are dolma's records too."""

    rules_version: str
    keep_only: str | None = None
    dolma: bool = False

    def __call__(self, result: CleanDocument | Broken) -> ResultRecord:
        """What is written of a result; a result that cannot be written has failed."""
        if isinstance(result, Broken):
            failure = _str(dumps(quarantine_record(result)))
            return ResultRecord(Status.DECODE.value, failure=failure, unreadable=result.ends_input)
        try:
            return self._outcome(result)
        except Exception as error:
            return self._outcome(unwritable(result, error))

    def _outcome(self, result: CleanDocument) -> ResultRecord:
        chosen: dict[str, Any] = {
            "hosts": result.hosts,
            "sites": result.sites,
            "format": result.document.format.value,
        }
        if result.status is not Status.OK:
            failure = _str(dumps(quarantine_record(result)))
            seen = result.normalized
            return ResultRecord(result.status.value, failure=failure, normalized=seen, **chosen)
        outcome = ResultRecord(
            result.status.value,
            rights=_str(dumps(rights_record(result))),
            site=site_of(result),
            license=result.metadata.license or NOASSERTION,
            conflict=bool(conflicts(result)),
            **chosen,
        )
        if not is_wanted(result, self.keep_only):
            whole = pipe_record(result, self.rules_version)
            return replace(outcome, aside=_str(dumps(whole)), normalized=result.normalized)
        return replace(
            outcome,
            text=_str(dumps(text_record(result))),
            metadata=_str(dumps(metadata_record(result, self.rules_version))),
            removals=_str(b"".join(map(dumps, removal_records(result)))),
            dolma=self._dolma(result),
            chars_in=len(result.normalized),
            chars_out=len(result.text or ""),
            rules=dict(Counter(removal.rule for removal in result.removals)),
            pruned=dict(Counter(node.rule for node in result.pruned)),
        )

    def _dolma(self, result: CleanDocument) -> tuple[str, str]:
        if not self.dolma:
            return "", ""
        return _str(dumps(dolma_document(result))), _str(dumps(dolma_attributes(result)))


def _str(data: bytes) -> str:
    return data.decode("utf-8")
