"""Write rules as YAML: new rule files, and additions that keep a file's comments and order."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cleaner.authoring.occurrences import Suggestion
from cleaner.errors import CleanerError
from cleaner.rules.schema import split_rows
from cleaner.rules.yaml_source import YamlSource, read

MIN_SITE_DOCUMENTS = 5  # that a draft needs
MAX_DOUBTFUL = 40  # doubtful suggestions written to a draft
SCHEMA_NAME = "schema.json"
BUNDLED_SCHEMA = f"# yaml-language-server: $schema=../{SCHEMA_NAME}"  # as in bundled rule files
SCHEMA_COMMENT = re.compile(r"^#\s*(?:yaml-language-server|\$schema):", re.M)
PLAIN = re.compile(r"[\w(“][^\n]*")
NOT_PLAIN = re.compile(r": |:$| #|\s$")
ESCAPED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
SEPARATOR = re.compile(r"\s*$|#")  # rows after a section that may belong to the next one
MISSING_MISS = "# miss: add a line that this rule must not remove"


class AmendError(CleanerError, ValueError):
    """A file is written in a way that allows no additions; the message says what to change."""


@dataclass(frozen=True)
class HtmlSuggestion:
    """A selector, the number of pages with a matching node, and the text of one."""

    selector: str
    documents: int
    of: int
    example: str


@dataclass(frozen=True)
class Draft:
    """The suggestions for one site, from `documents` distinct documents of `read`. Those for a pack
    named `host` come from several sites."""

    host: str
    read: int
    documents: int
    suggestions: Sequence[Suggestion] = ()
    html: Sequence[HtmlSuggestion] = ()
    marks: Sequence[str] = ()
    is_pack: bool = False

    @property
    def too_few(self) -> bool:
        return self.documents < MIN_SITE_DOCUMENTS


@dataclass(frozen=True)
class LineRule:
    """A rule that removes one line."""

    kind: str
    id: str
    line: str  # a template
    hit: str
    at: str | None = None

    @property
    def fields(self) -> dict[str, str]:
        return {key: value for key, value in asdict(self).items() if value is not None}

    def rows(self) -> list[str]:
        rows = [f"{key}: {escaped(value)}" for key, value in self.fields.items()]
        return [f"- {rows[0]}", *(f"  {row}" for row in rows[1:])]


def schema_comment(folder: Path) -> str:
    """The first line of rule files in `folder`, which tells editors where the schema is.

    Without a schema nearby it names one in the folder, where `cleaner rules schema` can write it.
    """
    found = find_schema(folder)
    path = os.path.relpath(found, Path(folder).absolute()) if found else SCHEMA_NAME
    return f"# yaml-language-server: $schema={Path(path).as_posix()}"


def find_schema(folder: Path) -> Path | None:
    """Find the schema of rule files in `folder`, its parent, or a folder `rules` above them."""
    folder = folder.absolute()
    near = [folder, folder.parent, *(above / "rules" for above in (folder, *folder.parents))]
    return next((path / SCHEMA_NAME for path in near if _is_schema(path / SCHEMA_NAME)), None)


def _is_schema(path: Path) -> bool:
    """Whether a file is the schema of rule files, and not another file of the same name."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get("title") == "Rule file"


def quoted(text: str) -> str:
    """Write a line as a YAML scalar, quoted only if necessary.

    >>> quoted("Follow us: *")
    "'Follow us: *'"
    """
    if PLAIN.fullmatch(text) and not NOT_PLAIN.search(text):
        return text
    return "'" + text.replace("'", "''") + "'"


def escaped(text: str) -> str:
    """Write any text as a YAML scalar, with control characters escaped."""
    if not ESCAPED.search(text):
        return quoted(text)
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + ESCAPED.sub(lambda char: f"\\u{ord(char[0]):04x}", text) + '"'


def rule_rows(suggestion: Suggestion, number: int = 1) -> Iterator[str]:
    """Yield the rows of a rule, the `number`th of its kind in the file."""
    s = suggestion
    kind = s.kind or "other"
    yield f"- kind: {kind}"
    if number > 1:
        yield f"  id: {kind}-{number}"
    if s.at and (s.form == "from" or (s.form == "line" and (s.loose or s.kind is None))):
        yield f"  at: {s.at}"
    yield f"  {s.form}: {quoted(s.template)}"
    if s.to:
        yield f"  to: {quoted(s.to)}"
        yield f"  lines: {s.lines}"
    if s.put:
        yield f"  put: {quoted(s.put)}"
    if s.form == "line" and s.loose:
        yield f"  words: {s.max_words}"
    if s.unless:
        yield f"  unless: {quoted(s.unless)}"
    if s.loose and s.form != "from":
        yield "  hit:"
        yield from (f"    - {quoted(v)}" for v in s.hits or s.variants[:2])
        yield from (
            (f"  {MISSING_MISS}",) if s.lacks_miss else ("  miss:", f"    - {quoted(s.miss)}")
        )


def rule_with_evidence(suggestion: Suggestion, kinds: Counter[str | None]) -> Iterator[str]:
    """Yield the rows of a rule after a comment with its evidence; `kinds` counts the file's."""
    s = suggestion
    kinds[s.kind] += 1
    variants = f", {len(s.variants)} variants" if len(s.variants) > 1 else ""
    yield f"# {s.documents} of {s.of} documents, {s.where}{variants}; {s.doubt or s.level}"
    yield from rule_rows(s, kinds[s.kind])


def draft_yaml(draft: Draft, schema: str = BUNDLED_SCHEMA, verb: str = "Drafted") -> str:
    """Write a rule file that begins with the line `schema`, and a comment with the `verb`. Doubtful
    suggestions are commented out, each with the reason."""
    sure = [s for s in draft.suggestions if s.doubt is None]
    doubtful = [s for s in draft.suggestions if s.doubt is not None]
    missing = sum(s.lacks_miss for s in sure)
    lacking = f"{missing} rule{'s' * (missing > 1)}"
    to_do = f"read it, and add a `miss` to {lacking}" if missing else "read it"
    scope = "pack" if draft.is_pack else "site"
    out = [schema, f"# {verb} from {draft.documents} documents: {to_do}.", f"{scope}: {draft.host}"]
    if draft.marks:
        out += ["marks: |", *(f"  {mark}" for mark in draft.marks)]
    if draft.html:
        out += ["html:", "  prune:"]
        for found in draft.html:
            out.append(f"    # {found.documents} of {found.of} pages: {found.example}")
            out.append(f"    - {quoted(found.selector)}")
    out.append("rules:" if sure else "rules: []")
    kinds: Counter[str | None] = Counter()
    for suggestion in sure:
        out += [f"  {row}" for row in rule_with_evidence(suggestion, kinds)]
    if doubtful:
        out += ["", "# Doubtful: these lines repeat too, but may be article content."]
    for suggestion in doubtful[:MAX_DOUBTFUL]:
        out += [f"  # {row}" for row in rule_with_evidence(suggestion, kinds)]
    return _joined(out)


def new_file(site: str, hosts: Sequence[str] = (), marks: Sequence[str] = ()) -> str:
    """Write a rule file of a site without rules; `marks` are templates."""
    out = [BUNDLED_SCHEMA, f"site: {site}"]
    if hosts:
        out.append(f"hosts: [{', '.join(hosts)}]")
    if marks:
        out += ["marks:", *(f"  - {escaped(mark)}" for mark in marks)]
    return _joined(out)


def amend(text: str, file: str, rules: Sequence[LineRule] = (), keep: Sequence[str] = ()) -> str:
    """Add rules after those of the rule file `text`, and the templates `keep` to its kept lines.

    Raises RuleFileError if the text is not YAML, AmendError if it allows no additions.
    """
    expected = dict(_mapping(read(text, file)))
    if rules:
        expected["rules"] = [*(expected.get("rules") or []), *(rule.fields for rule in rules)]
        text = _add_rules(text, file, rules)
    if keep:
        expected["keep"] = [*split_rows(expected.get("keep", [])), *keep]
        text = _add_keep(text, file, keep)
    actual = dict(_mapping(read(text, file)))
    if keep:
        actual["keep"] = split_rows(actual["keep"])
    if actual != expected:
        raise AmendError(f"{file}: found no place for the rules; add them by hand")
    return text


def _mapping(source: YamlSource) -> dict[str, Any]:
    if not isinstance(source.data, dict):
        raise AmendError(f"{source.file}: expected a mapping")
    return source.data


def _add_rules(text: str, file: str, rules: Sequence[LineRule]) -> str:
    source, rows = read(text, file), text.rstrip("\n").split("\n")
    if ("rules",) not in source.keys:
        return _joined([*rows, "rules:", *_items(rules, 2)])
    number, end = _section(source, rows, "rules")
    if not source.data["rules"]:
        rows[number], found = re.subn(r"^(rules:)\s*\[\s*\]", r"\1", rows[number])
        if not found:
            raise AmendError(f"{file}:{number + 1}: write the empty list as `rules: []`")
        return _joined([*rows[: number + 1], *_items(rules, 2), *rows[number + 1 :]])
    indent = _dash_column(source, rows, "rules")
    return _joined([*rows[:end], *_items(rules, indent), *rows[end:]])


def _items(rules: Sequence[LineRule], indent: int) -> list[str]:
    return [" " * indent + row for rule in rules for row in rule.rows()]


def _add_keep(text: str, file: str, keep: Sequence[str]) -> str:
    source, rows = read(text, file), text.rstrip("\n").split("\n")
    if ("keep",) not in source.keys:
        at = _end_before(source, rows, "rules")
        return _joined([*rows[:at], "keep:", *(f"  - {escaped(row)}" for row in keep), *rows[at:]])
    number, end = _section(source, rows, "keep")
    if isinstance(source.data["keep"], list):
        dash = " " * _dash_column(source, rows, "keep")
        return _joined([*rows[:end], *(f"{dash}- {escaped(row)}" for row in keep), *rows[end:]])
    line, column = source.places["keep",]
    value = rows[line - 1][column - 1 :]
    if value.startswith("|"):
        first = next((row for row in rows[line:end] if row.strip()), "  ")
        indent = first[: len(first) - len(first.lstrip())]
        return _joined([*rows[:end], *(f"{indent}{row}" for row in keep), *rows[end:]])
    known = source.data["keep"]
    if line != number + 1 or end != number + 1 or value.strip("'\" ") != known.strip("'\" "):
        raise AmendError(f"{file}:{line}: write `keep: |` and one line per row below it")
    block = [f"{rows[number][: column - 1]}|", *(f"  {row}" for row in (known, *keep))]
    return _joined([*rows[:number], *block, *rows[end:]])


def _section(source: YamlSource, rows: Sequence[str], key: str) -> tuple[int, int]:
    """Return the index of the row with a key, and of the row after its value. Blank rows and
    comments after the value may belong to the next key and are not included."""
    begin = source.keys[key,][0] - 1
    others = [line - 1 for path, (line, _) in source.keys.items() if len(path) == 1]
    end = min((line for line in others if line > begin), default=len(rows))
    while end > begin + 1 and SEPARATOR.match(rows[end - 1]):
        end -= 1
    return begin, end


def _end_before(source: YamlSource, rows: Sequence[str], key: str) -> int:
    """The index of the row after the section before a key, or after all rows without the key."""
    if (key,) not in source.keys:
        return len(rows)
    begin = end = source.keys[key,][0] - 1
    while end and SEPARATOR.match(rows[end - 1]):
        end -= 1
    return end or begin


def _dash_column(source: YamlSource, rows: Sequence[str], key: str) -> int:
    """The indentation of the items of a list."""
    line, column = source.places[key, 0]
    lead = rows[line - 1][: column - 1].rstrip()
    if not lead.endswith("-") or lead[:-1].strip():
        raise AmendError(f"{source.file}:{line}: `{key}` is in brackets; write a row for each item")
    return len(lead) - 1


def _joined(rows: Sequence[str]) -> str:
    return "\n".join(rows) + "\n"
