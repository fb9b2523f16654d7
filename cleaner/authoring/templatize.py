"""Turn lines into templates: parts that vary between documents become fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from cleaner.metadata.dates import find_date_forms
from cleaner.rules.fields import parse_date
from cleaner.rules.template import parse
from cleaner.text.lines import Line

ADDRESSES = (
    ("url", re.compile(r"(?:https?://|www\.)[^\s)\]]+|\b[\w-]+\.(?:com|org|net)/\S*")),
    ("email", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\[email.protected\]")),
    ("handle", re.compile(r"(?<![\w@])@\w+")),
)
NUMBERS = (
    (
        "year",
        re.compile(
            r"(?:(?<=©)|(?<=© )|(?<=\(c\) )|(?<=copyright ))(?:19|20)\d\d(?:-\d{2,4})?", re.I
        ),
    ),
    ("number", re.compile(r"(?<![\w$€£])\d[\d,.]*(?!\w)")),
)
LAST_WORD = re.compile(r"[^\W\d_]{2,15},?\s+$")
CLOCK = re.compile(
    r"(?:,?\s+(?:at\s+)?\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]\.?m\.?)?(?:\s[A-Z]{2,4}\b)?)?"
)
# Capitalized words before an address, except the first word of a sentence.
NAME_BEFORE_ADDRESS = re.compile(
    r"(?P<lead>(?:,|[^\W\d_A-Z])\s)(?P<name>[A-Z][\w.'’-]+(?:\s[A-Z][\w.'’-]*){0,3})"
    r"(?=\sat\s[\ue000-\uf8ff])"
)
PRIVATE = 0xE000  # private-use characters replace fields while a template is made
# Capitalized words after a word that introduces a name.
NAME_AFTER_LEAD = re.compile(
    r"(?P<lead>^(?:[Bb]y|Follow|Contact|E-?mail|Write to|Reporting by|Editing by|[Pp]osted by)\s+"
    r"|\b(?:write to|contact|follow|email|and|by|to|at|Photo by|Image by|reporter)\s+)"
    r"(?P<name>[A-Z][\w.'’-]+(?:\s+(?:de|van|von|der|la|al|bin)\b)?(?:\s+[A-Z][\w.'’-]*){0,3})"
)


def escape(text: str) -> str:
    """Return a template that matches only `text`."""
    text = re.sub(r"([*{}\\])", r"\\\1", text)
    return re.sub(r"^/", r"\\/", text)


def literal_template(line: Line, row: str) -> str:
    """Return a template that matches only `line`, whose text before folding is `row`."""
    template = escape(line.plain)
    matches = line.plain == row or parse(template).match(line) is not None
    return template if matches else escape(row)


def templatize(line: str) -> str:
    """Replace dates, numbers, links, addresses and names in a line by fields.

    >>> templatize("Write to Ann Smith at ann.smith@example.org")
    'Write to {author} at {email}'
    >>> templatize("Published March 3, 2016. 24 comments")
    'Published {date}. {number} comments'
    """
    fields: list[str] = []
    line = re.sub("[\ue000-\uf8ff]", "", line[:2000])

    def field(name: str, _: object = None) -> str:
        fields.append(name)
        return chr(PRIVATE + len(fields) - 1)

    for name, pattern in ADDRESSES:
        line = pattern.sub(partial(field, name), line)
    line = "".join(part if isinstance(part, str) else field("date") for part in _dated(line))
    for name, pattern in NUMBERS:
        line = pattern.sub(partial(field, name), line)
    for names in (NAME_AFTER_LEAD, NAME_BEFORE_ADDRESS):
        line = names.sub(lambda m: m["lead"] + field(_name_field(m["lead"])), line)
    line = escape(line)
    seen: list[str] = []
    for number, name in enumerate(fields):
        once = name in seen and name in ("date", "year")
        line = line.replace(chr(PRIVATE + number), "*" if once else f"{{{name}}}")
        seen.append(name)
    return line


def _dated(line: str) -> Iterator[str | None]:
    """Yield the parts of a line: text, and None for each date, with its weekday and time."""
    at = 0
    for start, end, day in find_date_forms(line):
        word = LAST_WORD.search(line, at, start)
        if word and day and parse_date(line[word.start() : end]) == day:
            start = word.start()
        if day:
            yield line[at:start]
            yield None
            clock = CLOCK.match(line, end)
            at = clock.end() if clock else end
    yield line[at:]


def _name_field(lead: str) -> str:
    return "author" if re.match(r"(?i)(?:by|write to|posted by)\s", lead) else "name"
