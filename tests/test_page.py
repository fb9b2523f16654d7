"""Pages: extraction, html rules and their safeguards, and pages that are not articles."""

import pytest

from cleaner import Cleaner, Document, Format, Status
from cleaner.corpus.output_records import removal_records
from tests.helpers.rules import make_rules

PARAGRAPHS = [
    f"Paragraph {n}: the harbour board met on Monday and agreed to dredge the north channel, which "
    f"had silted up over {n + 2} winters, and to tell the pilots of it." for n in range(6)
]  # fmt: skip
PAGE = """<!doctype html><html lang="en-GB"><head>
<title>Board to dredge channel | Example News</title>
<link rel="canonical" href="https://www.example.org/news/1">
<meta property="og:title" content="Board to dredge channel">
<meta property="og:site_name" content="Example News">
<script type="application/ld+json">{{"@context": "https://schema.org", "@type": "NewsArticle",
"headline": "Board to dredge channel", "datePublished": "2016-03-12",
"author": {{"@type": "Person", "name": "Ann Smith"}}}}</script></head>
<body><nav><a href="/">Home</a></nav><article><h1>Board to dredge channel</h1>
<div class="body">{body}<p>Share on Facebook</p></div>
<div class="promo"><p>Our own boat trips are the best boat trips that you can book on this
coast today.</p></div>
</article><footer>© 2016 Example News</footer></body></html>"""
BODY = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)


def test_an_error_in_metadata_does_not_cost_the_article(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: object) -> None:
        raise AssertionError("no body")

    page = Document("1", PAGE.format(body=BODY), Format.HTML)
    cleaner = Cleaner(make_rules())
    whole = cleaner.clean(page)
    for name in (
        "_title",
        "find_bylines",
        "author_candidates",
        "_dates",
        "_other_fields",
        "PageData",
    ):
        with monkeypatch.context() as patch:
            patch.setattr(f"cleaner.metadata.page_metadata.{name}", fails)
            done = cleaner.clean(page)
        assert (done.status, done.text) == (Status.OK, whole.text)
        assert any("AssertionError: no body" in note for note in done.notes), name
    for name in ("json_ld_nodes", "page_rights", "read_page_metadata"):
        with monkeypatch.context() as patch:
            patch.setattr(f"cleaner.page.{name}", fails)
            assert cleaner.clean(page).text == whole.text
    for name in ("captures_of", "_from_notices", "_from_input", "_detected"):
        with monkeypatch.context() as patch:
            patch.setattr(f"cleaner.metadata.merging.{name}", fails)
            assert cleaner.clean(page).text == whole.text


@pytest.mark.parametrize("root", ["svg", "math"])
def test_pages_with_an_svg_or_mathml_root_are_read(root: str) -> None:
    page = f"<{root}><title>Board to dredge</title><h1>Board to dredge</h1>{BODY}</{root}>"
    done = Cleaner(make_rules()).clean(Document("1", page, Format.HTML))
    assert done.status is Status.OK and "Paragraph 5" in (done.text or "")
    assert done.metadata.title == "Board to dredge" and done.notes == ()


def clean(page: str, html: str = "", url: str | None = None) -> tuple[list[str], tuple[str, ...]]:
    rules = make_rules(
        f"site: example.org\nname: Example News\n{html}",
        "pack: en\nrules:\n  - kind: social\n    line: Share on Facebook\n",
    )
    done = Cleaner(rules).clean(Document("1", page, Format.HTML, url=url))
    return (done.text or "").split("\n\n"), done.notes


def test_the_article_is_extracted_without_boilerplate(cleaner: Cleaner) -> None:
    done = cleaner.clean(Document("1", PAGE.format(body=BODY).encode(), Format.HTML))
    assert done.text is not None
    assert [row for row in done.text.split("\n\n") if row.startswith("Paragraph")] == PARAGRAPHS
    assert "Share on Facebook" not in done.text
    found = done.metadata
    assert (found.title, found.authors) == ("Board to dredge channel", ("Ann Smith",))
    assert (found.date_published, found.language) == ("2016-03-12", "en-GB")
    assert (found.hostname, found.origins["title"]) == ("www.example.org", "html:h1")


def test_the_canonical_link_selects_the_site_file() -> None:
    page = PAGE.format(body=BODY)
    rows, notes = clean(page, "html:\n  content: [div.body]\n")
    assert rows == PARAGRAPHS
    assert not notes


def test_prune_removes_nodes_first() -> None:
    page = PAGE.format(body=BODY)
    assert any("boat trips" in row for row in clean(page)[0])
    rows, _ = clean(page, "html:\n  prune: [.promo]\n")
    assert not any("boat trips" in row for row in rows)


def test_the_next_selector_is_tried_if_one_fails() -> None:
    page = PAGE.format(body=BODY)
    rows, notes = clean(page, "html:\n  content: [div.gone, h1, div.body]\n")
    assert rows == PARAGRAPHS
    assert len(notes) == 2


def test_pruned_nodes_are_recorded() -> None:
    rules = make_rules("site: example.org\nhtml:\n  prune: [.promo]\n")
    done = Cleaner(rules).clean(Document("1", PAGE.format(body=BODY), Format.HTML))
    (node,) = done.pruned
    assert (node.rule, node.selector) == ("example.org/html.prune", ".promo")
    assert node.text.startswith("Our own boat trips")
    record = list(removal_records(done))[-1]
    assert (record["kind"], record["start"], record["selector"]) == ("pruned", None, ".promo")
    assert done.extractor == "html rules" and done.extractor_why == "html.prune (1 node)"


def test_xpath_selectors_work_too() -> None:
    rows, _ = clean(PAGE.format(body=BODY), "html:\n  content: [\"//div[@class='body']\"]\n")
    assert rows == PARAGRAPHS


def test_a_rotten_selector_falls_back_with_a_note() -> None:
    page = PAGE.format(body=BODY)
    rows, notes = clean(page, "html:\n  content: [div.gone]\n")
    assert rows == clean(page)[0]
    assert notes == ("html.content div.gone finds nothing",)


def test_a_selector_that_leaves_too_little_falls_back_with_a_note() -> None:
    page = PAGE.format(body=BODY)
    rows, notes = clean(page, "html:\n  content: [h1]\n")
    assert rows == clean(page)[0]
    assert notes == ("html.content h1 left too little text; not used",)
    rows, notes = clean(page, "html:\n  prune: [article]\n")
    assert rows == clean(page)[0]
    assert notes


@pytest.mark.parametrize(
    "page", ["", "<", "<html></html>", "no tags at all", "<p>" * 5000, "<!-- <p>x</p> -->"]
)
def test_pages_without_an_article_are_empty(cleaner: Cleaner, page: str) -> None:
    done = cleaner.clean(Document("1", page, Format.HTML))
    assert done.status is Status.EMPTY, done.message
    assert done.message in ("no article found in the page", "the document has no text")


def test_the_same_page_twice_gives_the_same(cleaner: Cleaner) -> None:
    document = Document("1", PAGE.format(body=BODY), Format.HTML)
    assert cleaner.clean(document) == cleaner.clean(document)


@pytest.mark.parametrize("odd", ["&#1;", "&#x1F;", "&#012", "&#xFFFE;", "&#65535;"])
def test_html_rules_work_with_characters_that_xml_forbids(odd: str) -> None:
    page = PAGE.format(body=BODY).replace("</div>\n</article>", f"</div> {odd} </article>")
    rows, notes = clean(page, "html:\n  prune: [.promo]\n")
    assert rows == PARAGRAPHS
    assert not notes


def test_html_rules_work_with_names_that_xml_forbids() -> None:
    page = PAGE.format(body=BODY).replace('<html lang="en-GB">', '<html {attributes} lang="en">')
    rows, notes = clean(page, "html:\n  content: [div.body]\n")
    assert rows == PARAGRAPHS
    assert not notes


@pytest.mark.parametrize(
    ("page", "what"),
    [
        ("<title>Just a moment...</title><p>Checking.</p>", "bot wall"),
        ("<title>x</title><div id='px-captcha'></div><p>Press and hold.</p>", "bot wall"),
        ("<title>404 Not Found</title><h1>Sorry</h1><p>No such page.</p>", "error page"),
        ("<h1>Page not found</h1><p>Try the search.</p>", "error page"),
        ("<title>Seite nicht gefunden</title><p>Nichts.</p>", "error page"),
        ("<title>Пример - страница не найдена</title><p>Увы.</p>", "error page"),
        ("<h1>您访问的页面不存在</h1><p>返回首页。</p>", "error page"),
        ("<title>Один момент…</title><p>Проверка.</p>", "bot wall"),
        ("<title>ログイン | 例</title><p>会員の方へ。</p>", "log in"),
        ("<title>Members</title><form><input type='password'></form><p>Hello.</p>", "log in"),
        ("<meta http-equiv='Refresh' content='0; url=/new'><p>Moved.</p>", "redirects"),
        ("<div id='root'></div><p>Turn it on.</p>", "scripts fill"),
    ],
)
def test_a_page_that_is_not_an_article_is_rejected_with_a_reason(
    cleaner: Cleaner, page: str, what: str
) -> None:
    done = cleaner.clean(Document("1", f"<html>{page}</html>", Format.HTML))
    assert done.status is Status.REJECT
    assert what in (done.message or "")


@pytest.mark.parametrize(
    "head",
    ["<title>404 days at sea</title>", "<meta http-equiv='refresh' content='300;url=/'>"],
)
def test_an_article_with_signs_of_an_error_page_stays(cleaner: Cleaner, head: str) -> None:
    rows = "".join(f"<p>{row}</p>" for row in PARAGRAPHS)
    form = "<form><input type='password'></form><div id='root'></div>"
    page = f"<html><head>{head}</head><body>{form}<article>{rows}</article></body></html>"
    assert cleaner.clean(Document("1", page, Format.HTML)).status is Status.OK


def test_a_short_page_with_a_late_refresh_stays(cleaner: Cleaner) -> None:
    page = "<meta http-equiv='refresh' content='300;url=/'><p>The harbour is open again today.</p>"
    assert cleaner.clean(Document("1", page, Format.HTML)).status is Status.OK
