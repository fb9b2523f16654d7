"""Dates in the forms that sites use, and texts that resemble them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.metadata.dates import (
    MONTH_NUMBERS,
    find_date_forms,
    find_dates,
    parse_machine_date,
    whole_date,
)

LANGUAGES = (
    "ar ar_LB ar_MA ar_TN be bg ca cs da de el en es et fa fi fr he hu id it ka lt lv nl no pl pt "
    "ro ru sk sl sq sr sv tr uk".split()
)
MONTHS = [(number, name) for name, number in MONTH_NUMBERS.items()]
# Letters that fold to one another, and what stands between the parts of a date.
LETTERS = "".join(sorted({c for _, name in MONTHS for c in name + name.upper() + name.title()}))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2019-03-12", "2019-03-12"),
        ("2019-03-12T08:15:30.123Z", "2019-03-12T08:15:30Z"),
        ("2019-03-12T08:15+0200", "2019-03-12T08:15:00+02:00"),
        ("20190312", "2019-03-12"),
        ("Tue, 12 Mar 2019 08:15:00 GMT", "2019-03-12"),
        ("12/25/2019", "2019-12-25"),
        ("25.12.2019", "2019-12-25"),
        ("03/04/2019", None),
        ("2019-13-01", None),
        ("2019-02-30T00:00:00Z", None),
        ("0001-01-01", None),
        ("20190312345", None),
        ("٢٠١٩-٠٣-١٢", "2019-03-12"),
        ("yesterday", None),
        ("", None),
    ],
)
def test_machine_readable_dates(text: str, wanted: str | None) -> None:
    assert parse_machine_date(text) == wanted


@given(st.dates(), st.sampled_from(["{0:%Y-%m-%d}", "{0:%B} {0.day}, {0.year}", "{0:%d %b %Y}"]))
def test_formatted_dates_are_found(day: date, form: str) -> None:
    if 1900 <= day.year <= 2099:
        assert find_dates(form.format(day)) == [str(day)]


@pytest.mark.parametrize("name", sorted({name for _, name in MONTHS}))
def test_a_month_is_read_in_every_case(name: str) -> None:
    number = next(n for n, month in MONTHS if month == name)
    forms = {name, name.upper(), name.title(), name.replace("i", "İ"), name.replace("s", "ſ")}
    for form in (form for form in forms if len(form) == len(name)):  # ΐ has no capital
        assert find_dates(f"12 {form} 2019") == [f"2019-{number:02}-12"], form


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_month_of_a_language_is_read(language: str) -> None:
    dates = pytest.importorskip("babel.dates")
    for context in ("format", "stand-alone"):
        for number, name in dates.get_month_names("wide", context, language).items():
            assert find_dates(f"12 {name} 2019") == [f"2019-{number:02}-12"], name


@given(
    st.lists(
        st.sampled_from([*(name for _, name in MONTHS), *" .,/-", "2019", "12", "31", "de", "1e"])
        | st.text(alphabet=LETTERS + "İıſK\u0307.٣", max_size=4),
        max_size=9,
    ),
    st.sampled_from(["", " "]),
)
def test_no_text_breaks_it(parts: list[str], between: str) -> None:
    text = between.join(parts)
    for days in (find_dates(text), [whole_date(text), parse_machine_date(text)]):
        assert all(date.fromisoformat(day[:10]) for day in days if day)


@given(st.sampled_from([name for _, name in MONTHS]), st.data())
def test_no_spelling_of_a_month_breaks_it(name: str, data: st.DataObject) -> None:
    odd = {"i": "iIİı", "s": "sSſ", "k": "kK\u212a", "ı": "ıIi", "å": "åÅ\u212b", "µ": "µμ"}
    spelt = "".join(data.draw(st.sampled_from(odd.get(c, c + c.upper()))) for c in name)
    assert all(date.fromisoformat(day) for day in find_dates(f"5 {spelt} 2019"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Donnerstag, 12. Oktober 2017", "2017-10-12"),
        ("Do., 12. Oktober 2017, 16:15 Uhr", "2017-10-12"),
        ("jeudi 12 octobre 2017", "2017-10-12"),
        ("четверг, 12 октября 2017", "2017-10-12"),
        ("14.05.2021", "2021-05-14"),
        ("14/05/2021", "2021-05-14"),
        ("14-05-2021, 8:15", "2021-05-14"),
        ("05/14/2021", "2021-05-14"),
        ("14. 5. 2021", "2021-05-14"),
        ("2021. 5. 14.", None),
        ("2021. 5. 14", "2021-05-14"),
        ("05.05.2021", "2021-05-05"),
        ("05.04.2021", "2021-04-05"),
        ("05/04/2021", None),
        ("3 March 1897", "1897-03-03"),
        ("Research, 12. Oktober 2017", None),
        ("12. Oktober 2017 im Hafen", None),
        ("12. Oktember 2017", None),
        ("12. 10. 2020", "2020-10-12"),
        ("Петък, 5 май 2023 г.", "2023-05-05"),
        ("15 сьнежня 2023", "2023-12-15"),
        ("3 Korrik 2019", "2019-07-03"),
        ("12. listopada 2020.", "2020-10-12"),
        ("12 listopada 2020", "2020-11-12"),
        ("الجمعة 8 فيفري 2019", "2019-02-08"),
        ("8 نوفمبر/ تشرين الثاني 2019", "2019-11-08"),
        ("٨ نوفمبر ٢٠١٩", "2019-11-08"),
        ("Thứ Ba, ngày 5 tháng 6 năm 2023", "2023-06-05"),
        ("2019. március 12.", "2019-03-12"),
        ("2019 m. kovo 12 d.", "2019-03-12"),
        ("dissabte, 12 d'abril de 2019", "2019-04-12"),
        ("le mardi 12 mars 2019", "2019-03-12"),
        ("12 Mart 2019 Salı", "2019-03-12"),
        ("2019年3月12日（火） 10:00", "2019-03-12"),
        ("12 Mart 2019 Liman", None),
        ("", None),
    ],
)
def test_whole_dates(text: str, wanted: str | None) -> None:
    assert whole_date(text) == wanted


def test_the_order_of_day_and_month_depends_on_the_language() -> None:
    assert find_date_forms("03/04/2019") == [(0, 10, None)]
    assert find_date_forms("03/04/2019", day_first=True) == [(0, 10, "2019-04-03")]
    assert find_date_forms("12/25/2019", day_first=True) == [(0, 10, "2019-12-25")]


@pytest.mark.parametrize(
    "text",
    ["27 Mart 2019 20:00 Liman Sahnesi", "12 March 2019, 19:30 Old Pier Hall",
     "March 3, 2016 5 ways to cross the harbor"],
)  # fmt: skip
def test_the_time_and_place_of_an_event_is_not_a_date(text: str) -> None:
    assert whole_date(text) is None


@pytest.mark.parametrize(
    "text",
    ["12 March 2019, 4:15 p.m. Eastern Daylight Time", "2019-03-12 10:30 am - Tarnholm Time",
     "2019年3月12日 01時28分 (3月14日 01時40分更新)", "2019-03-12T10:11:12+0100 (CEST)",
     "12 de marzo de 2019 12:30 horas", "12 March 2019 • 5 min read",
     "2019-03-12 10:30 来源：港口晚报"],
)  # fmt: skip
def test_a_zone_or_a_source_may_follow_a_time(text: str) -> None:
    assert whole_date(text) == "2019-03-12"
