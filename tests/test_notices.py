"""Notices of rights in the forms that sites use, and lines that only speak of rights."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cleaner.licences import check_expression, is_spdx, licence_in, licence_of_url, matches
from cleaner.notices import read_notice

CASES = yaml.safe_load((Path(__file__).parent / "data/notices.yaml").read_text("utf-8"))
FIELDS = ("holder", "distributor", "year", "license", "url")


def is_right(case: dict[str, Any]) -> bool:
    read = read_notice(case["text"])
    if read is None or case["kind"] == "none":
        return read is None and case["kind"] == "none"
    return (
        read.kind == case["kind"]
        and all(getattr(read, name) == case.get(name) for name in FIELDS)
        and set(read.conditions) == set(case.get("conditions", ()))
        and list(read.contact) == case.get("contact", [])
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:60])
def test_a_notice_is_read(case: dict[str, Any]) -> None:
    assert is_right(case) is not case.get("missed", False), read_notice(case["text"])


def test_the_table_is_large_and_no_licence_is_invented() -> None:
    missed = sum(case.get("missed", False) for case in CASES)
    assert len(CASES) >= 300 and missed <= 0.15 * len(CASES)
    for case in CASES:
        read = read_notice(case["text"])
        if read and read.license and case["kind"] != "none":
            assert read.license == case.get("license"), case["text"]


def test_every_id_is_spdx_or_a_licenseref() -> None:
    for case in CASES:
        licence = licence_in(case["text"])
        assert licence is None or licence.startswith("LicenseRef-") or is_spdx(licence)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("CC BY 4.0", "CC-BY-4.0"),
        ("cc-by-sa", "LicenseRef-CC-BY-SA"),
        ("a Creative Commons license", "LicenseRef-CC-unspecified"),
        ("a Creative Commons license with attribution", "LicenseRef-CC-unspecified"),
        ("https://creativecommons.org/licenses/by-nc-nd/3.0/de/", "CC-BY-NC-ND-3.0-DE"),
        ("CC0", "CC0-1.0"),
        ("Attribution is due to the board", None),
        ("fair use", None),
    ],
)
def test_a_licence_is_named_and_never_guessed(text: str, wanted: str | None) -> None:
    assert licence_in(text) == wanted


def test_links_and_groups() -> None:
    assert licence_of_url("http://creativecommons.org/publicdomain/zero/1.0/") == "CC0-1.0"
    assert licence_of_url("https://example.org/licenses/by/4.0/") is None
    assert matches("CC0-1.0", "public-domain") and matches("CC-BY-4.0", "permissive")
    assert not matches("CC-BY-NC-4.0", "permissive") and matches("CC-BY-NC-4.0", "cc")
    assert not matches(None, "cc") and not matches("LicenseRef-CC-unspecified", "permissive")
    check_expression("CC-BY-4.0 OR public-domain")
    with pytest.raises(ValueError, match="CC-BY-9"):
        check_expression("CC-BY-9")


@given(st.text(max_size=400))
def test_no_line_breaks_it(text: str) -> None:
    read_notice(text)
