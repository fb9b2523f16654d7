"""How fast the parts are beside what a user would take instead, on the same documents in one run.

    python bench/speed.py [TEXTS] [PAGES] [--rounds R] [--documents N]

TEXTS and PAGES are files or folders as `cleaner clean` reads them; without them the sample corpus
is taken. The ways of each group are timed in turns, R rounds, in CPU time of this process; what is
printed is the median of the rounds, the least and the most. Ratios are of the medians.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import ftfy
import trafilatura

from cleaner.corpus.inputs import find_inputs
from cleaner.corpus.journal_entry import Recorder
from cleaner.corpus.read import read_input
from cleaner.document import Document, Format
from cleaner.pipeline import Cleaner
from cleaner.rules.compiled import CompiledFile, CompiledRule
from cleaner.rules.fixpoint import fixpoint, fixpoint_with_selection
from cleaner.rules.ruleset import compile_rules
from cleaner.rules.template import Template
from cleaner.text.lines import Lines

SAMPLES = Path(__file__).parent.parent / "corpus" / "raw"
Way = Callable[[], object]


@dataclass
class Bench:
    """Times ways of doing a thing in turns and prints them; the last is what the others are
    compared with."""

    rounds: int

    def __call__(self, title: str, size: float, ways: dict[str, Way]) -> None:
        times: dict[str, list[float]] = {name: [] for name in ways}
        for turn in range(self.rounds + 1):
            for name, way in ways.items():
                begun = time.process_time()
                way()
                if turn:  # the first is to warm up
                    times[name].append(time.process_time() - begun)
        print(f"\n{title}")
        beside = median(times[next(reversed(ways))])
        for name, found in times.items():
            mid = median(found)
            speeds = " ".join(f"{size / t:8.2f}" for t in (mid, max(found), min(found)))
            print(f"  {name:44} {speeds} MB/s  {beside / mid:7.2f} times")


def documents(folder: Path, count: int, format: Format) -> list[Document]:
    """Up to `count` texts, or pages, of all that is in a folder, the same each time."""
    found = (record for item in find_inputs([folder]) for record in read_input(item))
    wanted = (r for r in found if isinstance(r, Document))
    kept = [d for d in wanted if (d.format is Format.HTML) == (format is Format.HTML) and d.body]
    random.Random(7).shuffle(kept)
    return kept[:count]


def size_of(found: Sequence[Document]) -> float:
    """MB of UTF-8."""
    bodies = (d.body if isinstance(d.body, bytes) else d.body.encode() for d in found)
    return sum(map(len, bodies)) / 1e6


def text_of(document: Document) -> str:
    body = document.body
    return body if isinstance(body, str) else body.decode("utf-8", "replace")


def texts(bench: Bench, found: Sequence[Document]) -> None:
    cleaner = Cleaner.load()
    pack = cleaner.rules.in_force((), Format.TEXT)[0]
    few = some_of(pack, 500)
    bodies = [text_of(d) for d in found]
    normal = [cleaner.normalize(body) for body in bodies]

    def ruled(text: str) -> None:
        fixpoint_with_selection(Lines(text), cleaner.rules, (), Format.TEXT, cleaner.normalize)

    def path(body: str) -> None:
        ruled(cleaner.normalize(body))

    bench(
        f"texts: {len(found)}, {size_of(found):.1f} MB; {len(patterns_of(pack))} patterns in force",
        size_of(found),
        {
            "normalize": lambda: [cleaner.normalize(body) for body in bodies],
            "rules": lambda: [ruled(text) for text in normal],
            "normalize and rules": lambda: [path(body) for body in bodies],
            "normalize and 500 patterns of them": lambda: [
                fixpoint(Lines(cleaner.normalize(body)), [few], cleaner.normalize)
                for body in bodies
            ],
            "all, with metadata": lambda: [cleaner.clean(d) for d in found],
            "ftfy.fix_text": lambda: [ftfy.fix_text(body) for body in bodies],
        },
    )


def patterns_of(file: CompiledFile) -> list[Template]:
    return [t for rule in file.rules for t in (*rule.line, *rule.start, *rule.span)]


def some_of(file: CompiledFile, count: int) -> CompiledFile:
    """The file with `count` of its patterns, drawn by chance."""
    chosen = {id(t) for t in random.Random(11).sample(patterns_of(file), count)}

    def kept(rule: CompiledRule) -> CompiledRule:
        forms = {
            form: tuple(t for t in getattr(rule, form) if id(t) in chosen)
            for form in ("line", "start", "span")
        }
        return replace(rule, **forms)

    return replace(file, rules=tuple(map(kept, file.rules)))


def loop(bench: Bench, found: Sequence[Document]) -> None:
    """The rules beside a loop over as many regular expressions, as scripts have them."""
    rules = compile_rules([("many.yaml", rule_file("many.org", 500).encode())])
    patterns = [re.compile(line, re.I | re.M) for line in expressions(500)]
    bodies = [text_of(d) for d in found]
    files = rules.files

    def scrubbed(text: str) -> str:
        for pattern in patterns:
            text = pattern.sub("", text)
        return text

    bench(
        "500 rules on the same texts",
        size_of(found),
        {
            "rules": lambda: [fixpoint(Lines(body), files, str) for body in bodies],
            "re.sub, one after the other": lambda: (
                [scrubbed(body) for body in bodies[:20]] * (len(bodies) // 20)
            ),
        },
    )


def words(count: int) -> Iterator[str]:
    chance = random.Random(3)
    for _ in range(count):
        yield " ".join("".join(chance.choices("abcdefghilmnoprstu", k=6)) for _ in range(3))


def rule_file(site: str, count: int, mark: str = "") -> str:
    lines = "".join(
        f"  - {{kind: donation, id: r{n}, line: '{line} *', hit: ['{line} now'], miss: ['x']}}\n"
        for n, line in enumerate(words(count))
    )
    return f"site: {site}\n{mark}rules:\n{lines}"


def expressions(count: int) -> list[str]:
    return [rf"^.*{re.escape(line)}.*$" for line in words(count)]


def pages(bench: Bench, found: Sequence[Document]) -> None:
    cleaner = Cleaner.load()
    record = Recorder(cleaner.rules.version)
    bodies = [text_of(d) for d in found]
    bench(
        f"pages: {len(found)}, {size_of(found):.1f} MB",
        size_of(found),
        {
            "all, to the lines written": lambda: [record(cleaner.clean(d)) for d in found],
            "trafilatura.extract(with_metadata=True)": lambda: [
                trafilatura.extract(body, with_metadata=True) for body in bodies
            ],
        },
    )


def starts(rounds: int) -> None:
    """CPU time of a command that does next to nothing."""
    print("\nstart, seconds of CPU time")
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "a.txt"
        text.write_text("The board met on Monday.\n\nShare on Facebook\n")
        for name, call in (("cleaner --help", ["--help"]), ("one text", ["clean", str(text)])):
            found = sorted(cpu_of([sys.executable, "-m", "cleaner", *call]) for _ in range(rounds))
            print(f"  {name:44} {median(found):8.2f} {found[0]:8.2f} {found[-1]:8.2f}")


def cpu_of(command: Sequence[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("texts", type=Path, nargs="?", default=SAMPLES)
    parser.add_argument("pages", type=Path, nargs="?", default=SAMPLES)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--documents", type=int, default=1000)
    args = parser.parse_args()
    print("median, least and most of MB/s; times the speed of the last line")
    bench = Bench(args.rounds)
    some = documents(args.texts, args.documents, Format.TEXT)
    html = documents(args.pages, args.documents // 5, Format.HTML)
    texts(bench, some)
    loop(bench, some[:20])
    pages(bench, html)
    starts(args.rounds)


if __name__ == "__main__":
    main()
