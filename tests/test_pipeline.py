"""One text through the whole way: a repost that carries the cruft of two sites."""

import pytest

from cleaner import Cleaner, Document, Format, Status
from tests.helpers.rules import make_rules
from tests.helpers.texts import MORE, PROSE

BODY = [
    "Pilots who bring ships through the north channel after dark may keep their surcharge for two "
    "more winters, under a tariff that the harbour board put to their guild on Friday evening.",
    "The number of boats is left open. By Wednesday, the guild had not answered.",
    "Talks go on.",
    "Dredging could begin in spring, the board’s engineer said, if the 59 wrecks on her chart are "
    "raised first.",
]
REPOST = "\n\n".join(
    [
        "Video: Pilots Weigh an Offer for the North Channel",
        "By South Front",
        "Global Research, March 12, 2016",
        "South Front 11 March 2016",
        "Region: Coasts & Harbours",
        "Theme: Shipping, Tariffs",
        "In-depth Report: **CHANNEL**",
        *BODY,
        "If you’re able, and if you like our content and approach, please support the project. Our "
        "work wouldn’t be possible without your help: PayPal: southfront@list.ru or\n"
        "via: http://southfront.org/donate/ or via: https://www.patreon.com/southfront",
        "The original source of this article is <u>South Front</u> Copyright © <u>South Front</u>, "
        "<u>South Front</u>, 2016",
        "Comment on Global Research Articles on our Facebook page",
        "Become a Member of Global Research",
        "Articles by: South Front",
        "Disclaimer: The contents of this article are of sole responsibility of the author(s). For "
        "print or other forms including commercial internet sites, contact: "
        "publications@globalresearch.ca",
        "www.globalresearch.ca contains copyrighted material the use of which has not always been "
        "authorized. We make it available under the provisions of “fair use”.",
        "For media inquiries: publications@globalresearch.ca",
    ]
)


def test_a_repost_comes_out_clean_with_its_metadata(cleaner: Cleaner) -> None:
    done = cleaner.clean(Document("1", REPOST.encode()))
    assert done.text == "\n\n".join(BODY)
    assert done.sites == ("globalresearch.ca", "southfront.org")
    found = done.metadata
    assert found.title == "Video: Pilots Weigh an Offer for the North Channel"
    assert found.authors == ("South Front",)
    assert found.date_published == "2016-03-12"
    assert found.site_name == "Global Research"
    assert (found.original_source, found.original_date) == ("South Front", "2016-03-11")
    assert found.regions == ("Coasts & Harbours",)
    assert found.themes == ("Shipping", "Tariffs")
    assert found.series == ("CHANNEL",)
    assert (found.rights_holder, found.rights_year) == ("South Front", 2016)
    assert found.license is None
    assert found.contact == ("publications@globalresearch.ca",)
    kinds = [notice.kind for notice in found.rights_notices]
    assert kinds == ["copyright", "republish-terms", "fair-use"]
    for notice in found.rights_notices:
        assert done.normalized[notice.start : notice.end] == notice.text
    assert found.origins["title"] == "text:globalresearch.ca/title"
    assert found.origins["site_name"] == "site:globalresearch.ca"


@pytest.mark.parametrize("body", ["", "  \n\n ", b"", "\u200b\ufeff"])
def test_nothing_in_is_empty_out(cleaner: Cleaner, body: str | bytes) -> None:
    done = cleaner.clean(Document("1", body))
    assert (done.status, done.text) == (Status.EMPTY, None)
    assert done.message == "the document has no text"


def test_a_text_of_cruft_alone_is_empty_and_says_so(cleaner: Cleaner) -> None:
    done = cleaner.clean(Document("1", "Share on Facebook"))
    assert (done.status, done.message) == (Status.EMPTY, "the rules left nothing of the text")
    assert done.removals[0].text == "Share on Facebook"


def test_binary_input_is_told_apart(cleaner: Cleaner) -> None:
    assert cleaner.clean(Document("1", b"\x89PNG\0\0")).status is Status.DECODE


def test_markdown_keeps_its_markup_and_text_does_not(cleaner: Cleaner) -> None:
    body = "A **bold** [claim](https://example.org/1)."
    assert cleaner.clean(Document("1", body, Format.MARKDOWN)).text == body
    assert cleaner.clean(Document("1", body, Format.TEXT)).text == "A bold claim."


def test_a_defect_is_an_error_record_not_a_crash(
    cleaner: Cleaner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cleaner.rules.fixpoint.fixpoint", lambda *_: 1 / 0)
    done = cleaner.clean_batch([Document("1", "x"), Document("2", "y")])
    assert [d.status for d in done] == [Status.ERROR, Status.ERROR]
    assert done[0].message == "ZeroDivisionError: division by zero"


def test_rules_that_never_come_to_rest_are_an_error() -> None:
    from tests.helpers.rules import make_rules

    rules = make_rules(
        "pack: p\nrules:\n  - kind: markup\n    id: a\n    span: xy\n    put: yx\n"
        "  - kind: markup\n    id: b\n    span: yx\n    put: xy\n"
    )
    done = Cleaner(rules).clean(Document("1", "xy"))
    assert done.status is Status.ERROR
    assert done.message and "rules still change the text after 100 rounds" in done.message


def test_the_input_record_fills_what_nothing_else_says(cleaner: Cleaner) -> None:
    said = {"title": "T", "author": "Ann Smith", "date": "March 3, 2016", "x": 1, "tags": ["a"]}
    done = cleaner.clean(Document("1", "A text.", metadata=said, url="https://www.example.org/1"))
    found = done.metadata
    assert (found.title, found.authors, found.date_published) == ("T", ("Ann Smith",), "2016-03-03")
    assert (found.hostname, found.tags) == ("www.example.org", ("a",))
    assert set(found.origins.values()) == {"input"}


@pytest.mark.parametrize(
    "text",
    [
        "Please enable cookies.\nChecking your browser before accessing example.org",
        "404 Not Found\n\nThe page is gone.",
        "Access denied",
    ],
)
def test_bot_walls_and_error_pages_are_rejected_with_a_reason(cleaner: Cleaner, text: str) -> None:
    done = cleaner.clean(Document("1", text))
    assert (done.status, done.text) == (Status.REJECT, None)
    assert done.message and done.message.startswith("bot wall, error or redirect page (en-media/")


def test_a_long_article_is_not_rejected_for_one_line(cleaner: Cleaner) -> None:
    text = "\n\n".join([*BODY * 4, "Access denied", BODY[0]])
    assert cleaner.clean(Document("1", text)).status is Status.OK


def test_a_mark_that_loses_its_markup_selects_its_site_file() -> None:
    site = "site: example.org\nmarks: Printed by the Quay Press\nrules:\n"
    rules = make_rules(
        site + "  - {kind: ad, line: Printed by the Quay Press}\n",
        "pack: tags\nrules:\n  - {kind: markup, span: <hr>, hit: [a <hr> b], miss: [hr]}\n",
    )
    done = Cleaner(rules).clean(f"{PROSE}\n\nPrinted by the Quay<hr> Press")
    assert (done.text, done.sites) == (PROSE, ("example.org",))


SIGNED = f"The Pier Opens\n\nWords: Bo Li, Staff Writer\n\nMay 3, 2020\n\n{PROSE}\n\n{MORE}"


@pytest.mark.parametrize("format", [Format.TEXT, Format.HTML])
def test_a_byline_that_no_rule_describes_becomes_metadata(format: Format) -> None:
    rows = SIGNED.split("\n\n")
    page = "".join(f"<p>{row}</p>" for row in rows)
    body = SIGNED if format is Format.TEXT else f"<article>{page}</article>"
    done = Cleaner(make_rules()).clean(Document("1", body, format))
    assert done.text and not {*rows[1:3]} & {*done.text.split("\n")}
    assert [(r.rule, r.kind) for r in done.removals] == [("cleaner/byline", "byline")] * 2
    assert done.metadata.authors == ("Bo Li",)
    assert done.metadata.date_published == "2020-05-03"


def test_a_kept_byline_stays() -> None:
    rules = make_rules("site: example.org\nkeep: 'Words: *'\n")
    done = Cleaner(rules).clean(Document("1", SIGNED, url="https://example.org/pier"))
    assert "Words: Bo Li, Staff Writer" in (done.text or "")
    assert "May 3, 2020" not in (done.text or "")
    assert done.metadata.authors == ("Bo Li",)


def test_a_byline_after_the_first_paragraph_becomes_metadata() -> None:
    long = f"{PROSE} {PROSE} {PROSE}"
    done = Cleaner(make_rules()).clean(f"{long}\nWords: Bo Li\n{long}")
    assert (done.text, done.metadata.authors) == (f"{long}\n{long}", ("Bo Li",))
