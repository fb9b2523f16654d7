"""Decision trees as data: nested lists of numbers, which need no library to be evaluated.

A tree is a number (a leaf), or [feature, most, then, else]: `then` is used if the feature has at
most the value `most`, otherwise `else`. Several trees add up to a score in thousandths of a logit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp
from typing import Any, TypeAlias

UNIT = 1000  # of the leaves: thousandths of a logit

Tree: TypeAlias = "int | Sequence[Any]"
Score: TypeAlias = Callable[[Sequence[float]], int]


def compiled(trees: Sequence[Tree]) -> Score:
    """A function that adds up the leaves that the features lead to. It is compiled to one
    expression, which is five times as fast as walking along the nodes."""
    added = "+".join(map(_expression, trees)) or "0"
    function: Score = eval(f"lambda x: {added}", {})
    return function


def probability(score: float) -> float:
    """The probability for a score, rounded so that it is the same on every machine."""
    return round(1 / (1 + exp(-max(-30.0, min(30.0, score / UNIT)))), 3)


def _expression(node: Tree) -> str:
    """A tree as a Python expression of the features x. It consists of numbers only."""
    if isinstance(node, int):
        return f"{node:d}"
    feature, most, then, otherwise = node
    return f"({_expression(then)} if x[{feature:d}]<={float(most)!r} else {_expression(otherwise)})"
