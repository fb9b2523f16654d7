"""The license of each document of a run, and how many documents each site has per license."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from cleaner.document import CleanDocument
from cleaner.rights.licenses import license_matches

Json = dict[str, Any]
NOASSERTION = "NOASSERTION"  # SPDX: nothing is known


def rights_record(done: CleanDocument) -> Json:
    """Return what is known about the rights to a document, with its notices."""
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
    """Return the licenses of notices about the text if they differ."""
    stated = {n.license for n in done.metadata.rights_notices if n.scope == "text" and n.license}
    return sorted(stated) if len(stated) > 1 else []


def site_of(done: CleanDocument) -> str:
    return done.metadata.hostname or done.metadata.site_name or "unknown"


def is_wanted(done: CleanDocument, expression: str | None) -> bool:
    """Whether the license of a document matches `expression`, if one is given."""
    return expression is None or license_matches(done.metadata.license, expression)


@dataclass
class LicenseStatistics:
    """Counts the documents of a run by site and license."""

    by_site: dict[str, Counter[str]] = field(default_factory=dict)
    conflicts: Counter[str] = field(default_factory=Counter)

    def add(self, site: str, license_id: str, *, conflicting: bool) -> None:
        self.by_site.setdefault(site, Counter())[license_id] += 1
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
