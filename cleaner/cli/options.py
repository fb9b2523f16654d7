"""Options that several commands have, and the help that lists options by subject."""

from __future__ import annotations

import os
import re
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


def option(
    usage: str, help: str, panel: str | None = None, *, env: bool = False, **more: Any
) -> Any:
    """An option, its `usage` being like "-o --out DIR", in a panel of the help. With `env`, the
    variable CLEANER_OUT sets it too."""
    names = usage.split()
    if names[-1].isupper():
        more["metavar"] = names.pop()
    if env:
        name = names[-1].split("/")[0].removeprefix("--")
        more["envvar"] = f"CLEANER_{name.replace('-', '_').upper()}"
    return typer.Option(*names, rich_help_panel=panel, help=help, **more)


JsonOption = Annotated[bool, option("--json", "Print JSON, for programs.", OUTPUT)]
IdOption = Annotated[
    str | None,
    option("--id ID", "Choose the document with this id from a table, a folder or stdin.", INPUT),
]
LimitOption = Annotated[
    int | None, option("--limit N", "Read only the first N documents.", INPUT, min=1)
]
SampleOption = Annotated[
    int | None,
    option("--sample N", "Read only a sample of N documents, the same each time.", INPUT, min=1),
]
DocumentFormat = Literal["html", "text", "markdown"]

AsFormatOption = Annotated[
    DocumentFormat | None,
    option("--as FORMAT", "Read one document of this format: html, text or markdown.", INPUT),
]
UrlOption = Annotated[str | None, option("--url URL", "Set the URL of the one document.", INPUT)]
TextColumnOption = Annotated[
    str | None,
    option("--text-column NAME", "Read documents from this column (or JSON key).", INPUT),
]
IdColumnOption = Annotated[
    str | None, option("--id-column NAME", "Read ids from this column.", INPUT)
]
UrlColumnOption = Annotated[
    str | None, option("--url-column NAME", "Read URLs from this column.", INPUT)
]
# In CLEANER_RULES, sources are separated like the folders in PATH.
RULE_SOURCE = re.compile(rf"(?:[\w+]+://[^/]*|pkg:)?[^{os.pathsep}]+")


def _rule_sources(
    context: typer.Context, param: typer.CallbackParam, values: list[str] | None
) -> list[str] | None:
    source = context.get_parameter_source(param.name or "")
    if source is None or source.name != "ENVIRONMENT":
        return values
    return RULE_SOURCE.findall(os.environ["CLEANER_RULES"])


RulesOption = Annotated[
    list[str] | None,
    option(
        "--rules SOURCE",
        "Add a folder of rule files, a file, an installed package (pkg:NAME) or the URL of a "
        "pinned download; repeatable.",
        RULES,
        env=True,
        callback=_rule_sources,
    ),
]
BundledOption = Annotated[
    bool, option("--bundled/--no-bundled", "Use the rules that come with cleaner.", RULES, env=True)
]
PacksOnlyOption = Annotated[
    bool, option("--packs-only", "Use packs only, no site files.", RULES, env=True)
]
ClassifierOption = Annotated[
    bool,
    option(
        "--classifier/--no-classifier",
        "Remove lines that no rule describes if the line classifier is sure.",
        RULES,
        env=True,
    ),
]
ThresholdOption = Annotated[
    float | None,
    option(
        "--classifier-threshold P",
        "Be sure from this probability on, from 0.3 to 1; by default 0.6.",
        RULES,
        min=0.3,
        max=1,
        env=True,
    ),
]
WeightsOption = Annotated[
    Path | None,
    option(
        "--classifier-weights DIR", "Use a line classifier that you have trained.", RULES, env=True
    ),
]
LearnMinOption = Annotated[
    int,
    option(
        "--learn-min N",
        "Learn only from sites with N distinct documents; at least 5.",
        RULES,
        min=5,
        env=True,
    ),
]
WorkersOption = Annotated[
    int | None,
    option(
        "--workers N",
        "Use N worker processes, by default one per core; 0 uses none.",
        PERFORMANCE,
        min=0,
        max=4096,
        env=True,
    ),
]
LossyOption = Annotated[
    list[str] | None,
    option(
        "--lossy STEP",
        "Also normalize quotes, dashes, ellipsis, ligatures, width, nfkc or unwrap; repeatable.",
        OUTPUT,
        env=True,
    ),
]
ExtractorOption = Annotated[
    Literal["page", "precision", "recall", "trafilatura"],
    option(
        "--extractor NAME",
        "Extract text with page (trafilatura and a block classifier), with precision or recall"
        " (the same, removing more or less), or with trafilatura alone.",
        HTML,
        env=True,
    ),
]
WithTitleOption = Annotated[
    bool, option("--with-title", "Start each text with its title.", OUTPUT, env=True)
]
MarkdownOption = Annotated[
    bool,
    option(
        "--markdown",
        "Keep the headings, lists, tables, quotes, code and links of pages, as CommonMark.",
        HTML,
        env=True,
    ),
]
TimeoutOption = Annotated[
    float,
    option(
        "--timeout SECONDS", "Quarantine a document that takes longer.", LIMITS, min=0.1, env=True
    ),
]
FailOnOption = Annotated[
    Literal["amber", "red"] | None,
    option(
        "--fail-on LEVEL",
        "Exit with 4 if the verdict about the run is amber or red, or only if it is red.",
        LIMITS,
        env=True,
    ),
]
ThresholdsOption = Annotated[
    list[str] | None,
    option(
        "--verdict-threshold NAME=AMBER,RED",
        "Set the shares above which lost-prose, insertions, boilerplate or quarantined is amber "
        "or red, such as insertions=10%,50%; repeatable.",
        LIMITS,
        env=True,
    ),
]
MaxMemoryOption = Annotated[
    int | None,
    option("--max-memory MB", "Limit the address space of each worker.", LIMITS, min=100, env=True),
]
