"""The columns of Parquet outputs: all nullable, and the same for all documents.

JSON objects with free keys (`origins`, `alternatives`) become lists, because some readers of
Parquet have no maps."""

from __future__ import annotations

from typing import Any

import orjson

from cleaner.corpus.streams import MissingExtraError

TEXT, METADATA = "text", "metadata"
RECORD = "record"  # everything about a document: text, metadata, removals


def schema_of(what: str) -> Any:
    """The pyarrow schema of text, metadata or whole records."""
    pa = _pyarrow()
    return pa.schema(list({TEXT: _text, METADATA: _metadata, RECORD: _record}[what](pa).items()))


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


def _text(pa: Any) -> dict[str, Any]:
    strings = pa.list_(pa.string())
    metadata = pa.struct({"url": pa.string(), "sites": strings})
    names = ("id", "text", "source", "added", "created")
    return {**dict.fromkeys(names, pa.string()), "metadata": metadata}


def _metadata(pa: Any) -> dict[str, Any]:
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
    many = ("authors", "categories", "tags", "regions", "themes", "series", "rights_conditions",
            "contact", "sites", "notes")  # fmt: skip
    return {
        **dict.fromkeys(one, text),
        **dict.fromkeys(many, texts),
        **dict.fromkeys(("rights_year", "chars_in", "chars_out"), number),
        "rights_notices": pa.list_(pa.struct(notice)),
        "origins": pa.list_(pa.struct(origin)),
        "alternatives": pa.list_(pa.struct({**origin, "value": text})),
    }


def _record(pa: Any) -> dict[str, Any]:
    text, number = pa.string(), pa.int64()
    removal = {
        **dict.fromkeys(("rule", "kind"), text),
        **dict.fromkeys(("start", "end"), number),
        **dict.fromkeys(("text", "put", "selector"), text),
    }
    return {
        **dict.fromkeys(("id", "text", "status", "message"), text),
        "metadata": pa.struct(_metadata(pa)),
        "removals": pa.list_(pa.struct(removal)),
    }


def _pyarrow() -> Any:
    try:
        import pyarrow
    except ImportError:
        raise MissingExtraError("Parquet", "formats") from None
    return pyarrow
