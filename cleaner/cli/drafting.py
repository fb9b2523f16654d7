"""`cleaner rules suggest`, `new` and `import`: commands that write rule files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.common import Exit, fail, load_cleaner, load_rules, stdout_write, to_stderr
from cleaner.cli.options import (
    OUTPUT,
    BundledOption,
    IdColumnOption,
    LearnMinOption,
    RulesOption,
    TextColumnOption,
    UrlColumnOption,
    WorkersOption,
    option,
)
from cleaner.messages import plural

if TYPE_CHECKING:
    from cleaner.authoring.suggest import Gathered
    from cleaner.authoring.yaml_drafts import Draft
    from cleaner.corpus.rows import Record
    from cleaner.rules.ruleset import RuleSet

LEARNED = "Learned"  # begins the comment of learned files, which later runs may replace


def suggest(
    sources: Annotated[
        list[str],
        typer.Argument(metavar="SRC...", help="Folders, files, URLs, or - for JSONL on stdin."),
    ],
    site: Annotated[
        str | None,
        option("--site HOST", "Draft only this site; texts without a URL are counted as its own."),
    ] = None,
    write: Annotated[
        Path | None,
        option("--write PATH", "Write this file, or one file per site into this folder.", OUTPUT),
    ] = None,
    text_column: TextColumnOption = None,
    id_column: IdColumnOption = None,
    url_column: UrlColumnOption = None,
    rules: RulesOption = None,
    bundled: BundledOption = True,
) -> None:
    """Draft rule files from lines that repeat on a site.

    Read and finish the drafts before you use them. Lines that the rules in force already remove
    are left out; --no-bundled drafts everything.
    """
    from cleaner.authoring.suggest import draft_site, gather
    from cleaner.authoring.yaml_drafts import draft_yaml, schema_comment
    from cleaner.cli.sources import find_records
    from cleaner.corpus.rows import Columns

    cleaner = load_cleaner(load_rules(rules, bundled), None)
    records = find_records(sources, Columns(text_column, id_column, url_column))
    gathered = gather(records, cleaner, site)
    _note_left_out(gathered)
    if not gathered.sites:
        fail("no document names its site; add --site HOST", Exit.USAGE)
    drafts = [draft_site(found) for _, found in sorted(gathered.sites.items())]
    useful = [draft for draft in drafts if not draft.too_few]
    for draft in useful:
        _report_draft(draft)
        if write is None:
            stdout_write(f"{draft_yaml(draft, schema_comment(Path()))}\n".encode())
            continue
        is_folder = write.is_dir() or len(useful) > 1
        target = write / f"{draft.host}.yaml" if is_folder else write
        _write_draft(target, draft_yaml(draft, schema_comment(target.parent)))
    if too_few := [f"{d.host} ({d.documents})" for d in drafts if d.too_few]:
        to_stderr(f"too few distinct documents (5 are needed): {', '.join(too_few)}")


def learn(
    sources: Annotated[
        list[str], typer.Argument(metavar="SRC...", help="Folders, files, URLs or archives.")
    ],
    write: Annotated[
        Path, option("--write DIR", "Write one rule file per site into this folder.", OUTPUT)
    ],
    learn_min: LearnMinOption = 5,
    workers: WorkersOption = None,
    text_column: TextColumnOption = None,
    id_column: IdColumnOption = None,
    url_column: UrlColumnOption = None,
    rules: RulesOption = None,
    bundled: BundledOption = True,
) -> None:
    """Write rule files for the sites of a corpus.

    They come from what repeats on each site. Only certain suggestions become rules; doubtful ones
    are comments. Lines that the rules in force already remove are left out. `cleaner clean --learn`
    learns and cleans in one go.
    """
    from cleaner.cli.sources import find_records
    from cleaner.corpus.rows import Columns

    if any(write.glob("*.yaml")):
        fail(f"{write}: has rule files already; choose another folder", Exit.USAGE)
    if "-" in sources:
        fail("stdin can be read only once; save the records in a file", Exit.USAGE)
    loaded = load_rules(rules, bundled)
    columns = Columns(text_column, id_column, url_column)
    learn_into(write, lambda: find_records(sources, columns), loaded, learn_min, workers)


def learn_into(
    folder: Path,
    read: Callable[[], Iterable[Record]],
    rules: RuleSet,
    minimum: int,
    workers: int | None,
) -> None:
    """Write a rule file for each site that has something to learn, instead of those that were
    learned into this folder before. `read` starts reading the records."""
    from cleaner.authoring.learn import certain, learn
    from cleaner.authoring.sampling import sample_corpus
    from cleaner.authoring.yaml_drafts import draft_yaml, schema_comment
    from cleaner.files import atomic_write
    from cleaner.rules.compiler import compile_text
    from cleaner.rules.problems import RuleFileError

    count = os.cpu_count() or 1 if workers is None else workers
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for earlier in folder.glob("*.yaml"):
            if LEARNED in earlier.read_text(encoding="utf-8", errors="replace")[:200]:
                earlier.unlink()
        written = learned = 0
        with sample_corpus(read, load_cleaner(rules, None), minimum, count) as samples:
            for draft in learn(samples.found, count):
                if not certain(draft):
                    continue
                text = draft_yaml(draft, schema_comment(folder), LEARNED)
                try:
                    compile_text(text, f"{draft.host}.yaml")
                except RuleFileError as error:
                    to_stderr(f"left out: {error}")
                    continue
                with atomic_write(folder / f"{draft.host}.yaml") as out:
                    out.write(text.encode())
                written += not draft.is_pack
                learned += sum(suggestion.doubt is None for suggestion in draft.suggestions)
    except OSError as error:
        fail(f"{error.filename or folder}: {error.strerror}")
    if samples.broken:
        to_stderr(f"{plural(samples.broken, 'record')} could not be read")
    sites = plural(samples.sites, "site")
    to_stderr(f"learned {plural(learned, 'rule')} for {written} of {sites}: {folder}")


def promote(
    learned: Annotated[
        Path, typer.Argument(metavar="LEARNED", help="The folder, such as OUT/_run/learned.")
    ],
    to: Annotated[Path, option("--to DIR", "The folder of the rule files.", OUTPUT)],
) -> None:
    """Take learned rules over into a folder of rule files.

    A site without a file gets the learned one. To another file, the rules are added that it does
    not cover, each with the line that it removes as a hit. Changed files are checked and tested.
    """
    from cleaner.authoring.learn import promote as merge
    from cleaner.authoring.lint import check_files
    from cleaner.authoring.test import run_file
    from cleaner.authoring.yaml_drafts import AmendError
    from cleaner.files import atomic_write
    from cleaner.rules.problems import RuleFileError
    from cleaner.rules.ruleset import load_rules as load

    paths = sorted(learned.glob("*.yaml"))
    if not paths:
        fail(f"{learned}: no rule files", Exit.USAGE)
    added = 0
    changed: dict[str, bytes] = {}
    for path in paths:
        target = to / path.name
        try:
            existing = target.read_text(encoding="utf-8") if target.exists() else None
            merged = merge(path.read_text(encoding="utf-8"), existing, path.name)
            to.mkdir(parents=True, exist_ok=True)
            with atomic_write(target) as out:
                out.write(merged.text.encode())
            changed[str(target)] = merged.text.encode()
        except (RuleFileError, AmendError) as error:
            to_stderr(f"left out: {error}")
            continue
        except OSError as error:
            fail(f"{error.filename or target}: {error.strerror}")
        added += merged.added
        for template in merged.by_hand:
            to_stderr(f"{target}: add by hand: {template}")
    found: list[object] = list(check_files(list(changed.items())))
    rules = load([to], bundled=False)
    found += [f for file in rules.files if file.path in changed for f in run_file(file, rules)]
    findings = plural(len(found), "finding") if found else "no findings"
    to_stderr(f"{plural(added, 'rule')} added to {to}; {findings} of check and test")
    for finding in found:
        to_stderr(str(finding))


def _note_left_out(gathered: Gathered) -> None:
    if gathered.broken:
        count = plural(len(gathered.broken), "record")
        to_stderr(f"{count} could not be read; the first: {gathered.broken[0]}")
    if gathered.homeless and gathered.sites:
        count = plural(gathered.homeless, "document")
        to_stderr(f"{count} without a URL left out; name their site with --site HOST")


def _report_draft(draft: Draft) -> None:
    doubtful = sum(s.doubt is not None for s in draft.suggestions)
    copies = draft.read - draft.documents
    left_out = f" ({plural(copies, 'copy', 'copies')} left out)" if copies else ""
    to_stderr(
        f"{draft.host}: {plural(draft.documents, 'document')}{left_out}, "
        f"{plural(len(draft.suggestions) - doubtful, 'rule')} drafted, {doubtful} doubtful"
    )


def new(
    host: Annotated[str, typer.Argument(metavar="HOST", help="The host of the site.")],
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="[SRC...]", help="Documents of the site.")
    ] = None,
    write: Annotated[
        Path | None,
        option(
            "--write PATH",
            "Write this file, or a file named after the host into this folder.",
            OUTPUT,
        ),
    ] = None,
    text_column: TextColumnOption = None,
    id_column: IdColumnOption = None,
    url_column: UrlColumnOption = None,
) -> None:
    """Start a commented rule file for a site.

    The first lines of the documents become draft captures.
    """
    from cleaner.authoring.suggest import gather, scaffold
    from cleaner.authoring.yaml_drafts import schema_comment
    from cleaner.cli.sources import find_records
    from cleaner.corpus.rows import Columns
    from cleaner.pipeline import Cleaner
    from cleaner.rules.compiler import compile_text
    from cleaner.rules.problems import RuleFileError
    from cleaner.rules.ruleset import RuleSet

    host = host.lower().removeprefix("www.")
    texts: list[str] = []
    if sources:
        records = find_records(sources, Columns(text_column, id_column, url_column))
        found = gather(records, Cleaner(RuleSet()), host)
        _note_left_out(found)
        texts = [text for site in found.sites.values() for text in site.texts]
    target = write / f"{host}.yaml" if write and write.is_dir() else write
    draft = scaffold(host, texts, schema_comment(target.parent if target else Path()))
    try:
        compile_text(draft, f"{host}.yaml")
    except RuleFileError as error:
        fail(str(error), Exit.USAGE)
    if target is None:
        stdout_write(draft.encode())
    else:
        _write_draft(target, draft)


def _write_draft(target: Path, text: str) -> None:
    """Write a new rule file and print the next step."""
    from cleaner.authoring.yaml_drafts import SCHEMA_NAME, find_schema

    if target.exists():
        fail(f"{target} exists; remove it, or omit --write and paste what you need")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"{target}: {error.strerror}")
    to_stderr(f"wrote {target}; next: cleaner rules check {target}")
    if find_schema(target.parent) is None:
        to_stderr(f"for editors: cleaner rules schema > {target.parent / SCHEMA_NAME}")


def import_rules(
    format: Annotated[str, typer.Argument(metavar="FORMAT", help="ftr: ftr-site-config files.")],
    sources: Annotated[
        list[Path], typer.Argument(metavar="SRC...", help="The files, or folders of them.")
    ],
    out: Annotated[Path, option("-o --out DIR", "Write into this folder.", OUTPUT)],
) -> None:
    """Convert rule files of another tool.

    Converted files are marked as imported, and guarded when they are used.
    """
    from cleaner.authoring.import_ftr import convert
    from cleaner.corpus.inputs import regular_file
    from cleaner.rules.compiler import compile_text
    from cleaner.rules.problems import RuleFileError

    if format != "ftr":
        fail(f"unknown format {format!r}; only ftr can be imported", Exit.USAGE)
    paths = [p for s in sources for p in (sorted(s.glob("*.txt")) if s.is_dir() else [s])]
    if not paths:
        fail("no .txt files found", Exit.USAGE)
    written = incomplete = 0
    for path in paths:
        try:
            text = regular_file(path).read_text(encoding="utf-8", errors="replace")
        except (OSError, ValueError) as error:
            fail(str(error), Exit.USAGE)
        imported = convert(text, path.name)
        problems = list(imported.broken)
        if imported.selectors:
            name, rules = f"{imported.host}.yaml", imported.yaml()
            try:
                compile_text(rules, name)
            except RuleFileError as error:
                problems.append(str(error))
            else:
                out.mkdir(parents=True, exist_ok=True)
                (out / name).write_text(rules, encoding="utf-8")
                written += 1
        for problem in (*imported.unmapped, *problems):
            to_stderr(problem)
        incomplete += bool(problems)
    failed = f", {plural(incomplete, 'file')} only in part" if incomplete else ""
    to_stderr(f"{plural(len(paths), 'file')} read, {plural(written, 'rule file')} "
              f"written to {out}{failed}")  # fmt: skip
    if incomplete:
        raise typer.Exit(Exit.FATAL)
