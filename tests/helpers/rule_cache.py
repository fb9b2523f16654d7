"""Rule files to keep, and how they look when they come back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from cleaner.document import Document
from cleaner.pipeline import Cleaner
from cleaner.rules.ruleset import RuleSet, load_rules

TEXT = "The board met on Monday, and the chair spoke.\n\nJoin the {} club now\n\n— from {}"


def site(name: str, rule: str = "club") -> str:
    return (
        f"site: {name}.org\nname: {name.title()}\nmarks: |\n  — from {name}\n  *, of {name} press\n"
        f"html: {{prune: .{name}, title: h2}}\nskip: [en/share]\nrules:\n"
        f"  - kind: social\n    id: {rule}\n    line: Join the {name} club *\n"
        f"    unless: '* closed *'\n    set: {{site_name: {name}}}\n    hit: Join the {name} club\n"
        f"examples:\n  - text: Good.\n    clean: Good.\n    meta: {{site_name: {name}}}\n"
    )


PACK = "pack: ours\nformats: [text]\nkeep: Keep this line\nrules:\n  - kind: ad\n    span: buy *!\n"


def taken(compiled: list[str]) -> list[str]:
    """What was compiled since the last call."""
    names, compiled[:] = sorted(compiled), []
    return names


def load(folder: Path) -> RuleSet:
    return load_rules([folder], bundled=False)


def shown(rules: RuleSet) -> object:
    """All that a set of rules is and does, as plain values."""
    texts = [TEXT.format(name, name) for name in ("tern", "heron", "crane", "nobody")]
    texts.append("A text, of tern press\n\nKeep this line\n\nbuy now! buy later!")
    documents = [Document("1", text) for text in texts]
    documents.append(Document("1", "Join the heron club now", url="https://www.heron.org/x"))
    results = [asdict(done) for done in Cleaner(rules).clean_batch(documents)]
    files = [(file.html, file.examples, plain(file)) for file in rules.files]
    return files, rules.headings, rules.version, list(rules.problems), results


def plain(file: Any) -> object:
    return {**asdict(file), "set": None, "rules": [asdict(rule) for rule in file.rules]}


def one_file(kept: Path) -> Path:
    (found,) = kept.iterdir()
    return found
