"""The article composed from trafilatura's text and the block classifier, and its headline."""

import pytest

from cleaner import Cleaner, Document, Format, Status
from cleaner.document import Insertion
from cleaner.extract.article import ArticleLine, compose_article, insertions, removal_edits
from cleaner.extract.blocks import blocks_of
from cleaner.extract.extractors import parse_page
from cleaner.metadata.headlines import page_headlines, repeated_headline
from cleaner.text.edits import apply
from tests.helpers.rules import make_rules
from tests.helpers.texts import article

HEAD = "<html><head><title>A Pier Opens | Example News</title></head><body>"
ROWS = "\n".join(article(n) for n in (1, 2, 3)).split("\n")
RELATED = [f"Pupils of town {n} win a prize for the best garden" for n in range(14)]


def page(*rows: str, title: str = "A Pier Opens", after: str = "") -> str:
    body = "".join(f"<p>{row}</p>" for row in rows)
    body = f"<h1>{title}</h1><div class='entry-content'>{body}</div>"
    return f"{HEAD}<article>{body}</article>{after}</body></html>"


def composed(source: str, text: str, second: str) -> list[ArticleLine]:
    tree = parse_page(source)
    assert tree is not None
    made = compose_article(blocks_of(tree), text, second, page_headlines(tree))
    return [line for line in made if line.text]


def test_a_truncated_text_is_completed_from_the_page() -> None:
    made = composed(page(*ROWS, ROWS[0]), "\n".join(ROWS[:3]), "\n".join(ROWS))
    assert [line.text for line in made if line.keep][:-1] == ROWS[: len(made) - 1]
    assert len(made) >= len(ROWS) - 1
    assert all(line.added for line in made[3:])


def test_blocks_are_inserted_in_page_order() -> None:
    whole = "\n".join(ROWS)
    text = [ROWS[6], ROWS[0], ROWS[1], ROWS[4]]  # the extractor took a later line first
    made = [line.text for line in composed(page(*ROWS), "\n".join(text), whole)]
    assert made.index(ROWS[1]) + 1 == made.index(ROWS[2])
    assert made.index(ROWS[2]) + 1 == made.index(ROWS[3])
    assert len(made) == len(set(made))
    assert set(text) <= set(made)


def test_links_to_other_articles_are_marked_for_removal() -> None:
    links = "".join(f"<li><a href='/{n}'>{row}</a></li>" for n, row in enumerate(RELATED))
    source = page(*ROWS, after=f"<footer class='sidebar'><ul class='related'>{links}</ul></footer>")
    text = "\n".join([*ROWS, *(f"- {row}" for row in RELATED)])
    made = composed(source, text, "\n".join(ROWS))
    assert [line.text for line in made] == text.split("\n")
    gone = [line.text for line in made if not line.keep]
    assert len(gone) > len(RELATED) / 2
    assert not set(gone) & set(ROWS)


def test_paragraphs_between_paragraphs_stay_whatever_surrounds_them() -> None:
    boxes = "".join(f"<p><a href='/{n}'>{row}</a></p>" for n, row in enumerate(ROWS[2:5]))
    source = page(*ROWS[:2], f"</p><div class='x7'>{boxes}</div><p>", *ROWS[5:])
    made = composed(source, "\n".join(ROWS), "\n".join([*ROWS[:2], *ROWS[5:]]))
    assert all(line.keep for line in made if line.text in ROWS[1:-1])


def test_inserted_paragraphs_stand_between_blank_lines() -> None:
    tree = parse_page(page(*ROWS, ROWS[0]))
    assert tree is not None
    text = "\n\n".join(ROWS[:3])
    made = compose_article(blocks_of(tree), text, "\n".join(ROWS), page_headlines(tree))
    assert sum(line.added > 0 for line in made) >= len(ROWS) - 4
    assert "\n\n".join(ROWS[2:6]) in "\n".join(line.text for line in made)


def test_cells_of_a_table_row_are_inserted_as_one_line() -> None:
    rows = "".join(f"<tr><td>Ward {n}</td><td>{n}12 votes</td></tr>" for n in range(3))
    source = page(*ROWS).replace("</div></article>", f"<table>{rows}</table></div></article>")
    tables = [f"| Ward {n} | {n}12 votes |" for n in range(3)]
    added = composed(source, "\n".join(ROWS), "\n".join([*ROWS, *tables]))[len(ROWS) :]
    assert all(line.text in tables for line in added)


def test_code_is_never_removed() -> None:
    code = "for boat in harbour: print(boat)"
    source = page(*ROWS, after=f"<aside class='related'><pre>{code}</pre></aside>")
    made = composed(source, "\n".join([*ROWS, code]), "\n".join(ROWS))
    assert made[-1] == ArticleLine(code)


@pytest.mark.parametrize(
    "broken",
    ["<", "\x0c", "<html>", "<p>" * 3000, "&#0;", "<p>x", "<!-- ", "<span>x", "\ud800 <p>x"],
)
def test_no_page_breaks_it(broken: str, cleaner: Cleaner) -> None:
    tree = parse_page(broken)
    if tree is not None:
        assert all(
            isinstance(line, ArticleLine)
            for line in compose_article(blocks_of(tree), "x y z", "", ())
        )
    assert cleaner.clean(Document("1", broken, Format.HTML)).status is not Status.ERROR


def test_lines_not_kept_become_removals() -> None:
    lines = [
        ArticleLine("One."),
        ArticleLine("Two", keep=False),
        ArticleLine("Three."),
        ArticleLine("Two"),
    ]
    text = "One.\n\nTwo\nThree.\nTwo"
    edits = removal_edits(text, lines, str)
    assert apply(text, edits) == "One.\n\nThree.\nTwo"
    assert [(e.rule, text[e.start : e.end]) for e in edits] == [("cleaner/page", "Two\n")]


def test_the_extractor_is_recorded_and_the_second_can_be_turned_off() -> None:
    document = Document("1", page(*ROWS), Format.HTML)
    rules = make_rules("site: x.org\n")
    done = Cleaner(rules).clean(document)
    assert done.extractor == "trafilatura"
    assert (done.extractor_why or "").startswith("agrees with resiliparse")
    alone = Cleaner(rules, extractor="trafilatura").clean(document)
    assert (alone.extractor, alone.extractor_why) == ("trafilatura", None)


def test_a_repeated_headline_is_a_removal() -> None:
    rules = make_rules("site: x.org\n")
    source = page(*ROWS).replace(" class='entry-content'", "")
    done = Cleaner(rules).clean(Document("1", source, Format.HTML))
    assert done.text == "\n\n".join(ROWS)
    assert [(r.rule, r.text.strip()) for r in done.removals] == [("cleaner/title", "A Pier Opens")]
    assert done.metadata.title == "A Pier Opens"


def test_the_title_can_be_inserted_and_occurs_once() -> None:
    rules = make_rules("site: x.org\n")
    done = Cleaner(rules, with_title=True).clean(Document("1", page(*ROWS), Format.HTML))
    assert done.text == "\n\n".join(["A Pier Opens", *ROWS])
    again = Cleaner(rules, with_title=True).clean(
        Document("2", "\n\n".join(ROWS), Format.TEXT, metadata={"title": "A Pier Opens"})
    )
    assert again.text == done.text


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("A Pier Opens", ["A Pier Opens"]),
        ("A pier opened on Monday.\nx", ["A Pier Opens"]),
        ("", ["A"]),
        ("\n\nx", [""]),
    ],
)
def test_a_first_line_unlike_the_headline_stays(text: str, headings: list[str]) -> None:
    assert repeated_headline(text, headings) == ()


def test_inserted_lines_are_found_in_the_normalized_text() -> None:
    lines = [ArticleLine("One."), ArticleLine("", added=0.9), ArticleLine("Two.", added=0.9)]
    (found,) = insertions("One.\n\nTwo.", lines, str)
    assert found == Insertion("cleaner/page", 6, 10, "Two.", 0.9)


@pytest.mark.parametrize(
    "source",
    [
        "<!DOCTYPE html SYSTEM 'a:legacy' /><html><body><p>One</p><p>Two</p></body></html>",
        "<html lang='en' />\n<body><p>One</p><p>Two</p></body>",
        "<?xml version='1.0' encoding='latin-1'?><html><body><p>One</p><p>Two</p></body></html>",
        "<html><body><p>One\x00</p><!-- <p>no</p> --><p>Two&#11;</p></body></html>",
    ],
)
def test_faulty_pages_are_parsed_whole(source: str) -> None:
    tree = parse_page(source)
    assert tree is not None
    assert [block.text for block in blocks_of(tree)] == ["One", "Two"]


@pytest.mark.parametrize("source", ["", " \n", "<!-- -->", "no markup at all", "<p>One</p>"])
def test_what_is_no_page_has_no_tree(source: str) -> None:
    assert parse_page(source) is None
