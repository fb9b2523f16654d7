"""Defaults of options out of `cleaner.yaml`: of the working folder, else of the user.

A flag goes before a `CLEANER_*` variable, that before a file, that before the built-in default.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import typer

from cleaner.cli.common import Exit, fail

app = typer.Typer(help="Look at the settings.", no_args_is_help=True)

KEYS = ("rules", "bundled", "packs_only", "lossy", "strict")
COMMANDS = ("clean", "explain")
RULE_COMMANDS = ("test", "check", "list", "show", "suggest", "coverage")


def config_paths() -> list[Path]:
    """Where a configuration is looked for, the first one there wins."""
    home = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return [Path("cleaner.yaml"), Path(home) / "cleaner" / "cleaner.yaml"]


def load_config() -> dict[str, Any]:
    """The default map of the command line; ends the program where the file is wrong."""
    path = next((p for p in config_paths() if p.is_file()), None)
    if path is None:
        return {}
    from cleaner.rules.problem import RuleFileError
    from cleaner.rules.source import read, unknown_key

    try:
        source = read(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError, RuleFileError) as error:
        fail(str(error), Exit.USAGE)
    data = source.data if source.data is not None else {}
    if not isinstance(data, dict):
        fail(f"{path}: a mapping is wanted, with {', '.join(KEYS)}", Exit.USAGE)
    for key in data:
        if key not in KEYS:
            fail(str(source.problem((key,), unknown_key(key, KEYS), key=True)), Exit.USAGE)
    values = {key: _value(key, value, path) for key, value in data.items()}
    rules_only = {key: values[key] for key in ("rules", "bundled") if key in values}
    of_rules = {"review": rules_only, "rules": dict.fromkeys(RULE_COMMANDS, rules_only)}
    return {**dict.fromkeys(COMMANDS, values), **of_rules}


def _value(key: str, value: Any, path: Path) -> Any:
    if key == "rules":
        folders = [value] if isinstance(value, str) else value
        return [str(path.parent / str(folder)) for folder in folders]
    if key == "lossy":
        return [value] if isinstance(value, str) else value
    if str(value).lower() not in ("true", "false", "yes", "no", "on", "off"):
        fail(f"{path}: {key} is true or false, not {value!r}", Exit.USAGE)
    return str(value).lower() in ("true", "yes", "on")


@app.callback()
def _group() -> None:
    """Look at the settings."""


@app.command("show")
def show(context: typer.Context) -> None:
    """Show every setting of `clean`: its name, its value, and where that is from."""
    root = context.find_root()
    clean = root.command.commands["clean"]  # type: ignore[attr-defined]  # the root is a group
    settings = clean.make_context("clean", ["-"], parent=root)
    read = next((str(path) for path in config_paths() if path.is_file()), "")
    for option in clean.params:
        if option.envvar is None and option.name not in KEYS:
            continue
        source = settings.get_parameter_source(option.name)
        origins = {"ENVIRONMENT": option.envvar, "DEFAULT_MAP": read}
        origin = origins.get(source.name, "built in")
        typer.echo(f"{option.name}\t{_in_words(settings.params[option.name])}\t{origin}")
    looked = ", ".join(map(str, config_paths()))
    typer.echo(read or f"no configuration file ({looked})", err=True)


def _in_words(value: Any) -> str:
    if value is None or value == [] or value == ():
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
