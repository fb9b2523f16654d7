"""What rule files cost where they are many: 5,000 site files of ten rules beside five such.

    python bench/many_rules.py [TEXTS] [--rounds R] [--documents N] [--bundled]

TEXTS is a file or folder as `cleaner clean` reads it; without it the sample corpus is taken. Every
second text carries the mark of one of the site files. Both sets take turns, R rounds, in CPU time;
printed are the median, the least and the most, and the ratios of the medians and of the leasts,
which a busy machine disturbs less. `first time` is with no site file taken up yet; `--bundled` adds
the rules that come with the package to both.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from speed import SAMPLES, cpu_of, documents, rule_file, text_of

from cleaner.document import Document, Format
from cleaner.pipeline import Cleaner

FEW, MANY = 5, 5000
Way = Callable[[], float]
START = """
from pathlib import Path
from sys import argv
from cleaner import Cleaner, Document
cleaner = Cleaner.load([Path(argv[1])], bundled=argv[2] == "True")
cleaner.clean(Document("1", "The board met on Monday.\\n\\nShare on Facebook"))
"""


@dataclass(frozen=True)
class Side:
    """One of the two sets of rule files, and the texts that select from it."""

    folder: Path
    bundled: bool
    found: Sequence[Document]

    def load(self) -> Cleaner:
        return Cleaner.load([self.folder], bundled=self.bundled)

    def start(self) -> float:
        """CPU time of a process that loads the rules and cleans one text."""
        return cpu_of([sys.executable, "-c", START, str(self.folder), str(self.bundled)])

    def command(self) -> float:
        """The same of the command."""
        text = self.folder.parent / "one.txt"
        text.write_text("The board met on Monday.\n\nShare on Facebook\n")
        flag = "--bundled" if self.bundled else "--no-bundled"
        call = ["clean", str(text), "--rules", str(self.folder), flag]
        return cpu_of([sys.executable, "-m", "cleaner", *call])

    def pass_of(self, cleaner: Cleaner) -> float:
        """CPU time per document, of this process."""
        begun = time.process_time()
        cleaner.clean_batch(self.found)
        return (time.process_time() - begun) / len(self.found)

    def first(self) -> float:
        return self.pass_of(self.load())

    def later(self) -> Way:
        """The same with all taken up that the texts select."""
        cleaner = self.load()
        self.pass_of(cleaner)
        return lambda: self.pass_of(cleaner)


def make_side(folder: Path, count: int, texts: Sequence[Document], bundled: bool) -> Side:
    """Write `count` site files, and let every second text select one of them."""
    folder.mkdir()
    for number in range(count):
        text = rule_file(f"site{number}.org", 10, f"marks: this is from site {number}\n")
        (folder / f"site{number}.org.yaml").write_text(text)
    marked = [
        replace(d, body=text_of(d) + f"\n\nThis is from site {n * 7919 % count}\n" * (n % 2))
        for n, d in enumerate(texts)
    ]
    return Side(folder, bundled, marked)


def turns(title: str, rounds: int, few: Way, many: Way) -> None:
    """Measure in turns, each first in every second round."""
    times: dict[Way, list[float]] = {few: [], many: []}
    for number in range(rounds):
        for way in (few, many) if number % 2 else (many, few):
            times[way].append(way())
    show(title, times[few], times[many])


def show(title: str, few: Sequence[float], many: Sequence[float]) -> None:
    print(f"\n{title}, ms of CPU time")
    for name, times in ((f"{FEW * 10:,} rules", few), (f"{MANY * 10:,} rules", many)):
        mid, least, most = (1e3 * t for t in (median(times), min(times), max(times)))
        print(f"  {name:14} {mid:9.2f} {least:9.2f} {most:9.2f}")
    print(f"  {'ratio':14} {median(many) / median(few):9.2f} {min(many) / min(few):9.2f}")


def uncached(side: Side) -> float:
    """A start where nothing is kept, nor will be."""
    before = os.environ["CLEANER_CACHE"]
    os.environ["CLEANER_CACHE"] = ""
    try:
        return side.start()
    finally:
        os.environ["CLEANER_CACHE"] = before


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("texts", type=Path, nargs="?", default=SAMPLES)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--documents", type=int, default=400)
    parser.add_argument("--bundled", action="store_true")
    args = parser.parse_args()
    texts = documents(args.texts, args.documents, Format.TEXT)
    texts *= max(1, 200 // len(texts))
    with tempfile.TemporaryDirectory() as name:
        os.environ["CLEANER_CACHE"] = str(Path(name) / "cache")
        few, many = (
            make_side(Path(name) / str(count), count, texts, args.bundled) for count in (FEW, MANY)
        )
        show("start-up, nothing kept (once)", [uncached(few)], [uncached(many)])
        for side in (few, many):
            side.load()  # fills the cache
        turns("start-up", args.rounds, few.start, many.start)
        turns("cleaner clean ONE.txt", args.rounds, few.command, many.command)
        turns(f"a document of {len(texts)}, the first time", args.rounds, few.first, many.first)
        turns("a document, from then on", args.rounds, few.later(), many.later())


if __name__ == "__main__":
    main()
