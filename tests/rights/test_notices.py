"""Notices of rights in the forms that sites use, and lines that only speak of rights."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cleaner.rights.licenses import find_license, is_spdx
from cleaner.rights.notices import find_notice

CASES = yaml.safe_load((Path(__file__).parent.parent / "data/notices.yaml").read_text("utf-8"))
FIELDS = ("holder", "distributor", "year", "license", "url")


def is_right(case: dict[str, Any]) -> bool:
    read = find_notice(case["text"])
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
    assert is_right(case) is not case.get("missed", False), find_notice(case["text"])


def test_the_table_is_large_and_no_licence_is_invented() -> None:
    missed = sum(case.get("missed", False) for case in CASES)
    assert len(CASES) >= 300 and missed <= 0.15 * len(CASES)
    for case in CASES:
        read = find_notice(case["text"])
        if read and read.license and case["kind"] != "none":
            assert read.license == case.get("license"), case["text"]


def test_every_id_is_spdx_or_a_licenseref() -> None:
    for case in CASES:
        license_id = find_license(case["text"])
        assert license_id is None or license_id.startswith("LicenseRef-") or is_spdx(license_id)


@given(st.text(max_size=400))
def test_no_line_breaks_it(text: str) -> None:
    find_notice(text)
