"""Titles, authors, dates and rights holders of invented articles, one in each language."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from cleaner import Cleaner, Document

ARTICLES = yaml.safe_load((Path(__file__).parent.parent / "data/articles.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def cleaner() -> Cleaner:
    return Cleaner.load()


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: str(article["language"]))
def test_an_article_states_its_facts(cleaner: Cleaner, article: dict[str, Any]) -> None:
    body = article["body"]
    done = cleaner.clean(Document("1", article["text"].replace("{body}", f"{body}\n{body}")))
    found = done.metadata
    assert found.title == article["title"]
    assert list(found.authors) == article["authors"]
    assert (found.date_published or "")[:10] == str(article["date"])
    assert found.rights_holder == article["holder"]
    rest = [row for row in (done.text or "").split("\n") if row not in ("", body)]
    assert set(rest) <= {article["title"], article.get("stays")}


def test_articles_are_in_many_languages() -> None:
    assert len({article["language"] for article in ARTICLES}) >= 19


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("Editor : Budi Contoh", ()),
        ("Penulis: Siti Contoh", ("Siti Contoh",)),
        ("Foto: Ivan Primjer", ()),
        ("Text: Klara Muster, Fotos: Bernd Bild", ("Klara Muster",)),
    ],
)
def test_editors_and_photographers_are_not_authors(
    cleaner: Cleaner, line: str, authors: tuple[str, ...]
) -> None:
    done = cleaner.clean("Portul s-a deschis luni dimineața. " * 12 + f"\n\n{line}")
    assert line not in (done.text or "")
    assert done.metadata.authors == authors
