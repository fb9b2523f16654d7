"""A small run with its own rules for tests of reports, with documents that would break a page that
did not escape them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cleaner.corpus.run import clean_corpus
from cleaner.corpus.statistics import RunStatistics
from cleaner.pipeline import Cleaner
from cleaner.report.collect import Collector
from cleaner.rules.ruleset import RuleSet
from tests.helpers.rules import make_rules
from tests.helpers.texts import MORE, PROSE

SITE = """
site: pier.example
rules:
  - kind: membership
    line: Become a Friend of the Pier
  - kind: newsletter
    at: tail
    line: "Our letter *"
    words: 6
    hit: ["Our letter comes weekly"]
    miss: ["Our letter of last week asked the council for a new north wall."]
  - kind: bio
    line: "The keeper *"
    hit: ["The keeper lives by the sea"]
    miss: ["A keeper"]
  - kind: ad
    line: Nobody ever writes this
"""
PACK = """
pack: common
rules:
  - kind: social
    line: Share this
  - kind: error
    line: Are you a robot?
    reject: bot wall
  - kind: markup
    span: "<u>{text}</u>"
    put: "{text}"
    hit: ["A <u>pier</u>"]
    miss: ["A <u> pier"]
"""
KEEPER = "The keeper of the north light has kept its log for thirty years without missing a day."
NASTY = [
    "<script>window.broken = 1</script> stands in this line of the text, as words",
    "</script><script>window.broken = 2</script>",
    "<!-- <script> ]]> --> &amp; <img src=x onerror='window.broken = 3'>",
    "\"double\" 'single' `back` {{ 7 * 7 }} {% raw %} ${window.broken = 4} \\u003c \\",
    "one\u2028two lines for JavaScript alone",
    "emoji 👩‍👩‍👧‍👦 𝒳 and right to left: עברית \u202eevil\u202c",
    "*stars* {braces} and /slashes/",
    "**Bold** and a [link](https://pier.example/x)",
    "/a line that begins and ends with a slash/",
    "'quoted': - # yaml? *anchor &alias !tag",
]


def rules() -> RuleSet:
    return make_rules(SITE, PACK)


def article(number: int, *lines: str, site: str = "pier.example") -> dict[str, Any]:
    text = "\n\n".join([f"{PROSE} ({number})", *lines])
    url = f"https://{site}/{number}"
    return {"id": f"doc-{number}", "url": url, "title": f"doc-{number}", "text": text}


DOCUMENTS = [
    *(article(n, MORE, "Become a Friend of the Pier") for n in range(8)),
    article(8, KEEPER, "Share this"),
    article(9, "Our letter to the council was read aloud to all of them", MORE),
    article(10, "A <u>pier</u> is a bridge to nowhere.", MORE, "Our letter is free"),
    *(article(n, "Weekly from elsewhere", MORE, site="quay.example") for n in range(11, 16)),
    {"id": "gone", "url": "https://pier.example/gone", "text": "Share this\n\nShare this"},
    {"id": "nothing", "text": ""},
    {"id": "robot", "url": "https://quay.example/r", "text": "Are you a robot?"},
    {"id": "</script><b>", "url": "https://pier.example/nasty", "title": "<i>Title</i>",
     "text": "\n\n".join([*NASTY, PROSE, "Share this"])},
]  # fmt: skip


def write_run(
    folder: Path, documents: Sequence[dict[str, Any]] = DOCUMENTS, rules: RuleSet | None = None
) -> tuple[RunStatistics, Path]:
    """Clean documents with a report; return the statistics and the folder of the run."""
    given = rules or make_rules(SITE, PACK)
    raw = folder / "raw.jsonl"
    if not raw.exists():
        raw.write_text("".join(json.dumps(row) + "\n" for row in documents))
    out = folder / "out"
    statistics = clean_corpus(
        Cleaner(given), [raw], out, {"bundled": False}, report=Collector(given)
    )
    return statistics, out
