"""Find labels with a varying value: "Read also: HEADLINE", in one line or with the value below."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from cleaner.authoring.confidence import SPEAKER, VERY_SURE, guess_kind
from cleaner.authoring.occurrences import (
    MIN_DOCUMENTS,
    Candidates,
    DocumentLines,
    Suggestion,
    count_documents,
    iter_lines,
    occurrence_at,
)
from cleaner.authoring.templatize import escape
from cleaner.classify.line_classifier import SUSPECT, THRESHOLD

# A few words in any script, then a mark, then the value.
LABEL = re.compile(
    r"^(?P<label>\W{0,3}[^\W\d_][^\d:：\n.!?。]{1,40}(?:\s?[:：]|\.\.\.|…|\s[|»>→–—-]))\s?[^\s/]"
)
MAX_LABELED_CHARS, MAX_VALUE_CHARS = 400, 200


def labeled(documents: Sequence[DocumentLines]) -> Candidates:
    """Lines such as `Related: *`, whose label is of a known kind or which the classifier finds."""
    groups: Candidates = defaultdict(list)
    first: dict[str, str] = {}
    for d, n, line in iter_lines(documents):
        match = LABEL.match(line.plain)
        if match is None or len(line.plain) > MAX_LABELED_CHARS:
            continue
        label = match["label"]
        suspected = documents[d].suspects.get(n, 0.0) >= THRESHOLD and not SPEAKER.match(line.plain)
        if suspected or guess_kind(label) is not None:
            template = first.setdefault(line.folded[: match.end("label")], f"{escape(label)}*")
            groups[template].append(occurrence_at(documents, d, n))
    return groups


def labels_above(
    documents: Sequence[DocumentLines], removed: set[tuple[int, int]]
) -> Iterator[Suggestion]:
    """Lines that end with a colon and that several documents have, with the different short lines
    below them, if the classifier suspects these."""
    groups: Candidates = defaultdict(list)
    values: dict[str, set[str]] = defaultdict(set)
    chances: dict[str, list[float]] = defaultdict(list)
    for d, document in enumerate(documents):
        for n, line in enumerate(document.lines[:-1]):
            value = document.lines[n + 1]
            ends = line.plain.rstrip().endswith((":", "：")) and not document.prose[n + 1]
            if ends and (d, n + 1) not in removed and len(value.plain) <= MAX_VALUE_CHARS:
                text = f"{line.plain}\n{value.plain}"
                groups[line.plain].append(occurrence_at(documents, d, n, text))
                values[line.plain].add(value.folded)
                chances[line.plain].append(document.suspects.get(n + 1, 0.0))
    for label, found in sorted(groups.items()):
        if count_documents(found) < MIN_DOCUMENTS or len(values[label]) < MIN_DOCUMENTS:
            continue
        mean = sum(chances[label]) / len(found)
        if mean < SUSPECT:
            continue
        doubt = None if mean >= VERY_SURE else "the lines below it may be content"
        kind = guess_kind(label) or "related"
        suggestion = Suggestion("from", escape(label), kind, found, len(documents), doubt)
        suggestion.to, suggestion.lines = "*", 2
        yield suggestion
