"""The features by which the block classifier tells whether a block is part of the article.

`own_features` describe each block by itself. `context_features` describe its position among the
other blocks, given the probability that each is article. Both return columns: a feature of all
blocks of a page is computed at once.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from operator import mul

from lxml.html import HtmlElement

from cleaner.classify.line_classifier import load_model
from cleaner.extract.blocks import Block
from cleaner.extract.element_labels import ElementLabels
from cleaner.text.folding import fold
from cleaner.text.words import SENTENCE_MARKS

Columns = dict[str, Sequence[float]]  # the values of each feature, one per block; others are 0

FEATURE_TAGS = frozenset(
    "p h1 h2 h3 h4 h5 h6 li td th blockquote figcaption dt dd div section span article".split()
)
HEADING_TAGS = frozenset(("h1", "h2", "h3", "h4"))
SENTENCE_END = re.compile(rf"[{SENTENCE_MARKS}][\"'”’」』)\]]*$")
MIN_LONG_WORDS, MAX_SHORT_WORDS, MIN_END_WORDS = 20, 3, 8  # of a block
# Windows of neighboring blocks, and the names of their features.
WINDOWS = tuple(
    (n, f"before {n}", f"after {n}", f"least {n}", f"most {n}", f"links around {n}")
    for n in (1, 2, 4, 10)
)
ANCESTOR_NAMES = tuple(f"share of ancestor {n}" for n in range(2, 6))
EXTRACTOR_NAMES = tuple(
    (name, f"{name} * share", f"{name} * kin", f"{name} * before all", f"{name} * after all")
    for name in ("first", "second")
)
NEIGHBORS, SCORE_WINDOW = (-2, -1, 1, 2), 5  # whose word scores are features
OUTSIDE_SCORE = 50.0  # of a neighbor beyond the ends of the page
OWN_ELEMENTS = 2  # nearest elements, whose labels describe a block best


def own_features(
    blocks: Sequence[Block],
    first: Sequence[bool],
    second: Sequence[bool],
    headlines: Iterable[frozenset[str]],
    labels: ElementLabels,
) -> Columns:
    """Return the features of each block by itself.

    `first` and `second` tell which blocks two extractors selected; `headlines` are the words of
    each headline of the page.
    """
    count = len(blocks)
    found = _text_features(blocks)
    found |= _vote_features(blocks, first, second, found)
    same = _likeness(blocks, list(headlines))
    found["like a headline"], found["headline"] = same, [float(x >= 0.8) for x in same]
    found["position"] = [n / count for n in range(count)]
    flags = _Flags(count)
    seen: set[tuple[str, ...]] = set()
    for n, block in enumerate(blocks):
        if block.tag in FEATURE_TAGS:
            flags.set(f"tag {block.tag}", n)
        for label in labels.of(block.ancestors[-OWN_ELEMENTS:]):
            flags.set(f"own {label}", n)
        if block.words in seen:
            flags.set("repeated", n, block.size >= MAX_SHORT_WORDS)
            flags.set("repeated long", n, block.size >= MIN_LONG_WORDS)
        seen.add(block.words)
    return {**found, **_word_scores(blocks), **flags.columns}


class _Flags:
    """Columns of features that few blocks have."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.columns: dict[str, list[float]] = {}

    def set(self, name: str, n: int, value: float = 1.0) -> None:
        if name not in self.columns:
            self.columns[name] = [0.0] * self.count
        self.columns[name][n] = float(value)


def _likeness(blocks: Sequence[Block], headlines: Sequence[frozenset[str]]) -> list[float]:
    """The share of words that each block has in common with the headline most like it."""
    found = []
    for block in blocks:
        words = frozenset(block.words)
        shared = [(h, len(words & h)) for h in headlines]
        likeness = (both / (len(words) + len(h) - both) for h, both in shared if both)
        found.append(max(likeness, default=0.0))
    return found


def _word_scores(blocks: Sequence[Block]) -> Columns:
    """What the words of the blocks and of their neighbors are to the line classifier."""
    model = load_model()
    scores = [model.word_score(fold(block.text.replace("\n", " "))) for block in blocks]
    each = [10 * one.score / (len(one.words) + 3) for one in scores]
    sums = list(accumulate(each, initial=0.0))
    found: Columns = {
        "word score": [one.score for one in scores],
        "score per word": each,
        "known words": [one.known for one in scores],
    }
    count, beyond = len(each), [OUTSIDE_SCORE] * max(map(abs, NEIGHBORS))
    around = [*beyond, *each, *beyond]
    for distance in NEIGHBORS:
        begin = len(beyond) + distance
        found[f"score at {distance}"] = around[begin : begin + count]
    ends = [(max(0, n - SCORE_WINDOW), min(count, n + 1 + SCORE_WINDOW)) for n in range(count)]
    found["scores before"] = [
        (sums[n] - sums[low]) / max(1, n - low) for n, (low, _) in enumerate(ends)
    ]
    found["scores after"] = [
        (sums[high] - sums[n + 1]) / max(1, high - n - 1) for n, (_, high) in enumerate(ends)
    ]
    return found


def _text_features(blocks: Sequence[Block]) -> Columns:
    sizes = [block.size for block in blocks]
    words = [math.log1p(size) for size in sizes]
    links = [block.links for block in blocks]
    return {
        "words": words,
        "short": [float(size <= MAX_SHORT_WORDS) for size in sizes],
        "long": [float(size >= MIN_LONG_WORDS) for size in sizes],
        "links": links,
        "all links": [float(share > 0.85) for share in links],
        "words * links": list(map(mul, words, links)),
        "bold": [block.bold for block in blocks],
        "sentence": [float(SENTENCE_END.search(block.text) is not None) for block in blocks],
        "commas": [math.log1p(block.text.count(",")) for block in blocks],
    }


def _vote_features(
    blocks: Sequence[Block], first: Sequence[bool], second: Sequence[bool], text: Columns
) -> Columns:
    doubt, share = _disagreement(blocks, first, second)
    found: Columns = {
        "doubt": [doubt] * len(blocks),
        "long * doubt": [x * doubt for x in text["long"]],
        "both": [float(a and b) for a, b in zip(first, second, strict=True)],
        "neither": [float(not (a or b)) for a, b in zip(first, second, strict=True)],
        "first * small": [vote * (1 - share) for vote in first],
        "second * large": [vote * share for vote in second],
        "second * alone": [vote * (1 - share) * (share < 0.4) for vote in second],
    }
    found["both * doubt"] = [x * doubt for x in found["both"]]
    for name, votes in (("first", first), ("second", second)):
        found[name] = list(map(float, votes))
        found[f"{name} * doubt"] = [vote * doubt for vote in votes]
        for other in ("long", "words", "links"):
            found[f"{name} * {other}"] = list(map(mul, votes, text[other]))
    return found


def _disagreement(
    blocks: Sequence[Block], first: Sequence[bool], second: Sequence[bool]
) -> tuple[float, float]:
    """Return how much two extractors disagree (1 minus the F1 of their words), and the share of
    the first in the words of both."""
    one = sum(b.size for b, vote in zip(blocks, first, strict=True) if vote)
    two = sum(b.size for b, vote in zip(blocks, second, strict=True) if vote)
    votes = zip(blocks, first, second, strict=True)
    both = sum(b.size for b, v, w in votes if v and w)
    if not one + two:
        return 1.0, 0.5
    return 1 - 2 * both / (one + two), one / (one + two)


def context_features(
    blocks: Sequence[Block], support: Sequence[float], own: Columns, labels: ElementLabels
) -> Columns:
    """Return the features of each block's position. `support` is the probability of each block
    (0 to 1), `own` are the results of `own_features`."""
    mass = [s * b.size for s, b in zip(support, blocks, strict=True)]
    found = {
        **_neighborhood(blocks, support, mass),
        **_containers(blocks, mass, own["words"], labels),
    }
    kin = [_kin(block.ancestors[-4:]) for block in blocks]
    sums, linked = _sums(blocks, kin, mass), defaultdict[object, float](float)
    for key, block in zip(kin, blocks, strict=True):
        linked[key] += block.links * block.size
    found["share of kin"] = _share_of_others(blocks, kin, mass, sums, 2.0)
    found["links of kin"] = [linked[key] / max(1.0, sums[key][1]) for key in kin]
    section = list(accumulate(float(block.tag in HEADING_TAGS) for block in blocks))
    sums = _sums(blocks, section, mass)
    found["share of section"] = _share_of_others(blocks, section, mass, sums, 1.0)
    nearest = found.pop("share of nearest")
    for name, share, of_kin, before, after in EXTRACTOR_NAMES:
        votes = own[name]
        found[share] = list(map(mul, votes, nearest))
        found[of_kin] = list(map(mul, votes, found["share of kin"]))
        found[before] = list(map(mul, votes, found["before all"]))
        found[after] = list(map(mul, votes, found["after all"]))
    ends = zip(found["before all"], found["after all"], strict=True)
    between = [1 - before - after for before, after in ends]
    found["between * words"] = list(map(mul, own["words"], between))
    found["between * links"] = list(map(mul, own["links"], between))
    return found


def _neighborhood(
    blocks: Sequence[Block], support: Sequence[float], mass: Sequence[float]
) -> Columns:
    """Features from the order of blocks: neighbors, and the ends of the article."""
    count = len(blocks)
    masses = [0.0, *accumulate(mass)]
    sizes = [0.0, *accumulate(float(block.size) for block in blocks)]
    linked = [0.0, *accumulate(block.links * block.size for block in blocks)]
    found: Columns = {"previous": [0.0, *support[:-1]], "next": [*support[1:], 0.0]}
    for reach, before, after, least, most, links in WINDOWS:
        low = [0] * min(reach, count) + list(range(count - reach))
        high = [*range(min(reach + 1, count), count), *[count] * min(reach + 1, count)]
        found[before] = [
            (masses[n] - masses[m]) / max(1.0, sizes[n] - sizes[m]) for n, m in enumerate(low)
        ]
        found[after] = [
            (masses[m] - masses[n]) / max(1.0, sizes[m] - sizes[n]) for n, m in enumerate(high, 1)
        ]
        found[least] = list(map(min, found[before], found[after]))
        found[most] = list(map(max, found[before], found[after]))
        found[links] = [
            (linked[b] - linked[a]) / max(1.0, sizes[b] - sizes[a])
            for a, b in zip(low, high, strict=True)
        ]
    likely = [n for n, s in enumerate(support) if s >= 0.5]
    ends = [n for n in likely if blocks[n].size >= MIN_END_WORDS] or likely or [0]
    first, last = ends[0], ends[-1]
    found["before all"] = [float(n < first) for n in range(count)]
    found["after all"] = [float(n > last) for n in range(count)]
    found["distance before"] = [math.log1p(max(0, first - n)) for n in range(count)]
    found["distance after"] = [math.log1p(max(0, n - last)) for n in range(count)]
    total = masses[-1] or 1.0
    found["done"] = [m / total for m in masses[:-1]]
    found["tail"] = [float(done > 0.97) for done in found["done"]]
    found["head"] = [float(m / total < 0.03) for m in masses[1:]]
    return found


def _containers(
    blocks: Sequence[Block], mass: Sequence[float], words: Sequence[float], labels: ElementLabels
) -> Columns:
    """Features from the elements that contain a block: how much of them is article, whether the
    block is in the deepest ones with most of it, and the labels of those below."""
    inside: defaultdict[HtmlElement, float] = defaultdict(float)
    whole: defaultdict[HtmlElement, float] = defaultdict(float)
    for block, m in zip(blocks, mass, strict=True):
        for node in block.ancestors:
            inside[node] += m
            whole[node] += block.size
    total = sum(mass) or 1.0
    main, half = (_deepest(blocks, inside, share * total) for share in (0.75, 0.4))
    flags = _Flags(len(blocks))
    nearest: list[float] = []
    under: dict[HtmlElement, list[str]] = {}
    for n, (block, m) in enumerate(zip(blocks, mass, strict=True)):
        ancestors = block.ancestors
        shares = [(inside[a] - m + 1) / (whole[a] - block.size + 2) for a in ancestors[-2:-6:-1]]
        nearest.append(shares[0] if shares else 0.5)
        for name, share in zip(ANCESTOR_NAMES, shares, strict=False):
            flags.set(name, n, share)
        below = ancestors[1:]
        if main is not None and main in ancestors:
            below = ancestors[ancestors.index(main) + 1 :]
            flags.set("in main", n)
            flags.set("in main * words", n, words[n])
            flags.set("depth in main", n, min(12, len(below)))
            if below:
                flags.set("branch share", n, inside[below[0]] / max(1.0, whole[below[0]]))
                flags.set("branch size", n, inside[below[0]] / total)
        if half is not None and half in ancestors:
            flags.set("in half", n)
        last = ancestors[-1]
        if last not in under:
            under[last] = [f"under {label}" for label in labels.of(below)]
        for name in under[last]:
            flags.set(name, n)
    return {**flags.columns, "share of nearest": nearest}


def _deepest(
    blocks: Sequence[Block], inside: Mapping[HtmlElement, float], least: float
) -> HtmlElement | None:
    """Return the deepest element that contains at least `least` words of the article."""
    found, depth = None, -1
    for block in blocks:
        for level, node in enumerate(block.ancestors[depth + 1 :], depth + 1):
            if inside[node] >= least:
                found, depth = node, level
    return found


def _sums(
    blocks: Sequence[Block], keys: Sequence[object], mass: Sequence[float]
) -> dict[object, tuple[float, float]]:
    """The words of the article and all words of the blocks with the same key."""
    sums: dict[object, tuple[float, float]] = {}
    for key, m, block in zip(keys, mass, blocks, strict=True):
        before, size = sums.get(key, (0.0, 0.0))
        sums[key] = before + m, size + block.size
    return sums


def _share_of_others(
    blocks: Sequence[Block],
    keys: Sequence[object],
    mass: Sequence[float],
    sums: Mapping[object, tuple[float, float]],
    prior: float,
) -> list[float]:
    """The share of the article in the other blocks with the same key."""
    return [
        (sums[key][0] - m + prior) / (sums[key][1] - block.size + 2 * prior)
        for key, m, block in zip(keys, mass, blocks, strict=True)
    ]


def _kin(nearest: Iterable[HtmlElement]) -> tuple[str, ...]:
    """The tags and classes above a block, which similar blocks share."""
    return tuple(f"{node.tag}.{(node.get('class') or '').strip()[:40]}" for node in nearest)
