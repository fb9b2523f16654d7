"""Outcomes of an earlier run that hold for this one: of documents that no changed site file
selects, neither as it was nor as it is."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from cleaner.corpus.identity import Identity
from cleaner.corpus.result_record import ResultRecord
from cleaner.corpus.rows import Broken
from cleaner.document import Document, Status
from cleaner.rules.fixpoint import may_select
from cleaner.rules.ruleset import RuleSet
from cleaner.text.edits import restore
from cleaner.text.lines import Lines

MAY_DIFFER = frozenset(
    status.value for status in (Status.ERROR, Status.TIMEOUT, Status.MEMORY, Status.CRASH)
)


class PreviousResults:
    """The outcomes that an earlier run left, in order, and which of them still hold."""

    def __init__(
        self, outcomes: Iterator[ResultRecord], was: Identity, now: Identity, rules: RuleSet
    ) -> None:
        keys = was.sites.keys() | now.sites.keys()
        self._changed = {key for key in keys if was.sites.get(key) != now.sites.get(key)}
        self._files = rules.only(self._changed)
        self._rules = rules
        place = {item: number for number, item in enumerate(now.inputs)}
        self._place = [place.get(item, -1) for item in was.inputs]
        self._outcomes = outcomes
        self._head = next(outcomes, None)

    def outcome(self, owner: int, record: Document | Broken) -> ResultRecord | None:
        """The outcome of the next record of input `owner`, if there is one that holds."""
        found = self._next_of(owner)
        if found is None or isinstance(record, Broken) or not self._holds(found, record):
            return None
        return found.renewed(owner, self._rules.version)

    def _next_of(self, owner: int) -> ResultRecord | None:
        while self._head is not None and self._place[self._head.owner] < owner:
            self._head = next(self._outcomes, None)
        if self._head is None or self._place[self._head.owner] != owner:
            return None
        found, self._head = self._head, next(self._outcomes, None)
        return found

    def _holds(self, outcome: ResultRecord, document: Document) -> bool:
        if outcome.status in MAY_DIFFER:
            return False
        if not self._changed:
            return True
        if self._changed & {*outcome.sites, *document.sites}:
            return False
        if self._files.for_hosts(outcome.hosts):
            return False
        return not (self._files.has_marks and self._may_choose(outcome, document))

    def _may_choose(self, outcome: ResultRecord, document: Document) -> bool:
        """Whether a mark of a changed file may choose it for a document."""
        if outcome.status == Status.REJECT.value:  # its clean text is not in the journal
            return True
        lines, sites = Lines(normalized_of(outcome)), {*outcome.sites} - {*document.sites}
        clean = text_of(outcome)
        return may_select(self._files, self._rules, lines, clean, outcome.hosts, sites)


def text_of(outcome: ResultRecord) -> str:
    """The clean text of a document."""
    record = outcome.text or outcome.aside
    return str(orjson.loads(record)["text"]) if record else ""


def normalized_of(outcome: ResultRecord) -> str:
    """The normalised text of a document, rebuilt from its clean text and the removals."""
    if not outcome.text:
        return outcome.normalized
    undo = [(r["start"], r["text"], r["put"]) for r in outcome.removed() if r["start"] is not None]
    return restore(text_of(outcome), undo)
