"""Reports as pages: one file each, that needs no server and no network.

Everything from documents is escaped by Jinja, or stands in a block of JSON that the script of the
page reads; the Content-Security-Policy lets nothing run but that script.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from cleaner.report.diff import Diff
from cleaner.report.model import Report
from cleaner.report.words import SIDES, WORDS
from cleaner.rules.schema import KINDS

SCRIPTS = ("page.js", "documents.js", "rules.js", "marks.js")
REVIEW = "review.js"
OPENED, RULES, LINES = 12, 300, 12  # of a comparison: rules not folded, rules, lines of a rule
TOP = 12  # rows of a chart that are not folded away


def report_page(report: Report, *, review: bool = False) -> bytes:
    """The page of a run's report; with `review` it sends the lines that are marked in it to the
    server that it came from."""
    data = {"documents": report.documents, "rules": report.rules, "suspicious": report.suspicious}
    scripts = [_joined(SCRIPTS), *([_source(REVIEW)] if review else [])]
    return render("report.html.j2", data, scripts, connect=review, report=report, top=TOP)


def diff_page(found: Diff) -> bytes:
    """The page of what differs between two runs."""
    return render(
        "diff.html.j2",
        None,
        [_source("diff.js")],
        diff=found,
        words=WORDS,
        looks=SIDES,
        opened=OPENED,
        most_rules=RULES,
        most_lines=LINES,
    )


def render(
    template: str, data: Any, scripts: Sequence[str], *, connect: bool = False, **values: Any
) -> bytes:
    """A page from one of the templates, with `data` as JSON for its scripts. Where it may
    `connect`, then to its own server."""
    style = _source("style.css") + _colours()
    page = _environment().get_template(template)
    made = page.render(
        policy=_policy(style, scripts, connect=connect),
        style=Markup(style),
        scripts=[Markup(script) for script in scripts],
        data=Markup(embedded(data)),
        **values,
    )
    return made.encode("utf-8")


def embedded(data: Any) -> str:
    """JSON that can stand inside a script element: nothing in it ends that, or begins another."""
    text = orjson.dumps(data, option=orjson.OPT_NON_STR_KEYS).decode()
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def _policy(style: str, scripts: Sequence[str], *, connect: bool) -> str:
    parts = [
        "default-src 'none'",
        f"style-src {_digest(style)}",
        f"script-src {' '.join(map(_digest, scripts))}",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        *(["connect-src 'self'"] if connect else []),
    ]
    return "; ".join(parts)


def _digest(content: str) -> str:
    digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _joined(names: Sequence[str]) -> str:
    """Files as one script, with no name of theirs outside it."""
    body = "\n".join(map(_source, names))
    return f'(() => {{\n"use strict";\n{body}}})();\n'


def _colours() -> str:
    """A hue for each kind, in the order of the language, so that kinds of one family are alike."""
    step = 360 / len(KINDS)
    return "".join(
        f'[data-kind="{kind}"]{{--hue:{round(number * step)}}}\n'
        for number, kind in enumerate(KINDS)
    )


@cache
def _source(name: str) -> str:
    return files("cleaner.report").joinpath("page", name).read_text("utf-8")


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("cleaner.report", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["number"] = lambda value: f"{value:,}"
    made.filters["percent"] = lambda part, whole=1: f"{part / whole if whole else 0:.1%}"
    return made
