"""Draft rule files from documents: `rules suggest` for a corpus, `rules new` for one site."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml.html import HtmlElement

from cleaner.authoring.confidence import is_sentence
from cleaner.authoring.lint import is_hashed
from cleaner.authoring.lint_overbroad import tempting_lines
from cleaner.authoring.mine import distinct, mine
from cleaner.authoring.occurrences import (
    MIN_DOCUMENTS,
    SENTENCE_BREAK,
    DocumentLines,
    Suggestion,
    header_lines,
    header_suggestions,
    split_documents,
)
from cleaner.authoring.templatize import templatize
from cleaner.authoring.yaml_drafts import (
    BUNDLED_SCHEMA,
    MIN_SITE_DOCUMENTS,
    Draft,
    HtmlSuggestion,
    quoted,
    rule_rows,
    rule_with_evidence,
)
from cleaner.corpus.inputs import FILES
from cleaner.corpus.rows import Broken, Record
from cleaner.document import Document, Format, Status
from cleaner.extract.extractors import parse_page
from cleaner.page import declared_hosts
from cleaner.pipeline import Cleaner
from cleaner.rules.compiled import CompiledFile
from cleaner.rules.compiler import compile_text
from cleaner.rules.fields import parse_title
from cleaner.rules.match import find
from cleaner.rules.problems import RuleFileError
from cleaner.rules.template import Template, parse
from cleaner.text.decoding import decode
from cleaner.text.folding import fold
from cleaner.text.hosts import host_of
from cleaner.text.lines import Lines
from cleaner.text.words import count_words

MIN_MARK_SHARE = 0.125  # minimum share of documents with a line that becomes a mark
MAX_MARKS = 5
MAX_NODE_CHARS = 600  # a longer node contains more than a notice
MAX_LINES_BELOW_TITLE = 3  # the first byline, date or label must follow this soon
NAME = re.compile(r"^[A-Za-z][A-Za-z_-]{2,40}$")
PERSON = re.compile(r"\{(?:author|email|handle)\}")
PAGE_NODES = ("div", "section", "aside", "p", "ul", "form", "span", "figure", "footer")
WORD = re.compile(r"[^\W\d_]{4,}")
MAX_MISS_CHARS = 200
Sentences = Sequence[tuple[frozenset[str], str]]  # with the words of each


@dataclass
class Site:
    """The documents of one site: the texts after cleaning, and the parsed pages."""

    host: str
    texts: list[str] = field(default_factory=list)
    pages: list[Any] = field(default_factory=list)


@dataclass
class Gathered:
    """Documents by site, the number of those of sites not asked for and of those whose site is
    unknown, and errors while reading."""

    sites: dict[str, Site] = field(default_factory=dict)
    other_sites: Counter[str] = field(default_factory=Counter)
    homeless: int = 0
    broken: list[str] = field(default_factory=list)


def gather(records: Iterable[Record], cleaner: Cleaner, site: str | None = None) -> Gathered:
    """Clean documents and group them by site.

    With `site`, use only its documents and those without a URL that do not name a site.
    """
    gathered = Gathered()
    for record in records:
        if isinstance(record, Broken):
            gathered.broken.append(record.message)
            continue
        done = cleaner.clean(record)
        if done.status is not Status.OK or done.text is None:
            continue
        host = site_host(record, done.metadata.hostname) or (None if record.url else site)
        if host is None:
            gathered.homeless += 1
            continue
        if site and host != site and not host.endswith(f".{site}"):
            gathered.other_sites[host] += 1
            continue
        found = gathered.sites.setdefault(site or host, Site(site or host))
        found.texts.append(done.text)
        if record.format is Format.HTML:
            found.pages.append(parse_page(decode(record.body, html=True).text))
    return gathered


def site_host(document: Document, hostname: str | None = None) -> str | None:
    """The host of the site that a document names, without "www."; `hostname` is the one in its
    metadata."""
    source = document.source if "/" not in document.source or "//" in document.source else ""
    named = source if not source.lower().endswith(FILES) else ""
    host = host_of(document.url) or hostname or host_of(named)
    if host is None and document.format is Format.HTML:
        tree = parse_page(decode(document.body, html=True).text)
        host = next(iter(declared_hosts(tree)), None) if tree is not None else None
    return host.removeprefix("www.") if host else None


def draft_site(site: Site) -> Draft:
    """Suggest rules for one site."""
    texts = distinct(site.texts)
    if len(texts) < MIN_SITE_DOCUMENTS:
        return Draft(site.host, len(site.texts), len(texts))
    documents = split_documents(texts)
    suggestions = verify(mine(documents), documents)
    sure = [s for s in suggestions if s.doubt is None]
    pages = [page for page in site.pages if page is not None]
    return Draft(
        host=site.host,
        read=len(site.texts),
        documents=len(texts),
        suggestions=suggestions,
        html=_repeating_nodes(pages, sure),
        marks=_marks(site.host, sure),
    )


def _marks(host: str, suggestions: Sequence[Suggestion]) -> list[str]:
    """Literal lines that many documents contain and that name the site, but no author."""
    authors = _authors(suggestions)
    labels = [label for label in host.split(".")[:-1] if len(label) > 3] or [host]
    marks = []
    for s in suggestions:
        joined = s.template.lower().replace(" ", "")
        literal = s.form == "line" and not set("*{}") & set(s.template)
        own = count_words(s.template) >= 4 and any(label in joined for label in labels)
        personal = PERSON.search(templatize(s.template)) or any(a in s.template for a in authors)
        if literal and own and not personal and s.documents >= s.of * MIN_MARK_SHARE:
            marks.append(s.template)
    return marks[:MAX_MARKS]


def _authors(suggestions: Sequence[Suggestion]) -> set[str]:
    """The authors named in bylines."""
    names: set[str] = set()
    for s in suggestions:
        if s.kind == "byline" and s.form == "line":
            template = parse(s.template)
            for variant in s.variants:
                found = (template.match(Lines(variant)[0]) or {}).get("author")
                names.update(found if isinstance(found, tuple) else ())
    return names


def _repeating_nodes(
    pages: Sequence[HtmlElement], sure: Sequence[Suggestion]
) -> list[HtmlSuggestion]:
    """Selectors for nodes that repeat across pages and contain only lines suggested anyway; of
    selectors with the same text, the outermost."""
    templates = [parse(s.template) for s in sure if s.form == "line"]
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    rejected: set[str] = set()
    for number, page in enumerate(pages):
        for selector, node in _named_nodes(page):
            text = " ".join(str(node.text_content()).split())
            if not text:
                continue
            if len(text) > MAX_NODE_CHARS or not _is_boilerplate(node, templates):
                rejected.add(selector)
            else:
                found[selector].append((number, text))
    suggestions = []
    seen: set[str] = set()
    for selector, nodes in sorted(found.items(), key=lambda item: (-len(item[1]), item[0])):
        documents = len({number for number, _ in nodes})
        key, example = fold(nodes[0][1]), nodes[0][1][:100]
        if selector in rejected or documents < MIN_DOCUMENTS or key in seen:
            continue
        seen.add(key)
        suggestions.append(HtmlSuggestion(selector, documents, len(pages), example))
    return suggestions


def _named_nodes(page: HtmlElement) -> Iterator[tuple[str, HtmlElement]]:
    for node in page.iter(*PAGE_NODES):
        for name in str(node.get("class") or "").split():
            if NAME.match(name) and not is_hashed(name):
                yield f".{name}", node
        name = str(node.get("id") or "")
        if NAME.match(name) and not is_hashed(name):
            yield f"#{name}", node


def _is_boilerplate(node: HtmlElement, templates: Sequence[Template]) -> bool:
    """Whether a template matches each line of the node, or its text as one line."""
    rows = [" ".join(str(text).split()) for text in node.itertext()]
    whole = " ".join(" ".join(rows).split())

    def matches(row: str) -> bool:
        return any(template.match(Lines(row)[0]) is not None for template in templates)

    return all(matches(row) for row in rows if row) or matches(whole)


def scaffold(host: str, texts: Sequence[str] = (), schema: str = BUNDLED_SCHEMA) -> str:
    """Write a commented first rule file for a site, which begins with the line `schema`. Rules for
    title, author and date are drafted from the header lines of `texts`."""
    rows = [
        schema,
        f"site: {host}",
        "# name: The name of the site",
        "# marks: |            # lines that prove that a text comes from this site",
        "#   Become a Friend of Example News",
        "# html:",
        "#   content: [article .body]   # where the article is, if extraction gets it wrong",
        "#   prune: [.share-buttons]    # what to remove first",
    ]
    rules = list(_header_rules(texts))
    rows.append("rules:" if rules else "rules: []")
    rows += [f"  {row}" for row in rules]
    rows += [
        "# - kind: membership         # paste a whole line of boilerplate; * matches any words",
        "#   at: tail",
        "#   line: Become a Friend of Example News",
        "# examples:",
        "#   - text: |",
        "#       A small document as scraped.",
        "#     clean: The expected text.",
    ]
    return "\n".join(rows) + "\n"


def _header_rules(texts: Sequence[str]) -> Iterator[str]:
    """Rules for the title, bylines, dates and labels in the headers of texts."""
    documents = split_documents(texts)
    min_documents = 2 if len(documents) >= MIN_SITE_DOCUMENTS else 1
    found = verify(header_suggestions(documents, min_documents), documents)
    sure = [s for s in found if s.doubt is None]
    kinds: Counter[str | None] = Counter()
    yield from _title_rule(documents, [s.template for s in sure])
    for suggestion in sure:
        yield from rule_with_evidence(suggestion, kinds)


def _title_rule(documents: Sequence[DocumentLines], templates: Sequence[str]) -> Iterator[str]:
    """A rule for the title: the first line, if a line below it matches one of the templates."""
    followed: Counter[str] = Counter()
    hits: list[tuple[str, str]] = []
    for document in documents:
        if following := _after_title(document, templates):
            followed[following[0]] += 1
            hits.append((document.lines[0].plain, following[1]))
    ends = sorted(followed, key=lambda template: (-followed[template], template))
    rule = ["- kind: title", "  at: first", "  from: '{title}'", "  to:",
            *(f"    - {quoted(end)}" for end in ends),
            f"  lines: {MAX_LINES_BELOW_TITLE + 1}"]  # fmt: skip
    compiled = compile_rows(rule)
    shown = next((hit for hit in hits if find(Lines("\n".join(hit)), [compiled])), None)
    if shown is not None:
        yield f"# {len(hits)} of {len(documents)} documents"
        yield from (*rule, "  hit:", "    - |", *(f"      {row}" for row in shown))
        yield from ("  miss:", f"    - {quoted(shown[0])}")


def _after_title(document: DocumentLines, templates: Sequence[str]) -> tuple[str, str] | None:
    """(template, line) of the first byline, date or label of a header, if it follows a title."""
    for number, _, template in header_lines(document):
        known = next((t for t in templates if fold(t) == fold(template)), None)
        if known is not None:
            near = 0 < number <= MAX_LINES_BELOW_TITLE
            titled = near and parse_title(document.lines[0].plain)
            return (known, document.lines[number].plain) if titled else None
    return None


def verify(
    suggestions: Sequence[Suggestion], documents: Sequence[DocumentLines]
) -> list[Suggestion]:
    """Return the suggestions, doubtful ones last.

    Each loose suggestion gets a `miss` from `documents` if there is one. If it would remove an
    ordinary sentence, it spares lines that end with a full stop; if that does not help or its own
    lines end so, it becomes doubtful.
    """
    sure = [s for s in suggestions if s.doubt is None and s.loose]
    sentences = _sentences(documents) if sure else ()
    for suggestion in sure:
        try:
            _verify_loose(suggestion, sentences)
        except RuleFileError as error:
            suggestion.doubt = error.problems[0].message
    return sorted(suggestions, key=lambda s: s.doubt is not None)


def _verify_loose(suggestion: Suggestion, sentences: Sentences) -> None:
    rule = compile_rows(rule_rows(suggestion))
    removed = _removed_sentence(rule)
    stops = any(variant.endswith(".") for variant in suggestion.variants)
    if removed and suggestion.template.endswith("*") and not stops:
        suggestion.unless = f"{suggestion.template}."
        rule = compile_rows(rule_rows(suggestion))
        removed = _removed_sentence(rule)
    suggestion.hits = [v for v in suggestion.variants if find(Lines(v), [rule])][:2]
    if removed:
        suggestion.doubt = f"would remove {removed!r}"
    elif not suggestion.hits:
        suggestion.doubt = "its fields do not match the lines of the documents"
    else:
        suggestion.miss = _find_miss(suggestion.template, sentences, rule)


def _removed_sentence(rule: CompiledFile) -> str | None:
    """The first tempting sentence that a rule would remove."""
    lines = tempting_lines()
    match = next(iter(find(lines, [rule])), None)
    return lines[match.first].plain if match else None


def compile_rows(rows: Iterable[str]) -> CompiledFile:
    """Compile a rule in a file of its own. Raises RuleFileError if it is invalid."""
    rule = "\n".join(f"  {row}" for row in rows)
    return compile_text(f"site: draft.example\nrules:\n{rule}\n", "draft")


def _sentences(documents: Sequence[DocumentLines]) -> Sentences:
    """The sentences that occur only in these articles, the shortest first."""
    found = {
        sentence
        for document in documents
        for line, own in zip(document.lines, document.own, strict=True)
        for sentence in (SENTENCE_BREAK.split(line.plain) if own else ())
        if len(sentence) <= MAX_MISS_CHARS and is_sentence(sentence)
    }
    ordered = sorted(found, key=lambda s: (len(s), s))
    return [(frozenset(WORD.findall(s.lower())), s) for s in ordered]


def _find_miss(template: str, sentences: Sentences, rule: CompiledFile) -> str:
    """The sentence that shares most words with a template and is not removed, or an empty text."""
    words = frozenset(WORD.findall(re.sub(r"\{\w+\}", " ", template).lower()))
    shared = sorted(
        ((len(found & words), s) for found, s in sentences if found & words),
        key=lambda item: -item[0],
    )
    return next((s for _, s in shared[:20] if not find(Lines(s), [rule])), "")
