"""Bylines and datelines in the forms that sites use, right and wrong ones."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cleaner.byline import read_byline

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
