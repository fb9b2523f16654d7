"""Train the line classifier on the lines that line_data.py collects, and write its weights.

    python bench/train_lines.py LINES.jsonl.gz [--out FOLDER]

The linear model learns from the distinct lines of each site, but not from pages: it was better
without. The trees learn from lines in their documents, with the word scores of a linear model that
has not seen their corpus. Labels by hand count most, because only they are lines as texts have
them: pages have more menus, and lines that repeat are easier than others. The probabilities are
calibrated on the lines labeled by hand, each scored by trees that have not seen its corpus. LINES
may hold labels of your own; `--out` writes the weights to another folder than that of the package,
and `cleaner clean --classifier-weights FOLDER` reads them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression, SGDClassifier

from cleaner.classify import line_classifier
from cleaner.classify.line_classifier import MAX_LINES, LineModel
from cleaner.classify.line_features import (
    HASH_BITS,
    NAMES,
    LinesInContext,
    WordScore,
    hashes,
    words_of,
)
from cleaner.classify.trees import UNIT, Tree
from cleaner.text.folding import fold, plain

LOGIT = 32  # units of a word weight per logit
MIN_SITES = 2  # that have a hashed feature; rarer ones say little about other sites
SURE, MISSED = 0.8, 0.02  # share of the lines this probable whose word score is below the gate
MIN_WEIGHT = 2  # smaller word weights are dropped
GROUPS = 5  # of corpora; trees see word scores of a model that has not seen the group
MAX_SITE_DOCUMENTS = 10  # that trees see, of those without labels by hand
KEPT = 0.4  # share of boilerplate that stays when trees see a text as rules would leave it
KIND_BITS = 14
MIN_KIND_LINES = 100  # of a kind that is predicted

WORD_WEIGHTS = {"text": 2.0, "label": 2.0, "trap": 2.0, "repeat": 0.02}
TREE_WEIGHTS = {"text": 100.0, "label": 100.0, "trap": 100.0, "repeat": 0.5, "page": 0.1}
OPTIONAL = 0.3  # relative weight of titles, captions and notes, as article text
UNKNOWN = 1.0  # relative weight of a short line in running text that does not repeat

TREES: dict[str, Any] = {
    "n_estimators": 100, "num_leaves": 16, "learning_rate": 0.12, "min_child_samples": 100,
    "subsample": 0.7, "subsample_freq": 1, "colsample_bytree": 0.5, "reg_lambda": 5.0,
    "random_state": 0, "verbose": -1, "deterministic": True, "force_row_wise": True,
}  # fmt: skip


@dataclass
class TrainingText:
    """A text with the labels of its lines: 1 boilerplate, 0 article, 2 either, None unknown."""

    corpus: str
    site: str
    lang: str | None
    id: str
    origin: str
    plain: list[str]
    folded: list[str]
    labels: list[int | None]
    kinds: list[str | None]
    repeats: list[int]
    hashes: list[Any]
    words: list[WordScore] = field(default_factory=list)
    group: int = 0  # of its corpus

    @property
    def by_hand(self) -> bool:
        return self.origin in ("text", "label", "trap")


def read_texts(path: Path) -> list[TrainingText]:
    with gzip.open(path, "rt", encoding="utf-8") as lines, Pool() as pool:
        return list(pool.imap(text_of, lines, chunksize=64))


def text_of(line: str) -> TrainingText:
    row = json.loads(line)
    rows = zip(row["lines"], row["labels"], row["kinds"], row["repeats"], strict=True)
    full = [(plain(text), fold(text), *rest) for text, *rest in rows if plain(text)]
    plains, folded, labels, kinds, repeats = (
        map(list, zip(*full, strict=True)) if full else [[]] * 5
    )
    found = [np.fromiter(hashes(words_of(text)), dtype=np.int32) for text in folded]
    names = (row[name] for name in ("corpus", "site", "lang", "id", "origin"))
    return TrainingText(*names, plains, folded, labels, kinds, repeats, found)


# --- words --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WordModel:
    """A weight for each hash, and the base, in units of 1/LOGIT."""

    table: Any  # int8
    base: int

    def score(self, texts: Iterable[TrainingText]) -> None:
        for text in texts:
            found = [self.table[codes] for codes in text.hashes]
            text.words = [
                WordScore(
                    words_of(line), int(w.sum()) + self.base,
                    100 * int((w != 0).sum()) // max(1, len(w)),
                )
                for line, w in zip(text.folded, found, strict=True)
            ]  # fmt: skip


def train_words(texts: Iterable[TrainingText]) -> WordModel:
    """Fit the linear model on the distinct lines of each site."""
    lines: dict[tuple[str, str, int], list[Any]] = {}
    for text in texts:
        weight = WORD_WEIGHTS.get(text.origin)
        if not weight:
            continue
        for folded, label, codes in zip(text.folded, text.labels, text.hashes, strict=True):
            if label is not None and len(codes):
                key = text.site, folded, label % 2  # what may be kept is better kept
                lines.setdefault(key, [codes, 0.0])[1] += weight * (OPTIONAL if label == 2 else 1)
    columns, matrix = sparse([codes for codes, _ in lines.values()], [site for site, _, _ in lines])
    model = SGDClassifier(
        loss="log_loss", alpha=1e-5, max_iter=6, tol=None, average=True, random_state=0
    )
    weights = np.sqrt([min(weight, 16.0) for _, weight in lines.values()])
    model.fit(matrix, [label for _, _, label in lines], sample_weight=weights)
    table = np.zeros(1 << HASH_BITS, dtype=np.int8)
    table[columns] = np.clip(np.rint(model.coef_[0] * LOGIT), -127, 127)
    table[np.abs(table) < MIN_WEIGHT] = 0
    return WordModel(table, round(float(model.intercept_[0]) * LOGIT))


def sparse(rows: Sequence[Any], sites: Sequence[str]) -> tuple[Any, Any]:
    """The hashes that enough sites have, and a matrix with a row for each line and a column for
    each of them."""
    sizes = np.array([len(row) for row in rows])
    codes = np.concatenate(rows).astype(np.int64)
    numbers = {site: n for n, site in enumerate(dict.fromkeys(sites))}
    of_site = np.repeat([numbers[site] for site in sites], sizes)
    pairs = np.unique(codes * len(numbers) + of_site)
    columns = np.flatnonzero(
        np.bincount(pairs // len(numbers), minlength=1 << HASH_BITS) >= MIN_SITES
    )
    column_of = np.full(1 << HASH_BITS, -1, dtype=np.int32)
    column_of[columns] = np.arange(len(columns))
    found = column_of[codes]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    ends = np.concatenate([[0], np.cumsum(found >= 0)])[starts]
    indices = found[found >= 0]
    ones = np.ones(len(indices), dtype=np.float32)
    return columns, csr_matrix((ones, indices, ends), shape=(len(rows), len(columns)))


def score_unseen(texts: Sequence[TrainingText]) -> None:
    """Give each text the word scores of a model that has not seen its corpus."""
    sizes = Counter(text.corpus for text in texts)
    loads, group_of = [0] * GROUPS, {}
    for corpus, size in sizes.most_common():
        group_of[corpus] = loads.index(min(loads))
        loads[group_of[corpus]] += size
    for text in texts:
        text.group = group_of[text.corpus]
    for group in range(GROUPS):
        model = train_words(text for text in texts if text.group != group)
        model.score(text for text in texts if text.group == group)


# --- trees --------------------------------------------------------------------------------------


def rows_of(text: TrainingText) -> list[tuple[Any, Any, Any]]:
    """Features, labels and weights of a text: whole, and as rules might leave it."""
    chance = random.Random(text.id)
    versions = [list(range(len(text.labels)))]
    if 1 in text.labels:
        versions.append([n for n in versions[0] if text.labels[n] != 1 or chance.random() < KEPT])
    found = []
    for kept in versions:
        if len(kept) > 2 * MAX_LINES:
            kept = [*kept[:MAX_LINES], *kept[-MAX_LINES:]]
        lines = LinesInContext(
            [text.plain[n] for n in kept], [text.folded[n] for n in kept],
            [text.words[n] for n in kept].__getitem__,
        )  # fmt: skip
        labels = [text.labels[n] for n in kept]
        weights = [{None: 0.0, 2: OPTIONAL}.get(label, 1.0) for label in labels]
        if text.origin == "repeat" and lines.prose:
            for k in range(lines.prose[0] + 1, lines.prose[-1]):
                if labels[k] is None and text.repeats[kept[k]] <= 1:
                    weights[k] = UNKNOWN
        chosen = [k for k, weight in enumerate(weights) if weight]
        if chosen:
            scale = TREE_WEIGHTS[text.origin] / len(versions)
            found.append((
                np.array([lines.features(k) for k in chosen], dtype=np.int16),
                np.array([(labels[k] or 0) % 2 for k in chosen], dtype=np.int8),
                np.array([weights[k] * scale for k in chosen], dtype=np.float32),
            ))  # fmt: skip
    return found


def chosen_for_trees(texts: Iterable[TrainingText]) -> list[TrainingText]:
    """All texts labeled by hand, some of each site, and one extraction of each page."""
    chance, sites, found = random.Random(0), Counter[tuple[str, str]](), []
    pages: dict[str, list[TrainingText]] = defaultdict(list)
    for text in texts:
        if text.origin == "page":
            pages[text.id.rpartition("/")[0]].append(text)
        elif text.by_hand:
            found.append(text)
        elif text.origin == "repeat" and sites[text.corpus, text.site] < MAX_SITE_DOCUMENTS:
            sites[text.corpus, text.site] += 1
            found.append(text)
    return found + [chance.choice(page) for page in pages.values()]


def train_trees(texts: Sequence[TrainingText]) -> tuple[tuple[Tree, ...], int]:
    """The trees, and the word score below which they find next to no suspects."""
    with Pool() as pool:
        rows = list(zip(texts, pool.imap(rows_of, texts, chunksize=32), strict=True))
    parts = [(*row, text.group, text.by_hand) for text, found in rows for row in found]
    features, labels, weights = (np.concatenate([p[n] for p in parts]) for n in range(3))
    sizes = [len(part[1]) for part in parts]
    groups, by_hand = (np.repeat([part[n] for part in parts], sizes) for n in (3, 4))
    unseen = np.zeros(len(labels))  # logits, by trees that have not seen the corpus
    for group in range(GROUPS):
        rest, test = groups != group, groups == group
        model = lightgbm.LGBMClassifier(**TREES)
        model.fit(features[rest], labels[rest], sample_weight=weights[rest])
        unseen[test] = model.predict(features[test], raw_score=True)
    scale = LogisticRegression(C=1e6).fit(
        unseen[by_hand, None], labels[by_hand], sample_weight=weights[by_hand]
    )
    slope, shift = float(scale.coef_[0, 0]), float(scale.intercept_[0])
    suspects = by_hand & (unseen * slope + shift >= math.log(SURE / (1 - SURE)))
    gate = int(np.quantile(features[suspects, NAMES.index("score")], MISSED))
    model = lightgbm.LGBMClassifier(**TREES)
    model.fit(features, labels, sample_weight=weights)
    trees = model.booster_.dump_model()["tree_info"]
    return (
        (round(shift * UNIT), *(tree_of(tree["tree_structure"], slope) for tree in trees)),
        gate,
    )


def tree_of(node: dict[str, Any], slope: float = 1.0, digits: int = 0) -> Tree:
    """A tree of lightgbm as data. The thresholds of whole numbers need no digits."""
    if "leaf_value" in node:
        return round(node["leaf_value"] * slope * UNIT)
    unit = 10**digits
    most = math.floor(node["threshold"] * unit) / unit
    then, otherwise = (tree_of(node[f"{side}_child"], slope, digits) for side in ("left", "right"))
    return node["split_feature"], most if digits else int(most), then, otherwise


# --- kinds --------------------------------------------------------------------------------------


def train_kinds(texts: Iterable[TrainingText]) -> tuple[tuple[str, ...], bytes]:
    """The kinds of boilerplate, and a signed byte for each hash and kind."""
    lines = {
        (folded, kind): codes
        for text in texts
        for folded, kind, codes in zip(text.folded, text.kinds, text.hashes, strict=True)
        if kind and len(codes)
    }
    counts = Counter(kind for _, kind in lines)
    lines = {key: codes for key, codes in lines.items() if counts[key[1]] >= MIN_KIND_LINES}
    size = 1 << KIND_BITS
    rows = [np.unique(codes % size) for codes in lines.values()]
    ends = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    ones = np.ones(int(ends[-1]), dtype=np.float32)
    matrix = csr_matrix((ones, np.concatenate(rows), ends), shape=(len(rows), size))
    model = LogisticRegression(C=0.5, max_iter=200)
    model.fit(matrix, [kind for _, kind in lines])
    weights = np.clip(np.rint(model.coef_.T * LOGIT), -127, 127).astype(np.int8)
    return tuple(map(str, model.classes_)), weights.tobytes()


# --- all ----------------------------------------------------------------------------------------


def train(texts: Sequence[TrainingText]) -> LineModel:
    score_unseen(texts)
    trees, gate = train_trees(chosen_for_trees(texts))
    words = train_words(texts)
    kinds, kind_weights = train_kinds(texts)
    return LineModel(
        memoryview(words.table.tobytes()).cast("b"), words.base, gate, trees, kinds,
        memoryview(kind_weights).cast("b"),
    )  # fmt: skip


def write(model: LineModel, folder: Path) -> None:
    plain = {"base": model.base, "gate": model.gate, "trees": model.trees, "kinds": model.kinds}
    (folder / "lines.json").write_text(json.dumps(plain, separators=(",", ":")) + "\n")
    (folder / "lines.words").write_bytes(zlib.compress(model.words.tobytes(), 9))
    (folder / "lines.kinds").write_bytes(zlib.compress(model.kind_weights.tobytes(), 9))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("lines", type=Path)
    package = Path(line_classifier.__file__).parent
    parser.add_argument("--out", type=Path, default=package, help="folder for the weights")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    write(train(read_texts(given.lines)), given.out)


if __name__ == "__main__":
    main()
