"""Messages for the authors of rule files, by the type of a pydantic error."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from cleaner.rules.problems import Problem
from cleaner.rules.schema import Example, Host, HtmlRules, Id, Rule, RuleFile
from cleaner.rules.yaml_source import Path, YamlSource, unknown_key

Item = Mapping[str, Any]
ITEMS = frozenset({"rules", "examples"})
NAMES = frozenset({"hosts", "skip", "formats"})  # lists of words, never of templates
MAX_SHOWN = 60  # characters of a value
KEY_MARKER = "[key]"  # pydantic marks an error in a key, not its value, with this


def problems_of(source: YamlSource, error: ValidationError) -> list[Problem]:
    """Return a problem for every error."""
    return [_problem(source, item) for item in error.errors()]


def _problem(source: YamlSource, item: Any) -> Problem:
    path = tuple(part for part in item["loc"] if part != KEY_MARKER)
    if item["type"] == "extra_forbidden":
        return source.problem(path, unknown_key(str(path[-1]), _keys_at(path)), key=True)
    words = WORDING.get(item["type"])
    message = words(item) if words else item["msg"]
    return source.problem(path, message, key=KEY_MARKER in item["loc"])


def _keys_at(path: Path) -> list[str]:
    inner: dict[str, type[BaseModel]] = {"rules": Rule, "html": HtmlRules, "examples": Example}
    model = inner.get(str(path[0]), RuleFile) if len(path) > 1 else RuleFile
    return [f.alias or name for name, f in model.model_fields.items()]


def _key(item: Item) -> str:
    """Return the key whose value is wrong."""
    return next((str(part) for part in reversed(item["loc"]) if isinstance(part, str)), "")


def _literal(item: Item) -> str:
    allowed = [a.strip(" '") for a in item["ctx"]["expected"].replace(" or ", ", ").split(",")]
    given, name = item["input"], "key" if KEY_MARKER in item["loc"] else _key(item)
    if not isinstance(given, str):
        return f"`{name}` is one of {', '.join(allowed)}"
    if not given:
        return f"`{name}` is empty; it is one of {', '.join(allowed)}"
    close = get_close_matches(given, allowed, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"it is one of {', '.join(allowed)}"
    return f"{name} {given!r} is not known; {hint}"


def _pattern(item: Item) -> str:
    given = item["input"]
    shown = repr(given if len(given) <= MAX_SHOWN else f"{given[:MAX_SHOWN]}...")
    if _key(item) in ("site", "hosts"):
        host = re.sub(r"^[a-z]+://|^//|[/:?#].*$", "", given.strip().lower()).strip(".")
        return f"{shown} is not a host such as example.org{_hint(host, Host)}"
    name = re.sub(r"[^a-z0-9]+", "-", given.lower()).strip("-")
    return f"{shown}: a name has small letters, digits and single hyphens{_hint(name, Id)}"


def _hint(meant: str, type_: Any) -> str:
    if len(meant) > MAX_SHOWN:
        return ""
    try:
        TypeAdapter(type_).validate_python(meant)
    except ValidationError:
        return ""
    return f"; did you mean {meant!r}?"


def _not_string(item: Item) -> str:
    """A value that is not a string."""
    return f"expected a string{_quoting(item['input'])}"


def _quoting(given: object) -> str:
    """Return a hint how to write a string that YAML read as something else."""
    if isinstance(given, dict):
        braces = not any(given.values())
        return (
            "; quote a string that begins with {"
            if braces
            else "; quote a string that has ': ' in it"
        )
    return ", not a list; quote a string that begins with [" if isinstance(given, list) else ""


def _not_list(item: Item) -> str:
    key, given = _key(item), item["input"]
    if key in ITEMS:
        return f"`{key}` is a list: begin each of its {key} with `- `"
    if key in NAMES:
        return f"`{key}` is a list: [{given}]" if isinstance(given, str) else f"`{key}` is a list"
    return f"expected a string or a list of strings{_quoting(given)}"


def _not_mapping(item: Item) -> str:
    of = {"rules": "a rule is keys with values, such as `kind: ad`",
          "examples": "an example is keys with values: `text`, `clean`"}  # fmt: skip
    return of.get(_key(item), f"`{_key(item)}` has keys with values, such as `content: article`")


def _not_number(item: Item) -> str:
    return f"`{_key(item)}` is a whole number"


def _not_bool(item: Item) -> str:
    return f"`{_key(item)}` is true or false"


WORDING: dict[str, Callable[[Item], str]] = {
    "bool_parsing": _not_bool,
    "bool_type": _not_bool,
    "dict_type": lambda item: f"`{_key(item)}` has keys with values, in braces or on lines below",
    "greater_than_equal": lambda item: f"`{_key(item)}` is at least {item['ctx']['ge']}",
    "int_parsing": _not_number,
    "int_parsing_size": _not_number,
    "int_type": _not_number,
    "less_than_equal": lambda item: f"`{_key(item)}` is at most {item['ctx']['le']}",
    "list_type": _not_list,
    "literal_error": _literal,
    "missing": lambda item: f"`{_key(item)}` is missing",
    "model_attributes_type": _not_mapping,
    "model_type": _not_mapping,
    "string_pattern_mismatch": _pattern,
    "string_too_long": lambda item: (
        f"`{_key(item)}` has at most {item['ctx']['max_length']} characters"
    ),
    "string_too_short": lambda item: (
        f"`{_key(item)}` has at least {item['ctx']['min_length']} characters"
    ),
    "string_type": _not_string,
    "value_error": lambda item: str(item["ctx"]["error"]),
}
