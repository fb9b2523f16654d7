"""Splitting pages into blocks, and locating blocks in texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from cleaner.extract.blocks import WORD, blocks_of, joined_words, locate_blocks, word_f1


def texts(page: str) -> list[str]:
    return [block.text for block in blocks_of(html.fromstring(page))]


@pytest.mark.parametrize(
    ("page", "wanted"),
    [
        ("<div><p>One <b>two</b> three.</p>four</div>", ["One two three.", "four"]),
        ("<div>one<p>two</p>three</div>", ["one", "two", "three"]),
        ("<div>one<br>two<br><br>three</div>", ["one\ntwo", "three"]),
        ("<div>one<br> \n <br>two</div>", ["one", "two"]),
        ("<div>one<!-- x -->two<script>no()</script> three</div>", ["onetwo three"]),
        ("<div><style>p{}</style><select><option>no</select>yes</div>", ["yes"]),
        ("<table><tr><td>a</td><td>b</td></tr></table>", ["a", "b"]),
        ("<div>&nbsp; — </div>", []),
        ("<span>one<p>two</p>three</span>", ["one", "two", "three"]),
    ],
)
def test_text_is_split_at_block_elements(page: str, wanted: list[str]) -> None:
    assert texts(page) == wanted


def test_a_block_has_links_and_ancestors() -> None:
    page = "<article><ul><li><a href='/'>all of it</a></li><li>half <a>half</a></li></ul></article>"
    one, two = blocks_of(html.fromstring(page))
    assert one.links == 1.0 and 0.4 < two.links < 0.6
    assert [node.tag for node in one.ancestors] == ["article", "ul", "li"]
    assert one.tag == "li"


@pytest.mark.parametrize("page", ["<span>x<b>y</b></span>", "<a>x</a>", "<b><p>x</p></b>", "<br>x"])
def test_every_block_has_an_ancestor(page: str) -> None:
    assert all(block.ancestors and block.tag for block in blocks_of(html.fromstring(page)))


def test_deep_pages_are_read() -> None:
    assert texts("<div>" * 20_000 + "x" + "</div>" * 20_000) in (["x"], [])


def test_blocks_are_located_by_their_words() -> None:
    rows = ["Share", "The board met on Monday.", "Share", "It rained all day."]
    page = f"<div>{''.join(f'<p>{row}</p>' for row in rows)}</div>"
    blocks = blocks_of(html.fromstring(page))
    text = "The board met on Monday.\nIt rained - all day!"
    found = locate_blocks(text, blocks)
    assert [place is not None for place in found] == [False, True, False, True]
    hay = f" {joined_words(text)} "
    assert [hay[p.start : p.end].strip() for p in found if p] == [
        "the board met on monday",
        "it rained all day",
    ]


def test_long_blocks_are_located_by_samples() -> None:
    words = [f"w{n}" for n in range(200)]
    block = blocks_of(html.fromstring(f"<p>{' '.join(words)}</p>"))
    changed = " ".join([*words[:90], "other", *words[91:]])
    assert locate_blocks(f"before\n{changed}\nafter", block)[0] is not None
    assert locate_blocks(" ".join(words[:60]), block) == [None]


@given(st.lists(st.text(alphabet="ab <>/&;\n", max_size=30), max_size=8))
def test_no_text_of_a_page_is_lost(rows: list[str]) -> None:
    tree = html.document_fromstring(f"<div>{'<p>'.join(rows)}</div>")
    kept = WORD.findall("".join(block.text for block in blocks_of(tree)).lower())
    assert "".join(kept) == "".join(WORD.findall("".join(map(str, tree.itertext())).lower()))


def test_word_f1() -> None:
    assert word_f1("a b", "B A") == 1.0
    assert word_f1("a b", "c") == word_f1("", "a") == 0.0
    assert word_f1("a b c d", "a b") == pytest.approx(2 / 3)
