"""Documents out of web archives: the pages of WARC files, the texts of WET files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cleaner.corpus.rows import Record, broken
from cleaner.corpus.streams import LONGEST, Meter, MissingExtra
from cleaner.document import Document, Format

PAGES = ("text/html", "application/xhtml+xml")


def read_warc(path: Path, name: str, meter: Meter | None = None) -> Iterator[Record]:
    """The pages and texts of an archive. A record that ends early, or an archive that is corrupt,
    is a broken record, for the library ends without a word there."""
    try:
        from fastwarc.warc import ArchiveIterator, WarcRecordType
    except ImportError:
        raise MissingExtra(f"{path}: WARC", "formats") from None
    wanted = WarcRecordType.response | WarcRecordType.conversion
    index = -1
    with path.open("rb") as raw:
        if meter:
            meter.follow(raw)
        archive = ArchiveIterator(raw, record_types=wanted, parse_http=True)
        while True:
            try:
                record = next(archive, None)
                if record is None:
                    break
                is_text = record.record_type == WarcRecordType.conversion
                found = _record(record, name, index + 1, is_text=is_text)
            except (OSError, ValueError, RuntimeError) as error:
                index += 1
                yield broken(name, index, f"{name}: the archive is corrupt: {error}")
                break
            if found is not None:
                index += 1
                yield found
        if rest := _left(raw, path):
            yield broken(name, index + 1, f"{name}: the archive ends early; {rest} bytes not read")


def _left(raw: Any, path: Path) -> int:
    """How many bytes of an archive were never looked at."""
    return path.stat().st_size - int(raw.tell())


def _record(record: Any, name: str, index: int, *, is_text: bool) -> Record | None:
    """The document of a record; None for what is no page."""
    headers = record.headers
    kind = (record.http_content_type or "").lower() if record.http_headers else ""
    if not is_text and kind not in PAGES:
        return None
    wanted = record.content_length
    body = record.reader.read(min(wanted, LONGEST))
    url = headers.get("WARC-Target-URI")
    identity = headers.get("WARC-Record-ID", "").strip("<>") or f"{name}#{index}"
    if len(body) < min(wanted, LONGEST):
        return broken(name, index, f"{name}: {url}: the record ends early; the file is truncated")
    if wanted > LONGEST:
        return broken(
            name, index, f"{name}: {url}: {wanted} bytes; more than {LONGEST} are not read"
        )
    return Document(
        id=identity,
        body=body,
        format=Format.TEXT if is_text else Format.HTML,
        url=url,
        source=name,
        index=index,
        metadata={"crawl_date": headers.get("WARC-Date")},
        encoding="utf-8" if is_text else record.http_charset,
    )
