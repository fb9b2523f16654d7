"""A file truncated anywhere is reported, and a truncated record is never taken as complete."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterable
from itertools import accumulate
from pathlib import Path

import pytest
import zstandard

from cleaner.corpus.inputs import Input
from cleaner.corpus.read import read_input
from cleaner.corpus.rows import Record
from cleaner.document import Document
from tests.helpers.archives import PROSE, chunked, http, page, response, warc_record

Pack = Callable[[bytes], bytes]
PACKS: dict[str, Pack] = {".gz": gzip.compress, ".zst": zstandard.compress}


def read(path: Path) -> list[Record]:
    return list(read_input(Input(path, path.name)))


def bodies(records: Iterable[Record]) -> list[str | bytes]:
    """The texts; an empty one is quarantined."""
    return [record.body for record in records if isinstance(record, Document) and record.body]


def warc() -> list[bytes]:
    return [
        warc_record("warcinfo", b"software: nets\r\n\r\n", content_type="application/warc-fields"),
        warc_record("request", b"GET / HTTP/1.1\r\n\r\n", number=1),
        response(1, http(page(1))),
        response(2, http(b"GIF89a", content_type="image/gif")),
        response(3, http(chunked(gzip.compress(page(3))), "Content-Encoding: gzip",
                         "Transfer-Encoding: chunked")),
        warc_record("resource", page(4), number=4, content_type="text/html"),
        warc_record("metadata", b"", number=4),
        warc_record("conversion", PROSE.encode(), number=5, content_type="text/plain"),
    ]  # fmt: skip


def jsonl() -> list[bytes]:
    rows = [{"id": str(n), "text": PROSE.format(n=n) + "\n — é"} for n in range(5)]
    return [json.dumps(row, ensure_ascii=n % 2 == 0).encode() + b"\n" for n, row in enumerate(rows)]


def csv() -> list[bytes]:
    rows = [
        b'"%d","%s\nIt lifted, at noon."\r\n' % (n, PROSE.format(n=n).encode()) for n in range(5)
    ]
    return [b'"id","text"\r\n', *rows]


MAKERS = {".warc": warc, ".jsonl": jsonl, ".csv": csv}


@pytest.mark.parametrize(
    ("ending", "end_of_record"), [(".warc", b"\r\n\r\n"), (".jsonl", b"\n"), (".csv", b"\r\n")]
)
def test_plain_files(tmp_path: Path, ending: str, end_of_record: bytes) -> None:
    """Complete records are read; a truncated one is a broken record."""
    path = tmp_path / f"a{ending}"
    records = MAKERS[ending]()
    data = b"".join(records)
    counts = {0: 0}
    for end in accumulate(map(len, records)):
        path.write_bytes(data[:end])
        counts[end] = len(read(path))
    path.write_bytes(data)
    whole = bodies(read(path))
    assert len(whole) == max(counts.values()) >= 4
    # Without (a part of) what ends it, a record is still complete.
    near = {len(data[:end].removesuffix(end_of_record)): end for end in counts}
    for cut in range(len(records[0]) if ending == ".csv" else 0, len(data)):
        path.write_bytes(data[:cut])
        found = read(path)
        record_end = next((e for start, e in near.items() if start <= cut <= e), None)
        complete = counts[max(e for e in counts if e <= (record_end or cut))]
        assert bodies(found) == whole[:complete], cut
        assert len(found) == complete + (record_end is None), cut


@pytest.mark.parametrize("packing", PACKS)
@pytest.mark.parametrize("ending", MAKERS)
def test_files_packed_in_one_piece(tmp_path: Path, ending: str, packing: str) -> None:
    path = tmp_path / f"a{ending}{packing}"
    data = PACKS[packing](b"".join(MAKERS[ending]()))
    path.write_bytes(data)
    whole = bodies(read(path))
    assert len(whole) >= 4
    for cut in range(len(data)):
        path.write_bytes(data[:cut])
        found = read(path)
        assert bodies(found) == whole[: len(found) - 1], cut


@pytest.mark.parametrize("packing", PACKS)
@pytest.mark.parametrize("ending", MAKERS)
def test_files_packed_record_by_record(tmp_path: Path, ending: str, packing: str) -> None:
    path = tmp_path / f"a{ending}{packing}"
    parts = [PACKS[packing](record) for record in MAKERS[ending]()]
    data = b"".join(parts)
    path.write_bytes(data)
    whole = bodies(read(path))
    counts = {0: 0}
    for end in accumulate(map(len, parts)):
        path.write_bytes(data[:end])
        found = read(path)
        counts[end] = len(found)
        assert bodies(found) == whole[: len(found)]
    for cut in set(range(len(data))) - set(counts) | {0}:
        path.write_bytes(data[:cut])
        found = read(path)
        complete = counts[max(end for end in counts if end <= cut)]
        assert complete < len(found) <= complete + 2, cut
        assert bodies(found) == whole[: len(found) - 1], cut


@pytest.mark.parametrize("packing", PACKS)
def test_one_text(tmp_path: Path, packing: str) -> None:
    path = tmp_path / f"a.txt{packing}"
    data = PACKS[packing](" ".join(PROSE.format(n=n) for n in range(40)).encode())
    for cut in range(len(data)):
        path.write_bytes(data[:cut])
        (found,) = read(path)
        assert not isinstance(found, Document)
        assert "truncated" in found.message


@pytest.mark.parametrize("packing", PACKS)
def test_files_of_many_blocks(tmp_path: Path, packing: str) -> None:
    """Complete rows before the cut are read too."""
    noise = random.Random(1)
    texts = [noise.randbytes(noise.randrange(2, 3000)).hex() for _ in range(300)]
    rows = [json.dumps({"id": str(n), "text": text}) for n, text in enumerate(texts)]
    data = PACKS[packing]("\n".join(rows).encode())
    path = tmp_path / f"a.jsonl{packing}"
    for cut in range(0, len(data), len(data) // 60):
        path.write_bytes(data[:cut])
        *rest, last = found = read(path)
        assert not isinstance(last, Document)
        assert bodies(rest) == texts[: len(rest)]
        assert len(found) >= len(rows) * cut // len(data) - 100
    path.write_bytes(data)
    assert bodies(read(path)) == texts


@pytest.mark.parametrize("packing", PACKS)
@pytest.mark.parametrize("ending", MAKERS)
@pytest.mark.parametrize("junk", [b"x", b"junk", b"junk" * 50_000])
def test_other_data_behind_packed_data(
    tmp_path: Path, ending: str, packing: str, junk: bytes
) -> None:
    path = tmp_path / f"a{ending}{packing}"
    data = PACKS[packing](b"".join(MAKERS[ending]()))
    path.write_bytes(data)
    whole = bodies(read(path))
    path.write_bytes(data + junk)
    *rest, last = read(path)
    assert bodies(rest) == whole
    assert not isinstance(last, Document)
    assert "other data follows" in last.message


def test_zeros_behind_gzip_data_are_padding(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(b"".join(gzip.compress(row) + bytes(70_000) for row in jsonl()))
    assert len(bodies(read(path))) == 5 == len(read(path))


def test_a_csv_file_that_is_cut_in_its_names(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b'"id","te')
    (found,) = read(path)
    assert not isinstance(found, Document)
    assert "a.csv:1" in found.message and "truncated" in found.message


def test_a_csv_file_that_is_cut_before_its_last_column(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,text,site\n1,Boats,a\n2,Boats\n3,Nets")
    *rest, last = read(path)
    assert len(bodies(rest)) == 2
    assert not isinstance(last, Document) and "truncated" in last.message


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_the_last_line_needs_no_end(tmp_path: Path, end: str) -> None:
    for name, text in (("a.jsonl", '{"text": "Boats"}'), ("a.csv", "id,text\n1,Boats")):
        (tmp_path / name).write_text(text + end, newline="")
        assert bodies(read(tmp_path / name)) == ["Boats"]
