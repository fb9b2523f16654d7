"""Selectors of `html:` rules: CSS, or XPath if they start with `/`.

The XPath parser accepts any name of a function, prefix or variable, and fails only when it meets
one in a page. And it evaluates a predicate for every node: one that searches the whole page takes
quadratic time, and one nested in another takes cubic time. So XPaths are checked when a rule file
is compiled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from itertools import pairwise

from cssselect import HTMLTranslator
from cssselect import SelectorError as CssError
from lxml.etree import XPath, XPathError
from lxml.html import HtmlElement, document_fromstring

from cleaner.errors import CleanerError

SMALL = (
    "<html lang=en><head><title>Pier</title><meta name=author content=Ann></head><body><article>"
    "<h1 id=a class=b>Pier</h1><div><p>It <a href='/'>opened</a>.</p><time datetime=2020>x</time>"
    "<ul><li><span>y</span></li></ul><img src=z alt=z></div></article></body></html>"
)
NO_ELEMENT = re.compile(r"(?:^|/)(?:@|attribute::|text\(\)$|comment\(\)$)[^/\]]*$")


class SelectorError(CleanerError, ValueError):
    """A selector that does not parse, or can find nothing."""


@lru_cache(maxsize=4096)
def compile_selector(selector: str) -> XPath:
    """Compile one selector; raises SelectorError."""
    try:
        return XPath(_path(selector))
    except (CssError, XPathError) as error:
        raise SelectorError(f"selector {selector!r} does not parse: {error}") from None


def _path(selector: str) -> str:
    if selector.startswith(("/", "(/", "./")):
        return selector
    return str(HTMLTranslator().css_to_xpath(selector))


def check_selector(selector: str, *, texts: bool = False) -> None:
    """Raise SelectorError for one that does not parse, would fail in a page, or would take too
    long there. With `texts` it may give text, else it must give elements."""
    compiled = compile_selector(selector)
    if why := trouble(_path(selector)):
        raise SelectorError(f"selector {selector!r}: {why}")
    try:
        found = compiled(_small())
    except XPathError as error:
        raise SelectorError(f"selector {selector!r} fails: {error}") from None
    if not isinstance(found, list) and not (texts and isinstance(found, str)):
        what = {"bool": "true or false", "float": "a number"}.get(type(found).__name__, "a text")
        raise SelectorError(f"selector {selector!r} gives {what}, and finds no elements")
    if not texts and (last := NO_ELEMENT.search(_path(selector))):
        raise SelectorError(f"selector {selector!r} ends in {last[0].lstrip('/')}, no element")


@cache
def _small() -> HtmlElement:
    return document_fromstring(SMALL)


def select(tree: HtmlElement, selector: str) -> list[HtmlElement]:
    """The elements that `selector` finds, in document order; none where it fails in this page."""
    try:
        found = compile_selector(selector)(tree)
    except XPathError:  # a page too large for it; others were refused with their rule file
        return []
    return (
        [node for node in found if isinstance(node, HtmlElement)] if isinstance(found, list) else []
    )


def select_texts(tree: HtmlElement, selector: str) -> list[str]:
    """The texts that `selector` finds: of elements their content, or attributes as they are."""
    try:
        found = compile_selector(selector)(tree)
    except XPathError:  # as above
        return []
    texts = found if isinstance(found, list) else [found]
    read = (t.text_content() if isinstance(t, HtmlElement) else str(t) for t in texts)
    return [clean for text in read if (clean := " ".join(str(text).split()))]


def outermost(nodes: Sequence[HtmlElement]) -> list[HtmlElement]:
    """`nodes` without those that stand inside another of them."""
    chosen = set(nodes)
    return [n for n in nodes if not any(a in chosen for a in n.iterancestors())]


TOKEN = re.compile(
    r"""(?P<literal>"[^"]*"|'[^']*') | (?P<number>\d+(?:\.\d*)?|\.\d+)
    | (?P<name>[^\W\d][\w.-]*(?::(?!:)(?:[^\W\d][\w.-]*|\*))?)
    | (?P<sign>//|::|\.\.|[!<>]=|[^\s\w])""",
    re.VERBOSE,
)
MANY = 1000
FUNCTIONS = {  # of XPath 1.0, with the least and the most arguments
    "boolean": (1, 1), "ceiling": (1, 1), "concat": (2, MANY), "contains": (2, 2), "count": (1, 1),
    "false": (0, 0), "floor": (1, 1), "id": (1, 1), "lang": (1, 1), "last": (0, 0),
    "local-name": (0, 1), "name": (0, 1), "namespace-uri": (0, 1), "normalize-space": (0, 1),
    "not": (1, 1), "number": (0, 1), "position": (0, 0), "round": (1, 1), "starts-with": (2, 2),
    "string": (0, 1), "string-length": (0, 1), "substring": (2, 3), "substring-after": (2, 2),
    "substring-before": (2, 2), "sum": (1, 1), "translate": (3, 3), "true": (0, 0),
}  # fmt: skip
NODE_TYPES = frozenset({"comment", "node", "processing-instruction", "text"})
OPERATORS = frozenset({"and", "div", "mod", "or"})
FAR = frozenset(
    "ancestor ancestor-or-self descendant descendant-or-self following following-sibling parent "
    "preceding preceding-sibling".split()
)


@dataclass(frozen=True)
class _Token:
    """A word of an XPath. `operand`: something to work on ends with it, so that `/` goes on from
    there, and `*` multiplies it."""

    kind: str
    text: str
    operand: bool


@dataclass
class _Open:
    """A bracket that is open, the function whose arguments stand in it, and how many they are."""

    bracket: str
    function: str = ""
    commas: int = 0
    empty: bool = True


def _tokens(path: str) -> Iterator[_Token]:
    before = _Token("", "", operand=False)
    for match in TOKEN.finditer(path):
        kind, text = str(match.lastgroup), match[0]
        if before.operand and (text in OPERATORS or text == "*"):
            kind, operand = "operator", False
        else:
            operand = kind != "sign" or text in (".", "..", "*", "]", ")")
        before = _Token(kind, text, operand)
        yield before


def trouble(path: str) -> str | None:
    """What keeps an XPath that parses from being used, and what to do; None if nothing does.

    >>> trouble("//p[re:test(., 'x')]")
    'the prefix of re:test is not known; only the functions of XPath 1.0 can be had'
    """
    tokens = [*_tokens(path), _Token("", "", operand=False)]
    stack: list[_Open] = []
    before = tokens[-1]
    for token, after in pairwise(tokens):
        if stack and token.text != ")":
            stack[-1].empty = False
        depth = sum(one.bracket == "[" for one in stack)
        why = _name_trouble(token, after, before) or _far_trouble(token, after, before, depth)
        if token.text in ("(", "["):
            called = before.text if before.kind == "name" and token.text == "(" else ""
            stack.append(_Open(token.text, called))
        elif token.text in (")", "]") and stack:
            why = why or _count_trouble(stack.pop())
        elif token.text == "," and stack:
            stack[-1].commas += 1
        if why:
            return why
        before = token
    return None


def _name_trouble(token: _Token, after: _Token, before: _Token) -> str | None:
    if token.text == "$" and token.kind == "sign":
        return f"${after.text} has no value: there are no variables"
    if token.kind != "name" or before.text == "$":
        return None
    if ":" in token.text:
        return (
            f"the prefix of {token.text} is not known; only the functions of XPath 1.0 can be had"
            if after.text == "("
            else f"the prefix of {token.text} is not known; elements of pages have none"
        )
    if after.text == "(" and token.text not in FUNCTIONS.keys() | NODE_TYPES:
        close = get_close_matches(token.text, FUNCTIONS, n=1)
        hint = f"; did you mean {close[0]}()?" if close else f"; known are {', '.join(FUNCTIONS)}"
        return f"XPath 1.0 has no function {token.text}(){hint}"
    return None


def _far_trouble(token: _Token, after: _Token, before: _Token, depth: int) -> str | None:
    """What a predicate may not look at, since it is asked of every node."""
    if depth and token.text in ("/", "//") and not before.operand:
        return (
            f"{token.text}{after.text} in [...] looks through the whole page for every node; begin "
            "the path with ./ or .//"
        )
    far = token.text in ("//", "..") or (token.text in FAR and after.text == "::")
    if depth > 1 and token.kind != "literal" and far:
        return (
            f"{token.text} in [...] inside [...] is asked of too many nodes; there a path may only "
            "go down to children and attributes"
        )
    return None


def _count_trouble(closed: _Open) -> str | None:
    if closed.function not in FUNCTIONS:
        return None
    least, most = FUNCTIONS[closed.function]
    count = 0 if closed.empty else closed.commas + 1
    if least <= count <= most:
        return None
    upto = "or more" if most == MANY else f"to {most}"
    wanted = least if least == most else f"{least} {upto}"
    return f"{closed.function}() takes {wanted} arguments, not {count}"
