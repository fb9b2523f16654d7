"""Find the title of a plain text: a line that the slug of the URL repeats, or a first line with the
shape of a title.

The title must stand in the head of the text, which the first paragraph ends.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from urllib.parse import unquote, urlsplit

from cleaner.metadata.bylines import read_byline
from cleaner.metadata.headlines import MAX_TITLE_CHARS
from cleaner.text.words import CLOSING, SENTENCE_MARKS, count_words, is_prose, tokens

MAX_LINES = 20  # of the head
MIN_WORDS, MAX_WORDS = 3, 30  # of a title
MIN_LABEL_WORDS = 5  # of a title that a line follows which may be a title as well
MIN_SLUG_WORDS = 3  # of a slug that tells the title
MAX_FIRST_WORDS = 18  # of a title that the URL does not tell
MAX_SENTENCES_WORDS = 16  # of one with several sentences
MIN_SAME = 0.6  # share of the words of a slug that its title contains
MIN_OF_LINE = 0.5  # share of the words of a line that a slug must contain
PARAGRAPH_CHARS = 200
MAX_LINES_AFTER = 4  # after a title, with which it shares words
BYLINE_LINES = 2  # below a title, among them its byline
MIN_SHARED, STEM, MIN_LETTERS = 0.15, 4, 4  # share of its words, of whose letters the first count
MIN_CAPITALS = 0.9  # share of the words of an English title
MAX_CAPITALS_AFTER, MANY_WORDS = 0.8, 9  # share of the first words of the line after it
HANGUL = re.compile("[\uac00-\ud7a3]")
LETTERS = re.compile(r"[^\W\d_][\w'’]*")
SMALL_WORDS = frozenset(
    "a an the and or of to in on for at by with from as is are was be it its this that but not no "
    "into over after amid vs via up out so if than".split()
)
STOPS = ".…。।۔"  # titles end with a question or exclamation mark at most
OPENING = "'\"‘’“”„«»「『¿¡("
SENTENCE_BREAK = re.compile(r"[.!?]\s")
DATELINE = re.compile(r"[^\W\d_]{3,}[^.!?]{0,40}\s(?:—|--)\s")  # "TARNHOLM, Norway — ..."
NOT_TITLE = re.compile(
    r"^(?:[-•·*▪►→+(\[@#©|,;:.)]|[–—]\s|https?:|www\.|\d+[.)]\s)|[:;,|—–-]$|https?://|\S@\S"
    r"|\b(?:photo|foto|getty|reuters|afp|efe|dpa|ap photo|image|caption|video|ago)\b",
    re.IGNORECASE,
)
EXTENSION = re.compile(r"\.(?:[sp]?html?|php|aspx?|jsp|cms|ece|amp)$", re.IGNORECASE)

# Letters of Cyrillic, Greek and Latin alphabets that NFKD keeps, by the consonants of their usual
# transliterations. Vowels differ between the systems, so `_words` leaves them out.
CONSONANTS = str.maketrans(
    {
        **dict(zip("бвгґдзклмнпрстфх", "bvggdzklmnprstfh", strict=True)),
        **dict(zip("жчцшщћђљњџјѓќѕ", "zccsscdlnzjgkz", strict=True)),
        **dict(zip("βγδζθκλμνξπρστφχψς", "bgdztklmnhprstfhps", strict=True)),
        "ß": "s", "ł": "l", "đ": "d", "ø": "", "æ": "", "œ": "", "þ": "t", "ð": "d", "ı": "",
    }
)  # fmt: skip
DIGRAPHS = tuple(
    zip(
        ("shch", "sch", "sh", "zh", "ch", "kh", "th", "ph", "ts", "tz", "ks", "x", "q", "w"),
        ("s", "s", "s", "z", "c", "h", "t", "f", "c", "c", "h", "h", "k", "v"),
        strict=True,
    )
)
VOWELS = dict.fromkeys(map(ord, "aeiouyjаеёиіїйоуыэюяєўъьαεηιουω'"))


def title_by_url(rows: Sequence[str], url: str) -> str | None:
    """Return the line in the head of a text that a part of its URL repeats, or None.

    >>> title_by_url(["Local", "Кораблі стали в порту"], "https://example.org/korabli-staly-v-portu")
    'Кораблі стали в порту'
    """
    slugs = list(_slugs(url))
    lines = islice(_head(rows), MAX_LINES) if slugs else ()
    head = [(line, set(_words(line))) for line in lines if len(line) <= MAX_TITLE_CHARS]
    for slug in slugs:
        if len(slug) < len(slugs[0]):
            continue  # a section
        # of several lines the shortest: "Home / Local / The pier opens" repeats the title
        told = ((_told(slug, words), -len(line), line) for line, words in head)
        share, _, title = max(told, key=itemgetter(0, 1), default=(0.0, 0, ""))
        if share >= MIN_SAME and _may_be_title(title):
            return title
    return None


def title_by_shape(
    rows: Sequence[str],
    url: str | None = None,
    language: str | None = None,
    removed_from: Sequence[str] = (),
) -> str | None:
    """Return the first line of a text if it has the shape of a title that the URL does not
    contradict, or None. `removed_from` are the lines of the text before rules removed some.

    The line shares words with the paragraphs after it. In English its words have capitals; other
    lines there are mostly subtitles. A Markdown heading needs neither, and neither does a line
    that a byline follows, even if rules have removed that.

    >>> rows = ["Local", "The Pier Opens on Monday", "The pier is dry. " * 20]
    >>> title_by_shape(rows, language="en")
    'The Pier Opens on Monday'
    >>> title_by_shape(rows, "https://example.org/tram-to-tarn-halts") is None
    True
    """
    first = _first(list(islice(_head(rows), MAX_LINES)))
    if not first or any(_contradicts(slug, first) for slug in _slugs(url or "")):
        return None
    if f"# {first}" in rows or _has_byline(first, removed_from or rows):
        return first
    lines = [row.strip("#*_ \t") for row in rows]
    rest = [line for line in lines[lines.index(first) :] if line not in ("", first)]
    after = rest[:MAX_LINES_AFTER]
    is_english = (language or "").startswith("en")
    if _shared(first, after) < MIN_SHARED or (is_english and not _is_headline(first, after)):
        return None
    return first


def _has_byline(title: str, rows: Sequence[str]) -> bool:
    """Whether a byline or a date follows a title, at most one line below it."""
    lines = [line for row in rows if (line := row.strip("#*_ \t"))]
    if title not in lines[:-1]:
        return False
    after = lines[lines.index(title) + 1 :]
    return any(map(_is_byline, after[:BYLINE_LINES]))


def _shared(title: str, after: Iterable[str]) -> float:
    """The share of the longer words of a title that the lines after it contain, perhaps with
    another ending."""
    words = [_stem(w) for w in tokens(title) if len(w) >= MIN_LETTERS or not w.isascii()]
    told = {_stem(word) for line in after for word in tokens(line)}
    return sum(word in told for word in words) / len(words) if words else 0.0


def _stem(word: str) -> str:
    """The first letters of a word; two syllables of a Korean one."""
    return word[:2] if HANGUL.match(word) else word[:STEM]


def _is_headline(title: str, after: Sequence[str]) -> bool:
    """Whether an English line is in title case, and not the first of several such lines."""
    if count_words(title) < MIN_LABEL_WORDS or _capitals(title) < MIN_CAPITALS:
        return False
    then = next((line for line in after if not _is_byline(line)), "").split()[:MANY_WORDS]
    return len(then) <= MIN_LABEL_WORDS or _capitals(" ".join(then)) < MAX_CAPITALS_AFTER


def _capitals(line: str) -> float:
    """The share of the words of a line that have a capital, without the small ones of English."""
    words = [word for word in LETTERS.findall(line) if word.lower() not in SMALL_WORDS]
    return sum(word[0].isupper() for word in words) / len(words) if words else 0.0


def _head(rows: Sequence[str]) -> Iterator[str]:
    """Yield the lines up to the first paragraph."""
    for row in rows:
        if line := row.strip("#*_ \t"):
            yield line
            if len(line) >= PARAGRAPH_CHARS:
                return


def _first(head: Sequence[str]) -> str | None:
    """Return the first line with the shape of a title, if only short labels and bylines stand
    before it and no list begins with it."""
    for number, line in enumerate(head[:-1]):
        if _has_shape(line):
            after = head[number + 1 : number + 3]
            if after[0] == line or _is_byline(after[0]) or is_prose(after, 0):
                return line
            listed = len(after) == 1 or (_has_shape(after[0]) and _has_shape(after[1]))
            return line if count_words(line) >= MIN_LABEL_WORDS and not listed else None
        if count_words(line) >= MIN_WORDS and not _is_byline(line):
            return None
    return None


def _has_shape(line: str) -> bool:
    """Whether a line has the shape of a title, and not of a sentence of running text."""
    several = SENTENCE_BREAK.search(line) is not None
    return (
        _may_be_title(line)
        and count_words(line) <= (MAX_SENTENCES_WORDS if several else MAX_FIRST_WORDS)
        and not (several and line.rstrip(CLOSING)[-1:] in SENTENCE_MARKS)
        and not DATELINE.match(line)
    )


def _may_be_title(line: str) -> bool:
    return (
        MIN_WORDS <= count_words(line) <= MAX_WORDS
        and len(line) <= MAX_TITLE_CHARS
        and not line.lstrip(OPENING)[:1].islower()
        and line.rstrip(CLOSING)[-1:] not in STOPS
        and not NOT_TITLE.search(line)
        and not _is_byline(line)
    )


def _is_byline(line: str) -> bool:
    read = read_byline(line)
    return bool(read.authors or read.date or read.updated)


def _slugs(url: str) -> Iterator[list[str]]:
    """Yield the words of each part of a URL that has several, last part first."""
    path = unquote(urlsplit(url).path)
    for part in reversed(path.split("/")):
        words = [w for w in _words(EXTENSION.sub("", part)) if not w.isdigit()]
        if len(words) > 1:
            yield words


def _words(text: str) -> list[str]:
    """The skeletons of the words of a text: their consonants in Latin letters, as far as systems of
    transliteration agree on them, for scripts with a usual one.

    >>> _words("щука shchuka Η'"), _words("Die_Straße")
    (['sk', 'sk'], ['d', 'strs'])
    """
    words = " ".join(tokens(text.replace("_", " ")))
    if not words.isascii():
        letters = unicodedata.normalize("NFKD", words)
        words = "".join(c for c in letters if not unicodedata.combining(c)).translate(CONSONANTS)
    for letters, other in DIGRAPHS:
        words = words.replace(letters, other)
    return words.translate(VOWELS).split()


def _told(slug: Sequence[str], words: set[str]) -> float:
    """The share of the words of a slug among those of a line; 0 if they are a small part of it."""
    same = words & set(slug)
    if len(same) < MIN_SLUG_WORDS or len(same) < MIN_OF_LINE * len(words):
        return 0.0
    return len(same) / len(set(slug))


def _contradicts(slug: Sequence[str], line: str) -> bool:
    """Whether a slug, in letters that it shares with a line, tells another title."""
    words = _words(line)
    if "".join(words).isascii() != "".join(slug).isascii():
        return False
    return len(slug) > MIN_SLUG_WORDS or not set(words) & set(slug)
