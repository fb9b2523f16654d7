"""`rules check` reports valid rules that remove too much, or do not do what they seem to."""

import pytest

from cleaner.authoring.lint import check_files
from cleaner.authoring.lint_overbroad import stopwords, tempting_lines
from cleaner.rules.ruleset import bundled_rules, load_rules

HEAD = "# yaml-language-server: $schema=../schema.json\nsite: example.org\n"


def findings(text: str, check: str) -> list[str]:
    """The findings of one check in a file that begins with HEAD."""
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
def test_a_template_of_few_and_common_words_is_reported(line: str) -> None:
    (said,) = findings(rule(line), "few-words")
    assert said.startswith("example.org.yaml:5:12: ") and "too few words" in said


@pytest.mark.parametrize(
    "line",
    ["Foto: *", "(RELATED *)", "* | Example News", "Join our * newsletter today *",
     "示例新闻网记者部*", "By {author} *", "Have your say on all of *", "Image caption"],
)  # fmt: skip
def test_signs_fields_and_distinctive_words_are_enough(line: str) -> None:
    assert findings(rule(line), "few-words") == []


def test_a_guard_makes_one_distinctive_word_enough() -> None:
    assert findings(rule("More stories *", "    words: 6\n"), "few-words") == []
    assert len(findings(rule("In *", "    words: 6\n"), "few-words")) == 1


def test_ordinary_sentences_are_of_all_languages_of_packs() -> None:
    for word in ("Donate", "Fähre", "maire", "alcalde", "prefeito", "sindaco", "паром", "القوارب",
                 "渡船", "渡し船"):  # fmt: skip
        assert any(word in line.plain for line in tempting_lines()), word
    for line in ("/in .*/", "/the .* said .*/", "/.{10,90}[.]/"):
        assert "takes an ordinary sentence" in findings(rule(line), "broad")[0]
    said = findings(rule("Читайте *", "    words: 30\n"), "broad")
    assert "takes an ordinary sentence: 'Читайте медленнее" in said[0]


def test_every_language_with_a_pack_has_common_words() -> None:
    languages = {p.stem for p in (bundled_rules() / "packs").iterdir() if len(p.stem) == 2}
    telling = {
        "ar": "في", "de": "der", "en": "the", "es": "los", "fr": "les", "it": "della",
        "ja": "の", "pt": "não", "ru": "на", "zh": "的", "az": "və", "be": "і", "bg": "се",
        "ca": "els", "cs": "jsou", "da": "ikke", "el": "και", "fa": "است", "he": "של",
        "hr": "koji", "hu": "hogy", "id": "yang", "ka": "და", "ko": "있는", "nl": "het",
        "no": "og", "pl": "jest", "ro": "și", "sk": "keď", "sl": "tudi", "sq": "është",
        "sv": "och", "th": "ที่", "tr": "için", "uk": "що", "ur": "ہے", "vi": "của",
    }  # fmt: skip
    assert languages == telling.keys()
    assert stopwords() >= set(telling.values())


def test_a_text_cut_off_by_a_comment_is_reported() -> None:
    text = """rules:
  - kind: ad            # a comment of its own
    line: Join us # now
    hit:
      - Join us # 1
      - "Join us # 2"   # quoted
    miss: [Join them]   # after a list
  - kind: app
    line: |             # a block
      Get # the app
"""
    said = findings(text, "comment")
    assert [place.split(": ")[0] for place in said] == [
        "example.org.yaml:5:11", "example.org.yaml:7:9",
    ]  # fmt: skip
    assert "quote the text" in said[0]


def test_braces_without_a_field_are_reported() -> None:
    text = """keep: Hello {Name}
rules:
  - kind: ad
    line: |
      Say it {text__2} times
      Say \\{it} {name}
      /[a-z]{3,4} x/
    unless: see {3}
    hit: [x]
    miss: [y]
"""
    said = findings(text, "no-field")
    assert [(s.split(":")[1], s.split("; ")[1].split(" (")[0]) for s in said] == [
        ("3", "did you mean {name}?"),
        ("7", "did you mean {text}?"),
        ("10", "write \\{3} if that is intended"),
    ]


def test_a_selector_that_prunes_the_article_is_reported() -> None:
    text = "html:\n  prune: [body, p, '*', '//div[.//p]', .share, article h1, aside p, nav]\n"
    said = findings(text, "prunes-article")
    assert [s.split("'")[1] for s in said] == ["body", "p", "*", "//div[.//p]"]
    assert said[0].startswith("example.org.yaml:4:11: ")


def test_a_missing_rule_under_skip_is_reported() -> None:
    content = (HEAD + "skip: [en/sharee, en/share, nopack/x, example.org/ad]\n"
               "rules:\n  - kind: ad\n    line: x\n").encode()  # fmt: skip
    found = check_files([("example.org.yaml", content)], load_rules())
    assert [str(f).split(" (")[0] for f in found] == [
        "example.org.yaml:3:8: there is no rule en/sharee; did you mean en/share?",
        "example.org.yaml:3:29: there is no rule nopack/x",
    ]
    assert check_files([("example.org.yaml", content)]) == []


def test_short_class_names_do_not_look_generated() -> None:
    assert findings("html: {prune: [.ad, .by, '#toc']}\n", "hashed-class") == []
    assert len(findings("html: {prune: [.css-1a2b3c]}\n", "hashed-class")) == 1


def test_a_short_template_is_enough_if_the_classifier_knows_its_lines() -> None:
    known = "Sign up for our free newsletter and get the news in your inbox"
    unknown = "Sign up the boats at the old river mill before the fog"
    text = "rules:\n  - kind: newsletter\n    line: 'Sign up *'\n    hit: {}\n    miss: Sign up?\n"
    assert findings(text.format(known), "few-words") == []
    assert len(findings(text.format(unknown), "few-words")) == 1
