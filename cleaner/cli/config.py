"""Defaults of options from `cleaner.yaml` in the working folder, or else the user's.

Flags take precedence over `CLEANER_*` variables, those over the file, and that over built-in
defaults.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from cleaner.cli.common import Exit, fail, print_json, to_stderr, to_stdout
from cleaner.cli.options import Command, JsonOption

app = typer.Typer(help="Show the settings.", no_args_is_help=True)


def config_paths() -> list[Path]:
    """The possible configuration files; the first that exists is used."""
    from platformdirs import user_config_path

    return [Path("cleaner.yaml"), user_config_path("cleaner", appauthor=False) / "cleaner.yaml"]


def load_config(context: typer.Context) -> dict[str, Any]:
    """The default map of the command line. Exits if the file has an error."""
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
        fail(f"{path}: expected a mapping of settings: {', '.join(settings)}", Exit.USAGE)
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
    """The options of `clean` that have an environment variable, by name."""
    options = root.commands["clean"].params
    return {option.name: option for option in options if option.envvar is not None}


def _defaults(command: Any, settings: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """The default map of a command: the values of those of its options that are settings."""
    if inner := getattr(command, "commands", None):
        return {name: _defaults(found, settings, values) for name, found in inner.items()}
    return {
        option.name: values[option.name]
        for option in command.params
        if option.name in values and option.envvar == settings[option.name].envvar
    }


def _value(option: Any, value: Any, folder: Path, context: typer.Context) -> Any:
    """The value of an option, converted. Raises ValueError if it is invalid."""
    several = [value] if isinstance(value, str) else value
    if not isinstance(several, list) or not all(isinstance(one, str) for one in several):
        raise ValueError("expected a value or a list of values")
    if option.name == "rules":
        from cleaner.rules.sources import source_from

        several = [source_from(folder, one) for one in several]
    if not option.multiple and len(several) != 1:
        raise ValueError("expected one value")
    try:
        return option.process_value(context, several if option.multiple else several[0])
    except typer.BadParameter as error:
        raise ValueError(error.message.removeprefix("Value error, ")) from None


@app.callback()
def _group() -> None:
    """Show the settings."""


@app.command("show", cls=Command)
def show(context: typer.Context, as_json: JsonOption = False) -> None:
    """Print each setting with its value and its origin."""
    root = context.find_root()
    clean = root.command.commands["clean"]  # type: ignore[attr-defined]  # the root is a group
    values = clean.make_context("clean", ["-"], parent=root)
    file = next((str(path) for path in config_paths() if path.is_file()), "")
    rows = {}
    for name, option in settings_of(root.command).items():
        source = values.get_parameter_source(name)
        origins = {"ENVIRONMENT": option.envvar, "DEFAULT_MAP": file}
        rows[name] = {"value": values.params[name], "origin": origins.get(source.name, "built in")}
    if as_json:
        print_json(rows)
        return
    for name, row in rows.items():
        to_stdout(f"{name}\t{_format_value(row['value'])}\t{row['origin']}")
    to_stderr(file or f"no configuration file ({', '.join(map(str, config_paths()))})")


def _format_value(value: Any) -> str:
    if value is None or value == [] or value == ():
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
