"""Turn a line into a template: what varies from document to document becomes a field."""

from __future__ import annotations

import re
from functools import partial

from cleaner.metadata.names import DAYS, MONTHS
from cleaner.rules.template import parse
from cleaner.text.lines import Line

MONTH = "|".join(f"{m[:3]}(?:{m[3:]}|{'t' if m[:3] == 'sep' else ''})\\.?" for m in MONTHS)
DAY = "|".join(DAYS)
CLOCK = r"(?:,?\s+(?:at\s+)?\d{1,2}:\d\d(?:\s?[ap]\.?m\.?)?(?:\s[A-Z]{2,4})?)?"
SLOTS = (
    ("url", re.compile(r"(?:https?://|www\.)[^\s)\]]+|\b[\w-]+\.(?:com|org|net)/\S*")),
    ("email", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\[email.protected\]")),
    ("handle", re.compile(r"(?<![\w@])@\w+")),
    (
        "date",
        re.compile(
            rf"(?:\b(?:{DAY}),?\s+)?(?:\b(?:{MONTH})\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
            rf"|\b\d{{1,2}}\s+(?:{MONTH}),?\s+\d{{4}}|\b\d{{4}}-\d\d-\d\d){CLOCK}",
            re.IGNORECASE,
        ),
    ),
    (
        "year",
        re.compile(
            r"(?:(?<=©)|(?<=© )|(?<=\(c\) )|(?<=copyright ))(?:19|20)\d\d(?:-\d{2,4})?", re.I
        ),
    ),
    ("number", re.compile(r"(?<![\w$€£])\d[\d,.]*(?!\w)")),
)
# Capitalised words before an address; the first word of a sentence is none of them.
ADDRESSED = re.compile(
    r"(?P<lead>(?:,|[^\W\d_A-Z])\s)(?P<name>[A-Z][\w.'’-]+(?:\s[A-Z][\w.'’-]*){0,3})"
    r"(?=\sat\s[\ue000-\uf8ff])"
)
PRIVATE = 0xE000  # private-use characters hold the places of fields while a line is masked
# A run of capitalised words where a name is to be expected.
NAME = re.compile(
    r"(?P<lead>^(?:[Bb]y|Follow|Contact|E-?mail|Write to|Reporting by|Editing by|[Pp]osted by)\s+"
    r"|\b(?:write to|contact|follow|email|and|by|to|at|Photo by|Image by|reporter)\s+)"
    r"(?P<name>[A-Z][\w.'’-]+(?:\s+(?:de|van|von|der|la|al|bin)\b)?(?:\s+[A-Z][\w.'’-]*){0,3})"
)


def escape(text: str) -> str:
    """`text` as a template that matches it alone."""
    text = re.sub(r"([*{}\\])", r"\\\1", text)
    return re.sub(r"^/", r"\\/", text)


def literal(line: Line, row: str) -> str:
    """The template that matches a line alone, which stands in its text as `row`."""
    template = escape(line.plain)
    is_like = line.plain == row or parse(template).match(line) is not None
    return template if is_like else escape(row)


def mask(line: str) -> str:
    """The line with its dates, numbers, links, addresses and names as fields.

    >>> mask("Write to Ann Smith at ann.smith@example.org")
    'Write to {author} at {email}'
    >>> mask("Published March 3, 2016. 24 comments")
    'Published {date}. {number} comments'
    """
    slots: list[str] = []
    line = re.sub("[\ue000-\uf8ff]", "", line[:2000])

    def slot(name: str, _: object = None) -> str:
        slots.append(name)
        return chr(PRIVATE + len(slots) - 1)

    for name, pattern in SLOTS:
        line = pattern.sub(partial(slot, name), line)
    for names in (NAME, ADDRESSED):
        line = names.sub(lambda m: m["lead"] + slot(_name_field(m["lead"])), line)
    line = escape(line)
    seen: list[str] = []
    for number, name in enumerate(slots):
        once = name in seen and name in ("date", "year")
        line = line.replace(chr(PRIVATE + number), "*" if once else f"{{{name}}}")
        seen.append(name)
    return line


def _name_field(lead: str) -> str:
    return "author" if re.match(r"(?i)(?:by|write to|posted by)\s", lead) else "name"
