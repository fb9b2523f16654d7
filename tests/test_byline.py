"""Bylines and datelines in the forms that sites use, right and wrong ones."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cleaner.byline import read_byline
from cleaner.dates import find_dates, parse_stated

CASES = yaml.safe_load((Path(__file__).parent / "data/bylines.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["line"][:60])
def test_a_line_says_who_and_when(case: dict[str, Any]) -> None:
    read = read_byline(case["line"])
    right = (list(read.authors), read.date) == (case["authors"], case.get("date"))
    assert right is not case.get("missed", False), read


def test_the_table_is_large_and_nearly_all_of_it_is_read() -> None:
    missed = sum(case.get("missed", False) for case in CASES)
    assert len(CASES) >= 300 and missed <= 0.1 * len(CASES)
    invented = [c for c in CASES if c.get("missed") and not c["authors"]]
    assert len(invented) <= 6


def test_names_of_the_site_are_no_authors_and_a_sure_place_needs_no_by() -> None:
    outlets = frozenset({"example news"})
    assert read_byline("Ann Smith Example News", sure=True, outlets=outlets).authors == (
        "Ann Smith",
    )
    assert read_byline("Ann Smith").authors == ()
    assert read_byline("Ann Smith", sure=True).authors == ("Ann Smith",)


@given(st.text(max_size=300))
def test_no_line_breaks_it(line: str) -> None:
    read = read_byline(line, sure=True)
    assert all(name.strip() for name in read.authors)


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
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_that_machines_write(text: str, wanted: str | None) -> None:
    assert parse_stated(text) == wanted


@given(st.dates(), st.sampled_from(["{0:%Y-%m-%d}", "{0:%B} {0.day}, {0.year}", "{0:%d %b %Y}"]))
def test_dates_come_back(day: date, form: str) -> None:
    found = find_dates(form.format(day))
    if 1900 <= day.year <= 2099:
        assert [f.value for f in found] == [str(day)]
