"""The titles of texts, and first lines that are no titles."""

import pytest

from cleaner import Cleaner, Document
from cleaner.metadata.text_title import title_by_shape, title_by_url

BODY = (
    "The harbor opened again on Monday after three weeks, and the boats came in before noon. " * 3
)


@pytest.mark.parametrize(
    ("title", "path"),
    [
        ("Рибалки залишають старий причал", "2020/10/rybalky-zalyshayut-staryj-prychal"),
        ("Щука и ёж вышли на причал", "shchuka-i-ezh-vyshli-na-prichal.html"),
        ("Οι ψαράδες αφήνουν την παλιά αποβάθρα", "oi-psarades-afinoyn-tin-palia-apovathra/"),
        ("Łodzie wróciły do nabrzeża", "1234-lodzie-wrocily-do-nabrzeza"),
        ("Balıkçılar eski iskeleyi bırakıyor", "balikcilar-eski-iskeleyi-birakiyor/3529015"),
        ("Fischer räumen den alten Kai", "fischer-raeumen-den-alten-kai-a-99"),
        ("渔民离开旧码头", "%E6%B8%94%E6%B0%91%E7%A6%BB%E5%BC%80%E6%97%A7%E7%A0%81%E5%A4%B4"),
    ],
)
def test_the_slug_of_the_url_tells_the_title(title: str, path: str) -> None:
    rows = ["News Local Harbor", "Share this", f"Home / Harbor / {title}", title, BODY]
    assert title_by_url(rows, f"https://example.org/{path}") == title
    assert title_by_url(["News Local Harbor", BODY], f"https://example.org/{path}") is None


@pytest.mark.parametrize(
    "line",
    [
        "The harbor opened again on Monday.",
        "TARNHOLM, Norway — The harbor opened again on Monday",
        "Is the pier open? Is it?",
        "Photo: the old pier in the rain",
        "By Ann Smith | March 3, 2020",
        "- the first of several points",
        "Dear readers of the harbor news,",
        "Harbor",
        "and then the boats came in",
    ],
)
def test_other_first_lines_are_no_titles(line: str) -> None:
    assert title_by_shape([line, BODY]) is None


def test_a_section_in_the_url_is_not_the_title() -> None:
    rows = ["Life on the Coast", "Fishermen Leave", BODY]
    assert (
        title_by_url(rows, "https://example.org/life-on-the-coast/why-old-piers-rot-away") is None
    )
    assert title_by_url(rows, "https://example.org/life-on-the-coast/12345") == rows[0]


def test_a_list_and_another_slug_speak_against_a_title() -> None:
    points = ["Boats come in before noon", "Nets are mended by hand", "Herring is cheap this week"]
    assert title_by_shape([*points, BODY]) is None
    assert title_by_shape([points[0], BODY]) == points[0]
    assert title_by_shape([points[0], BODY], "https://example.org/tram-line-to-tarn-closes") is None
    assert title_by_shape([points[0], BODY], "https://example.org/news/2020/") == points[0]


@pytest.mark.parametrize(
    ("rows", "language", "is_title"),
    [
        (["Harbor Opens After Three Weeks"], "en", True),
        (["Harbor Opens After Three Weeks", "By Ann Smith"], "en", True),
        (["Harbor opens after three weeks"], "en", False),  # a subtitle, mostly
        (["# Harbor opens after three weeks"], "en", True),
        (["Hafen öffnet nach three weeks"], "de", True),
        (["From the Left"], "en", False),
        (["Harbor Opens Again", "Boats Came In Before Noon on Monday"], "en", False),
        (["Our Advisers Will Call You Today"], "en", False),  # not what the text is about
        (["Nos conseillers sont là 7j/7"], "fr", False),
    ],
)
def test_a_title_has_words_of_the_text_and_capitals_in_english(
    rows: list[str], language: str, is_title: bool
) -> None:
    found = title_by_shape([*rows, BODY, BODY], language=language)
    assert found == (rows[0].lstrip("# ") if is_title else None)


def test_the_title_of_the_record_comes_first_and_no_title_is_put_twice() -> None:
    text = f"Boats Come In Before Noon\n\n{BODY}"
    stated = Document("1", text, metadata={"title": "Herring Is Cheap"})
    assert Cleaner.load(packs_only=True).clean(stated).metadata.title == "Herring Is Cheap"
    done = Cleaner.load(packs_only=True, with_title=True).clean(text)
    assert (done.metadata.title, done.text) == ("Boats Come In Before Noon", text.strip())
