"""Where lines occur in the documents of a site, and what their headers share.

`split_documents` cuts texts into lines. `header_suggestions` turns the lines above the first prose
that name the author, the date or the topic into templates with fields.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cleaner.authoring.confidence import COMMON_SHARE, VERY_SURE, guess_kind
from cleaner.authoring.templatize import escape
from cleaner.classify.line_classifier import LineClassifier
from cleaner.metadata.bylines import read_byline
from cleaner.rules.fields import DATE, parse_date
from cleaner.rules.template import TemplateError, parse
from cleaner.text.folding import fold
from cleaner.text.lines import Line, Lines
from cleaner.text.words import count_words, is_prose

MIN_DOCUMENTS = 3  # that must share a line
SENTENCE_BREAK = re.compile(r"(?<=[.!?…:»”\"'])\s+(?=[A-Z\"'“‘(\[ÀÁÉÍÓÚÄÖÜ@])")
MAX_HEADER_LINES = 12
MAX_WORDS_BESIDE_DATE = 8
LABELS = {
    "regions": "region regions région región região regione регион регионы المنطقة",
    "themes": (
        "theme themes topic topics thema themen thème thèmes tema temas argomento тема темы konu"
    ),
    "series": "series serie série серия 系列",
    "categories": (
        "category categories section posted%in rubrik ressort rubrique catégorie "
        "catégories categoría categorías categoria categorias kategorie kategoria "
        "kategori rubriek рубрика раздел категория категории 分类 分類 栏目 欄目 カテゴリ "
        "カテゴリー التصنيف القسم"
    ),
    "tags": (
        "tags tag filed%under keywords schlagworte schlagwörter étiquettes mots-clés "
        "etiquetas palavras-chave etichette štítky etiketler tagi теги метки "
        "ключевые%слова ετικέτες 标签 標籤 关键词 關鍵字 タグ キーワード الوسوم وسوم "
        "الكلمات%الدلالية"
    ),
    "source": (
        "source quelle fuente fonte bron źródło zdroj izvor kaynak sumber nguồn источник "
        "источники джерело πηγή 来源 來源 稿源 出典 ソース المصدر مصدر منبع"
    ),
    "author": "author authors autor",
    "date": (
        "published date datum posted fecha data datë tarih tanggal дата дата%публикации "
        "опубликовано 发布时间 發布時間 时间 時間 日期 公開日 掲載日 التاريخ تاريخ%النشر"
    ),
    "updated": (
        "updated last%updated aktualisiert actualizado atualizado aggiornato обновлено "
        "更新时间 更新日"
    ),
}
FIELD_OF = {
    name.replace("%", " "): field for field, names in LABELS.items() for name in names.split()
}
FIELD_KINDS = {"author": "byline", "date": "dateline", "updated": "dateline", "source": "source"}
LABEL = re.compile(
    rf"(?<!\S)(?P<label>{'|'.join(sorted(FIELD_OF, key=len, reverse=True))})\s?[:：]\s*", re.I
)
DATE_TEXT = re.compile(DATE, re.IGNORECASE)
UPDATED = re.compile(r"(?i)updat|modifi|revis|aktualis|atualiz|mis à jour")
SENTENCE_END = re.compile(r"[.!?…]['\"’”»)]*(?:\s|$)")


@dataclass(frozen=True)
class Occurrence:
    """One occurrence of a template: the document, its line, and the text found there.

    `head` and `tail` say that the document has no prose of its own above or below the line. `only`
    is `head` or `tail` if there is no prose at all on that side, as rules count prose.
    `probability` is what the line classifier says of the line, 0 if it does not suspect it.
    """

    document: int
    line: int
    text: str
    head: bool
    tail: bool
    prose: bool
    only: str | None = None
    probability: float = 0.0

    @property
    def inside(self) -> bool:
        return not self.head and not self.tail


Candidates = dict[str, list[Occurrence]]  # by template


@dataclass
class Suggestion:
    """A template, its occurrences, and the reason to doubt it, if any.

    A `tight` suggestion must not match lines longer than those seen, because longer lines that it
    would match contain prose of the article.
    """

    form: str  # line | span | from
    template: str
    kind: str | None
    occurrences: list[Occurrence]
    of: int  # documents
    doubt: str | None = None
    at: str | None = None
    tight: bool = False
    put: str = ""
    to: str = ""
    lines: int = 0
    unless: str = ""
    hits: Sequence[str] = ()
    miss: str = ""

    @cached_property
    def documents(self) -> int:
        return count_documents(self.occurrences)

    @property
    def level(self) -> str:
        """How well founded the rule is: certain, likely or doubtful. A certain one is in half of
        the documents, or the classifier is sure of its lines."""
        if self.doubt is not None:
            return "doubtful"
        sure = sum(o.probability for o in self.occurrences) >= VERY_SURE * len(self.occurrences)
        common = self.documents >= COMMON_SHARE * self.of
        return "certain" if sure or common else "likely"

    @cached_property
    def variants(self) -> list[str]:
        """The texts that the template matched, most frequent first."""
        counts = Counter(o.text for o in self.occurrences)
        return sorted(counts, key=lambda text: (-counts[text], text))

    @property
    def loose(self) -> bool:
        """Whether the template matches several lines."""
        return bool(re.search(r"(?<!\\)[*{]", self.template)) or self.template.startswith("/")

    @property
    def lacks_miss(self) -> bool:
        """Whether `rules check` asks for a `miss` that the documents did not contain."""
        return self.loose and self.form != "from" and not self.miss

    @property
    def max_words(self) -> int:
        """The `words` limit: the longest line seen, and half as much again unless `tight`."""
        longest = max(map(count_words, self.variants))
        return longest if self.tight else max(12, longest + longest // 2)

    @property
    def where(self) -> str:
        """Describe the usual position in the documents."""
        total = len(self.occurrences)
        shares = {
            "head": sum(o.head for o in self.occurrences) / total,
            "tail": sum(o.tail for o in self.occurrences) / total,
        }
        best = max(shares, key=lambda k: shares[k])
        return f"{shares[best]:.0%} {best}" if shares[best] >= 0.5 else "in the body"


def count_documents(occurrences: Iterable[Occurrence]) -> int:
    return len({o.document for o in occurrences})


@dataclass(frozen=True)
class DocumentLines:
    """The lines of one document. `own` marks prose that few other documents contain, `suspects` are
    the probabilities of the lines that the classifier suspects."""

    lines: Sequence[Line]
    prose: Sequence[bool]
    own: Sequence[bool]
    suspects: Mapping[int, float]


def split_documents(texts: Iterable[str]) -> list[DocumentLines]:
    """Split the texts of one site into lines, without blank ones."""
    whole = [Lines(text) for text in texts]
    documents = [[lines[n] for n in lines.full] for lines in whole]
    shared = Counter(folded for lines in documents for folded in {line.folded for line in lines})
    split = []
    classifier = LineClassifier()
    for text, lines in zip(whole, documents, strict=True):
        rows = [line.plain for line in lines]
        prose = [is_prose(rows, n) for n in range(len(rows))]
        own = [
            p and shared[line.folded] < MIN_DOCUMENTS for p, line in zip(prose, lines, strict=True)
        ]
        places = {number: place for place, number in enumerate(text.full)}
        suspects = {places[n]: p for n, p, *_ in classifier.scores(text, text.full, {})}
        split.append(DocumentLines(lines, prose, own, suspects))
    return split


def occurrence_at(
    documents: Sequence[DocumentLines], number: int, line: int, text: str | None = None
) -> Occurrence:
    """The occurrence of `text` (default: the whole line) in a line of document `number`."""
    document = documents[number]
    before, after = any(document.prose[:line]), any(document.prose[line + 1 :])
    return Occurrence(
        document=number,
        line=line,
        text=text or document.lines[line].plain,
        head=not any(document.own[:line]),
        tail=not any(document.own[line + 1 :]),
        prose=document.prose[line],
        only="tail" if before and not after else "head" if after and not before else None,
        probability=document.suspects.get(line, 0.0),
    )


def iter_lines(documents: Sequence[DocumentLines]) -> Iterator[tuple[int, int, Line]]:
    """Yield (document, line number, line)."""
    for d, document in enumerate(documents):
        for n, line in enumerate(document.lines):
            yield d, n, line


def header_suggestions(
    documents: Sequence[DocumentLines], min_documents: int = MIN_DOCUMENTS
) -> list[Suggestion]:
    """Suggest templates for the bylines, dates and labels above the prose of `min_documents`."""
    groups: Candidates = defaultdict(list)
    first: dict[str, tuple[str, str]] = {}
    for number, document in enumerate(documents):
        for line, kind, template in header_lines(document):
            key = fold(template)
            first.setdefault(key, (kind, template))
            groups[key].append(occurrence_at(documents, number, line))
    suggestions = [
        Suggestion("line", template, kind, groups[key], len(documents), at="head")
        for key, (kind, template) in first.items()
    ]
    frequent = (s for s in suggestions if s.documents >= min_documents)
    return sorted(frequent, key=lambda s: -s.documents)


def header_lines(document: DocumentLines) -> Iterator[tuple[int, str, str]]:
    """Yield (number, kind, template) of the header lines above the first prose."""
    for number, line in enumerate(document.lines[:MAX_HEADER_LINES]):
        if document.prose[number]:
            return
        if found := header_template(line.plain):
            yield number, *found


def header_template(row: str) -> tuple[str, str] | None:
    """Return (kind, template) of a header line, or None.

    >>> header_template("Words by Ann Smith")
    ('byline', 'Words by {author}')
    >>> header_template("Region: Delta Theme: Housing, Water")
    ('taxonomy', 'Region: {regions} Theme: {themes}')
    >>> header_template("Printed 3 March 2016 in the Example Gazette")
    ('dateline', 'Printed {date} in the Example Gazette')
    >>> header_template("The board met on Monday")
    """
    found = _label_template(row) or _date_template(row) or _byline_template(row)
    try:
        fits = found and parse(found[1]).match(Lines(row)[0]) is not None
    except TemplateError:
        return None
    return found if fits else None


def _label_template(row: str) -> tuple[str, str] | None:
    labels = list(LABEL.finditer(row))
    if not labels or labels[0].start():
        return None
    fields, template = [], ""
    for number, label in enumerate(labels):
        end = labels[number + 1].start() if number + 1 < len(labels) else len(row)
        value = row[label.end() : end]
        gap = value[len(value.rstrip(" |·•")) :]
        field = FIELD_OF[label["label"].lower()]
        if field in fields or not value.strip(" |·•"):
            return None
        fields.append(field)
        template += f"{escape(label[0])}{{{field}}}{gap}"
    kinds = {FIELD_KINDS.get(field, "taxonomy") for field in fields}
    kind = next(kind for kind in ("taxonomy", "byline", "dateline", "source") if kind in kinds)
    return kind, template.rstrip()


def _date_template(row: str) -> tuple[str, str] | None:
    dates = (DATE_TEXT.match(row, word.start()) for word in re.finditer(r"\b\w", row))
    found = next((m for m in dates if m and parse_date(m[0])), None)
    if found is None:
        return None
    before, after = row[: found.start()], row[found.end() :]
    if count_words(f"{before} {after}") > MAX_WORDS_BESIDE_DATE:
        return None
    if SENTENCE_END.search(f"{before}\n{after}"):
        return None
    field = "updated" if UPDATED.search(before) else "date"
    before, after = _escape_byline(before), _escape_byline(after)
    kind = "byline" if "{author}" in before + after else "dateline"
    return kind, f"{before}{{{field}}}{after}"


def _escape_byline(text: str) -> str:
    """Turn the text beside a date into a template, with an `{author}` if it is a byline."""
    return _byline_of(text) or escape(text)


def _byline_of(text: str) -> str | None:
    """A template for a byline that says so, such as "Von Ann Smith, Berlin"."""
    byline = read_byline(text)
    if not byline.explicit:
        return None
    start, last = text.find(byline.authors[0]), text.rfind(byline.authors[-1])
    if start < 0 or last < start:
        return None
    return f"{escape(text[:start])}{{author}}{escape(text[last + len(byline.authors[-1]) :])}"


def _byline_template(row: str) -> tuple[str, str] | None:
    template = _byline_of(row)
    known = template is not None and guess_kind(template) in (None, "byline")
    return ("byline", template) if known and template else None
