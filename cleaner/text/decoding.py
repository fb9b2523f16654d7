"""Decode bytes to text with the most likely encoding."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from cleaner.errors import CleanerError
from cleaner.values import well_formed

META_CHARSET = re.compile(
    rb"<meta[^>]{0,300}?charset\s{0,5}=\s{0,5}[\"']?\s{0,5}([\w:.-]{2,40})", re.I
)
XML_ENCODING = re.compile(
    rb"^\s{0,20}<\?xml[^>]{0,200}?encoding\s{0,5}=\s{0,5}[\"']([\w:.-]{2,40})", re.I
)
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Browsers use these encodings for these labels.
LABELS = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "ascii": "cp1252",
          "us-ascii": "cp1252", "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030",
          "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "euc-kr": "cp949",
          "ks_c_5601-1987": "cp949", "iso-8859-9": "cp1254", "tis-620": "cp874",
          "iso-8859-8-i": "iso-8859-8"}  # fmt: skip
STATEFUL = ("iso2022", "hz", "utf-7", "utf-16", "utf-32")
CONTROLS = bytes(set(range(32)) - {7, 8, 9, 10, 11, 12, 13, 27})
# The first bytes of PDF, PNG, JPEG, GIF, ZIP and gzip files.
BINARY_HEADS = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\3\4", b"\x1f\x8b")
# Detectors confuse these two. Windows-1253 has quotation marks below A0, and a pilcrow where ISO
# 8859-7 has a capital alpha with accent.
WINDOWS_GREEK = re.compile(rb"[\x80-\x9f\xa2]")
GREEK = ("iso8859-7", "cp1253")
MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")  # of UTF-8
MAX_NULS = 8  # some programs leave a few in the first 4,096 bytes of a text


class DecodeError(CleanerError, ValueError):
    """The bytes are not text."""


@dataclass(frozen=True)
class Decoded:
    """The text, its encoding, and a note if the encoding is doubtful."""

    text: str
    encoding: str
    note: str | None = None


def decode(body: bytes | str, *, html: bool = False, declared: str | None = None) -> Decoded:
    """Decode `body`: byte order mark, then `declared` (HTTP) or the page's own declaration,
    strict UTF-8, a detector, and last UTF-8 with replacement characters and a note.

    Valid UTF-8 with multi-byte characters overrules a declared one-byte encoding, which almost
    any bytes satisfy. Drops a few stray NULs, as browsers do. Raises DecodeError for bytes that are
    not text.
    """
    if isinstance(body, str):
        return Decoded(well_formed(body).replace("\0", ""), "str")
    for bom, encoding in BOMS:
        if body.startswith(bom):
            return Decoded(body.decode(encoding, "replace"), encoding)
    if is_binary(body):
        raise DecodeError("binary data, not text")
    label = declared or (_declared_in(body) if html else None)
    codec = _codec(label)
    if not (codec and codec.startswith(("utf-16", "utf-32"))):
        body = body.replace(b"\0", b"")
    if codec and codec.startswith(STATEFUL) and (text := _strict(body, codec)) is not None:
        return Decoded(text, codec)
    if (text := _strict(body, "utf-8")) is not None:
        wrong = codec not in (None, "utf-8") and not body.isascii()
        return Decoded(text, "utf-8", f"declared {label}, but is UTF-8" if wrong else None)
    if codec and (text := _strict(body, codec)) is not None:
        return Decoded(text, codec)
    return _detected(body, label)


def is_binary(body: bytes) -> bool:
    head = body[:4096]
    if head.startswith(BINARY_HEADS) or head.count(b"\0") > MAX_NULS:
        return True
    return len(head) - len(head.translate(None, CONTROLS)) > len(head) // 20


def _declared_in(body: bytes) -> str | None:
    match = XML_ENCODING.search(body[:1024]) or META_CHARSET.search(body[:8192])
    return match[1].decode("ascii") if match else None


def _codec(label: str | None) -> str | None:
    if not label:
        return None
    name = LABELS.get(label.strip().lower(), label.strip().lower())
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    return info.name if getattr(info, "_is_text_encoding", True) else None


def _strict(body: bytes, codec: str) -> str | None:
    try:
        return well_formed(body.decode(codec))  # UTF-7 and escapes can give lone surrogates
    except (UnicodeError, ValueError):
        return None


def _detected(body: bytes, label: str | None) -> Decoded:
    from resiliparse.parse.encoding import detect_encoding

    found = _codec(detect_encoding(body))
    if found in GREEK:
        iso = b"\xb6" in body and not WINDOWS_GREEK.search(body)
        found = "iso8859-7" if iso else "cp1253"
    elif found == "utf-8" and not MULTIBYTE.search(body):
        found = "cp1252"
    why = f"declared {label}, but is not; " if label else ""
    if found and found != "utf-8" and (text := _strict(body, found)) is not None:
        return Decoded(text, found, f"{why}encoding guessed: {found}")
    return Decoded(
        body.decode("utf-8", "replace"), "utf-8", f"{why}not UTF-8; undecodable bytes replaced"
    )
