"""The flat table: the text and the metadata of a document in one row, with types.

Dates are moments in UTC, because a column of a table has one zone. A day without a time is its
midnight, and a time without a zone is taken as UTC.
"""

from __future__ import annotations

from datetime import datetime, timezone

import orjson

from cleaner.corpus.arrow_tables import DATES, without_free_keys
from cleaner.corpus.output_records import Json, dumps
from cleaner.document import Metadata
from cleaner.metadata.dates import parse_machine_date


def flat_line(text: str, metadata: str) -> str:
    """The row of a document as a line of JSON, from the lines of its text and its metadata."""
    return dumps(flat_row(orjson.loads(text), orjson.loads(metadata))).decode()


def flat_row(text: Json, metadata: Json) -> Json:
    """The row of a document, from the records of its text and its metadata. Every row has the same
    keys, whose values have the same types."""
    found = {**typed_metadata(metadata), **text}
    del found["metadata"], found["status"]
    found.update((name, moment(found[name])) for name in ("created", "added"))
    first = ("id", "text", *Metadata.__slots__, "source", "created", "added")
    return {name: found[name] for name in dict.fromkeys((*first, *found))}


def typed_metadata(metadata: Json) -> Json:
    """A metadata record whose values have the same types as in any other."""
    found = without_free_keys(metadata)
    return {**found, **{name: moment(found[name]) for name in DATES if name in found}}


def moment(value: str | None) -> str | None:
    """A date, with or without a time, in UTC.

    >>> moment("2019-03-12T08:00:00+01:00"), moment("2019-03-12"), moment("March")
    ('2019-03-12T07:00:00Z', '2019-03-12T00:00:00Z', None)
    """
    found = parse_machine_date(value, since=1) if value else None
    if not found:
        return None
    try:
        time = datetime.fromisoformat(found.replace("Z", "+00:00"))
        if time.tzinfo:
            time = time.astimezone(timezone.utc)
    except (ValueError, OverflowError):  # a zone that does not exist, or a time before year 1
        return None
    return f"{time.isoformat()[:19]}Z"
