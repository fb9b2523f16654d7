"""Find lines that repeat across the documents of one site, as templates with their evidence.

Each line is counted once per document: unchanged, with its variable parts replaced by fields, by
its first or last words, and by its sentences if it has several. Lines that one template explains
are not counted again for a looser one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from cleaner.authoring.confidence import (
    MIN_PART_WORDS,
    MIN_SENTENCE_WORDS,
    MIN_SURE_WORDS,
    QUOTE,
    Evidence,
    find_doubt,
    guess_kind,
    is_sentence,
)
from cleaner.authoring.labels import labeled, labels_above
from cleaner.authoring.lint_overbroad import tempting_lines
from cleaner.authoring.occurrences import (
    MIN_DOCUMENTS,
    SENTENCE_BREAK,
    Candidates,
    DocumentLines,
    Occurrence,
    Suggestion,
    count_documents,
    header_suggestions,
    iter_lines,
    occurrence_at,
)
from cleaner.authoring.templatize import escape, templatize
from cleaner.rules.template import TemplateError, parse
from cleaner.text.folding import fold
from cleaner.text.lines import Lines
from cleaner.text.words import count_words

BRACKETED = re.compile(r"[(\[](?P<label>[A-Za-z][A-Za-z ]{2,24}:)\s[^()\[\]]{4,300}[)\]]")
GLUED = re.compile(
    r"\b(?P<name>[A-Z][\w’'-]{2,}) (?:[A-Z(][\w.)’'\"-]* ){0,5}(?P=name)[A-Z‘“\"'(][\w’'-]*"
    r"[^\n]{20,900}? ?(?P<end>[A-Z]{4,})\b"
)
GLUED_TEMPLATE = (
    r"/(?P<same>[A-Z][\w’'-]+) (?:[A-Z(][\w.)’'\"-]* ){0,5}"
    r"(?P<same__2>[A-Z][\w’'-]+[A-Z‘“\"'(][\w’'-]*).*? ?END\b/c"
)
# Kinds whose words rarely begin or end a sentence of an article.
DISTINCTIVE_KINDS = (
    "social", "newsletter", "app", "media", "copyright", "republish-terms", "caption",
)  # fmt: skip
# Kinds found inside a line, run together with the article.
INLINE_KINDS = (
    *DISTINCTIVE_KINDS, "related", "contact", "membership", "donation", "comments", "ad", "agency",
)  # fmt: skip
MAX_SHARED_WORDS = 9  # at the beginning or end of a line
MAX_TEMPLATIZED_CHARS = 600
MIN_PART_CHARS, MAX_PART_CHARS = 12, 300
MIN_LONG_WORDS = 8  # of which four in a row are likely to repeat, if any do
BEGIN, END = "begin", "end"


class _Groups:
    """Occurrences by template; equal keys share the template of the first."""

    def __init__(self) -> None:
        self.candidates: Candidates = defaultdict(list)
        self._first: dict[str, str] = {}

    def add(self, key: str, template: str, occurrence: Occurrence) -> None:
        self.candidates[self._first.setdefault(key, template)].append(occurrence)


class SharedWords:
    """The sequences of four words that several documents have.

    Most sentences of articles have none of them, so they need not be turned into templates.
    """

    def __init__(self, documents: Iterable[DocumentLines]) -> None:
        counts: Counter[tuple[str, ...]] = Counter()
        for document in documents:
            counts.update({four for line in document.lines for four in self._fours(line.plain)})
        self._shared = {four for four, count in counts.items() if count > 1}

    def may_repeat(self, text: str) -> bool:
        """Whether another document may have a text that differs in names, numbers and the like."""
        return text.count(" ") < MIN_LONG_WORDS or any(
            four in self._shared for four in self._fours(text)
        )

    @staticmethod
    def _fours(text: str) -> Iterator[tuple[str, ...]]:
        words = text.lower().split(" ")
        return zip(words, words[1:], words[2:], words[3:], strict=False)


def distinct(texts: Iterable[str]) -> list[str]:
    """Drop copies: of texts that share most of their prose, keep the first."""
    seen: set[str] = set()
    kept = []
    for text in texts:
        rows = {line.folded for line in Lines(text) if len(line.plain) >= 80}
        rows = rows or {fold(text[:2000].replace("\n", " "))}
        if len(rows & seen) <= len(rows) * 0.5:
            kept.append(text)
        seen |= rows
    return kept


def mine(documents: Sequence[DocumentLines]) -> list[Suggestion]:
    """Suggest templates for lines that repeat in `documents`, the most certain first.

    They must be distinct, normalized, and from one site.
    """
    shared = SharedWords(documents)
    taken: set[tuple[int, int]] = set()
    found = header_suggestions(documents)
    taken.update((o.document, o.line) for s in found for o in s.occurrences)
    varied = _templatized(documents, shared)
    of_known_kind = {t: where for t, where in varied.items() if guess_kind(t) and _enough(where)}
    found.extend(_accept("line", labeled(documents), documents, taken, family=True))
    found.extend(_accept("line", of_known_kind, documents, taken))
    families = _shared(documents, BEGIN), _shared(documents, END), _around(documents)
    for family in families:
        narrow = {t: where for t, where in family.items() if not _is_broad(t)}
        found.extend(_accept("line", narrow, documents, taken, family=True))
    for candidates in (varied, _whole(documents)):
        found.extend(_accept("line", candidates, documents, taken))
    for family in families:
        found.extend(_accept("line", family, documents, taken, family=True))
    removed = {(o.document, o.line) for s in found if s.doubt is None for o in s.occurrences}
    found.extend(labels_above(documents, removed))
    found.extend(_blocks(documents, removed))
    found.extend(_glued(documents))
    found.extend(_accept("span", _parts(documents, taken, shared), documents, set()))
    return sorted(found, key=lambda s: (s.doubt is not None, -s.documents, s.template))


def repeated_lines(
    documents: Sequence[DocumentLines], minimum: int, probability: float
) -> list[Suggestion]:
    """Suggest the lines of several words that at least `minimum` documents have unchanged and that
    the classifier gives at least this `probability`, on average."""
    found = []
    for template, where in _whole(documents).items():
        enough = count_documents(where) >= minimum and count_words(template) >= MIN_SURE_WORDS
        mean = sum(o.probability for o in where) / len(where)
        if enough and mean >= probability and _parses(template):
            found.append(Suggestion("line", template, guess_kind(template), where, len(documents)))
    return sorted(found, key=lambda s: (-s.documents, s.template))


def _parses(template: str) -> bool:
    try:
        parse(template)
    except TemplateError:
        return False
    return True


def _whole(documents: Sequence[DocumentLines]) -> Candidates:
    """Lines that repeat unchanged."""
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for d, n, line in iter_lines(documents):
        places[line.folded].append((d, n))
    return {
        escape(documents[d].lines[n].plain): [occurrence_at(documents, *place) for place in found]
        for found in places.values()
        if len(found) > 1
        for d, n in found[:1]
    }


def _templatized(documents: Sequence[DocumentLines], shared: SharedWords) -> Candidates:
    """Lines that repeat with other dates, numbers, links, addresses or names."""
    groups = _Groups()
    for d, n, line in iter_lines(documents):
        if len(line.plain) > MAX_TEMPLATIZED_CHARS or not shared.may_repeat(line.plain):
            continue
        template = templatize(line.plain)
        if "{" in template:
            groups.add(template.lower(), template, occurrence_at(documents, d, n))
    return {t: found for t, found in groups.candidates.items() if len({o.text for o in found}) > 1}


def _shared(documents: Sequence[DocumentLines], end: str) -> Candidates:
    """Lines that share their first or last words, as few as reveal the kind."""
    groups: Candidates = defaultdict(list)
    for d, n, line in iter_lines(documents):
        words = line.plain.split(" ")
        outer = words[:MAX_SHARED_WORDS] if end == BEGIN else words[-MAX_SHARED_WORDS:]
        if guess_kind(" ".join(outer)) is None:
            continue
        for size in range(2, min(MAX_SHARED_WORDS, len(words) - 1) + 1):
            shared = " ".join(words[:size] if end == BEGIN else words[-size:]).lower()
            if guess_kind(shared) is not None:
                template = f"{escape(shared)} *" if end == BEGIN else f"* {escape(shared)}"
                groups[template].append(occurrence_at(documents, d, n))
    return groups


def _around(documents: Sequence[DocumentLines]) -> Candidates:
    """Lines that consist of boilerplate sentences, around one sentence that they share."""
    groups: Candidates = defaultdict(list)
    for d, n, line in iter_lines(documents):
        if _is_all_boilerplate(line.plain):
            for sentence in SENTENCE_BREAK.split(line.plain):
                if len(sentence) >= 20:
                    groups[f"*{escape(sentence)}*"].append(occurrence_at(documents, d, n))
    return groups


def _parts(
    documents: Sequence[DocumentLines], taken: set[tuple[int, int]], shared: SharedWords
) -> Candidates:
    """Sentences and bracketed labels inside longer lines."""
    groups = _Groups()
    for d, n, line in iter_lines(documents):
        if (d, n) in taken:
            continue
        for match in BRACKETED.finditer(line.plain):
            if guess_kind(match["label"]) is not None and len(match[0]) < len(line.plain):
                template = f"{match[0][0]}{escape(match['label'])} *{match[0][-1]}"
                groups.add(template.lower(), template, occurrence_at(documents, d, n, match[0]))
        sentences = SENTENCE_BREAK.split(line.plain)
        for number, sentence in enumerate(sentences if len(sentences) > 1 else ()):
            if sentence.endswith((":", "：")) and number + 1 < len(sentences):
                continue  # without its label, the headline that follows would look like text
            fits = MIN_PART_CHARS <= len(sentence) <= MAX_PART_CHARS
            if fits and shared.may_repeat(sentence):
                template = templatize(sentence)
                groups.add(template.lower(), template, occurrence_at(documents, d, n, sentence))
    return groups.candidates


def _blocks(
    documents: Sequence[DocumentLines], removed: set[tuple[int, int]]
) -> Iterator[Suggestion]:
    """Runs of repeated lines at the beginning or end of documents: menus and footers, whose single
    lines do not reveal what they are."""
    shared: dict[str, set[int]] = defaultdict(set)
    for d, _, line in iter_lines(documents):
        shared[line.folded].add(d)
    for at in ("head", "tail"):
        runs: dict[tuple[str, str], list[Occurrence]] = defaultdict(list)
        length: dict[tuple[str, str], int] = defaultdict(int)
        for d, document in enumerate(documents):
            run = _run(document, shared, at)
            while run and (d, run[0]) in removed:
                run = run[1:]
            while run and (d, run[-1]) in removed:
                run = run[:-1]
            if len(run) >= MIN_DOCUMENTS:
                key = (document.lines[run[0]].plain, document.lines[run[-1]].plain)
                text = "\n".join(document.lines[n].plain for n in run)
                runs[key].append(occurrence_at(documents, d, run[0], text))
                length[key] = max(length[key], len(run))
        for (first, last), found in sorted(runs.items()):
            if count_documents(found) >= MIN_DOCUMENTS:
                kind = guess_kind(first) or guess_kind(last) or "navigation"
                suggestion = Suggestion("from", escape(first), kind, found, len(documents), at=at)
                suggestion.to, suggestion.lines = escape(last), length[first, last]
                yield suggestion


def _run(document: DocumentLines, shared: dict[str, set[int]], at: str) -> list[int]:
    """The shared lines at one end of a document, up to its prose."""
    order = list(range(len(document.lines)))
    run: list[int] = []
    for n in order if at == "head" else reversed(order):
        if len(shared[document.lines[n].folded]) < MIN_DOCUMENTS or document.prose[n]:
            break
        run.append(n)
    return run if at == "head" else run[::-1]


def _glued(documents: Sequence[DocumentLines]) -> Iterator[Suggestion]:
    """Remains of a box of links in the middle of a line: a name, the same name run together with
    headlines, and a word in capitals at the end."""
    by_end: dict[str, list[Occurrence]] = defaultdict(list)
    for d, n, line in iter_lines(documents):
        for match in GLUED.finditer(line.plain):
            by_end[match["end"]].append(occurrence_at(documents, d, n, match[0]))
    end = max(by_end, key=lambda word: (len(by_end[word]), word), default=None)
    if end is not None and count_documents(by_end[end]) >= MIN_DOCUMENTS:
        template = GLUED_TEMPLATE.replace("END", end)
        yield Suggestion("span", template, "related", by_end[end], len(documents), put="{same}")


def _accept(
    form: str,
    candidates: Candidates,
    documents: Sequence[DocumentLines],
    taken: set[tuple[int, int]],
    *,
    family: bool = False,
) -> Iterator[Suggestion]:
    """Suggest the candidates that enough documents share, and add their lines to `taken`.

    Families start with the shortest template, which covers the most lines; others with the longest,
    which is the most specific.
    """
    order = sorted(candidates, key=lambda t: (len(t) if family else -len(t), t))
    for template in order:
        free = [o for o in candidates[template] if (o.document, o.line) not in taken]
        found = [o for o in free if not (family and _covers_prose(template, o))]
        if not _enough(found, template) or (family and not _is_family(found, template)):
            continue
        try:
            parse(template, inline=form == "span")
        except TemplateError:
            continue
        taken.update((o.document, o.line) for o in found)
        yield _suggest(form, template, found, len(documents), tight=len(found) < len(free))


def _enough(found: Sequence[Occurrence], template: str = "") -> bool:
    """Whether enough documents match: two if the template reveals the kind, otherwise three."""
    documents = count_documents(found)
    return documents >= MIN_DOCUMENTS or (documents == 2 and guess_kind(template) is not None)


def _is_broad(template: str) -> bool:
    """Whether a template matches an ordinary sentence that a longer one might not match."""
    constant = fold(template.strip("*").replace("\\", ""))
    fits = str.startswith if template.endswith("*") else str.endswith
    return any(fits(row, constant) for row in tempting_lines().folded)


def _is_family(found: Sequence[Occurrence], template: str) -> bool:
    """Whether lines that share some words are variants of one line rather than sentences."""
    sentences = sum(o.prose for o in found)
    distinctive = guess_kind(template) in DISTINCTIVE_KINDS and count_words(template) > 3
    return len({o.text for o in found}) >= 2 and (distinctive or sentences <= len(found) * 0.2)


def _covers_prose(template: str, found: Occurrence) -> bool:
    """Whether the `*` at an end of a template matches a quotation, or a whole sentence that is not
    recognizably boilerplate. After a label or other first words, only running text counts, because
    a headline may be a sentence."""
    constant = len(template.strip("*").replace("\\", ""))
    text = found.text
    covered = text if template.startswith("*") else text[constant:]
    if QUOTE.match(text):
        return True
    pieces = SENTENCE_BREAK.split(covered) if found.prose or template.startswith("*") else []
    return any(is_sentence(piece) and guess_kind(piece) is None for piece in pieces)


def _is_all_boilerplate(line: str) -> bool:
    """Whether a line has several sentences, each recognizably boilerplate."""
    sentences = SENTENCE_BREAK.split(line)
    return len(sentences) > 1 and all(guess_kind(sentence) is not None for sentence in sentences)


def _suggest(
    form: str, template: str, found: list[Occurrence], of: int, *, tight: bool = False
) -> Suggestion:
    suggestion = Suggestion(form, template, guess_kind(template), found, of, tight=tight)
    kind = suggestion.kind
    min_words = MIN_PART_WORDS if form == "span" else MIN_SENTENCE_WORDS
    sentences = sum(
        is_sentence(o.text, min_words) and not _is_all_boilerplate(o.text) for o in found
    )
    family = template.endswith("*") or template.startswith("*")
    evidence = Evidence(
        share=suggestion.documents / of,
        inside=sum(o.inside or (form == "span" and not o.tail) for o in found) / len(found),
        prose=sum(o.prose for o in found) / len(found),
        same="*" not in template,
        probability=sum(o.probability for o in found) / len(found),
    )
    suggestion.doubt = find_doubt(
        template if family else suggestion.variants[0],
        kind=kind if form == "line" or kind in INLINE_KINDS else None,
        evidence=evidence,
        sentence=sentences > len(found) * 0.2,
    )
    ends = {o.only for o in found}
    suggestion.at = ends.pop() if len(ends) == 1 else None
    if template.startswith("{") and template.endswith("}") and template.count("{") == 1:
        suggestion.at = "head"
    return suggestion
