"""What trafilatura's XPath expressions find, found by asking each element once.

The expressions are those of `trafilatura.xpaths`, and the results are equal; they call Python for
each element and pattern, while here it is remembered what a class or an id says.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from lxml.html import HtmlElement
from trafilatura import xpaths

REMEMBERED = 8192  # names, of which is kept what they say
FRAMES = ("article", "div", "main", "section")
PARTS = ("div", "section", "aside")
WHOLES = (*PARTS, "list", "details", "ol", "ul")
BOXES = ("div", "item", "list", "p", "section", "span")


def pattern(*tokens: str) -> Callable[[str], re.Match[str] | None]:
    return re.compile("|".join(tokens)).search


def _first(found: Callable[[HtmlElement], bool], *tags: str) -> Callable[..., HtmlElement | None]:
    """The first element below a tree, of these tags, of which `found` is true."""

    def first(tree: HtmlElement) -> HtmlElement | None:
        return next((node for node in tree.iterdescendants(*tags) if found(node)), None)

    return first


def remembered(judge: Callable[[str, str], bool]) -> Callable[[HtmlElement], bool]:
    """A judgement of an element's id and class, remembered."""
    judge = lru_cache(maxsize=REMEMBERED)(judge)

    def judged(node: HtmlElement) -> bool:
        ident, names = node.get("id"), node.get("class")
        return bool(ident or names) and judge(ident or "", names or "")

    return judged


ARTICLE_ID = pattern(*xpaths._ARTICLE_CONTENT_ID_TOKENS)
ARTICLE_CLASS = pattern(*xpaths._ARTICLE_CONTENT_CLASS_TOKENS)
STORY_ID = pattern(*xpaths._STORY_ID_TOKENS)
STORY_CLASS = pattern(*xpaths._STORY_CLASS_TOKENS, "(?i:fulltext)")
MAIN_ID = pattern(*xpaths._MAIN_CONTENT_ID_TOKENS)
MAIN_CLASS = pattern(*xpaths._MAIN_CONTENT_CLASS_TOKENS)


@remembered
def _names_article(ident: str, names: str) -> bool:
    return bool(
        names in ("post", "entry")
        or ident == "articleContent"
        or ARTICLE_ID(ident)
        or ARTICLE_CLASS(names)
    )


@remembered
def _names_story(ident: str, names: str) -> bool:
    return bool(
        ident in ("article", "story")
        or names in ("postarea", "art-postcontent", "text", "cell", "story")
        or STORY_ID(ident)
        or STORY_CLASS(names)
    )


@remembered
def _names_content(ident: str, names: str) -> bool:
    lower = names.replace("C", "c")
    return bool(
        "content" in (ident, names)
        or MAIN_ID(ident)
        or MAIN_CLASS(names)
        or "main-content" in ident.replace("C", "c").replace("M", "m")
        or "main-content" in lower.replace("M", "m")
        or "page-content" in lower.replace("P", "p")
    )


def _is_main(node: HtmlElement) -> bool:
    return node.tag == "main" or any(
        (node.get(name) or "").startswith("main") for name in ("class", "id", "role")
    )


# What `xpaths.BODY_XPATH` finds first.
BODIES: tuple[Callable[[HtmlElement], HtmlElement | None], ...] = (
    _first(lambda n: n.get("itemprop") == "articleBody" or _names_article(n), *FRAMES),
    _first(lambda n: True, "article"),
    _first(lambda n: n.get("role") == "article" or _names_story(n), *FRAMES),
    _first(_names_content, *FRAMES),
    _first(_is_main, *FRAMES),
)

COMMENTS_ID = pattern(f"^(?:{xpaths._COMMENTS_ID}|disqus_thread|dsq-comments)")
COMMENTS_LIST_ID = pattern(f"^(?:{xpaths._COMMENTS_ID})")
COMMENTS_CLASS = pattern(xpaths._COMMENTS_CLASS)
APPENDED_OWN = pattern("mvp-post-add-(?:box|wrap)")
APPENDED = pattern("mvp-post-add-(?:box|wrap)", "infinite-?scroll")
BOX_ID = pattern(*xpaths._OVERALL_DISCARD_BOTH_TOKENS, *xpaths._OVERALL_DISCARD_ID_TOKENS)
BOX_CLASS = pattern(*xpaths._OVERALL_DISCARD_BOTH_TOKENS, *xpaths._OVERALL_DISCARD_CLASS_TOKENS)
OTHER_ID = pattern("reader-comments|akismet")
OTHER_CLASS = pattern(
    "^hide-|comments-title|nocomments|-reply-|message|akismet|suggest-links|-hide-|hide-print"
    "| hidden| hide|noprint|notloaded"
)


def unwanted(tree: HtmlElement) -> list[HtmlElement]:
    """What `xpaths.RAW_TREE_PRUNE_XPATH` and `xpaths.REMOVE_COMMENTS_AND_LISTS_XPATH` find."""
    return [
        node
        for node in tree.iterdescendants(*WHOLES)
        if _may_be_unwanted(node) and _is_unwanted(node)
    ]


@remembered
def _may_be_unwanted(ident: str, names: str) -> bool:
    return bool(
        APPENDED(ident)
        or APPENDED(names)
        or COMMENTS_ID(ident)
        or COMMENTS_CLASS(names)
        or "elementor-share-buttons" in names
    )


def _is_unwanted(node: HtmlElement) -> bool:
    ident, names = node.get("id") or "", node.get("class") or ""
    if node.tag in PARTS:
        if APPENDED_OWN(ident) or APPENDED_OWN(names) or "elementor-share-buttons" in names:
            return True
        if (APPENDED(ident) or APPENDED(names)) and node.find(".//h1") is None:
            return True
    if node.tag == "aside":
        return False
    comments = COMMENTS_LIST_ID if node.tag in ("ol", "ul") else COMMENTS_ID
    return bool(comments(ident) or COMMENTS_CLASS(names))


def discarded(tree: HtmlElement) -> list[HtmlElement]:
    """What `xpaths.OVERALL_DISCARD_XPATH` finds."""
    return [node for node in tree.iterdescendants("*") if _is_discarded(node)]


def _is_discarded(node: HtmlElement) -> bool:
    pairs = node.items()
    if not pairs:
        return False
    said = dict(pairs)
    ident, names, style = said.get("id", ""), said.get("class", ""), said.get("style", "")
    first = next((value for name, value in pairs if name in ("id", "class")), "")
    if (ident or names) and _names_discarded(node.tag in BOXES, first, ident, names):
        return True
    if said.get("aria-hidden") == "true" or "display:none" in style or "display: none" in style:
        return True
    if "hidden" in next((value for name, value in pairs if name in ("id", "style")), ""):
        return True
    return node.tag in BOXES and (
        "data-lp-replacement-content" in said
        or "nav" in said.get("role", "").replace("N", "n")
        or "MostPopularStories" in said.get("data-component", "")
    )


@lru_cache(maxsize=REMEMBERED)
def _names_discarded(boxed: bool, first: str, ident: str, names: str) -> bool:
    """Whether an id and a class, the one of the two that comes first, say so."""
    if boxed and ("cookie" in first or BOX_ID(ident) or BOX_CLASS(names)):
        return True
    return bool(
        names == "comments-title"
        or first.startswith("reply-")
        or OTHER_ID(ident)
        or OTHER_CLASS(names)
    )


@remembered
def _names_teaser(ident: str, names: str) -> bool:
    return (
        "caption" in ident
        or "caption" in names
        or "teaser" in ident.replace("T", "t")
        or "teaser" in names.replace("T", "t")
    )


def teasers(tree: HtmlElement) -> list[HtmlElement]:
    """What `xpaths.DISCARD_IMAGE_ELEMENTS` and `xpaths.TEASER_DISCARD_XPATH` find."""
    return [node for node in tree.iterdescendants(*BOXES) if _names_teaser(node)]
