"""`rules check`: what is valid, but takes too much, or will not do what it seems to."""

import pytest

from cleaner.authoring.breadth import stopwords, tempting_lines
from cleaner.authoring.check import check_files
from cleaner.rules.found import bundled_rules

HEAD = "# yaml-language-server: $schema=../schema.json\nsite: example.org\n"


def findings(text: str, check: str) -> list[str]:
    """What one check says of a file that begins with HEAD."""
    found = check_files([("example.org.yaml", (HEAD + text).encode())])
    assert not any(f.error for f in found), found
    return [str(f) for f in found if f.check == check]


def rule(line: str, more: str = "") -> str:
    return f"rules:\n  - kind: ad\n    line: {line!r}\n    hit: [x]\n    miss: [y]\n{more}"


@pytest.mark.parametrize(
    "line",
    ["In *", "The * said *", "Der * die Kosten *", "La * de los *", "Selon * les *", "O * da *",
     "Il * della *", "В * на *", "قال *", "记者*", "在*中*", "その*は*", "Image caption *",
     "Read {text}", "* of *"],
)  # fmt: skip
def test_a_template_of_few_and_common_words_is_told(line: str) -> None:
    (said,) = findings(rule(line), "few-words")
    assert said.startswith("example.org.yaml:5:12: ") and "too few words" in said


@pytest.mark.parametrize(
    "line",
    ["Foto: *", "(RELATED *)", "* | Example News", "Join our * newsletter today *",
     "示例新闻网记者部*", "By {author} *", "Have your say on all of *", "Image caption"],
)  # fmt: skip
def test_signs_fields_and_telling_words_are_enough(line: str) -> None:
    assert findings(rule(line), "few-words") == []


def test_a_guard_makes_one_telling_word_enough() -> None:
    assert findings(rule("More stories *", "    words: 6\n"), "few-words") == []
    assert len(findings(rule("In *", "    words: 6\n"), "few-words")) == 1


def test_ordinary_sentences_are_of_all_languages_of_packs() -> None:
    for word in ("Donate", "Fähre", "maire", "alcalde", "prefeito", "sindaco", "паром", "القوارب",
                 "渡船", "渡し船"):  # fmt: skip
        assert any(word in line.plain for line in tempting_lines()), word
    said = findings(rule("Читайте *", "    words: 30\n"), "broad")
    assert "takes an ordinary sentence: 'Читайте медленнее" in said[0]


def test_every_language_with_a_pack_has_common_words() -> None:
    languages = {p.stem for p in (bundled_rules() / "packs").iterdir() if len(p.stem) == 2}
    telling = {
        "ar": "في", "de": "der", "en": "the", "es": "los", "fr": "les", "it": "della", "ja": "の",
        "pt": "não", "ru": "на", "zh": "的",
    }  # fmt: skip
    assert languages == telling.keys()
    assert stopwords() >= set(telling.values())
