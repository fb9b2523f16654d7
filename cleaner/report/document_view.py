"""One document as the page shows it, built from its outcome; and what is suspicious about it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

import orjson

from cleaner.authoring.templatize import literal
from cleaner.corpus.result_record import ResultRecord
from cleaner.document import Format, Status
from cleaner.report.counters import shortened
from cleaner.report.model import Context, Near, Part, Shown, Value
from cleaner.rules.fixpoint import FixpointError, fixpoint
from cleaner.rules.match import near_misses
from cleaner.rules.ruleset import RuleSet
from cleaner.text.edits import apply
from cleaner.text.lines import Lines

Json = dict[str, Any]
AROUND = 80  # characters on either side of a removal in its context
LONGEST = 16_000  # characters of a text that are shown
SHORT = 300  # characters of a line of other kinds
MOST = 40  # near-misses, notices, nodes, values of other sources: of each
HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
NOT_FIELDS = frozenset(
    "id origins alternatives rights_notices status sites extractor extractor_why notes chars_in "
    "chars_out sha256_text cleaner_version rules_version".split()
)
DIFFERS = "resiliparse differs"  # how the extraction of a page says that its panel disagrees

# What adds to the suspicion of a document, beside the share that went (0 to 1).
WEIGHTS = {
    Status.EMPTY.value: 1.0, Status.CRASH.value: 1.0, Status.MEMORY.value: 0.9,
    Status.TIMEOUT.value: 0.9, Status.ERROR.value: 0.9, Status.REJECT.value: 0.7,
    Status.DECODE.value: 0.4,
}  # fmt: skip
NO_TEXT = 0.2  # empty because there was nothing
DISAGREE = 0.3
PROSE_GONE = 0.1
NEAR = 0.02  # for each near-miss, up to ten


@dataclass(frozen=True)
class Opened:
    """An outcome and the name of the input it is of, its lines of JSON read."""

    outcome: ResultRecord
    input: str
    record: Json
    failure: Json
    removals: Sequence[Json]
    prose: int  # removals with a line that reads like running text

    @cached_property
    def text(self) -> str:
        done = self.outcome
        return str(orjson.loads(done.text)["text"]) if done.text else done.normalized

    @cached_property
    def parts(self) -> list[Part]:
        return list(parts_of(self.text, [r for r in self.removals if r["start"] is not None]))

    @cached_property
    def normalized(self) -> str:
        return normalized(self.parts)

    @cached_property
    def share(self) -> float:
        """Of the characters of the text, how much went."""
        done = self.outcome
        return max(0.0, 1 - done.chars_out / done.chars_in) if done.chars_in else 0.0

    @cached_property
    def doubts(self) -> list[tuple[float, str]]:
        """What is suspicious about it on its own: how much, and in words."""
        done, message = self.outcome, self.failure.get("message")
        if self.failure:
            nothing = done.status == Status.EMPTY.value and not done.normalized
            return [(NO_TEXT if nothing else WEIGHTS[done.status], f"{done.status}: {message}")]
        found = []
        why = self.record["extractor_why"] or ""
        if why.startswith(DIFFERS):
            found.append((DISAGREE, f"extractors disagree: {why}"))
        if self.prose:
            words = "removal reads" if self.prose == 1 else "removals read"
            found.append((PROSE_GONE, f"{self.prose} {words} like prose"))
        return found

    def context(self, removal: Json) -> Context:
        """A removal where it stood."""
        text, start = self.normalized, removal["start"]
        end = start + len(removal["text"])
        before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
        return Context(
            self.record["id"], before, shortened(removal["text"], SHORT), removal["put"], after
        )


def parts_of(clean: str, edits: Sequence[Json]) -> Iterator[Part]:
    """The normalised text in pieces: what stands, and what went."""
    at = gone = 0
    for edit in edits:
        kept = edit["start"] - gone
        if kept:
            yield clean[at : at + kept]
        at += kept + len(edit["put"])
        gone = edit["start"] + len(edit["text"])
        yield edit["rule"], edit["text"], edit["put"]
    if clean[at:]:
        yield clean[at:]


def normalized(parts: Sequence[Part]) -> str:
    """The text of such pieces before anything went."""
    return "".join([part if isinstance(part, str) else part[1] for part in parts])


def _beginning(parts: Sequence[Part]) -> tuple[list[Part], int]:
    """The first LONGEST characters, and how many more there are."""
    out: list[Part] = []
    room, cut = LONGEST, 0
    for part in parts:
        text = part if isinstance(part, str) else part[1]
        if room > 0:
            out.append(text[:room] if isinstance(part, str) else (part[0], text[:room], part[2]))
        cut += max(0, len(text) - max(0, room))
        room -= len(text)
    return out, cut


def shown(opened: Opened) -> Shown:
    """The document of an outcome, with the doubts that it raises on its own."""
    done, record, failure = opened.outcome, opened.record, opened.failure
    parts, cut = _beginning(opened.parts)
    identity = str(record.get("id", failure.get("id", "")))
    host = (record.get("hostname") or next(iter(done.hosts), "")).removeprefix("www.")
    file = next(iter(done.sites), "") or (host if HOST.fullmatch(host) else "")
    return Shown(
        key=identity,
        id=identity,
        input=opened.input,
        site=done.site or host or "unknown",
        file=file,
        status=done.status,
        message=str(failure.get("message") or ""),
        suspicion=sum((weight for weight, _ in opened.doubts), 0.0),
        reasons=tuple(words for _, words in opened.doubts),
        chars_in=done.chars_in or len(done.normalized),
        chars_out=done.chars_out,
        parts=tuple(parts),
        templates=_templates(normalized(parts)),
        cut=cut,
        pruned=tuple(
            (r["rule"], r.get("selector", ""), shortened(r["text"], SHORT))
            for r in islice((r for r in opened.removals if r["start"] is None), MOST)
        ),
        values=tuple(_values(record)),
        notices=tuple(
            (n["kind"], _says(n), shortened(n["text"], 2 * SHORT))
            for n in record.get("rights_notices", [])[:MOST]
        ),
        near=(),
        extractor=" – ".join(filter(None, (record.get("extractor"), record.get("extractor_why")))),
        notes=tuple(record.get("notes", ())),
    )


def _templates(text: str) -> dict[int, str]:
    """For each line that is not its own template, the template that matches it alone."""
    lines = Lines(text)
    made = {n: literal(lines[n], lines.rows[n]) for n in lines.full}
    return {n: template for n, template in made.items() if template != lines.rows[n]}


def _values(record: Json) -> Iterator[Value]:
    origins = record.get("origins", {})
    alternatives = record.get("alternatives", {})
    for name, value in record.items():
        if name in NOT_FIELDS or value in (None, [], ""):
            continue
        others = tuple(
            (_plain(a["value"]), str(a["origin"])) for a in alternatives.get(name, ())[:MOST]
        )
        yield Value(name, _plain(value), str(origins.get(name, "")), others)


def _plain(value: Any) -> str:
    text = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    return shortened(text, 2 * SHORT)


def _says(notice: Json) -> str:
    facts = (notice.get("license"), notice.get("holder"), notice.get("year"))
    return ", ".join(str(fact) for fact in (notice["scope"], notice["basis"], *facts) if fact)


def beside(one: Shown, median: float, of: str) -> Shown:
    """The same document with the share that went from it beside the median of `of`."""
    share = 1 - one.chars_out / one.chars_in if one.chars_in else 0.0
    if one.status != Status.OK.value or share <= median:
        return one
    reason = f"{share:.0%} removed; the median of {of} is {median:.0%}"
    reasons = (reason, *one.reasons) if share - median >= 0.01 else one.reasons
    return replace(one, suspicion=one.suspicion + share - median, reasons=reasons)


def with_near(one: Shown, rules: RuleSet, sites: Sequence[str], format: Format) -> Shown:
    """The same document with its near-misses: lines that stand although a template of a rule in
    force matches them whole."""
    if one.status != Status.OK.value:
        return one
    near = _near(one.parts, rules, sites, format)
    if not near:
        return one
    reason = f"{len(near)} near-miss{'es' * (len(near) > 1)}"
    suspicion = one.suspicion + NEAR * min(10, len(near))
    return replace(
        one, near=tuple(near[:MOST]), suspicion=suspicion, reasons=(*one.reasons, reason)
    )


def _near(
    parts: Sequence[Part], rules: RuleSet, sites: Sequence[str], format: Format
) -> list[Near]:
    clean = "".join(part if isinstance(part, str) else part[2] for part in parts)
    return [
        Near(shortened(miss.text, SHORT), miss.rule, miss.why)
        for miss in near_misses(clean, rules, sites, format)
    ]


def with_removals(one: Shown, rules: RuleSet, sites: Sequence[str], format: Format) -> Shown:
    """Of a document that the rules left nothing of: the same with what they take of its text. A
    run writes no removals of those, so the rules are asked again."""
    if one.status != Status.EMPTY.value or not one.parts:
        return one
    text = normalized(one.parts)
    files = rules.in_force(rules.named(sites), format)
    try:
        edits = fixpoint(Lines(text), files, lambda changed: changed).edits
    except FixpointError:
        return one
    removals = [{**edit._asdict(), "text": text[edit.start : edit.end]} for edit in edits]
    return replace(one, parts=tuple(parts_of(apply(text, edits), removals)))
