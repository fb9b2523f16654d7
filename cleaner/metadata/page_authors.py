"""The authors of a page: schema.org, meta tags, bylines near the headline, links and classes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from lxml.html import HtmlElement

from cleaner.extract.blocks import Block
from cleaner.extract.embedded_json import node_texts
from cleaner.metadata.bylines import Byline, read_byline
from cleaner.metadata.headlines import fold_title
from cleaner.metadata.names import ROLE, TEAM, is_name
from cleaner.metadata.page_data import Candidate, PageData, element_text
from cleaner.text.words import count_words

META_AUTHOR = (
    "author article:author parsely-author sailthru.author byl dc.creator dcterms.creator "
    "citation_author article.author authors cxenseparse:author"
).split()
AUTHOR_CLASS = re.compile(r"author|byline|\bwriter|contributor", re.I)
NEARBY = (-3, 14)  # blocks around the headline that are searched for bylines
RELIABLE_ORIGINS = ("html:json-ld", "html:meta", "html:citation")
MAX_NAME_DISTANCE = 6  # blocks between the headline and a name without a byline
MAX_BYLINE_WORDS = 25
FAMILY_FIRST = re.compile(r"^([^,]+), ([^,]+)$")
LABEL = re.compile(r"^Authors?\s+(?=[A-Z]\w+\s)")
AUTHOR_NAME_CLASS = re.compile(r"^(?!.*comment).*author[-_]{0,2}name\b", re.I)
MAX_SIGNATURE_WORDS, MAX_DATED_SIGNATURE_WORDS = 7, 11
BYLINE_LABEL = re.compile(r"(?:written |posted |words )?by:?|authors?:?|written by:?", re.I)
INTERFACE_WORDS = frozenset(
    "share post article articles download zip contents content this recipes checked fact news blog "
    "home menu search subscribe disclosure table read time minutes minute print email comments in "
    "the and advertiser advertisement technology business world politics health science opinion "
    "back top more next previous sign log get start free guide guides tips".split()
)


def author_candidates(page: PageData, bylines: Sequence[tuple[str, Byline]]) -> Iterator[Candidate]:
    """Yield the authors in the data of a page and near its headline, the most reliable first."""
    stated = [s for s in _stated_authors(page, bylines) if s.value]
    # an outlet is the author only if no byline names a person
    people = tuple(b.authors for place, b in bylines if place == "byline")
    outlets = page.outlets | page.organizations
    first = [s for s in stated if not all(n.lower() in outlets for n in s.value)]
    if first != stated:
        first = [s for s in first if s.origin in RELIABLE_ORIGINS or s.value in people]
    yield from first
    yield from (s for s in stated if s not in first)


def _stated_authors(page: PageData, bylines: Sequence[tuple[str, Byline]]) -> Iterator[Candidate]:
    for node in page.article:
        yield from named_authors("json-ld", node_texts(node.get("author"), page.nodes), page)
    for name in META_AUTHOR:
        place = "citation" if name == "citation_author" else "meta"
        yield from named_authors(place, page.meta.get(name, ()), page)
    if (page.meta.get("twitter:label1") or [""])[0].lower() == "written by":
        yield from named_authors("meta", page.meta.get("twitter:data1", ())[:1], page)
    for place, byline in bylines:
        yield Candidate("authors", byline.authors, f"html:{place}")
    authors = page.items.get("author", [])
    inside = [
        node
        for node in page.items.get("name", ())
        if any(around.get("itemprop") == "author" for around in node.iterancestors())
    ]
    for nodes in (inside, authors):
        yield from named_authors("microdata", _contents(nodes)[:3], page)
    yield from named_authors("link", _contents(page.tree.xpath("//a[@rel='author']"))[:3], page)
    marked = (
        b.text for b in page.blocks if AUTHOR_NAME_CLASS.search(b.ancestors[-1].get("class") or "")
    )
    yield from named_authors("class", islice(marked, 1), page)


def named_authors(place: str, texts: Iterable[str], page: PageData) -> Iterator[Candidate]:
    """Yield the names in the texts of one place as one candidate."""
    names: list[str] = []
    for text in texts:
        if _is_address(text) and text.lower() not in page.outlets:
            continue
        text = LABEL.sub("", text)
        text = FAMILY_FIRST.sub(r"\2 \1", text) if place == "citation" else text
        read = read_byline(text, expect_author=True, outlets=page.outlets).authors
        if text.lower() in page.outlets:
            read = (text,)
        machine_readable = place in ("json-ld", "meta")
        if not read and machine_readable and count_words(text) <= 5 and text[0].isalnum():
            read = (text,)  # a user name: "srauturier"
        names += [name for name in read if name not in names]
    if names:
        yield Candidate("authors", tuple(names), f"html:{place}")


def _is_address(text: str) -> bool:
    """Whether a text is a URL, an e-mail address, a number or a user name."""
    return (
        "/" in text or "@" in text or text.isdigit() or ("." in text.strip(".") and " " not in text)
    )


def _contents(nodes: Iterable[HtmlElement]) -> list[str]:
    return [text for text in map(element_text, nodes) if text]


def find_bylines(page: PageData, title: str) -> Iterator[tuple[str, Byline]]:
    """Yield bylines near the headline, and then signatures elsewhere."""
    blocks = page.blocks
    first = headline_block(blocks, title)
    near = range(max(0, first + NEARBY[0]), min(len(blocks), first + NEARBY[1]))
    around = [_byline(blocks[n], page, blocks[n - 1] if n else None) for n in near]
    yield from (("byline", b) for b in around if b.explicit)
    yield from (
        ("byline", b) for b in around if not b.explicit and (b.authors or b.date or b.updated)
    )
    yield from (("name", b) for b in _bare_names(blocks, near, first, around))
    for n, block in enumerate(blocks):
        if n not in near and _says_author(block):
            byline = read_byline(block.text, outlets=page.outlets)
            most = MAX_DATED_SIGNATURE_WORDS if byline.date else MAX_SIGNATURE_WORDS
            if byline.authors and block.size <= most:
                yield "signature", byline


def headline_block(blocks: Sequence[Block], title: str) -> int:
    """Return the index of the headline: the h1 with the title, or else the first h1; without an
    h1, the first block with the title."""
    heads = [n for n, block in enumerate(blocks) if block.tag == "h1"]
    lines = heads or [n for n, block in enumerate(blocks) if block.tag != "title"]
    folded = fold_title(title)
    same = (n for n in lines if folded and fold_title(blocks[n].text) == folded)
    return next(same, heads[0] if heads else 0)


def _bare_names(
    blocks: Sequence[Block], near: range, headline: int, around: Sequence[Byline]
) -> Iterator[Byline]:
    """Yield names alone in a block below the headline, next to a date or above a role."""
    dated = {n for n, byline in zip(near, around, strict=True) if byline.date or byline.updated}
    for n in near:
        block = blocks[n]
        if not headline < n <= headline + MAX_NAME_DISTANCE or block.tag in ("h1", "h2", "h3"):
            continue
        if not (dated & set(range(n - 2, n + 3)) or _is_role(blocks[n + 1 : n + 2])):
            continue
        if TEAM.fullmatch(block.text) or _is_bare_name(block):
            yield Byline((block.text,))


def _is_bare_name(block: Block) -> bool:
    words = block.text.split()
    plain = block.text.isascii() is False or block.text.replace(" ", "").isalpha()
    if not 2 <= len(words) <= 3 or not plain:
        return False
    return is_name(block.text) and not INTERFACE_WORDS & set(block.words)


def _is_role(blocks: Sequence[Block]) -> bool:
    """Whether a block is only a role."""
    return any(b.size <= 4 and ROLE.search(b.text) and is_name(b.text) for b in blocks)


def _says_author(block: Block) -> bool:
    return block.text[:12].lower().startswith(("by ", "written by", "posted by", "author"))


def _byline(block: Block, page: PageData, before: Block | None) -> Byline:
    if block.size > MAX_BYLINE_WORDS:
        return Byline()
    if before and BYLINE_LABEL.fullmatch(before.text.strip()):
        return read_byline(f"By {block.text}", expect_author=True, outlets=page.outlets)
    names = " ".join(f"{n.get('class') or ''} {n.get('rel') or ''}" for n in block.ancestors[-4:])
    named = bool(AUTHOR_CLASS.search(names)) and block.tag not in ("h1", "h2")
    byline = read_byline(block.text, expect_author=named, outlets=page.outlets)
    return byline if byline.explicit or named else replace(byline, authors=())
