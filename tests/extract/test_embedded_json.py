"""Articles in the script data of a page."""

import json

import pytest

from cleaner import Cleaner, Document, Format
from cleaner.extract.embedded_json import article_in_scripts
from cleaner.extract.extractors import parse_page
from tests.helpers.texts import article

TEXT = "\n".join(article(n) for n in (1, 2))


@pytest.mark.parametrize(
    "data",
    [
        {"@type": "NewsArticle", "articleBody": TEXT},
        {"props": {"pageProps": {"post": {"content": f"<p>{TEXT}</p>".replace("\n", "</p><p>")}}}},
        {"article": {"body": [{"type": "p", "text": row} for row in TEXT.split("\n")]}},
        [{"body": TEXT.split("\n")}],
    ],
)
def test_an_empty_shell_is_read_from_its_script_data(cleaner: Cleaner, data: object) -> None:
    kind = "application/ld+json" if "@type" in str(data) else "application/json"
    script = f"<script type='{kind}'>{json.dumps(data)}</script>"
    page = f"<html><body><div id='__next'></div>{script}</body></html>"
    done = cleaner.clean(Document("1", page, Format.HTML))
    assert (done.text or "").split() == TEXT.split()
    assert done.extractor == "script data" or "@type" in script


@pytest.mark.parametrize("script", ["{", "[" * 100_000, '"x"', "null", '{"body": {"a": 1}}'])
def test_invalid_script_data_is_skipped(script: str) -> None:
    padding = f"<script type='application/json'>{script}{' ' * 100}</script>"
    tree = parse_page(f"<html><body>{padding}<p>x</p></body></html>")
    assert tree is not None
    assert article_in_scripts(tree) is None
