"""Mining finds repeated lines, distinguishes doubtful ones, and copes with odd corpora."""

import random

import pytest

from cleaner.authoring.confidence import guess_kind, kind_patterns
from cleaner.authoring.lint import check_files
from cleaner.authoring.mine import distinct, mine
from cleaner.authoring.occurrences import Suggestion, split_documents
from cleaner.authoring.suggest import Site, draft_site
from cleaner.authoring.templatize import templatize
from cleaner.authoring.test import run_file
from cleaner.authoring.yaml_drafts import MISSING_MISS, draft_yaml, quoted
from cleaner.document import Document
from cleaner.pipeline import Cleaner
from cleaner.rules.compiler import compile_text
from cleaner.rules.schema import KINDS
from tests.helpers.rules import make_rules
from tests.helpers.texts import WORDS, article


def suggestions(texts: list[str]) -> list[Suggestion]:
    return mine(split_documents(texts))


def templates(texts: list[str], *, doubtful: bool = False) -> dict[str, str | None]:
    return {s.template: s.kind for s in suggestions(texts) if (s.doubt is not None) == doubtful}


def test_lines_fields_families_and_sentences_are_found() -> None:
    names = ["Ann Smith", "Bo Li", "Carla Diaz", "Dov Eban", "Ema Frey", "Finn Grau"]
    texts = [
        article(n, f"By {names[n]}", "BODY", "Sign up for our newsletter",
                f"Related: What the {WORDS[n]} did", f"© {2010 + n} Example News",
                f"{WORDS[n].capitalize()} was the word, they said in the end of it all. "
                f"Write to {names[n]} at {names[n].split()[0].lower()}@example.org")
        for n in range(6)
    ]  # fmt: skip
    found = templates(texts)
    assert found["Sign up for our newsletter"] == "newsletter"
    assert found["Related:*"] == "related"
    assert found["By {author}"] == "byline"
    assert found["© {year} Example News"] == "copyright"
    spans = [s for s in suggestions(texts) if s.form == "span"]
    assert [s.template for s in spans] == ["Write to {author} at {email}"]


def test_each_suggestion_shows_its_evidence() -> None:
    texts = [article(n, "BODY", f"Related: Item {WORDS[n]}") for n in range(5)]
    (found,) = suggestions(texts)
    assert (found.documents, found.of, found.where) == (5, 5, "100% tail")
    assert len(found.variants) == 5


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("What happens next", "recurring subhead"),
        ("CHAIR: The motion is carried.", "transcript turn or label"),
        ("Sincerely,", "letter"),
        ('"Nobody saw it coming"', "quote"),
        ("What did the board decide?", "question"),
        ("def main():", "code"),
        ("1. 2. 3.", "figures"),
        ("The harbour was founded in 1311 by monks who had lost their way to another harbour.",
         "stock paragraph"),
    ],
)  # fmt: skip
def test_possible_content_is_doubtful(line: str, reason: str) -> None:
    chance = random.Random(1)
    texts = []
    for n in range(5):
        rows = article(n).split("\n")
        rows.insert(chance.randint(1, 3), line)
        texts.append("\n".join(rows))
    (found,) = suggestions(texts)
    assert found.doubt == reason


def among(n: int, line: str) -> str:
    """A unique text with `line` between its paragraphs."""
    rows = article(n).split("\n")
    return "\n".join([*rows[:2], line, *rows[2:]])


@pytest.mark.parametrize(
    "line",
    [
        "The newsletter of the parish, which asks for support, had a good year and says so.",
        "Lesen Sie auch die Bücher, die er mag, sagte er.",
        "Lesen Sie auch die Bücher, die {word} schrieb, sagte er.",
        "Nobody in the town had asked. The newsletter of the parish had a good year and says so.",
    ],
)
def test_a_sentence_in_the_body_is_doubtful_whatever_its_words(line: str) -> None:
    texts = [
        among(n, line.format(word=WORDS[n])) if n % 4 == 0 else article(n) for n in range(18)
    ]  # fmt: skip
    found = suggestions(texts)
    assert {s.doubt for s in found if s.kind} == {"may be a sentence of an article"}


def test_a_line_of_a_known_kind_in_most_documents_is_sure() -> None:
    lines = ("Please donate what you can to keep the Harwick Gazette going for another year.",
             "Sie haben noch kein Konto? Jetzt registrieren.")  # fmt: skip
    texts = [article(n, "BODY", *(lines if n % 6 else ())) for n in range(18)]
    assert templates(texts) == dict(zip(lines, ("donation", "login"), strict=True))
    texts = [among(n, lines[0]) if n % 6 else article(n) for n in range(18)]
    assert templates(texts) == {lines[0]: "donation"}


def test_a_line_at_the_end_of_nearly_all_documents_needs_no_kind() -> None:
    line = "Enjoying the Harwick Gazette? Join the Quay Club for the price of a loaf."
    assert templates([article(n, "BODY", line) for n in range(8)]) == {line: None}
    line = "Two keepers watch the lamp in turns, and neither of them has seen it go out."
    assert templates([article(n, "BODY", line) for n in range(8)]) == {line: None}
    few = [article(n, "BODY", *([line] if n % 2 else [])) for n in range(8)]
    assert templates(few) == {}


def test_a_line_that_the_classifier_suspects_may_be_rarer() -> None:
    line = "Home | News | Sport | Weather | Town Hall | Back to top"
    few = [article(n, "BODY", *([line] if n % 2 else [])) for n in range(8)]
    assert templates(few) == {line: None}


def test_no_wildcard_covers_paragraphs_of_the_article() -> None:
    glued = "{body} Nobody knew. Ready to fight back? Sign Up For Take Action Now"
    texts = [among(n, glued.format(body=article(n + 100).replace("\n", " "))) for n in range(18)]
    found = [s for s in suggestions(texts) if s.doubt is None and s.kind == "newsletter"]
    assert [(s.form, s.template) for s in found] == [("span", "Sign Up For Take Action Now")]
    done = Cleaner(make_rules(draft_yaml(draft_site(Site("example.org", texts))))).clean(
        Document("1", texts[0], sites=("example.org",))
    )
    assert "Take Action" not in str(done.text) and "Nobody knew." in str(done.text)


def test_no_wildcard_covers_quotations_and_captions_that_are_sentences() -> None:
    lines = ('"It is about the {word}, and about nothing else," she wrote on Twitter',
             "Keepers of the {word} met on the isle in winter. Ann Kern/Getty Images")  # fmt: skip
    for line in lines:
        texts = [among(n, line.format(word=WORDS[n])) for n in range(8)]
        assert templates(texts) == {}


def test_a_sentence_within_the_first_paragraph_is_doubtful() -> None:
    texts = [
        f"{article(n)[:-1]}, they said. For more, we are joined by two guests.\n{article(n + 50)}"
        for n in range(3)
    ]
    texts += [article(n + 100) for n in range(8)]
    assert templates(texts) == {}
    assert list(templates(texts, doubtful=True).values()) == ["related"]


def test_a_label_leaves_what_ends_as_a_sentence_does() -> None:
    texts = [among(n, f"More: What the {WORDS[n]} did to the {WORDS[-n]}") for n in range(9)]
    (rule,) = make_rules(draft_yaml(draft_site(Site("example.org", texts)))).files[0].rules
    assert [t.source for t in rule.unless] == ["More:*."]


def test_headers_become_captures() -> None:
    regions, names = ("Delta", "Coast", "Hills"), ("Anna Kern", "Bo Li", "Carla Diaz")
    texts = [
        article(n, f"Region: {regions[n % 3]} Theme: Housing", f"Lesezeit: {n % 3 + 2} Minuten",
                f"Von {names[n % 3]}", f"Printed {n + 1} March 2021 in the Ledger", "BODY")
        for n in range(12)
    ]  # fmt: skip
    assert templates(texts) == {
        "Region: {regions} Theme: {themes}": "taxonomy",
        "Lesezeit:*": "dateline",
        "Von {author}": "byline",
        "Printed {date} in the Ledger": "dateline",
    }
    assert templates(texts, doubtful=True) == {}


def test_marks_name_the_site_and_no_reporter() -> None:
    texts = [
        article(n, "By Ann Kern", "BODY", "Ann Kern writes for the Example, and donates to it",
                "Donate to the Example before the year ends") for n in range(8)
    ]  # fmt: skip
    draft = draft_site(Site("example.org", texts))
    assert draft.marks == ["Donate to the Example before the year ends"]


def test_a_draft_passes_its_own_tests_and_names_missing_misses() -> None:
    names = ["Ann Smith", "Bo Li", "Carla Diaz", "Dov Eban", "Ema Frey", "Finn Grau"]
    texts = [
        article(n, f"By {names[n]}", "BODY", f"Related: What the {WORDS[n]} did",
                f"Donate to the council fund: {WORDS[n]}") for n in range(6)
    ]  # fmt: skip
    text = draft_yaml(draft_site(Site("example.org", texts)))
    rules = make_rules(text)
    assert list(run_file(rules.files[0], rules)) == []
    lacking = check_files([("example.org.yaml", text.encode())])
    assert {f.check for f in lacking} <= {"hit-and-miss"}
    assert len(lacking) == text.count(MISSING_MISS) < len(rules.files[0].rules)


def test_glued_headlines_are_found() -> None:
    texts = [
        article(n, f"Then Mayor Ann Smith Anna Bo SmithMan bites the {WORDS[n]} Dog bites {n} men "
                   "and leaves MORE went home, and nobody had seen it coming at all.", "BODY")
        for n in range(4)
    ]  # fmt: skip
    (found,) = [s for s in suggestions(texts) if s.form == "span"]
    assert found.put == "{same}"
    rules = compile_text(
        draft_yaml(draft_site(Site("example.org", [*texts, article(9)]))), "x.yaml"
    )
    assert rules.rules


def test_blocks_at_head_and_tail_are_found_whole() -> None:
    menu = ("Sport", "Weather", "Travel", "Town Hall")
    foot = ("About the paper", "Our history", "Jobs")
    texts = [article(n, *menu, "BODY", *foot) for n in range(6)]
    draft = draft_site(Site("example.org", texts))
    blocks = {(s.template, s.to, s.lines, s.at) for s in draft.suggestions if s.form == "from"}
    assert blocks == {("Sport", "Town Hall", 4, "head"), ("About the paper", "Jobs", 3, "tail")}
    rules = make_rules(draft_yaml(draft))
    done = Cleaner(rules).clean(Document("1", texts[0], sites=("example.org",)))
    assert done.text == article(0)


def test_a_draft_compiles_and_keeps_the_doubtful_commented_out() -> None:
    texts = [article(n, "By Ann Smith", "BODY", "What happens next", "Follow us on Twitter: @x",
                     "Read more at Example News dot org") for n in range(6)]  # fmt: skip
    draft = draft_site(Site("example.org", texts))
    text = draft_yaml(draft)
    compiled = compile_text(text, "example.org.yaml")
    assert "What happens next" in text
    assert not any("What happens next" in t.source for r in compiled.rules for t in r.line)
    assert [t.source for t in compiled.marks] == ["Read more at Example News dot org"]


@pytest.mark.parametrize(
    "texts",
    [
        [],
        [article(1)],
        [article(1)] * 40,
        [article(1) + "\nShare"] * 20 + [article(2)],
        ["", "\n\n", "x"] * 5,
        ["\ue000 private \x00 {use} * /x/ \\"] * 3 + [article(n) for n in range(9)],
    ],
)
def test_odd_corpora_give_sensible_answers(texts: list[str]) -> None:
    draft = draft_site(Site("example.org", texts))
    compile_text(draft_yaml(draft), "example.org.yaml")
    assert not [
        s for s in draft.suggestions if s.doubt is None and any(p.prose for p in s.occurrences)
    ]


def test_copies_are_left_out() -> None:
    texts = [article(1), article(1) + "\nShare this", article(2), article(1)]
    assert distinct(texts) == [article(1), article(2)]


def test_mixed_languages_and_two_templates_of_one_site() -> None:
    one = [article(n, "BODY", "Sign up for our newsletter", "Leia mais: algo #") for n in range(4)]
    two = [
        article(n + 9, "BODY", "Follow us on Facebook", "À lire aussi : # choses") for n in range(4)
    ]
    found = templates([*one, *two])
    assert {"Sign up for our newsletter", "Follow us on Facebook", "Leia mais:*"} <= set(found)


@pytest.mark.parametrize(
    ("line", "template"),
    [
        ("Write to Ann Smith at a@example.org and Bo Li at b@example.org",
         "Write to {author} at {email} and {name} at {email}"),
        ("Read or Share this story: https://example.org/1", "Read or Share this story: {url}"),
        ("Published March 3, 2016. 24 comments", "Published {date}. {number} comments"),
        ("© 2016 Example News", "© {year} Example News"),
        ("a * b {c} \\ d", "a \\* b \\{c\\} \\\\ d"),
        ("/etc/", "\\/etc/"),
    ],
)  # fmt: skip
def test_templatize(line: str, template: str) -> None:
    assert templatize(line) == template


def test_kinds_are_kinds_of_the_language() -> None:

    assert set(kind_patterns()[1]) <= set(KINDS)
    assert guess_kind("The board met on Monday and went home") is None


@pytest.mark.parametrize(
    "text", ["a: b", "- a", "'a'", "* a", "{a}", "a #b", "a:", "Share", "@x", "%x"]
)
def test_quoted_text_reads_back(text: str) -> None:
    from cleaner.rules.yaml_source import read

    assert read(f"key: {quoted(text)}", "x").data == {"key": text}


def test_no_span_is_drafted_that_leaves_the_headline_behind_a_label() -> None:
    heads = ["Il ponte che nessuno voleva", "Barche al molo", "Una gru nuova", "Il faro vecchio"]
    texts = [article(n, "BODY", f"Leggi anche: {head}") for n, head in enumerate(heads)]
    assert [s for s in suggestions(texts) if s.form == "span" and "Leggi" in s.template] == []
