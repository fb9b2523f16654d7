"""Pages as text and as Markdown: the same words, and Markdown that a parser reads back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt

from cleaner import Cleaner, Document, Format
from cleaner.extract.rendering import render
from cleaner.text.words import tokens
from tests.helpers.rules import make_rules
from tests.helpers.texts import article

PROSE = article(1).split("\n")[0]
PARTS = f"""
<h1>A Pier Opens</h1><p>{PROSE}</p><h2>What it cost</h2>
<p>{PROSE} It is <b>twice</b> as <i>long</i>, says
<a href="https://example.org/a(b)">the board</a>.</p>
<ul><li>planks</li><li>rope<ul><li>hemp</li></ul></li></ul><ol><li>one</li></ol>
<blockquote><p>We paid.</p><p>All of it.</p></blockquote>
<table><tr><th>Ward</th><th>Votes</th></tr><tr><td>A | B</td><td>12</td></tr></table>
<pre><code>for pier in piers:
    close(pier)</code></pre>
<p>First line<br>second line</p><p>1. of May, snake_case and *stars*</p><p>{PROSE}</p>
"""
HEAD = "<html><head><title>A Pier Opens</title></head>"
PAGE = f"{HEAD}<body><article>{PARTS}</article></body></html>"


def clean(*, markdown: bool, rules: str = "site: x.org\n") -> str:
    cleaner = Cleaner(make_rules(rules), markdown=markdown)
    return cleaner.clean(Document("1", PAGE, Format.HTML, url="https://x.org/1")).text or ""


def test_text_has_blank_lines_between_blocks_only() -> None:
    text = clean(markdown=False)
    assert f"{PROSE}\n\nWhat it cost\n\n{PROSE}" in text
    assert "- planks\n- rope\n  - hemp" in text
    assert "| Ward | Votes |\n| A | B | 12 |" in text
    assert "for pier in piers:\n    close(pier)" in text
    assert "First line\nsecond line" in text


def test_markdown_keeps_the_structure() -> None:
    html = MarkdownIt("commonmark").enable("table").render(clean(markdown=True))
    for wanted in (
        "<h2>What it cost</h2>", "<strong>twice</strong>", "<em>long</em>",
        '<a href="https://example.org/a%28b%29">the board</a>', "<li>hemp</li>",
        "<blockquote>\n<p>We paid.</p>\n<p>All of it.</p>", "<th>Votes</th>", "<td>A | B</td>",
        "<pre><code>for pier in piers:\n    close(pier)\n</code></pre>", "First line<br />",
        "<p>1. of May, snake_case and *stars*</p>",
    ):  # fmt: skip
        assert wanted in html, wanted


def test_rules_work_on_markdown_as_on_text() -> None:
    rules = "site: x.org\nrules:\n  - {kind: other, line: What it cost}\n"
    assert "What it cost" not in clean(markdown=True, rules=rules)
    lines = ["What it cost", *PROSE.split(". ")]
    assert "What it cost" not in clean(markdown=False, rules=rules) and len(lines) > 1


def test_a_table_of_one_column_with_paragraphs_is_layout() -> None:
    row = "<row><cell/><cell><head>A Pier Opens</head><p>one</p><p>two</p></cell></row>"
    body = etree.XML(f"<body><table>{row}<row><cell><p>three</p></cell></row></table></body>")
    assert render(body, markdown=False) == "A Pier Opens\n\none\n\ntwo\n\nthree"
    body = etree.XML(f"<body><table>{row}<row><cell>a</cell><cell>b</cell></row></table></body>")
    assert "| a | b |" in render(body, markdown=False)


WORDS = st.text("ab *_[]()#>|`\\-+=~!1.&;<", min_size=1, max_size=30)


@given(st.lists(WORDS, min_size=1, max_size=4))
def test_paragraphs_come_back_from_markdown(paragraphs: list[str]) -> None:
    body = etree.Element("body")
    for words in paragraphs:
        etree.SubElement(body, "p").text = words
    html = MarkdownIt("commonmark").render(render(body, markdown=True))
    found = [" ".join(map(str, p.itertext())) for p in etree.HTML(f"<body>{html}</body>").iter("p")]
    wanted = [" ".join(words.split()) for words in paragraphs if words.strip()]
    assert [" ".join(text.split()) for text in found] == wanted


@pytest.mark.parametrize("tag", ["p", "quote", "list", "table", "head", "div", "item"])
def test_no_element_loses_words(tag: str) -> None:
    body = etree.XML(f"<body>one<{tag}>two<p>three</p>four<lb/>five</{tag}>six</body>")
    wanted = list(tokens("one two three four five six"))
    for markdown in (False, True):
        words = list(tokens(re.sub(r"[`#*|>\\-]", " ", render(body, markdown=markdown))))
        assert words == wanted
