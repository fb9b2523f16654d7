"""A second opinion on the text of a page, and a choice among several where opinions differ.

A cheap reading of the page (resiliparse) agrees with trafilatura's text on most pages, and then
trafilatura's stands. Where they disagree, three more extractors are asked, each text is scored by
its mean agreement with the others, and trafilatura's is left only for one that is clearly better.
Agreement of independent readings held on pages that nobody tuned for; scores of the shape of a
text did not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from lxml import html as lxml_html
from lxml.etree import LxmlError
from lxml.html import HtmlElement

WORD = re.compile(r"\w+")
AGREED = 0.9  # F1 of words with the second opinion from which trafilatura's text stands
MARGIN = 0.02  # of mean agreement, by which another must be better
BLOCKS = ("p", "div", "li", "h1", "h2", "h3", "h4", "h5", "blockquote", "tr", "pre", "br")

TRAFILATURA = "trafilatura"
Words = Counter[str]


@dataclass(frozen=True)
class Choice:
    """The text that was chosen, whose it is, and why."""

    text: str
    extractor: str
    why: str


def choose(page: str, text: str, recall: Callable[[], str]) -> Choice:
    """Choose the text of `page`. `text` is trafilatura's, `recall` gives what it finds when it
    is asked to prefer more."""
    second = _resiliparse(page)
    agreement = f1(words_of(text), words_of(second))
    if agreement >= AGREED:
        return Choice(text, TRAFILATURA, f"agrees with resiliparse ({agreement:.2f})")
    texts = {
        TRAFILATURA: text,
        "resiliparse": second,
        "trafilatura-recall": recall(),
        "readability": _readability(page),
        "justext": _justext(page),
    }
    scores = mean_agreement({name: words_of(found) for name, found in texts.items()})
    best = max(scores, key=lambda name: scores[name])
    found = ", ".join(f"{name} {score:.2f}" for name, score in scores.items())
    if scores[best] <= scores[TRAFILATURA] + MARGIN:
        return Choice(text, TRAFILATURA, f"no other is clearly better: {found}")
    return Choice(texts[best], best, f"mean agreement: {found}")


def words_of(text: str) -> Words:
    return Counter(WORD.findall(text.lower()))


def f1(one: Words, other: Words) -> float:
    """The F1 of two bags of words; 0 where either is empty."""
    common = sum((one & other).values())
    return 2 * common / (one.total() + other.total()) if common else 0.0


def mean_agreement(texts: Mapping[str, Words]) -> dict[str, float]:
    """For each text its mean F1 with the others."""
    return {
        name: sum(f1(words, other) for key, other in texts.items() if key != name)
        / (len(texts) - 1)
        for name, words in texts.items()
    }


def _resiliparse(page: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    found: str = extract_plain_text(
        page,
        preserve_formatting=True,
        main_content=True,
        alt_texts=False,
        links=False,
        comments=False,
        post_meta=False,
    )
    return found


def _readability(page: str) -> str:
    from readability import Document
    from readability.readability import Unparseable

    try:
        tree = lxml_html.fromstring(Document(page).summary(html_partial=True))
    except (Unparseable, LxmlError, ValueError, TypeError):
        return ""
    return "\n".join(_rows(tree))


def _rows(tree: HtmlElement) -> Iterator[str]:
    for node in tree.iter(*BLOCKS):
        node.tail = f"\n{node.tail or ''}"
    for row in str(tree.text_content()).split("\n"):
        if clean := " ".join(row.split()):
            yield clean


def _justext(page: str) -> str:
    import justext

    try:
        paragraphs = justext.justext(page, justext.get_stoplist("English"))
    except (LxmlError, ValueError, justext.core.JustextError):
        return ""
    return "\n".join(p.text for p in paragraphs if not p.is_boilerplate)
