"""The publication date of a page: stated dates are found, and none is invented."""

import pytest

from tests.metadata.test_merging import ld, metadata

H1 = "<h1>A Pier Opens in Tarn</h1>"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", "<div xmlns:rdfs='http://www.w3.org/2000/01/rdf-schema#'>Pier</div>"),
        ("", "<img src='/pier.jpg?width=2010&height=900'>"),
        ("<meta property='og:image' content='https://x.org/uploads/2022/05/pier.jpg'>",
         "<img src='https://x.org/uploads/2022/05/pier.jpg'>"),
        ("<meta property='og:image' content='https://x.org/pier-2023-04-04T091036.png'>", ""),
        ("<meta property='article:modified_time' content='2021-03-04'>", ""),
        ("", "<footer>Copyright 1998, 2025 Example News</footer>"),
        ("", "<footer>© 2025 Example News. All rights reserved.</footer>"),
        ("", "<a href='https://other.org/2019/05/06/ferry'>The ferry</a>"),
        ("", f"{H1}<div>3/4/2025</div>"),
        ("", "<p>" + "It says so in the papers of the harbour. " * 5 + "(June 2, 2016)</p>"),
    ],
)  # fmt: skip
def test_a_page_without_a_date_has_none(head: str, body: str) -> None:
    assert metadata(head, body).date_published is None


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("<meta name='published' content='March 12, 2019'>", ""),
        ("<meta property='og:url' content='https://x.org/2019/03/12/pier'>", ""),
        ("", "<section class='post-date'>March 12, 2019</section>"),
        ("", "<div class='date'>12. März 2019</div>"),
        ("", "<div class='post-meta'><b>Harbour</b><span>March 12, 2019</span></div>"),
        ("", "<footer><time datetime='2019-03-12T08:00'>last spring</time></footer>"),
    ],
)
def test_a_date_stated_by_the_page_is_found(head: str, body: str) -> None:
    assert (metadata(head, body).date_published or "")[:10] == "2019-03-12"


def test_a_date_with_a_time_is_preferred() -> None:
    body = f"{H1}<div>By Ann Smith | March 12, 2019</div>"
    found = metadata(ld(datePublished="2019-03-12T08:00:00+01:00"), body)
    assert found.date_published == "2019-03-12T08:00:00+01:00"
    found = metadata(ld(datePublished="2018-01-01T08:00:00+01:00"), body)
    assert (found.date_published, found.origins["date_published"]) == ("2019-03-12", "html:byline")
