import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.text.decoding import DecodeError, decode

GERMAN = (
    "Die Fähre fährt täglich um zwölf über den Fluß, außer im Frühjahr und bei Hochwasser. " * 3
)
GREEK = "Άλλη μια μέρα το πλοίο δεν έφυγε από το λιμάνι, είπαν οι «κάτοικοι» του νησιού. " * 3
RUSSIAN = "Паром ходит каждый день через реку, кроме весны и половодья, говорят жители. " * 3


@pytest.mark.parametrize(
    ("body", "text", "encoding"),
    [
        (b"plain", "plain", "utf-8"),
        ("é".encode(), "é", "utf-8"),
        (codecs.BOM_UTF8 + "é".encode(), "é", "utf-8-sig"),
        ("é".encode("utf-16"), "é", "utf-16"),
        ("é".encode("utf-32"), "é", "utf-32"),
        (GERMAN.encode("cp1252"), GERMAN, "cp1252"),
        (GREEK.encode("cp1253"), GREEK, "cp1253"),
        (GREEK.encode("iso8859-7"), GREEK, "iso8859-7"),
    ],
)
def test_texts(body: bytes, text: str, encoding: str) -> None:
    decoded = decode(body)
    assert (decoded.text, decoded.encoding) == (text, encoding)


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("windows-1251", "cp1251", RUSSIAN),
        ("koi8-r", "koi8-r", RUSSIAN),
        ("iso-8859-1", "cp1252", "“Fähre” – zwölf"),
        ("gb2312", "gb18030", "渡船每天十二点过河"),
        ("Shift_JIS", "cp932", "渡し船は毎日運航します①"),
        ("iso-2022-jp", "iso2022_jp", "渡し船は毎日"),
    ],
)
def test_the_declared_charset_of_a_page_is_used(label: str, codec: str, text: str) -> None:
    for tag in (
        f'<meta charset="{label}">',
        f"<meta http-equiv='x' content='text/html; charset={label}'>",
    ):
        page = f"<html><head>{tag}</head>{text}</html>".encode(codec)
        assert text in decode(page, html=True).text


def test_valid_utf8_overrules_a_declared_one_byte_charset_with_a_note() -> None:
    decoded = decode('<meta charset="iso-8859-1">Fähre'.encode(), html=True)
    assert decoded.text.endswith("Fähre")
    assert decoded.note == "declared iso-8859-1, but is UTF-8"


def test_a_wrong_declaration_is_noticed() -> None:
    page = b'<meta charset="utf-8">' + RUSSIAN.encode("cp1251")
    decoded = decode(page, html=True)
    assert RUSSIAN in decoded.text
    assert decoded.note and "declared utf-8, but is not" in decoded.note


def test_http_goes_before_the_page() -> None:
    page = b"<meta charset='iso-8859-5'>" + RUSSIAN.encode("koi8-r")
    assert RUSSIAN in decode(page, html=True, declared="koi8-r").text


@pytest.mark.parametrize(
    "label", ["no-such", "rot13", "hex", "idna", "undefined", "unicode_escape"]
)
def test_unknown_labels_are_ignored(label: str) -> None:
    assert decode(f"<meta charset={label}>é".encode(), html=True).text.endswith("é")


@pytest.mark.parametrize(
    "body", [b"%PDF-1.4\n\0\0\1\2", bytes(range(32)) * 4, b"\x89PNG\r\n\x1a\n\0"]
)
def test_binary_data_is_refused(body: bytes) -> None:
    with pytest.raises(DecodeError, match="binary"):
        decode(body)


def test_stray_nuls_are_dropped_as_browsers_do() -> None:
    page = "<html><body><p>The harbor\0 board met.</p>\0\0</body></html>" + " " * 99
    for body in (page.encode(), page):
        assert decode(body, html=True).text == page.replace("\0", "")
    assert decode(f"The harbor\0 board met. {GERMAN}".encode("cp1252")).text == (
        f"The harbor board met. {GERMAN}"
    )


@pytest.mark.parametrize("head", [b"%PDF-1.7\n", b"\x89PNG\r\n", b"PK\3\4", b"\x1f\x8b", b"\0" * 9])
def test_binary_data_with_much_text_is_rejected(head: bytes) -> None:
    with pytest.raises(DecodeError, match="binary"):
        decode(head + b"The harbor board met on Monday. " * 200)


@given(st.binary(), st.booleans())
def test_bytes_decode_or_are_refused(body: bytes, html: bool) -> None:
    try:
        decoded = decode(body, html=html)
    except DecodeError:
        return
    assert isinstance(decoded.text, str)
