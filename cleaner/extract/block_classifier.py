"""How likely each block of a page is part of its article.

Two rounds of a logistic model. The first knows what two extractors took and what a block is; the
second sees the neighbours of each block as the first judged them. The weights stand in
`weights.json`, by the names of `evidence.py`; `bench/fit_blocks.py` fits them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cleaner.extract.block_features import Evidence, Hints, of_blocks, of_places
from cleaner.extract.blocks import Block

FIRST = "judged before"  # the evidence that the second round has of the first


@dataclass(frozen=True)
class Weights:
    """The weights of one round: of each evidence, and where there is none."""

    base: float
    by_name: dict[str, float]

    def judge(self, evidence: Evidence) -> float:
        weights = self.by_name
        # exact, so that the order of the evidence, which differs from run to run, has no say
        score = math.fsum(
            [
                self.base,
                *(weights[name] * value for name, value in evidence.items() if name in weights),
            ]
        )
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


@cache
def load_weights() -> tuple[Weights, Weights]:
    """The weights of both rounds, as bundled."""
    data = json.loads(files("cleaner.extract").joinpath("weights.json").read_text("utf-8"))
    first, second = (Weights(data[r].pop("base"), data[r]) for r in ("first round", "second round"))
    return first, second


def judge(
    blocks: Sequence[Block],
    first: Sequence[bool],
    second: Sequence[bool],
    headings: Iterable[frozenset[str]],
) -> list[float]:
    """For each block the probability that it is article, given which blocks two extractors took
    and the words of the page's headlines."""
    if not blocks:
        return []
    one, two = load_weights()
    hints = Hints()
    alone = of_blocks(blocks, first, second, headings, hints)
    before = [one.judge(e) for e in first_round(blocks, first, second, alone, hints)]
    return [two.judge(e) for e in second_round(blocks, before, alone, hints)]


def first_round(
    blocks: Sequence[Block],
    first: Sequence[bool],
    second: Sequence[bool],
    alone: Sequence[Evidence],
    hints: Hints,
) -> list[Evidence]:
    """The evidence of the first round: what both extractors took is believed."""
    return _joined(alone, of_places(blocks, _consensus(blocks, first, second), alone, hints))


def second_round(
    blocks: Sequence[Block], before: Sequence[float], alone: Sequence[Evidence], hints: Hints
) -> list[Evidence]:
    """The evidence of the second round: what the first judged is believed."""
    found = _joined(alone, of_places(blocks, before, alone, hints))
    for e, p in zip(found, before, strict=True):
        e[FIRST] = math.log(max(p, 1e-3) / max(1 - p, 1e-3))
    return found


FEW = 50  # words that both took; with fewer, what either took is believed


def _consensus(
    blocks: Sequence[Block], first: Sequence[bool], second: Sequence[bool]
) -> list[float]:
    both = [float(a and b) for a, b in zip(first, second, strict=True)]
    if sum(b.size * s for b, s in zip(blocks, both, strict=True)) >= FEW:
        return both
    return [float(a or b) for a, b in zip(first, second, strict=True)]


def _joined(some: Sequence[Evidence], more: Sequence[Evidence]) -> list[Evidence]:
    return [{**a, **b} for a, b in zip(some, more, strict=True)]
