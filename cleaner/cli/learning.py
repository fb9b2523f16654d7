"""Rules from what repeats on sites: `rules learn`, `rules promote` and `clean --learn`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.common import Exit, fail, load_cleaner, load_rules, to_stderr
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
    from cleaner.corpus.rows import Columns, Record
    from cleaner.corpus.selection import Selection
    from cleaner.rules.ruleset import RuleSet

LEARNED = "Learned"  # begins the comment of learned files, which later runs may replace


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


def learn_rules(
    out: Path,
    sources: list[str],
    columns: Columns,
    selection: Selection,
    rules: list[str] | None,
    bundled: bool,
    minimum: int,
    workers: int | None,
) -> RuleSet:
    """Learn the rules of a corpus into the folder of its run, and load them with the others."""
    from cleaner.cli.sources import find_records
    from cleaner.corpus.output_folder import LEARNED, RUN, OutputFolder, OverwriteError

    try:
        folder = OutputFolder(out).root / RUN / LEARNED
    except (OverwriteError, OSError) as error:
        fail(str(error))
    if folder.is_symlink():
        fail(f"{folder}: a link, so the run would write outside {out}; remove it", Exit.USAGE)
    known = load_rules(rules, bundled)

    def read() -> Iterator[Record]:
        return selection.of(find_records(sources, columns), attrgetter("id"))

    learn_into(folder, read, known, minimum, workers)
    return load_rules([*(rules or ()), str(folder)], bundled)


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
