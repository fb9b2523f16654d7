"""The view of one document in a report, built from its result, and why it is suspicious."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

import orjson

from cleaner.authoring.templatize import literal_template
from cleaner.classify.line_classifier import CLASSIFIER
from cleaner.classify.lost_prose import lost_prose
from cleaner.corpus.journal_entry import JournalEntry
from cleaner.corpus.verdict import BOILERPLATE, INSERTIONS, LIMITS, LOST_PROSE, QUARANTINED
from cleaner.document import Format, Status
from cleaner.messages import plural
from cleaner.report.counters import shortened
from cleaner.report.model import Context, Listed, Near, Part, Shown, Value
from cleaner.rules.fixpoint import FixpointError, fixpoint
from cleaner.rules.match import near_misses
from cleaner.rules.ruleset import RuleSet
from cleaner.text.edits import is_removed, restore
from cleaner.text.lines import Lines

Json = dict[str, Any]
MAX_CONTEXT_CHARS = 80  # on either side of a removal
MAX_TEXT_CHARS = 16_000
MAX_LINE_CHARS = 300
MAX_TITLE_CHARS = 120
MAX_NOTICE_CHARS = MAX_VALUE_CHARS = 600
MAX_ROWS = 40  # of near misses, notices, nodes, and values of other sources
HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
HIDDEN_FIELDS = frozenset(
    "id origins alternatives rights_notices status sites extractor extractor_why notes chars_in "
    "chars_out boilerplate_left suspects sha256_text cleaner_version rules_version".split()
)
WEB = re.compile("https?://", re.I)
LINE_END = re.compile("\n")
DISAGREEMENT = "resiliparse differs"  # reported by the extraction of a page

# Added to the suspicion of a document, besides the removed share (0 to 1).
STATUS_WEIGHTS = {
    Status.EMPTY.value: 1.0, Status.CRASH.value: 1.0, Status.MEMORY.value: 0.9,
    Status.TIMEOUT.value: 0.9, Status.ERROR.value: 0.9, Status.REJECT.value: 0.7,
    Status.DECODE.value: 0.4,
}  # fmt: skip
NO_TEXT_WEIGHT = 0.2  # of documents that were empty before cleaning
DISAGREEMENT_WEIGHT = 0.3
PROSE_WEIGHT = 0.1
LOST_WEIGHT = 0.3  # instead, if it should perhaps have been kept
INSERTION_WEIGHT = 0.1  # besides the inserted share of the text
NEAR_MISS_WEIGHT = 0.02  # for each near miss, up to ten


@dataclass(frozen=True)
class DocumentView:
    """The result of a document with its JSON decoded, and the name of its input."""

    outcome: JournalEntry
    input: str
    record: Json
    failure: Json
    removals: Sequence[Json]
    insertions: Sequence[Json]
    prose: int  # removals with a line that looks like running text

    @cached_property
    def text(self) -> str:
        done = self.outcome
        return str(orjson.loads(done.text)["text"]) if done.text else done.normalized

    @cached_property
    def normalized(self) -> str:
        return restore(self.text, [(r["start"], r["text"], r["put"]) for r in self._from_text])

    @cached_property
    def parts(self) -> list[Part]:
        return list(parts_of(self.normalized, self._from_text))

    @cached_property
    def _from_text(self) -> list[Json]:
        return [removal for removal in self.removals if removal["start"] is not None]

    @cached_property
    def share(self) -> float:
        """The removed share of the characters."""
        done = self.outcome
        return max(0.0, 1 - done.chars_out / done.chars_in) if done.chars_in else 0.0

    @cached_property
    def doubts(self) -> list[tuple[float, str]]:
        """Reasons to suspect the document by itself, as (weight, reason)."""
        done, message = self.outcome, self.failure.get("message")
        if self.failure:
            nothing = done.status == Status.EMPTY.value and not done.normalized
            return [
                (
                    NO_TEXT_WEIGHT if nothing else STATUS_WEIGHTS[done.status],
                    f"{done.status}: {message}",
                )
            ]
        found = []
        if done.lost_prose:
            words = f"{plural(done.lost_prose, 'line')} of running text may be lost"
            found.append((LOST_WEIGHT, words))
        elif self.prose:
            words = "removal looks" if self.prose == 1 else "removals look"
            found.append((PROSE_WEIGHT, f"{self.prose} {words} like prose"))
        if lines := self.inserted:
            share = min(1.0, sum(len(line["text"]) for line in lines) / max(1, done.chars_out))
            words = f"{plural(len(lines), 'line')} inserted, {share:.0%} of the text"
            found.append((INSERTION_WEIGHT + share, words))
        if BOILERPLATE in self.flags:
            share = done.boilerplate_left / max(1, done.chars_out)
            found.append((share, f"about {share:.0%} of the text is boilerplate"))
        why = self.record["extractor_why"] or ""
        if why.startswith(DISAGREEMENT):
            found.append((DISAGREEMENT_WEIGHT, f"extractors disagree: {why}"))
        return found

    @cached_property
    def flags(self) -> tuple[str, ...]:
        """The figures of the verdict that the document counts for."""
        done = self.outcome
        counted = {
            LOST_PROSE: done.lost_prose > 0,
            INSERTIONS: done.wrong_insertions > 0,
            BOILERPLATE: done.boilerplate_left > LIMITS[BOILERPLATE][0] * done.chars_out,
            QUARANTINED: bool(self.failure),
        }
        return tuple(name for name, is_counted in counted.items() if is_counted)

    @property
    def id(self) -> str:
        return str(self.record.get("id", self.failure.get("id", "")))

    @property
    def title(self) -> str:
        """The title, or else the first line of the text."""
        if title := self.record.get("title"):
            return shortened(str(title), MAX_TITLE_CHARS)
        lines = (line.strip() for line in self.text.split("\n"))
        return shortened(next(filter(None, lines), ""), MAX_TITLE_CHARS)

    @property
    def url(self) -> str:
        """The address of the original, or an empty string if there is none that a browser opens."""
        given = str(self.record.get("url") or self.failure.get("source") or "")
        return given if WEB.match(given) else ""

    @property
    def site(self) -> str:
        return self.outcome.site or self.host or "unknown"

    @property
    def host(self) -> str:
        named = self.record.get("hostname") or next(iter(self.outcome.hosts), "")
        return str(named).removeprefix("www.")

    @cached_property
    def inserted(self) -> list[Json]:
        """The insertions that are left in the clean text."""
        return [
            line
            for line in self.insertions
            if not is_removed(line["start"], line["end"], self._removed)
        ]

    @cached_property
    def _removed(self) -> list[tuple[int, int]]:
        return [(removal["start"], removal["end"]) for removal in self._from_text]

    @cached_property
    def risks(self) -> dict[int, tuple[str, str]]:
        """What is doubtful about lines of the normalized text, by their numbers: the risk and its
        reason."""
        found = dict(self._suspected())
        if self.insertions:
            ends = [match.start() for match in LINE_END.finditer(self.normalized)]
            for line in self.insertions:
                reason = f"inserted by {line['rule']}, probability {line['score']:.2f}"
                found[bisect_left(ends, line["start"])] = "inserted", reason
        if self.outcome.lost_prose:
            lost = lost_prose(self.normalized, self._removed)
            found |= dict.fromkeys(lost, ("lost", "running text that may be lost"))
        return dict(sorted(found.items()))

    def _suspected(self) -> Iterator[tuple[int, tuple[str, str]]]:
        """Lines that the classifier doubts but kept."""
        suspects = {s["text"]: s for s in self.record.get("suspects", ())}
        for number, line in enumerate(self.normalized.split("\n") if suspects else ()):
            if found := suspects.get(line):
                kind, probability = found["kind"], found["probability"]
                yield number, ("suspect", f"boilerplate ({kind})? probability {probability:.2f}")

    def context(self, removal: Json) -> Context:
        """A removal with the text around it."""
        text, start = self.normalized, removal["start"]
        end = start + len(removal["text"])
        before, after = (
            text[max(0, start - MAX_CONTEXT_CHARS) : start],
            text[end : end + MAX_CONTEXT_CHARS],
        )
        return Context(
            self.record["id"],
            before,
            shortened(removal["text"], MAX_LINE_CHARS),
            removal["put"],
            after,
        )


def parts_of(normalized: str, removals: Sequence[Json]) -> Iterator[Part]:
    """Split a normalized text into kept and removed parts."""
    at = 0
    for removal in removals:
        if removal["start"] > at:
            yield normalized[at : removal["start"]]
        yield removal["rule"], removal["text"], removal["put"]
        at = removal["start"] + len(removal["text"])
    if normalized[at:]:
        yield normalized[at:]


def text_of(parts: Sequence[Part]) -> str:
    """The normalized text of its parts."""
    return "".join([part if isinstance(part, str) else part[1] for part in parts])


def _beginning(parts: Sequence[Part]) -> tuple[list[Part], int]:
    """The first MAX_TEXT_CHARS characters, and the number of characters cut."""
    out: list[Part] = []
    room, cut = MAX_TEXT_CHARS, 0
    for part in parts:
        text = part if isinstance(part, str) else part[1]
        if room > 0:
            out.append(text[:room] if isinstance(part, str) else (part[0], text[:room], part[2]))
        cut += max(0, len(text) - max(0, room))
        room -= len(text)
    return out, cut


def shown(view: DocumentView) -> Shown:
    """The document as the report shows it, before it is compared with others."""
    done, record, failure = view.outcome, view.record, view.failure
    parts, cut = _beginning(view.parts)
    file = next(iter(done.sites), "") or (view.host if HOST.fullmatch(view.host) else "")
    return Shown(
        key=view.id,
        id=view.id,
        title=view.title,
        url=view.url,
        input=view.input,
        site=view.site,
        file=file,
        status=done.status,
        message=str(failure.get("message") or ""),
        suspicion=sum((weight for weight, _ in view.doubts), 0.0),
        reasons=tuple(words for _, words in view.doubts),
        flags=view.flags,
        chars_in=done.chars_in or len(done.normalized),
        chars_out=done.chars_out,
        parts=tuple(parts),
        templates=_templates(text_of(parts)),
        risks=view.risks,
        cut=cut,
        pruned=tuple(
            (r["rule"], r.get("selector", ""), shortened(r["text"], MAX_LINE_CHARS))
            for r in islice((r for r in view.removals if r["start"] is None), MAX_ROWS)
        ),
        values=tuple(_values(record)),
        notices=tuple(
            (n["kind"], _summary(n), shortened(n["text"], MAX_NOTICE_CHARS))
            for n in record.get("rights_notices", [])[:MAX_ROWS]
        ),
        near=tuple(
            Near(
                shortened(s["text"], MAX_LINE_CHARS), CLASSIFIER, f"probability {s['probability']}"
            )
            for s in record.get("suspects", [])[:MAX_ROWS]
        ),
        extractor=" – ".join(filter(None, (record.get("extractor"), record.get("extractor_why")))),
        notes=tuple(record.get("notes", ())),
    )


def listed(view: DocumentView, suspicion: float) -> Listed:
    """The document as a list shows it."""
    done = view.outcome
    return Listed(
        key=view.id,
        id=view.id,
        title=view.title,
        url=view.url,
        site=view.site,
        status=done.status,
        message=str(view.failure.get("message") or ""),
        suspicion=round(suspicion, 3),
        flags=view.flags,
        chars_in=done.chars_in or len(done.normalized),
        chars_out=done.chars_out,
    )


def _templates(text: str) -> dict[int, str]:
    """The template of each line that is not its own template, by line number."""
    lines = Lines(text)
    made = {n: literal_template(lines[n], lines.rows[n]) for n in lines.full}
    return {n: template for n, template in made.items() if template != lines.rows[n]}


def _values(record: Json) -> Iterator[Value]:
    origins = record.get("origins", {})
    alternatives = record.get("alternatives", {})
    for name, value in record.items():
        if name in HIDDEN_FIELDS or value in (None, [], ""):
            continue
        others = tuple(
            (_plain(a["value"]), str(a["origin"])) for a in alternatives.get(name, ())[:MAX_ROWS]
        )
        yield Value(name, _plain(value), str(origins.get(name, "")), others)


def _plain(value: Any) -> str:
    text = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    return shortened(text, MAX_VALUE_CHARS)


def _summary(notice: Json) -> str:
    facts = (notice.get("license"), notice.get("holder"), notice.get("year"))
    return ", ".join(str(fact) for fact in (notice["scope"], notice["basis"], *facts) if fact)


def compare_to_median(one: Shown, median: float, of: str) -> Shown:
    """Add to the suspicion of a document if its removed share exceeds the median of `of`."""
    share = 1 - one.chars_out / one.chars_in if one.chars_in else 0.0
    if one.status != Status.OK.value or share <= median:
        return one
    reason = f"{share:.0%} removed; the median of {of} is {median:.0%}"
    reasons = (reason, *one.reasons) if share - median >= 0.01 else one.reasons
    return replace(one, suspicion=one.suspicion + share - median, reasons=reasons)


def with_near_misses(one: Shown, rules: RuleSet, sites: Sequence[str], format: Format) -> Shown:
    """Add the near misses of a document: lines that were kept although a template matches them."""
    if one.status != Status.OK.value:
        return one
    near = _near_misses(one.parts, rules, sites, format)
    if not near:
        return one
    reason = f"{len(near)} near miss{'es' * (len(near) > 1)}"
    suspicion = one.suspicion + NEAR_MISS_WEIGHT * min(10, len(near))
    return replace(
        one, near=(*one.near, *near)[:MAX_ROWS], suspicion=suspicion, reasons=(*one.reasons, reason)
    )


def _near_misses(
    parts: Sequence[Part], rules: RuleSet, sites: Sequence[str], format: Format
) -> list[Near]:
    clean = "".join(part if isinstance(part, str) else part[2] for part in parts)
    return [
        Near(shortened(miss.text, MAX_LINE_CHARS), miss.rule, miss.why)
        for miss in near_misses(clean, rules, sites, format)
    ]


def with_removals(one: Shown, rules: RuleSet, sites: Sequence[str], format: Format) -> Shown:
    """Add the removals of a document that the rules left empty. A run does not record these, so the
    rules are applied again."""
    if one.status != Status.EMPTY.value or not one.parts:
        return one
    text = text_of(one.parts)
    files = rules.in_force(rules.named(sites), format)
    try:
        edits = fixpoint(Lines(text), files, lambda changed: changed).edits
    except FixpointError:
        return one
    removals = [{**edit._asdict(), "text": text[edit.start : edit.end]} for edit in edits]
    return replace(one, parts=tuple(parts_of(text, removals)))
