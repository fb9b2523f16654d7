from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cleaner.text.edits import Edit, apply, compose, origin_of, restore


@st.composite
def edits_of(draw: st.DrawFn, length: int) -> list[Edit]:
    cuts = sorted(draw(st.lists(st.integers(0, length), unique=True, max_size=8)))
    puts = st.sampled_from(["", "", "x", "yz"])
    return [
        Edit(a, b, draw(puts), f"r/{a}", "other")
        for a, b in zip(cuts[::2], cuts[1::2], strict=False)
        if b > a
    ]


@given(st.data(), st.text(alphabet="abcdef ", min_size=1, max_size=30))
def test_compose_two_sets_of_edits(data: st.DataObject, text: str) -> None:
    first = data.draw(edits_of(len(text)))
    middle = apply(text, first)
    second = data.draw(edits_of(len(middle)))
    both = compose(len(text), first, second)
    assert apply(text, both) == apply(middle, second)
    assert all(a.end <= b.start for a, b in pairwise(both))
    clean = apply(text, both)
    assert restore(clean, [(e.start, text[e.start : e.end], e.put) for e in both]) == text


@given(st.data(), st.text(alphabet="abcdef ", min_size=1, max_size=30))
def test_origin_of_kept_text(data: st.DataObject, text: str) -> None:
    edits = data.draw(edits_of(len(text)))
    clean = apply(text, edits)
    spots = {origin_of(n, edits) for n in range(len(clean))}
    kept = {n for n in range(len(text)) if not any(e.start <= n < e.end for e in edits)}
    assert kept <= spots
    for position, character in enumerate(clean):
        origin = origin_of(position, edits)
        assert text[origin] == character or any(e.start == origin and e.put for e in edits)
