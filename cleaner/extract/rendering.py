"""Render the article that trafilatura finds, as text or as CommonMark.

trafilatura gives a tree of paragraphs (`p`), headings (`head`), lists, tables, quotes and code, as
in TEI. Blocks are separated by a blank line; the lines of lists, tables, verse and code by a line
break.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

BLOCKS = frozenset("p head list item quote table row code div ab".split())
HIGHLIGHTS = {"#b": "**", "#i": "*", "#t": "`"}  # rend of hi: bold, italic, typewriter
# What could be markup inside a paragraph; underscores inside words, `<` and `&` seldom are.
SPECIAL = re.compile(
    r"[\\`*\[\]]|(?<![^\W_])_|_(?![^\W_])|<(?=[a-zA-Z/!?]|$)|&(?=#?\w+;|\w*$|#\w*$)"
)
# What could make a line another block: a quote, a heading, a list, a rule, a fence, a table.
BEGINNING = re.compile(r"^(\d{1,9})?(?=[>|]|#{1,6}(?:\s|$)|[+-](?:\s|$)|[-=]+\s*$|~~|[.)](?:\s|$))")
FENCE = "```"
Element = Any  # an lxml element


def render(body: Element, *, markdown: bool = False) -> str:
    """The text of an article.

    >>> from lxml import etree
    >>> text = "<p>One <hi rend='#b'>pier</hi>.</p>"
    >>> body = etree.XML(f"<body><head rend='h2'>Piers</head>{text}</body>")
    >>> render(body)
    'Piers\\n\\nOne pier.'
    >>> render(body, markdown=True)
    '## Piers\\n\\nOne **pier**.'
    """
    renderer = _Renderer(markdown)
    return "\n\n".join("\n".join(rows) for rows in renderer.blocks(body) if rows)


class _Renderer:
    def __init__(self, markdown: bool) -> None:
        self.markdown = markdown

    def blocks(self, parent: Element, apart: Sequence[Element] = ()) -> Iterator[list[str]]:
        """The lines of each block of an element, whose text may stand between blocks, too; without
        the children `apart`."""
        run = [self._escaped(parent.text)]
        for child in parent:
            if child in apart:
                run.append("\n")
            elif child.tag in BLOCKS:
                yield self._lines("".join(run))
                yield from self._block(child)
                run = []
            else:
                run.append(self._inline(child))
            run.append(self._escaped(child.tail))
        yield self._lines("".join(run))

    def _block(self, node: Element) -> Iterator[list[str]]:
        if node.tag == "list" and node.find("item") is not None:
            yield list(self._list(node, ""))
        elif node.tag == "table" and node.find(".//row") is not None:
            if _is_layout(node):
                for cell in node.iterfind("row/cell"):
                    yield from self.blocks(cell)
            else:
                yield list(self._table(node))
        elif node.tag == "code":
            for line_break in node.iter("lb"):
                line_break.text = "\n"
            code = "".join(node.itertext()).strip("\n").split("\n")
            yield [FENCE, *code, FENCE] if self.markdown else code
        elif node.tag == "head":
            found = " ".join(row for rows in self.blocks(node) for row in rows)
            level = str(node.get("rend") or "h2")[-1]
            marks = "#" * int(level) if level in "123456" else "##"
            yield [f"{marks} {found}" if self.markdown else found] if found else []
        elif node.tag == "quote" and self.markdown:
            inner = [rows for rows in self.blocks(node) if rows]
            quoted = [row for n, rows in enumerate(inner) for row in ([""] * (n > 0) + rows)]
            yield [f"> {row}".rstrip() for row in quoted]
        else:
            yield from self.blocks(node)

    def _list(self, node: Element, indent: str) -> Iterator[str]:
        for item in node:
            if item.tag != "item":
                yield from (indent + row for rows in self._block(item) for row in rows)
                continue
            nested = [child for child in item if child.tag == "list"]
            rows = [row for found in self.blocks(item, nested) for row in found]
            yield from (f"{indent}{'  ' if n else '- '}{row}" for n, row in enumerate(rows))
            for child in nested:
                yield from self._list(child, f"{indent}  ")

    def _table(self, node: Element) -> Iterator[str]:
        for n, row in enumerate(node.iter("row")):
            cells = [" ".join(r for b in self.blocks(c) for r in b) for c in row.iter("cell")]
            if self.markdown:
                cells = [cell.replace("|", "\\|") for cell in cells]
            if any(cells):
                yield f"| {' | '.join(cells)} |"
            if n == 0 and self.markdown:
                yield "|" + "---|" * len(cells)

    def _inline(self, node: Element) -> str:
        if node.tag == "lb":
            return "\n"
        if node.tag == "graphic":
            return ""
        inner = "".join(
            [self._escaped(node.text), *(self._inline(c) + self._escaped(c.tail) for c in node)]
        )
        if not self.markdown or not inner.strip():
            return inner
        if node.tag == "ref" and (target := str(node.get("target") or "").strip()):
            return _around(inner, "[", f"]({_address(target)})")
        mark = HIGHLIGHTS.get(node.get("rend") or "") if node.tag == "hi" else None
        return _around(inner, mark, mark) if mark else inner

    def _escaped(self, text: str | None) -> str:
        """Running text: line breaks of the HTML source are spaces."""
        words = re.sub(r"[^\S\u00a0\u202f\u3000]+", " ", text or "")
        return SPECIAL.sub(r"\\\g<0>", words) if self.markdown else words

    def _lines(self, text: str) -> list[str]:
        rows = [row.strip() for row in text.split("\n")]
        rows = [row for row in rows if row]
        if not self.markdown:
            return rows
        rows = [BEGINNING.sub(r"\1\\", row) for row in rows]
        return [*(f"{row}\\" for row in rows[:-1]), *rows[-1:]]  # a hard line break


def _is_layout(table: Element) -> bool:
    """Whether a table only lays out the page, as on pages from before CSS: it is the whole article,
    and has one column, with several paragraphs in a cell."""
    parent = table.getparent()
    if parent is None or len(parent) > 1:
        return False
    rows = [[cell for cell in row if "".join(cell.itertext()).strip()] for row in table]
    several = any(len(cell.findall("p")) > 1 for cell in table.iterfind("row/cell"))
    return several and all(len(cells) <= 1 for cells in rows)


def _around(text: str, before: str, after: str) -> str:
    """Text between marks, which may not stand beside a space inside."""
    core = text.strip()
    start = text.index(core)
    return f"{text[:start]}{before}{core}{after}{text[start + len(core) :]}"


def _address(target: str) -> str:
    """A link's target without the characters that would end it."""
    return target.replace(" ", "%20").replace("(", "%28").replace(")", "%29")
