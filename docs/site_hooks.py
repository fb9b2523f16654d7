"""What MkDocs does not know of our pages: words after a fence's language, bare doctests, tables on
narrow screens, a theme without highlight.js."""

import re
from typing import Any

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor

FENCE = re.compile(r"^( *```\w+) [^\n]+$", re.M)  # ```python needs=ray
DOCTEST = re.compile(r"^>>> .*(?:\n(?!\n)|.)*", re.M)  # up to the next blank row
TABLE = re.compile(r"<table>.*?</table>", re.S)
# The theme's switch of light and dark stops where it finds no sheets of highlight.js.
SHEETS = '<style id="hljs-light"></style><style id="hljs-dark"></style>'


def on_config(config: Any) -> Any:
    config.markdown_extensions.append(Doctests())
    return config


def on_page_markdown(markdown: str, **_: Any) -> str:
    return FENCE.sub(r"\1", markdown)


def on_page_content(html: str, **_: Any) -> str:
    return TABLE.sub(r'<div class="table-responsive">\g<0></div>', html)


def on_post_page(output: str, **_: Any) -> str:
    return output.replace("</head>", f"{SHEETS}</head>", 1)


on_post_template = on_post_page  # 404.html


class Doctests(Extension):
    """Examples in docstrings stand there as doctests find them, without a fence."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        md.preprocessors.register(_Fenced(md), "doctests", 100)


class _Fenced(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        fenced = DOCTEST.sub(lambda match: f"```pycon\n{match[0]}\n```", "\n".join(lines))
        return fenced.split("\n")
