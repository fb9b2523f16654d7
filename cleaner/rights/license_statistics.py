"""The ledger of rights of a run: the licence of each document as far as known, summed by site."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from cleaner.document import CleanDocument
from cleaner.rights.licenses import matches

Json = dict[str, Any]
NOASSERTION = "NOASSERTION"  # SPDX: nothing is known


def rights_record(done: CleanDocument) -> Json:
    """What is known of the rights of one document, with the notices that say it."""
    found = done.metadata
    return {
        "id": done.document.id,
        "site": site_of(done),
        "license": found.license or NOASSERTION,
        "basis": found.license_basis,
        "holder": found.rights_holder,
        "year": found.rights_year,
        "conditions": list(found.rights_conditions),
        "conflict": conflicts(done),
        "notices": [
            {"kind": n.kind, "scope": n.scope, "basis": n.basis, "license": n.license,
             "holder": n.holder, "rule": n.rule, "text": n.text}
            for n in found.rights_notices
        ],
    }  # fmt: skip


def conflicts(done: CleanDocument) -> list[str]:
    """The licences that notices of the text state, where they state more than one."""
    stated = {n.license for n in done.metadata.rights_notices if n.scope == "text" and n.license}
    return sorted(stated) if len(stated) > 1 else []


def site_of(done: CleanDocument) -> str:
    return done.metadata.hostname or done.metadata.site_name or "unknown"


def is_wanted(done: CleanDocument, expression: str | None) -> bool:
    """Whether a document may be kept, where only some licences are (`licences.matches`)."""
    return expression is None or matches(done.metadata.license, expression)


@dataclass
class LicenseStatistics:
    """The documents of a run, counted by site and licence."""

    by_site: dict[str, Counter[str]] = field(default_factory=dict)
    conflicts: Counter[str] = field(default_factory=Counter)

    def add(self, site: str, licence: str, *, conflicting: bool) -> None:
        self.by_site.setdefault(site, Counter())[licence] += 1
        self.conflicts[site] += conflicting

    def record(self) -> Json:
        total: Counter[str] = sum(self.by_site.values(), Counter())
        return {
            "all": _sums(total, self.conflicts.total()),
            "sites": {
                site: _sums(found, self.conflicts[site])
                for site, found in sorted(self.by_site.items())
            },
        }


def _sums(found: Counter[str], conflicting: int) -> Json:
    documents = found.total()
    return {
        "documents": documents,
        "licenses": dict(sorted(found.items())),
        "noassertion_share": round(found[NOASSERTION] / documents, 4) if documents else 0.0,
        "conflicts": conflicting,
    }
