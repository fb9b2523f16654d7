"""Rights notices in the forms that sites use, lines that only mention rights, and overlaps."""

from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cleaner import Cleaner, Document
from cleaner.rights.licenses import find_license, is_spdx
from cleaner.rights.notices import find_notice, notices_in_matches
from cleaner.rules.match import Match
from tests.helpers.texts import article

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
def test_notices_are_parsed(case: dict[str, Any]) -> None:
    assert is_right(case) is not case.get("missed", False), find_notice(case["text"])


def test_no_license_is_invented_for_a_large_table() -> None:
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


TEXT = "© 2019 Example Press. " * 3
PLACES = st.tuples(st.integers(0, 60), st.integers(1, 12), st.integers(0, 2))


def match(start: int, size: int, rank: int, kind: str = "copyright") -> Match:
    rule = SimpleNamespace(kind=kind, rank=rank, id=f"x/{rank}", set={})
    found = SimpleNamespace(rule=rule, start=start, end=start + size, captures={}, score=None)
    return cast(Match, found)


@given(st.lists(PLACES, max_size=12))
def test_the_longest_of_overlapping_notices_is_kept(places: list[tuple[int, int, int]]) -> None:
    found = [match(*place) for place in places]
    kept = notices_in_matches(TEXT, found)
    spans = [(n.start or 0, n.end or 0) for n in kept]
    assert spans == sorted(spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    for start, size, _ in places:  # each is kept, or overlaps one at least as long
        rivals = [end - at for at, end in spans if at < start + size and start < end]
        assert max(rivals) >= size


def test_other_kinds_of_removals_are_not_notices() -> None:
    assert notices_in_matches(TEXT, [match(0, 20, 0, "social")]) == ()


@pytest.mark.parametrize(
    ("line", "holder", "year"),
    [
        ("© 2021 Insel Verlag GmbH. Alle Rechte vorbehalten.", "Insel Verlag GmbH", 2021),
        ("© Insel Verlag GmbH 2021 – Alle Rechte vorbehalten", "Insel Verlag GmbH", 2021),
        ("© Inselkurier Verlag, 2021. Alle Rechte vorbehalten.", "Inselkurier Verlag", 2021),
        ("© Presse Isle 2021 Tous droits réservés", "Presse Isle", 2021),
        ("© Prensa Isla 2021. Todos los derechos reservados.", "Prensa Isla", 2021),
        ("© Example Media Ltd 2011", "Example Media Ltd", 2011),
    ],
)
def test_the_holder_does_not_include_the_year(line: str, holder: str, year: int) -> None:
    done = Cleaner.load().clean(Document("1", f"{article(1)}\n\n{line}"))
    assert (done.metadata.rights_holder, done.metadata.rights_year) == (holder, year)
