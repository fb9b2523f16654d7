"""Run ftfy only on lines that it could change; the result is always that of ftfy.

ftfy spends almost all of its time on the search for broken characters in texts that have none. So a
few fast scans first check whether a text has anything that ftfy changes: an entity, a control
character, a surrogate, a character that is not NFC, or a match of ftfy's own pattern for broken
characters, translated to RE2.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property

import ftfy
import re2
from ftfy.badness import BADNESS_RE
from ftfy.chardata import CONTROL_CHARS, HTML_ENTITY_RE

ASCII = bytes(range(128))
CONTROLS = bytes(c for c in (*CONTROL_CHARS, 0x0D, 0x1B) if c < 128)
# Characters beyond ASCII that ftfy removes or breaks lines at, C1 controls and surrogates.
ACTED_ON = frozenset(
    {chr(c) for c in CONTROL_CHARS if c >= 128} | set("\u2028\u2029")
    | {chr(c) for c in range(0x80, 0xA0)} | {chr(c) for c in range(0xD800, 0xE000)}
)  # fmt: skip
# Characters that are NFC in any context, which are most in Western texts.
ALWAYS_NFC = frozenset(
    c for c in map(chr, (*range(0xA0, 0x300), *range(0x400, 0x483), *range(0x2010, 0x2060), 0x20AC))
    if unicodedata.is_normalized("NFC", c) and not unicodedata.combining(c)
)  # fmt: skip
VERBOSE = re.compile(r"(\[(?:\\.|[^\]\\])*\]|\\.)|\s+|#[^\n]*", re.DOTALL)
SPACE, WORD = r"[\s\x{1c}-\x{1f}\x{85}\p{Z}]", r"[\pL\pM\pN\p{Pc}]"  # \s and \w as in Python


def utf8(text: str) -> bytes:
    """Encode `text` in UTF-8, including lone surrogates."""
    return text.encode("utf-8", "surrogatepass")


def non_ascii_in(data: bytes) -> frozenset[str]:
    """Return the characters of a text (in UTF-8) that are not ASCII."""
    return frozenset(data.translate(None, ASCII).decode("utf-8", "surrogatepass"))


class Repair:
    """`ftfy.fix_text` with the configuration `Repair.CONFIG`.

    >>> Repair()("All well.\\nsch\\u00c3\\u00b6n &amp; gut")
    'All well.\\nschön & gut'
    """

    CONFIG = ftfy.TextFixerConfig(
        fix_latin_ligatures=False, fix_character_width=False, uncurl_quotes=False, explain=False
    )

    def __call__(self, text: str) -> str:
        if not self.could_act(text):
            return text
        config = self.CONFIG
        out = []
        at = 0
        while at < len(text):
            end = text.find("\n", at) + 1 or len(text)
            end = min(end, at + config.max_decode_length)
            segment = text[at:end]
            if config.unescape_html == "auto" and "<" in segment:
                config = config._replace(unescape_html=False)  # for all lines from here on
            if self.could_act(segment):
                segment = ftfy.fix_and_explain(segment, config).text
            out.append(segment)
            at = end
        return "".join(out)

    def could_act(self, text: str) -> bool:
        """Whether any step of ftfy might change any line of `text`."""
        data = utf8(text)
        return self.could_act_on(text, data, non_ascii_in(data))

    def could_act_on(self, text: str, data: bytes, others: frozenset[str]) -> bool:
        """Like `could_act`, if the UTF-8 and the characters beyond ASCII are known."""
        if "&" in text and HTML_ENTITY_RE.search(text):
            return True
        if len(data.translate(None, CONTROLS)) != len(data) or not others.isdisjoint(ACTED_ON):
            return True
        if not others:
            return False
        if not others <= ALWAYS_NFC and not unicodedata.is_normalized("NFC", text):
            return True
        return self._badness is None or bool(self._badness.Match(data))

    @cached_property
    def _badness(self) -> re2.Set | None:
        """ftfy's pattern for RE2, which may match more than ftfy's; None if RE2 rejects it."""

        def compact(found: re.Match[str]) -> str:
            kept = found[1] or ""
            return {"\\s": SPACE, "\\w": WORD}.get(kept, kept)

        pattern = VERBOSE.sub(compact, BADNESS_RE.pattern)
        options = re2.Options()
        options.log_errors = False
        found = re2.Set.SearchSet(options)
        try:
            found.Add(f"(?m:{pattern})")
            found.Compile()
        except re2.error:
            return None
        return found
