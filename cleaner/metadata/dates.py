"""Parse dates in many languages to ISO 8601.

Nothing is guessed: a date needs a day, month and year, and ambiguous dates (03/04/2019) are skipped.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

# Month names by language; a period may follow. (Babel has the same names, but takes 0.3 s to load.)
MONTH_NAMES = {
    "en": "january february march april may june july august september october november december",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
    "dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "no": "januar februar mars april mai juni juli august september oktober november desember",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października "
    "listopada grudnia",
    "cs": "ledna února března dubna května června července srpna září října listopadu prosince",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "ro": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie "
    "decembrie",
    "id": "januari februari maret april mei juni juli agustus september oktober november desember",
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta "
    "syyskuuta lokakuuta marraskuuta joulukuuta",
    "hu": "január február március április május június július augusztus szeptember október november "
    "december",
    "el": "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου "
    "οκτωβρίου νοεμβρίου δεκεμβρίου",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
}
MONTH_ABBREVIATIONS = {
    "sept": 9, "mrz": 3, "janv": 1, "févr": 2, "avr": 4, "juil": 7, "déc": 12, "ene": 1, "abr": 4,
    "ago": 8, "dic": 12, "gen": 1, "mag": 5, "giu": 6, "lug": 7, "set": 9, "ott": 10, "fev": 2,
    "mai": 5, "out": 10, "dez": 12, "mrt": 3, "mei": 5, "okt": 10, "maj": 5, "янв": 1, "фев": 2,
    "мар": 3, "апр": 4, "июн": 6, "июл": 7, "авг": 8, "сен": 9, "окт": 10, "ноя": 11, "дек": 12,
}  # fmt: skip
WEEKDAY_NAMES = {
    "en": "monday tuesday wednesday thursday friday saturday sunday",
    "de": "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "pt": "segunda segunda-feira terça terça-feira quarta quarta-feira quinta quinta-feira sexta "
    "sexta-feira sábado domingo",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "sv": "måndag tisdag onsdag torsdag fredag lördag söndag",
    "da": "mandag tirsdag onsdag torsdag fredag lørdag søndag",
    "pl": "poniedziałek wtorek środa czwartek piątek sobota niedziela",
    "cs": "pondělí úterý středa čtvrtek pátek sobota neděle",
    "ru": "понедельник вторник среда четверг пятница суббота воскресенье",
    "uk": "понеділок вівторок середа четвер п'ятниця субота неділя",
    "tr": "pazartesi salı çarşamba perşembe cuma cumartesi pazar",
    "ro": "luni marți miercuri joi vineri sâmbătă duminică",
    "id": "senin selasa rabu kamis jumat sabtu minggu",
    "fi": "maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai",
    "hu": "hétfő kedd szerda csütörtök péntek szombat vasárnap",
    "el": "δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή",
    "ar": "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
}


def _fold(name: str) -> str:
    """Fold case, accents and variants of a name: `ſ` becomes s, `İ` and `ı` i, `É` e."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in letters if not unicodedata.combining(c)).replace("ı", "i")


def _month_numbers() -> dict[str, int]:
    """Return the number of each month by its folded names and abbreviations."""
    found: dict[str, int] = {}
    for names in MONTH_NAMES.values():
        for number, name in enumerate(names.split(), 1):
            found.setdefault(_fold(name), number)
    found |= {name[:3]: n for n, name in enumerate(MONTH_NAMES["en"].split(), 1)}
    return found | {_fold(name): number for name, number in MONTH_ABBREVIATIONS.items()}


MAX_HEAD_DATES = 2  # different days in the first lines; more are a list of events
MONTH_NUMBERS = _month_numbers()
WEEKDAYS = frozenset(_fold(day) for days in WEEKDAY_NAMES.values() for day in days.split())

_SPELLINGS = {
    *MONTH_ABBREVIATIONS,
    *(name for names in MONTH_NAMES.values() for name in names.split()),
    *MONTH_NUMBERS,
}
MONTH_NAME = "(?:" + "|".join(sorted(map(re.escape, _SPELLINGS), key=len, reverse=True)) + r")\b\.?"
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
        rf"|(?P<m3>{MONTH_NAME})\s?(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y3>{year})\b"
        rf"|(?P<d4>\d{{1,2}})(?:st|nd|rd|th|er|º|°|\.)?[\s-]\s?(?:of\s|de\s)?(?P<m4>{MONTH_NAME}),?[\s-]"
        rf"(?:de\s)?(?P<y4>{year})\b"
        rf"|(?P<a5>\d{{1,2}}){SEPARATOR}(?P<b5>\d{{1,2}}){SEPARATOR}(?P<y5>{year})\b"
    )


DATE = re.compile(r"(?<![\w/.-])(?:" + _forms(r"(?:19|20)\d\d") + ")" + TIME, re.IGNORECASE)
WHOLE_DATE = re.compile(
    r"(?:(?:on|am|le|el)\s+)?(?:(?P<weekday>[^\W\d_][^\W\d_'-]{1,23})\.?,?\s+)?"
    r"(?:" + _forms(r"(?:1[89]|20)\d\d") + ")"
    r"(?:(?:[\s,|·•-]|at\b|t(?=\d))+\d{1,2}(?:[:.h]\d{2})?(?P<rest>.{0,30}))?",
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
FIRST_YEAR, LAST_YEAR = 1900, 2100


def find_dates(text: str) -> list[str]:
    """Return the dates in a text as ISO 8601, in order.

    >>> find_dates("12. März 2019 und March 3, 2019, 8:15 am")
    ['2019-03-12', '2019-03-03']
    """
    return [day for _, _, day in find_date_forms(text) if day]


def find_date_forms(text: str) -> list[tuple[int, int, str | None]]:
    """Return everything in the form of a date: start, end, and the ISO 8601 form if it is valid.

    >>> find_date_forms("03/04/2019")
    [(0, 10, None)]
    """
    if "19" not in text and "20" not in text:  # quick check: every year contains either
        return []
    days = ((match, _parse_match(match)) for match in DATE.finditer(text))
    return [(m.start(), m.end(), day.isoformat() if day else None) for m, day in days]


def whole_date(text: str) -> str | None:
    """Return the ISO 8601 form of a text that is only a date, perhaps with a weekday and a time.

    >>> whole_date("Thursday, 12 October 2017, 4:15 p.m.")
    '2017-10-12'
    >>> whole_date("Research, October 12, 2017")
    """
    match = WHOLE_DATE.fullmatch(text)
    if not match or not _is_weekday(match["weekday"]):
        return None
    if not AFTER_TIME.fullmatch(match["rest"] or ""):
        return None  # the time and place of an event
    day = _parse_match(match)
    return day.isoformat() if day else None


def _is_weekday(word: str | None) -> bool:
    """Whether the word before a date, if any, is a weekday or its abbreviation."""
    if word is None:
        return True
    start = _fold(word)
    return any(day.startswith(start) for day in WEEKDAYS)


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


def _parse_match(match: re.Match[str]) -> date | None:
    found = match.groupdict()
    if found["y5"]:
        one, two = int(found["a5"]), int(found["b5"])
        if one <= 12 and two <= 12 and one != two:
            return None  # ambiguous: 03/04/2019 is March 4 or April 3
        month, number, year = (one, two, found["y5"]) if two > 12 else (two, one, found["y5"])
    else:
        which = next(n for n in "1234" if found[f"y{n}"])
        name = found[f"m{which}"].rstrip(".")
        month = int(name) if name.isdigit() else MONTH_NUMBERS.get(_fold(name), 0)
        number, year = int(found[f"d{which}"]), found[f"y{which}"]
    try:
        return date(int(year), month, number)
    except ValueError:
        return None
