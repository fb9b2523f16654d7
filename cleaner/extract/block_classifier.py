"""Estimate for each block of a page how likely it is part of the article.

A logistic model runs twice. The first round knows which blocks two extractors selected and what
each block looks like; the second also sees what the first round thinks of its neighbors. The
weights in `weights.json` use the feature names of `block_features`; `bench/fit_blocks.py` fits
them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cleaner.extract.block_features import (
    BlockFeatures,
    ElementLabels,
    context_features,
    own_features,
)
from cleaner.extract.blocks import Block

FIRST_ROUND = "first round"  # feature of the second round: log odds from the first
MIN_CONSENSUS_WORDS = 50  # that both extractors selected; with fewer, either is enough


@dataclass(frozen=True)
class Weights:
    """The weights of one round: the intercept, and one weight per feature."""

    base: float
    by_name: dict[str, float]

    def probability(self, features: BlockFeatures) -> float:
        weights = self.by_name
        terms = [weights[name] * value for name, value in features.items() if name in weights]
        score = math.fsum([self.base, *terms])  # exact, whatever the order of the features
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


@cache
def load_weights() -> tuple[Weights, Weights]:
    """Load the bundled weights of both rounds."""
    data = json.loads(files("cleaner.extract").joinpath("weights.json").read_text("utf-8"))
    first, second = (Weights(data[r].pop("base"), data[r]) for r in ("first round", "second round"))
    return first, second


def classify_blocks(
    blocks: Sequence[Block],
    first: Sequence[bool],
    second: Sequence[bool],
    headlines: Iterable[frozenset[str]],
) -> list[float]:
    """Return for each block the probability that it is part of the article.

    `first` and `second` tell which blocks two extractors selected; `headlines` are the words of
    each headline of the page.
    """
    if not blocks:
        return []
    first_weights, second_weights = load_weights()
    labels = ElementLabels()
    own = own_features(blocks, first, second, headlines, labels)
    before = [first_weights.probability(f) for f in first_round(blocks, first, second, own, labels)]
    return [second_weights.probability(f) for f in second_round(blocks, before, own, labels)]


def first_round(
    blocks: Sequence[Block],
    first: Sequence[bool],
    second: Sequence[bool],
    own: Sequence[BlockFeatures],
    labels: ElementLabels,
) -> list[BlockFeatures]:
    """Return the features of the first round, which trusts the consensus of the extractors."""
    context = context_features(blocks, _consensus(blocks, first, second), own, labels)
    return [{**a, **b} for a, b in zip(own, context, strict=True)]


def second_round(
    blocks: Sequence[Block],
    before: Sequence[float],
    own: Sequence[BlockFeatures],
    labels: ElementLabels,
) -> list[BlockFeatures]:
    """Return the features of the second round, which trusts the probabilities of the first."""
    context = context_features(blocks, before, own, labels)
    return [
        {**a, **b, FIRST_ROUND: math.log(max(p, 1e-3) / max(1 - p, 1e-3))}
        for a, b, p in zip(own, context, before, strict=True)
    ]


def _consensus(
    blocks: Sequence[Block], first: Sequence[bool], second: Sequence[bool]
) -> list[float]:
    both = [float(a and b) for a, b in zip(first, second, strict=True)]
    if sum(b.size * s for b, s in zip(blocks, both, strict=True)) >= MIN_CONSENSUS_WORDS:
        return both
    return [float(a or b) for a, b in zip(first, second, strict=True)]
