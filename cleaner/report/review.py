"""Turn the lines marked in a report into rules: verify them, try them on the run, write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from difflib import unified_diff
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cleaner.authoring.confidence import guess_kind
from cleaner.authoring.lint import check_files
from cleaner.authoring.templatize import literal_template
from cleaner.authoring.test import run_file
from cleaner.authoring.yaml_drafts import AmendError, LineRule, amend, new_file
from cleaner.errors import CleanerError
from cleaner.files import atomic_write
from cleaner.report.dry_run import dry_run
from cleaner.report.load_run import FinishedRun
from cleaner.rules.compiled import CompiledFile
from cleaner.rules.problems import RuleFileError
from cleaner.rules.ruleset import RuleSet, compile_rules, load_rules
from cleaner.rules.schema import Host
from cleaner.text.folding import fold
from cleaner.text.lines import Lines

MAX_EDITS, MAX_LINE_CHARS = 200, 2000
MAX_ID_CHARS = 40
HOST: TypeAdapter[str] = TypeAdapter(Host)
EDIT_KEYS = frozenset({"site", "as", "line"})


class ReviewEditError(CleanerError, ValueError):
    """Edits that cannot become rules, with all the reasons."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class ReviewEdit:
    """A line that a reader marked as boilerplate or as content of a site."""

    site: str
    is_boilerplate: bool
    line: str


@dataclass(frozen=True)
class Patch:
    """Changed rule files by path, the rule set that contains them, and what `rules check` reports
    about the changes. `before` are the previous contents."""

    files: Mapping[Path, bytes]
    rules: RuleSet
    keys: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = ()
    before: Mapping[Path, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Review:
    """A run under review, the folder that receives new rules, and the other rules in use."""

    run: FinishedRun
    folder: Path
    others: tuple[Path | str, ...] = ()
    bundled: bool = True

    def answer(self, data: Any) -> dict[str, Any]:
        """Try the edits in `data` (plain JSON values) on the run, and write them if it says so.

        Raises ReviewEditError, LoadRunError and OSError; then nothing is written.
        """
        if not isinstance(data, dict) or data.keys() != {"edits", "write"}:
            raise ReviewEditError(["expected an object with the keys edits and write"])
        own = [self.folder] if self.folder.exists() else []
        rules = load_rules([*own, *self.others], bundled=self.bundled)
        patch = make_patch(parse_edits(data["edits"]), self.folder, rules)
        found = dry_run(self.run, rules, patch.rules, patch.keys)
        if data["write"] is True:
            write(patch)
        return {
            "wrote": data["write"] is True,
            "files": [_diff(path, patch) for path in sorted(patch.files)],
            "warnings": list(patch.warnings),
            "dry_run": asdict(found),
        }


def _diff(path: Path, patch: Patch) -> dict[str, str]:
    was, now = (
        contents.get(path, b"").decode().splitlines(keepends=True)
        for contents in (patch.before, patch.files)
    )
    return {"path": str(path), "diff": "".join(list(unified_diff(was, now, n=2))[2:])}


def parse_edits(data: Any) -> tuple[ReviewEdit, ...]:
    """Parse edits from plain JSON values. Raises ReviewEditError if they are invalid."""
    if not isinstance(data, list) or not 0 < len(data) <= MAX_EDITS:
        raise ReviewEditError([f"expected a list of 1 to {MAX_EDITS} edits"])
    return tuple(dict.fromkeys(map(_parse_edit, data)))


def _parse_edit(item: Any) -> ReviewEdit:
    if not isinstance(item, dict) or item.keys() != EDIT_KEYS:
        raise ReviewEditError(["expected an edit with the keys site, as and line"])
    site, kind, line = item["site"], item["as"], item["line"]
    if not all(isinstance(value, str) for value in (site, kind, line)):
        raise ReviewEditError(["site, as and line of an edit must be strings"])
    try:
        HOST.validate_python(site)
    except ValidationError:
        raise ReviewEditError([f"expected a host as site, not {site[:100]!r}"]) from None
    if kind not in ("boilerplate", "content"):
        raise ReviewEditError([f"mark a line as boilerplate or content, not as {kind[:100]!r}"])
    if len(line) > MAX_LINE_CHARS or "\n" in line or not fold(line):
        raise ReviewEditError([f"expected a line of 1 to {MAX_LINE_CHARS} characters"])
    return ReviewEdit(site, kind == "boilerplate", line)


def make_patch(edits: Sequence[ReviewEdit], folder: Path, rules: RuleSet) -> Patch:
    """Add edits as rules to the files of `folder`, without writing; `rules` are all in force.

    Raises ReviewEditError if a file cannot be edited or would fail `rules test` or `rules check`.
    """
    _check_contradictions(edits)
    files: dict[Path, bytes] = {}
    paths = {*(file.path for file in rules.headings), *(problem.file for problem in rules.problems)}
    before = {path: path.read_bytes() for path in map(Path, sorted(paths))}
    for site in sorted({edit.site for edit in edits}):
        own = [edit for edit in edits if edit.site == site]
        path, text = _file_of(site, folder, rules, before)
        try:
            files[path] = _amended(text, str(path), own, rules).encode()
        except (AmendError, RuleFileError) as error:
            raise ReviewEditError([str(error)]) from None
    files = {path: content for path, content in files.items() if before.get(path) != content}
    if not files:
        raise ReviewEditError(["the rule files contain all these rules already"])
    return _checked(files, before)


def _check_contradictions(edits: Sequence[ReviewEdit]) -> None:
    seen: dict[tuple[str, str], bool] = {}
    for edit in edits:
        key = edit.site, fold(edit.line)
        if seen.setdefault(key, edit.is_boilerplate) != edit.is_boilerplate:
            raise ReviewEditError([f"marked as boilerplate and as content: {edit.line!r}"])


def _file_of(
    site: str, folder: Path, rules: RuleSet, known: Mapping[Path, bytes]
) -> tuple[Path, str]:
    """The path and content of a site's file in the folder, or of a new one."""
    same = [file for file in rules.files if file.key == site and not file.is_pack]
    for path in (Path(file.path) for file in same):
        if path.resolve().is_relative_to(folder.resolve()):
            return path, known[path].decode()
    sites = folder / "sites"
    path = (sites if sites.is_dir() else folder) / f"{site}.yaml"
    if path.exists() or path.is_symlink():
        raise ReviewEditError([f"{path} exists, but is not a valid rule file of {site}"])
    return path, _new_file(site, same)


def _new_file(site: str, others: Sequence[CompiledFile]) -> str:
    """A new file that selects the same documents as other files of the site."""
    hosts = dict.fromkeys(host for file in others for host in file.hosts if host != site)
    marks = dict.fromkeys(mark.source for file in others for mark in file.marks)
    return new_file(site, list(hosts), list(marks))


def _amended(text: str, path: str, edits: Sequence[ReviewEdit], rules: RuleSet) -> str:
    own = [file for file in rules.files if file.path == path]
    known = {template.source for file in own for rule in file.rules for template in rule.line}
    kept = {template.source for file in own for template in file.keep}
    ids = {rule.id for file in rules.files for rule in file.rules}
    added: list[LineRule] = []
    keep: list[str] = []
    for edit in edits:
        line = Lines(edit.line)[0]
        template = literal_template(line, edit.line)
        if edit.is_boilerplate and template not in known:
            id = _new_id(edit.site, line.plain, ids)
            added.append(LineRule(guess_kind(line.plain) or "other", id, template, edit.line))
            known.add(template)
        elif not edit.is_boilerplate and template not in kept:
            keep.append(template)
            kept.add(template)
    return amend(text, path, added, keep)


def _new_id(site: str, line: str, taken: set[str]) -> str:
    """An id for a rule, made of its words and unique within the site."""
    slug = re.sub(r"[^a-z0-9]+", "-", line.lower()).strip("-")[:MAX_ID_CHARS].strip("-") or "line"
    number = 1
    id = slug
    while f"{site}/{id}" in taken:
        number += 1
        id = f"{slug}-{number}"
    taken.add(f"{site}/{id}")
    return id


def _checked(files: dict[Path, bytes], before: Mapping[Path, bytes]) -> Patch:
    contents = {**before, **files}
    rules = compile_rules([(str(path), content) for path, content in contents.items()])
    paths = {str(path) for path in files}
    problems = [str(problem) for problem in rules.problems if problem.file in paths]
    changed = [file for file in rules.files if file.path in paths]
    problems += [str(failure) for file in changed for failure in run_file(file, rules)]
    found = check_files([(str(path), content) for path, content in sorted(files.items())])
    problems += [str(finding) for finding in found if finding.error]
    if problems:
        raise ReviewEditError(dict.fromkeys(problems))
    old = check_files([(str(path), before[path]) for path in sorted(files) if path in before])
    known = {(f.problem.file, f.rule, f.problem.message) for f in old}
    new = [f for f in found if (f.problem.file, f.rule, f.problem.message) not in known]
    return Patch(
        files,
        rules,
        frozenset(file.key for file in changed),
        tuple(map(str, new)),
        {path: before[path] for path in files if path in before},
    )


def write(patch: Patch) -> None:
    """Write all files of a patch, or none."""
    for path in patch.files:
        if (path.read_bytes() if path.exists() else None) != patch.before.get(path):
            raise ReviewEditError([f"{path} has changed in the meantime; try again"])
    done: list[Path] = []
    try:
        for path, content in patch.files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            replace(path, content)
            done.append(path)
    except OSError:
        for path in done:
            if path in patch.before:
                replace(path, patch.before[path])
            else:
                path.unlink(missing_ok=True)
        raise


def replace(path: Path, content: bytes) -> None:
    """Replace a file, and keep its mode."""
    mode = path.stat().st_mode if path.exists() else 0o644
    with atomic_write(path, sync=True, mode=mode, shared=True) as out:
        out.write(content)
