from hypothesis import given
from hypothesis import strategies as st

from cleaner.text.folding import END, fold, light, plain, without_end
from cleaner.text.lines import Lines


def test_light_keeps_the_length_of_every_character() -> None:
    for code in range(0x110000):
        if not 0xD800 <= code < 0xE000:
            assert len(light(chr(code))) == 1, hex(code)


@given(st.text())
def test_light_keeps_length_and_is_idempotent(text: str) -> None:
    assert len(light(text)) == len(text)
    assert light(light(text)) == light(text)


@given(
    st.text(alphabet="ab *_#[](x)<u>/+-\u00a0…-é\t\n", max_size=60)
    | st.text(alphabet="ab +-*é\n", max_size=40)
)
def test_lines_are_rows_without_markup_and_folded(text: str) -> None:
    rows = text.split("\n")
    assert [(line.plain, line.folded) for line in Lines(text)] == [
        (plain(row), fold(row)) for row in rows
    ]


@given(st.text(alphabet="ab\n c*", max_size=60))
def test_lines_cover_the_text(text: str) -> None:
    assert "\n".join(text[line.start : line.end] for line in Lines(text)) == text


@given(st.text(alphabet="ab?! .:;,->→。»", max_size=20))
def test_a_stem_is_the_line_without_its_end(text: str) -> None:
    stem = without_end(text)
    assert text.startswith(stem)
    assert set(text[len(stem) :]) <= set(END)
    assert without_end(stem) == stem


def test_variants_of_a_line_fold_alike() -> None:
    for row in (
        "Don't miss - our best",
        "DON’T MISS — our best",
        "  Don’t  miss\u00a0– **our** <u>best</u>",
        "## Don't miss - [our best](https://example.org/a_b)",
        "- *Don't miss* - __our best__",
    ):
        assert fold(row) == "don't miss - our best", row


def test_text_that_is_not_markup_stays() -> None:
    assert fold("the file snake_case.py, 2 < 3 > 1") == "the file snake_case.py, 2 < 3 > 1"
    assert fold("* * *") == "* * *"
    assert fold("> quoted") == "> quoted"
    assert fold("Sign up](https://example.org)") == "sign up](https://example.org)"
