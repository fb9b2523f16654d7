"""`cleaner explain`: one document in the terminal, what went from it, and whence its metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.common import (
    BundledOption,
    Exit,
    LossyOption,
    PacksOnlyOption,
    RulesOption,
    load_cleaner,
    load_rules,
    visible,
)

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from cleaner.document import CleanDocument


def command(
    file: Annotated[str, typer.Argument(metavar="FILE", help="An .html, .txt or .md file, or -.")],
    as_format: Annotated[
        str | None,
        typer.Option("--as", metavar="FORMAT", help="Read it as text, markdown or html."),
    ] = None,
    url: Annotated[str | None, typer.Option("--url", help="Where the document is from.")] = None,
    rules: RulesOption = None,
    bundled: BundledOption = True,
    packs_only: PacksOnlyOption = False,
    lossy: LossyOption = None,
) -> None:
    """Show a document, what was removed struck through with its rule, and its metadata."""
    from rich.console import Console

    cleaner = load_cleaner(load_rules(rules, bundled, strict=False, sites=not packs_only), lossy)
    from cleaner.cli.pipe import read_one

    done = cleaner.clean(read_one(file, as_format, url))
    show(done, Console(highlight=False, soft_wrap=True))
    if done.text is None:
        raise typer.Exit(Exit.FATAL)


def show(done: CleanDocument, console: Console) -> None:
    """Print the normalised text with its removals, then the metadata with its origins."""
    console.print(marked(done))
    console.print()
    console.print(metadata_table(done))
    size = len(done.normalized)
    gone = size - len(done.text or "")
    share = f"{gone / size:.1%}" if size else "nothing"
    console.print(
        f"{done.status.value}: {len(done.removals)} removals, {gone} of {size} characters "
        f"({share}); site files: {', '.join(done.sites) or 'none'}",
        markup=False,
    )
    for note in (*done.notes, *([done.message] if done.message else [])):
        console.print(f"note: {note}", markup=False, style="yellow")


def marked(done: CleanDocument) -> Text:
    """The normalised text: what went struck through, followed by its rule."""
    from rich.text import Text

    from cleaner.explanation import pieces

    text = Text()
    for piece in pieces(done):
        if piece.rule is None:
            text.append(visible(piece.text))
            continue
        struck = piece.text.strip("\n")
        lead = len(piece.text) - len(piece.text.lstrip("\n"))
        text.append("\n" * lead)
        text.append(visible(struck), style="red strike")
        if piece.put:
            text.append(visible(piece.put), style="green")
        text.append(f" [{piece.rule}]", style="cyan dim")
        text.append("\n" * (len(piece.text) - lead - len(struck)))
    return text


def metadata_table(done: CleanDocument) -> Table:
    from rich.table import Table
    from rich.text import Text

    from cleaner.explanation import fields_found, shown

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("field", "value", "from"):
        table.add_column(column, overflow="fold")
    for found in fields_found(done):
        table.add_row(found.name, Text(visible(shown(found.value))), found.origin)
        for other in found.alternatives:
            said = Text(visible(shown(other.value)), style="dim")
            table.add_row("  or", said, other.origin)
    for notice in done.metadata.rights_notices:
        origin = notice.rule if notice.start is None else f"text:{notice.rule}"
        table.add_row(f"notice: {notice.kind}", Text(visible(notice.text)), origin)
    for node in done.pruned:
        table.add_row("pruned", Text(visible(node.text)), f"{node.rule} ({node.selector})")
    return table
