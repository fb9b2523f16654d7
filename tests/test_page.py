"""Pages: extraction, html rules and their safeguards."""

import pytest

from cleaner import Cleaner, Document, Format, Status
from cleaner.corpus.records import removal_records
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


def test_a_reader_of_metadata_that_fails_costs_only_its_metadata(
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
        "read_page_data",
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
    for name in ("_from_rules", "_from_notices", "_from_input", "_detected"):
        with monkeypatch.context() as patch:
            patch.setattr(f"cleaner.metadata.merging.{name}", fails)
            assert cleaner.clean(page).text == whole.text


@pytest.mark.parametrize("root", ["svg", "math"])
def test_pages_with_another_root_are_read(root: str) -> None:
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
    return (done.text or "").split("\n"), done.notes


def test_the_article_comes_out_without_its_cruft(cleaner: Cleaner) -> None:
    done = cleaner.clean(Document("1", PAGE.format(body=BODY).encode(), Format.HTML))
    assert done.text is not None
    assert [row for row in done.text.split("\n") if row.startswith("Paragraph")] == PARAGRAPHS
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


def test_prune_takes_nodes_out_first() -> None:
    page = PAGE.format(body=BODY)
    assert any("boat trips" in row for row in clean(page)[0])
    rows, _ = clean(page, "html:\n  prune: [.promo]\n")
    assert not any("boat trips" in row for row in rows)


def test_a_second_selector_is_tried_where_the_first_fails() -> None:
    page = PAGE.format(body=BODY)
    rows, notes = clean(page, "html:\n  content: [div.gone, h1, div.body]\n")
    assert rows == PARAGRAPHS
    assert len(notes) == 2


def test_what_was_pruned_is_recorded() -> None:
    rules = make_rules("site: example.org\nhtml:\n  prune: [.promo]\n")
    done = Cleaner(rules).clean(Document("1", PAGE.format(body=BODY), Format.HTML))
    (node,) = done.pruned
    assert (node.rule, node.selector) == ("example.org/html.prune", ".promo")
    assert node.text.startswith("Our own boat trips")
    record = list(removal_records(done))[-1]
    assert (record["kind"], record["start"], record["selector"]) == ("pruned", None, ".promo")
    assert done.extractor == "html rules" and done.why == "html.prune (1 nodes)"


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
def test_what_xml_cannot_have_is_no_obstacle_to_html_rules(odd: str) -> None:
    page = PAGE.format(body=BODY).replace("</div>\n</article>", f"</div> {odd} </article>")
    rows, notes = clean(page, "html:\n  prune: [.promo]\n")
    assert rows == PARAGRAPHS
    assert not notes


def test_names_that_xml_cannot_have_are_no_obstacle_to_html_rules() -> None:
    page = PAGE.format(body=BODY).replace('<html lang="en-GB">', '<html {attributes} lang="en">')
    rows, notes = clean(page, "html:\n  content: [div.body]\n")
    assert rows == PARAGRAPHS
    assert not notes
