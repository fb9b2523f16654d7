"""Web archives as crawlers write them: HTTP codings, kinds of records, odd headers."""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
import zstandard

from cleaner.corpus.inputs import Input
from cleaner.corpus.read import read_input
from cleaner.corpus.rows import Record
from cleaner.corpus.streams import MAX_RECORD_BYTES
from cleaner.corpus.warc import MAX_CODINGS, decode_body
from cleaner.document import Document, Format
from tests.helpers.archives import PROSE, chunked, http, page, response, warc_record


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "Deflate": raw_deflate,
    "br": lambda data: brotli.compress(data, quality=4),
    "zstd": zstandard.compress,
    "identity": bytes,
    "utf-8": bytes,  # servers send that, too
}
LONG = page() + PROSE.encode() * 3000


def read(folder: Path, *records: bytes, name: str = "a.warc") -> list[Record]:
    path = folder / name
    path.write_bytes(b"".join(records))
    return list(read_input(Input(path, path.name)))


def one(folder: Path, *records: bytes, name: str = "a.warc") -> Document:
    (found,) = read(folder, *records, name=name)
    assert isinstance(found, Document), found
    return found


def message(folder: Path, *records: bytes) -> str:
    (found,) = read(folder, *records)
    assert not isinstance(found, Document)
    return found.message


# --- HTTP codings -----------------------------------------------------------------------------


@pytest.mark.parametrize("body", [page(), LONG], ids=["short", "long"])
@pytest.mark.parametrize("is_chunked", [False, True])
@pytest.mark.parametrize("coding", CODINGS)
def test_a_body_is_decoded(tmp_path: Path, coding: str, is_chunked: bool, body: bytes) -> None:
    packed = CODINGS[coding](body)
    headers = [f"Content-Encoding: {coding}"]
    if is_chunked:
        packed, headers = chunked(packed, 1000), [*headers, "Transfer-Encoding: chunked"]
    assert one(tmp_path, response(1, http(packed, *headers))).body == body


@pytest.mark.parametrize("body", [page(), b"", b"1 boat\r\n", b"\xef\xbb\xbf<p>Boats"])
@pytest.mark.parametrize("coding", [*CODINGS, "chunked"])
def test_a_body_that_was_decoded_before_is_left(tmp_path: Path, coding: str, body: bytes) -> None:
    headers = [f"Content-Encoding: {coding}"]
    if coding == "chunked":
        headers = ["Transfer-Encoding: chunked"]
    assert one(tmp_path, response(1, http(body, *headers))).body == body


def test_several_codings_are_undone_from_the_last_to_the_first(tmp_path: Path) -> None:
    twice = gzip.compress(brotli.compress(page()))
    for headers in (
        ["Content-Encoding: br, gzip"],
        ["Content-Encoding: br", "content-encoding:GZIP"],
    ):
        assert one(tmp_path, response(1, http(twice, *headers))).body == page()
    packed = chunked(gzip.compress(page()))
    found = one(tmp_path, response(1, http(packed, "Transfer-Encoding: gzip, chunked")))
    assert found.body == page()
    codings = ["gzip"] * (MAX_CODINGS + 1)
    assert "codings" in message(
        tmp_path, response(1, http(page(), f"Content-Encoding: {','.join(codings)}"))
    )


def test_chunks_may_have_extensions_trailers_and_bare_line_feeds(tmp_path: Path) -> None:
    body = b'A;part="1"\r\n<p>Boats a\r\n009 \nnd a pier\n0\r\nX-Checked: yes\r\n\r\n'
    found = one(tmp_path, response(1, http(body, "Transfer-Encoding: chunked")))
    assert found.body == b"<p>Boats and a pier"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "Deflate", "br", "zstd", "chunked"])
def test_a_body_that_is_cut_is_no_page(tmp_path: Path, coding: str) -> None:
    """Unless the crawler marked it as truncated: then the page is what there is."""
    kind = "Transfer" if coding == "chunked" else "Content"
    packed = (chunked if coding == "chunked" else CODINGS[coding])(LONG)
    block = http(packed[: len(packed) * 9 // 10], f"{kind}-Encoding: {coding}")
    assert f"the {coding} body ends early" in message(tmp_path, response(1, block))
    said = one(tmp_path, response(1, block, b"WARC-Truncated: length\r\n"))
    assert isinstance(said.body, bytes)
    assert LONG.startswith(said.body)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "Deflate", "br", "zstd"])
def test_a_body_that_is_corrupt_is_no_page(tmp_path: Path, coding: str) -> None:
    packed = bytearray(CODINGS[coding](LONG))
    for n in range(len(packed) // 2, len(packed) - 8):
        packed[n] ^= 0xA5
    assert coding in message(
        tmp_path, response(1, http(bytes(packed), f"Content-Encoding: {coding}"))
    )


def test_chunks_that_are_corrupt_are_no_page(tmp_path: Path) -> None:
    for wrong in (b"5\r\nBoatsX\r\n0\r\n\r\n", b"5\r\nBoats\r\nzz\r\n0\r\n\r\n"):
        assert "chunk" in message(tmp_path, response(1, http(wrong, "Transfer-Encoding: chunked")))


@pytest.mark.parametrize("coding", ["gzip", "zstd", "deflate"])
def test_what_follows_a_packed_body_is_ignored(tmp_path: Path, coding: str) -> None:
    packed = CODINGS[coding](page()) + b"\r\n0\r\n"
    assert one(tmp_path, response(1, http(packed, f"Content-Encoding: {coding}"))).body == page()


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_is_stopped_at_the_limit(coding: str) -> None:
    packed = CODINGS[coding](bytes(MAX_RECORD_BYTES + 1))
    assert len(packed) < 100_000
    with pytest.raises(ValueError, match="not read"):
        decode_body(packed, [coding])
    twice = CODINGS[coding](packed)
    with pytest.raises(ValueError, match="not read"):
        decode_body(twice, [coding, coding])
    assert len(decode_body(CODINGS[coding](bytes(MAX_RECORD_BYTES)), [coding])) == MAX_RECORD_BYTES


# --- kinds of records -------------------------------------------------------------------------


def test_what_is_a_page_and_what_is_not(tmp_path: Path) -> None:
    def resource(content_type: str, body: bytes = page(), kind: str = "resource") -> bytes:
        return warc_record(kind, body, content_type=content_type)

    for record in (
        resource("text/html"),
        resource("Text/HTML; charset=utf-8"),
        resource("application/xhtml+xml"),
        resource("text/html", kind="conversion"),
        resource("", b"\n<!DOCTYPE html><p>Boats"),
        resource("text/html", kind="response"),
        response(1, http(page(), content_type="")),
        warc_record("response", http(page())),  # without a Content-Type of its own
        warc_record("resource", page(), extra=b"WARC-Identified-Payload-Type: text/html\r\n"),
    ):
        assert one(tmp_path, record).format is Format.HTML
    for record in (
        resource("text/css"),
        resource("", b"Boats"),
        resource("image/png", kind="conversion"),
        resource("text/html", kind="metadata"),
        warc_record("request", http(page()), content_type="application/http; msgtype=request"),
        warc_record("revisit", http(b""), content_type="application/http; msgtype=response"),
        response(1, http(b"GIF89a", content_type="")),
        response(1, http(b"GIF89a", content_type="image/gif")),
        resource("text/dns", b"20200101\nexample.org. 1 IN A 192.0.2.1\n", "response"),
        resource("application/http; msgtype=response", b"garbage", "response"),
    ):
        assert read(tmp_path, record) == []


def test_texts_of_a_crawl(tmp_path: Path) -> None:
    text = PROSE.encode()
    for content_type in ("text/plain", "", "text/plain; charset=utf-8"):
        found = one(
            tmp_path, warc_record("conversion", text, content_type=content_type), name="a.wet"
        )
        assert (found.format, found.body) == (Format.TEXT, text)
        assert found.encoding == "utf-8"
    latin = warc_record(
        "conversion", "é".encode("latin-1"), content_type="text/plain;charset=latin-1"
    )
    assert one(tmp_path, latin, name="a.wet").encoding == "latin-1"


# --- headers ----------------------------------------------------------------------------------


def test_a_record_without_an_id_is_named_after_its_place(tmp_path: Path) -> None:
    record = response(1, http(page())).replace(b"WARC-Record-ID: <urn:uuid:1>\r\n", b"")
    first, second = read(tmp_path, record, record)
    assert (first.id, second.id) == ("a.warc#0", "a.warc#1")


def test_an_address_may_stand_in_angle_brackets_or_not_be_there(tmp_path: Path) -> None:
    record = response(1, http(page()))
    line = b"WARC-Target-URI: https://example.org/1\r\n"
    wget = record.replace(line, b"WARC-Target-URI: <https://example.org/1>\r\n")
    assert one(tmp_path, wget).url == "https://example.org/1"
    assert one(tmp_path, record.replace(line, b"")).url is None


def test_header_bytes_of_any_encoding_are_text(tmp_path: Path) -> None:
    record = response(1, http(page(), "Server: é"))
    line = b"WARC-Target-URI: https://example.org/1\r\n"
    for address in ("café".encode(), "café".encode("latin-1")):
        named = record.replace(line, b"WARC-Target-URI: https://example.org/%s\r\n" % address)
        assert one(tmp_path, named).url == "https://example.org/café"
    wild = http(page()).replace(b"\r\n", b"\r\nX-Wild: \xff\xfe\x00\r\n\x80\xff: y\r\n", 1)
    assert one(tmp_path, response(1, wild)).body == page()


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        ("text/html; charset=koi8-r", "koi8-r"),
        ('text/html; charset="ISO-8859-1"', "ISO-8859-1"),
        ("text/html; Charset = 'utf-8'", "utf-8"),
        ("text/html;charset=utf-8;charset=", "utf-8"),
        ("text/html; charset=latin-1, text/html; charset=koi8-r", "koi8-r"),
        ("text/html; charset=koi8-r\r\nContent-Type: text/html", "koi8-r"),
        ("text/html; charset=koi8-r\r\nContent-Type: text/html; charset=none", "koi8-r"),
        ("text/html;\r\n charset=koi8-r", "koi8-r"),
        ("text/html; charset=x-sjis", "x-sjis"),
        ("text/html; charset=pier", None),
        ("text/html; charset=", None),
        ("text/html", None),
    ],
)
def test_the_charset_is_the_last_that_is_known(
    tmp_path: Path, content_type: str, charset: str | None
) -> None:
    found = one(tmp_path, response(1, http(page(), content_type=content_type)))
    assert found.encoding == charset


def test_lines_may_end_in_bare_line_feeds(tmp_path: Path) -> None:
    block = http(page()).replace(b"\r\n", b"\n")
    record = response(1, block).replace(b"\r\n", b"\n")
    first, second = read(tmp_path, record, record)
    assert isinstance(first, Document) and isinstance(second, Document)
    assert (first.body, first.url, first.encoding) == (page(), "https://example.org/1", "utf-8")


# --- archives ---------------------------------------------------------------------------------

GOOD = response(1, http(page(1)))
LAST = response(2, http(page(2)))
LAST_ID = "urn:uuid:2"


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (GOOD.replace(b"Content-Length: 1", b"Content-Length: "), "Content-Length"),
        (GOOD.replace(b"Content-Length: ", b"Content-Length: -"), "Content-Length"),
        (GOOD.replace(b"Content-Length: ", b"X-Length: "), "Content-Length is missing"),
        (b"junk\r\n" * 40, "not the start of a WARC record"),
        (GOOD.replace(b"WARC-Date", b"X: " + b"x" * 2**20 + b"\r\nWARC-Date"), "header of more"),
        (response(1, http(page(), "X: " + "x" * 2**16)), "HTTP header of more"),
        (response(1, http(chunked(b"Boats")[:9], "Transfer-Encoding: chunked")), "ends early"),
    ],
    ids=range(7),
)
def test_the_records_around_a_bad_one_are_read(tmp_path: Path, bad: bytes, why: str) -> None:
    first, wrong, *rest = read(tmp_path, GOOD, bad, LAST)
    assert isinstance(first, Document) and not isinstance(wrong, Document)
    assert why in wrong.message
    assert [r.id for r in rest] == [LAST_ID]


def test_a_record_that_seems_to_end_early_or_late_is_no_page(tmp_path: Path) -> None:
    length = b"Content-Length: %d" % len(http(page(1)))
    for size, count in ((len(http(page(1))) - 5, 2), (10**6, 1)):
        bad = GOOD.replace(length, b"Content-Length: %d" % size)
        assert bad != GOOD
        wrong, *rest = read(tmp_path, bad, LAST)
        assert not isinstance(wrong, Document) and "end" in wrong.message
        assert len(rest) == count - 1


@pytest.mark.parametrize("name", ["a.warc.gz", "a.warc.zst"])
def test_a_record_whose_checksum_is_wrong_is_no_page(tmp_path: Path, name: str) -> None:
    if name.endswith(".gz"):
        packed = bytearray(gzip.compress(LAST))
        packed[-8] ^= 1
    else:
        packed = bytearray(zstandard.ZstdCompressor(write_checksum=True).compress(LAST))
        packed[-1] ^= 1
    first, wrong = read(
        tmp_path,
        gzip.compress(GOOD) if name.endswith(".gz") else zstandard.compress(GOOD),
        bytes(packed),
        name=name,
    )
    assert isinstance(first, Document) and not isinstance(wrong, Document)
    assert "corrupt" in wrong.message


@pytest.mark.parametrize(
    "pack",
    [bytes, gzip.compress, zstandard.compress],
)
@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz", "a.warc.zst", "A.WARC.GZ"])
def test_an_archive_is_unpacked_as_its_bytes_say(
    tmp_path: Path, name: str, pack: Callable[[bytes], bytes]
) -> None:
    for data in (pack(GOOD + LAST), pack(GOOD) + pack(LAST)):
        assert [r.id for r in read(tmp_path, data, name=name)] == ["urn:uuid:1", LAST_ID]


@pytest.mark.parametrize("is_packed", [False, True])
def test_the_first_frame_may_be_a_dictionary(tmp_path: Path, is_packed: bool) -> None:
    words = (GOOD + LAST) * 20
    dictionary = zstandard.ZstdCompressionDict(
        words[:2000], dict_type=zstandard.DICT_TYPE_RAWCONTENT
    )
    packer = zstandard.ZstdCompressor(dict_data=dictionary)
    frames = [packer.compress(GOOD), packer.compress(LAST)]
    plain = words[:2000]
    content = zstandard.compress(plain) if is_packed else plain
    head = struct.pack("<II", 0x184D2A5D, len(content)) + content
    padding = struct.pack("<II", 0x184D2A50, 3) + b"pad"
    found = read(tmp_path, head, frames[0], padding, frames[1], name="a.warc.zst")
    assert [r.id for r in found] == ["urn:uuid:1", LAST_ID]
    (wrong,) = read(tmp_path, frames[0], name="a.warc.zst")
    assert not isinstance(wrong, Document) and "corrupt" in wrong.message
