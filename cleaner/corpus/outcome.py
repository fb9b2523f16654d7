"""What is written of one record: the lines for each output, ready to be kept and written again."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson

from cleaner.corpus.ledger import NOASSERTION, conflicts, is_wanted, rights_record, site_of
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
from cleaner.document import CleanDocument, Status


@dataclass(frozen=True, slots=True)
class Outcome:
    """One record of input number `owner`. `status` is that of the document; `failure` its
    quarantine record, `aside` its whole record where it is set aside for its licence."""

    owner: int
    status: str
    text: str = ""
    metadata: str = ""
    removals: str = ""
    rights: str = ""
    failure: str = ""
    aside: str = ""
    chars_in: int = 0
    chars_out: int = 0
    site: str = ""
    license: str = NOASSERTION
    conflict: bool = False
    rules: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> bytes:
        return orjson.dumps(asdict(self), option=orjson.OPT_APPEND_NEWLINE)

    @staticmethod
    def from_json(line: bytes) -> Outcome:
        data: dict[str, Any] = orjson.loads(line)
        return Outcome(**data)


def outcome_of(
    result: CleanDocument | Broken,
    owner: int,
    *,
    as_row: bool,
    keep_only: str | None,
    rules_version: str,
) -> Outcome:
    """What is written of a result; `as_row` says that it becomes a line of a file of many."""
    if isinstance(result, Broken) or result.status is not Status.OK:
        status = Status.DECODE if isinstance(result, Broken) else result.status
        return Outcome(owner, status.value, failure=_str(dumps(quarantine_record(result))))
    rights: dict[str, Any] = {
        "rights": _str(dumps(rights_record(result))),
        "site": site_of(result),
        "license": result.metadata.license or NOASSERTION,
        "conflict": bool(conflicts(result)),
    }
    if not is_wanted(result, keep_only):
        whole = pipe_record(result, rules_version)
        return Outcome(owner, result.status.value, aside=_str(dumps(whole)), **rights)
    metadata = metadata_record(result, rules_version)
    text = _str(dumps(text_record(result))) if as_row else f"{result.text}\n"
    return Outcome(
        owner,
        result.status.value,
        text=text,
        metadata=_str(dumps(metadata) if as_row else pretty(metadata)),
        removals=_str(b"".join(map(dumps, removal_records(result)))),
        chars_in=len(result.normalized),
        chars_out=len(result.text or ""),
        rules=dict(Counter(removal.rule for removal in result.removals)),
        **rights,
    )


def _str(data: bytes) -> str:
    return data.decode("utf-8")
