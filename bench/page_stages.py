"""Where the time of a page goes, and whether trafilatura's faster steps give what it gives.

    python bench/page_stages.py [PAGES] [--rounds R] [--documents N]

PAGES is a file or folder as `cleaner clean` reads it; without it the sample corpus is taken. Each
page is cleaned, and given to trafilatura, in turns; of each time the least of R rounds counts. Then
the texts and fields of all pages are compared with trafilatura's own; a difference is a failure.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import trafilatura
from speed import SAMPLES, documents, text_of
from trafilatura.metadata import extract_metadata

from cleaner import page as html
from cleaner import pipeline
from cleaner.corpus.journal_entry import Recorder
from cleaner.document import Document, Format
from cleaner.extract import extractors
from cleaner.metadata import page_metadata
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
    (page_metadata, "trafilatura_metadata", "  "),
    (html, "page_rights", ""),
    (pipeline, "fixpoint_with_selection", ""),
    (pipeline, "notices_in_matches", ""),
    (pipeline, "merge_metadata", ""),
)
FIELDS = "author title date url sitename description categories tags".split()
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


def differences(found: Sequence[Document]) -> int:
    """How many pages have another text or field than trafilatura itself gives."""
    wrong = 0
    for document in found:
        page = text_of(document)
        tree, their_tree = extractors.parse_page(page), trafilatura.load_html(page)
        if tree is None or their_tree is None:
            wrong += tree is not their_tree
            continue
        text = extractors.trafilatura_text(tree, document.url)
        fields = extractors.trafilatura_metadata(tree, document.url)
        their_fields = extract_metadata(their_tree, document.url, extractors.DATE_OPTIONS)
        its = trafilatura.bare_extraction(their_tree, url=document.url, include_comments=False)
        same = text == ((its.text or "") if its else "")
        if not same or any(getattr(fields, f) != getattr(their_fields, f) for f in FIELDS):
            print(f"  {document.id} differs")
            wrong += 1
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("pages", type=Path, nargs="?", default=SAMPLES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--documents", type=int, default=200)
    args = parser.parse_args()
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    every = documents(args.pages, 1_000_000, Format.HTML)
    wrong = differences(every)
    print(f"{len(every)} pages compared with trafilatura {trafilatura.__version__}, {wrong} differ")
    table(*least(args.rounds, every[: args.documents]))
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
