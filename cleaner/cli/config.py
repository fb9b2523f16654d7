"""Defaults of options out of `cleaner.yaml`: of the working folder, else of the user.

A flag goes before a `CLEANER_*` variable, that before a file, that before the built-in default.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import typer

from cleaner.cli.common import Exit, fail, to_stderr, to_stdout

app = typer.Typer(help="Look at the settings.", no_args_is_help=True)


def config_paths() -> list[Path]:
    """Where a configuration is looked for, the first one there wins."""
    home = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return [Path("cleaner.yaml"), Path(home) / "cleaner" / "cleaner.yaml"]


def load_config(context: typer.Context) -> dict[str, Any]:
    """The default map of the command line; ends the program where the file is wrong."""
    path = next((p for p in config_paths() if p.is_file()), None)
    if path is None:
        return {}
    from cleaner.rules.problems import RuleFileError
    from cleaner.rules.yaml_source import read, unknown_key

    settings = settings_of(context.command)
    try:
        source = read(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError, RuleFileError) as error:
        fail(str(error), Exit.USAGE)
    data = source.data if source.data is not None else {}
    if not isinstance(data, dict):
        fail(f"{path}: a mapping is wanted, with {', '.join(settings)}", Exit.USAGE)
    values = {}
    for key, value in data.items():
        if key not in settings:
            fail(str(source.problem((key,), unknown_key(key, settings), key=True)), Exit.USAGE)
        try:
            values[key] = _value(settings[key], value, path.parent, context)
        except ValueError as error:
            fail(str(source.problem((key,), f"{key}: {error}")), Exit.USAGE)
    return _defaults(context.command, settings, values)


def settings_of(root: Any) -> dict[str, Any]:
    """The options of `clean` that need not be said on the command line, by name."""
    options = root.commands["clean"].params
    return {option.name: option for option in options if option.envvar is not None}


def _defaults(command: Any, settings: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """The values for the options of a command that are these settings, or of its subcommands."""
    if inner := getattr(command, "commands", None):
        return {name: _defaults(found, settings, values) for name, found in inner.items()}
    return {
        option.name: values[option.name]
        for option in command.params
        if option.name in values and option.envvar == settings[option.name].envvar
    }


def _value(option: Any, value: Any, folder: Path, context: typer.Context) -> Any:
    """What a file says of an option, in its type. Raises ValueError for what is none such."""
    several = [value] if isinstance(value, str) else value
    if not isinstance(several, list) or not all(isinstance(one, str) for one in several):
        raise ValueError("a value is wanted, or a list of such")
    if option.name == "rules":
        several = [str(folder / one) for one in several]
    if not option.multiple and len(several) != 1:
        raise ValueError("one value is wanted")
    try:
        return option.process_value(context, several if option.multiple else several[0])
    except typer.BadParameter as error:
        raise ValueError(error.message) from None


@app.callback()
def _group() -> None:
    """Look at the settings."""


@app.command("show")
def show(context: typer.Context) -> None:
    """Show every setting of `clean`: its name, its value, and where that is from."""
    root = context.find_root()
    clean = root.command.commands["clean"]  # type: ignore[attr-defined]  # the root is a group
    values = clean.make_context("clean", ["-"], parent=root)
    read = next((str(path) for path in config_paths() if path.is_file()), "")
    for name, option in settings_of(root.command).items():
        source = values.get_parameter_source(name)
        origins = {"ENVIRONMENT": option.envvar, "DEFAULT_MAP": read}
        origin = origins.get(source.name, "built in")
        to_stdout(f"{name}\t{_in_words(values.params[name])}\t{origin}")
    looked = ", ".join(map(str, config_paths()))
    to_stderr(read or f"no configuration file ({looked})")


def _in_words(value: Any) -> str:
    if value is None or value == [] or value == ():
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
