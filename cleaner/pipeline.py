"""The whole way of a document, from what was read to what is written."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING

from cleaner.clock import Clock, Stage, no_clock
from cleaner.document import CleanDocument, Document, Format, Removal, Status
from cleaner.extract.article import Line, drops
from cleaner.extract.extractors import parse_page
from cleaner.extract.repeated_title import put_back, repeated_title
from cleaner.metadata.merging import merge
from cleaner.metadata.page_facts import Attempts
from cleaner.page import Extracted, extract, hosts_in
from cleaner.rights.removed_notices import rights_notices
from cleaner.rules.annotate import Annotation
from cleaner.rules.compiled import CompiledFile
from cleaner.rules.fixpoint import fixpoint_with_selection
from cleaner.rules.html_rules import SiteHtml
from cleaner.rules.match import near_misses
from cleaner.rules.ruleset import RuleSet, load_rules
from cleaner.text.decoding import DecodeError, decode
from cleaner.text.edits import Edit, apply
from cleaner.text.hosts import host_of
from cleaner.text.lines import Lines
from cleaner.text.normalization import Lossy, Normalizer
from cleaner.text.words import count_words

if TYPE_CHECKING:
    from cleaner.document import Explanation
    from cleaner.workers.limits import Limits

SHORT = 150  # words; a longer text is not rejected for one of its lines


@dataclass(frozen=True, repr=False)
class Cleaner:
    """Cleans documents with a set of rules. Its `clean` is a pure function of the document.

    >>> cleaner = Cleaner.load(sites=False)
    >>> cleaner.clean("A text.\\n\\nShare on Facebook").text
    'A text.'
    """

    rules: RuleSet
    normalize: Normalizer = field(default_factory=Normalizer)
    second_opinion: bool = True
    with_title: bool = False
    clock: Clock = field(default=no_clock, repr=False, compare=False)

    @classmethod
    def load(
        cls,
        folders: Path | str | Iterable[Path | str] = (),
        *,
        bundled: bool = True,
        sites: bool = True,
        lossy: Lossy | str | Iterable[Lossy | str] = (),
        second_opinion: bool = True,
        with_title: bool = False,
    ) -> Cleaner:
        """A cleaner with the rules of `folders` (or files; one or several) and, with `bundled`, of
        the package.

        Without `sites` only the packs are used; `lossy` names steps that lose something (one or
        several), which are off else; without `second_opinion` the text of a page is always
        trafilatura's; `with_title` puts the title at the head of each text. Raises OSError for a
        folder that is not there, ValueError for an unknown step. A rule file with a mistake is left
        out with a warning that says where; `rules.problems` has them all.

        >>> Cleaner.load(sites=False, lossy=["ellipsis"]).clean("And then…").text
        'And then...'
        """
        rules = load_rules(folders, bundled=bundled, sites=sites)
        for problem in rules.problems:
            warnings.warn(f"rule file left out: {problem}", stacklevel=2)
        steps = [lossy] if isinstance(lossy, str) else lossy
        return cls(rules, Normalizer(frozenset(map(Lossy, steps))), second_opinion, with_title)

    def __repr__(self) -> str:
        return f"<Cleaner: {len(self.rules.headings)} rule files, version {self.rules.version}>"

    def clean(self, document: Document | str) -> CleanDocument:
        """Clean one document; a string is one of plain text.

        Never raises for what a document holds: that is in the status. Raises TypeError for what is
        neither a Document nor a string.

        >>> page = Document("1", "<h1>Piers</h1>", Format.HTML, url="https://example.org/piers")
        >>> Cleaner.load(sites=False).clean(page)
        <CleanDocument '1' empty: no text, 0 removals>
        """
        document = _document(document, "")
        try:
            return self._clean(document)
        except DecodeError as error:
            return CleanDocument(document, Status.DECODE, message=str(error))
        except Exception as error:
            return CleanDocument(document, Status.ERROR, message=f"{type(error).__name__}: {error}")

    def clean_batch(self, documents: Iterable[Document]) -> list[CleanDocument]:
        """Clean documents, one result each, in order: the seam that every engine calls."""
        return [self.clean(document) for document in documents]

    def clean_many(
        self,
        documents: Iterable[Document | str],
        *,
        workers: int | None = None,
        limits: Limits | None = None,
    ) -> Iterator[CleanDocument]:
        """Clean documents in processes; one result each, in order, as they get ready.

        `workers` is their number: all cores if left out; with 0 there is none, and nothing stops a
        document that hangs. What exceeds `limits` has the status of that. Strings are named by
        their place. Neither the documents nor the results are all in memory at once. Raises
        TypeError where one is neither a Document nor a string, PoolError where no worker starts.

        >>> texts = ("One.\\n\\nShare on Facebook", "Two.")
        >>> results = Cleaner.load(sites=False).clean_many(texts, workers=1)
        >>> [(done.document.id, done.text) for done in results]
        [('0', 'One.'), ('1', 'Two.')]
        """
        if isinstance(documents, (str, bytes, Document)):
            raise TypeError("clean_many takes several documents; clean takes one")
        named = (_document(given, str(place), place) for place, given in enumerate(documents))
        return map(self.clean, named) if workers == 0 else self._in_workers(named, workers, limits)

    def _in_workers(
        self, documents: Iterable[Document], workers: int | None, limits: Limits | None
    ) -> Iterator[CleanDocument]:
        from cleaner.workers.pool import Pool

        with Pool(self, workers or os.cpu_count() or 1, limits) as pool:
            yield from pool.map(documents)

    def explain(self, document: Document | str) -> Explanation:
        """Clean one document, and say what became of each piece of it and why.

        >>> explained = Cleaner.load(sites=False).explain("One.\\n\\nShare on Facebook")
        >>> [(piece.text, piece.rule) for piece in explained.pieces]
        [('One.', None), ('\\n\\nShare on Facebook', 'en/share')]
        """
        from cleaner.document import explain

        done = self.clean(document)
        near = near_misses(done.text or "", self.rules, done.sites, done.document.format)
        return explain(done, near)

    def _clean(self, document: Document) -> CleanDocument:
        _check(document)
        is_html = document.format is Format.HTML
        with self.clock(Stage.DECODE):
            decoded = decode(document.body, html=is_html, declared=document.encoding)
        page, hosts, sites = self._extract(document, decoded.text)
        with self.clock(Stage.NORMALIZE):
            text = self.normalize(page.text)
        with self.clock(Stage.SITES):
            lines = Lines(text)
        marked, sites = fixpoint_with_selection(
            lines, self.rules, sites, document.format, self.normalize,
            self._of_page(text, page), self.clock,
        )  # fmt: skip
        clean = apply(text, marked.edits)
        with self.clock(Stage.METADATA):
            attempt = Attempts()
            notices = (*attempt("notices", rights_notices, text, marked.matches), *page.rights)
            metadata = merge(document, text, page.stated, marked.matches, sites, notices, attempt)
        status, message = _verdict(document, page, text, clean, marked)
        edits = marked.edits
        if self.with_title and clean and metadata.title:
            edits = put_back(edits, metadata.title)
        return CleanDocument(
            document=document,
            status=status,
            text=apply(text, edits) if status is Status.OK else None,
            normalized=text,
            removals=tuple(_removals(text, edits)),
            pruned=page.pruned,
            metadata=metadata,
            hosts=tuple(hosts),
            sites=tuple(file.key for file in sites),
            extractor=page.extractor,
            why=page.why,
            notes=tuple(note for note in (decoded.note, *page.notes, *attempt.notes) if note),
            message=message,
        )

    def _extract(
        self, document: Document, text: str
    ) -> tuple[Extracted, list[str], list[CompiledFile]]:
        """The text of the article, the hosts of the document, and the site files that these and
        the record itself name."""
        named = self.rules.named(document.sites)
        hosts = [h for h in (host_of(document.url), host_of(document.source)) if h]
        if document.format is not Format.HTML:
            return Extracted((Line(text),)), hosts, [*named, *self.rules.for_hosts(hosts)]
        with self.clock(Stage.TREE):
            tree = parse_page(text)
        if tree is None:
            return Extracted(notes=("the page has no HTML tree",)), hosts, named
        hosts = [*hosts, *hosts_in(tree)]
        sites = [*named, *self.rules.for_hosts(hosts)]
        html = [SiteHtml(f.key, f.html) for f in sites]
        page = extract(tree, text, document.url, html, second=self.second_opinion, clock=self.clock)
        return page, hosts, sites

    def _of_page(self, text: str, page: Extracted) -> tuple[Edit, ...]:
        """What goes by the page itself, before any rule: lines that are hardly article, and a
        headline that is repeated."""
        gone = drops(text, page.lines, self.normalize)
        return tuple(sorted((*gone, *repeated_title(text, page.headings, gone)), key=_start))


def _document(given: Document | str, id: str, index: int = 0) -> Document:
    """What was given to be cleaned, as a document; a string gets this id and index."""
    if isinstance(given, Document):
        return given
    if isinstance(given, str):
        return Document(id, given, index=index)
    raise TypeError(
        f"a Document or a str (of plain text) is wanted, not {_type_of(given)}: for bytes and "
        "pages, Document(id, body, format)"
    )


def _check(document: Document) -> None:
    """Raise for what a table with holes may have given a document in place of its values."""
    if not isinstance(document.body, (str, bytes, bytearray)):
        raise DecodeError(f"the body is of type {_type_of(document.body)}, not str or bytes")
    if not isinstance(document.url, (str, NoneType)):
        raise TypeError(f"the url is of type {_type_of(document.url)}, not str or None")
    if not isinstance(document.metadata, Mapping):
        raise TypeError(f"the metadata is of type {_type_of(document.metadata)}, not a mapping")


def _type_of(value: object) -> str:
    return type(value).__name__


def _start(edit: Edit) -> int:
    return edit.start


def _removals(text: str, edits: Sequence[Edit]) -> Iterator[Removal]:
    for e in edits:
        yield Removal(e.rule, e.kind, e.start, e.end, text[e.start : e.end], e.put)


def _verdict(
    document: Document, page: Extracted, text: str, clean: str, marked: Annotation
) -> tuple[Status, str | None]:
    """The status of a document, and why it is not OK."""
    reasons = [match.rule for match in marked.matches if match.rule.reject]
    if reasons and count_words(text) <= SHORT:
        rule = min(reasons, key=lambda rule: rule.rank)
        return Status.REJECT, f"{rule.reject} ({rule.id})"
    if page.no_article:
        return Status.REJECT, f"{page.no_article} (by its structure)"
    if clean:
        return Status.OK, None
    return Status.EMPTY, _why_empty(document, text)


def _why_empty(document: Document, text: str) -> str:
    if text:
        return "the rules left nothing of the text"
    if document.format is Format.HTML and document.body.strip():
        return "no article found in the page"
    return "the document has no text"
