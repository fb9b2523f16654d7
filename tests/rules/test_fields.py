import pytest

from cleaner.pipeline import Cleaner
from cleaner.rules.fields import parse_authors, parse_date, parse_holder, parse_source, parse_title
from tests.helpers.rules import make_rules


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("South Front", ("South Front",)),
        ("Ann Smith, Bo Li and C. Díaz", ("Ann Smith", "Bo Li", "C. Díaz")),
        ("Ann Smith & Bo Li", ("Ann Smith", "Bo Li")),
        ("Ann Smith, Staff Writer", ("Ann Smith",)),
        ("Ann Smith, Senior Reporter and Bo Li, Guest Columnist", ("Ann Smith", "Bo Li")),
        ("Ann Smith, Associated Press", ("Ann Smith",)),
        ("Ann Smith, Reuters", ("Ann Smith",)),
        ("Ann Smith, Chefredakteurin", ("Ann Smith",)),
        ("Ann Smith, Corresponsal", ("Ann Smith",)),
        ("Анна Иванова, Корреспондент", ("Анна Иванова",)),
        ("Ann Smith and Staff Writer Bo Li", ("Ann Smith", "Staff Writer Bo Li")),
        ("Reuters", ("Reuters",)),
        ("The Editorial Board", ("The Editorial Board",)),
        ("the Harbour Board", None),
        ("Martin L. King Jr.", ("Martin L. King Jr.",)),
        ("María de la Cruz", ("María de la Cruz",)),
        ("ANN SMITH", ("ANN SMITH",)),
        ("Анна Иванова", ("Анна Иванова",)),
        ("the sea", None),
        ("April Ma", ("April Ma",)),
        ("April", None),
        ("Wednesday", None),
        ("Ann Smith said on Monday", None),
        ("1998", None),
        ("Ann Smith.", None),
        ("U.S. Senators Ann Smith and Bo Li", ("Ann Smith", "Bo Li")),
        ("Professors Ann Smith and Bo Li", ("Ann Smith", "Bo Li")),
        ("Deputy Mayor Ann Smith, Tarnholm Research", ("Ann Smith",)),
        ("Ann Smith The Harbor Society", ("Ann Smith",)),
        ("Senator Smith", ("Senator Smith",)),
        ("", None),
        ("A B C D E F G H I", None),
    ],
)
def test_authors(text: str, names: tuple[str, ...] | None) -> None:
    assert parse_authors(text) == names


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("October 12, 2017", "2017-10-12"),
        ("12 October 2017", "2017-10-12"),
        ("12th of October, 2017", "2017-10-12"),
        ("Oct. 12, 2017", "2017-10-12"),
        ("Sept. 3, 2011", "2011-09-03"),
        ("Thursday, October 12, 2017 at 4:15 p.m. EDT", "2017-10-12"),
        ("2017-10-12T04:15:00Z", "2017-10-12"),
        ("2017/10/12", "2017-10-12"),
        ("12 de outubro de 2017", "2017-10-12"),
        ("12. Oktober 2017", "2017-10-12"),
        ("12 octobre 2017", "2017-10-12"),
        ("12 октября 2017", "2017-10-12"),
        ("2017年10月12日", "2017-10-12"),
        ("14.05.2021", "2021-05-14"),
        ("03/04/2019", None),
        ("October 2017", None),
        ("October 32, 2017", None),
        ("10/11/12", None),
        ("yesterday", None),
        ("Research, October 12, 2017", None),
        ("Nothing 12, 2017", None),
    ],
)
def test_dates(text: str, day: str | None) -> None:
    assert parse_date(text) == day


def test_titles_are_not_paragraphs() -> None:
    assert parse_title("Video: Forces Negotiate Over the City") is not None
    assert parse_title("What Now? The Board Decides") is not None
    assert parse_title("The Pier Was Lost. Then Came the Goats.") is not None
    assert parse_title("It rained. It went on raining. Nobody minded.") is None
    assert parse_title("x" * 251) is None


def test_sources_and_holders_are_names() -> None:
    assert parse_source("South Front") == "South Front"
    assert parse_source("southfront.org") == "southfront.org"
    assert parse_source("The strike began on") is None
    assert parse_source("it was said") is None
    assert parse_holder("Example News, Inc.") == "Example News, Inc."
    assert parse_holder("2017") is None


@pytest.mark.parametrize(
    "hidden",
    ["[email protected]", "[email\u00a0protected]",
     "[[email protected]](/cdn-cgi/l/email-protection#8a)",
     '<a href="/cdn-cgi/l/email-protection" class="__cf_email__">[email&#160;protected]</a>'],
)  # fmt: skip
def test_a_hidden_address_matches_but_is_not_a_contact(hidden: str) -> None:
    rules = make_rules("pack: own\nrules:\n  - kind: contact\n    line: 'Write to {email}'\n")
    done = Cleaner(rules).clean(f"A pier opened.\n\nWrite to {hidden}\n\nWrite to [email us]")
    assert done.text == "A pier opened.\n\nWrite to [email us]"
    assert done.metadata.contact == ()
