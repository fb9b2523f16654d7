"""What `trafilatura.extract_metadata` finds, and only what is asked for.

It looks for licenses, hosts and dates whether they are wanted or not, and for an author through
XPath expressions that call Python for each element and pattern; here each element is asked once.
"""

from __future__ import annotations

from contextlib import suppress
from copy import copy
from typing import Any

from htmldate import find_date
from lxml.html import HtmlElement
from trafilatura import metadata
from trafilatura.htmlprocessing import prune_unwanted_nodes
from trafilatura.json_metadata import normalize_authors
from trafilatura.xpaths import AUTHOR_XPATHS

from cleaner.extract.quick_trafilatura.names import pattern, remembered

HOLDERS = ("a", "div", "section", "span")
NAMED = ("a", "address", "div", "link", "p", "span", "strong")
MARKED = ("a", "div", "h3", "h4", "p", "span")


def metadata_of(
    tree: HtmlElement, url: str | None, dates: dict[str, Any], *, author: bool, date: bool
) -> Any:
    """The fields of a page; `dates` are what `htmldate.find_date` is told. An author and a date
    are looked for in its text only where they are wanted."""
    found = metadata.examine_meta(tree)
    if found.author and " " not in found.author:
        found.author = None
    with suppress(Exception):  # which trafilatura passes over too
        found = metadata.extract_meta_json(tree, found)
    if not found.title:
        found.title = metadata.extract_title(tree)
    if author and not found.author:
        found.author = _author(tree)
    if not found.url:
        found.url = metadata.extract_url(tree, url)
    if date:
        with suppress(Exception):  # htmldate fails on pages whose root is SVG or MathML
            found.date = find_date(tree, url=found.url, **dates)
    found.sitename = _site_name(tree, found)
    if not found.categories:
        found.categories = _labels("category", tree)
    if not found.tags:
        found.tags = _labels("tag", tree)
    found.clean_and_trim()
    return found


def _site_name(tree: HtmlElement, found: Any) -> str | None:
    name: str | None = found.sitename or metadata.extract_sitename(tree)
    if name:
        name = name.lstrip("@")
        return name.title() if name and "." not in name and not name[0].isupper() else name
    of_url = metadata.META_URL.match(found.url) if found.url else None
    return of_url[1] if of_url else name


def _labels(kind: str, tree: HtmlElement) -> list[str]:
    """What `metadata.extract_catstags` finds; it takes links to /tag/... in certain places."""
    address = f"/{kind.removesuffix('y')}"
    linked = any(address in (link.get("href") or "") for link in tree.iter("a"))
    return list(metadata.extract_catstags(kind, tree)) if linked or _has_subject(tree) else []


def _has_subject(tree: HtmlElement) -> bool:
    return any(
        meta.get("property") == "article:section" or "subject" in (meta.get("name") or "")
        for meta in tree.iter("meta")
    )


def _author(tree: HtmlElement) -> str | None:
    """What `metadata.extract_author` finds."""
    page = prune_unwanted_nodes(copy(tree), [_other_hands, _times])
    said = metadata.extract_metainfo(page, [_named, _marked, _hinted], len_limit=120)
    author: str | None = normalize_authors(None, said) if said else None
    return author


def _other_hands(tree: HtmlElement) -> list[HtmlElement]:
    return [
        node
        for node in tree.iterdescendants(*HOLDERS)
        if _names_others(node) or "Figure" in (node.get("data-component") or "")
    ]


def _times(tree: HtmlElement) -> list[HtmlElement]:
    return list(tree.iter("time", "figure"))


def _named(tree: HtmlElement) -> list[HtmlElement]:
    if next(tree.iter("rel"), None) is not None:
        return list(AUTHOR_XPATHS[0](tree))  # which takes a <rel> inside for an attribute
    return [
        node
        for node in tree.iter("author", *NAMED)
        if node.tag == "author"
        or _names_author(node)
        or node.get("rel") == "author"
        or node.get("itemprop") == "author name"
        or node.get("data-testid") in ("AuthorCard", "AuthorURL")
    ]


def _marked(tree: HtmlElement) -> list[HtmlElement]:
    return [
        node
        for node in tree.iter(*MARKED)
        if _marks_author(node) or "author" in (node.get("itemprop") or "")
    ]


def _hinted(tree: HtmlElement) -> list[HtmlElement]:
    return [
        node
        for node in tree.iter("*")
        if _hints_at_author(node)
        or "author" in (node.get("itemprop") or "")
        or "Byline" in (node.get("data-component") or "")
    ]


OTHERS_ID = pattern("^comments|comment-?list|ProductReviews")
OTHERS_CLASS = pattern(
    "^[Cc]omments|commentlist|comments-list|sidebar|is-hidden|quote|embedly-instagram"
    "|article-(?:share|support)|print|category|meta-date|meta-reviewer"
)
NAMED_CLASS = pattern("author-?name|AuthorName|authorName")
MARKED_ID = pattern("author|zuozhe|bianji|xiaobian")
MARKED_CLASS = pattern(
    "author|channel-name|zuozhe|bianji|xiaobian|submitted-by|posted-by|journalist-name"
)
HINTED_ID = pattern("[Aa]uthor")
HINTED_CLASS = pattern("[Aa]uthor|screenname|writer|[Bb]yline")


@remembered
def _names_others(ident: str, names: str) -> bool:
    return bool(
        ident == "comments"
        or names in ("comments", "title", "date")
        or OTHERS_ID(ident)
        or OTHERS_CLASS(names)
    )


@remembered
def _names_author(ident: str, names: str) -> bool:
    return bool("author" in (ident, names) or NAMED_CLASS(names))


@remembered
def _marks_author(ident: str, names: str) -> bool:
    return bool(
        names in ("byline", "username", "byl", "BBL") or MARKED_ID(ident) or MARKED_CLASS(names)
    )


@remembered
def _hints_at_author(ident: str, names: str) -> bool:
    return bool(HINTED_ID(ident) or HINTED_CLASS(names))
