"""Train the trees that judge the blocks of a page, and write them (cleaner/extract/blocks.json).

    python bench/train_blocks.py BENCH/html [--out FILE]
    python bench/train_blocks.py BENCH/html --away

BENCH/html holds pages with gold texts of four sources; of WCXB only pages with an even number are
used. A block is article if its words stand in the gold text, and weighs by its share of the words
of the article; what the golds treat differently (titles, captions, author notes) weighs little. The
second round learns from what the first says of pages that it has not seen.

With `--away`, nothing is written: for each source, and each language of one, the word F1 of
trafilatura's text and of the composed article, by trees that have seen no page of the source (WCXB
odd: by trees that have seen its even pages), and the pages that are more than two points worse.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from train_lines import tree_of

from cleaner.extract.article import compose_article
from cleaner.extract.block_classifier import BUNDLED, Round, first_round, second_round
from cleaner.extract.block_features import Columns, own_features
from cleaner.extract.blocks import Block, blocks_of, joined_words, locate_blocks, word_f1
from cleaner.extract.element_labels import ElementLabels
from cleaner.extract.extractors import parse_page, resiliparse_text, trafilatura_text
from cleaner.metadata.headlines import page_headlines
from cleaner.page import LIMITS, MIN_AGREEMENT

SOURCES = ("wcxb", "daniel", "fundus", "readability")
FOLDS = 4
FLATTEN = 0.7  # power of a block's words in its weight
DISPUTED = 0.3  # relative weight of what golds treat differently
ARTICLE = 0.5  # share of a block's word triples in the gold from which it is article
MIN_PAGES = 30  # blocks with a feature; rarer ones are left out
DIGITS = 4  # of thresholds
TREES: dict[str, Any] = {
    "n_estimators": 100, "num_leaves": 16, "learning_rate": 0.1, "min_child_samples": 60,
    "subsample": 0.7, "subsample_freq": 1, "colsample_bytree": 0.5, "reg_lambda": 5.0,
    "random_state": 0, "verbose": -1, "deterministic": True, "force_row_wise": True,
}  # fmt: skip


class Node:
    """What features ask of an element, without its page, so that other processes can have it."""

    def __init__(self, element: Any) -> None:
        self.tag, self.attributes = element.tag, dict(element.attrib)

    def get(self, name: str) -> str | None:
        return self.attributes.get(name)


@dataclass
class Page:
    source: str
    id: str
    language: str
    gold: str
    text: str
    second: str
    headlines: list[str]
    blocks: list[Block]
    own: Columns
    first: Columns
    article: Any  # bool, one per block
    weights: Any  # one per block

    @property
    def odd(self) -> bool:
        return self.source == "wcxb" and int(self.id.split("/")[-1]) % 2 == 1


def read(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def read_pages(folder: Path, pool: Any) -> list[Page]:
    jobs = []
    for source in SOURCES:
        prefix = "" if source == "wcxb" else f"{source}."
        golds = {row["id"]: row for row in read(folder / f"{prefix}gold.jsonl.gz")}
        rows = read(folder / f"{prefix}pages.jsonl.gz")
        jobs += [(source, row, golds[row["id"]]) for row in rows if row["id"] in golds]
    return [page for page in pool.imap(page_of, jobs, chunksize=16) if page]


def page_of(job: tuple[str, dict[str, Any], dict[str, Any]]) -> Page | None:
    source, row, gold = job
    tree = parse_page(row["html"])
    if tree is None or not (found := blocks_of(tree)):
        return None
    nodes: dict[Any, Node] = {}
    blocks = [
        Block(b.text, tuple(nodes.setdefault(n, Node(n)) for n in b.ancestors), b.links, b.bold)
        for b in found
    ]
    text, second = trafilatura_text(tree, row["url"]), resiliparse_text(row["html"])
    one = [span is not None for span in locate_blocks(text, blocks)]
    two = [span is not None for span in locate_blocks(second, blocks)]
    headlines = list(page_headlines(tree))
    labels = ElementLabels()
    titles = [frozenset(joined_words(headline).split()) for headline in headlines]
    own = own_features(blocks, one, two, titles, labels)
    words = np.array([max(1, b.size) for b in blocks], float)
    weights = (words / max(1, len(joined_words(gold["text"]).split()))) ** FLATTEN
    weights[are_disputed(blocks, own, labels)] *= DISPUTED
    return Page(
        source, row["id"], gold.get("language") or "", gold["text"], text, second, headlines,
        blocks, own, first_round(blocks, one, two, own, labels),
        np.array(in_gold(blocks, gold["text"])), weights,
    )  # fmt: skip


def are_disputed(blocks: Sequence[Block], own: Columns, labels: ElementLabels) -> list[bool]:
    """Which blocks golds treat differently: titles, captions and short author notes."""
    found = []
    for block, is_short, is_headline in zip(blocks, own["short"], own["headline"], strict=True):
        near = labels.of(block.ancestors[-3:])
        is_note = "author" in near and bool(is_short)
        is_caption = block.tag == "figcaption" or "caption" in near
        found.append(bool(is_headline) or is_caption or is_note)
    return found


def in_gold(blocks: list[Block], gold: str) -> list[bool]:
    """Which blocks stand in the gold text, as often as it has them."""
    words = joined_words(gold).split()
    hay = f" {' '.join(words)} "
    triples = set(zip(words, words[1:], words[2:], strict=False))
    seen: Counter[tuple[str, ...]] = Counter()
    labels = []
    for block, place in zip(blocks, locate_blocks(gold, blocks), strict=True):
        w = block.words
        share = 1.0 if place else 0.0
        if not place and len(w) >= 6:
            share = sum(t in triples for t in zip(w, w[1:], w[2:], strict=False)) / (len(w) - 2)
        label = share >= ARTICLE
        if label and len(w) >= 8:
            seen[w] += 1
            label = seen[w] <= max(1, hay.count(f" {' '.join(w)} "))
        labels.append(label)
    return labels


# --- training -----------------------------------------------------------------------------------


def train(pages: Sequence[Page], pool: Any) -> list[dict[str, Any]]:
    """Fit both rounds, as the data of blocks.json."""
    first = [page.first for page in pages]
    order = np.random.RandomState(1).permutation(len(pages))
    before: dict[int, list[float]] = {}
    for fold in range(FOLDS):
        held = sorted(order[fold::FOLDS])
        seen = sorted(set(range(len(pages))) - set(held))
        trees = Round(**fit([first[n] for n in seen], [pages[n] for n in seen]))
        counts = ((n, len(pages[n].blocks)) for n in held)
        before.update((n, trees.probabilities(first[n], count)) for n, count in counts)
    jobs = [(page, before[n]) for n, page in enumerate(pages)]
    second = pool.starmap(second_of, jobs, chunksize=16)
    return [fit(first, pages), fit(second, pages)]


def second_of(page: Page, before: list[float]) -> Columns:
    return second_round(page.blocks, before, page.own, ElementLabels())


def fit(features: Sequence[Columns], pages: Sequence[Page]) -> dict[str, Any]:
    counts: Counter[str] = Counter()
    for columns in features:
        counts.update({name: sum(map(bool, column)) for name, column in columns.items()})
    names = sorted(name for name, count in counts.items() if count >= MIN_PAGES)
    sizes = [len(page.blocks) for page in pages]
    matrix = np.zeros((sum(sizes), len(names)))
    ends = np.cumsum(sizes)
    for columns, size, end in zip(features, sizes, ends, strict=True):
        for n, name in enumerate(names):
            if name in columns:
                matrix[end - size : end, n] = columns[name]
    share = Counter(page.source for page in pages)
    weights = np.concatenate([p.weights / share[p.source] ** 0.5 for p in pages])
    model = lightgbm.LGBMClassifier(**TREES)
    labels = np.concatenate([page.article for page in pages])
    model.fit(matrix, labels, sample_weight=weights / weights.mean())
    found = model.booster_.dump_model()["tree_info"]
    trees = [tree_of(tree["tree_structure"], digits=DIGITS) for tree in found]
    used = sorted({n for tree in trees for n in features_of(tree)})
    place = {n: k for k, n in enumerate(used)}
    return {"names": [names[n] for n in used], "trees": [renumbered(t, place) for t in trees]}


def features_of(tree: Any) -> Iterator[int]:
    if not isinstance(tree, int):
        yield tree[0]
        yield from features_of(tree[2])
        yield from features_of(tree[3])


def renumbered(tree: Any, place: dict[int, int]) -> Any:
    if isinstance(tree, int):
        return tree
    feature, most, then, otherwise = tree
    return [place[feature], most, renumbered(then, place), renumbered(otherwise, place)]


# --- evaluation ---------------------------------------------------------------------------------


def away(pages: Sequence[Page], folder: Path, pool: Any) -> None:
    sys.path.insert(0, str(folder))
    from score_html import word_prf

    print(
        f"{'':24}{'pages':>6}{'trafilatura':>13}{'composed':>10}{'worse':>7}"
        "   precision and recall: trafilatura, page, precision, recall"
    )
    for source in (*SOURCES, "wcxb odd"):
        if source == "wcxb odd":
            tests = [page for page in pages if page.odd]
            seen = [page for page in pages if not page.odd]
        else:
            tests = [page for page in pages if page.source == source]
            seen = [page for page in pages if page.source != source and not page.odd]
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(train(seen, pool), file)
            file.flush()
            texts = pool.map(partial(composed, Path(file.name)), tests, chunksize=8)
        groups: dict[str, list[list[tuple[float, float, float]]]] = defaultdict(list)
        for page, found in zip(tests, texts, strict=True):
            scores = [word_prf(text, page.gold) for text in (page.text, *found)]
            groups[source].append(scores)
            if page.language:
                groups[f"  {page.language}"].append(scores)
        for name, rows in groups.items():
            print(f"{name:24}{len(rows):6}{summary(rows)}", flush=True)


def summary(rows: Sequence[Sequence[tuple[float, float, float]]]) -> str:
    """Word F1 of trafilatura and of the composed article, the share of pages where it is worse,
    and precision and recall of all settings, in percent."""
    means = 100 * np.mean(rows, axis=0)
    worse = 100 * sum(page[2] < theirs[2] - 0.02 for theirs, page, *_ in rows) / len(rows)
    pairs = "  ".join(f"{p:.1f} {r:.1f}" for p, r, _ in means)
    return f"{means[0][2]:13.2f}{means[1][2]:10.2f}{worse:6.1f}%   {pairs}"


def composed(trees: Path, page: Page) -> list[str]:
    """The article of a page by each of the settings."""
    if word_f1(page.text, page.second) >= MIN_AGREEMENT:
        return [page.text for _ in LIMITS]
    given = (page.blocks, page.text, page.second, page.headlines, trees)
    found = [compose_article(*given, limits=limits) for limits in LIMITS.values()]
    return ["\n".join(line.text for line in lines if line.keep) for lines in found]


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("bench", type=Path)
    parser.add_argument("--out", type=Path, default=BUNDLED)
    parser.add_argument("--away", action="store_true")
    given = parser.parse_args(list(arguments) if arguments is not None else None)
    with Pool() as pool:
        pages = read_pages(given.bench, pool)
        if given.away:
            away(pages, given.bench, pool)
            return
        rounds = train([page for page in pages if not page.odd], pool)
    given.out.write_text(json.dumps(rounds, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{given.out}: {given.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
