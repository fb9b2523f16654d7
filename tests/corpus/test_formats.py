"""Files of many records: compressed or not, complete, truncated and corrupt."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cleaner.cli import app
from cleaner.corpus.inputs import Input, find_inputs
from cleaner.corpus.read import read_input
from cleaner.corpus.rows import Broken, Columns, Record
from cleaner.corpus.run import clean_corpus
from cleaner.corpus.streams import lines_in
from cleaner.document import Document, Format
from cleaner.pipeline import Cleaner
from tests.helpers.texts import article

ROWS = [{"id": str(n), "url": f"https://example.org/{n}", "text": article(n)} for n in range(5)]


def read(path: Path, columns: Columns | None = None) -> list[Record]:
    item = Input(path, path.name)
    return list(read_input(item, columns) if columns else read_input(item))


def jsonl() -> bytes:
    return "".join(json.dumps(row) + "\n" for row in ROWS).encode()


def csv_rows() -> bytes:
    import csv
    import io

    out = io.StringIO()
    writer = csv.DictWriter(out, ["id", "url", "text"])
    writer.writeheader()
    writer.writerows(ROWS)
    return out.getvalue().encode()


def zst(data: bytes) -> bytes:
    zstandard = pytest.importorskip("zstandard")
    packed: bytes = zstandard.compress(data)
    return packed


@pytest.mark.parametrize("make", [jsonl, csv_rows])
@pytest.mark.parametrize("ending", ["", ".gz", ".zst"])
def test_records_come_out_of_packed_files(
    tmp_path: Path, make: Callable[[], bytes], ending: str
) -> None:
    name = f"many{'.jsonl' if make is jsonl else '.csv'}{ending}"
    packs: dict[str, Callable[[bytes], bytes]] = {"": bytes, ".gz": gzip.compress, ".zst": zst}
    pack = packs[ending]
    (tmp_path / name).write_bytes(pack(make()))
    found = read(tmp_path / name)
    assert [(r.id, r.url, r.body) for r in found if isinstance(r, Document)] == [
        (row["id"], row["url"], row["text"]) for row in ROWS
    ]


def test_parquet_rows_are_documents(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    path = tmp_path / "many.parquet"
    parquet.write_table(pyarrow.Table.from_pylist([*ROWS, {"id": "x", "text": None}]), path)
    *found, last = read(path)
    assert [r.id for r in found] == [row["id"] for row in ROWS]
    assert isinstance(last, Broken) and "row 6" in last.message
    path.write_bytes(path.read_bytes()[:100])
    (broken,) = read(path)
    assert isinstance(broken, Broken) and "not Parquet" in broken.message


@pytest.mark.parametrize("cut", [5, 40])
def test_a_packed_file_that_ends_early_is_noticed(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "many.jsonl.gz"
    path.write_bytes(gzip.compress(jsonl())[:-cut])
    *_, last = read(path)
    assert isinstance(last, Broken) and "truncated" in last.message


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_a_packed_file_of_something_else_is_noticed(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"many.jsonl{ending}"
    path.write_bytes(b"no archive at all, but a text")
    (broken,) = read(path)
    assert isinstance(broken, Broken) and str(path) in broken.message


def test_columns_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("nr,where,words,text\n7,https://example.org/7,A text.,no\n")
    (found,) = read(path, Columns("words", "nr", "where"))
    assert isinstance(found, Document)
    assert (found.id, found.url, found.body) == ("7", "https://example.org/7", "A text.")


def test_columns_are_named_on_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "many.csv").write_text("nr,words\n7,A text of one line.\n")
    call = ["clean", str(tmp_path / "many.csv"), "-o", str(tmp_path / "out")]
    names = ["--text-column", "words", "--id-column", "nr"]
    made = CliRunner().invoke(app, [*call, *names])
    assert made.exit_code == 0, made.output
    (row,) = map(json.loads, (tmp_path / "out/many.jsonl").read_text().splitlines())
    assert (row["id"], row["text"]) == ("7", "A text of one line.")


def test_broken_rows_of_csv_are_named_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text('id,text\n1,a\n2,b,c\n3,"d\ne"\n4\n')
    found = read(path)
    assert [isinstance(r, Broken) for r in found] == [False, True, False, True]
    assert [r.message.split(": ")[0] for r in found if isinstance(r, Broken)] == [
        "many.csv:3", "many.csv:6"]  # fmt: skip


def test_a_line_without_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"a" * 1000 + b"\n" + b"b\n" + b"c" * 50)
    with path.open("rb") as stream:
        assert list(lines_in(stream, 100)) == [1001, b"b\n", b"c" * 50]


# --- web archives -----------------------------------------------------------------------------


def warc_record(number: int, body: bytes, kind: str = "text/html; charset=iso-8859-1") -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: " + kind.encode()
    http += b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/{number}\r\n"
        f"WARC-Date: 2020-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def page() -> str:
    return f"<html><body><article><p>Café {article(1)}</p></article></body></html>"


def archive() -> list[bytes]:
    return [
        warc_record(1, page().encode("latin-1")),
        warc_record(2, b"GIF89a", "image/gif"),
        warc_record(3, page().encode("latin-1") * 20),
    ]


def test_pages_of_an_archive_are_documents(tmp_path: Path) -> None:
    for name, pack in (("a.warc", bytes), ("a.warc.gz", gzip.compress)):
        (tmp_path / name).write_bytes(b"".join(pack(r) for r in archive()))
        one, two = read(tmp_path / name)
        assert isinstance(one, Document) and isinstance(two, Document)
        assert (one.id, one.url, one.format) == ("urn:uuid:1", "https://example.org/1", Format.HTML)
        assert (one.encoding, one.metadata["crawl_date"]) == ("iso-8859-1", "2020-01-01T00:00:00Z")
    done = Cleaner.load(packs_only=True).clean(one)  # type: ignore[arg-type]
    assert (done.text or "").startswith("Café")


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_an_archive_that_ends_early_is_noticed(tmp_path: Path, name: str) -> None:
    pack = gzip.compress if name.endswith(".gz") else bytes
    (tmp_path / name).write_bytes(b"".join(pack(r) for r in archive())[:-60])
    one, last = read(tmp_path / name)
    assert isinstance(one, Document)
    assert isinstance(last, Broken) and "truncated" in last.message


def test_an_archive_that_is_corrupt_is_noticed(tmp_path: Path) -> None:
    data = bytearray(b"".join(gzip.compress(r) for r in archive()))
    data[30] ^= 0xFF
    data[31] ^= 0xFF
    (tmp_path / "a.warc.gz").write_bytes(bytes(data))
    assert any(
        isinstance(r, Broken) and "corrupt" in r.message for r in read(tmp_path / "a.warc.gz")
    )


def test_a_folder_of_all_kinds_is_cleaned(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "a.jsonl.gz").write_bytes(gzip.compress(jsonl()))
    (raw / "b.csv").write_bytes(csv_rows())
    (raw / "c.html.gz").write_bytes(gzip.compress(page().encode()))
    assert [item.name for item in find_inputs([raw])] == ["a.jsonl.gz", "b.csv", "c.html.gz"]
    statistics = clean_corpus(Cleaner.load(packs_only=True), [raw], tmp_path / "out")
    assert (statistics.read, statistics.written) == (11, 11)
    written = sorted(p.name for p in (tmp_path / "out").glob("*.*"))
    assert written == "a.jsonl a.metadata.jsonl b.jsonl b.metadata.jsonl c.json c.txt".split()
