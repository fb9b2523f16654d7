"""The second opinion: who is asked when, and whose text stands."""

import pytest

from cleaner import Cleaner, Document, Format
from cleaner.extract import panel
from cleaner.extract.title import repeated_title
from tests.authoring.test_mine import article
from tests.conftest import make_rules

HEAD = "<html><head><title>A Pier Opens | Example News</title></head><body>"


def page(*rows: str, title: str = "A Pier Opens") -> str:
    body = "".join(f"<p>{row}</p>" for row in rows)
    return f"{HEAD}<article><h1>{title}</h1>{body}</article></body></html>"


def never() -> str:
    raise AssertionError("asked without need")


def test_where_two_agree_nobody_else_is_asked() -> None:
    rows = article(1).split("\n")
    made = panel.choose(page(*rows), "\n".join(["A Pier Opens", *rows]), never)
    assert made.extractor == "trafilatura"
    assert made.why.startswith("agrees with resiliparse")


def test_a_truncated_text_is_left_for_one_that_most_agree_on() -> None:
    rows = (article(1) + "\n" + article(2) + "\n" + article(3)).split("\n")
    whole = page(*rows)
    made = panel.choose(whole, rows[0], lambda: "\n".join(rows))
    assert made.extractor != "trafilatura"
    assert rows[-1] in made.text
    assert made.why.startswith("mean agreement: trafilatura 0.")


def test_a_text_that_no_other_clearly_beats_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_resiliparse", "_readability", "_justext"):
        monkeypatch.setattr(panel, name, lambda _, name=name: f"{name} alone")
    made = panel.choose("<p>x</p>", article(1), lambda: article(1))
    assert made.extractor == "trafilatura"
    assert made.why.startswith("no other is clearly better")


@pytest.mark.parametrize("broken", ["", "<", "\x0c", "<html>", "<p>" * 3000, "&#0;", "<!-- "])
def test_no_page_breaks_the_panel(broken: str) -> None:
    assert isinstance(panel.choose(broken, "", lambda: "").text, str)


def test_the_record_says_whose_text_it_is_and_the_panel_can_be_turned_off() -> None:
    document = Document("1", page(*article(1).split("\n")), Format.HTML)
    rules = make_rules("site: x.org\n")
    done = Cleaner(rules).clean(document)
    assert done.extractor == "trafilatura" and done.why
    alone = Cleaner(rules, second_opinion=False).clean(document)
    assert (alone.extractor, alone.why) == ("trafilatura", None)


def test_a_repeated_headline_goes_and_is_kept_in_the_removals() -> None:
    rows = article(1).split("\n")
    rules = make_rules("site: x.org\n")
    done = Cleaner(rules).clean(Document("1", page(*rows), Format.HTML))
    assert done.text == "\n".join(rows)
    assert [(r.rule, r.text.strip()) for r in done.removals] == [("cleaner/title", "A Pier Opens")]
    assert done.metadata.title == "A Pier Opens"


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("A Pier Opens", ["A Pier Opens"]),
        ("A pier opened on Monday.\nx", ["A Pier Opens"]),
        ("", ["A"]),
        ("\n\nx", [""]),
    ],
)
def test_a_first_line_of_its_own_stays(text: str, headings: list[str]) -> None:
    assert repeated_title(text, headings) == ()
