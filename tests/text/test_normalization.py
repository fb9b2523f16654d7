import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.text.normalization import TRAILING, Lossy, Normalizer

normalize = Normalizer()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\r\nb\rc\u2028d\u2029e\x85f", "a\nb\nc\nd\ne\nf"),
        ("\ufeffa\u200bb\u2060c\u00add", "abcd"),
        ("a \t\nb\u00a0\n\n\n\n\nc\n", "a\nb\n\nc"),
        ("caf\u00c3\u00a9 \u00e2\u20ac\u0153x\u00e2\u20ac\u009d", "café “x”"),
        ("Sor\u00c2\u00adrel \u00c3\u00a0 la", "Sorrel à la"),
        ("e\u0301", "é"),
        ("a\u00a0b", "a b"),
        ("Vraiment\u00a0? «\u00a0Oui\u00a0»\u202f!", "Vraiment\u00a0? «\u00a0Oui\u00a0»\u202f!"),
        ("R&amp;D &lt; &eacute;", "R&D < é"),
        ("<b>R&amp;D</b>", "<b>R&amp;D</b>"),
        ("a\x00b\x07c", "abc"),
        ("\x93quoted\x94", "“quoted”"),
        ("&am\u200bp;", "&"),
        ("\ud800", "\ufffd"),
        ("    indented", "    indented"),
    ],
)
def test_the_canonical_form(before: str, after: str) -> None:
    assert normalize(before) == after


@pytest.mark.parametrize(
    "kept",
    ["👩\u200d🚀", "می\u200cخواهم", "❤\ufe0f", "\u200fשלום\u200e", "a\u2011b", "\ufffd", "10³", "ﬁ",
     "“a” — ‘b’…", "ＡＢ，Ｃ"],
)  # fmt: skip
def test_meaningful_characters_stay(kept: str) -> None:
    assert normalize(kept) == kept


@pytest.mark.parametrize(
    ("step", "before", "after"),
    [
        (Lossy.QUOTES, "“a” ‘b’", "\"a\" 'b'"),
        (Lossy.DASHES, "a — b – c‑d", "a - b - c-d"),
        (Lossy.ELLIPSIS, "so…", "so..."),
        (Lossy.LIGATURES, "ﬁne", "fine"),
        (Lossy.WIDTH, "ＡＢ", "AB"),
        (Lossy.NFKC, "10³", "103"),
        (Lossy.UNWRAP, "the har-\nbour was\nfull.\nNext", "the harbour was full.\nNext"),
    ],
)
def test_lossy_steps_are_optional(step: Lossy, before: str, after: str) -> None:
    assert Normalizer(frozenset({step}))(before) == after


@given(
    st.one_of(
        st.text(),
        st.text(alphabet="&amp;lt#38 \u00c3\u00a9\u00e2\u20ac\u0153\x85\x9d\u00a0\u200b\r\n<"),
    ),
    st.sets(st.sampled_from(Lossy)),
)
def test_normalising_twice_changes_nothing(text: str, lossy: set[Lossy]) -> None:
    once = Normalizer(frozenset(lossy))(text)
    assert Normalizer(frozenset(lossy))(once) == once


@given(st.text("ab \t\n\u3000\x1c", max_size=40))
def test_spaces_at_the_end_of_a_line_go_and_no_others(text: str) -> None:
    assert TRAILING.sub("", text) == "\n".join(line.rstrip() for line in text.split("\n"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"{' ' * 20}The pier is closed.", "The pier is closed."),
        (f"A pier.\n\n{' ' * 20}It is\n{' ' * 20}closed.", "A pier.\n\nIt is\nclosed."),
        (f"A pier.\n\n\t\t\tClosed since May.\n{' ' * 24}Still.", None),
        ("A pier.\n\n\t\t\tClosed since May.", "A pier.\n\nClosed since May."),
        (f"A pier:\n{' ' * 20}a line of verse", None),
        (f"A pier.\n\n{' ' * 16}if (open) {{ go(); }}", None),
        (f"A pier.\n\n{' ' * 8}four steps\n{' ' * 16}to the water", None),
    ],
)
def test_paragraphs_lose_the_layout_of_their_source_but_code_and_verse_do_not(
    text: str, wanted: str | None
) -> None:
    once = Normalizer()(text)
    assert once == (text if wanted is None else wanted)
    assert Normalizer()(once) == once
