"""The search for the words of many templates."""

from hypothesis import given
from hypothesis import strategies as st

from cleaner.rules.prefilter import MAX_SINGLE_BYTES, Finder

WORDS = st.text("ab+.*", min_size=1, max_size=3)


@given(st.sets(WORDS, max_size=30), st.lists(st.text("ab+.*\n", max_size=30), max_size=5))
def test_words_are_found_one_by_one_and_later_as_a_set(words: set[str], texts: list[str]) -> None:
    new, used = Finder(words), Finder(words)
    used.candidates_in(b" " * MAX_SINGLE_BYTES)
    for text in texts:
        there = {word for word in words if word in text}
        assert new.candidates_in(text.encode()) == used.candidates_in(text.encode()) == there
