"""Random damage to documents, files and rules, and whether anything falls.

    python bench/fuzz.py MINUTES FOUND [--seed N]

Mutates the sample corpus and the rule files. Whatever is read must end in records, whatever is
compiled in rules and problems, whatever is cleaned in a status other than `error`, with removals
that give the normalised text back, and with a clean text that cleaning again does not change.
What does not hold is written into the folder FOUND, one file for each kind of fall, and printed.
Ends with 1 if there was any. POSIX only.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from cleaner.corpus.inputs import find_inputs
from cleaner.corpus.read import read_input
from cleaner.document import Document, Format, Status
from cleaner.pipeline import Cleaner
from cleaner.rules.ruleset import compile_rules
from cleaner.text.edits import restore

ROOT = Path(__file__).parent.parent
TOO_LONG = 20  # seconds for one input
LARGEST = 100_000  # bytes of one input
MARKS = r"""< ]]> &#0; <!-- ** " \ - : {author} * % () 1e999"""
HARSH = [
    b"\0",
    b"\xff",
    b"\xe2\x80\x8b",
    b"\xed\xa0\x80",
    b"\r",
    b"\x1b[",
    b"\n",
    b"\n\n",
    b"\t",
    b" ",
]
LETTERS = ["\N{RIGHT-TO-LEFT OVERRIDE}", "\u0130\u1e9e\ufb03"]
ODD = [*HARSH, *(text.encode() for text in [*MARKS.split(), *LETTERS])]


def mutated(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """`data` with a few stretches gone, doubled, moved, changed, or taken from `other`."""
    out = bytearray(data[:LARGEST])
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(len(out) + 1)
        end = min(len(out), at + chance.choice((1, 1, 4, 30, 300)))
        begin = chance.randrange(len(other) + 1)
        piece = other[begin : begin + chance.choice((3, 30, 300, 3000))]
        odd, doubled = chance.choice(ODD), bytes(out[at:end]) * 2
        byte = bytes([chance.randrange(256)])
        out[at:end] = chance.choice((b"", doubled, piece, odd, odd * 3, byte))
    return bytes(out[:LARGEST])


def read(data: bytes, name: str) -> None:
    """Every record that a file has."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        for item in find_inputs([path]):
            for _ in read_input(item):
                pass


def compile_(data: bytes, name: str) -> None:
    """Rules or problems; and rules that compile clean a text."""
    rules = compile_rules([(name, data)])
    if not rules.problems:
        check(Cleaner(rules), Document("1", "By Ann Example\n\nA text.\n\nShare on Facebook"))


def check(cleaner: Cleaner, document: Document) -> None:
    """Clean it, and hold the result to what it promises."""
    done = cleaner.clean(document)
    if done.status is Status.ERROR:
        cleaner._clean(document)  # once more, for the traceback
    if done.text is None:
        return
    undo = [(r.start, r.text, r.put) for r in done.removals]
    assert restore(done.text, undo) == done.normalized, "the removals do not give the text back"
    if document.format is not Format.HTML:  # a page's text is of another format, with other rules
        again = cleaner.clean(replace(document, body=done.text, sites=done.sites))
        assert again.text == done.text, "cleaning again changes the text"


def tables(texts: list[bytes]) -> dict[str, bytes]:
    """Files of many records."""
    rows = [{"id": str(n), "text": t.decode("utf-8", "replace")} for n, t in enumerate(texts)]
    jsonl = "\n".join(map(json.dumps, rows)).encode()
    csv = "id,text\n" + "\n".join(f"{r['id']},{json.dumps(r['text'])}" for r in rows)
    warc = b"".join(
        b"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Record-ID: <urn:uuid:%d>\r\n"
        b"Content-Length: %d\r\n\r\n%s\r\n\r\n" % (n, len(text), text)
        for n, text in enumerate(texts)
    )
    made = {
        "a.jsonl": jsonl,
        "a.csv": csv.encode(),
        "a.warc": warc,
        "a.jsonl.gz": gzip.compress(jsonl),
    }
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        return made
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), file)
    return {**made, "a.parquet": file.getvalue()}


def late(*_: object) -> NoReturn:
    raise TimeoutError(f"over {TOO_LONG} seconds")


class Fuzz:
    """A run: what was tried, and what fell."""

    def __init__(self, found: Path, seed: int) -> None:
        self.chance, self.found = random.Random(seed), found
        self.tried, self.fallen = Counter[str](), set[str]()
        self.cleaner = Cleaner.load()
        documents = [p for p in (ROOT / "corpus/raw").iterdir() if p.is_file()]
        self.documents = {path.name: path.read_bytes() for path in documents}
        self.tables = tables([data for name, data in self.documents.items()][:8])
        self.rules = {path.name: path.read_bytes() for path in (ROOT / "rules").glob("*/*.yaml")}

    def clean(self, data: bytes, name: str) -> None:
        formats = {".html": Format.HTML, ".md": Format.MARKDOWN}
        check(self.cleaner, Document("1", data, formats.get(Path(name).suffix, Format.TEXT)))

    def one(self) -> None:
        """Try one input of a kind."""
        tries: list[tuple[str, Callable[[bytes, str], None], dict[str, bytes]]] = [
            ("read", read, {**self.documents, **self.tables}),
            ("compile", compile_, self.rules),
            ("clean", self.clean, self.documents),
        ]
        kind, attempt, seeds = self.chance.choice(tries)
        name = self.chance.choice(sorted(seeds))
        data = mutated(seeds[name], self.chance.choice(list(seeds.values())), self.chance)
        signal.alarm(TOO_LONG)
        try:
            attempt(data, name)
        except Exception as error:
            signal.alarm(0)
            self.fell(kind, name, data, error)
        finally:
            signal.alarm(0)
        self.tried[kind] += 1

    def fell(self, kind: str, name: str, data: bytes, error: Exception) -> None:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{kind}-{type(error).__name__}-{Path(frame.filename).stem}-{frame.lineno}"
        if place not in self.fallen:
            self.fallen.add(place)
            self.found.mkdir(parents=True, exist_ok=True)
            (self.found / f"{place}-{name}").write_bytes(data)
            print(f"{place}: {error} ({name})", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("minutes", type=float)
    parser.add_argument("found", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    signal.signal(signal.SIGALRM, late)
    run = Fuzz(asked.found, asked.seed)
    end = time.monotonic() + 60 * asked.minutes
    while time.monotonic() < end:
        run.one()
    print(f"tried {dict(run.tried)}; {len(run.fallen)} kinds of falls")
    sys.exit(bool(run.fallen))


if __name__ == "__main__":
    main()
