"""Pages that are no article, and articles that stand in script data."""

import json

import pytest

from cleaner import Cleaner, Document, Format, Status
from cleaner.extract.embedded_json import article_in_scripts
from cleaner.extract.extractors import parse_page
from tests.helpers.texts import article

TEXT = "\n".join(article(n) for n in (1, 2))


@pytest.mark.parametrize(
    ("page", "what"),
    [
        ("<title>Just a moment...</title><p>Checking.</p>", "bot wall"),
        ("<title>x</title><div id='px-captcha'></div><p>Press and hold.</p>", "bot wall"),
        ("<title>404 Not Found</title><h1>Sorry</h1><p>No such page.</p>", "error page"),
        ("<h1>Page not found</h1><p>Try the search.</p>", "error page"),
        ("<title>Seite nicht gefunden</title><p>Nichts.</p>", "error page"),
        ("<title>Members</title><form><input type='password'></form><p>Hello.</p>", "log in"),
        ("<meta http-equiv='Refresh' content='0; url=/new'><p>Moved.</p>", "redirects"),
        ("<div id='root'></div><p>Turn it on.</p>", "scripts fill"),
    ],
)
def test_a_page_that_is_no_article_is_rejected_with_the_reason(
    cleaner: Cleaner, page: str, what: str
) -> None:
    done = cleaner.clean(Document("1", f"<html>{page}</html>", Format.HTML))
    assert done.status is Status.REJECT
    assert what in (done.message or "")


@pytest.mark.parametrize(
    "head",
    ["<title>404 days at sea</title>", "<meta http-equiv='refresh' content='300;url=/'>"],
)
def test_an_article_that_speaks_of_such_things_stays(cleaner: Cleaner, head: str) -> None:
    rows = "".join(f"<p>{row}</p>" for row in TEXT.split("\n"))
    form = "<form><input type='password'></form><div id='root'></div>"
    page = f"<html><head>{head}</head><body>{form}<article>{rows}</article></body></html>"
    assert cleaner.clean(Document("1", page, Format.HTML)).status is Status.OK


def test_a_short_page_with_a_refresh_that_never_comes_stays(cleaner: Cleaner) -> None:
    page = "<meta http-equiv='refresh' content='300;url=/'><p>The harbour is open again today.</p>"
    assert cleaner.clean(Document("1", page, Format.HTML)).status is Status.OK


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
def test_broken_script_data_is_passed_over(script: str) -> None:
    padding = f"<script type='application/json'>{script}{' ' * 100}</script>"
    tree = parse_page(f"<html><body>{padding}<p>x</p></body></html>")
    assert tree is not None
    assert article_in_scripts(tree) is None
