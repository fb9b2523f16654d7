"""Who a page says wrote its article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from lxml.html import HtmlElement

from cleaner.extract.blocks import Block
from cleaner.extract.json_ld import texts
from cleaner.metadata.bylines import Byline, read_byline
from cleaner.metadata.headlines import squeezed
from cleaner.metadata.names import ROLE, TEAM, is_name
from cleaner.metadata.page_facts import MetadataCandidate, Page, words_of
from cleaner.text.words import count_words

META_AUTHOR = (
    "author article:author parsely-author sailthru.author byl dc.creator dcterms.creator "
    "citation_author article.author authors cxenseparse:author"
).split()
NAMED = re.compile(r"author|byline|\bwriter|contributor", re.I)
NEAR = (-3, 14)  # blocks around the headline in which a byline is looked for
SURE = ("html:json-ld", "html:meta", "html:citation")
CLOSE = 6  # blocks under the headline in which a bare name may stand
WORDS = 25  # of a block that can be a byline
FAMILY_FIRST = re.compile(r"^([^,]+), ([^,]+)$")
LABEL = re.compile(r"^Authors?\s+(?=[A-Z]\w+\s)")
CLASS = re.compile(r"^(?!.*comment).*author[-_]{0,2}name\b", re.I)
LONGER = 12  # words of a signature that is dated
ALONE = re.compile(r"(?:written |posted |words )?by:?|authors?:?|written by:?", re.I)
FURNITURE = frozenset(
    "share post article articles download zip contents content this recipes checked fact news blog "
    "home menu search subscribe disclosure table read time minutes minute print email comments in "
    "the and advertiser advertisement technology business world politics health science opinion "
    "back top more next previous sign log get start free guide guides tips".split()
)


def authors_of(page: Page, bylines: Sequence[tuple[str, Byline]]) -> Iterator[MetadataCandidate]:
    """What the page's data and the lines around its headline say, the surest first."""
    said = [s for s in _said_authors(page, bylines) if s.value]
    # an outlet is the author where no line says that somebody else is
    people = tuple(b.authors for place, b in bylines if place == "byline")
    outlets = page.outlets | page.organisations
    first = [s for s in said if not all(n.lower() in outlets for n in s.value)]
    if first != said:
        first = [s for s in first if s.origin in SURE or s.value in people]
    yield from first
    yield from (s for s in said if s not in first)


def _said_authors(page: Page, bylines: Sequence[tuple[str, Byline]]) -> Iterator[MetadataCandidate]:
    for node in page.article:
        yield from names_of("json-ld", texts(node.get("author"), page.nodes), page)
    for name in META_AUTHOR:
        place = "citation" if name == "citation_author" else "meta"
        yield from names_of(place, page.meta.get(name, ()), page)
    if (page.meta.get("twitter:label1") or [""])[0].lower() == "written by":
        yield from names_of("meta", page.meta.get("twitter:data1", ())[:1], page)
    for place, byline in bylines:
        yield MetadataCandidate("authors", byline.authors, f"html:{place}")
    authors = page.items.get("author", [])
    inside = [
        node
        for node in page.items.get("name", ())
        if any(around.get("itemprop") == "author" for around in node.iterancestors())
    ]
    for nodes in (inside, authors):
        yield from names_of("microdata", _contents(nodes)[:3], page)
    yield from names_of("link", _contents(page.tree.xpath("//a[@rel='author']"))[:3], page)
    marked = (b.text for b in page.blocks if CLASS.search(b.chain[-1].get("class") or ""))
    yield from names_of("class", islice(marked, 1), page)


def names_of(place: str, said: Iterable[str], page: Page) -> Iterator[MetadataCandidate]:
    """One value out of what a place says, if all of it are names."""
    names: list[str] = []
    for text in said:
        if _is_address(text) and text.lower() not in page.outlets:
            continue
        text = LABEL.sub("", text)
        text = FAMILY_FIRST.sub(r"\2 \1", text) if place == "citation" else text
        read = read_byline(text, sure=True, outlets=page.outlets).authors
        if text.lower() in page.outlets:
            read = (text,)
        if (
            not read
            and place in ("json-ld", "meta")
            and count_words(text) <= 5
            and text[0].isalnum()
        ):
            read = (text,)  # a machine says that it is one: "srauturier"
        names += [name for name in read if name not in names]
    if names:
        yield MetadataCandidate("authors", tuple(names), f"html:{place}")


def _is_address(text: str) -> bool:
    return (
        "/" in text or "@" in text or text.isdigit() or ("." in text.strip(".") and " " not in text)
    )


def _contents(nodes: Iterable[HtmlElement]) -> list[str]:
    return [text for text in map(words_of, nodes) if text]


def bylines_of(page: Page, title: str) -> Iterator[tuple[str, Byline]]:
    """What the lines around the headline say, and then lines elsewhere that are nothing else."""
    blocks = page.blocks
    first = _headline(blocks, squeezed(title))
    near = range(max(0, first + NEAR[0]), min(len(blocks), first + NEAR[1]))
    around = [_byline(blocks[n], page, blocks[n - 1] if n else None) for n in near]
    yield from (("byline", b) for b in around if b.said)
    yield from (("byline", b) for b in around if not b.said and (b.authors or b.date or b.updated))
    yield from (("name", b) for b in _bare_names(blocks, near, first, around))
    for n, block in enumerate(blocks):
        if n not in near and _says_author(block):
            byline = read_byline(block.text, outlets=page.outlets)
            if byline.authors and block.size < (LONGER if byline.date else 8):
                yield "signature", byline


def _headline(blocks: Sequence[Block], title: str) -> int:
    """Where the headline stands: the h1 that is the title, else the first one; where there is no
    h1, the first line that is the title."""
    heads = [n for n, block in enumerate(blocks) if block.tag == "h1"]
    lines = heads or [n for n, block in enumerate(blocks) if block.tag != "title"]
    same = (n for n in lines if title and squeezed(blocks[n].text) == title)
    return next(same, heads[0] if heads else 0)


def _bare_names(
    blocks: Sequence[Block], near: range, headline: int, around: Sequence[Byline]
) -> Iterator[Byline]:
    """Names that stand by themselves under the headline, next to a date or above a role."""
    dated = {n for n, byline in zip(near, around, strict=True) if byline.date or byline.updated}
    for n in near:
        block = blocks[n]
        if not headline < n <= headline + CLOSE or block.tag in ("h1", "h2", "h3"):
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
    return is_name(block.text) and not FURNITURE & set(block.words)


def _is_role(blocks: Sequence[Block]) -> bool:
    """Whether a block is a role and nothing else."""
    return any(b.size <= 4 and ROLE.search(b.text) and is_name(b.text) for b in blocks)


def _says_author(block: Block) -> bool:
    return block.text[:12].lower().startswith(("by ", "written by", "posted by", "author"))


def _byline(block: Block, page: Page, before: Block | None) -> Byline:
    if block.size > WORDS:
        return Byline()
    if before and ALONE.fullmatch(before.text.strip()):
        return read_byline(f"By {block.text}", sure=True, outlets=page.outlets)
    names = " ".join(f"{n.get('class') or ''} {n.get('rel') or ''}" for n in block.chain[-4:])
    named = bool(NAMED.search(names)) and block.tag not in ("h1", "h2")
    byline = read_byline(block.text, sure=named, outlets=page.outlets)
    return byline if byline.said or named else replace(byline, authors=())
