"""The authors of a page, from the lines near its headline."""

import pytest

from tests.metadata.test_merging import metadata

H1 = "<h1>A Pier Opens in Tarn</h1>"


@pytest.mark.parametrize(
    ("body", "authors"),
    [
        (f"{H1}<p>Ann Smith | Senior Writer | March 12, 2019</p>", ("Ann Smith",)),
        (f"{H1}<p>Ann Smith | The Harbour | March 12, 2019</p>", ()),
        (f"{H1}<div>By</div><div>The Harbour Team</div><div>6 min</div>", ("The Harbour Team",)),
        (f"{H1}<p>Ann Smith</p><p>Staff Writer</p>", ("Ann Smith",)),
        (f"{H1}<p>Ann Smith</p><p>Stone Quay</p>", ()),
        (f"{H1}<div>The Harbour Team</div><div>March 12, 2019</div>", ("The Harbour Team",)),
        (f"{H1}<div class='author'>by harbourcat</div>", ("harbourcat",)),
        (f"{H1}<div>by harbourcat</div>", ()),
        (f"{H1}<div class='author'><b>Ann</b><span>3/4/2025</span></div>", ("Ann",)),
        (f"{H1}<div>By Harbourcat in Boats</div>", ("Harbourcat",)),
        (f"{H1}<div class='author'>Ann Smith Sponsored</div>", ("Ann Smith",)),
        (f"{H1}<div>By The Harbour editors</div>", ("The Harbour editors",)),
        (f"{H1}<p>By A. J. Smith View In Digital Edition</p>", ("A. J. Smith",)),
        (f"{H1}<p>This story was written by Ann Smith</p>", ("Ann Smith",)),
        (f"<h1>94</h1>{H1}<div>By Ann Smith</div>", ("Ann Smith",)),
    ],
)
def test_lines_around_the_headline(body: str, authors: tuple[str, ...]) -> None:
    head = "<title>A Pier Opens in Tarn</title>"
    assert metadata(head, body).authors == authors


@pytest.mark.parametrize(
    ("end", "authors"),
    [
        ("<p>Posted by Ann at December 16, 2019 11:15 AM</p>", ("Ann",)),
        ("<div class='post-author__name'>Ann Smith</div>", ("Ann Smith",)),
        ("<p class='comment-author-name'>Bo Li</p><p class='author-name'>Ann Li</p>", ("Ann Li",)),
        ("<p>By the time of the storm of December 16, 2019, all the boats were in.</p>", ()),
    ],
)
def test_signatures_far_from_the_headline(end: str, authors: tuple[str, ...]) -> None:
    assert (
        metadata("", f"{H1}{'<p>It rained on the quay all day.</p>' * 20}{end}").authors == authors
    )


def test_without_an_h1_the_line_with_the_title_is_the_headline() -> None:
    menu = "<ul><li>BY USE CASE</li><li>Boats</li></ul>" + "<div>Our harbour</div>" * 20
    body = f"{menu}<div>A Pier Opens in Tarn</div><div>By Ann Smith</div>"
    assert metadata("<title>A Pier Opens in Tarn</title>", body).authors == ("Ann Smith",)


def test_adjacent_elements_are_separated_by_a_space() -> None:
    link = "<a rel='author'><b>Ann Smith</b><i>Bo Li</i></a>"
    page = metadata("", f"<h1>A Pier Opens (Tarn)<span>Your Day Out</span></h1>{link}")
    assert page.title == "A Pier Opens (Tarn) Your Day Out"
    assert all("SmithBo" not in name for name in page.authors)
