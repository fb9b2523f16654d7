"""The laws that hold for every text and every set of rules."""

from __future__ import annotations

import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cleaner.classify.line_classifier import CLASSIFIER, LineClassifier
from cleaner.document import CleanDocument, Document, Status
from cleaner.metadata.text_bylines import BYLINE_RULE
from cleaner.pipeline import Cleaner
from cleaner.rules.ruleset import RuleSet, compile_rules
from cleaner.text.edits import restore
from cleaner.text.folding import fold
from cleaner.text.lines import Lines
from tests.helpers.texts import MORE, PROSE

# Pieces of rules; files are drawn from them at random, with all the ways in which they interact.
RULES = [
    "kind: ad\n    line: Advertisement",
    "kind: ad\n    at: first\n    line: Adv*",
    "kind: byline\n    at: head\n    line: 'By {author}'",
    "kind: title\n    at: first\n    from: '{title}'\n    to: 'By {author}'\n    lines: 2",
    "kind: donation\n    at: tail\n    line: |\n      Donate*\n      Please *",
    "kind: related\n    from: 'Read more:'\n    lines: 3",
    "kind: fair-use\n    from: 'One*'\n    to: '*two'\n    lines: 4",
    "kind: markup\n    span: ['<u>{text}</u>', '**{text}**']\n    put: '{text}'",
    "kind: social\n    span: ' follow *'",
    "kind: share\n    span: '(RELATED: *)'".replace("share", "comments"),
    "kind: markup\n    span: 'a{text}a'\n    put: '{text}'",
    "kind: contact\n    span: ' &'\n    put: '&'",
    "kind: other\n    line: '/.*harbour.*/'\n    words: 8",
    "kind: app\n    at: tail\n    line: '* app'\n    unless: no *",
    "kind: ad\n    span: amp",
]
LINES = [
    PROSE, MORE, "", "", "Advertisement", "**Advertisement**", "Adv", "By Ann Smith", "Donate",
    "Von", "Text: Bo Li", "May 3, 2020", "Please give", "Read more:", "One and two",
    "One", "and two", "a <u>b</u> **c**",
    "(RELATED: x) follow us", "<<u>u>x</u></u>", "get the app", "no such app", "the harbour",
    "The <u>Harbour</u> & amp;lt; b", "&am<u>p</u>;lt;", "x &amp;amp; y", "caf\u00c3<u></u>\u00a9",
    "caf\u00c3\u00a9", "\u00a0 spaces\u00a0", "a\u200bb", "…", "*", "** **", "abab", "keep me",
]  # fmt: skip


BOLD = LineClassifier(0.35)  # so that it removes much


def rule_files(drawn: list[list[int]], keep: bool) -> list[tuple[str, bytes]]:
    files = []
    for number, indices in enumerate(drawn):
        text = f"{'pack: p' if number % 2 else 'site: s'}{number}{'' if number % 2 else '.org'}\n"
        text += "keep: |\n  keep me\n  *harbour board*\n" if keep and number == 0 else ""
        text += "rules:\n" if indices else ""
        for place, index in enumerate(indices):
            text += f"  - id: r{place}\n    {RULES[index]}\n"
        files.append((f"{number}.yaml", text.encode()))
    return files


def load(files: list[tuple[str, bytes]]) -> RuleSet:
    rules = compile_rules(files)
    assert not rules.problems, "\n".join(map(str, rules.problems))
    return rules


def run(rules: RuleSet, text: str) -> CleanDocument:
    sites = tuple(f.key for f in rules.files if not f.is_pack)
    return Cleaner(rules, classifier=BOLD).clean(Document("1", text, sites=sites))


files_drawn = st.lists(st.lists(st.integers(0, len(RULES) - 1), max_size=5), min_size=1, max_size=3)
texts = st.one_of(
    st.lists(st.sampled_from(LINES), max_size=10).map("\n".join),
    st.lists(st.one_of(st.sampled_from(LINES), st.text(max_size=20)), max_size=8).map("\n".join),
    st.text(alphabet="ab<>u/*&mp;l t\n\u00c3\u00a9", max_size=60),
)


@given(files_drawn, texts)
def test_the_normalised_text_is_rebuilt_from_clean_text_and_removals(
    drawn: list[list[int]], text: str
) -> None:
    done = run(load(rule_files(drawn, keep=False)), text)
    undo = [(r.start, r.text, r.put) for r in done.removals]
    assert done.status in (Status.OK, Status.EMPTY), done.message
    assert restore(done.text or "", undo) == done.normalized


@given(files_drawn, st.booleans(), texts)
def test_cleaning_twice_changes_nothing(drawn: list[list[int]], keep: bool, text: str) -> None:
    rules = load(rule_files(drawn, keep))
    once = run(rules, text)
    if once.text:
        again = run(rules, once.text)
        assert (again.text, again.removals) == (once.text, ())


@given(files_drawn, st.booleans(), texts, st.randoms())
def test_the_order_of_rules_and_files_is_irrelevant(
    drawn: list[list[int]], keep: bool, text: str, chance: random.Random
) -> None:
    files = rule_files(drawn, keep)
    shuffled = []
    for name, content in files:
        head, *rules = content.decode().split("  - id: ")
        chance.shuffle(rules)
        shuffled.append((name, "  - id: ".join([head, *rules]).encode()))
    chance.shuffle(shuffled)
    one, two = run(load(files), text), run(load(shuffled), text)
    assert (one.text, one.removals, one.metadata) == (two.text, two.removals, two.metadata)


@given(files_drawn, texts)
def test_no_rule_removes_a_kept_line(drawn: list[list[int]], text: str) -> None:
    done = run(load(rule_files(drawn, keep=True)), text)

    def kept(text: str) -> list[str]:
        rows = [line for line in Lines(text) if line.folded == "keep me"]
        rows += [line for line in Lines(text) if "harbour board" in line.folded]
        return [fold(text[line.start : line.end]) for line in rows]

    assert not set(kept(done.normalized)) - set(kept(done.text or ""))
    assert len(kept(done.normalized)) <= len(kept(done.text or ""))


@given(files_drawn, texts)
def test_every_removed_character_has_a_rule(drawn: list[list[int]], text: str) -> None:
    rules = load(rule_files(drawn, keep=False))
    done = run(rules, text)
    known = {rule.id for file in rules.files for rule in file.rules} | {
        "cleaner/normalize",
        CLASSIFIER,
        BYLINE_RULE,
    }
    assert {r.rule for r in done.removals} <= known
    for removal in done.removals:
        assert removal.end > removal.start
        assert done.normalized[removal.start : removal.end] == removal.text
    assert all(a.end <= b.start for a, b in pairwise(done.removals))


@given(texts)
def test_the_bundled_rules_obey_the_laws_too(cleaner: Cleaner, text: str) -> None:
    document = Document("1", text, url="https://www.globalresearch.ca/x")
    once = cleaner.clean(document)
    undo = [(r.start, r.text, r.put) for r in once.removals]
    assert restore(once.text or "", undo) == once.normalized
    if once.text:
        again = Document("1", once.text, url=document.url, sites=once.sites)
        assert cleaner.clean(again).text == once.text
