"""What an XPath of a rule file may say: functions that exist, and nothing that a page makes slow.

The parser of XPath takes names of functions, prefixes and variables on trust, and fails only where
it comes upon them in a page. And it asks a predicate anew of every node: one that looks all over
the page takes the square of its size, and with another inside it the cube.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise

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
