"""Lines that somebody marked in a report, as rules in the files of a folder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cleaner.authoring.confidence import guess_kind
from cleaner.authoring.lint import check_files
from cleaner.authoring.templatize import literal_template
from cleaner.authoring.test import run_file
from cleaner.authoring.yaml_drafts import AmendError, LineRule, amend, new_file
from cleaner.errors import CleanerError
from cleaner.rules.compiled import CompiledFile
from cleaner.rules.problems import RuleFileError
from cleaner.rules.ruleset import RuleSet, compile_rules
from cleaner.rules.schema import Host
from cleaner.text.folding import fold
from cleaner.text.lines import Lines

MOST, LONGEST = 200, 2000  # marks at once, and characters of a line
HOST: TypeAdapter[str] = TypeAdapter(Host)
FORMS = frozenset({"site", "as", "line"})


class ReviewEditError(CleanerError, ValueError):
    """Marks that do not become rules, with all that is wrong."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Mark:
    """A line of a document of a site that is cruft, or else content."""

    site: str
    is_cruft: bool
    line: str


@dataclass(frozen=True)
class Patch:
    """Rule files as they would be, by their path, and `rules`, the set with them in it. `warnings`
    are what `rules check` newly says of them."""

    files: Mapping[Path, bytes]
    rules: RuleSet
    keys: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = ()
    before: Mapping[Path, bytes] = field(default_factory=dict)


def parse_marks(data: Any) -> tuple[Mark, ...]:
    """Marks out of plain JSON values; raises ReviewEditError for what is none."""
    if not isinstance(data, list) or not 0 < len(data) <= MOST:
        raise ReviewEditError([f"a list of 1 to {MOST} marks is wanted"])
    return tuple(dict.fromkeys(map(_mark, data)))


def _mark(item: Any) -> Mark:
    if not isinstance(item, dict) or item.keys() != FORMS:
        raise ReviewEditError(["a mark has site, as and line"])
    site, kind, line = item["site"], item["as"], item["line"]
    if not all(isinstance(value, str) for value in (site, kind, line)):
        raise ReviewEditError(["the site, as and line of a mark are texts"])
    try:
        HOST.validate_python(site)
    except ValidationError:
        raise ReviewEditError(
            [f"{site[:100]!r} is not the name of a site, which is a host"]
        ) from None
    if kind not in ("cruft", "content"):
        raise ReviewEditError([f"a line is marked as cruft or content, not as {kind[:100]!r}"])
    if len(line) > LONGEST or "\n" in line or not fold(line):
        raise ReviewEditError([f"a line of 1 to {LONGEST} characters is wanted"])
    return Mark(site, kind == "cruft", line)


def make_patch(marks: Sequence[Mark], folder: Path, rules: RuleSet) -> Patch:
    """The files of `folder` with marks as rules in them, where `rules` are all that are in force.

    Writes nothing. Raises ReviewEditError if the files would not pass `rules test` and `rules
    check`, or cannot be edited.
    """
    _check_contradictions(marks)
    files: dict[Path, bytes] = {}
    paths = {*(file.path for file in rules.headings), *(problem.file for problem in rules.problems)}
    before = {path: path.read_bytes() for path in map(Path, sorted(paths))}
    for site in sorted({mark.site for mark in marks}):
        own = [mark for mark in marks if mark.site == site]
        path, text = _file_of(site, folder, rules, before)
        try:
            files[path] = _amended(text, str(path), own, rules).encode()
        except (AmendError, RuleFileError) as error:
            raise ReviewEditError([str(error)]) from None
    files = {path: content for path, content in files.items() if before.get(path) != content}
    if not files:
        raise ReviewEditError(["the rule files say all this already"])
    return _checked(files, before)


def _check_contradictions(marks: Sequence[Mark]) -> None:
    said: dict[tuple[str, str], bool] = {}
    for mark in marks:
        if said.setdefault((mark.site, fold(mark.line)), mark.is_cruft) != mark.is_cruft:
            raise ReviewEditError([f"marked as cruft and as content: {mark.line!r}"])


def _file_of(
    site: str, folder: Path, rules: RuleSet, known: Mapping[Path, bytes]
) -> tuple[Path, str]:
    """The file of a site in the folder, and what is in it: one that begins, if there is none."""
    same = [file for file in rules.files if file.key == site and not file.is_pack]
    for path in (Path(file.path) for file in same):
        if path.resolve().is_relative_to(folder.resolve()):
            return path, known[path].decode()
    sites = folder / "sites"
    path = (sites if sites.is_dir() else folder) / f"{site}.yaml"
    if path.exists() or path.is_symlink():
        raise ReviewEditError(
            [f"{path} is there, but is not a rule file of {site} that can be used"]
        )
    return path, _beginning(site, same)


def _beginning(site: str, others: Sequence[CompiledFile]) -> str:
    """A new file, which selects the documents that other files of the site do."""
    hosts = dict.fromkeys(host for file in others for host in file.hosts if host != site)
    marks = dict.fromkeys(mark.source for file in others for mark in file.marks)
    return new_file(site, list(hosts), list(marks))


def _amended(text: str, path: str, marks: Sequence[Mark], rules: RuleSet) -> str:
    own = [file for file in rules.files if file.path == path]
    known = {template.source for file in own for rule in file.rules for template in rule.line}
    kept = {template.source for file in own for template in file.keep}
    taken = {rule.id for file in rules.files for rule in file.rules}
    cruft: list[LineRule] = []
    keep: list[str] = []
    for mark in marks:
        line = Lines(mark.line)[0]
        template = literal_template(line, mark.line)
        if mark.is_cruft and template not in known:
            name = _name(mark.site, line.plain, taken)
            cruft.append(LineRule(guess_kind(line.plain) or "other", name, template, mark.line))
            known.add(template)
        elif not mark.is_cruft and template not in kept:
            keep.append(template)
            kept.add(template)
    return amend(text, path, cruft, keep)


def _name(site: str, line: str, taken: set[str]) -> str:
    """A name for a rule, from its words; no other rule of the site has it."""
    slug = re.sub(r"[^a-z0-9]+", "-", line.lower()).strip("-")[:40].strip("-") or "line"
    number = 1
    name = slug
    while f"{site}/{name}" in taken:
        number += 1
        name = f"{slug}-{number}"
    taken.add(f"{site}/{name}")
    return name


def _checked(files: dict[Path, bytes], before: Mapping[Path, bytes]) -> Patch:
    contents = {**before, **files}
    made = compile_rules([(str(path), content) for path, content in contents.items()])
    paths = {str(path) for path in files}
    problems = [str(problem) for problem in made.problems if problem.file in paths]
    changed = [file for file in made.files if file.path in paths]
    problems += [str(failure) for file in changed for failure in run_file(file, made)]
    found = check_files([(str(path), content) for path, content in sorted(files.items())])
    problems += [str(finding) for finding in found if finding.error]
    if problems:
        raise ReviewEditError(dict.fromkeys(problems))
    old = check_files([(str(path), before[path]) for path in sorted(files) if path in before])
    said = {(f.problem.file, f.rule, f.problem.message) for f in old}
    new = [f for f in found if (f.problem.file, f.rule, f.problem.message) not in said]
    return Patch(
        files,
        made,
        frozenset(file.key for file in changed),
        tuple(map(str, new)),
        {path: before[path] for path in files if path in before},
    )
