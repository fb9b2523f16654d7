"""Cheaply made hostile files, and runs with a memory limit."""

import gzip
import json
import os
import socket
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from cleaner.corpus.run import clean_corpus
from cleaner.corpus.statistics import RunStatistics
from cleaner.document import Format
from cleaner.pipeline import Cleaner
from cleaner.workers.limits import Limits
from cleaner.workers.pool import Pool
from tests.helpers.texts import MORE, PROSE

UNIT = 2**24
TIMES = 66  # units that a bomb unpacks to: over a gigabyte
SPACE = 448 * 2**20  # bytes of address space that a run in bounds may take
TEXT = f"{PROSE}\n\n{MORE}"
LAST = (
    "The dredger is to come in the second week of May, and until then the pilots will take large "
    "ships in on the flood alone, as they did in the year of the long frost, when the channel had "
    "silted up to the old mark on the pier."
)

LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]), int(sys.argv[1])))
from cleaner.cli import app
app(sys.argv[2:])
"""


def gzip_bomb(head: bytes) -> bytes:
    """Gzip data of `head` and more than a gigabyte of zeros."""
    return gzip.compress(head) + gzip.compress(bytes(UNIT)) * TIMES


def gzip_bomb_of_one_piece(head: bytes, tail: bytes) -> bytes:
    """One gzip member of `head`, as many zeros, and `tail`."""
    packer = zlib.compressobj(9, wbits=-15)
    unit = bytes(UNIT)
    first = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(unit) + packer.flush(zlib.Z_FULL_FLUSH)
    last = packer.compress(tail) + packer.flush()
    crc = zlib.crc32(head)
    for _ in range(TIMES):
        crc = zlib.crc32(unit, crc)
    size = len(head) + TIMES * UNIT + len(tail)
    start = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
    return start + first + again * TIMES + last + struct.pack("<II", zlib.crc32(tail, crc), size)


def zstd_bomb(head: bytes) -> bytes:
    zstandard = pytest.importorskip("zstandard")
    return bytes(zstandard.compress(head) + zstandard.compress(bytes(UNIT)) * TIMES)


def warc_bomb() -> bytes:
    """An archive of one page, which is endless."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/1\r\n"
        "WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(http) + TIMES * UNIT}\r\n\r\n"
    )
    return gzip_bomb_of_one_piece(head.encode() + http, b"\r\n\r\n")


def page(head: str = "", body: str = "") -> str:
    return (
        f"<html><head><title>The harbour</title>{head}</head><body>"
        f"<article><h1>The harbour</h1><p>{PROSE}</p><p>{MORE}</p><p>{LAST}</p></article>"
        f"{body}</body></html>"
    )


DEEP = 100_000
SHAPES = {
    "quotes": (f"{'>' * DEEP} {TEXT}", Format.MARKDOWN),
    "b": (f"<html><body>{'<b>' * DEEP}{TEXT}", Format.HTML),
    "divs": (f"<html><body>{'<div>' * DEEP}{TEXT}{'</div>' * DEEP}", Format.HTML),
    "attributes": (page(body=f"<p {' '.join(f'a{n}=1' for n in range(50_000))}>"), Format.HTML),
    "json-ld": (page(f'<script type="application/ld+json">{"[" * DEEP}</script>'), Format.HTML),
    "line": ("a" * 30_000_000, Format.TEXT),
}

HARMLESS_ROWS = [
    '{"text": %s}' % ("[" * DEEP),
    '{"x": %s, "text": "a"}' % ("[" * DEEP + "]" * DEEP),
    '{"a":' * DEEP,
    '{"id": %s, "text": "a"}' % ("9" * 10_000),
    json.dumps({"text": TEXT, "rights_year": "9" * 5000}),
    json.dumps({"text": TEXT, "url": "http://[::1/../../x", "date": "9" * 5000}),
    json.dumps({"text": TEXT, "__class__": "x", "__proto__": {"a": 1}, "origins": 5}),
    json.dumps({"text": TEXT, "metadata": {"sites": [5, ["x"], {}]}}),
    json.dumps({"html": page(f"<script type='application/ld+json'>{'[' * 900 + ']' * 900}"
                             "</script>")}),
    json.dumps({"html": page('<script type="application/ld+json">{"@type": "Article", "@id": "x",'
                             ' "headline": {"@id": "x"}, "name": {"@id": "x"}}</script>')}),
]  # fmt: skip

RULE = "pack: bad\nrules:\n  - kind: ad\n    line: "
LAUGHS = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 11))


RULE_FILES = [  # text, place and words of its first problem
    ("site: !!python/object/apply:os.system ['touch made']\n", "1:7", "tag"),
    ("!!python/object/new:os.system {}\n", "1:1", "tag"),
    (f"a0: &a0 [x]\n{LAUGHS}", "1:5", "anchor"),
    ("site: a.org\n<<: {name: x}\n", "2:1", "unknown key '<<'"),
    ("site: a.org\nname: b\nname: c\n", "3:1", "is repeated"),
    (f"{RULE}x\n    words: {'9' * 10_000}\n", "5:12", "is a whole number"),
    (f"{RULE}a\0b\n", "4:12", "not YAML"),
    ("site: a.org\n__proto__: x\n", "2:1", "unknown key"),
    ("site: a.org\nhtml: {__class__: {__init__: x}}\n", "2:8", "unknown key"),
    (f"{RULE}'/a{{1000}}{{1000}}/'\n", "4:12", "RE2 rejects"),
    ("site: " + "[" * 10_000, "1", "nested more than"),  # where depends on the parser
    ("site: " + "{a: " * 10_000, "1:51", "nested more than"),
    ("\n".join(f"{' ' * n}a:" for n in range(1000)), "13:13", "nested more than"),
    ("site: ../../x\n", "1:7", "is not a host"),
    (f"site: {'a-' * 100_000}\n", "1:7", "is not a host"),
    (f"site: a.org\nhtml: {{prune: ['{'//a[' * 5000}']}}\n", "2:16", "does not parse"),
    (f"site: a.org\nname: {'x' * 2**20}\n", "1:1", "split it"),
]
COSTLY = [
    f"'{'x * ' * 5000}'",
    f"'x{'*' * 5000}'",
    "|\n" + "      x * y\n" * 5000,
    "'/(a+)+$/'",
    "'/(a|a)*b/'",
    f"'/{'(' * 5000}a{')' * 5000}/'",
    "x" * 1_000_000,
]
TOO_COSTLY = [
    f"'{'x * ' * 100_000}'",
    "|\n" + "".join(f"      /\\pL{{1,400}}x{n}/\n" for n in range(3)),
]


def hostile_pages(secret: str) -> dict[str, str]:
    entity = f'<!DOCTYPE html [<!ENTITY e SYSTEM "{secret}"><!ENTITY % p SYSTEM "{secret}"> %p;]>'
    xmlns = '<html xmlns="http://www.w3.org/1999/xhtml"'
    include = f'<xi:include href="{secret}" parse="text"/>'
    fetched = f'<base href="{secret}"><link rel="import" href="http://a.test/x"><link rel='
    fetched += '"stylesheet" href="http://a.test/x.css"><meta http-equiv="refresh" content="0; url='
    fetched += 'http://a.test/"><script src="http://a.test/x.js"></script><script type='
    fetched += '"application/ld+json">{"@context": "http://a.test/c", "@type": "Article"}</script>'
    frames = f'<iframe src="http://a.test/"></iframe><object data="{secret}"></object>'
    frames += f'<embed src="{secret}"><img src="http://a.test/x.png" onerror="x()">'
    return {
        "a.html": entity + page(body="<p>And &e; stands here.</p>"),
        "b.xhtml": '<?xml version="1.0"?>' + entity + page(body="<p>&e;</p>").replace(
            "<html", xmlns),
        "c.html": page(fetched, frames),
        "d.xhtml": page(body=include).replace(
            "<html", f'{xmlns} xmlns:xi="http://www.w3.org/2001/XInclude"'),
        "e.html": f'<?xml-stylesheet href="{secret}"?>' + page(body="<!--#include file='x'-->"),
        "f.html": '<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + page(body="<p>&b;"),
    }  # fmt: skip


def forbid_fetching(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let no call fetch or execute anything; the calls that tried to."""
    made: list[str] = []

    def refuse(name: str) -> Callable[..., NoReturn]:
        def call(*_: Any, **__: Any) -> NoReturn:
            made.append(name)
            raise RuntimeError(f"{name} was called")

        return call

    for owner, names in (
        (socket.socket, ("connect", "connect_ex")),
        (socket, ("getaddrinfo", "create_connection")),
        (subprocess.Popen, ("__init__",)),
        (os, ("system", "popen", "posix_spawn", "execv")),
    ):
        for name in names:
            monkeypatch.setattr(owner, name, refuse(name))
    with pytest.raises(RuntimeError, match="system was called"):
        os.system("true")
    made.clear()
    return made


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def quarantine(out: Path) -> list[dict[str, Any]]:
    return rows(out / "_run" / "quarantine.jsonl")


def run(cleaner: Cleaner, raw: Path, workers: int = 0, timeout: float = 60) -> RunStatistics:
    """Clean `raw`, with a text beside what is in it, into `out` beside it; the text is cleaned
    whatever the rest is."""
    (raw / "zz-good.txt").write_text(TEXT)
    out = raw.parent / "out"
    if workers:
        with Pool(cleaner, workers, Limits(timeout)) as pool:
            statistics = clean_corpus(cleaner, [raw], out, engine=pool.map)
    else:
        statistics = clean_corpus(cleaner, [raw], out)
    assert (out / "zz-good.txt").read_text().strip() == TEXT
    return statistics


def run_in_bounds(raw: Path, space: int = SPACE) -> list[dict[str, Any]]:
    """The same as a command of its own that has little memory; what it quarantined."""
    (raw / "zz-good.txt").write_text(TEXT)
    out = raw.parent / "out"
    call = [sys.executable, "-c", LIMITED, str(space), "clean", str(raw), "-o", str(out)]
    done = subprocess.run([*call, "--packs-only", "--workers", "0"], capture_output=True, text=True)
    assert done.returncode in (0, 1) and "Traceback" not in done.stderr, done.stderr[-2000:]
    assert (out / "zz-good.txt").read_text().strip() == TEXT
    return quarantine(out)


def around(out: Path) -> dict[str, bytes | str | None]:
    """All that stands in the folder of `out` beside it: the bytes of files, where links lead."""
    found: dict[str, bytes | str | None] = {}
    for folder, folders, files in os.walk(out.parent):
        if Path(folder) == out.parent and out.name in folders:
            folders.remove(out.name)
        for path in (Path(folder) / name for name in (*folders, *files)):
            content = path.read_bytes() if path.is_file() and not path.is_symlink() else None
            found[str(path)] = str(path.readlink()) if path.is_symlink() else content
    return found
