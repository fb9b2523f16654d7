"""The features by which the block classifier tells whether a block is part of the article.

`own_features` describe each block by itself. `context_features` describe its position among the
other blocks, given the probability that each is article.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate

from lxml.html import HtmlElement

from cleaner.classify.line_classifier import load_model
from cleaner.extract.blocks import Block
from cleaner.text.folding import fold
from cleaner.text.words import SENTENCE_MARKS

BlockFeatures = dict[str, float]

# Labels of an element by its class and id; parts of words match, because sites run words together.
LABEL_PATTERNS = {
    "nav": r"\bnav|menu|breadcrumb|\btoc\b|pagination|pager|skip-",
    "foot": r"foot(?:er)?\b|colophon|copyright|legal|disclaimer",
    "side": r"side-?bar|\baside\b|widget|rail\b|right-?col",
    "related": r"relat|recommend|popular|trending|more-|also|read-?next|next-?post|prev|latest"
    r"|similar|teaser|outbrain|taboola|card|carousel|slider",
    "share": r"share|sharing|social|follow|addtoany",
    "comment": r"comment|disqus|respond|reply|discussion|feedback",
    "promo": r"promo|newsletter|subscri|sign-?up|cta\b|banner|advert|\bads?\b|sponsor|donat"
    r"|paywall|popup|modal|cookie|consent|gdpr|overlay",
    "author": r"author|byline|\bbio\b|contributor|writer",
    "meta": r"meta\b|metadata|\bdate|time|posted|publish|tags?\b|categor|topic|kicker|eyebrow"
    r"|label|info\b",
    "caption": r"caption|credit|figure|image|photo|gallery|media",
    "title": r"title|headline|heading|hero|masthead|\bheader",
    "hidden": r"hidden|hide|sr-only|screen-reader|visually|print",
    "body": r"article-?_?body|entry-?content|post-?content|post-?body|story-?body"
    r"|article-?content|articletext|content-?body|main-?content|body-?content|rich-?text|prose"
    r"|page-?content|article__content|post_content|field--name-body|wysiwyg",
    "content": r"content|article|post\b|story|entry|main",
}
COMPILED_LABELS = {name: re.compile(pattern) for name, pattern in LABEL_PATTERNS.items()}
ROLE_LABELS = {"navigation": "nav", "menu": "nav", "menubar": "nav", "complementary": "side"}
ROLE_LABELS |= {"contentinfo": "foot", "main": "<main>"}
LABELED_TAGS = frozenset(
    "nav footer aside header form figure figcaption article main section table ul ol li "
    "blockquote dl address summary details button dialog label".split()
)
FEATURE_TAGS = frozenset(
    "p h1 h2 h3 h4 h5 h6 li td th blockquote figcaption dt dd div section span article".split()
)
HEADING_TAGS = frozenset(("h1", "h2", "h3", "h4"))
HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
SENTENCE_END = re.compile(rf"[{SENTENCE_MARKS}][\"'”’」』)\]]*$")
MIN_LONG_WORDS, MAX_SHORT_WORDS, MIN_END_WORDS = 20, 3, 8  # of a block
MAX_CLASS_CHARS = 400  # longer class names are generated
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
) -> list[BlockFeatures]:
    """Return the features of each block by itself.

    `first` and `second` tell which blocks two extractors selected; `headlines` are the words of
    each headline of the page.
    """
    headlines = list(headlines)
    seen: set[tuple[str, ...]] = set()
    doubt, share = _disagreement(blocks, first, second)
    total = len(blocks)
    found = []
    for n, block in enumerate(blocks):
        e = _text_features(block)
        e.update(_vote_features(block, first[n], second[n], doubt, share, e))
        if block.tag in FEATURE_TAGS:
            e[f"tag {block.tag}"] = 1.0
        for label in labels.of(block.ancestors[-OWN_ELEMENTS:]):
            e[f"own {label}"] = 1.0
        words = frozenset(block.words)
        same = max((len(words & h) / len(words | h) for h in headlines), default=0.0)
        e["like a headline"] = same
        e["headline"] = float(same >= 0.8)
        if block.words in seen:
            e["repeated"] = float(block.size >= MAX_SHORT_WORDS)
            e["repeated long"] = float(block.size >= MIN_LONG_WORDS)
        seen.add(block.words)
        e["position"] = n / total
        found.append(e)
    _add_word_scores(blocks, found)
    return found


def _add_word_scores(blocks: Sequence[Block], found: Sequence[BlockFeatures]) -> None:
    """Add what the words of the blocks and of their neighbors are to the line classifier."""
    model = load_model()
    scores = [model.word_score(fold(block.text.replace("\n", " "))) for block in blocks]
    each = [10 * one.score / (len(one.words) + 3) for one in scores]
    sums = list(accumulate(each, initial=0.0))
    for n, (e, one) in enumerate(zip(found, scores, strict=True)):
        e["word score"], e["score per word"], e["known words"] = one.score, each[n], one.known
        for distance in NEIGHBORS:
            near = n + distance
            e[f"score at {distance}"] = each[near] if 0 <= near < len(each) else OUTSIDE_SCORE
        low, high = max(0, n - SCORE_WINDOW), min(len(each), n + 1 + SCORE_WINDOW)
        e["scores before"] = (sums[n] - sums[low]) / max(1, n - low)
        e["scores after"] = (sums[high] - sums[n + 1]) / max(1, high - n - 1)


def _text_features(block: Block) -> BlockFeatures:
    size = block.size
    return {
        "words": math.log1p(size),
        "short": float(size <= MAX_SHORT_WORDS),
        "long": float(size >= MIN_LONG_WORDS),
        "links": block.links,
        "all links": float(block.links > 0.85),
        "words * links": math.log1p(size) * block.links,
        "bold": block.bold,
        "sentence": float(bool(SENTENCE_END.search(block.text))),
        "commas": math.log1p(block.text.count(",")),
    }


def _vote_features(
    block: Block, one: bool, two: bool, doubt: float, share: float, text: BlockFeatures
) -> BlockFeatures:
    e = {"doubt": doubt, "long * doubt": text["long"] * doubt}
    if one and two:
        e["both"] = 1.0
        e["both * doubt"] = doubt
    if not one and not two:
        e["neither"] = 1.0
    for name, vote in (("first", one), ("second", two)):
        if vote:
            e[name] = 1.0
            e[f"{name} * long"] = text["long"]
            e[f"{name} * words"] = text["words"]
            e[f"{name} * links"] = block.links
            e[f"{name} * doubt"] = doubt
    if one:
        e["first * small"] = 1 - share
    if two:
        e["second * large"] = share
        e["second * alone"] = (1 - share) * (share < 0.4)
    return e


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


class ElementLabels:
    """The labels of a page's elements, computed once per element from class, id, role and tag."""

    def __init__(self) -> None:
        self._labels: dict[HtmlElement, frozenset[str]] = {}

    def of(self, elements: Iterable[HtmlElement]) -> set[str]:
        """Return the labels that any of `elements` has."""
        found: set[str] = set()
        for node in elements:
            labels = self._labels.get(node)
            if labels is None:
                labels = self._labels[node] = _element_labels(node)
            if labels:
                found |= labels
        return found


def _element_labels(node: HtmlElement) -> frozenset[str]:
    names = f"{node.get('class') or ''} {node.get('id') or ''}".lower()
    found = set(_name_labels(names)) if 1 < len(names) < MAX_CLASS_CHARS else set()
    if node.get("itemprop") in ("articleBody", "text", "mainContentOfPage"):
        found.add("body")
    if role := ROLE_LABELS.get(node.get("role") or ""):
        found.add(role)
    if node.tag in LABELED_TAGS:
        found.add(f"<{node.tag}>")
    if (
        HIDDEN_STYLE.search(node.get("style") or "")
        or node.get("hidden") is not None
        or node.get("aria-hidden") == "true"
    ):
        found.add("not shown")
    return frozenset(found)


@lru_cache(maxsize=4096)
def _name_labels(names: str) -> frozenset[str]:
    return frozenset(name for name, pattern in COMPILED_LABELS.items() if pattern.search(names))


def context_features(
    blocks: Sequence[Block],
    support: Sequence[float],
    own: Sequence[BlockFeatures],
    labels: ElementLabels,
) -> list[BlockFeatures]:
    """Return the features of each block's position. `support` is the probability of each block
    (0 to 1), `own` are the results of `own_features`."""
    size = [float(b.size) for b in blocks]
    mass = [s * w for s, w in zip(support, size, strict=True)]
    containers = _Containers(blocks, mass, size)
    neighborhood = _Neighborhood(blocks, mass, size, support)
    under: dict[HtmlElement, set[str]] = {}
    found = []
    for n, block in enumerate(blocks):
        e = neighborhood.features(n)
        shares = containers.shares(n)
        e.update(zip(ANCESTOR_NAMES, shares, strict=False))
        below = containers.add_features(e, n, own[n]["words"])
        last = block.ancestors[-1]
        if last not in under:
            under[last] = {f"under {label}" for label in labels.of(below)}
        for name in under[last]:
            e[name] = 1.0
        for name, share, kin, before, after in EXTRACTOR_NAMES:
            if name in own[n]:
                e[share] = shares[0] if shares else 0.5
                e[kin] = e["share of kin"]
                e[before] = e["before all"]
                e[after] = e["after all"]
        between = 1 - e["before all"] - e["after all"]
        e["between * words"] = own[n]["words"] * between
        e["between * links"] = block.links * between
        found.append(e)
    return found


class _Containers:
    """Features from the elements that contain a block: how much of them is article, and whether
    the block is in the deepest ones with most of it."""

    def __init__(
        self, blocks: Sequence[Block], mass: Sequence[float], size: Sequence[float]
    ) -> None:
        self.blocks, self.mass, self.size = blocks, mass, size
        self.total = sum(mass) or 1.0
        self.inside: defaultdict[HtmlElement, float] = defaultdict(float)
        self.whole: defaultdict[HtmlElement, float] = defaultdict(float)
        for block, m, w in zip(blocks, mass, size, strict=True):
            for node in block.ancestors:
                self.inside[node] += m
                self.whole[node] += w
        self.main = _deepest(blocks, self.inside, 0.75 * self.total)
        self.half = _deepest(blocks, self.inside, 0.4 * self.total)

    def shares(self, n: int) -> list[float]:
        """Return the share of the article in the other blocks of each ancestor."""
        return [
            (self.inside[node] - self.mass[n] + 1) / (self.whole[node] - self.size[n] + 2)
            for node in self.blocks[n].ancestors[-2:-6:-1]
        ]

    def add_features(self, e: BlockFeatures, n: int, words: float) -> Sequence[HtmlElement]:
        """Add the features of block `n` to `e`; return its ancestors below the main one."""
        ancestors = self.blocks[n].ancestors
        below = ancestors[1:]
        if self.main is not None and self.main in ancestors:
            below = ancestors[ancestors.index(self.main) + 1 :]
            e["in main"] = 1.0
            e["in main * words"] = words
            e["depth in main"] = float(min(12, len(below)))
            if below:
                e["branch share"] = self.inside[below[0]] / max(1.0, self.whole[below[0]])
                e["branch size"] = self.inside[below[0]] / self.total
        if self.half is not None and self.half in ancestors:
            e["in half"] = 1.0
        return below


def _deepest(
    blocks: Sequence[Block], inside: Mapping[HtmlElement, float], least: float
) -> HtmlElement | None:
    """Return the deepest element that contains at least `least` words of the article."""
    found, depth = None, -1
    for block in blocks:
        for level, node in enumerate(block.ancestors):
            if level > depth and inside[node] >= least:
                found, depth = node, level
    return found


class _Neighborhood:
    """Features from the order of blocks: neighbors, similar blocks (`kin`), section, and the ends
    of the article."""

    def __init__(
        self,
        blocks: Sequence[Block],
        mass: Sequence[float],
        size: Sequence[float],
        support: Sequence[float],
    ) -> None:
        self.mass, self.size, self.support = mass, size, support
        self.count = len(blocks)
        self.masses = [0.0, *accumulate(mass)]
        self.sizes = [0.0, *accumulate(size)]
        linked = (b.links * w for b, w in zip(blocks, size, strict=True))
        self.linked = [0.0, *accumulate(linked)]
        self.total = self.masses[-1] or 1.0
        likely = [n for n, s in enumerate(support) if s >= 0.5]
        ends = [n for n in likely if size[n] >= MIN_END_WORDS] or likely or [0]
        self.first, self.last = ends[0], ends[-1]
        names: dict[HtmlElement, str] = {}
        self.kin = [_kin(b, names) for b in blocks]
        self.section = list(accumulate(float(b.tag in HEADING_TAGS) for b in blocks))
        self.by_kin = self._sums(self.kin)
        self.by_section = self._sums(self.section)
        self.kin_links: defaultdict[object, float] = defaultdict(float)
        for kin, block, w in zip(self.kin, blocks, size, strict=True):
            self.kin_links[kin] += block.links * w

    def _sums(self, keys: Sequence[object]) -> dict[object, tuple[float, float]]:
        sums: dict[object, tuple[float, float]] = {}
        for key, m, w in zip(keys, self.mass, self.size, strict=True):
            mass, size = sums.get(key, (0.0, 0.0))
            sums[key] = mass + m, size + w
        return sums

    def features(self, n: int) -> BlockFeatures:
        e: BlockFeatures = {}
        masses, sizes, linked, count = self.masses, self.sizes, self.linked, self.count
        mass, size, mass_to, size_to = masses[n], sizes[n], masses[n + 1], sizes[n + 1]
        for reach, before_name, after_name, least, most, links in WINDOWS:
            low = n - reach if n > reach else 0
            high = n + reach + 1 if n + reach < count else count
            words = size - sizes[low]
            before = (mass - masses[low]) / (words if words > 1.0 else 1.0)
            words = sizes[high] - size_to
            after = (masses[high] - mass_to) / (words if words > 1.0 else 1.0)
            e[before_name], e[after_name] = before, after
            e[least], e[most] = (before, after) if before < after else (after, before)
            words = sizes[high] - sizes[low]
            e[links] = (linked[high] - linked[low]) / (words if words > 1.0 else 1.0)
        e["previous"] = self.support[n - 1] if n else 0.0
        e["next"] = self.support[n + 1] if n + 1 < count else 0.0
        kin, section = self.kin[n], self.section[n]
        e["share of kin"] = self._share_of_others(self.by_kin[kin], n, 2.0)
        e["links of kin"] = self.kin_links[kin] / max(1.0, self.by_kin[kin][1])
        e["share of section"] = self._share_of_others(self.by_section[section], n, 1.0)
        e["before all"], e["after all"] = float(n < self.first), float(n > self.last)
        e["distance before"] = math.log1p(max(0, self.first - n))
        e["distance after"] = math.log1p(max(0, n - self.last))
        done = mass / self.total
        e["done"], e["tail"] = done, float(done > 0.97)
        e["head"] = float(mass_to / self.total < 0.03)
        return e

    def _share_of_others(self, sums: tuple[float, float], n: int, prior: float) -> float:
        return (sums[0] - self.mass[n] + prior) / (sums[1] - self.size[n] + 2 * prior)


def _kin(block: Block, names: dict[HtmlElement, str]) -> tuple[str, ...]:
    """Return the tags and classes above a block, which similar blocks share."""
    kin = []
    for node in block.ancestors[-4:]:
        if node not in names:
            names[node] = f"{node.tag}.{(node.get('class') or '').strip()[:40]}"
        kin.append(names[node])
    return tuple(kin)
