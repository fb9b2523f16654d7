"""Build training lines for a line classifier from all labeled and unlabeled texts and pages.

    python bench/line_data.py BENCH LINES.jsonl.gz

Writes one JSON object per document: `corpus`, `site`, `lang`, `id`, `origin`, `lines`, and `labels`
with one value per line: 1 for boilerplate, 0 for article text, 2 where readers may disagree
(titles, captions, notes), and null where nothing is known. To measure how a classifier travels,
leave out all documents of a `corpus` or a `site`, whatever their `origin`:

- `text`: texts labeled by hand, in the folder of the benchmark
- `label`: texts labeled by hand in line_labels.jsonl, which holds line numbers and no text
- `repeat`: unlabeled texts; boilerplate is what repeats on the site or what a rule removes
- `page`: texts of pages by three extractions; article text is what the gold text contains
- `trap`: invented articles whose lines look like boilerplate and are not

`kinds` has a kind for boilerplate lines, where it is known. `repeats` counts, per line, the
documents of the site that have it, of `documents` in all.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from multiprocessing import Pool
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree
from trafilatura import extract

from cleaner.pipeline import Cleaner
from cleaner.text.folding import light
from cleaner.text.normalization import Normalizer
from cleaner.text.words import count_words, tokens

SAMPLES = ("sample", "english2.sample", "multilang.sample", "multilang2.sample")
LABELED = ("dev", "random", "multilang.dev", "multilang.random", "forms.dev")
PAGES = (
    ("wcxb", ""),
    ("daniel", "daniel."),
    ("fundus", "fundus."),
    ("readability", "readability."),
)
OPTIONAL = 2  # the label of lines that a cleaner may keep or remove
NOT_BOILERPLATE = {"optional": OPTIONAL, "mixed": None}  # kinds of line_labels.jsonl
KINDS = {  # the names of kinds in rules, for those of the labels
    "share": "social", "subscription": "newsletter", "date": "dateline", "rights": "copyright",
    "widget": "media",
}  # fmt: skip
TRAPS = Path(__file__).parents[1] / "tests/rules/traps.jsonl"

NAMES = {1: "boilerplate", 0: "article", OPTIONAL: "optional", None: "unknown"}

MIN_SITE_DOCUMENTS = 6
MAX_SITE_DOCUMENTS = 30
MIN_REPEATS = 3  # documents of a site that have a line
MIN_ARTICLE_WORDS = 9  # of a line in one document of the site; shorter ones may be anything
MIN_IN_GOLD = 0.7  # share of a line's word triples
MAX_IN_GOLD = 0.25

Record = dict[str, Any]


def main(bench: Path, out: Path) -> None:
    normalize = Normalizer()
    rows = [row for name in SAMPLES for row in read(bench / f"text/{name}.jsonl.gz")]
    samples = {row["id"]: row for row in rows}
    sites = Sites({**row, "text": normalize(row["text"])} for row in rows)
    labeled = {row["id"] for name in LABELED for row in read(bench / f"text/{name}.jsonl")}
    counts: Counter[tuple[str, str]] = Counter()
    with gzip.open(out, "wt", encoding="utf-8", compresslevel=3) as file:
        for record in chain(
            from_texts(bench / "text"),
            from_labels(samples),
            from_repeats(sites, labeled),
            from_pages(bench / "html"),
            from_traps(),
        ):
            file.write(json.dumps(sites.count(record), ensure_ascii=False) + "\n")
            counts[record["origin"], "documents"] += 1
            for label in record["labels"]:
                counts[record["origin"], NAMES[label]] += 1
    for (origin, what), count in sorted(counts.items()):
        print(f"{origin:8}{what:14}{count:9,}")


def read(path: Path) -> Iterator[Record]:
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)
    else:
        with path.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


class Sites:
    """The documents of each site, and how many of them have a line; copies of a text count once."""

    def __init__(self, rows: Iterable[Record]) -> None:
        self.documents: dict[tuple[str, str], dict[str, Record]] = defaultdict(dict)
        self.lines: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for row in rows:
            site, middle = site_of(row), len(row["text"]) // 2
            known = len(self.documents[site])
            self.documents[site].setdefault(key(row["text"][middle:][:200]), row)
            if len(self.documents[site]) > known:
                self.lines[site].update(set(map(key, row["text"].split("\n"))))

    def count(self, record: Record) -> Record:
        site = (record["corpus"], record["site"])
        found = self.lines.get(site, Counter())
        record["documents"] = len(self.documents.get(site, ()))
        record["repeats"] = [found[key(line)] for line in record["lines"]]
        return record


def site_of(row: Record) -> tuple[str, str]:
    host = (urlsplit(row.get("url") or "").hostname or "").removeprefix("www.")
    corpus = row["id"].split("/")[0]
    return row.get("corpus") or corpus, host or row.get("source") or corpus


def record(
    row: Record, origin: str, lines: list[str], labels: list[int | None],
    kinds: list[str | None] | None = None,
) -> Record:  # fmt: skip
    corpus, site = site_of(row)
    return {
        "corpus": corpus,
        "site": site,
        "lang": row.get("lang") or row.get("language"),
        "id": row["id"],
        "origin": origin,
        "title": row.get("title"),
        "lines": lines,
        "labels": labels,
        "kinds": kinds or [None] * len(lines),
    }


def without_empty(
    row: Record, origin: str, rows: list[str], labels: dict[int, int | None], kinds: dict[int, str]
) -> Record:
    """A record of the lines that are not empty; a line without a label is article text."""
    full = [n for n, line in enumerate(rows) if line.strip()]
    of_lines = [kinds.get(n) if labels.get(n) == 1 else None for n in full]
    return record(row, origin, [rows[n] for n in full], [labels.get(n, 0) for n in full], of_lines)


def from_texts(folder: Path) -> Iterator[Record]:
    """Texts with spans to remove; a line that loses a part only has no label."""
    for name in LABELED:
        for row in read(folder / f"{name}.jsonl"):
            rows = row["text"].split("\n")
            labels: dict[int, int | None] = {span["line"]: OPTIONAL for span in row["optional"]}
            for span in row["removed"]:
                for n, text in enumerate(span["text"].split("\n"), span["line"]):
                    labels[n] = None if span.get("inline") or text.strip() != rows[n].strip() else 1
            yield without_empty(row, "text", rows, labels, {})


def from_labels(samples: dict[str, Record]) -> Iterator[Record]:
    """Texts labeled in line_labels.jsonl. Raises ValueError if a text is not the labeled one."""
    for labeled in read(Path(__file__).with_name("line_labels.jsonl")):
        row = {**samples[labeled["id"]], "lang": labeled.get("lang")}
        if digest(row["text"]) != labeled["hash"]:
            raise ValueError(f"{row['id']}: the text differs from the one that was labeled")
        if labeled.get("reject"):
            continue
        kinds = {
            n: KINDS.get(kind, kind)
            for kind, spans in labeled["lines"].items()
            for first, last in spans
            for n in range(first, last + 1)
        }
        labels = {n: NOT_BOILERPLATE.get(kind, 1) for n, kind in kinds.items()}
        yield without_empty(row, "label", row["text"].split("\n"), labels, kinds)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def from_repeats(sites: Sites, labeled: set[str]) -> Iterator[Record]:
    """Unlabeled texts of sites with enough documents."""
    cleaner = Cleaner.load(classifier=False)
    for site, documents in sites.documents.items():
        if len(documents) < MIN_SITE_DOCUMENTS:
            continue
        found = sites.lines[site]
        rows = [row for row in documents.values() if row["id"] not in labeled]
        for row in rows[:MAX_SITE_DOCUMENTS]:
            removed = removed_lines(cleaner, row)
            lines = [line for line in row["text"].split("\n") if line.strip()]
            labels = [
                1 if line.strip() in removed or found[key(line)] >= MIN_REPEATS else
                0 if found[key(line)] == 1 and count_words(line) >= MIN_ARTICLE_WORDS else None
                for line in lines
            ]  # fmt: skip
            kinds = [removed.get(line.strip()) for line in lines]
            yield record(row, "repeat", lines, labels, kinds)


def key(line: str) -> str:
    """A line with its digits masked, as it is counted."""
    return "".join("0" if c.isdigit() else c for c in light(line).strip())


def removed_lines(cleaner: Cleaner, row: Record) -> dict[str, str]:
    """The whole lines that the rules remove from a text, with their kinds."""
    done = cleaner.clean(row["text"])
    if done.text is None:
        return {}
    left = {line.strip() for line in done.text.split("\n")}
    removed = {line.strip(): r.kind for r in done.removals for line in r.text.split("\n")}
    return {line: kind for line, kind in removed.items() if line and line not in left}


def from_traps() -> Iterator[Record]:
    for row in read(TRAPS):
        rows = row["text"].split("\n")
        labels: dict[int, int | None] = {
            n: None for n, line in enumerate(rows) if line in row.get("verbatim", ())
        }
        yield without_empty({**row, "id": f"trap/{row['id']}"}, "trap", rows, labels, {})


def from_pages(folder: Path) -> Iterator[Record]:
    """Texts of pages by several extractions, labeled by the gold text."""
    for corpus, prefix in PAGES:
        gold = {row["id"]: row for row in read(folder / f"{prefix}gold.jsonl.gz")}
        pages = (row for row in read(folder / f"{prefix}pages.jsonl.gz") if row["id"] in gold)
        with Pool() as pool:
            for id_, texts in pool.imap(extractions, pages, chunksize=8):
                wanted = gold[id_]
                inside = triples(tokens(wanted["text"]))
                title = " ".join(tokens(wanted.get("title") or ""))
                for name, text in texts:
                    lines = [line for line in text.split("\n") if line.strip()]
                    labels = [page_label(tokens(line), inside, title) for line in lines]
                    about = {**wanted, "corpus": corpus, "id": f"{corpus}/{id_}/{name}"}
                    yield record(about, "page", lines, labels)


def extractions(page: Record) -> tuple[str, list[tuple[str, str]]]:
    """The text of a page by three extractions."""
    html, tree = page["html"], HTMLTree.parse(page["html"])
    return page["id"], [
        ("precise", extract(html, deduplicate=False) or ""),
        ("recall", extract(html, favor_recall=True, deduplicate=False) or ""),
        ("main", extract_plain_text(tree, main_content=True)),
    ]


def triples(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[n : n + 3]) for n in range(max(1, len(words) - 2))}


def page_label(words: list[str], inside: set[tuple[str, ...]], title: str) -> int | None:
    """Whether the gold text has a line; None for partial overlap."""
    if not words:
        return None
    if " ".join(words) == title:
        return OPTIONAL
    found = triples(words)
    share = len(found & inside) / len(found)
    if share >= MIN_IN_GOLD:
        return 0
    return 1 if share <= MAX_IN_GOLD else None


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
