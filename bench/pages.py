"""The text of real pages, beside what other extractors give, with their CPU time.

    python bench/pages.py BENCH/html [--pages N] [--half tune|confirm] [--worst 20]

BENCH/html holds pages.jsonl.gz, gold.jsonl.gz and its scorer. Word figures are percentages, means
over pages; `worse` are pages whose F1 is more than two points below trafilatura's. Peers that are
not installed (pip install -e '.[bench]') are left out. Times are process CPU, one page at a time.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import mean
from typing import Any

import trafilatura
from lxml import html as lxml_html

from cleaner.document import Document, Format
from cleaner.extract.blocks import blocks_of
from cleaner.extract.extractors import resiliparse_text
from cleaner.pipeline import Cleaner

Extract = Callable[[dict[str, Any]], str]


def read(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def ours(**options: bool) -> Extract:
    cleaner = Cleaner.load(**options)

    def extract(row: dict[str, Any]) -> str:
        return (
            cleaner.clean(Document(row["id"], row["html"], Format.HTML, url=row["url"])).text or ""
        )

    return extract


def theirs(**options: Any) -> Extract:
    def extract(row: dict[str, Any]) -> str:
        page = row["html"]
        found = trafilatura.bare_extraction(page, url=row["url"], include_comments=False, **options)
        return (found.text or "") if found else ""

    return extract


def readability(row: dict[str, Any]) -> str:
    from readability import Document as Readable

    tree = lxml_html.fromstring(Readable(row["html"]).summary(html_partial=True))
    return "\n".join(block.text for block in blocks_of(tree))


def justext(row: dict[str, Any]) -> str:
    from justext import get_stoplist, justext

    found = justext(row["html"].encode(), get_stoplist("English"), encoding="utf-8")
    return "\n".join(p.text for p in found if not p.is_boilerplate)


def newspaper(row: dict[str, Any]) -> str:
    from newspaper import Article

    article = Article(row["url"], fetch_images=False)
    article.download(input_html=row["html"])
    article.parse()
    return str(article.text)


TOOLS: dict[str, Callable[[], Extract]] = {
    "cleaner": ours,
    "cleaner --extractor trafilatura": lambda: ours(extractor="trafilatura"),
    "trafilatura": lambda: theirs(with_metadata=True),
    "trafilatura precision": lambda: theirs(favor_precision=True),
    "trafilatura recall": lambda: theirs(favor_recall=True),
    "trafilatura fast": lambda: theirs(fast=True),
    "readability-lxml": lambda: readability,
    "resiliparse": lambda: lambda row: resiliparse_text(row["html"]),
    "justext": lambda: justext,
    "newspaper4k": lambda: newspaper,
}


def run(extract: Extract, rows: list[dict[str, Any]]) -> tuple[list[str], float]:
    """The text of each page, and the CPU time of all, in seconds."""
    texts = []
    extract(rows[0])  # imports and caches
    start = time.process_time()
    for row in rows:
        try:
            texts.append(extract(row))
        except ImportError:
            raise
        except Exception:  # a tool that fails on a page has no text for it
            texts.append("")
    return texts, time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("bench", type=Path)
    parser.add_argument("--pages", type=int, help="only so many, evenly spread")
    parser.add_argument("--half", choices=["tune", "confirm"])
    parser.add_argument("--worst", type=int, default=20, help="regressions to list")
    args = parser.parse_args()
    sys.path.insert(0, str(args.bench))
    import score_html

    gold = {r["id"]: r for r in read(args.bench / "gold.jsonl.gz")}
    rows = [r for r in read(args.bench / "pages.jsonl.gz") if r["id"] in gold]
    rows = [r for r in rows if score_html.in_half(r, args.half)]
    if args.pages:
        rows = rows[:: max(1, len(rows) // args.pages)]
    figures: dict[str, list[tuple[float, float, float]]] = {}
    times: dict[str, float] = {}
    for name, make in TOOLS.items():
        try:
            texts, times[name] = run(make(), rows)
        except ImportError as error:
            print(f"{name}: not installed ({error.name})", file=sys.stderr)
            continue
        pairs = zip(rows, texts, strict=True)
        figures[name] = [score_html.word_prf(t, gold[r["id"]]["text"]) for r, t in pairs]
    base = figures["trafilatura"]
    print(f"{len(rows)} pages            P      R     F1  worse  ms/page  times trafilatura")
    for name, scores in figures.items():
        p, r, f = (100 * mean(s[i] for s in scores) for i in range(3))
        worse = sum(a[2] < b[2] - 0.02 for a, b in zip(scores, base, strict=True))
        ms = 1000 * times[name] / len(rows)
        ratio = times[name] / times["trafilatura"]
        print(f"{name:32} {p:6.2f} {r:6.2f} {f:6.2f} {worse:4} {ms:8.1f} {ratio:6.2f}")
    deltas = [
        (a[2] - b[2], b[2], a[2], row)
        for a, b, row in zip(figures["cleaner"], base, rows, strict=True)
    ]
    for delta, before, after, row in sorted(deltas, key=lambda d: d[0])[: args.worst]:
        if delta < 0:
            change = f"{100 * before:6.2f} -> {100 * after:6.2f}"
            print(f"{100 * delta:+7.2f}  {change}  {row['id']}  {row['url']}")


if __name__ == "__main__":
    main()
