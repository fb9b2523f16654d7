"""Repairs equal those of ftfy, character by character."""

import ftfy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.text.repair import Repair, non_ascii_in, utf8

WORDS = ["“quoted”—café", "naïve façade…", "Здравствуй", "Ελληνικά", "日本語", "señor", "šťastný"]
CODECS = ["latin-1", "cp1252", "mac_roman", "cp1250", "cp1251", "cp1253", "cp1257"]
BROKEN = [w.encode().decode(codec, "replace") for w in WORDS for codec in CODECS]
PIECES = [
    *WORDS, *BROKEN, *"abT .,;$\n\t<>&é’“”—°£€™½²×œŒÃÂÐØÙ√≈‚вЂβ\xa0\xad\x80\x92\x9d\x07\x7f",
    "&amp;", "&#39;", "&hellip;", "&EACUTE;", "&bogus;", "&lt;b&gt;", "<b>", "ﬁ", "Ａ", "\r\n",
    "\r", "\u2028", "\ud800", "\udc00", "\x1b[31m", "\ufeff", "e\u0301", "\u0301", "\u1100\u1161",
    "Â ", "Ã ", "à ", "ï»¿", "\u206a", "\ufffc", "\u200d", "â€™", "Ã©",
]  # fmt: skip


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.characters(), max_size=14).map("".join))
def test_repairs_equal_those_of_ftfy(text: str) -> None:
    assert Repair()(text) == ftfy.fix_text(text, Repair.CONFIG)


def test_long_lines_and_markup_on_earlier_lines_count_as_in_ftfy() -> None:
    for text in (
        "a <b> b\nfish &amp; chips\n",
        "fish &amp; chips\na <b> b\nfish &amp; chips",
        "a" * 999_999 + "Ã©" + "b" * 10 + "\nÃ©",
    ):
        assert Repair()(text) == ftfy.fix_text(text, Repair.CONFIG)


def test_most_texts_do_not_reach_ftfy(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("ftfy ran")

    repair = Repair()
    assert repair("schÃ¶n\nand well") == "schön\nand well"
    monkeypatch.setattr(ftfy, "fix_and_explain", never)
    for text in ("All well – “café”, naïve, 5 €.\n" * 3, "Всё хорошо.", "すべて順調です。"):
        assert repair(text) == text


@given(st.text())
def test_non_ascii_in(text: str) -> None:
    assert non_ascii_in(utf8(text)) == {c for c in text if not c.isascii()}
