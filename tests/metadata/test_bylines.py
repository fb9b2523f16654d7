"""Bylines and datelines in the forms that sites use, and lines that resemble them."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cleaner.metadata.bylines import read_byline

CASES = yaml.safe_load((Path(__file__).parent.parent / "data/bylines.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["line"][:60])
def test_bylines_are_parsed(case: dict[str, Any]) -> None:
    read = read_byline(case["line"])
    right = (list(read.authors), read.date) == (case["authors"], case.get("date"))
    assert right is not case.get("missed", False), read


def test_nearly_all_bylines_of_a_large_table_are_parsed() -> None:
    missed = sum(case.get("missed", False) for case in CASES)
    assert len(CASES) >= 300 and missed <= 0.1 * len(CASES)
    invented = [c for c in CASES if c.get("missed") and not c["authors"]]
    assert len(invented) <= 6


def test_site_names_are_not_authors_and_expected_authors_need_no_by() -> None:
    outlets = frozenset({"example news"})
    assert read_byline("Ann Smith Example News", expect_author=True, outlets=outlets).authors == (
        "Ann Smith",
    )
    assert read_byline("Ann Smith").authors == ()
    assert read_byline("Ann Smith", expect_author=True).authors == ("Ann Smith",)


@given(st.text(max_size=300))
def test_no_line_breaks_it(line: str) -> None:
    read = read_byline(line, expect_author=True)
    assert all(name.strip() for name in read.authors)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("1939年1月30日，码头工人在港口集会。", None),
        ("1939年1月30日出生于港口城市", None),
        ("他在1939年1月30日来到码头。", None),
        ("发布时间：2019年3月12日 09:30", "2019-03-12"),
        ("2019年3月12日星期二 来源：港口晚报", "2019-03-12"),
        ("2019年3月12日讯", "2019-03-12"),
    ],
)
def test_a_date_in_a_chinese_sentence_is_not_a_publication_date(line: str, day: str | None) -> None:
    assert read_byline(line).date == day


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Prof Ann Smith, Tarnholm Research:", ("Prof Ann Smith",)),
        ("by Ann Smith The Centre for Harbor Studies", ("Ann Smith",)),
        ("BY ANN SMITH THE HARBOR SOCIETY", ("ANN SMITH",)),
        ("By: U.S. Senators Ann Smith and Bo Li", ("Ann Smith", "Bo Li")),
        ("By former Governor Ann Smith", ("Ann Smith",)),
        ("By Andre The Giant", ("Andre The Giant",)),
    ],
)
def test_names_exclude_offices_and_organizations(line: str, names: tuple[str, ...]) -> None:
    assert read_byline(line).authors == names
