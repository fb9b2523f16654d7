"""What MkDocs does not know of our pages: words after a fence's language, bare doctests."""

import re
from typing import Any

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor

FENCE = re.compile(r"^( *```\w+) [^\n]+$", re.M)  # ```python needs=ray
DOCTEST = re.compile(r"^>>> .*(?:\n(?!\n)|.)*", re.M)  # up to the next blank row


def on_config(config: Any) -> Any:
    config.markdown_extensions.append(Doctests())
    return config


def on_page_markdown(markdown: str, **_: Any) -> str:
    return FENCE.sub(r"\1", markdown)


class Doctests(Extension):
    """Examples in docstrings stand there as doctests find them, without a fence."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        md.preprocessors.register(_Fenced(md), "doctests", 100)


class _Fenced(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        fenced = DOCTEST.sub(lambda match: f"```pycon\n{match[0]}\n```", "\n".join(lines))
        return fenced.split("\n")
