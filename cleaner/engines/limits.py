"""What one document may take of a worker."""

from __future__ import annotations

import math
from dataclasses import dataclass

LEAST_MEMORY = 100 * 2**20  # bytes; with less, no worker starts


@dataclass(frozen=True)
class Limits:
    """What one document may take: `timeout` in seconds, `memory` in bytes of address space of its
    worker (100 MB or more; None: no limit). A worker is replaced after `recycle` documents.

    Raises ValueError for what cannot be kept to.
    """

    timeout: float = 60.0
    memory: int | None = None
    recycle: int = 2000

    def __post_init__(self) -> None:
        if not 0 < self.timeout < math.inf:
            raise ValueError(f"timeout={self.timeout}: a number of seconds above 0 is wanted")
        if self.memory is not None and self.memory < LEAST_MEMORY:
            raise ValueError(f"memory={self.memory}: {LEAST_MEMORY} bytes or more are wanted")
        if self.recycle < 1:
            raise ValueError(f"recycle={self.recycle}: 1 document or more is wanted")
