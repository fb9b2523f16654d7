"""Estimate for each block of a page how likely it is part of the article.

Decision trees run twice. The first round knows which blocks two extractors selected and what each
block looks like; the second also sees what the first round thinks of its neighbors.
`bench/train_blocks.py` trains them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import orjson

from cleaner.classify.trees import Score, Tree, compiled, probability
from cleaner.extract.block_features import Columns, context_features, own_features
from cleaner.extract.blocks import Block
from cleaner.extract.element_labels import ElementLabels

FIRST_ROUND = "first round"  # feature of the second round: log odds from the first
MIN_CONSENSUS_WORDS = 50  # that both extractors selected; with fewer, either is enough
BUNDLED = Path(__file__).with_name("blocks.json")


@dataclass(frozen=True)
class Round:
    """The trees of one round, and the names of their features in order."""

    names: Sequence[str]
    trees: Sequence[Tree]

    @cached_property
    def score(self) -> Score:
        return compiled(self.trees)

    def probabilities(self, features: Columns, count: int) -> list[float]:
        """The probability of each of `count` blocks."""
        unknown = [0.0] * count
        columns = [features.get(name, unknown) for name in self.names]
        return [probability(self.score(row)) for row in zip(*columns, strict=True)]


@cache
def load_rounds(path: Path = BUNDLED) -> tuple[Round, Round]:
    """Load the trees of both rounds, by default the bundled ones."""
    first, second = (Round(**found) for found in orjson.loads(path.read_bytes()))
    return first, second


def classify_blocks(
    blocks: Sequence[Block],
    first: Sequence[bool],
    second: Sequence[bool],
    headlines: Iterable[frozenset[str]],
    path: Path = BUNDLED,
) -> list[float]:
    """Return for each block the probability that it is part of the article.

    `first` and `second` tell which blocks two extractors selected; `headlines` are the words of
    each headline of the page. `path` has the trees.
    """
    if not blocks:
        return []
    one, two = load_rounds(path)
    labels = ElementLabels()
    own = own_features(blocks, first, second, headlines, labels)
    count = len(blocks)
    before = one.probabilities(first_round(blocks, first, second, own, labels), count)
    return two.probabilities(second_round(blocks, before, own, labels), count)


def first_round(
    blocks: Sequence[Block],
    first: Sequence[bool],
    second: Sequence[bool],
    own: Columns,
    labels: ElementLabels,
) -> Columns:
    """Return the features of the first round, which trusts the consensus of the extractors."""
    return {**own, **context_features(blocks, _consensus(blocks, first, second), own, labels)}


def second_round(
    blocks: Sequence[Block], before: Sequence[float], own: Columns, labels: ElementLabels
) -> Columns:
    """Return the features of the second round, which trusts the probabilities of the first."""
    odds = [math.log(max(p, 1e-3) / max(1 - p, 1e-3)) for p in before]
    return {**own, **context_features(blocks, before, own, labels), FIRST_ROUND: odds}


def _consensus(
    blocks: Sequence[Block], first: Sequence[bool], second: Sequence[bool]
) -> list[float]:
    both = [float(a and b) for a, b in zip(first, second, strict=True)]
    if sum(b.size * s for b, s in zip(blocks, both, strict=True)) >= MIN_CONSENSUS_WORDS:
        return both
    return [float(a or b) for a, b in zip(first, second, strict=True)]
