"""The record that a run wrote beside a text: its URL, and the site files that apply to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from cleaner.corpus.inputs import JSON, Input, is_remote
from cleaner.corpus.rows import Record
from cleaner.corpus.streams import MAX_RECORD_BYTES
from cleaner.document import Document, Format


def with_written(item: Input, record: Record) -> Record:
    """The document of a text that a run wrote, with the URL and the site files in its NAME.json;
    any other record unchanged."""
    if not isinstance(record, Document) or item.has_records or record.format is Format.HTML:
        return record
    found = {} if is_remote(item.path) else _written_beside(item.path)
    url, sites = found.get("url"), found.get("sites")
    return replace(
        record,
        url=record.url or (url if isinstance(url, str) else None),
        sites=record.sites or (tuple(sites) if isinstance(sites, list) else ()),
    )


def _written_beside(path: Path) -> dict[str, Any]:
    beside = path.with_suffix(JSON)
    try:
        if beside.stat().st_size > MAX_RECORD_BYTES:
            return {}
        found = orjson.loads(beside.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and "cleaner_version" in found else {}
