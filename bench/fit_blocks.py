"""Fit the weights by which the blocks of a page are judged (cleaner/extract/weights.json).

    python bench/fit_blocks.py BENCH/html [--out cleaner/extract/weights.json]

BENCH/html holds pages.jsonl.gz and gold.jsonl.gz. Only pages with an even number are used. A block
is article where its words stand in the gold text; blocks weigh by their share of the article's
words. The second round is fitted on what the first says of pages that it was not fitted on.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from cleaner.extract.block_classifier import Weights, first_round, second_round
from cleaner.extract.block_features import BlockFeatures, ElementLabels, own_features
from cleaner.extract.blocks import Block, blocks_of, joined_words, locate_blocks
from cleaner.extract.extractors import parse_page, resiliparse_text, trafilatura_text
from cleaner.metadata.headlines import page_headlines

FOLDS = 4
PENALTY = 0.02  # the C of the regression: smaller is flatter
FLATTEN = 0.7  # power of a block's words in its weight
ARTICLE = 0.5  # share of a block's word triples in the gold from which it is article
OUT = Path(__file__).parent.parent / "cleaner/extract/weights.json"


@dataclass(frozen=True)
class Page:
    blocks: list[Block]
    labels: ElementLabels
    own: list[BlockFeatures]
    first: list[BlockFeatures]
    labels: np.ndarray  # bool, one per block
    weights: np.ndarray  # one per block


def read(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def page_of(row: dict[str, Any], gold: str) -> Page | None:
    tree = parse_page(row["html"])
    if tree is None:
        return None
    blocks = blocks_of(tree)
    if not blocks:
        return None
    first = [s is not None for s in locate_blocks(trafilatura_text(tree, row["url"]), blocks)]
    second = [s is not None for s in locate_blocks(resiliparse_text(row["html"]), blocks)]
    headlines = [frozenset(joined_words(h).split()) for h in page_headlines(tree)]
    labels = ElementLabels()
    own = own_features(blocks, first, second, headlines, labels)
    features = first_round(blocks, first, second, own, labels)
    words = np.array([len(b.words) for b in blocks], float)
    weights = (words / max(1, len(joined_words(gold).split()))) ** FLATTEN
    return Page(blocks, labels, own, features, labels_of(blocks, gold), weights)


def labels_of(blocks: list[Block], gold: str) -> np.ndarray:
    """Which blocks are article: they stand in the gold text, as often as it has them."""
    words = joined_words(gold).split()
    hay = f" {' '.join(words)} "
    triples = set(zip(words, words[1:], words[2:], strict=False))
    seen: Counter[tuple[str, ...]] = Counter()
    labels = []
    for block, place in zip(blocks, locate_blocks(gold, blocks), strict=False):
        w = block.words
        share = 1.0 if place else 0.0
        if not place and len(w) >= 6:
            share = sum(t in triples for t in zip(w, w[1:], w[2:], strict=False)) / (len(w) - 2)
        label = share >= ARTICLE
        if label and len(w) >= 8:
            seen[w] += 1
            label = seen[w] <= max(1, hay.count(f" {' '.join(w)} "))
        labels.append(label)
    return np.array(labels)


def fit(rows: list[list[BlockFeatures]], pages: list[Page]) -> Weights:
    vectors = DictVectorizer()
    x = vectors.fit_transform([e for row in rows for e in row])
    scale = StandardScaler(with_mean=False).fit(x)
    y = np.concatenate([p.labels for p in pages])
    weights = np.concatenate([p.weights for p in pages])
    model = LogisticRegression(C=PENALTY, max_iter=3000)
    model.fit(scale.transform(x), y, sample_weight=weights / weights.mean())
    raw = model.coef_[0] / scale.scale_
    named = zip(vectors.get_feature_names_out(), raw, strict=False)
    return Weights(float(model.intercept_[0]), {k: float(v) for k, v in named})


def fit_rounds(pages: list[Page]) -> tuple[Weights, Weights]:
    first = fit([p.first for p in pages], pages)
    order = list(range(len(pages)))
    random.Random(1).shuffle(order)
    rows: list[list[BlockFeatures]] = [[] for _ in pages]
    for k in range(FOLDS):
        held = set(order[k::FOLDS])
        others = [pages[n] for n in order if n not in held]
        weights = fit([p.first for p in others], others)
        for n in held:
            before = [weights.probability(e) for e in pages[n].first]
            rows[n] = second_round(pages[n].blocks, before, pages[n].own, pages[n].labels)
    return first, fit(rows, pages)


def written(weights: Weights) -> dict[str, float]:
    kept = {k: round(v, 4) for k, v in sorted(weights.by_name.items()) if round(v, 4)}
    return {"base": round(weights.base, 4), **kept}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("bench", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    gold = {row["id"]: row["text"] for row in read(args.bench / "gold.jsonl.gz")}
    rows = [row for row in read(args.bench / "pages.jsonl.gz") if row["id"] in gold]
    tuning = [row for row in rows if int(row["id"].split("/")[-1]) % 2 == 0]
    pages = [p for row in tuning if (p := page_of(row, gold[row["id"]]))]
    first, second = fit_rounds(pages)
    data = {"first round": written(first), "second round": written(second)}
    args.out.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{args.out}: {len(pages)} pages, {sum(len(p.blocks) for p in pages)} blocks")


if __name__ == "__main__":
    main()
