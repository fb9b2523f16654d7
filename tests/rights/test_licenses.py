"""Licenses in words, abbreviations and links: stated ones are found, and none is guessed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.rights.licenses import (
    CC_CONDITIONS,
    CONDITIONS,
    check_expression,
    conditions_of,
    find_license,
    is_spdx,
    license_from_url,
    license_matches,
)
from cleaner.rights.notices import CONDITION_PATTERNS


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
def test_licenses_are_recognized_and_never_guessed(text: str, wanted: str | None) -> None:
    assert find_license(text) == wanted


def test_links_and_groups() -> None:
    assert license_from_url("http://creativecommons.org/publicdomain/zero/1.0/") == "CC0-1.0"
    assert license_from_url("https://example.org/licenses/by/4.0/") is None
    assert license_matches("CC0-1.0", "public-domain")
    assert license_matches("CC-BY-4.0", "permissive")
    assert license_matches("CC-BY-NC-4.0", "cc")
    assert not license_matches("CC-BY-NC-4.0", "permissive")
    assert not license_matches("LicenseRef-CC-unspecified", "permissive")
    assert not license_matches(None, "cc")
    check_expression("CC-BY-4.0 OR public-domain")
    with pytest.raises(ValueError, match="CC-BY-9"):
        check_expression("CC-BY-9")


def test_conditions_follow_from_the_name() -> None:
    assert conditions_of("CC-BY-NC-SA-4.0") == ("attribution", "non-commercial", "share-alike")
    assert conditions_of("LicenseRef-CC-BY") == ("attribution",)
    assert conditions_of("CC0-1.0") == conditions_of("MIT") == conditions_of(None) == ()


@given(
    st.sampled_from(["by", "by-nc", "by-sa", "by-nd", "by-nc-sa", "by-nc-nd"]),
    st.sampled_from(["1.0", "2.0", "2.5", "3.0", "4.0", "9.9", ""]),
    st.sampled_from(["", "de/", "us/", "xx/", "deed.de"]),
)
def test_licenses_of_links_are_spdx_ids_or_licenserefs(kind: str, version: str, port: str) -> None:
    license_id = license_from_url(f"https://creativecommons.org/licenses/{kind}/{version}/{port}")
    assert license_id is None or is_spdx(license_id) or license_id.startswith("LicenseRef-CC-")


@pytest.mark.parametrize(
    ("license_id", "wanted", "fits"),
    [
        ("CC-BY-4.0", "(cc-by-4.0 or MIT)", True),
        ("CC-BY-4.0", "cc AND permissive", True),
        ("CC-BY-NC-4.0", "cc AND permissive", False),
        ("LicenseRef-public-domain", "licenseref-public-domain, mit", True),
        ("MIT OR CC-BY-NC-4.0", "permissive or mit", True),
        ("MIT AND CC-BY-NC-4.0", "mit", False),
        ("MIT AND CC-BY-NC-4.0", "cc-by-nc-4.0 AND mit", True),
        ("GPL-2.0-or-later WITH Classpath-exception-2.0", "GPL-2.0-or-later", False),
        ("all rights (reserved", "cc", False),
    ],
)
def test_spdx_expressions(license_id: str, wanted: str, fits: bool) -> None:
    check_expression(wanted)
    assert license_matches(license_id, wanted) is fits


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("CC-BY-4.0 permissive", "not an SPDX expression"),
        ("(mit", "not an SPDX expression"),
        (" ", "empty"),
        ("mit OR LicenseRef-Public-Domian", "did you mean 'LicenseRef-public-domain'?"),
        ("LicenseRef-ours", "unknown license 'LicenseRef-ours'"),
    ],
)
def test_invalid_expressions_are_rejected(wanted: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        check_expression(wanted)


def test_every_parsed_condition_is_in_the_vocabulary() -> None:
    read = {*CC_CONDITIONS.values(), *CONDITION_PATTERNS}
    assert read <= set(CONDITIONS)
