"""What became of a document: its pieces and fields, and what a notebook shows of them."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import CleanDocument, Cleaner, Document, Format, Metadata, Status
from cleaner.document import Alternative, Insertion, Pruned, Removal, RightsNotice, Suspect
from cleaner.errors import InputError
from tests.helpers.rules import make_rules
from tests.helpers.texts import PROSE

HOSTILE = '<script>alert(1)</script> & "more" \''


class Marked(HTMLParser):
    """The text within each element of a fragment, and the tags there are."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.within: dict[str, str] = {}
        self.titles: list[str | None] = []
        self.feed(fragment)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.add(tag)
        self.titles += [value for name, value in attrs if name == "title"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in self.open[-1:]:
            self.within[tag] = self.within.get(tag, "") + data


def explained(cleaner: Cleaner) -> CleanDocument:
    text = f"By Ann Example\n\nIt said **{HOSTILE}** twice.\n\n{HOSTILE}\n\nShare on Facebook"
    return cleaner.clean(Document(HOSTILE, text, metadata={"title": HOSTILE}))


def test_the_pieces_are_the_text_before_and_after(cleaner: Cleaner) -> None:
    done = explained(cleaner)
    explanation = cleaner.explain(done.document)
    assert explanation.result == done
    assert "".join(p.text for p in explanation.pieces) == done.normalized
    assert "".join(p.put if p.rule else p.text for p in explanation.pieces) == done.text
    assert [p.rule for p in explanation.pieces if p.rule] == [r.rule for r in done.removals]
    fields = {found.name: found for found in explanation.fields}
    assert fields["title"].value == HOSTILE and fields["title"].origin == "input"
    assert len(repr(explanation)) < 200


def test_a_notebook_shows_what_went_and_runs_none_of_it(cleaner: Cleaner) -> None:
    done = explained(cleaner)
    shown = Marked(done._repr_html_())
    assert shown.tags == {"div", "p", "code", "del", "table", "tr", "td"}
    assert shown.within["del"] == "".join(r.text for r in done.removals)
    assert shown.within["div"] == done.text
    assert shown.titles == [r.rule for r in done.removals]
    assert HOSTILE in shown.within["td"] and not shown.open
    assert cleaner.explain(done.document)._repr_html_() == done._repr_html_()


def test_a_notebook_shows_why_there_is_no_text(cleaner: Cleaner) -> None:
    done = cleaner.clean("")
    assert done.message and done.message in done._repr_html_()


def test_near_misses_are_lines_that_a_guard_spared() -> None:
    site = "site: example.org\nskip: [p/skipped]\nkeep: A kept *\nrules:\n"
    rules = make_rules(
        site + "  - {kind: ad, id: tail, at: tail, line: Our *}\n"
        "  - {kind: ad, id: box, from: A kept *, to: Ends, lines: 3}\n"
        "  - {kind: title, at: head, from: '{title}', to: 'By {author}', lines: 3}\n",
        "pack: p\nrules:\n  - {kind: ad, id: skipped, line: Some *}\n"
        "  - {kind: ad, id: kept, line: A kept *}\n",
    )
    text = f"Our letter\n\nSome letter\n\nA kept letter\n\n{PROSE}"
    explained = Cleaner(rules).explain(Document("1", text, sites=("example.org",)))
    assert [(miss.text, miss.rule, miss.why) for miss in explained.near] == [
        ("Our letter", "example.org/tail", "at: tail"),
        ("Some letter", "p/skipped", "skipped"),
        ("A kept letter", "example.org/box", "no such block follows"),
        ("A kept letter", "p/kept", "kept"),
    ]
    assert explained.result.text == text


NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.dictionaries(st.text(), st.text() | st.integers() | st.none() | st.lists(st.text()))


def whole(kind: type, **strategies: Any) -> st.SearchStrategy[Any]:
    """Values of a dataclass with something in every field."""
    strategies = {"score": NUMBERS, "probability": NUMBERS, **strategies}
    return st.builds(kind, **{f.name: strategies.get(f.name, ...) for f in fields(kind)})


def several(kind: type, **strategies: Any) -> st.SearchStrategy[Any]:
    return st.lists(whole(kind, **strategies), max_size=2).map(tuple)


ALTERNATIVES = st.dictionaries(st.text(), several(Alternative), max_size=2)
DOCUMENTS = whole(Document, metadata=VALUES)
RESULTS = whole(
    CleanDocument,
    document=DOCUMENTS,
    metadata=whole(Metadata, rights_notices=several(RightsNotice), alternatives=ALTERNATIVES),
    removals=several(Removal),
    pruned=several(Pruned),
    suspects=several(Suspect),
    insertions=several(Insertion),
)


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(value.to_dict()))


@given(DOCUMENTS)
def test_a_document_survives_json(document: Document) -> None:
    assert Document.from_dict(through_json(document)) == document


@given(RESULTS)
def test_a_result_survives_json(done: CleanDocument) -> None:
    assert CleanDocument.from_dict(through_json(done)) == done


@pytest.mark.parametrize("name", ["us", "uk"])
def test_results_of_real_forms_survive_json(cleaner: Cleaner, name: str) -> None:
    for path in sorted((Path(__file__).parent.parent / "corpus/raw" / name).iterdir()):
        format = Format.HTML if path.suffix == ".html" else Format.TEXT
        done = cleaner.clean(Document(path.name, path.read_bytes(), format))
        again = CleanDocument.from_dict(through_json(done))
        assert again == done and again._repr_html_() == done._repr_html_()


def test_a_dictionary_has_the_names_of_the_attributes_and_plain_values(cleaner: Cleaner) -> None:
    data = explained(cleaner).to_dict()
    assert [*data] == [f.name for f in fields(CleanDocument)]
    assert data["status"] == "ok" and data["document"]["format"] == "text"
    left = [data]
    while left:
        value = left.pop()
        assert not is_dataclass(value) and not isinstance(value, tuple)
        left += value.values() if isinstance(value, dict) else value if type(value) is list else []


def test_a_dictionary_may_be_short_and_have_other_keys() -> None:
    assert Document.from_dict({"id": "1", "body": "A", "score": 3}) == Document("1", "A")
    for wrong in ({"id": "1"}, {}):
        with pytest.raises(InputError, match=r"Document: .*missing.*'body'"):
            Document.from_dict(wrong)
    with pytest.raises(InputError, match=r"missing.*'status'"):
        CleanDocument.from_dict({"document": {"id": "1", "body": "A"}})


def test_documents_and_results_are_printed_on_a_short_line(cleaner: Cleaner) -> None:
    document = Document("https://example.org/" + "x" * 5000, PROSE * 900)
    assert repr(Document("p1", b"<p>A", Format.HTML)) == "<Document 'p1' html: 4 bytes>"
    assert len(repr(document)) < 150 and len(repr(cleaner.clean(document))) < 150


def test_names_are_printed_as_the_command_prints_them() -> None:
    assert f"{Status.OK} {Format.HTML}" == str(Status.OK) + " html" == "ok html"
