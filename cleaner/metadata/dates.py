"""Parse dates in many languages to ISO 8601.

Nothing is guessed: a date needs a day, month and year, and ambiguous dates (03/04/2019) are skipped.
"""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import date, datetime
from pathlib import Path


def _fold(name: str) -> str:
    """Fold case, accents and variants of a name: `ſ` becomes s, `İ` and `ı` i, `É` e."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in letters if not unicodedata.combining(c)).replace("ı", "i")


def _calendar_names() -> tuple[dict[str, int], frozenset[str]]:
    """Read the numbers of months by their folded names and abbreviations, and all beginnings of
    the names of weekdays. They are those of Babel's languages, without the few that mean another
    month in another language. (Babel itself takes 0.3 s to load.)"""
    names = json.loads(Path(__file__).with_name("calendar_names.json").read_text("utf-8"))
    months = {
        name: number for number, row in enumerate(names["months"], 1) for name in row.split(" | ")
    }
    weekdays = names["weekdays"].split(" | ")
    return months, frozenset(day[:end] for day in weekdays for end in range(len(day) + 1))


MAX_HEAD_DATES = 2  # different days in the first lines; more are a list of events
MONTH_NUMBERS, WEEKDAY_STARTS = _calendar_names()
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
ARABIC_DIGIT = re.compile("[٠-٩۰-۹]")
ARABIC_SECOND = "(?:الأول|الاول|الثاني|أول|اول|ثان)"  # "كانون الثاني" is one month
# A word that may be a month; the Levant gives a month two names, with a slash.
MONTH = rf"[^\s\d.,،/()|:;·•–—-]{{2,16}}(?:\s{ARABIC_SECOND})?(?:\s?/\s?[^\s\d.,/]{{3,9}}(?:\s{ARABIC_SECOND})?)?\.?"
# Words for "year" and "day" that may follow: "12 мая 2019 г.", "2019. gada 12. maijā".
AFTER_YEAR = r"(?:\.|\s?(?:г|р|год|года|року|годзе|година|године|godine|an|m)\b\.?)?"
TIME = (
    r"(?:(?:[\s,|·•@–-]|T\b|(?:at|um|à|a las|às|alle|kl|klo|в|om|ore)\b\.?)*"
    r"(?P<time>\d{1,2}[:.h]\d{2}(?::\d{2})?(?:\.\d+)?\s?"
    r"(?:[ap]\.?m\.?\b)?\s?(?:Z\b|[+-]\d{2}:?\d{2}\b|\(?[A-Z]{2,4}\b\)?)?))?"
)

SEPARATOR = r"(?:[-/]|\.\s?|\s/\s)"


def _forms(year: str) -> str:
    """Return the pattern of a date with its day, month and year."""
    return (
        rf"(?P<y1>{year}){SEPARATOR}(?P<m1>\d{{1,2}}){SEPARATOR}(?P<d1>\d{{1,2}})(?!\d)(?:[T ]?(?=\d\d:))?"
        rf"|(?P<y2>{year})\s?[年년]\s?(?P<m2>\d{{1,2}})\s?[月월]\s?(?P<d2>\d{{1,2}})\s?[日일]"
        rf"|(?P<m3>{MONTH})\s?(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y3>{year})\b"
        rf"|(?P<d4>\d{{1,2}})(?:st|nd|rd|th|er|º|°|(?P<dot>\.))?[\s-]\s?(?:of\s|de\s|d['’])?(?P<m4>{MONTH})"
        rf"[,،]?[\s-](?:del?\s)?(?P<y4>{year})\b{AFTER_YEAR}"
        rf"|(?P<a5>\d{{1,2}})(?P<sign>{SEPARATOR})(?P<b5>\d{{1,2}}){SEPARATOR}(?P<y5>{year})\b{AFTER_YEAR}"
        rf"|(?:ngày\s)?(?P<d6>\d{{1,2}})\s+tháng\s+(?P<m6>\d{{1,2}})(?:,|\s+năm)?\s+(?P<y6>{year})\b"
        rf"|(?P<y7>{year})(?:\.|\.?\s(?:m|gada)\.?)\s(?P<m7>{MONTH})\s(?P<d7>\d{{1,2}})(?:\.|\sd\.)?(?!\d)"
    )


DATE = re.compile(r"(?<![\w/.-])(?:" + _forms(r"(?:19|20)\d\d") + ")" + TIME, re.IGNORECASE)
TIME_WORDS = r"(?:um|à|às|alle|klo|kl\.?|om|ore|saat|lúc|ob|o|о|в|a las)\s"  # before a time
WEEKDAY = r"[^\W\d_][^\W\d_'-]{1,23}(?:\s(?:hai|ba|tư|năm|sáu|bảy|nhật))?"
BEFORE_DATE = r"(?:(?:on|am|vom|le|el|em|il|dnia|op|den|від|от|ngày)\s+)?"
WHOLE_DATE = re.compile(
    rf"{BEFORE_DATE}(?:(?P<weekday>{WEEKDAY})\.?[,،]?\s+)?{BEFORE_DATE}"
    r"(?:" + _forms(r"(?:1[89]|20)\d\d") + ")"
    r"(?:[,،]?\s+(?P<after>[^\W\d_][^\W\d_'-]{2,23})|\s?[（(][月火水木金土日][）)]|\s?(?:星期|周|週)[一二三四五六日天])?"
    rf"(?:(?:[\s,،|·•-]|at\b|t(?=\d)|{TIME_WORDS})+\d{{1,2}}(?:[:.h]\d{{2}})?(?P<rest>.{{0,30}}))?",
    re.IGNORECASE,
)
# Zones, units, sources and counters may follow a time, but no other words.
AFTER_TIME = re.compile(
    r"(?:[^\w\n]|\d|_|[^\W\d_]{1,2}(?![^\W\d_])|(?-i:[A-Z]{2,5}\b)|(?:[^\W\d_]+\s)?time\b"
    r"|eastern\b|central\b|mountain\b|pacific\b|standard\b|daylight\b|summer\b|clock\b"
    r"|(?:hrs|hours?|horas?|uhr|ore|timer|min|mins|minutes?|dakika|saat|read|updated)\b"
    r"|[时時分秒点點]|(?:更新|発行|配信|公開|发布|發布|阅读|喜欢|评论)|(?:来源|來源|编辑|責編|责编).*)*",
    re.IGNORECASE,
)
MACHINE_DATE = re.compile(
    r"\s*(\d{4})-?(\d\d)-?(\d\d)(?!\d)"
    r"(?:[T ]+(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
MAX_WEEKDAY = 40  # characters
FIRST_YEAR, LAST_YEAR = 1900, 2100


def find_dates(text: str) -> list[str]:
    """Return the dates in a text as ISO 8601, in order.

    >>> find_dates("12. März 2019 und March 3, 2019, 8:15 am")
    ['2019-03-12', '2019-03-03']
    """
    return [day for _, _, day in find_date_forms(text) if day]


def find_date_forms(text: str, *, day_first: bool = False) -> list[tuple[int, int, str | None]]:
    """Return everything in the form of a date: start, end, and the ISO 8601 form if it is valid.
    `day_first` tells that the day is before the month in numbers with slashes or hyphens, as in
    nearly all languages but English.

    >>> find_date_forms("03/04/2019"), find_date_forms("03/04/2019", day_first=True)
    ([(0, 10, None)], [(0, 10, '2019-04-03')])
    """
    if not text.isascii() and ARABIC_DIGIT.search(text):
        text = text.translate(DIGITS)
    if "19" not in text and "20" not in text:  # quick check: every year contains either
        return []
    found: list[tuple[int, int, str | None]] = []
    at = 0
    while match := DATE.search(text, at):
        at = match.end()
        if (name := _month_word(match)) and not _month_number(name, match):
            at = match.start() + 1
            continue
        day = _parse_match(match, day_first=day_first)
        found.append((match.start(), match.end(), day.isoformat() if day else None))
    return found


def whole_date(text: str) -> str | None:
    """Return the ISO 8601 form of a text that is only a date, perhaps with a weekday and a time.

    >>> whole_date("Thursday, 12 October 2017, 4:15 p.m.")
    '2017-10-12'
    >>> whole_date("Research, October 12, 2017")
    """
    match = WHOLE_DATE.fullmatch(text.translate(DIGITS))
    if not match or not is_weekday(match["weekday"]) or not is_weekday(match["after"]):
        return None
    if not AFTER_TIME.fullmatch(match["rest"] or ""):
        return None  # the time and place of an event
    day = _parse_match(match)
    return day.isoformat() if day else None


def is_weekday(word: str | None) -> bool:
    """Whether the word beside a date, if any, is a weekday or its abbreviation."""
    if word is None:
        return True
    return len(word) <= MAX_WEEKDAY and _fold(word) in WEEKDAY_STARTS


def parse_machine_date(text: str, *, since: int = FIRST_YEAR) -> str | None:
    """Return the ISO 8601 form of a machine-readable date, with its time and zone if present. In
    other texts, return the first date. Years before `since` are rejected.

    >>> parse_machine_date("2019-03-12T08:00:00+0100")
    '2019-03-12T08:00:00+01:00'
    >>> parse_machine_date("Tue, 12 Mar 2019 08:00")
    '2019-03-12'
    """
    match = MACHINE_DATE.match(text)
    if match:
        year, month, day, hour, minute, second, zone = match.groups()
        try:
            date(int(year), int(month), int(day))
            if hour:
                datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0))
        except ValueError:
            return None
        if not since <= int(year) < LAST_YEAR:
            return None
        clock = f"T{hour}:{minute}:{second or '00'}{_zone(zone)}" if hour else ""
        return f"{year}-{month}-{day}{clock}"
    return next(iter(find_dates(text[:200])), None)


def _zone(zone: str | None) -> str:
    if not zone or zone == "Z":
        return zone or ""
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return f"{zone[0]}{digits[:2]}:{digits[2:]}"


def _parse_match(match: re.Match[str], *, day_first: bool = False) -> date | None:
    found = match.groupdict()
    if found["y5"]:
        one, two = int(found["a5"]), int(found["b5"])
        if one <= 12 and two <= 12 and one != two and not (day_first or "." in found["sign"]):
            return None  # ambiguous: 03/04/2019 is March 4 or April 3
        month, number, year = (one, two, found["y5"]) if two > 12 else (two, one, found["y5"])
    else:
        which = next(n for n in "123467" if found[f"y{n}"])
        month = _month_number(found[f"m{which}"], match)
        number, year = int(found[f"d{which}"]), found[f"y{which}"]
    try:
        return date(int(year), month, number)
    except ValueError:
        return None


def _month_word(match: re.Match[str]) -> str | None:
    """The word of a date that should be a month, if it has one."""
    return match["m3"] or match["m4"] or match["m7"]


def _month_number(name: str, match: re.Match[str]) -> int:
    """The number of a month, 0 for other words."""
    if name.isdigit():
        return int(name)
    folded = _fold(name.split("/")[0]).strip(" .")
    if match["dot"] and folded.startswith("listopad"):
        return 10  # "12. listopada" is Croatian, "12 listopada" Polish and a month later
    return MONTH_NUMBERS.get(folded, 0)
