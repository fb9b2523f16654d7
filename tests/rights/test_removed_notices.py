"""The notices of a text: which of those that overlap are kept, and what they say."""

from itertools import pairwise
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import Cleaner, Document
from cleaner.rights.notices import notices_in_matches
from cleaner.rules.match import Match
from tests.helpers.texts import article

TEXT = "© 2019 Example Press. " * 3
PLACES = st.tuples(st.integers(0, 60), st.integers(1, 12), st.integers(0, 2))


def match(start: int, size: int, rank: int, kind: str = "copyright") -> Match:
    rule = SimpleNamespace(kind=kind, rank=rank, id=f"x/{rank}", set={})
    return cast(Match, SimpleNamespace(rule=rule, start=start, end=start + size, captures={}))


@given(st.lists(PLACES, max_size=12))
def test_of_notices_that_overlap_the_longer_stays(places: list[tuple[int, int, int]]) -> None:
    found = [match(*place) for place in places]
    kept = notices_in_matches(TEXT, found)
    spans = [(n.start or 0, n.end or 0) for n in kept]
    assert spans == sorted(spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    for start, size, _ in places:  # each is kept, or there is one as long in its place
        rivals = [end - at for at, end in spans if at < start + size and start < end]
        assert max(rivals) >= size


def test_what_is_no_notice_of_rights_is_passed_over() -> None:
    assert notices_in_matches(TEXT, [match(0, 20, 0, "social")]) == ()


@pytest.mark.parametrize(
    ("line", "holder", "year"),
    [
        (
            "© 2021 Inselkurier Verlag GmbH. Alle Rechte vorbehalten.",
            "Inselkurier Verlag GmbH",
            2021,
        ),
        (
            "© Inselkurier Verlag GmbH 2021 – Alle Rechte vorbehalten",
            "Inselkurier Verlag GmbH",
            2021,
        ),
        ("© Inselkurier Verlag, 2021. Alle Rechte vorbehalten.", "Inselkurier Verlag", 2021),
        ("© Presse Isle 2021 Tous droits réservés", "Presse Isle", 2021),
        ("© Prensa Isla 2021. Todos los derechos reservados.", "Prensa Isla", 2021),
        ("© Example Media Ltd 2011", "Example Media Ltd", 2011),
    ],
)
def test_a_holder_is_named_without_the_year(line: str, holder: str, year: int) -> None:
    done = Cleaner.load().clean(Document("1", f"{article(1)}\n\n{line}"))
    assert (done.metadata.rights_holder, done.metadata.rights_year) == (holder, year)
