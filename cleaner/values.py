"""Values as JSON has them: names, well-formed strings, and dataclasses as dictionaries and back."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from cleaner.errors import InputError, OptionError

T = TypeVar("T")


class Named(str, Enum):
    """An enumeration whose members are chosen by name, and printed as it."""

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def _missing_(cls, value: object) -> None:
        known = ", ".join(member.value for member in cls)
        raise OptionError(f"{cls.__name__} {value!r}: expected one of {known}")


def to_dict(value: Any) -> Any:
    """A dataclass as a dictionary by field name, with everything inside as JSON has it: lists for
    tuples, ISO 8601 for dates, values for the members of enumerations."""
    if is_dataclass(value):
        return {f.name: to_dict(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {key: to_dict(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_dict(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def from_dict(kind: type[T], data: Mapping[str, Any]) -> T:
    """The dataclass that `to_dict` made `data` of. Missing fields have their defaults, unknown keys
    are ignored. Raises InputError if a field without a default is missing."""
    hints = _hints(kind)  # type: ignore[arg-type]  # a class is hashable
    try:
        return kind(**{key: _read(hints[key], data[key]) for key in hints.keys() & data.keys()})
    except TypeError as error:
        raise InputError(f"{kind.__name__}: {error}") from None


@cache
def _hints(kind: Hashable) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(hint: Any, value: Any) -> Any:
    """A value of JSON as the type of its field."""
    arguments = get_args(hint)
    if isinstance(value, dict):
        if isinstance(hint, type) and is_dataclass(hint):
            return from_dict(hint, value)
        inner = arguments[-1] if get_origin(hint) is Mapping else Any
        return {key: _read(inner, item) for key, item in value.items()}
    if isinstance(value, list):
        if get_origin(hint) is tuple:
            return tuple(_read(arguments[0], item) for item in value)
        several = next((one for one in arguments if get_origin(one) is tuple), None)
        return _read(several, value) if several else value
    return hint(value) if isinstance(hint, type) and issubclass(hint, Enum) else value


def well_formed(text: str) -> str:
    r"""Join surrogate pairs, and replace lone surrogates, which UTF-8 cannot encode, with U+FFFD.

    >>> ascii(well_formed("Boats \ud83d, piers \ud83d\udea2"))
    "'Boats \\ufffd, piers \\U0001f6a2'"
    """
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def well_formed_inside(value: Any, depth: int = 2) -> Any:
    """A value with well-formed strings, also inside lists and mappings; the same object if its
    strings are."""
    clean: Any = value
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, Mapping) and depth:
        clean = {key: well_formed_inside(item, depth - 1) for key, item in value.items()}
    elif isinstance(value, (list, tuple)) and depth:
        clean = (list if isinstance(value, list) else tuple)(
            well_formed_inside(item, depth - 1) for item in value
        )
    return value if clean == value else clean
