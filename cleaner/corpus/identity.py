"""What makes two runs the same: then their results are the same, record for record."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from cleaner.corpus.inputs import Input, address_of, state_of
from cleaner.fingerprint import fingerprint
from cleaner.rules.ruleset import RuleSet
from cleaner.version import OUTPUT_PACKAGES

CODE = Path(__file__).parent.parent

Item = tuple[str, str, int, int]  # name, address, size, time of change


@dataclass(frozen=True)
class Identity:
    """`base` stands for all that every result rests on: code, versions, options, packs. `inputs`
    are the files, and `sites` the digests of the site files by key."""

    base: str
    inputs: tuple[Item, ...]
    sites: Mapping[str, str]

    @property
    def digest(self) -> str:
        return digest(asdict(self))

    def to_json(self) -> bytes:
        return orjson.dumps(asdict(self))

    @staticmethod
    def from_json(data: bytes) -> Identity:
        """Raises ValueError, KeyError or TypeError for what is none."""
        found: dict[str, Any] = orjson.loads(data)
        inputs = tuple((str(n), str(a), int(s), int(t)) for n, a, s, t in found["inputs"])
        return Identity(str(found["base"]), inputs, dict(found["sites"]))


def identity_of(inputs: Sequence[Input], rules: RuleSet, options: Mapping[str, Any]) -> Identity:
    """The identity of a run over `inputs`, where `options` are plain JSON values."""
    packs = sorted(file.digest for file in rules.headings if file.is_pack)
    sites: dict[str, str] = {}
    for file in sorted(rules.headings, key=lambda f: f.digest):
        if not file.is_pack:
            sites[file.key] = sites.get(file.key, "") + file.digest
    return Identity(
        base=digest([fingerprint(CODE, OUTPUT_PACKAGES), packs, options]),
        inputs=tuple((item.name, address_of(item.path), *state_of(item.path)) for item in inputs),
        sites=sites,
    )


def digest(value: Any) -> str:
    """A digest of plain JSON values."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()
