"""Render reports as HTML pages, each a single file that needs no server and no network.

Text from documents is escaped by Jinja, or is in a block of JSON that the script of the page reads;
the Content-Security-Policy allows only that script.
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
from cleaner.report.line_status import LABELS
from cleaner.report.model import Report

SCRIPTS = ("page.js", "documents.js", "rules.js", "edits.js")
REVIEW = "review.js"
DATA = ("documents", "listed", "suspicious", "rules", "read", "verdict")  # for the scripts
OPEN_RULES, MAX_RULES, MAX_RULE_LINES = 12, 300, 12  # of a comparison
TOP_ROWS = 6  # of a chart; more rows are collapsed
SIDES = {"removed": "went", "lost": "went", "kept": "stays", "new": "stays"}  # CSS classes


def report_page(report: Report, *, review: bool = False) -> bytes:
    """Render the report of a run; with `review`, it sends the marked lines to its server."""
    data = {name: getattr(report, name) for name in DATA}
    scripts = [_joined(SCRIPTS), *([_source(REVIEW)] if review else [])]
    return render("report.html.j2", data, scripts, connect=review, report=report, top=TOP_ROWS)


def diff_page(found: Diff) -> bytes:
    """Render the comparison of two runs."""
    return render(
        "diff.html.j2",
        None,
        [_source("diff.js")],
        diff=found,
        labels=LABELS,
        sides=SIDES,
        open_rules=OPEN_RULES,
        max_rules=MAX_RULES,
        max_lines=MAX_RULE_LINES,
    )


def render(
    template: str, data: Any, scripts: Sequence[str], *, connect: bool = False, **values: Any
) -> bytes:
    """Render a template with `data` as JSON for its scripts, which may `connect` to their own
    server."""
    style = _source("style.css")
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
    """Encode JSON for a script element, so that no text can end the element or begin another."""
    text = orjson.dumps(data, option=orjson.OPT_NON_STR_KEYS).decode()
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def _bytes(size: int) -> str:
    """A number of bytes for people.

    >>> _bytes(812), _bytes(66_100_000)
    ('812 bytes', '66.1 MB')
    """
    for unit, power in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= power:
            return f"{size / power:.1f} {unit}"
    return f"{size} bytes"


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
    """Join files into one script with a scope of its own."""
    body = "\n".join(map(_source, names))
    return f'(() => {{\n"use strict";\n{body}}})();\n'


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
    made.filters["bytes"] = _bytes
    made.filters["percent"] = lambda part, whole=1: f"{part / whole if whole else 0:.1%}"
    return made
