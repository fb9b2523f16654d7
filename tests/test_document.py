"""What became of a document: its pieces and fields, and what a notebook shows of them."""

from __future__ import annotations

from html.parser import HTMLParser

from cleaner import CleanDocument, Cleaner, Document
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
