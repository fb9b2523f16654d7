"""The speed of the whole command, `cleaner clean -`, beside the libraries that it stands on.

    python bench/whole.py [TEXTS] [PAGES] [--rounds R] [--documents N]

TEXTS and PAGES are JSON lines as `cleaner clean -` reads them ({"id", "text"} or {"id", "html"}),
also with gzip; without them the sample corpus is taken. Everything is on: decoding, extraction,
classifiers, metadata, rights, rules, JSON in and out. Each process runs in turns, R rounds, over
all documents and over the first; the difference is the cost of the others, so start-up does not
count. CPU time is that of the process and its children, and the median of the rounds is printed.
The last line compares the wall time of two worker processes with that of one, also without
start-up: run it on an idle machine with two cores or more. Take a thousand documents or
more: words, templates and site files are prepared when a document first needs them, which weighs
heavily on a few.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from statistics import median

SAMPLES = Path(__file__).parent.parent / "corpus" / "raw"
CLEANER = [sys.executable, "-m", "cleaner", "clean", "-", "--quiet", "--workers"]
LOOP = """
import json, sys
{load}
for line in sys.stdin:
    row = json.loads(line)
    print(json.dumps({call}))
"""
FTFY = LOOP.format(load="from ftfy import fix_text", call="fix_text(row['text'])")
TRAFILATURA = LOOP.format(
    load="from trafilatura import extract",
    call="extract(row['html'], url=row.get('url'), with_metadata=True, include_comments=False)",
)


def rows_of(given: Path | None, field: str) -> Iterator[bytes]:
    """Yield the first documents with this field as lines of JSON."""
    if given is None:
        ending = {"text": "txt", "html": "html"}[field]
        paths = sorted(SAMPLES.rglob(f"*.{ending}"))
        while True:
            for path in paths:
                row = {"id": path.stem, field: path.read_text(encoding="utf-8")}
                yield json.dumps(row).encode() + b"\n"
    with gzip.open(given) if given.suffix == ".gz" else given.open("rb") as lines:
        yield from (line for line in lines if json.loads(line).get(field))


def cpu(command: Sequence[str], documents: bytes) -> tuple[float, float]:
    """The CPU time of a command and its children, and its wall time, in seconds."""
    with tempfile.TemporaryFile() as given:
        given.write(documents)
        given.seek(0)
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, stdin=given, stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return spent, time.perf_counter() - begun


def compare(title: str, documents: Sequence[bytes], peer: str, name: str, rounds: int) -> None:
    """Print the CPU time per document of the command and of a loop over its peer."""
    commands = {
        "cleaner clean -": [*CLEANER, "1"],
        "the same without classifier": [*CLEANER, "1", "--no-classifier"],
        name: [sys.executable, "-c", peer],
    }
    body, one = b"".join(documents), documents[0]
    times: dict[str, list[float]] = {label: [] for label in commands}
    for _ in range(rounds):
        for label, command in commands.items():
            times[label].append(cpu(command, body)[0] - cpu(command, one)[0])
    each = {label: median(found) / (len(documents) - 1) for label, found in times.items()}
    size = sum(map(len, documents)) / len(documents)
    print(f"\n{title}: {len(documents)} documents of {size / 1000:.1f} kB")
    for label, seconds in each.items():
        rate, speed = size / seconds / 1e6, each[name] / seconds
        print(f"  {label:30}{1000 * seconds:9.2f} ms{rate:8.2f} MB/s{speed:7.2f} x {name}")
    walls = {
        n: median(cpu([*CLEANER, n], body)[1] - cpu([*CLEANER, n], one)[1] for _ in range(rounds))
        for n in "12"
    }
    print(f"  two workers take {walls['1'] / walls['2']:.2f} times less wall time than one")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("texts", type=Path, nargs="?")
    parser.add_argument("pages", type=Path, nargs="?")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--documents", type=int, default=200)
    args = parser.parse_args()
    texts = list(islice(rows_of(args.texts, "text"), 5 * args.documents))
    pages = list(islice(rows_of(args.pages, "html"), args.documents))
    compare("texts", texts, FTFY, "ftfy.fix_text", args.rounds)
    compare("pages", pages, TRAFILATURA, "trafilatura.extract", args.rounds)


if __name__ == "__main__":
    main()
