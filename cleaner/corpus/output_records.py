"""The records of the outputs, for people and for dolma, and their columns in Parquet."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import orjson

from cleaner.corpus.rows import Broken
from cleaner.corpus.streams import MissingExtraError
from cleaner.document import (
    Alternative,
    CleanDocument,
    Document,
    Metadata,
    Pruned,
    Removal,
    RightsNotice,
    Status,
    Suspect,
    well_formed,
)
from cleaner.rights.licenses import license_matches
from cleaner.version import VERSION

Json = dict[str, Any]
NOASSERTION = "NOASSERTION"  # SPDX: nothing is known
TAGGER = "cleaner"  # the name of the tagger in dolma
TEXT, METADATA = "text", "metadata"
RECORD = "record"  # everything about a document: text, metadata, removals


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
    """The text, in the shape that dolma and datatrove read. `added` comes from the input: the
    current time would differ in every run."""
    given = done.document.metadata
    return {
        "id": done.document.id,
        "text": done.text,
        "source": done.document.source,
        "added": _str(given.get("added")),
        "created": _str(given.get("created")) or done.metadata.date_published,
        "metadata": {"url": done.metadata.url, "sites": list(done.sites)},
    }


def metadata_record(done: CleanDocument, rules_version: str) -> Json:
    """The metadata of a document, and how its text was made."""
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
        "boilerplate_left": round(done.boilerplate_left),
        "suspects": tuple(map(_fields, done.suspects)),
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


def _fields(value: Metadata | Removal | RightsNotice | Alternative | Suspect) -> Json:
    """Like `dataclasses.asdict`, but ten times as fast."""
    return {name: getattr(value, name) for name in value.__slots__}


def rights_record(done: CleanDocument) -> Json:
    """Return what is known about the rights to a document, with its notices."""
    found = done.metadata
    return {
        "id": done.document.id,
        "site": site_of(done),
        "license": found.license or NOASSERTION,
        "basis": found.license_basis,
        "holder": found.rights_holder,
        "year": found.rights_year,
        "conditions": list(found.rights_conditions),
        "conflict": conflicts(done),
        "notices": [
            {"kind": n.kind, "scope": n.scope, "basis": n.basis, "license": n.license,
             "holder": n.holder, "rule": n.rule, "text": n.text}
            for n in found.rights_notices
        ],
    }  # fmt: skip


def conflicts(done: CleanDocument) -> list[str]:
    """Return the licenses of notices about the text if they differ."""
    stated = {n.license for n in done.metadata.rights_notices if n.scope == "text" and n.license}
    return sorted(stated) if len(stated) > 1 else []


def site_of(done: CleanDocument) -> str:
    return done.metadata.hostname or done.metadata.site_name or "unknown"


def is_wanted(done: CleanDocument, expression: str | None) -> bool:
    """Whether the license of a document matches `expression`, if one is given."""
    return expression is None or license_matches(done.metadata.license, expression)


def removal_records(done: CleanDocument) -> Iterator[Json]:
    """The removals from the text, then the nodes removed from the page, which have a selector and
    no position in the text."""
    for removal in done.removals:
        yield {"id": done.document.id, **_removal(removal)}
    for node in done.pruned:
        yield {"id": done.document.id, **_pruned(node)}


def _removal(removal: Removal) -> Json:
    values = _fields(removal)
    return (
        values if removal.score is not None else {k: v for k, v in values.items() if k != "score"}
    )


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
            *(_removal(removal) for removal in done.removals),
            *(_pruned(node) for node in done.pruned),
        ],
        "status": done.status.value,
    }
    return record if done.status is Status.OK else {**record, "message": done.message}


@dataclass(frozen=True)
class WholeRecord:
    """Serializes results: a line with the whole record, and whether it has clean text."""

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
    """The failed document that replaces a result whose record cannot be serialized."""
    message = f"its record cannot be written: {type(error).__name__}: {error}"
    return CleanDocument(replace(result.document, metadata={}), Status.ERROR, message=message)


def broken_record(broken: Broken) -> Json:
    """The record in the pipe for a line that is not a document."""
    return {
        "id": broken.id,
        "text": None,
        "metadata": None,
        "removals": [],
        "status": Status.DECODE.value,
        "message": broken.message,
    }


def quarantine_record(failed: CleanDocument | Broken) -> Json:
    """Why a record has no clean text, and its input."""
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


def dolma_document(done: CleanDocument) -> dict[str, Any]:
    """The document before cleaning. Attributes of dolma count in its text, which is the normalized
    one; removing all their spans gives the clean text, without the replacements of some rules."""
    return {
        "id": done.document.id,
        "text": done.normalized,
        "source": done.document.source,
        "metadata": {"url": done.metadata.url},
    }


def dolma_attributes(done: CleanDocument) -> dict[str, Any]:
    """The removed spans, `[start, end, 1.0]` in code points, by rule."""
    attributes: dict[str, list[list[float]]] = {}
    for removal in done.removals:
        attributes.setdefault(attribute_of(removal.rule), []).append(
            [removal.start, removal.end, 1.0]
        )
    return {"id": done.document.id, "source": done.document.source, "attributes": attributes}


def attribute_of(rule: str) -> str:
    """The name of an attribute.

    >>> attribute_of("globalresearch.ca/copyright")
    'cleaner__globalresearch_ca__copyright'
    """
    return "__".join([TAGGER, *(re.sub(r"\W+", "_", part) for part in rule.split("/", 1))])


def _str(value: Any) -> str | None:
    return str(value) if value is not None else None


def schema_of(what: str) -> Any:
    """The pyarrow schema of text, metadata or whole records; all columns are nullable.

    JSON objects with free keys (`origins`, `alternatives`) become lists, because some readers of
    Parquet have no maps."""
    pa = _pyarrow()
    columns = {TEXT: _text_columns, METADATA: _metadata_columns, RECORD: _record_columns}[what]
    return pa.schema(list(columns(pa).items()))


def table_of(lines: list[bytes], what: str) -> Any:
    """JSON lines as a pyarrow table of a schema; values without a column are dropped."""
    pa = _pyarrow()
    rows = [_row(orjson.loads(line), what) for line in lines]
    return pa.Table.from_pylist(rows, schema=schema_of(what))


def _row(row: dict[str, Any], what: str) -> dict[str, Any]:
    if what == RECORD and row.get("metadata"):
        return {**row, "metadata": _row(row["metadata"], METADATA)}
    if what != METADATA:
        return row
    return {
        **row,
        "origins": [{"field": f, "origin": origin} for f, origin in row["origins"].items()],
        "alternatives": [
            {"field": field, **other, "value": _text_of(other["value"])}
            for field, others in row["alternatives"].items()
            for other in others
        ],
    }


def _text_of(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _text_columns(pa: Any) -> dict[str, Any]:
    strings = pa.list_(pa.string())
    metadata = pa.struct({"url": pa.string(), "sites": strings})
    names = ("id", "text", "source", "added", "created")
    return {**dict.fromkeys(names, pa.string()), "metadata": metadata}


def _metadata_columns(pa: Any) -> dict[str, Any]:
    text, number, texts = pa.string(), pa.int64(), pa.list_(pa.string())
    notice = {
        **dict.fromkeys(("kind", "text", "rule"), text),
        **dict.fromkeys(("start", "end"), number),
        **dict.fromkeys(("scope", "basis", "holder", "distributor"), text),
        "year": number, "license": text, "conditions": texts, "contact": texts, "url": text,
    }  # fmt: skip
    origin = {"field": text, "origin": text}
    one = ("id", "url", "canonical_url", "hostname", "site_name", "title", "date_published",
           "date_modified", "language", "description", "original_source", "original_date",
           "license", "license_url", "license_basis", "rights_holder", "status", "extractor",
           "extractor_why", "sha256_text", "cleaner_version", "rules_version")  # fmt: skip
    many = ("authors", "categories", "tags", "regions", "themes", "series", "republished_by",
            "rights_conditions", "contact", "sites", "notes")  # fmt: skip
    return {
        **dict.fromkeys(one, text),
        **dict.fromkeys(many, texts),
        **dict.fromkeys(("rights_year", "chars_in", "chars_out", "boilerplate_left"), number),
        "suspects": pa.list_(pa.struct({"text": text, "probability": pa.float64(), "kind": text})),
        "rights_notices": pa.list_(pa.struct(notice)),
        "origins": pa.list_(pa.struct(origin)),
        "alternatives": pa.list_(pa.struct({**origin, "value": text})),
    }


def _record_columns(pa: Any) -> dict[str, Any]:
    text, number = pa.string(), pa.int64()
    removal = {
        **dict.fromkeys(("rule", "kind"), text),
        **dict.fromkeys(("start", "end"), number),
        **dict.fromkeys(("text", "put", "selector"), text),
        "score": pa.float64(),
    }
    return {
        **dict.fromkeys(("id", "text", "status", "message"), text),
        "metadata": pa.struct(_metadata_columns(pa)),
        "removals": pa.list_(pa.struct(removal)),
    }


def _pyarrow() -> Any:
    try:
        import pyarrow
    except ImportError:
        raise MissingExtraError("Parquet", "formats") from None
    return pyarrow
