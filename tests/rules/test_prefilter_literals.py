"""Atoms, heads and lengths of patterns hold for every match."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.rules.fields import ENDLESS
from cleaner.rules.prefilter_literals import MAX_WORDS, are_rare, atoms_of


@pytest.mark.parametrize(
    ("regex", "words"),
    [
        (r"copyright ©? ?\d{4}", {"copyright "}),
        (r"(?i)Read More: .*", {"read more: "}),
        (r"(?:like|love) (?:this|it)s?", {"like this", "like it", "love this", "love it"}),
        (r"(?:like|love)? this thing", {" this thing"}),
        (r"a|b", {"a", "b"}),
        (r".{8,140}[^.:]", set()),
        (r"(?P<year>\d{4}) rights reserved", {" rights reserved"}),
        (r"x{3,} marks the spot", {" marks the spot"}),
        (r"\.\*\(c\)", {".*(c)"}),
        (r"(?x) a b c # words", set()),
        (r"\Qwords\E", set()),
        (r"\p{Lu}\pL\x41\x{42}words", {"words"}),
        (r"[]a]words[^]]", {"words"}),
    ],
)
def test_words(regex: str, words: set[str]) -> None:
    assert atoms_of(regex).words == words


def test_too_many_words_are_shortened() -> None:
    many = "|".join(f"some{n % 3} words {n}" for n in range(MAX_WORDS + 1))
    assert atoms_of(many).words == {"some0 words ", "some1 words ", "some2 words "}


@pytest.mark.parametrize(
    ("words", "rare"),
    [
        ({"share this"}, True),
        ({"#"}, True),
        ({"19", "20"}, True),
        ({"/"}, False),
        ({", "}, False),
        ({"share this", "("}, False),
        (set[str](), False),
    ],
)
def test_marks_and_letters_are_not_searched_for(words: set[str], rare: bool) -> None:
    assert are_rare(frozenset(words)) is rare


@pytest.mark.parametrize(
    ("regex", "longest"),
    [
        ("abc", 3),
        ("a{2,5}b?", 6),
        ("(?:ab|c){3}", 6),
        ("a+", ENDLESS),
        (r"\bx$", 1),
        (".*", ENDLESS),
    ],
)
def test_longest(regex: str, longest: int) -> None:
    assert atoms_of(regex).longest == longest


@pytest.mark.parametrize(
    ("regex", "heads"),
    [
        ("(?:read|see) (?:more|also).*", {"read more", "read also", "see more", "see also"}),
        ("(?:please |.{3} now )?share", {""}),
        ("(?:please |pls .{3} )?share", {"please ", "pls ", "share"}),
        ("(?:via )+x", {"via "}),
        ("[Ss]ee: .", {"See: ", "see: "}),
        ("[a-z]ee", {""}),
        ("^see", {"see"}),
    ],
)
def test_heads(regex: str, heads: set[str]) -> None:
    assert atoms_of(regex).heads == heads - {""}


def wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    ends = st.sampled_from(["", "?", "*", "+", "{2}", "{0,3}", "{1,2}?"])
    group = st.tuples(inner, ends).map(lambda p: f"(?:{p[0]}){p[1]}")
    branch = st.lists(inner, min_size=2, max_size=3).map(lambda p: f"(?:{'|'.join(p)})")
    return group | branch | st.lists(inner, min_size=1, max_size=3).map("".join)


LEAVES = ["sign up", "via", "ab", "c", r"\d", "[xy]", ".", "w?", "z+", r"\.", "(?:no|so)", "q{2,3}"]
PATTERNS = st.recursive(st.sampled_from(LEAVES), wrapped, max_leaves=12)


@settings(max_examples=600, deadline=None)
@given(PATTERNS, st.data())
def test_every_match_has_an_atom_begins_with_a_head_and_is_no_longer(
    regex: str, data: st.DataObject
) -> None:
    found = atoms_of(regex)
    text = data.draw(st.from_regex(re.compile(regex, re.ASCII), fullmatch=True))
    assert len(text) <= found.longest
    assert not found.words or any(word in text.lower() for word in found.words)
    assert not found.heads or text.startswith(tuple(found.heads))
