"""The records that are written: plain JSON values out of a cleaned document."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import orjson

from cleaner.corpus.rows import Broken
from cleaner.document import (
    Alternative,
    CleanDocument,
    Document,
    Metadata,
    Pruned,
    Removal,
    RightsNotice,
    Status,
    well_formed,
)
from cleaner.version import VERSION

Json = dict[str, Any]


def dumps(record: Any, option: int = 0) -> bytes:
    """Serialize a record, a mapping or dataclass, as one line of JSON; keys keep their order."""
    option |= orjson.OPT_APPEND_NEWLINE
    try:
        return orjson.dumps(record, option=option)
    except TypeError:
        return orjson.dumps(_plain(record), option=option)


def _plain(value: Any) -> Any:
    """Replace what JSON cannot hold: lone surrogates, large integers, values of other types."""
    if value is None or isinstance(value, (bool, float)):
        return value
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, Mapping):
        return {well_formed(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    is_small = isinstance(value, int) and abs(value) < 2**63
    return value if is_small else well_formed(str(value))


def pretty(record: Json) -> bytes:
    return dumps(record, orjson.OPT_INDENT_2)


def text_record(done: CleanDocument) -> Json:
    """The text, in the shape that dolma and datatrove read. `added` is what the input said:
    the clock would make every run differ."""
    said = done.document.metadata
    return {
        "id": done.document.id,
        "text": done.text,
        "source": done.document.source,
        "added": _str(said.get("added")),
        "created": _str(said.get("created")) or done.metadata.date_published,
        "metadata": {"url": done.metadata.url, "sites": list(done.sites)},
    }


def metadata_record(done: CleanDocument, rules_version: str) -> Json:
    """All that is known beside the text, and how the text was made."""
    return {
        "id": done.document.id,
        **_metadata(done.metadata),
        "status": done.status.value,
        "sites": list(done.sites),
        "extractor": done.extractor,
        "extractor_why": done.why,
        "notes": list(done.notes),
        "chars_in": len(done.normalized),
        "chars_out": len(done.text or ""),
        "sha256_text": hashlib.sha256((done.text or "").encode()).hexdigest(),
        "cleaner_version": VERSION,
        "rules_version": rules_version,
    }


def _metadata(metadata: Metadata) -> Json:
    return {
        **_fields(metadata),
        "rights_notices": tuple(map(_fields, metadata.rights_notices)),
        "origins": dict(metadata.origins),
        "alternatives": {
            name: tuple(map(_fields, others)) for name, others in metadata.alternatives.items()
        },
    }


def _fields(value: Metadata | Removal | RightsNotice | Alternative) -> Json:
    """As `dataclasses.asdict`, ten times sooner."""
    return {name: getattr(value, name) for name in value.__slots__}


def removal_records(done: CleanDocument) -> Iterator[Json]:
    """What went from the text, and after it the nodes that went from the page before: these have
    a selector, and no place in the text."""
    for removal in done.removals:
        yield {"id": done.document.id, **_fields(removal)}
    for node in done.pruned:
        yield {"id": done.document.id, **_pruned(node)}


def _pruned(node: Pruned) -> Json:
    none: Json = {"start": None, "end": None}
    return {"rule": node.rule, "kind": "pruned", **none, "text": node.text, "put": "",
            "selector": node.selector}  # fmt: skip


def pipe_record(done: CleanDocument, rules_version: str) -> Json:
    """Everything about one document in one record."""
    record: Json = {
        "id": done.document.id,
        "text": done.text,
        "metadata": metadata_record(done, rules_version),
        "removals": [
            *(_fields(removal) for removal in done.removals),
            *(_pruned(node) for node in done.pruned),
        ],
        "status": done.status.value,
    }
    return record if done.status is Status.OK else {**record, "message": done.message}


@dataclass(frozen=True)
class WholeRecord:
    """Makes of a result its whole record as a line, and whether it has clean text."""

    rules_version: str

    def __call__(self, result: CleanDocument | Broken) -> tuple[bytes, bool]:
        if isinstance(result, Broken):
            return dumps(broken_record(result)), False
        try:
            line = dumps(pipe_record(result, self.rules_version))
        except Exception as error:
            result = unwritable(result, error)
            line = dumps(pipe_record(result, self.rules_version))
        return line, result.status is Status.OK


def unwritable(result: CleanDocument, error: Exception) -> CleanDocument:
    """The failed document that takes the place of a result whose record cannot be written."""
    message = f"its record cannot be written: {type(error).__name__}: {error}"
    return CleanDocument(replace(result.document, metadata={}), Status.ERROR, message=message)


def broken_record(broken: Broken) -> Json:
    """What the pipe says of a line that was no document."""
    return {
        "id": broken.id,
        "text": None,
        "metadata": None,
        "removals": [],
        "status": Status.DECODE.value,
        "message": broken.message,
    }


def quarantine_record(failed: CleanDocument | Broken) -> Json:
    """Why a record has no clean text, with the record itself."""
    if isinstance(failed, Broken):
        return {
            "id": failed.id,
            "source": failed.source,
            "index": failed.index,
            "status": Status.DECODE.value,
            "message": failed.message,
            "input": failed.raw,
        }
    document = failed.document
    return {
        "id": document.id,
        "source": document.source,
        "index": document.index,
        "status": failed.status.value,
        "message": failed.message,
        **_input(document),
    }


def _input(document: Document) -> Json:
    body: Any = document.body
    if not isinstance(body, (bytes, bytearray)):
        return {"input": well_formed(str(body))}
    try:
        return {"input": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"input_base64": base64.b64encode(body).decode()}


def _str(value: Any) -> str | None:
    return str(value) if value is not None else None
