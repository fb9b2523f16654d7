"""The path of a document: decode, select site files, extract, normalize, apply rules, metadata."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING

from cleaner.classify.line_classifier import THRESHOLD, LineClassifier, load_classifier
from cleaner.clock import Clock, Stage, no_clock
from cleaner.document import CleanDocument, Document, Format, Removal, Status
from cleaner.extract.article import ArticleLine, insertions, removal_edits
from cleaner.extract.extractors import parse_page
from cleaner.messages import plural
from cleaner.metadata.headlines import begins_with, insert_title, repeated_headline
from cleaner.metadata.merging import captures_of, merge_metadata
from cleaner.metadata.page_data import Candidate, SafeReader
from cleaner.page import ExtractedPage, Extractor, declared_hosts, extract_page
from cleaner.rights.notices import notices_in_matches
from cleaner.rules.annotate import Annotation
from cleaner.rules.compiled import CompiledFile
from cleaner.rules.fixpoint import fixpoint_with_selection
from cleaner.rules.html_rules import SiteHtml
from cleaner.rules.match import find, near_misses
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

MAX_REJECT_WORDS = 150  # a longer text is not rejected because of one line


@dataclass(frozen=True, repr=False)
class Cleaner:
    """Cleans documents with a set of rules. The result depends on the document and the rules only.

    >>> cleaner = Cleaner.load(packs_only=True)
    >>> cleaner.clean("A text.\\n\\nShare on Facebook").text
    'A text.'
    """

    rules: RuleSet
    normalize: Normalizer = field(default_factory=Normalizer)
    extractor: Extractor | str = Extractor.PAGE
    with_title: bool = False
    classifier: LineClassifier | None = None
    markdown: bool = False
    clock: Clock = field(default=no_clock, repr=False, compare=False)

    @classmethod
    def load(
        cls,
        rules: Path | str | Iterable[Path | str] = (),
        *,
        bundled: bool = True,
        packs_only: bool = False,
        lossy: Lossy | str | Iterable[Lossy | str] = (),
        extractor: Extractor | str = Extractor.PAGE,
        with_title: bool = False,
        classifier: bool = True,
        classifier_threshold: float = THRESHOLD,
        classifier_weights: Path | str | None = None,
        markdown: bool = False,
    ) -> Cleaner:
        """Load a cleaner with `rules` (one or more folders, files, installed packages or pinned
        URLs: see `load_rules`) and, if `bundled`, those that come with cleaner. The options have
        the names of those of the command.

        With `packs_only`, no site files are used. `lossy` turns on one or more normalization steps
        that lose information. `extractor` extracts the text of pages. `with_title` puts the title
        first in each text. `classifier` removes lines that no rule describes and whose probability
        of being boilerplate is at least `classifier_threshold`, a number from 0.3 to 1;
        `classifier_weights` is the folder of one that you have trained. `markdown` makes CommonMark
        of pages.

        Raises OSError if rules are not available, ClassifierError if there are no weights, and
        OptionError for an unknown step or extractor or an impossible threshold.
        A rule file with a mistake is skipped, with a warning that gives the position;
        `rules.problems` lists all mistakes.

        >>> Cleaner.load(packs_only=True, lossy=["ellipsis"]).clean("And then…").text
        'And then...'
        """
        loaded = load_rules(rules, bundled=bundled, packs_only=packs_only)
        for problem in loaded.problems:
            warnings.warn(f"rule file skipped: {problem}", stacklevel=2)
        steps = [lossy] if isinstance(lossy, str) else lossy
        normalize = Normalizer(frozenset(map(Lossy, steps)))
        found = load_classifier(classifier_threshold, classifier_weights) if classifier else None
        return cls(loaded, normalize, Extractor(extractor), with_title, found, markdown)

    def __repr__(self) -> str:
        files = plural(len(self.rules.headings), "rule file")
        return f"<Cleaner: {files}, version {self.rules.version}>"

    def clean(self, document: Document | str) -> CleanDocument:
        """Clean one document. A string is treated as plain text.

        Does not raise because of a document's content: the status describes the problem. Raises
        TypeError if the argument is neither a Document nor a string.

        >>> page = Document("1", "<h1>Piers</h1>", Format.HTML, url="https://example.org/piers")
        >>> Cleaner.load(packs_only=True).clean(page)
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
        """Clean documents in order, with one result each. Every engine calls this method."""
        return [self.clean(document) for document in documents]

    def clean_many(
        self,
        documents: Iterable[Document | str],
        *,
        workers: int | None = None,
        limits: Limits | None = None,
    ) -> Iterator[CleanDocument]:
        """Clean documents in worker processes, and yield one result for each, in order.

        `workers` is the number of processes, by default one per core. With 0 there are none, and
        nothing stops a document that hangs. A document that exceeds `limits` gets the status for
        it. The ids of strings are their positions. Documents and results are streamed. Raises
        TypeError for an item that is neither a Document nor a string, and PoolError if no worker
        starts.

        >>> texts = ("One.\\n\\nShare on Facebook", "Two.")
        >>> results = Cleaner.load(packs_only=True).clean_many(texts, workers=1)
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
        """Clean one document and explain what was removed and why.

        >>> explained = Cleaner.load(packs_only=True).explain("One.\\n\\nShare on Facebook")
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
            self._page_edits(text, page), self.classifier, self.clock,
        )  # fmt: skip
        clean = apply(text, marked.edits)
        with self.clock(Stage.METADATA):
            reader = SafeReader()
            notices = (
                *reader.read("notices", notices_in_matches, text, marked.matches),
                *page.rights,
            )
            below = reader.read("lines below the headline", self._below_headline, page, sites)
            stated = (*page.candidates, *below)
            metadata = merge_metadata(
                document, text, clean, stated, marked.matches, sites, notices, reader
            )
        status, message = _verdict(document, page, text, clean, marked)
        edits = marked.edits
        title = metadata.title if self.with_title and clean else None
        if title and not begins_with(clean, title):
            edits = insert_title(edits, title)
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
            extractor_why=page.why,
            notes=tuple(note for note in (decoded.note, *page.notes, *reader.notes) if note),
            suspects=marked.suspects if status is Status.OK else (),
            message=message,
            insertions=insertions(text, page.lines, self.normalize),
        )

    def _extract(
        self, document: Document, text: str
    ) -> tuple[ExtractedPage, list[str], list[CompiledFile]]:
        """The article's text, the document's hosts, and the site files that these or the record
        select."""
        named = self.rules.named(document.sites)
        hosts = [h for h in (host_of(document.url), host_of(document.source)) if h]
        if document.format is not Format.HTML:
            return (
                ExtractedPage((ArticleLine(text),)),
                hosts,
                [*named, *self.rules.for_hosts(hosts)],
            )
        with self.clock(Stage.TREE):
            tree = parse_page(text)
        if tree is None:
            return ExtractedPage(notes=("the page has no HTML tree",)), hosts, named
        hosts = [*hosts, *declared_hosts(tree)]
        sites = [*named, *self.rules.for_hosts(hosts)]
        html = [SiteHtml(f.key, f.html) for f in sites]
        page = extract_page(
            tree,
            text,
            document.url,
            html,
            extractor=self.extractor,
            markdown=self.markdown,
            clock=self.clock,
        )
        return page, hosts, sites

    def _below_headline(
        self, page: ExtractedPage, sites: Sequence[CompiledFile]
    ) -> Iterator[Candidate]:
        """The metadata that rules of site files find in the lines below the headline of a page."""
        files = [file for file in sites if not file.is_pack]
        if page.head and files:
            found = captures_of(find(Lines(self.normalize("\n".join(page.head))), files))
            yield from (candidate for candidate in found if candidate.field != "title")

    def _page_edits(self, text: str, page: ExtractedPage) -> tuple[Edit, ...]:
        """The edits before any rule: lines that the block classifier drops, and a repeated
        headline."""
        dropped = removal_edits(text, page.lines, self.normalize)
        repeated = repeated_headline(text, page.headlines, dropped)
        return tuple(sorted((*dropped, *repeated), key=_start))


def _document(given: Document | str, id: str, index: int = 0) -> Document:
    """The argument as a Document; a string gets this id and index."""
    if isinstance(given, Document):
        return given
    if isinstance(given, str):
        return Document(id, given, index=index)
    raise TypeError(
        f"expected a Document or a str of plain text, not {_type_of(given)}; for bytes and pages, "
        "pass Document(id, body, format)"
    )


def _check(document: Document) -> None:
    """Raise for values of the wrong type, such as the NaN that tables use for missing values."""
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
        yield Removal(e.rule, e.kind, e.start, e.end, text[e.start : e.end], e.put, e.score)


def _verdict(
    document: Document, page: ExtractedPage, text: str, clean: str, marked: Annotation
) -> tuple[Status, str | None]:
    """The status of a document, and a message if it is not OK."""
    reasons = [match.rule for match in marked.matches if match.rule.reject]
    if reasons and count_words(text) <= MAX_REJECT_WORDS:
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
