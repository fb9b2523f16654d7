"""Options that several commands have, and the help that lists options by subject."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperCommand

INPUT, OUTPUT, RULES, HTML = "Input", "Output", "Rules", "HTML"
LIMITS, PERFORMANCE, LOGGING = "Limits", "Performance", "Logging"


class Command(TyperCommand):
    """A command whose help has a section for each panel. Typer would need rich for that, which
    takes longer to import than everything else that `--help` needs."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        return ["[OPTIONS]", *(str(p.metavar) for p in self.params if _is_argument(p))]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        sections: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            if _is_argument(param):
                title = "Arguments"
                row = (str(param.metavar).strip("[]"), str(getattr(param, "help", "")))
            else:
                title = getattr(param, "rich_help_panel", None) or "Options"
                row = param.get_help_record(ctx) or ("", "")
            sections.setdefault(title, []).append(row)
        for title, rows in sections.items():
            with formatter.section(title):
                formatter.write_dl(rows)


def _is_argument(param: Any) -> bool:
    return bool(param.param_type_name == "argument")


DocumentFormat = Literal["html", "text", "markdown"]

AsFormatOption = Annotated[
    DocumentFormat | None,
    typer.Option(
        "--as",
        metavar="FORMAT",
        rich_help_panel=INPUT,
        help="Read one document of this format: html, text or markdown.",
    ),
]
UrlOption = Annotated[
    str | None,
    typer.Option(
        "--url", metavar="URL", rich_help_panel=INPUT, help="Set the URL of the one document."
    ),
]
TextColumnOption = Annotated[
    str | None,
    typer.Option(
        "--text-column",
        metavar="NAME",
        rich_help_panel=INPUT,
        help="Read documents from this column (or JSON key).",
    ),
]
IdColumnOption = Annotated[
    str | None,
    typer.Option(
        "--id-column", metavar="NAME", rich_help_panel=INPUT, help="Read ids from this column."
    ),
]
UrlColumnOption = Annotated[
    str | None,
    typer.Option(
        "--url-column", metavar="NAME", rich_help_panel=INPUT, help="Read URLs from this column."
    ),
]
RulesOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--rules",
        metavar="PATH",
        envvar="CLEANER_RULES",
        rich_help_panel=RULES,
        help="Add a rule file or a folder of them; repeatable.",
    ),
]
BundledOption = Annotated[
    bool,
    typer.Option(
        "--bundled/--no-bundled",
        envvar="CLEANER_BUNDLED",
        rich_help_panel=RULES,
        help="Use the rules that come with cleaner.",
    ),
]
PacksOnlyOption = Annotated[
    bool,
    typer.Option(
        "--packs-only",
        envvar="CLEANER_PACKS_ONLY",
        rich_help_panel=RULES,
        help="Use packs only, no site files.",
    ),
]
LossyOption = Annotated[
    list[str] | None,
    typer.Option(
        "--lossy",
        metavar="STEP",
        envvar="CLEANER_LOSSY",
        rich_help_panel=OUTPUT,
        help="Also normalize quotes, dashes, ellipsis, ligatures, width, nfkc or unwrap; "
        "repeatable.",
    ),
]
ExtractorOption = Annotated[
    Literal["page", "trafilatura"],
    typer.Option(
        "--extractor",
        metavar="NAME",
        envvar="CLEANER_EXTRACTOR",
        rich_help_panel=HTML,
        help="Extract text with page (trafilatura and a block classifier) or trafilatura alone.",
    ),
]
WithTitleOption = Annotated[
    bool,
    typer.Option(
        "--with-title",
        envvar="CLEANER_WITH_TITLE",
        rich_help_panel=OUTPUT,
        help="Start each text with its title.",
    ),
]
TimeoutOption = Annotated[
    float,
    typer.Option(
        "--timeout",
        min=0.1,
        metavar="SECONDS",
        envvar="CLEANER_TIMEOUT",
        rich_help_panel=LIMITS,
        help="Quarantine a document that takes longer.",
    ),
]
MaxMemoryOption = Annotated[
    int | None,
    typer.Option(
        "--max-memory",
        min=100,
        metavar="MB",
        envvar="CLEANER_MAX_MEMORY",
        rich_help_panel=LIMITS,
        help="Limit the address space of each worker.",
    ),
]
