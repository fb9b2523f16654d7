"""Memory, speed and disk of a long run of `cleaner clean`, and whether every document comes out.

    python bench/soak.py [--documents N] [--workers W] [--keep DIR]

Makes N documents (200000 unless told) out of the sample corpus, no two the same, and cleans them
with W workers (2 unless told) in a process of its own. Once a second it reads from /proc what the
parent takes (RSS), what each worker takes beside what it shares (private pages), and the size of
the output folder. Ends with 1 where a document is missing, is there twice or out of order. Linux
only. --keep leaves the input, the outputs and the samples in DIR.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import linear_regression, mean

from cleaner.corpus.inputs import find_inputs
from cleaner.corpus.output_folder import RUN
from cleaner.corpus.read import read_input
from cleaner.document import Document, Format

SAMPLES = Path(__file__).parent.parent / "corpus" / "raw"
PROSE = re.compile(r"(?:(?<=\n\n)|(?<=<p>))[^<\n]{120,}(?=\n\n|</p>)")  # a paragraph
NUMBER = re.compile(r"(?<![\w#&.])(?!(?:19|20)\d\d(?!\d))\d{3,}")  # neither year nor entity
DAY = re.compile(r"\b(January|February|March|April|May|June|July|August) \d\d?\b")
LETTERS = "aeiouybcdfglmnprstvz"


def documents(count: int) -> Iterator[Document]:
    """The documents of the sample corpus again and again, each time made another."""
    samples = [record for item in find_inputs([SAMPLES]) for record in read_input(item)]
    whole = [s for s in samples if isinstance(s, Document) and s.body]
    for n in range(count):
        of = whole[n % len(whole)]
        text = of.body if isinstance(of.body, str) else of.body.decode()
        link = of.url and f"{of.url}?{n}"
        yield Document(f"{n:09}", varied(text, n), of.format, link, metadata=of.metadata)


def varied(text: str, seed: int) -> str:
    """A text like this one, with other numbers and days, some new words, and its paragraphs in
    another order; no two seeds give the same."""
    chance = random.Random(seed)
    numbers: dict[str, str] = {}

    def number(found: re.Match[str]) -> str:
        others = "".join(chance.choices("0123456789", k=len(found[0]) - 1))
        return numbers.setdefault(found[0], found[0][0] + others)

    def word() -> str:
        return "".join(chance.choices(LETTERS, k=chance.randint(4, 9))).capitalize()

    text = DAY.sub(lambda day: f"{day[1]} {chance.randint(1, 28)}", NUMBER.sub(number, text))
    new = f"{word()} {word()} of {word()} told {word()} so on page {seed}."
    paragraphs = PROSE.findall(text)
    if not paragraphs:
        return f"{text}\n\n{new}"
    paragraphs[0] += f" {new}"
    chance.shuffle(paragraphs)
    return PROSE.sub(lambda _: paragraphs.pop(), text)


def write(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        for made in documents(count):
            body = "html" if made.format is Format.HTML else "text"
            row = {"id": made.id, "url": made.url, **made.metadata, body: made.body}
            out.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")


@dataclass(frozen=True)
class Sample:
    """What a run takes at one time: seconds since its start, then MB."""

    at: float
    parent: float
    workers: dict[int, float]
    disk: float


def memory(process: int, of: str) -> float:
    """MB of a process; 0 for one that has ended."""
    with suppress(OSError):
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
        return sum(map(int, re.findall(rf"^{of}: +(\d+) kB", rollup, re.MULTILINE))) / 1024
    return 0.0


def disk(folder: Path) -> float:
    """MB on disk of the files in a folder."""
    size = 0
    for path in folder.rglob("*"):
        with suppress(OSError):  # a part of the journal that is gone by now
            size += path.stat().st_blocks
    return size / 2048


def watch(process: subprocess.Popen[bytes], out: Path) -> Iterator[Sample]:
    """A sample each second until the process ends."""
    begun = time.monotonic()
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while process.poll() is None:
        with suppress(OSError):
            at, parent = time.monotonic() - begun, memory(process.pid, "Rss")
            workers = {int(n): memory(int(n), r"Private_\w+") for n in children.read_text().split()}
            yield Sample(at, parent, workers, disk(out))
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=1)


def report(samples: list[Sample], rate: float) -> None:
    """Print what the samples say; documents are told by the time, as if all took the same."""
    end = samples[-1].at
    for share in (0.1, 0.5, 1.0):
        near = min(samples, key=lambda s: abs(s.at - share * end))
        print(f"parent at {share:4.0%}          {near.parent:8.1f} MB")
    print(f"parent at most          {max(s.parent for s in samples):8.1f} MB")
    for name, low, high in (("first", 0.0, 0.2), ("last", 0.8, 1.0)):
        part = [s for s in samples if low * end <= s.at <= high * end]
        taken = [mb for s in part for mb in s.workers.values() if mb] or [0.0]
        print(f"a worker, {name:5} fifth   {mean(taken):8.1f} MB, at most {max(taken):.1f}")
    parent = [(s.at * rate, s.parent) for s in samples if 0.1 * end <= s.at <= 0.98 * end]
    print(f"growth of the parent    {100_000 * slope(parent):+8.2f} MB per 100000 documents")
    lives: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for s in samples:
        for worker, mb in s.workers.items():
            lives[worker].append((s.at * rate / len(s.workers), mb))
    growth = mean(slope(life[3:-1]) for life in lives.values())  # once its caches are filled
    print(f"growth of a worker      {1000 * growth:+8.2f} MB per 1000 documents of its own")
    print(f"workers in all          {len(lives):8}")


def slope(points: list[tuple[float, float]]) -> float:
    return linear_regression(*zip(*points, strict=True)).slope if len(points) > 2 else 0.0


def accounted(out: Path, count: int) -> bool:
    """Whether each document came out once and in order: clean, in quarantine or set aside."""
    files = ("soak.jsonl", f"{RUN}/quarantine.jsonl", f"{RUN}/set-aside.jsonl")
    found = {name: list(ids(out / name)) for name in files}
    total, distinct = sum(map(len, found.values())), len(set().union(*found.values()))
    ordered = all(names == sorted(names) for names in found.values())
    whole = found["soak.jsonl"] == list(ids(out / "soak.metadata.jsonl"))
    print(f"outcomes {total}, distinct {distinct}:", {name: len(n) for name, n in found.items()})
    return total == distinct == count and ordered and whole


def ids(path: Path) -> Iterator[str]:
    with path.open("rb") as lines:
        for line in lines:
            yield json.loads(line)["id"]


def soak(count: int, workers: int, folder: Path) -> bool:
    """Make, clean, watch and report; whether all documents came out."""
    source, out = folder / "soak.jsonl", folder / "out"
    write(source, count)
    size = source.stat().st_size / 1e6
    command = [sys.executable, "-m", "cleaner", "clean", str(source), "-o", str(out), "--quiet"]
    begun = time.monotonic()
    process = subprocess.Popen([*command, "--workers", str(workers)])
    samples = list(watch(process, out))
    seconds = time.monotonic() - begun
    rows = [json.dumps(asdict(sample)) for sample in samples]
    (folder / "samples.jsonl").write_text("\n".join(rows) + "\n")
    print(f"{count} documents, {size:.0f} MB, {workers} workers: {seconds:.0f} s")
    print(f"{count / seconds:.1f} documents/s, {size / seconds:.2f} MB/s in")
    report(samples, count / seconds)
    most = max(sample.disk for sample in samples)
    print(f"outputs on disk         {disk(out):8.1f} MB, while it ran {most:.1f}")
    return process.returncode == 0 and accounted(out, count)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--documents", type=int, default=200_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="work in DIR, and leave it there")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        sys.exit(not soak(args.documents, args.workers, folder))


if __name__ == "__main__":
    main()
