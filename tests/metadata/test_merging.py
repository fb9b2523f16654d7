"""Which value of page, text, rules and input is chosen, and its origin."""

import json

import pytest

from cleaner import Cleaner, Document, Format
from cleaner.document import Metadata
from cleaner.metadata.headlines import choose_title
from tests.helpers.rules import make_rules
from tests.helpers.texts import article

BODY = "".join(f"<p>{row}</p>" for row in article(1).split("\n"))


def metadata(head: str = "", body: str = "", **more: object) -> Metadata:
    page = f"<html><head>{head}</head><body><article>{body}{BODY}</article></body></html>"
    document = Document("1", page, Format.HTML, metadata=more)
    return Cleaner(make_rules("site: x.org\n")).clean(document).metadata


def ld(**values: object) -> str:
    data = {"@type": "NewsArticle", **values}
    return f"<script type='application/ld+json'>{json.dumps(data)}</script>"


@pytest.mark.parametrize(
    ("headings", "stated", "names", "wanted"),
    [
        (["Pier Opens"], ["Pier Opens | Example News"], [], "Pier Opens"),
        ([], ["Pier Opens | Example News"], ["Example News"], "Pier Opens"),
        ([], ["Example News: Pier Opens"], ["Example News"], "Pier Opens"),
        ([], ["Pier Opens – a day out » News"], [], "Pier Opens – a day out"),
        ([], ["Pier Opens - A Day Out"], ["Example News"], "Pier Opens - A Day Out"),
        (["Example News"], ["Pier Opens — Example News"], ["Example News"], "Pier Opens"),
        (["Pier opens: who pays"], ["Who pays? Pier opens", "x"], [], "Pier opens: who pays"),
        (["Menu", "The Pier Opens in Tarn"], ["The Pier Opens in Tarn - EN"], [],
         "The Pier Opens in Tarn"),
        (["Pier Opens | Opinion"], ["Pier Opens | Opinion"], [], "Pier Opens"),
        ([], ["Pier Opens - example.org"], [], "Pier Opens"),
        (["Der Steg - «Er trägt nicht»"], [], ["Example"], "Der Steg - «Er trägt nicht»"),
        ([], ["»Der Steg« öffnet | Example News"], ["Example News"], "»Der Steg« öffnet"),
        ([], ["부두가 열리다-정치ㅣ예보"], ["예보"], "부두가 열리다"),
        ([], ["码头开放｜示例报"], ["示例报"], "码头开放"),
    ],
)  # fmt: skip
def test_titles_lose_the_site_name_if_there_is_evidence(
    headings: list[str], stated: list[str], names: list[str], wanted: str
) -> None:
    found = choose_title(headings, stated, names, "www.example.org")
    assert found is not None and found[0] == wanted


@pytest.mark.parametrize(
    ("title", "block"),
    [
        ("ТАРН : Мост открыт снова", "Мост открыт снова"),
        ("大坝今晨重新开放-社会-示例网", "大坝今晨重新开放"),
        ("Pier Opens Late - Coast - Example in Tarn", "Pier opens late"),
        ("Tide: Pier Opens Late | Coast", "Tide: Pier Opens Late"),
    ],
)
def test_the_part_of_a_title_that_the_page_shows_is_the_title(title: str, block: str) -> None:
    found = choose_title([], [title], [], None, ["Coast", "A word", block, "Example"])
    assert found is not None and found[0].lower() == block.lower()


def test_a_title_that_the_page_shows_whole_stays_whole() -> None:
    title = "Pier Opens Late: Coast at Risk"
    assert choose_title([], [title], [], None, ["Pier Opens Late", title]) == (title, "head")


def test_json_ld_gives_authors_and_dates_with_zone() -> None:
    dates = {"datePublished": "2019-03-12T08:00:00+0100", "dateModified": "2019-03-13"}
    found = metadata(ld(author=[{"name": "Ann Smith"}, {"name": "Bo Li"}], **dates))
    assert found.authors == ("Ann Smith", "Bo Li")
    assert found.date_published == "2019-03-12T08:00:00+01:00"
    assert found.date_modified == "2019-03-13"
    assert found.origins["authors"] == "html:json-ld"


def test_people_named_elsewhere_in_the_graph_are_found() -> None:
    graph = {"@graph": [{"@type": "Article", "author": {"@id": "#a"}},
                        {"@id": "#a", "@type": "Person", "name": "Ann Smith"}]}  # fmt: skip
    head = f"<script type='application/ld+json'>{json.dumps(graph)}</script>"
    assert metadata(head).authors == ("Ann Smith",)


def test_the_line_under_the_headline_gives_author_and_date() -> None:
    found = metadata(body="<h1>A Pier Opens in Tarn</h1><div>By Ann Smith | March 12, 2019</div>")
    assert (found.authors, found.date_published) == (("Ann Smith",), "2019-03-12")
    assert found.origins["authors"] == "html:byline"


def test_an_outlet_is_the_author_only_without_a_person() -> None:
    head = ld(author={"@type": "Organization", "name": "Example News"},
              publisher={"name": "Example News"})  # fmt: skip
    assert metadata(head).authors == ("Example News",)
    line = "<h1>A Pier Opens</h1><div>By Ann Smith</div>"
    assert metadata(head, line).authors == ("Ann Smith",)


@pytest.mark.parametrize("author", ["https://example.org/ann", "ann@example.org", "12345"])
def test_addresses_and_numbers_are_not_authors(author: str) -> None:
    assert metadata(f"<meta name='author' content='{author}'>").authors == ()


def test_other_values_become_alternatives() -> None:
    head = ld(datePublished="2019-03-12") + "<meta name='date' content='2019-03-14'>"
    found = metadata(head, date="2019-03-12")
    others = [(o.value, o.origin) for o in found.alternatives["date_published"]]
    assert ("2019-03-14", "html:meta") in others
    assert all(value != "2019-03-12" for value, _ in others)


def test_dates_after_the_crawl_are_rejected() -> None:
    head = ld(datePublished="2021-01-01") + "<meta name='date' content='2019-03-14'>"
    assert metadata(head, crawl_date="2020-06-01").date_published == "2019-03-14"


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("2019-03-12", "2019-03-12"),
        ("2019-03-12T08:00:00+0100", "2019-03-12T08:00:00+01:00"),
        ("1897-03-12", "1897-03-12"),
        ("12. März 2019", "2019-03-12"),
        (20190312, "2019-03-12"),
        ("2019-99-99 whatever", None),
        ("٢٠١٩-٠٣-١٢", "2019-03-12"),
        ("2019-3", None),
        (1552377600, None),
    ],
)
def test_invalid_dates_of_the_input_are_skipped(said: object, wanted: str | None) -> None:
    assert metadata(date=said).date_published == wanted


def test_the_language_is_stated_or_detected_as_bcp_47() -> None:
    assert metadata("<meta property='og:locale' content='pt_BR'>").language == "pt-BR"
    text = (
        "La junta del puerto se reunió el lunes y acordó dragar el canal norte, que se llenó "
        "de arena durante tres inviernos, y avisar a los pilotos de los barcos de la bahía. " * 3
    )
    done = Cleaner(make_rules("site: x.org\n")).clean(Document("1", text))
    assert (done.metadata.language, done.metadata.origins["language"]) == ("es", "text:detected")


def test_metadata_of_a_page_wins_over_a_date_line_in_its_text() -> None:
    card = "<p>November 24, 2021</p>" + BODY
    body = f"{card}<h1>A Pier Opens in Tarn</h1>{BODY}"
    page = f"<html><head>{ld(datePublished='2019-03-12')}</head><body>{body}</body></html>"
    found = Cleaner.load().clean(Document("1", page, Format.HTML)).metadata
    assert found.date_published == "2019-03-12"
    assert [o.value for o in found.alternatives["date_published"]] == ["2021-11-24"]


def test_bylines_are_read_from_the_head_of_a_text_but_not_from_prose() -> None:
    rules = make_rules("site: x.org\n")
    head = "A Pier Opens\nBy Ann Smith\nMarch 12, 2019\n\n"
    found = Cleaner(rules).clean(Document("1", head + article(1))).metadata
    assert (found.authors, found.date_published) == (("Ann Smith",), "2019-03-12")
    assert found.origins["authors"] == "text:head"
    prose = (
        "By Wednesday, the deal of March 12, 2019, had come apart over the price of the boats.\n"
    )
    found = Cleaner(rules).clean(Document("1", prose + article(1))).metadata
    assert (found.authors, found.date_published) == ((), None)


@pytest.mark.parametrize(
    ("line", "appeared", "changed"),
    [
        ("Published January 3, 2022 at 1:10 p.m. | Updated January 4, 2022", "03", "04"),
        ("Published January 3, 2022 | Updated January 4, 2022 at 2:15 p.m. EST", "03", "04"),
        ("January 3, 2022 - Last updated: January 5, 2022", "03", "05"),
    ],
)
def test_a_line_with_both_dates_gives_both(line: str, appeared: str, changed: str) -> None:
    done = Cleaner.load().clean(Document("1", f"{article(1)}\n{line}\n{article(2)}"))
    assert done.metadata.date_published == f"2022-01-{appeared}"
    assert done.metadata.date_modified == f"2022-01-{changed}"
    assert line not in (done.text or "")


# --- rights -----------------------------------------------------------------------------------


def test_the_scope_of_a_license_link_is_its_position() -> None:
    link = "<a href='https://creativecommons.org/licenses/by/4.0/'>CC</a>"
    found = metadata(body=f"<p>This text is licensed under {link} BY 4.0.</p>")
    assert (found.license, found.license_basis) == ("CC-BY-4.0", "linked")
    told = metadata(body=f"<p>The board chose {link} for its maps, the mayor said.</p>")
    assert told.license is None and told.rights_notices[0].scope == "unclear"
    figure = metadata(body=f"<figure><figcaption>Photo {link}</figcaption></figure>")
    assert figure.license is None
    assert [(n.scope, n.license) for n in figure.rights_notices] == [("image", "CC-BY-4.0")]
    footer = metadata(body=f"<footer>{link}</footer>")
    assert footer.license is None and footer.rights_notices[0].scope == "site"


def test_schema_org_and_tdm_reservations_are_notices() -> None:
    head = ld(license="https://creativecommons.org/licenses/by-nc/4.0/", copyrightYear=2019,
              copyrightHolder={"name": "Example Press"})  # fmt: skip
    found = metadata(head + "<meta name='tdm-reservation' content='1'>")
    assert (found.license, found.rights_holder, found.rights_year) == (
        "CC-BY-NC-4.0", "Example Press", 2019)  # fmt: skip
    assert found.rights_conditions == ("attribution", "non-commercial")
    assert "reservation" in [n.kind for n in found.rights_notices]


def test_conflicting_notices_are_all_kept() -> None:
    head = ld(license="https://creativecommons.org/licenses/by/4.0/")
    link = "<p><a rel='license' href='https://creativecommons.org/licenses/by-sa/4.0/'>x</a></p>"
    found = metadata(head, link)
    assert found.license == "CC-BY-4.0"
    assert [o.value for o in found.alternatives["license"]] == ["CC-BY-SA-4.0"]


def test_the_site_is_not_an_author_if_people_are() -> None:
    rules = make_rules(
        "site: tarn.example\nname: Tarn Wire\nrules:\n"
        "  - kind: byline\n    at: head\n    line: 'By {author}'\n"
    )
    text = "\n".join(["By Ann Smith, Tarn Wire", *article(1).split("\n")])
    document = Document("1", text, url="https://tarn.example/piers")
    assert Cleaner(rules).clean(document).metadata.authors == ("Ann Smith",)
