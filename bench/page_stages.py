"""Where the time of a page goes, beside the time of trafilatura.

    python bench/page_stages.py [PAGES] [--rounds R] [--documents N]

PAGES is a file or folder as `cleaner clean` reads it; without it the sample corpus is taken. Each
page is cleaned, and given to trafilatura, in turns; of each time the least of R rounds counts.
"""

from __future__ import annotations

import argparse
import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import trafilatura
from speed import SAMPLES, documents, text_of

from cleaner import page as html
from cleaner import pipeline
from cleaner.corpus.journal_entry import Recorder
from cleaner.document import Document, Format
from cleaner.pipeline import Cleaner

# What is timed, by the module that calls it; what is inside another is indented.
STAGES: tuple[tuple[ModuleType, str, str], ...] = (
    (pipeline, "decode", ""),
    (pipeline, "parse_page", ""),
    (html, "trafilatura_text", ""),
    (html, "resiliparse_text", ""),
    (html, "word_f1", ""),
    (html, "blocks_of", ""),
    (html, "compose_article", ""),
    (html, "json_ld_nodes", ""),
    (html, "read_page_metadata", ""),
    (html, "page_rights", ""),
    (pipeline, "fixpoint_with_selection", ""),
    (pipeline, "notices_in_matches", ""),
    (pipeline, "merge_metadata", ""),
)
Times = Counter[str]


def timed(name: str, call: Callable[..., Any], times: Times) -> Callable[..., Any]:
    def timer(*args: Any, **options: Any) -> Any:
        begun = time.process_time()
        try:
            return call(*args, **options)
        finally:
            times[name] += time.process_time() - begun

    return timer


def least(rounds: int, found: Sequence[Document]) -> tuple[Times, int]:
    """The least time of each stage on each page, added up."""
    cleaner = Cleaner.load()
    record = Recorder(cleaner.rules.version)
    now: Times = Counter()
    for module, name, _ in STAGES:
        setattr(module, name, timed(name, getattr(module, name), now))
    ours = timed("all", lambda d: record(cleaner.clean(d)), now)
    theirs = timed(
        "trafilatura", lambda d: trafilatura.extract(text_of(d), with_metadata=True), now
    )
    best: list[Times] = [Counter() for _ in found]
    for turn in range(rounds + 1):
        for n, document in enumerate(found):
            now.clear()
            ours(document)
            theirs(document)
            if turn:  # the first is to warm up
                held = best[n] or now
                best[n] = Counter({name: min(held[name], now[name]) for name in now})
    return sum(best, Counter()), len(found)


def table(times: Times, count: int) -> None:
    whole = times["all"]
    ours, theirs = (1000 * times[name] / count for name in ("all", "trafilatura"))
    print(f"{count} pages: {ours:.1f} ms each, trafilatura with metadata {theirs:.1f}")
    print(f"  {theirs / ours:.2f} times the speed of trafilatura")
    for _, name, indent in STAGES:
        ms = 1000 * times[name] / count
        print(f"  {indent + name:28} {ms:7.2f} ms {100 * times[name] / whole:6.1f} %")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("pages", type=Path, nargs="?", default=SAMPLES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--documents", type=int, default=200)
    args = parser.parse_args()
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    table(*least(args.rounds, documents(args.pages, args.documents, Format.HTML)))


if __name__ == "__main__":
    main()
