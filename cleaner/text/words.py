"""Count words, find the ends of sentences and tell prose from other lines, in any script.

Most scripts, including Korean, separate words by spaces. Chinese, Japanese, Thai, Lao, Khmer and
Burmese do not, so their words are estimated from the letters: two per word in Chinese and Japanese,
four in the others, which is close to what dictionary segmenters find in news. Text without these
scripts has as many words as `str.split` finds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

HAN_AND_KANA = (
    r"\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3041-\u3096\u309d-\u309f\u30a1-\u30fa"
    r"\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d"
    r"\U00020000-\U0003ffff"
)
SOUTHEAST_ASIAN = (
    r"\u0e01-\u0e4e\u0e81-\u0ece\u1000-\u103f\u1050-\u109f\u1780-\u17d3\ua9e0-\ua9ff\uaa60-\uaa7f"
)
UNSPACED = re.compile(f"[{HAN_AND_KANA}{SOUTHEAST_ASIAN}]")
LETTERS_PER_WORD = ((re.compile(f"[{HAN_AND_KANA}]"), 2), (re.compile(f"[{SOUTHEAST_ASIAN}]"), 4))
TOKEN = re.compile(rf"[{HAN_AND_KANA}{SOUTHEAST_ASIAN}]|[^\W{HAN_AND_KANA}{SOUTHEAST_ASIAN}]+")
WORD = re.compile(r"\w+")
WORD_WITH_SIGNS = re.compile(r"\w\S*")
COUNTED = re.compile(
    rf"\d+(?=[{HAN_AND_KANA}{SOUTHEAST_ASIAN}])"
)  # one word together with the next letters

# Full stops, question and exclamation marks: Latin, CJK, Devanagari, Arabic, Urdu, Armenian,
# Ethiopic, Khmer, Burmese. Thai and Lao have none.
SENTENCE_MARKS = ".!?…。！？．｡।॥؟۔։።។။"


SENTENCE_ENDS = frozenset(f"{SENTENCE_MARKS}:;：；")
CLOSING = "'\"’”»」』）)]*_"
WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
MIN_PROSE = 60  # characters; wide ones (Chinese, Japanese, Korean) count three times


def count_words(text: str) -> int:
    """Count the words of a text.

    >>> count_words("The pier was closed."), count_words("码头星期一重新开放。")
    (4, 5)
    """
    if text.isascii() or not UNSPACED.search(text):
        return len(text.split())
    words = len(WORD_WITH_SIGNS.findall(UNSPACED.sub(" ", COUNTED.sub("", text))))
    for letters, size in LETTERS_PER_WORD:
        words += -(-len(letters.findall(text)) // size)
    return words


def tokens(text: str) -> list[str]:
    """Split a text into lowercase words (single letters in scripts without spaces), to compare it.

    >>> tokens("The Pier (码头)")
    ['the', 'pier', '码', '头']
    """
    text = text.lower()
    return (WORD if text.isascii() or not UNSPACED.search(text) else TOKEN).findall(text)


def is_prose(rows: Sequence[str], number: int) -> bool:
    """Whether a line, without markup, looks like running text: a long enough sentence, or a part
    of one."""
    words = rows[number]
    size = len(words)
    if MIN_PROSE <= 3 * size < 9 * MIN_PROSE and not words.isascii():
        size += 2 * len(WIDE.findall(words))
    if size < MIN_PROSE:
        return False
    if size >= 3 * MIN_PROSE or words.rstrip(CLOSING)[-1:] in SENTENCE_ENDS:
        return True
    return number + 1 < len(rows) and rows[number + 1][:1].islower()
