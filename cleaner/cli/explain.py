"""`cleaner explain`: one document with its removals and the origins of its metadata."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.common import (
    Exit,
    fail,
    limits_of,
    load_classifier,
    load_cleaner,
    load_rules,
    stdout_errors,
    visible,
)
from cleaner.cli.options import (
    INPUT,
    AsFormatOption,
    BundledOption,
    ClassifierOption,
    ExtractorOption,
    IdColumnOption,
    LossyOption,
    MaxMemoryOption,
    PacksOnlyOption,
    RulesOption,
    TextColumnOption,
    ThresholdOption,
    TimeoutOption,
    UrlColumnOption,
    UrlOption,
    WeightsOption,
    option,
)
from cleaner.messages import plural

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from cleaner.document import Explanation


def command(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A page or text; with --id, any input of clean.")
    ],
    id: Annotated[
        str | None,
        option(
            "--id ID", "Choose the document with this id from a table, a folder or stdin.", INPUT
        ),
    ] = None,
    as_format: AsFormatOption = None,
    url: UrlOption = None,
    text_column: TextColumnOption = None,
    id_column: IdColumnOption = None,
    url_column: UrlColumnOption = None,
    timeout: TimeoutOption = 60.0,
    max_memory: MaxMemoryOption = None,
    rules: RulesOption = None,
    bundled: BundledOption = True,
    packs_only: PacksOnlyOption = False,
    classifier: ClassifierOption = True,
    classifier_threshold: ThresholdOption = None,
    classifier_weights: WeightsOption = None,
    lossy: LossyOption = None,
    extractor: ExtractorOption = "page",
) -> None:
    """Show what was removed from one document, and why.

    Removed text is struck through and followed by its rule; the metadata comes with its origins.

    \b
    cleaner explain article.html                 a page or a text
    cleaner explain pages.jsonl --id 17          a document of a table, archive or folder
    cleaner explain - --as text < article.txt    a text on stdin
    """
    from rich.console import Console

    from cleaner.cli.pipe import clean_in_worker
    from cleaner.cli.sources import check_url, find_document, read_document
    from cleaner.corpus.rows import Columns
    from cleaner.document import explain
    from cleaner.rules.match import near_misses

    loaded = load_rules(rules, bundled, sites=not packs_only)
    chosen = load_classifier(classifier, classifier_threshold, classifier_weights)
    cleaner = load_cleaner(loaded, lossy, extractor, classifier=chosen)
    limits = limits_of(timeout, max_memory)
    if as_format is not None and id is not None:
        fail("--as and --id cannot be combined; --as reads a single document", Exit.USAGE)
    if id is None:
        document = read_document(file, as_format, url, "choose one with --id ID")
    else:
        check_url(url)
        columns = Columns(text_column, id_column, url_column)
        document = find_document(file, id, columns)
        document = replace(document, url=url or document.url)
    done = clean_in_worker(cleaner, document, limits)
    near = near_misses(done.text or "", loaded, done.sites, done.document.format)
    with stdout_errors():
        show(explain(done, near), Console(highlight=False, soft_wrap=True))
    if done.text is None:
        raise typer.Exit(Exit.FATAL)


def show(explained: Explanation, console: Console) -> None:
    """Print the text with its removals, the metadata with its origins, near misses and suspects."""
    from rich.text import Text

    done = explained.result
    console.print(marked(explained))
    console.print()
    if (table := metadata_table(explained)).row_count:
        console.print(table)
    for miss in explained.near:
        text = Text(f"near-miss: {visible(miss.text)}", style="yellow")
        console.print(text.append(f" [{visible(miss.rule)}; {miss.why}]", style="cyan dim"))
    for insertion in done.insertions:
        text = Text(f"inserted: {visible(insertion.text)}", style="green")
        console.print(text.append(f" [{insertion.rule} {insertion.score:.2f}]", style="cyan dim"))
    for suspect in done.suspects:
        text = Text(f"suspect: {visible(suspect.text)}", style="yellow")
        console.print(text.append(f" [{suspect.probability:.2f} {suspect.kind}]", style="cyan dim"))
    size = len(done.normalized)
    removed = size - len(done.text or "")
    share = f"{removed / size:.1%}" if size else "nothing"
    sites = visible(", ".join(done.sites)) or "none"
    console.print(
        Text(
            f"{done.status.value}: {plural(len(done.removals), 'removal')}, {removed} of {size} "
            f"characters ({share}); site files: {sites}"
        )
    )
    for note in (*done.notes, *([done.message] if done.message else [])):
        console.print(Text(f"note: {visible(note)}", style="yellow"))


def marked(explained: Explanation) -> Text:
    """The normalized text, with removed text struck through and followed by its rule."""
    from rich.text import Text

    text = Text()
    for piece in explained.pieces:
        if piece.rule is None:
            text.append(visible(piece.text))
            continue
        struck = piece.text.strip("\n")
        lead = len(piece.text) - len(piece.text.lstrip("\n"))
        text.append("\n" * lead)
        text.append(visible(struck), style="red strike")
        if piece.put:
            text.append(visible(piece.put), style="green")
        text.append(f" [{visible(piece.why)}]", style="cyan dim")
        text.append("\n" * (len(piece.text) - lead - len(struck)))
    return text


def metadata_table(explained: Explanation) -> Table:
    from rich.table import Table
    from rich.text import Text

    from cleaner.document import shown

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("field", "value", "from"):
        table.add_column(column, overflow="fold")

    def add(name: str, value: str, origin: str, style: str = "") -> None:
        # as Text: strings would be parsed as markup
        cells = (Text(visible(name)), Text(visible(value), style=style), Text(visible(origin)))
        table.add_row(*cells)

    done = explained.result
    for found in explained.fields:
        add(found.name, shown(found.value), found.origin)
        for other in found.alternatives:
            add("  or", shown(other.value), other.origin, style="dim")
    for notice in done.metadata.rights_notices:
        origin = notice.rule if notice.start is None else f"text:{notice.rule}"
        add(f"notice: {notice.kind}", notice.text, origin)
    if done.extractor:
        add("extractor", done.extractor, done.why or "")
    for node in done.pruned:
        add("pruned", node.text, f"{node.rule} ({node.selector})")
    return table
