"""What `cleaner clean --learn` costs compared with a run without it.

    python bench/learn_cost.py [DOCUMENTS] [SITES]

Writes a synthetic corpus (by default 200,000 texts of 2,000 sites, each with three lines of its own
around the texts) into a temporary folder, and prints seconds, CPU seconds and peak memory.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from itertools import accumulate
from pathlib import Path

ONSETS = "b c d f g h l m n p r s t v w br ch cl dr fl gr pl st tr".split()
VOWELS = "a e i o u ai ea ou".split()
ENDS = "n r l t s nd rk m st ng".split()


def words() -> list[str]:
    """Invented words; the first are the most frequent in the texts."""
    chance = random.Random(0)
    syllables = [o + v for o in ONSETS for v in VOWELS]
    return [
        "".join(chance.choices(syllables, k=chance.choice((1, 2, 2, 3)))) + chance.choice(ENDS)
        for _ in range(8000)
    ]


WORDS = words()
WEIGHTS = list(accumulate(1 / (n + 3) for n in range(len(WORDS))))


def text(chance: random.Random, site: int) -> str:
    sentences = [
        " ".join(chance.choices(WORDS, cum_weights=WEIGHTS, k=18)).capitalize() + "."
        for _ in range(24)
    ]
    paragraphs = [" ".join(sentences[n : n + 4]) for n in range(0, 24, 4)]
    rows = [f"The Site {site} Gazette: news from {WORDS[site % 29]} and {WORDS[site % 23]}"]
    rows += [*paragraphs, f"Read more stories of the Site {site} Gazette: click here"]
    return "\n\n".join([*rows, f"Support the Site {site} Gazette and become a member today"])


def write(path: Path, documents: int, sites: int) -> None:
    chance = random.Random(0)
    with path.open("w") as file:
        for n in range(documents):
            site = n % sites
            row = {"id": str(n), "text": text(chance, site), "url": f"https://{site}.example/{n}"}
            file.write(json.dumps(row) + "\n")


def run(*command: str | Path) -> str:
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(list(map(str, command)), check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (
        f"{time.perf_counter() - begun:8.1f} s {cpu:8.1f} s CPU {after.ru_maxrss >> 10:6} MB in the"
        " largest process"
    )


def main(documents: int = 200_000, sites: int = 2_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus.jsonl"
        write(corpus, documents, sites)
        command = (sys.executable, "-m", "cleaner", "clean", corpus, "--quiet", "-o")
        print("without", run(*command, Path(folder) / "plain"), flush=True)
        print("--learn", run(*command, Path(folder) / "learned", "--learn"), flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
