"""Who a page says wrote its article, by the lines around the headline."""

import pytest

from tests.test_metadata import metadata

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
        (f"<h1>94</h1>{H1}<div>By Ann Smith</div>", ("Ann Smith",)),
    ],
)
def test_lines_around_the_headline(body: str, authors: tuple[str, ...]) -> None:
    head = "<title>A Pier Opens in Tarn</title>"
    assert metadata(head, body).authors == authors


def test_without_an_h1_the_line_that_is_the_title_is_the_headline() -> None:
    menu = "<ul><li>BY USE CASE</li><li>Boats</li></ul>" + "<div>Our harbour</div>" * 20
    body = f"{menu}<div>A Pier Opens in Tarn</div><div>By Ann Smith</div>"
    assert metadata("<title>A Pier Opens in Tarn</title>", body).authors == ("Ann Smith",)


def test_names_and_titles_have_blanks_where_elements_meet() -> None:
    link = "<a rel='author'><b>Ann Smith</b><i>Bo Li</i></a>"
    page = metadata("", f"<h1>A Pier Opens (Tarn)<span>Your Day Out</span></h1>{link}")
    assert page.title == "A Pier Opens (Tarn) Your Day Out"
    assert all("SmithBo" not in name for name in page.authors)
