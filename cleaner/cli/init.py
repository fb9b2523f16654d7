"""`cleaner init`: the settings and the first rule file of a project."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from cleaner.cli.common import Exit, fail, json_of, to_stderr
from cleaner.cli.config import settings_of

CONFIG, RULES, EXAMPLE, SCHEMA = "cleaner.yaml", "rules", "example.org.yaml", "schema.json"
WIDTH = 90  # of comments

HEAD = """\
# Settings of cleaner for this folder. Remove the `#` from a line to change a default. Options of
# the command line and CLEANER_* variables take precedence; `cleaner config show` lists them all.

# Folders or files of rules, from this folder; they are added to the bundled rules.
rules: rules
"""

RULE_FILE = """\
# yaml-language-server: $schema=schema.json
# An example. Rules for a site are in a file named after its host; copy this one, or draft one
# from documents: cleaner rules suggest DOCUMENTS --write rules/
site: example.org
# marks:               # whole lines that only this site has; they select this file for texts
#   - Support Example News     # without a URL
# html:
#   prune: [.newsletter]       # nodes to remove from pages before their text is extracted

rules:
  - kind: newsletter           # a line that is removed
    line: Sign up for the Example newsletter

  - kind: related              # * stands for any words
    line: "Read more: *"
    unless: "*."               # not if it ends like a sentence
    hit: "Read more: The ferry is back"
    miss: "Read more: the council has published its plans for the harbor."

  - kind: byline               # a field becomes metadata
    at: head
    line: By {author}, Example News
    hit: By Ann Example, Example News
    miss: By noon, the ferry was full.

examples:                      # whole documents; `cleaner rules test` cleans them
  - text: |
      By Ann Example, Example News

      The ferry is back in service after the storm.

      Sign up for the Example newsletter
    clean: The ferry is back in service after the storm.
    meta: {authors: [Ann Example]}
"""


def command(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="The folder, by default the working folder.")
    ] = Path(),
) -> None:
    """Start a project with cleaner.yaml and rules/.

    The settings are commented, and rules/ has an example of a rule file. Nothing is overwritten.
    """
    from cleaner.rules.schema import json_schema

    root = context.find_root()
    files = {
        folder / CONFIG: config_text(settings_of(root.command)),
        folder / RULES / EXAMPLE: RULE_FILE,
        folder / RULES / SCHEMA: json_of(json_schema()).decode(),
    }
    if there := next((path for path in files if path.exists() or path.is_symlink()), None):
        fail(f"{there} exists; nothing was written", Exit.USAGE)
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as out:
                out.write(text)
    except OSError as error:
        fail(f"{error.filename or folder}: {error.strerror}")
    to_stderr(f"wrote {', '.join(map(str, files))}")
    enter = "" if folder == Path() else f"cd {folder}; "
    to_stderr(f"next: {enter}cleaner rules test rules/")
    to_stderr("then: cleaner clean DOCUMENTS -o cleaned/")


def config_text(settings: dict[str, Any]) -> str:
    """A commented configuration file with every setting and its default."""
    return "\n".join((HEAD, *_settings(settings)))


def _settings(settings: dict[str, Any]) -> Iterator[str]:
    for name, option in settings.items():
        if name == RULES:
            continue
        yield from (f"# {row}" for row in textwrap.wrap(option.help, WIDTH))
        yield f"# {name}: {_default(option)}\n"


def _default(option: Any) -> str:
    if option.default is None:
        return f"[{option.metavar}]" if option.multiple else option.metavar
    return str(option.default).lower() if isinstance(option.default, bool) else str(option.default)
