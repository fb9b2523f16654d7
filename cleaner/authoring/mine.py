"""Find what repeats over the documents of one site, as templates with the evidence for each.

A line is counted once per document: as it stands, with its variable parts masked, by how it
begins or ends, and by its sentences where it has several. What one template explains is not
counted again for a looser one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from cleaner.authoring.confidence import (
    QUOTE,
    SENTENCE_WORDS,
    SHORT,
    Evidence,
    is_sentence,
    risk_of,
)
from cleaner.authoring.header_templates import head_suggestions
from cleaner.authoring.kinds import guess
from cleaner.authoring.lint_overbroad import tempting_lines
from cleaner.authoring.occurrences import (
    LEAST,
    SENTENCE,
    Candidates,
    Place,
    Suggestion,
    Text,
    cut,
    lines_of,
    place,
)
from cleaner.authoring.templatize import escape, mask
from cleaner.rules.template import TemplateError, parse
from cleaner.text.folding import fold
from cleaner.text.lines import Lines
from cleaner.text.words import count_words

BRACKETED = re.compile(r"[(\[](?P<label>[A-Za-z][A-Za-z ]{2,24}:)\s[^()\[\]]{4,300}[)\]]")
LABEL = re.compile(
    r"^(?P<label>\W{0,3}[A-Za-z][^\W\d]?[^\W\d]?[^\d:\n.!?]{0,40}(?::|\.\.\.|…|\s[|»>]))\s?[^\s/]"
)
GLUED = re.compile(
    r"\b(?P<name>[A-Z][\w’'-]{2,}) (?:[A-Z(][\w.)’'\"-]* ){0,5}(?P=name)[A-Z‘“\"'(][\w’'-]*"
    r"[^\n]{20,900}? ?(?P<end>[A-Z]{4,})\b"
)
GLUED_TEMPLATE = (
    r"/(?P<same>[A-Z][\w’'-]+) (?:[A-Z(][\w.)’'\"-]* ){0,5}"
    r"(?P<same__2>[A-Z][\w’'-]+[A-Z‘“\"'(][\w’'-]*).*? ?END\b/c"
)
# Kinds whose words hardly begin or end a sentence of an article.
TELLING = ("social", "newsletter", "app", "media", "copyright", "republish-terms", "caption")
# Kinds that stand inside a line, grown together with the article.
INLINE = (*TELLING, "related", "contact", "membership", "donation", "comments", "ad", "agency")
WORDS = 9  # of a line, tried for what such lines have in common
BEGIN, END = "begin", "end"


def distinct(texts: Iterable[str]) -> list[str]:
    """`texts` without copies: of two that share most of their prose, the first."""
    seen: set[str] = set()
    kept = []
    for text in texts:
        rows = {line.folded for line in Lines(text) if len(line.plain) >= 80}
        rows = rows or {fold(text[:2000].replace("\n", " "))}
        if len(rows & seen) <= len(rows) * 0.5:
            kept.append(text)
        seen |= rows
    return kept


def mine(texts: Sequence[str]) -> list[Suggestion]:
    """What repeats over `texts` (of one site, normalised, distinct), the most certain first."""
    documents = cut(texts)
    taken: set[tuple[int, int]] = set()
    found = head_suggestions(documents)
    taken.update((p.document, p.line) for s in found for p in s.places)
    masked = _masked(documents)
    told = {t: places for t, places in masked.items() if guess(t) and _enough(places, "")}
    found.extend(_accept("line", _labelled(documents), documents, taken, family=True))
    found.extend(_accept("line", told, documents, taken))
    families = _shared(documents, BEGIN), _shared(documents, END), _around(documents)
    for family in families:
        narrow = {t: places for t, places in family.items() if not _is_broad(t)}
        found.extend(_accept("line", narrow, documents, taken, family=True))
    for candidates in (masked, _whole(documents)):
        found.extend(_accept("line", candidates, documents, taken))
    for family in families:
        found.extend(_accept("line", family, documents, taken, family=True))
    found.extend(_blocks(documents, taken_by(found, documents)))
    found.extend(_glued(documents))
    found.extend(_accept("span", _parts(documents, taken), documents, set()))
    return sorted(found, key=lambda s: (s.risk is not None, -s.documents, s.template))


def _whole(documents: Sequence[Text]) -> Candidates:
    groups: Candidates = defaultdict(list)
    first: dict[str, str] = {}
    for d, n, line in lines_of(documents):
        template = first.setdefault(line.folded, escape(line.plain))
        groups[template].append(place(documents, d, n))
    return groups


def _masked(documents: Sequence[Text]) -> Candidates:
    groups: Candidates = defaultdict(list)
    first: dict[str, str] = {}
    for d, n, line in lines_of(documents):
        if len(line.plain) > 600:
            continue
        masked = mask(line.plain)
        if "{" in masked:
            groups[first.setdefault(masked.lower(), masked)].append(place(documents, d, n))
    return {t: places for t, places in groups.items() if len({p.text for p in places}) > 1}


def _labelled(documents: Sequence[Text]) -> Candidates:
    """`Related: *`: a label, then what varies."""
    groups: Candidates = defaultdict(list)
    first: dict[str, str] = {}
    for d, n, line in lines_of(documents):
        if (match := LABEL.match(line.plain)) and len(line.plain) <= 400:
            label = match["label"]
            if guess(label) is not None:
                template = first.setdefault(fold(label), f"{escape(label)}*")
                groups[template].append(place(documents, d, n))
    return groups


def _shared(documents: Sequence[Text], end: str) -> Candidates:
    """Lines that share their first or last words, as few as say what they are."""
    groups: Candidates = defaultdict(list)
    for d, n, line in lines_of(documents):
        words = line.plain.split(" ")
        if guess(" ".join(words[:WORDS] if end == BEGIN else words[-WORDS:])) is None:
            continue
        for size in range(2, min(WORDS, len(words) - 1) + 1):
            shared = " ".join(words[:size] if end == BEGIN else words[-size:]).lower()
            if guess(shared) is not None:
                template = f"{escape(shared)} *" if end == BEGIN else f"* {escape(shared)}"
                groups[template].append(place(documents, d, n))
    return groups


def _around(documents: Sequence[Text]) -> Candidates:
    """Lines in which every sentence says that it is cruft, around one that they share."""
    groups: Candidates = defaultdict(list)
    for d, n, line in lines_of(documents):
        if _tells_throughout(line.plain):
            for sentence in SENTENCE.split(line.plain):
                if len(sentence) >= 20:
                    groups[f"*{escape(sentence)}*"].append(place(documents, d, n))
    return groups


def _parts(documents: Sequence[Text], taken: set[tuple[int, int]]) -> Candidates:
    """Sentences and bracketed labels inside longer lines."""
    groups: Candidates = defaultdict(list)
    first: dict[str, str] = {}
    for d, n, line in lines_of(documents):
        if (d, n) in taken:
            continue
        for match in BRACKETED.finditer(line.plain):
            if guess(match["label"]) is not None and len(match[0]) < len(line.plain):
                open_, close = match[0][0], match[0][-1]
                template = f"{open_}{escape(match['label'])} *{close}"
                key = first.setdefault(template.lower(), template)
                groups[key].append(place(documents, d, n, match[0]))
        sentences = SENTENCE.split(line.plain)
        for number, sentence in enumerate(sentences if len(sentences) > 1 else ()):
            if sentence.endswith((":", "：")) and number + 1 < len(sentences):
                continue  # a label: without it, the headline behind it would look like text
            if 12 <= len(sentence) <= 300:
                template = mask(sentence)
                key = first.setdefault(template.lower(), template)
                groups[key].append(place(documents, d, n, sentence))
    return groups


def taken_by(found: Sequence[Suggestion], documents: Sequence[Text]) -> set[tuple[int, int]]:
    """The lines (document, line) that suggestions without a doubt take."""
    return {(p.document, p.line) for s in found if s.risk is None for p in s.places}


def _blocks(documents: Sequence[Text], sure: set[tuple[int, int]]) -> Iterator[Suggestion]:
    """Runs of repeated lines that begin the documents or end them: menus and footers, of which
    no single line says what it is."""
    shared: dict[str, set[int]] = defaultdict(set)
    for d, _, line in lines_of(documents):
        shared[line.folded].add(d)
    for at in ("head", "tail"):
        runs: dict[tuple[str, str], list[Place]] = defaultdict(list)
        length: dict[tuple[str, str], int] = defaultdict(int)
        for d, document in enumerate(documents):
            run = _run(document, shared, at)
            while run and (d, run[0]) in sure:
                run = run[1:]
            while run and (d, run[-1]) in sure:
                run = run[:-1]
            if len(run) >= LEAST:
                key = (document.lines[run[0]].plain, document.lines[run[-1]].plain)
                text = "\n".join(document.lines[n].plain for n in run)
                runs[key].append(place(documents, d, run[0], text))
                length[key] = max(length[key], len(run))
        for (first, last), places in sorted(runs.items()):
            if len({p.document for p in places}) >= LEAST:
                kind = guess(first) or guess(last) or "navigation"
                made = Suggestion("from", escape(first), kind, places, len(documents), at=at)
                made.to, made.lines = escape(last), length[first, last]
                yield made


def _run(document: Text, shared: dict[str, set[int]], at: str) -> list[int]:
    """The lines at one end of a document that other documents have too, short of prose."""
    order = list(range(len(document.lines)))
    run: list[int] = []
    for n in order if at == "head" else reversed(order):
        if len(shared[document.lines[n].folded]) < LEAST or document.prose[n]:
            break
        run.append(n)
    return run if at == "head" else run[::-1]


def _glued(documents: Sequence[Text]) -> Iterator[Suggestion]:
    """A name, the name again and headlines grown together with it, up to a word in capitals:
    what is left of a box of links in the middle of a line."""
    closers: dict[str, list[Place]] = defaultdict(list)
    for d, n, line in lines_of(documents):
        for match in GLUED.finditer(line.plain):
            closers[match["end"]].append(place(documents, d, n, match[0]))
    most = max(closers, key=lambda c: (len(closers[c]), c), default=None)
    if most is not None and len({p.document for p in closers[most]}) >= LEAST:
        places = closers[most]
        template = GLUED_TEMPLATE.replace("END", most)
        yield Suggestion("span", template, "related", places, len(documents), put="{same}")


def _accept(
    form: str,
    candidates: Candidates,
    documents: Sequence[Text],
    taken: set[tuple[int, int]],
    *,
    family: bool = False,
) -> Iterator[Suggestion]:
    """The candidates that enough documents share: of families the shortest template, which
    covers most; of the rest the longest, which says most."""
    order = sorted(candidates, key=lambda t: (len(t) if family else -len(t), t))
    for template in order:
        free = [p for p in candidates[template] if (p.document, p.line) not in taken]
        places = [p for p in free if not (family and _covers_prose(template, p))]
        if not _enough(places, template) or (family and not _is_family(places, template)):
            continue
        try:
            parse(template, inline=form == "span")
        except TemplateError:
            continue
        taken.update((p.document, p.line) for p in places)
        yield _suggest(form, template, places, len(documents), tight=len(places) < len(free))


def _enough(places: Sequence[Place], template: str) -> bool:
    """Whether enough documents have it: two where its words say what it is, else three."""
    documents = len({p.document for p in places})
    return documents >= LEAST or (documents == 2 and guess(template) is not None)


def _is_broad(template: str) -> bool:
    """Whether a template takes an ordinary sentence, where a longer one may not."""
    constant = fold(template.strip("*").replace("\\", ""))
    fits = str.startswith if template.endswith("*") else str.endswith
    return any(fits(row, constant) for row in tempting_lines().folded)


def _is_family(places: Sequence[Place], template: str) -> bool:
    """Whether lines that share some words are variants of one thing, and not sentences."""
    sentences = sum(p.prose for p in places)
    telling = guess(template) in TELLING and count_words(template) > 3
    return len({p.text for p in places}) >= 2 and (telling or sentences <= len(places) * 0.2)


def _covers_prose(template: str, found: Place) -> bool:
    """Whether the `*` at an end of a template stands for a quotation there, or for a whole
    sentence that does not say that it is cruft. Behind a label or other words that begin a line
    this is asked of running text alone: a headline may be a sentence."""
    constant = len(template.strip("*").replace("\\", ""))
    text = found.text
    begun = text if template.startswith("*") else text[constant:]
    if QUOTE.match(text):
        return True
    pieces = SENTENCE.split(begun) if found.prose or template.startswith("*") else []
    return any(is_sentence(piece) and guess(piece) is None for piece in pieces)


def _tells_throughout(line: str) -> bool:
    """Whether a line has several sentences, and every one says that it is cruft."""
    sentences = SENTENCE.split(line)
    return len(sentences) > 1 and all(guess(sentence) is not None for sentence in sentences)


def _suggest(
    form: str, template: str, places: list[Place], of: int, *, tight: bool = False
) -> Suggestion:
    made = Suggestion(form, template, guess(template), places, of, tight=tight)
    fewest = SHORT if form == "span" else SENTENCE_WORDS
    doubtful = [p for p in places if is_sentence(p.text, fewest) and not _tells_throughout(p.text)]
    family = template.endswith("*") or template.startswith("*")
    seen = Evidence(
        share=made.documents / of,
        inside=sum(p.inside or (form == "span" and not p.tail) for p in places) / len(places),
        prose=sum(p.prose for p in places) / len(places),
        same="*" not in template,
    )
    made.risk = risk_of(
        template if family else made.variants[0],
        kind=made.kind if form == "line" or made.kind in INLINE else None,
        seen=seen,
        sentence=len(doubtful) > len(places) * 0.2,
    )
    only = {p.only for p in places}
    made.at = only.pop() if len(only) == 1 else None
    if template.startswith("{") and template.endswith("}") and template.count("{") == 1:
        made.at = "head"
    return made
