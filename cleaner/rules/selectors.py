"""Selectors of `html:` rules: CSS, or XPath if they start with `/`.

The XPath parser accepts any name of a function, prefix or variable, and fails only when it meets it
in a page. And it evaluates a predicate for every node: a search of the whole page takes quadratic
time, and cubic time in a nested predicate. So XPaths are checked when a rule file is compiled.
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

SAMPLE_PAGE = (
    "<html lang=en><head><title>Pier</title><meta name=author content=Ann></head><body><article>"
    "<h1 id=a class=b>Pier</h1><div><p>It <a href='/'>opened</a>.</p><time datetime=2020>x</time>"
    "<ul><li><span>y</span></li></ul><img src=z alt=z></div></article></body></html>"
)
NOT_ELEMENT = re.compile(r"(?:^|/)(?:@|attribute::|text\(\)$|comment\(\)$)[^/\]]*$")


class SelectorError(CleanerError, ValueError):
    """A selector that does not parse, or can never find anything."""


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
    """Raise SelectorError if a selector does not parse, fails in a page, or takes too long there.
    With `texts` it may select text, else it must select elements."""
    compiled = compile_selector(selector)
    if why := xpath_error(_path(selector)):
        raise SelectorError(f"selector {selector!r}: {why}")
    try:
        found = compiled(_sample_page())
    except XPathError as error:
        raise SelectorError(f"selector {selector!r} fails: {error}") from None
    if not isinstance(found, list) and not (texts and isinstance(found, str)):
        what = {"bool": "true or false", "float": "a number"}.get(type(found).__name__, "a text")
        raise SelectorError(f"selector {selector!r} returns {what}, not elements")
    if not texts and (last := NOT_ELEMENT.search(_path(selector))):
        raise SelectorError(
            f"selector {selector!r} ends in {last[0].lstrip('/')}, which is not an element"
        )


@cache
def _sample_page() -> HtmlElement:
    return document_fromstring(SAMPLE_PAGE)


def select(tree: HtmlElement, selector: str) -> list[HtmlElement]:
    """Return the elements that `selector` finds, in document order; none if it fails."""
    try:
        found = compile_selector(selector)(tree)
    except XPathError:  # the page is too large; other errors were found when the rule was compiled
        return []
    return (
        [node for node in found if isinstance(node, HtmlElement)] if isinstance(found, list) else []
    )


def select_texts(tree: HtmlElement, selector: str) -> list[str]:
    """Return the texts that `selector` finds: attributes, or the content of elements."""
    try:
        found = compile_selector(selector)(tree)
    except XPathError:  # as above
        return []
    texts = found if isinstance(found, list) else [found]
    read = (t.text_content() if isinstance(t, HtmlElement) else str(t) for t in texts)
    return [clean for text in read if (clean := " ".join(str(text).split()))]


def outermost(nodes: Sequence[HtmlElement]) -> list[HtmlElement]:
    """Return `nodes` without those inside another of them."""
    chosen = set(nodes)
    return [n for n in nodes if not any(a in chosen for a in n.iterancestors())]


TOKEN = re.compile(
    r"""(?P<literal>"[^"]*"|'[^']*') | (?P<number>\d+(?:\.\d*)?|\.\d+)
    | (?P<name>[^\W\d][\w.-]*(?::(?!:)(?:[^\W\d][\w.-]*|\*))?)
    | (?P<sign>//|::|\.\.|[!<>]=|[^\s\w])""",
    re.VERBOSE,
)
MANY = 1000
FUNCTIONS = {  # of XPath 1.0, with the least and greatest number of arguments
    "boolean": (1, 1), "ceiling": (1, 1), "concat": (2, MANY), "contains": (2, 2), "count": (1, 1),
    "false": (0, 0), "floor": (1, 1), "id": (1, 1), "lang": (1, 1), "last": (0, 0),
    "local-name": (0, 1), "name": (0, 1), "namespace-uri": (0, 1), "normalize-space": (0, 1),
    "not": (1, 1), "number": (0, 1), "position": (0, 0), "round": (1, 1), "starts-with": (2, 2),
    "string": (0, 1), "string-length": (0, 1), "substring": (2, 3), "substring-after": (2, 2),
    "substring-before": (2, 2), "sum": (1, 1), "translate": (3, 3), "true": (0, 0),
}  # fmt: skip
NODE_TYPES = frozenset({"comment", "node", "processing-instruction", "text"})
OPERATORS = frozenset({"and", "div", "mod", "or"})
FAR_AXES = frozenset(
    "ancestor ancestor-or-self descendant descendant-or-self following following-sibling parent "
    "preceding preceding-sibling".split()
)


@dataclass(frozen=True)
class _Token:
    """A token of an XPath. After an `operand`, `/` continues the path and `*` multiplies."""

    kind: str
    text: str
    operand: bool


@dataclass
class _Open:
    """An open bracket, the function whose arguments it contains, and their number."""

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


def xpath_error(path: str) -> str | None:
    """Return why an XPath that parses cannot be used, and what to do; None if it can.

    >>> xpath_error("//p[re:test(., 'x')]")
    'the prefix of re:test is unknown; only the functions of XPath 1.0 exist'
    """
    tokens = [*_tokens(path), _Token("", "", operand=False)]
    stack: list[_Open] = []
    before = tokens[-1]
    for token, after in pairwise(tokens):
        if stack and token.text != ")":
            stack[-1].empty = False
        depth = sum(one.bracket == "[" for one in stack)
        why = _name_error(token, after, before) or _far_error(token, after, before, depth)
        if token.text in ("(", "["):
            called = before.text if before.kind == "name" and token.text == "(" else ""
            stack.append(_Open(token.text, called))
        elif token.text in (")", "]") and stack:
            why = why or _count_error(stack.pop())
        elif token.text == "," and stack:
            stack[-1].commas += 1
        if why:
            return why
        before = token
    return None


def _name_error(token: _Token, after: _Token, before: _Token) -> str | None:
    if token.text == "$" and token.kind == "sign":
        return f"${after.text} has no value: there are no variables"
    if token.kind != "name" or before.text == "$":
        return None
    if ":" in token.text:
        return (
            f"the prefix of {token.text} is unknown; only the functions of XPath 1.0 exist"
            if after.text == "("
            else f"the prefix of {token.text} is unknown; elements of pages have none"
        )
    if after.text == "(" and token.text not in FUNCTIONS.keys() | NODE_TYPES:
        close = get_close_matches(token.text, FUNCTIONS, n=1)
        hint = f"; did you mean {close[0]}()?" if close else f"; known are {', '.join(FUNCTIONS)}"
        return f"XPath 1.0 has no function {token.text}(){hint}"
    return None


def _far_error(token: _Token, after: _Token, before: _Token, depth: int) -> str | None:
    """Return why a predicate, which is evaluated for every node, searches too much."""
    if depth and token.text in ("/", "//") and not before.operand:
        return (
            f"{token.text}{after.text} in [...] looks through the whole page for every node; begin "
            "the path with ./ or .//"
        )
    far = token.text in ("//", "..") or (token.text in FAR_AXES and after.text == "::")
    if depth > 1 and token.kind != "literal" and far:
        return (
            f"{token.text} in [...] inside [...] is evaluated for too many nodes; use only "
            "paths to children and attributes"
        )
    return None


def _count_error(closed: _Open) -> str | None:
    if closed.function not in FUNCTIONS:
        return None
    least, most = FUNCTIONS[closed.function]
    count = 0 if closed.empty else closed.commas + 1
    if least <= count <= most:
        return None
    upto = "or more" if most == MANY else f"to {most}"
    wanted = least if least == most else f"{least} {upto}"
    plural = "" if wanted == 1 else "s"
    return f"{closed.function}() takes {wanted} argument{plural}, not {count}"
