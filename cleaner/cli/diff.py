"""`cleaner diff`: the differences between two runs over the same input."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.common import Exit, fail, print_json, stdout_errors, to_stderr, visible
from cleaner.cli.options import OUTPUT, JsonOption, option
from cleaner.messages import plural

if TYPE_CHECKING:
    from rich.text import Text

    from cleaner.report.counters import Example
    from cleaner.report.diff import Diff, DocumentChange, FieldChange, RuleChange

STYLES = {
    "removed": ("-", "red"), "kept": ("+", "green"), "edited": ("~", "yellow"),
    "moved": ("=", "cyan"), "lost": ("-", "red"), "new": ("+", "green"),
}  # fmt: skip
RULES_PER_LIMIT = 4  # the --limit applies to details of a rule; more rules are shown


def command(
    run_a: Annotated[Path, typer.Argument(metavar="RUN_A", help="The old run's output folder.")],
    run_b: Annotated[Path, typer.Argument(metavar="RUN_B", help="The new run's output folder.")],
    rule: Annotated[
        str | None, option("--rule ID", "Show only the differences of this rule.")
    ] = None,
    limit: Annotated[
        int, option("--limit N", "Show at most N lines per rule, or N documents.", min=0)
    ] = 5,
    as_json: JsonOption = False,
    out: Annotated[Path | None, option("-o --out FILE", "Write an HTML page.", OUTPUT)] = None,
    exit_code: Annotated[bool, option("--exit-code", "Exit with 1 if anything differs.")] = False,
) -> None:
    """Compare two runs over the same input."""
    from cleaner.errors import LoadRunError
    from cleaner.report.diff import diff

    try:
        found = diff(run_a, run_b)
    except LoadRunError as error:
        fail(str(error), Exit.USAGE)
    shown = found if rule is None else found.of_rule(rule)
    if out is not None:
        _write(shown, out)
    elif as_json:
        print_json(shown)
    else:
        with stdout_errors():
            _print(shown, limit, rule)
    if exit_code and (bool(shown.rules) if rule else found.differs):
        raise typer.Exit(Exit.FATAL)


def _write(found: Diff, out: Path) -> None:
    from cleaner.report.render import diff_page

    try:
        out.write_bytes(diff_page(found))
    except OSError as error:
        fail(f"{out}: {error.strerror}")
    to_stderr(f"wrote {out}")


def _print(found: Diff, limit: int, rule: str | None) -> None:
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    rows = _head(found) if rule is None else iter(())
    for text in rows:
        console.print(text)
    for change in found.rules[: RULES_PER_LIMIT * limit]:
        for text in _rule(change, limit):
            console.print(text)
    if rule is not None:
        if not found.rules:
            console.print(f"no differences in {visible(rule)}", markup=False)
        return
    for text in _tail(found, limit):
        console.print(text)


def _text(*parts: str | tuple[str, str]) -> Text:
    from rich.text import Text

    return Text.assemble(*(visible(p) if isinstance(p, str) else (visible(p[0]), p[1])
                           for p in parts))  # fmt: skip


def _label(what: str) -> str:
    from cleaner.report.line_status import LABELS

    return LABELS[what]


def _head(found: Diff) -> Iterator[Text]:
    for sign, side in (("-", found.was), ("+", found.now)):
        yield _text(
            (f"{sign} {side.name}", "bold"),
            f"  cleaner {side.cleaner_version}, rules {side.rules_version}: {side.written} of "
            f"{plural(side.documents, 'document')} written, {plural(side.chars_out, 'character')}",
        )  # fmt: skip
    was, now = found.was.options, found.now.options
    for name in dict.fromkeys((*was, *now)):
        if was.get(name) != now.get(name):
            yield _text(f"  {name}: {was.get(name)} -> {now.get(name)}")
    yield _text("")
    if not found.differs:
        yield _text(f"no difference in {plural(found.paired, 'document')}")
        return
    differ = plural(found.paired, "document differs", "documents differ")
    yield _text((f"{found.changed} of {differ}", "bold"))
    for what, (sign, style) in STYLES.items():
        if count := found.lines.get(what, 0):
            yield _text((f"  {sign} {plural(count, 'line'):>12} {_label(what)}", style))
    if found.prose:
        lines = plural(found.prose, "line")
        yield _text((f"  ! {lines:>12} of removed text that reads like prose", "bold red"))
    if found.spacing:
        differ = plural(found.spacing, "document differs", "documents differ")
        yield _text(f"    {differ} only in white space")
    for before, after, count in found.states:
        yield _text((f"    {plural(count, 'document')} {before} -> {after}", "bold"))
    for count, lone, style, side in (
        (found.only_was, found.lone_was, "red", found.was),
        (found.only_now, found.lone_now, "green", found.now),
    ):
        if count:
            yield _text(
                (f"    {plural(count, 'document')} only in {side.name}", style), f": {lone[0]}, ..."
            )


def _rule(change: RuleChange, limit: int) -> Iterator[Text]:
    yield _text("")
    prose = (f"  {change.prose} like prose", "bold red") if change.prose else ""
    what = "nodes" if change.kind == "pruned" else "removals"
    yield _text(
        (change.rule, "bold"), f" ({change.kind})  ", (f"+{change.more}", "red"), " ",
        (f"-{change.less}", "green"), f" lines in {plural(change.documents, 'document')}, "
        f"{change.removals_was} -> {change.removals_now} {what}", prose,
    )  # fmt: skip
    sites = ", ".join(f"{site} {count}" for site, count in change.sites[:limit])
    more = f", and {len(change.sites) - limit} more" if len(change.sites) > limit else ""
    yield _text((f"  {sites}{more}", "dim"))
    for example in change.examples[:limit]:
        yield from _example(example)
    if left := sum(e.times for e in change.examples[limit:]) + change.more_examples:
        yield _text((f"    ... and {plural(left, 'line')} more", "dim"))


def _example(example: Example) -> Iterator[Text]:
    sign, style = STYLES[example.what]
    flag = ("PROSE ", "bold red") if example.takes_prose else ""
    times = f"  x {example.times}" if example.times > 1 else ""
    yield _text((f"  {sign} ", style), flag, (example.text, style), (times, "bold"))
    if example.what == "edited":
        yield _text((f"      was {example.was}", "dim"))
        yield _text((f"      is  {example.now}", "dim"))
    elif example.what == "moved":
        yield _text((f"      {example.rule_was} -> {example.rule_now}", "dim"))
    place = f"{example.input}: {example.id}" if example.input != example.id else example.id
    around = f"{example.before[-60:]} | {example.after[:60]}"
    yield _text((f"      {_label(example.what)}, {place}, between: {around}", "dim"))


def _tail(found: Diff, limit: int) -> Iterator[Text]:
    if (more := len(found.rules) - RULES_PER_LIMIT * limit) > 0:
        yield _text(f"\n... and {plural(more, 'more rule')} (--limit)")
    if found.other_lines:
        yield _text(("\nchanged lines that no rule explains (the text itself differs)", "bold"))
        for example in found.other_lines[:limit]:
            yield from _example(example)
    if found.fields:
        yield _text(("\nmetadata", "bold"))
    for field in found.fields:
        yield from _field(field, limit)
    if found.documents:
        yield _text(("\ndocuments", "bold"))
    for document in found.documents[:limit]:
        yield _document(document)
    if len(found.documents) > limit:
        yield _text((f"  ... and {found.changed - limit} more", "dim"))


def _field(field: FieldChange, limit: int) -> Iterator[Text]:
    others = field.documents - field.found - field.lost
    of = plural(field.documents, "document")
    yield _text(f"  {field.field}: {of} ({field.found} found, {field.lost} lost, {others} changed)")
    for id, was, now in field.examples[: min(limit, 2)]:
        yield _text((f"      {id}: ", "dim"), (was or "nothing", "red"), " -> ",
                    (now or "nothing", "green"))  # fmt: skip


def _document(document: DocumentChange) -> Text:
    place = f"{document.input}: {document.id}" if document.input != document.id else document.id
    state = document.was if document.was == document.now else f"{document.was} -> {document.now}"
    lines = ", ".join(f"{count} {_label(what)}" for what, count in document.lines.items())
    prose = (f" ({document.prose} like prose)", "bold red") if document.prose else ""
    message = f" {document.message}" if document.message else ""
    fields = f"  metadata: {', '.join(document.fields)}" if document.fields else ""
    return _text(f"  {place}  ", (state, "bold"), message, f"  {lines}", prose, (fields, "dim"))
