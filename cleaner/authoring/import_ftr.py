"""Convert ftr-site-config files into rule files: their XPath becomes `html:` rules.

Directives without a counterpart are reported. The result is marked as imported, so a run uses it
only if it agrees with plain extraction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from cleaner.authoring.yaml_drafts import BUNDLED_SCHEMA, quoted
from cleaner.rules.compiler import TEXT_SELECTORS
from cleaner.rules.selectors import SelectorError, check_selector

DIRECTIVE = re.compile(r"^(?P<name>[a-z_]+)(?:\((?P<argument>[^)]*)\))?\s*:\s*(?P<value>.*)$")
MAPPED = {"body": "content", "strip": "prune", "title": "title", "author": "author", "date": "date"}
PART_OF_NAME = "strip_id_or_class"
TESTS = frozenset(("test_url", "test_contains"))  # for the original's own tests


@dataclass
class Imported:
    """One converted file: its host, its selectors by key, directives without a counterpart, and
    rows that are not directives or have invalid selectors."""

    host: str
    selectors: dict[str, list[str]] = field(default_factory=dict)
    unmapped: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def add(self, key: str, selector: str, where: str) -> None:
        try:
            check_selector(selector, texts=key in TEXT_SELECTORS)
        except SelectorError as error:
            self.broken.append(f"{where}: {error}")
            return
        rows = self.selectors.setdefault(key, [])
        if selector not in rows:
            rows.append(selector)

    def yaml(self) -> str:
        """Write the rule file."""
        rows = [
            BUNDLED_SCHEMA,
            "# Imported from an ftr-site-config file (CC0), not reviewed.",
            f"site: {self.host}",
        ]
        if self.selectors:
            rows += ["html:", "  imported: true"]
        for key in ("content", "prune", "title", "author", "date"):
            if key in self.selectors:
                rows.append(f"  {key}:")
                rows += [f"    - {quoted(selector)}" for selector in self.selectors[key]]
        return "\n".join(rows) + "\n"


def host_of_file(name: str) -> str:
    """Return the host of a file named `.example.com.txt` or `example.com.txt`."""
    return name.removesuffix(".txt").strip(".").lower().removeprefix("www.")


def convert(text: str, name: str) -> Imported:
    """Convert the ftr-site-config file `text`, named `name`."""
    imported = Imported(host_of_file(name))
    for number, row in enumerate(text.splitlines(), 1):
        row = row.strip()
        where = f"{name}:{number}"
        if not row or row.startswith("#"):
            continue
        match = DIRECTIVE.match(row)
        if match is None:
            imported.broken.append(f"{where}: not a directive: {row[:80]}")
            continue
        found = list(_selectors(match["name"], match["value"].strip()))
        for key, selector in found:
            imported.add(key, selector, where)
        if not found and match["name"] not in TESTS:
            known = match["name"] in (*MAPPED, PART_OF_NAME)
            what = row[:80] if known else match["name"]
            imported.unmapped.append(f"{where}: no counterpart of `{what}`")
    return imported


def _selectors(name: str, value: str) -> Iterator[tuple[str, str]]:
    if name == PART_OF_NAME:
        # The original matches any part of a name, so that `related` also removes `p_related`.
        word = value.strip("'\" ")
        if word and "'" not in word:
            classes = "concat(' ', normalize-space(@class), ' ')"
            yield "prune", f"//*[@id='{word}' or contains({classes}, ' {word} ')]"
    elif name in MAPPED and value:
        yield MAPPED[name], value if value.startswith(("/", "(", "./")) else f"//{value}"
