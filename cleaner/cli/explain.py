"""`cleaner explain`: one document with its removals and the origins of its metadata."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cleaner.cli.common import (
    Exit,
    limits_of,
    load_classifier,
    load_cleaner,
    load_rules,
    print_json,
    stdout_errors,
    visible,
)
from cleaner.cli.options import (
    AsFormatOption,
    BundledOption,
    ClassifierOption,
    ExtractorOption,
    IdColumnOption,
    IdOption,
    JsonOption,
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
)
from cleaner.messages import plural

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from cleaner.document import Explanation, Piece

ALTERNATIVE = "  or"  # before the value of another source


def command(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A page or text; with --id, any input of clean.")
    ],
    id: IdOption = None,
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
    as_json: JsonOption = False,
) -> None:
    """Show what was removed from one document, and why.

    Removed text is struck through and followed by its rule; the metadata comes with its origins.

    \b
    cleaner explain article.html                 a page or a text
    cleaner explain pages.jsonl --id 17          a document of a table, archive or folder
    cleaner explain - --as text < article.txt    a text on stdin
    """
    from cleaner.cli.pipe import clean_in_worker
    from cleaner.cli.sources import one_document
    from cleaner.corpus.rows import Columns
    from cleaner.document import explain
    from cleaner.rules.match import near_misses

    loaded = load_rules(rules, bundled, packs_only=packs_only)
    chosen = load_classifier(classifier, classifier_threshold, classifier_weights)
    cleaner = load_cleaner(loaded, lossy, extractor, classifier=chosen)
    limits = limits_of(timeout, max_memory)
    columns = Columns(text_column, id_column, url_column)
    document = one_document(file, id, as_format, url, columns, "choose one with --id ID")
    done = clean_in_worker(cleaner, document, limits)
    near = near_misses(done.text or "", loaded, done.sites, done.document.format)
    explained = explain(done, near)
    if as_json:
        print_json(record(explained, loaded.version))
    else:
        from rich.console import Console

        with stdout_errors():
            show(explained, Console(highlight=False, soft_wrap=True))
    if done.text is None:
        raise typer.Exit(Exit.FATAL)


def record(explained: Explanation, rules_version: str) -> dict[str, Any]:
    """The explanation as JSON values: the record of the document, and what it lacks."""
    import orjson

    from cleaner.corpus.output_records import WholeRecord

    done = explained.result
    return {
        **orjson.loads(WholeRecord(rules_version)(done)[0]),
        "normalized": done.normalized,
        "near_misses": explained.near,
        "insertions": done.insertions,
    }


def show(explained: Explanation, console: Console) -> None:
    """Print the text with its removals, the metadata with its origins, near misses and suspects."""
    from rich.text import Text

    done = explained.result
    console.print(marked(explained))
    console.print()
    for line in metadata_lines(explained):
        console.print(line)
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
        if piece.put.strip():
            text.append(visible(piece.put), style="green")
        text.append(f" [{visible(_why(piece))}]", style="cyan dim")
        text.append("\n" * (len(piece.text) - lead - len(struck)))
    return text


def _why(piece: Piece) -> str:
    """The rule of a piece. White space, which could not be seen, is escaped."""
    if piece.text.strip() and (piece.put.strip() or not piece.put):
        return piece.why
    return f"{piece.why}: {_escaped(piece.text)} -> {_escaped(piece.put)}"


def _escaped(text: str) -> str:
    return repr(text) if text else "nothing"


def metadata_lines(explained: Explanation) -> Iterator[Text]:
    """Each field on a line, which the terminal may wrap, so that URLs can be copied."""
    from rich.text import Text

    rows = list(_metadata(explained))
    width = max((len(name) for name, _, _ in rows), default=0)
    for name, value, origin in rows:
        text = Text(f"{visible(name):{width}}  ")
        text.append(" ".join(visible(value).split()), style="dim" if name == ALTERNATIVE else "")
        yield text.append(f" [{visible(origin)}]" if origin else "", style="cyan dim")


def _metadata(explained: Explanation) -> Iterator[tuple[str, str, str]]:
    """Names, values and origins of the fields, and of what else the page gave."""
    from cleaner.document import shown

    done = explained.result
    for found in explained.fields:
        yield found.name, shown(found.value), found.origin
        for other in found.alternatives:
            yield ALTERNATIVE, shown(other.value), other.origin
    for notice in done.metadata.rights_notices:
        origin = notice.rule if notice.start is None else f"text:{notice.rule}"
        yield f"notice: {notice.kind}", notice.text, origin
    if done.extractor:
        yield "extractor", done.extractor, done.extractor_why or ""
    for node in done.pruned:
        yield "pruned", node.text, f"{node.rule} ({node.selector})"
