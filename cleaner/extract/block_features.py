"""What speaks for and against a block of a page being part of its article, as named numbers.

Two kinds: what a block is by itself (`of_blocks`), and how it stands among the others, given how
much each of them is believed to be article (`of_places`).
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate

from lxml.html import HtmlElement

from cleaner.extract.blocks import Block
from cleaner.text.words import SENTENCE_MARKS

Evidence = dict[str, float]

# What class and id names say of a node; parts of words, for sites write them together.
HINTS = {
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
PATTERNS = {name: re.compile(pattern) for name, pattern in HINTS.items()}
ROLES = {"navigation": "nav", "menu": "nav", "menubar": "nav", "complementary": "side"}
ROLES |= {"contentinfo": "foot", "main": "<main>"}
TOLD = frozenset(
    "nav footer aside header form figure figcaption article main section table ul ol li "
    "blockquote dl address summary details button dialog label".split()
)
TAGS = frozenset(
    "p h1 h2 h3 h4 h5 h6 li td th blockquote figcaption dt dd div section span article".split()
)
HEADINGS = frozenset(("h1", "h2", "h3", "h4"))
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
SENTENCE = re.compile(rf"[{SENTENCE_MARKS}][\"'”’」』)\]]*$")
LONG, SHORT, BIG = 20, 3, 8  # words
WIDE = 400  # characters; longer class names are generated
# How far neighbours are looked at, and what that evidence is called.
REACHES = tuple(
    (n, f"before {n}", f"after {n}", f"least {n}", f"most {n}", f"links around {n}")
    for n in (1, 2, 4, 10)
)
ANCESTORS = tuple(f"share of ancestor {n}" for n in range(2, 6))
BESIDE = tuple(
    (name, f"{name} * share", f"{name} * kin", f"{name} * before all", f"{name} * after all")
    for name in ("first", "second")
)
OWN = 2  # the nearest elements around a block, that speak of it most


def of_blocks(
    blocks: Sequence[Block],
    first: Sequence[bool],
    second: Sequence[bool],
    headings: Iterable[frozenset[str]],
    hints: Hints,
) -> list[Evidence]:
    """The evidence of each block by itself. `first` and `second` say which of them stand in the
    texts of two extractors, `headings` are the words of the page's headlines."""
    headings = list(headings)
    seen: set[tuple[str, ...]] = set()
    doubt, share = _disagreement(blocks, first, second)
    total = len(blocks)
    found = []
    for n, block in enumerate(blocks):
        e = _text(block)
        e.update(_votes(block, first[n], second[n], doubt, share, e))
        if block.tag in TAGS:
            e[f"tag {block.tag}"] = 1.0
        for hint in hints.of(block.chain[-OWN:]):
            e[f"own {hint}"] = 1.0
        words = frozenset(block.words)
        same = max((len(words & h) / len(words | h) for h in headings), default=0.0)
        e["like a headline"] = same
        e["headline"] = float(same >= 0.8)
        if block.words in seen:
            e["repeated"] = float(block.size >= SHORT)
            e["repeated long"] = float(block.size >= LONG)
        seen.add(block.words)
        e["position"] = n / total
        found.append(e)
    return found


def _text(block: Block) -> Evidence:
    size = block.size
    return {
        "words": math.log1p(size),
        "short": float(size <= SHORT),
        "long": float(size >= LONG),
        "links": block.links,
        "all links": float(block.links > 0.85),
        "words * links": math.log1p(size) * block.links,
        "bold": block.bold,
        "sentence": float(bool(SENTENCE.search(block.text))),
        "commas": math.log1p(block.text.count(",")),
    }


def _votes(
    block: Block, one: bool, two: bool, doubt: float, share: float, text: Evidence
) -> Evidence:
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
    """How much two extractors differ (1 minus the F1 of their words), and the first's share of
    what both took."""
    one = sum(b.size for b, vote in zip(blocks, first, strict=True) if vote)
    two = sum(b.size for b, vote in zip(blocks, second, strict=True) if vote)
    votes = zip(blocks, first, second, strict=True)
    both = sum(b.size for b, v, w in votes if v and w)
    if not one + two:
        return 1.0, 0.5
    return 1 - 2 * both / (one + two), one / (one + two)


class Hints:
    """What the names and tags of a page's elements say, each element asked once."""

    def __init__(self) -> None:
        self._of: dict[HtmlElement, frozenset[str]] = {}

    def of(self, chain: Iterable[HtmlElement]) -> set[str]:
        found: set[str] = set()
        for node in chain:
            hints = self._of.get(node)
            if hints is None:
                hints = self._of[node] = _hints_of(node)
            if hints:
                found |= hints
        return found


def _hints_of(node: HtmlElement) -> frozenset[str]:
    names = f"{node.get('class') or ''} {node.get('id') or ''}".lower()
    found = set(_hints_in(names)) if 1 < len(names) < WIDE else set()
    if node.get("itemprop") in ("articleBody", "text", "mainContentOfPage"):
        found.add("body")
    if role := ROLES.get(node.get("role") or ""):
        found.add(role)
    if node.tag in TOLD:
        found.add(f"<{node.tag}>")
    if (
        HIDDEN.search(node.get("style") or "")
        or node.get("hidden") is not None
        or node.get("aria-hidden") == "true"
    ):
        found.add("not shown")
    return frozenset(found)


@lru_cache(maxsize=4096)
def _hints_in(names: str) -> frozenset[str]:
    return frozenset(name for name, pattern in PATTERNS.items() if pattern.search(names))


def of_places(
    blocks: Sequence[Block],
    support: Sequence[float],
    alone: Sequence[Evidence],
    hints: Hints,
) -> list[Evidence]:
    """The evidence of where each block stands. `support` says how much each block is believed to
    be article (0 to 1), `alone` is the evidence of the blocks by themselves."""
    size = [float(b.size) for b in blocks]
    mass = [s * w for s, w in zip(support, size, strict=True)]
    total = sum(mass) or 1.0
    inside: defaultdict[HtmlElement, float] = defaultdict(float)
    whole: defaultdict[HtmlElement, float] = defaultdict(float)
    for block, m, w in zip(blocks, mass, size, strict=True):
        for node in block.chain:
            inside[node] += m
            whole[node] += w
    main = _deepest(blocks, inside, 0.75 * total)
    half = _deepest(blocks, inside, 0.4 * total)
    under: dict[HtmlElement, set[str]] = {}
    around = _Around(blocks, mass, size, support)
    found = []
    for n, block in enumerate(blocks):
        e = around.evidence(n)
        shares = [
            (inside[node] - mass[n] + 1) / (whole[node] - size[n] + 2)
            for node in block.chain[-2:-6:-1]
        ]
        e.update(zip(ANCESTORS, shares, strict=False))
        below = block.chain
        if main is not None and main in below:
            at = below.index(main) + 1
            below = below[at:]
            e["in main"] = 1.0
            e["in main * words"] = alone[n]["words"]
            e["depth in main"] = float(min(12, len(below)))
            if below:
                e["branch share"] = inside[below[0]] / max(1.0, whole[below[0]])
                e["branch size"] = inside[below[0]] / total
        else:
            below = below[1:]
        if half is not None and half in block.chain:
            e["in half"] = 1.0
        last = block.chain[-1]
        if last not in under:
            under[last] = {f"under {hint}" for hint in hints.of(below)}
        for name in under[last]:
            e[name] = 1.0
        for name, share, kin, before, after in BESIDE:
            if name in alone[n]:
                e[share] = shares[0] if shares else 0.5
                e[kin] = e["share of kin"]
                e[before] = e["before all"]
                e[after] = e["after all"]
        e["between * words"] = alone[n]["words"] * (1 - e["before all"] - e["after all"])
        e["between * links"] = block.links * (1 - e["before all"] - e["after all"])
        found.append(e)
    return found


def _deepest(
    blocks: Sequence[Block], inside: Mapping[HtmlElement, float], least: float
) -> HtmlElement | None:
    """The deepest element with at least so much of the article inside it."""
    found, depth = None, -1
    for block in blocks:
        for level, node in enumerate(block.chain):
            if level > depth and inside[node] >= least:
                found, depth = node, level
    return found


class _Around:
    """The evidence of the order of blocks: neighbours, kin, section, ends of the article."""

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
        believed = [n for n, s in enumerate(support) if s >= 0.5]
        ends = [n for n in believed if size[n] >= BIG] or believed or [0]
        self.first, self.last = ends[0], ends[-1]
        names: dict[HtmlElement, str] = {}
        self.kin = [_kin(b, names) for b in blocks]
        self.section = list(accumulate(float(b.tag in HEADINGS) for b in blocks))
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

    def evidence(self, n: int) -> Evidence:
        e: Evidence = {}
        masses, sizes, linked, count = self.masses, self.sizes, self.linked, self.count
        mass, size, mass_to, size_to = masses[n], sizes[n], masses[n + 1], sizes[n + 1]
        for reach, before_name, after_name, least, most, links in REACHES:
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
        e["share of kin"] = self._rest(self.by_kin[kin], n, 2.0)
        e["links of kin"] = self.kin_links[kin] / max(1.0, self.by_kin[kin][1])
        e["share of section"] = self._rest(self.by_section[section], n, 1.0)
        e["before all"], e["after all"] = float(n < self.first), float(n > self.last)
        e["distance before"] = math.log1p(max(0, self.first - n))
        e["distance after"] = math.log1p(max(0, n - self.last))
        done = mass / self.total
        e["done"], e["tail"] = done, float(done > 0.97)
        e["head"] = float(mass_to / self.total < 0.03)
        return e

    def _rest(self, sums: tuple[float, float], n: int, prior: float) -> float:
        return (sums[0] - self.mass[n] + prior) / (sums[1] - self.size[n] + 2 * prior)


def _kin(block: Block, names: dict[HtmlElement, str]) -> tuple[str, ...]:
    """What a block has in common with those of its kind: tags and classes above it."""
    kin = []
    for node in block.chain[-4:]:
        if node not in names:
            names[node] = f"{node.tag}.{(node.get('class') or '').strip()[:40]}"
        kin.append(names[node])
    return tuple(kin)
