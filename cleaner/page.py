"""The article of an HTML page: whose text it is, and what is known of the page beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml.html import HtmlElement

from cleaner.clock import Clock, Stage, no_clock
from cleaner.document import Pruned, RightsNotice
from cleaner.extract.article import Line, compose
from cleaner.extract.blocks import Block, agreement, blocks_of
from cleaner.extract.error_pages import why_no_article
from cleaner.extract.extractors import second_opinion, trafilatura_text
from cleaner.extract.json_ld import nodes_of
from cleaner.extract.script_data import body_in_scripts
from cleaner.metadata.page_candidates import read_page
from cleaner.metadata.page_facts import Attempts, MetadataCandidate
from cleaner.rights.page_rights import page_rights
from cleaner.rules.fields import parse_authors, parse_date, parse_title
from cleaner.rules.html_rules import Narrowed, SiteHtml, narrow
from cleaner.rules.selectors import select_texts
from cleaner.text.hosts import host_of
from cleaner.text.words import count_words

AGREED = 0.93  # F1 of words with the second opinion from which trafilatura's text stands
FEW = 60  # words; a page with fewer is asked for what it has in scripts, or what it is

TRAFILATURA, PAGE, SCRIPTS, SITE = "trafilatura", "page", "script data", "html rules"


@dataclass(frozen=True)
class Extracted:
    """The lines of the article of a page, what the page states beside it (the surest of each
    field first), and what was unusual. Lines that are not kept are hardly article.

    `headings` are the headlines of the page, `extractor` and `why` say whose text it is, `pruned`
    are the nodes that html rules took out, `rights` the notices that stand outside the text, and
    `no_article` says why the page is none.
    """

    lines: tuple[Line, ...] = ()
    stated: tuple[MetadataCandidate, ...] = ()
    notes: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    extractor: str | None = None
    why: str | None = None
    pruned: tuple[Pruned, ...] = ()
    rights: tuple[RightsNotice, ...] = ()
    no_article: str | None = None

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


def hosts_in(tree: HtmlElement) -> list[str]:
    """Hosts that the page itself names as its home: canonical link and og:url."""
    urls = tree.xpath("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content")
    return [host for url in urls if (host := host_of(str(url)))]


def headings_of(tree: HtmlElement) -> tuple[str, ...]:
    """The headlines that a page states: h1, og:title and title."""
    found = [h.text_content() for h in tree.iter("h1")]
    found += tree.xpath("//meta[@property='og:title']/@content | //head/title/text()")
    return tuple(clean for text in found if (clean := " ".join(str(text).split())))


def extract(
    tree: HtmlElement,
    page: str,
    url: str | None,
    rules: Sequence[SiteHtml],
    *,
    second: bool = True,
    clock: Clock = no_clock,
) -> Extracted:
    """Extract the article of `page`, whose tree is `tree`. `rules` are those of its site files.

    Where the rules find nothing any more, or leave hardly any text, the page is read without
    them: by trafilatura, and with `second` by a second opinion that calls for a judgement of the
    page's blocks where the two differ.
    """
    with clock(Stage.TRAFILATURA):
        plain = trafilatura_text(tree, url)
    with clock(Stage.CLASSIFY):
        blocks = blocks_of(tree)
    attempt = Attempts()
    with clock(Stage.PAGE_METADATA):
        nodes = attempt("JSON-LD", nodes_of, tree)
        stated = (
            *attempt("metadata of html rules", _by_rules, tree, rules),
            *attempt("metadata", read_page, tree, nodes, blocks, url, attempt),
        )
        headings = tuple(attempt("headings", headings_of, tree))
        rights = tuple(attempt("rights", page_rights, tree, nodes))
    with clock(Stage.HTML_RULES):
        narrowed = narrow(tree, url, rules, plain)
    with clock(Stage.CLASSIFY):
        made = _article(blocks, page, plain, narrowed, headings, second=second, clock=clock)
    lines, extractor, why = made
    no_article = None
    if sum(count_words(line.text) for line in lines if line.keep) < FEW:
        if body := body_in_scripts(tree):
            lines, extractor = tuple(map(Line, body.split("\n"))), SCRIPTS
            why = "the page shows hardly any text"
        else:
            no_article = why_no_article(tree, headings)
    return Extracted(
        lines,
        stated,
        (*narrowed.notes, *attempt.notes),
        headings,
        extractor,
        why,
        narrowed.pruned,
        rights,
        no_article,
    )


def _article(
    blocks: Sequence[Block],
    page: str,
    plain: str,
    narrowed: Narrowed,
    headings: Sequence[str],
    *,
    second: bool,
    clock: Clock,
) -> tuple[tuple[Line, ...], str, str | None]:
    """The lines of the article, whose they are, and why."""
    if narrowed.text is not None:
        return _lines(narrowed.text), SITE, narrowed.why
    if not second:
        return _lines(plain), TRAFILATURA, None
    with clock(Stage.SECOND_EXTRACTOR):
        other = second_opinion(page)
    agreed = agreement(plain, other)
    if agreed >= AGREED:
        return _lines(plain), TRAFILATURA, f"agrees with resiliparse ({agreed:.2f})"
    lines = compose(blocks, plain, other, headings)
    dropped = sum(not line.keep for line in lines)
    added = sum(line.added for line in lines)
    doubt = f"resiliparse differs ({agreed:.2f})"
    if not dropped and not added:
        return lines, TRAFILATURA, f"{doubt}, the page itself agrees"
    why = f"{doubt}; by the page itself {added} lines put in, {dropped} taken out"
    return lines, PAGE, why


def _lines(text: str) -> tuple[Line, ...]:
    return tuple(map(Line, text.split("\n"))) if text else ()


def _by_rules(tree: HtmlElement, rules: Sequence[SiteHtml]) -> Iterator[MetadataCandidate]:
    """The metadata that the site files' selectors point at."""
    readers: tuple[tuple[str, str, Callable[[str], Any]], ...] = (
        ("title", "title", parse_title),
        ("author", "authors", parse_authors),
        ("date", "date_published", parse_date),
    )
    for site in rules:
        for key, name, read in readers:
            texts = (t for s in getattr(site.rules, key) for t in select_texts(tree, s))
            value = next((v for t in texts if (v := read(t)) is not None), None)
            if value is not None:
                yield MetadataCandidate(name, value, f"html:{site.key}")
