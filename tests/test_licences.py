"""Licences in words, abbreviations and links: what is named, and that nothing is guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.licences import (
    check_expression,
    conditions_of,
    is_spdx,
    licence_in,
    licence_of_url,
    matches,
)


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


def test_conditions_are_those_of_the_name() -> None:
    assert conditions_of("CC-BY-NC-SA-4.0") == ("attribution", "non-commercial", "share-alike")
    assert conditions_of("LicenseRef-CC-BY") == ("attribution",)
    assert conditions_of("CC0-1.0") == conditions_of("MIT") == conditions_of(None) == ()


@given(
    st.sampled_from(["by", "by-nc", "by-sa", "by-nd", "by-nc-sa", "by-nc-nd"]),
    st.sampled_from(["1.0", "2.0", "2.5", "3.0", "4.0", "9.9", ""]),
    st.sampled_from(["", "de/", "us/", "xx/", "deed.de"]),
)
def test_what_a_link_names_is_spdx_or_says_that_it_is_not(
    kind: str, version: str, port: str
) -> None:
    licence = licence_of_url(f"https://creativecommons.org/licenses/{kind}/{version}/{port}")
    assert licence is None or is_spdx(licence) or licence.startswith("LicenseRef-CC-")
