"""The line classifier: its features, its weights, and what it does in the pipeline."""

import json
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import Cleaner, Document
from cleaner.classify.line_classifier import (
    CLASSIFIER,
    FILES,
    SUSPECT,
    ClassifierError,
    LineClassifier,
    load_model,
)
from cleaner.classify.line_features import MASK, NAMES, LinesInContext, WordScore, hashes, words_of
from cleaner.document import Status
from cleaner.rules.ruleset import RuleSet, compile_rules
from cleaner.text.edits import restore
from cleaner.text.lines import Lines
from tests.helpers.texts import MORE, PROSE

# Lines that no rule has, of the kinds that every site prints in its own words.
TAIL = (
    "Subscribe to the Harbor Courier newsletter for free",
    "Follow the Harbor Courier on Facebook, Twitter and Instagram",
    "Read more articles about the harbor: click here",
)
ARTICLE = "\n\n".join([PROSE, MORE, PROSE])


def bold(rules: RuleSet | None = None) -> Cleaner:
    return Cleaner(rules or RuleSet(), classifier=LineClassifier(0.5))


@given(st.lists(st.text(st.characters(exclude_characters="\n"), min_size=1), min_size=1))
def test_every_line_has_all_features_as_integers(rows: list[str]) -> None:
    lines = Lines("\n".join(rows))
    plain = [lines.plain[n] for n in lines.full]
    folded = [lines.folded[n] for n in lines.full]
    document = LinesInContext(
        plain, folded, lambda n: WordScore(words_of(folded[n]), len(folded[n]), 50)
    )
    for n in range(len(plain)):
        features = document.features(n)
        assert len(features) == len(NAMES)
        assert all(isinstance(value, int) for value in features)
        assert all(-(2**15) <= value < 2**15 for value in features)


@given(st.text(max_size=100))
def test_hashes_are_within_the_table_and_depend_on_the_words_only(text: str) -> None:
    found = hashes(words_of(text))
    assert found == hashes(words_of(f" {text} "))
    assert all(0 <= code <= MASK for code in found)


def test_a_number_is_as_good_as_another_and_letters_without_spaces_are_words() -> None:
    assert hashes(words_of("in 2019, 5 times")) == hashes(words_of("in 1987, 3 times"))
    assert words_of("请点击这里") == ["请", "点", "击", "这", "里"]
    assert words_of("กดที่นี่")[0] == "ก"


def test_of_a_long_line_only_the_ends_are_read() -> None:
    words = words_of("read " + "more " * 5000 + "here")
    assert (words[0], words[-1]) == ("read", "here")
    assert len(words) < 100


def test_the_weights_are_small_and_a_copy_of_the_classifier_scores_the_same() -> None:
    folder = LineClassifier().folder
    assert sum((folder / name).stat().st_size for name in FILES) < 3_000_000
    lines = Lines("\n\n".join([ARTICLE, *TAIL]))
    classifier = LineClassifier(0.5)
    copy = pickle.loads(pickle.dumps(classifier))
    assert copy.scores(lines, lines.full, {}) == classifier.scores(lines, lines.full, {})


def test_boilerplate_in_unknown_words_goes_with_its_score_and_kind() -> None:
    done = bold().clean("\n\n".join([ARTICLE, *TAIL]))
    assert done.text == ARTICLE
    assert {removal.rule for removal in done.removals} == {CLASSIFIER}
    assert all(removal.score and removal.score >= 0.5 for removal in done.removals)
    assert {removal.kind for removal in done.removals} <= set(load_model().kinds)
    assert restore(done.text, [(r.start, r.text, r.put) for r in done.removals]) == done.normalized


def test_a_kept_line_stays_whatever_the_classifier_says() -> None:
    rules = compile_rules([("a.yaml", f"pack: p\nkeep: |\n  {TAIL[0]}\n".encode())])
    done = bold(rules).clean("\n\n".join([ARTICLE, *TAIL]))
    assert done.text == f"{ARTICLE}\n\n{TAIL[0]}"


def test_a_tail_rule_reaches_past_a_line_that_the_classifier_removes() -> None:
    rules = compile_rules(
        [("a.yaml", b"pack: p\nrules:\n  - kind: ad\n    at: tail\n    line: Harbor tours daily\n")]
    )
    notice = (
        "Subscribe now and get the Harbor Courier newsletter delivered to your inbox every morning."
    )
    text = f"{ARTICLE}\n\nHarbor tours daily\n\n{notice}"
    without = Cleaner(rules).clean(text)
    assert without.text == text
    done = bold(rules).clean(text)
    assert done.text == ARTICLE
    assert [removal.rule for removal in done.removals] == ["p/ad", CLASSIFIER]


def test_a_higher_threshold_removes_less_and_shows_suspects() -> None:
    text = "\n\n".join([ARTICLE, *TAIL])
    careful = Cleaner(RuleSet(), classifier=LineClassifier(1.0)).clean(text)
    assert careful.text == text
    assert {s.text for s in careful.suspects} == set(TAIL)
    assert all(SUSPECT <= suspect.probability < 1 for suspect in careful.suspects)
    lengths = sum(map(len, TAIL))
    assert SUSPECT * lengths <= careful.boilerplate_left < lengths


def test_without_the_classifier_there_are_neither_removals_nor_suspects() -> None:
    text = "\n\n".join([ARTICLE, *TAIL])
    done = Cleaner.load(bundled=False, classifier=False).clean(text)
    assert (done.text, done.suspects) == (text, ())


def test_facts_in_removed_lines_reach_the_metadata() -> None:
    long = " ".join([PROSE] * 5)  # ends the head, whose lines are always read
    text = f"{long}\n\n{ARTICLE}\n\n{TAIL[0]}\n\nPosted by Mara Quillfeather on 4 March 2024"
    done = bold().clean(text)
    assert any("Quillfeather" in removal.text for removal in done.removals)
    assert done.metadata.authors == ("Mara Quillfeather",)
    assert done.metadata.date_published == "2024-03-04"
    assert done.metadata.origins["authors"] == f"text:{CLASSIFIER}"


def test_long_documents_of_boilerplate_take_no_more_time_than_their_length() -> None:
    rows = [f"Follow us on Facebook {n}" for n in range(3000)]
    done = bold().clean(Document("1", "\n".join(rows)))
    assert done.status in (Status.OK, Status.EMPTY)


def test_missing_weights_are_an_error_that_names_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ClassifierError, match=str(tmp_path)):
        load_model(tmp_path)
    (tmp_path / "lines.json").write_text(json.dumps({"base": 1}))
    with pytest.raises(ClassifierError):
        load_model(tmp_path)


def test_a_notice_in_a_removed_line_is_kept_and_other_lines_are_no_notices() -> None:
    notice = "© 2021 Harwick Gazette Press. All rights reserved. Terms of use and privacy policy"
    menu = "Home | News | Sport | Weather | Contact us | Privacy policy | Terms of use"
    done = bold().clean("\n\n".join([ARTICLE, menu, notice]))
    assert done.text == ARTICLE
    (found,) = done.metadata.rights_notices
    assert (found.text, found.rule, found.holder) == (notice, CLASSIFIER, "Harwick Gazette Press")
    assert done.metadata.rights_year == 2021
