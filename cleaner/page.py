"""Extract the article of an HTML page, with the metadata and rights that the page states."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml.html import HtmlElement

from cleaner.clock import Clock, Stage, no_clock
from cleaner.document import Pruned, RightsNotice
from cleaner.extract.article import (
    BALANCED,
    PRECISION,
    RECALL,
    ArticleLine,
    compose_article,
)
from cleaner.extract.blocks import Block, blocks_of, word_f1
from cleaner.extract.embedded_json import article_in_scripts, json_ld_nodes
from cleaner.extract.extractors import parse_page, resiliparse_text, trafilatura_text
from cleaner.extract.no_article import why_no_article
from cleaner.messages import plural
from cleaner.metadata.headlines import page_headlines
from cleaner.metadata.page_data import Candidate, SafeReader
from cleaner.metadata.page_head import lines_below_headline
from cleaner.metadata.page_metadata import read_page_metadata
from cleaner.rights.page_rights import page_rights
from cleaner.rules.fields import parse_authors, parse_date, parse_title
from cleaner.rules.html_rules import Narrowed, SiteHtml, narrow
from cleaner.rules.selectors import select_texts
from cleaner.text.folding import plain as without_markup
from cleaner.text.hosts import host_of
from cleaner.text.words import count_words
from cleaner.values import Named

MIN_AGREEMENT = 0.96  # F1 of words between the extractors from which trafilatura's text is used
MIN_ARTICLE_WORDS = 60  # with fewer, script data and signs of an error page are checked

TRAFILATURA, PAGE, SCRIPTS, SITE = "trafilatura", "page", "script data", "html rules"


class Extractor(Named):
    """How the text of a page is extracted."""

    PAGE = "page"
    """By trafilatura and a block classifier."""
    PRECISION = "precision"
    """The same, but what may be boilerplate goes."""
    RECALL = "recall"
    """The same, but what may be article stays."""
    TRAFILATURA = "trafilatura"
    """By trafilatura alone."""


LIMITS = {Extractor.PAGE: BALANCED, Extractor.PRECISION: PRECISION, Extractor.RECALL: RECALL}


@dataclass(frozen=True)
class ExtractedPage:
    """The article of a page and what else the page states.

    `lines` not kept are hardly article. `candidates` are metadata, the most reliable of each field
    first. `headlines` are all headlines of the page, `extractor` and `why` tell where the text
    came from, `pruned` lists the nodes that html rules removed, `rights` the notices outside the
    text, `no_article` the reason if the page is not an article, and `head` the lines between its
    headline and its first paragraph.
    """

    lines: tuple[ArticleLine, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    notes: tuple[str, ...] = ()
    headlines: tuple[str, ...] = ()
    extractor: str | None = None
    why: str | None = None
    pruned: tuple[Pruned, ...] = ()
    rights: tuple[RightsNotice, ...] = ()
    no_article: str | None = None
    head: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


def declared_hosts(tree: HtmlElement) -> list[str]:
    """Return the hosts that a page declares as its own in the canonical link and og:url."""
    urls = tree.xpath("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content")
    return [host for url in urls if (host := host_of(str(url)))]


def extract_page(
    tree: HtmlElement,
    page: str,
    url: str | None,
    rules: Sequence[SiteHtml],
    *,
    extractor: Extractor | str = Extractor.PAGE,
    markdown: bool = False,
    clock: Clock = no_clock,
) -> ExtractedPage:
    """Extract the article of `page`, parsed as `tree`, with the html rules of its site files.

    If the rules no longer match, or leave hardly any text, trafilatura extracts the article. Unless
    it is the only extractor, resiliparse checks its text, and the block classifier decides where
    they differ. With `markdown`, the text is CommonMark.
    """
    with clock(Stage.TRAFILATURA):
        plain = trafilatura_text(tree, url, markdown=markdown)
    with clock(Stage.CLASSIFY):
        blocks = blocks_of(tree)
    reader = SafeReader()
    with clock(Stage.PAGE_METADATA):
        nodes = reader.read("JSON-LD", json_ld_nodes, tree)
        candidates = (
            *reader.read("metadata of html rules", _from_html_rules, tree, rules),
            *reader.read("metadata", read_page_metadata, tree, nodes, blocks, url, reader),
        )
        headlines = tuple(reader.read("headings", page_headlines, tree))
        title = next((str(c.value) for c in candidates if c.field == "title"), "")
        head = tuple(reader.read("lines below the headline", lines_below_headline, blocks, title))
        rights = tuple(reader.read("rights", page_rights, tree, nodes))
    with clock(Stage.HTML_RULES):
        narrowed = narrow(tree, url, rules, plain, markdown=markdown)
    with clock(Stage.CLASSIFY):
        lines, used, why = _article(
            blocks, page, plain, narrowed, headlines, extractor=extractor, clock=clock
        )
    no_article = None
    if sum(count_words(line.text) for line in lines if line.keep) < MIN_ARTICLE_WORDS:
        whole = parse_page(page)  # without an article, trafilatura removes the scripts of a tree
        whole = tree if whole is None else whole
        if body := article_in_scripts(whole):
            lines, used, why = _lines(body), SCRIPTS, "the page shows hardly any text"
        else:
            no_article = why_no_article(whole, headlines)
    return ExtractedPage(
        lines,
        candidates,
        (*narrowed.notes, *reader.notes),
        headlines,
        used,
        why,
        narrowed.pruned,
        rights,
        no_article,
        head,
    )


def _article(
    blocks: Sequence[Block],
    page: str,
    plain: str,
    narrowed: Narrowed,
    headlines: Sequence[str],
    *,
    extractor: Extractor | str,
    clock: Clock,
) -> tuple[tuple[ArticleLine, ...], str, str | None]:
    """Return the lines of the article, which extractor they came from, and why."""
    if narrowed.text is not None:
        return _lines(narrowed.text), SITE, narrowed.why
    if extractor == Extractor.TRAFILATURA:
        return _lines(plain), TRAFILATURA, None
    with clock(Stage.SECOND_EXTRACTOR):
        other = resiliparse_text(page)
    shown = plain.split("\n") if plain else []
    bare = "\n".join(map(without_markup, shown))
    agreement = word_f1(bare, other)
    if agreement >= MIN_AGREEMENT:
        return _lines(plain), TRAFILATURA, f"agrees with resiliparse ({agreement:.2f})"
    limits = LIMITS[Extractor(extractor)]
    lines = compose_article(blocks, bare, other, headlines, shown=shown, limits=limits)
    removed = sum(not line.keep for line in lines)
    added = sum(line.added > 0 for line in lines)
    why = f"resiliparse differs ({agreement:.2f})"
    if not removed and not added:
        return lines, TRAFILATURA, f"{why}, the block classifier agrees"
    return (
        lines,
        PAGE,
        f"{why}; the block classifier added {plural(added, 'line')}, removed {removed}",
    )


def _lines(text: str) -> tuple[ArticleLine, ...]:
    return tuple(map(ArticleLine, text.split("\n"))) if text else ()


def _from_html_rules(tree: HtmlElement, rules: Sequence[SiteHtml]) -> Iterator[Candidate]:
    """Yield the metadata that the selectors of site files find."""
    fields: tuple[tuple[str, str, Callable[[str], Any]], ...] = (
        ("title", "title", parse_title),
        ("author", "authors", parse_authors),
        ("date", "date_published", parse_date),
    )
    for site in rules:
        for key, name, parse in fields:
            texts = (t for s in getattr(site.rules, key) for t in select_texts(tree, s))
            value = next((v for t in texts if (v := parse(t)) is not None), None)
            if value is not None:
                yield Candidate(name, value, f"html:{site.key}")
