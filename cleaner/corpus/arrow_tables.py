"""Records as Arrow tables, for Parquet and for engines that move tables."""

from __future__ import annotations

from typing import Any

import orjson

from cleaner.corpus.output_records import Json
from cleaner.corpus.streams import MissingExtraError
from cleaner.document import Metadata

TEXT, METADATA = "text", "metadata"
RECORD = "record"  # everything about a document: text, metadata, removals
FLAT = "flat"  # text and metadata in one row, with types
DATES = ("date_published", "date_modified", "original_date", "created", "added")


def schema_of(what: str) -> Any:
    """The pyarrow schema of text, metadata, whole records or flat rows; all columns are nullable.

    JSON objects with free keys (`origins`, `alternatives`) become lists, because some readers of
    Parquet have no maps."""
    pa = _pyarrow()
    columns = {
        TEXT: _text_columns,
        METADATA: _metadata_columns,
        RECORD: _record_columns,
        FLAT: _flat_columns,
    }[what]
    return pa.schema(list(columns(pa).items()))


def table_of(lines: list[bytes], what: str) -> Any:
    """JSON lines as a pyarrow table of a schema; values without a column are dropped."""
    pa = _pyarrow()
    rows = [_row(orjson.loads(line), what) for line in lines]
    schema = schema_of(what)
    return typed_table(rows, schema) if what == FLAT else pa.Table.from_pylist(rows, schema=schema)


def typed_table(rows: list[Json], schema: Any) -> Any:
    """Rows of JSON as a pyarrow table whose dates are timestamps."""
    pa = _pyarrow()
    as_json = [pa.field(f.name, pa.string()) if f.name in DATES else f for f in schema]
    return pa.Table.from_pylist(rows, schema=pa.schema(as_json)).cast(schema)


def _row(row: dict[str, Any], what: str) -> dict[str, Any]:
    if what == RECORD and row.get("metadata"):
        return {**row, "metadata": without_free_keys(row["metadata"])}
    return without_free_keys(row) if what == METADATA else row


def without_free_keys(metadata: Json) -> Json:
    """A metadata record whose objects with free keys are lists."""
    return {
        **metadata,
        "origins": [{"field": f, "origin": origin} for f, origin in metadata["origins"].items()],
        "alternatives": [
            {"field": field, **other, "value": _text_of(other["value"])}
            for field, others in metadata["alternatives"].items()
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
    insertion = {name: removal[name] for name in ("rule", "start", "end", "text", "score")}
    return {
        **dict.fromkeys(("id", "text", "status", "message"), text),
        "metadata": pa.struct(_metadata_columns(pa)),
        "removals": pa.list_(pa.struct(removal)),
        "insertions": pa.list_(pa.struct(insertion)),
    }


def _flat_columns(pa: Any) -> dict[str, Any]:
    """The columns of both tables; those that say what the text is about come first."""
    found = {**_metadata_columns(pa), **_text_columns(pa)}
    del found["metadata"], found["status"]
    found.update(dict.fromkeys(DATES, pa.timestamp("us", tz="UTC")))
    first = ("id", "text", *Metadata.__slots__, "source", "created", "added")
    return {name: found[name] for name in dict.fromkeys((*first, *found))}


def _pyarrow() -> Any:
    try:
        import pyarrow
    except ImportError:
        raise MissingExtraError("Parquet", "formats") from None
    return pyarrow
