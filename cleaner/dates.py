"""Dates as sites write them, in many languages, to ISO 8601. Nothing is guessed: a date has its day,
month and year, and one that may be read two ways (03/04/2019) is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

# Months by language: names and usual short forms, folded; a dot may follow.
MONTHS_OF = {
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
SHORT_FORMS = {
    "sept": 9, "mrz": 3, "févr": 2, "avr": 4, "juil": 7, "déc": 12, "ene": 1, "abr": 4, "ago": 8,
    "dic": 12, "gen": 1, "mag": 5, "giu": 6, "lug": 7, "set": 9, "ott": 10, "fev": 2, "mai": 5,
    "out": 10, "dez": 12, "mrt": 3, "mei": 5, "okt": 10, "maj": 5, "янв": 1, "фев": 2, "мар": 3,
    "апр": 4, "июн": 6, "июл": 7, "авг": 8, "сен": 9, "окт": 10, "ноя": 11, "дек": 12,
}  # fmt: skip
MONTH: dict[str, int] = {}
for _names in MONTHS_OF.values():
    for _number, _name in enumerate(_names.split(), 1):
        MONTH.setdefault(_name, _number)
for _number, _name in enumerate(MONTHS_OF["en"].split(), 1):
    MONTH[_name[:3]] = _number
MONTH.update(SHORT_FORMS)

NAME = "(?:" + "|".join(sorted(map(re.escape, MONTH), key=len, reverse=True)) + r")\b\.?"
TIME = (
    r"(?:(?:[\s,|·•@–-]|T\b|(?:at|um|à|a las|às|alle|kl|klo|в|om|ore)\b\.?)*"
    r"(?P<time>\d{1,2}[:.h]\d{2}(?::\d{2})?(?:\.\d+)?\s?"
    r"(?:[ap]\.?m\.?\b)?\s?(?:Z\b|[+-]\d{2}:?\d{2}\b|\(?[A-Z]{2,4}\b\)?)?))?"
)
DATES = re.compile(
    r"(?<![\w/.-])(?:"
    r"(?P<y1>(?:19|20)\d\d)[-/.](?P<m1>\d{1,2})[-/.](?P<d1>\d{1,2})(?!\d)(?:[T ]?(?=\d\d:))?"
    r"|(?P<y2>(?:19|20)\d\d)\s?[年년]\s?(?P<m2>\d{1,2})\s?[月월]\s?(?P<d2>\d{1,2})\s?[日일]"
    rf"|(?P<m3>{NAME})\s?(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y3>(?:19|20)\d\d)\b"
    rf"|(?P<d4>\d{{1,2}})(?:st|nd|rd|th|er|º|°|\.)?[\s-]\s?(?:of\s|de\s)?(?P<m4>{NAME}),?[\s-]"
    r"(?:de\s)?(?P<y4>(?:19|20)\d\d)\b"
    r"|(?P<a5>\d{1,2})[/.-](?P<b5>\d{1,2})[/.-](?P<y5>(?:19|20)\d\d)\b"
    r")" + TIME,
    re.IGNORECASE,
)
STATED = re.compile(
    r"\s*(\d{4})-?(\d\d)-?(\d\d)"
    r"(?:[T ]+(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?"
)
FIRST_YEAR, LAST_YEAR = 1900, 2100


@dataclass(frozen=True, slots=True)
class Found:
    """A date in a text, with its time if it has one: where it stands, and its ISO 8601 form."""

    start: int
    end: int
    value: str


def find_dates(text: str) -> list[Found]:
    """The dates that a text states, in its order.

    >>> [found.value for found in find_dates("12. März 2019 und March 3, 2019, 8:15 am")]
    ['2019-03-12', '2019-03-03']
    """
    if "19" not in text and "20" not in text:  # as all years begin
        return []
    return [
        Found(match.start(), match.end(), day.isoformat())
        for match in DATES.finditer(text)
        if (day := _day(match))
    ]


def parse_stated(text: str) -> str | None:
    """The ISO 8601 form of a date that a machine wrote, with its time and zone where stated; of
    any other the first date in it.

    >>> parse_stated("2019-03-12T08:00:00+0100")
    '2019-03-12T08:00:00+01:00'
    >>> parse_stated("Tue, 12 Mar 2019 08:00")
    '2019-03-12'
    """
    match = STATED.match(text)
    if match:
        year, month, day, hour, minute, second, zone = match.groups()
        try:
            date(int(year), int(month), int(day))
            if hour:
                datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0))
        except ValueError:
            return None
        if not FIRST_YEAR <= int(year) < LAST_YEAR:
            return None
        clock = f"T{hour}:{minute}:{second or '00'}{_zone(zone)}" if hour else ""
        return f"{year}-{month}-{day}{clock}"
    found = find_dates(text[:200])
    return found[0].value if found else None


def _zone(zone: str | None) -> str:
    if not zone or zone == "Z":
        return zone or ""
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return f"{zone[0]}{digits[:2]}:{digits[2:]}"


def _day(match: re.Match[str]) -> date | None:
    found = match.groupdict()
    if found["y5"]:
        one, two = int(found["a5"]), int(found["b5"])
        if one <= 12 and two <= 12 and one != two:
            return None  # 03/04/2019 is a day in March or in April
        month, number, year = (one, two, found["y5"]) if two > 12 else (two, one, found["y5"])
    else:
        which = next(n for n in "1234" if found[f"y{n}"])
        name = found[f"m{which}"].lower().rstrip(".")
        month = int(name) if name.isdigit() else MONTH[name]
        number, year = int(found[f"d{which}"]), found[f"y{which}"]
    try:
        return date(int(year), month, number)
    except ValueError:
        return None
