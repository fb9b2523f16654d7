"""The limits of a worker for one document."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass
from typing import Any

from cleaner.errors import OptionError

MIN_MEMORY = 100 * 2**20  # bytes; with less, no worker starts
ITEM_BYTES = 64  # of memory for a value, without its characters
MAX_NESTING = 50  # of lists and objects in a record


@dataclass(frozen=True)
class Limits:
    """The limits for one document: `timeout` in seconds, and `memory` in bytes of the address space
    of its worker (100 MB or more; None for no limit). A worker is replaced after `recycle`
    documents. Raises OptionError for impossible limits.
    """

    timeout: float = 60.0
    memory: int | None = None
    recycle: int = 20_000

    def __post_init__(self) -> None:
        if not 0 < self.timeout < math.inf:
            raise OptionError(f"timeout={self.timeout}: expected a number of seconds above 0")
        if self.memory is not None and self.memory < MIN_MEMORY:
            raise OptionError(f"memory={self.memory}: expected at least {MIN_MEMORY} bytes")
        if self.recycle < 1:
            raise OptionError(f"recycle={self.recycle}: expected at least 1 document")


def size_of(value: Any, depth: int = MAX_NESTING) -> int:
    """An estimate of the memory of a record, in bytes."""
    if isinstance(value, (str, bytes, bytearray)):
        return len(value) + ITEM_BYTES
    if not value or depth == 0 or isinstance(value, (int, float)):
        return ITEM_BYTES
    if isinstance(value, Mapping):
        value = [*value, *value.values()]
    elif is_dataclass(value):
        value = [getattr(value, name) for name in value.__dataclass_fields__]
    if isinstance(value, (list, tuple)):
        return ITEM_BYTES + sum([size_of(item, depth - 1) for item in value])
    return ITEM_BYTES
