"""A document of a run, rebuilt from its outcome: what it was, what went, and what is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from cleaner.corpus.result_record import ResultRecord
from cleaner.document import Format, Pruned, Removal

Json = Mapping[str, Any]
SET_ASIDE = "set-aside"


@dataclass(frozen=True)
class Replayed:
    """A document as a run left it.

    `state` is its status, or `set-aside`; `text` is None where there is no clean one. `normalized`
    is the text that the offsets of `removals` count in; of a document with a status that is not OK
    there are none. `metadata` is its record (empty for such documents), `message` why it failed.
    """

    id: str
    state: str
    normalized: str = ""
    text: str | None = None
    removals: tuple[Removal, ...] = ()
    pruned: tuple[Pruned, ...] = ()
    metadata: Json = field(default_factory=dict)
    site: str = ""
    sites: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    message: str | None = None
    format: Format = Format.TEXT


def rebuild(outcome: ResultRecord) -> Replayed:
    """The document that an outcome is of."""
    common: dict[str, Any] = {
        "normalized": outcome.normalized_text, "site": outcome.site,
        "sites": outcome.sites, "hosts": outcome.hosts,
        "format": Format(outcome.format),
    }  # fmt: skip
    if outcome.failure:
        record = orjson.loads(outcome.failure)
        return Replayed(record["id"], outcome.status, message=record["message"], **common)
    if outcome.aside:
        record = orjson.loads(outcome.aside)
        state, metadata, gone = SET_ASIDE, record["metadata"], record["removals"]
    else:
        record, metadata = orjson.loads(outcome.text), orjson.loads(outcome.metadata)
        state, gone = outcome.status, outcome.removed()
    return Replayed(
        record["id"],
        state,
        text=record["text"],
        removals=tuple(_removal(r) for r in gone if r["start"] is not None),
        pruned=tuple(_pruned(r) for r in gone if r["start"] is None),
        metadata=metadata,
        **common,
    )


def id_of(outcome: ResultRecord) -> str:
    """The id of the document that an outcome is of."""
    return str(orjson.loads(outcome.text or outcome.failure or outcome.aside)["id"])


def _removal(record: Json) -> Removal:
    names = ("rule", "kind", "start", "end", "text", "put")
    return Removal(**{name: record[name] for name in names})


def _pruned(record: Json) -> Pruned:
    return Pruned(record["rule"], record["selector"], record["text"])
