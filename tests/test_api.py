"""The names that other programs build on."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from inspect import signature
from pathlib import Path
from typing import Any

import pytest

import cleaner as package
from cleaner import Cleaner, CleanerError, Document, Format, Limits, Lossy, Status, clean_dataframe
from cleaner.cli import clean
from tests.helpers.poison import Poisonable

PAGE = Path(__file__).parent.parent / "docs/api.md"


def test_the_docs_list_the_stable_names() -> None:
    table = PAGE.read_text().split("## Stable names")[1]
    assert sorted(re.findall(r"^\| \[`(\w+)`\]\(#cleaner\.\1\) \|", table, re.M)) == sorted(
        package.__all__
    )
    assert all(getattr(package, name) for name in package.__all__)
    assert dir(package) == sorted(package.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Claener'"):
        package.Claener  # noqa: B018


def test_importing_the_package_imports_nothing_else_of_it() -> None:
    code = "import cleaner, sys; print([m for m in sys.modules if m.startswith('cleaner.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['cleaner.version']"


def test_a_string_is_a_text(cleaner: Cleaner) -> None:
    text = "A text.\n\nShare on Facebook"
    assert cleaner.clean(text) == cleaner.clean(Document("", text))


@pytest.mark.parametrize("workers", [0, 2])
def test_many_are_cleaned_in_order_as_they_come(cleaner: Cleaner, workers: int) -> None:
    given: list[Document | str] = ["One.\n\nShare on Facebook", Document("b", ""), "Three."]
    done = list(cleaner.clean_many(iter(given), workers=workers))
    assert [(d.document.id, d.status, d.text) for d in done] == [
        ("0", Status.OK, "One."),
        ("b", Status.EMPTY, None),
        ("2", Status.OK, "Three."),
    ]


def test_many_without_end_can_be_left_at_any_time(cleaner: Cleaner) -> None:
    def endless() -> object:
        while True:
            yield "A text."

    results = cleaner.clean_many(endless(), workers=1)  # type: ignore[arg-type]
    assert next(results).text == "A text."
    results.close()  # type: ignore[attr-defined]


def test_what_hangs_comes_back_with_its_status(
    cleaner: Cleaner, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisonable = Poisonable(cleaner)
    monkeypatch.setattr(Cleaner, "clean_batch", lambda _, batch: poisonable.clean_batch(batch))
    texts = ["A text.", "poison hang", "Another."]
    done = cleaner.clean_many(texts, workers=1, limits=Limits(timeout=5))
    assert [d.status for d in done] == [Status.OK, Status.TIMEOUT, Status.OK]


@pytest.mark.parametrize("given", [b"A text.", Path("a.html"), {"text": "A text."}, None, 5])
def test_what_is_no_document_is_refused_with_what_to_give(cleaner: Cleaner, given: Any) -> None:
    wanted = rf"not {type(given).__name__}; for bytes and pages, pass Document\(id, body, format\)"
    with pytest.raises(TypeError, match=wanted):
        cleaner.clean(given)
    with pytest.raises(TypeError, match=wanted):
        cleaner.explain(given)
    for workers in (0, 1):
        with pytest.raises(TypeError, match=wanted):
            list(cleaner.clean_many(["A text.", given], workers=workers))


@pytest.mark.parametrize("given", ["A text.", b"A text.", Document("1", "A text.")])
def test_one_is_not_many(cleaner: Cleaner, given: Any) -> None:
    with pytest.raises(TypeError, match="clean takes one"):
        cleaner.clean_many(given)


@pytest.mark.parametrize("workers", [0, 2])
def test_a_bad_value_of_a_document_fails_alone(cleaner: Cleaner, workers: int) -> None:
    nan: Any = float("nan")
    none: Any = None
    given = [
        Document("0", "A text."),
        Document("1", nan),
        Document("2", none),
        Document("3", "A text.", url=nan),
        Document("4", "A text.", metadata=none),
        Document("5", bytearray(b"Another.")),  # type: ignore[arg-type]
    ]
    done = list(cleaner.clean_many(given, workers=workers))
    assert [d.document.id for d in done] == [document.id for document in given]
    assert [d.text for d in done] == ["A text.", None, None, None, None, "Another."]
    assert [(d.status, d.message) for d in done[1:5]] == [
        (Status.DECODE, "the body is of type float, not str or bytes"),
        (Status.DECODE, "the body is of type NoneType, not str or bytes"),
        (Status.ERROR, "TypeError: the url is of type float, not str or None"),
        (Status.ERROR, "TypeError: the metadata is of type NoneType, not a mapping"),
    ]


def test_metadata_that_no_worker_can_be_sent_fails_alone(cleaner: Cleaner) -> None:
    given = [Document(str(n), f"Text {n}.") for n in range(150)]
    for n in (0, 63, 64, 149):
        given[n] = replace(given[n], metadata={"made by": lambda: None})
    done = list(cleaner.clean_many(given, workers=2))
    assert [d.document for d in done] == given
    failed = {int(d.document.id): d for d in done if d.status is not Status.OK}
    assert {n: d.status for n, d in failed.items()} == dict.fromkeys((0, 63, 64, 149), Status.ERROR)
    assert all("cannot be sent to a worker" in (d.message or "") for d in failed.values())


def test_a_format_may_be_given_by_its_name(cleaner: Cleaner) -> None:
    page = "<title>Login</title><p>Enter your password"
    by_name: Any = "html"
    assert Document("1", page, by_name) == Document("1", page, Format.HTML)
    assert Document("1", page, by_name).format is Format.HTML
    assert cleaner.clean(Document("1", page, by_name)).status is Status.REJECT


def test_documents_say_what_is_wrong_with_them() -> None:
    names: Any = ["a.org", "b.org"]
    assert Document("1", "", sites=names).sites == ("a.org", "b.org")
    for wrong, error, words in (
        ({"format": "pdf"}, ValueError, "Format 'pdf': expected one of html, text, markdown"),
        ({"sites": "a.org"}, TypeError, "sites='a.org': expected several names"),
    ):
        with pytest.raises(error, match=re.escape(words)):
            Document("1", "", **wrong)  # type: ignore[arg-type]


def test_options_are_checked_when_a_cleaner_is_loaded(tmp_path: Path) -> None:
    cleaner = Cleaner.load(packs_only=True, lossy=["quotes", Lossy.DASHES])
    assert cleaner.clean("“A”–b").text == '"A"-b'
    with pytest.raises(ValueError, match="'qoutes': expected one of quotes, dashes, "):
        Cleaner.load(packs_only=True, lossy=["qoutes"])
    with pytest.raises(OSError, match="nowhere"):
        Cleaner.load([str(tmp_path / "nowhere")])
    with pytest.raises(CleanerError, match="nowhere: no weights"):
        Cleaner.load(packs_only=True, classifier_weights=tmp_path / "nowhere")
    for threshold in (0.1, 1.5, float("nan")):
        with pytest.raises(ValueError, match=r"expected a number from 0\.3 to 1"):
            Cleaner.load(packs_only=True, classifier_threshold=threshold)


def test_options_have_the_names_of_the_command() -> None:
    of_command = set(signature(clean.command).parameters)
    of_load = set(signature(Cleaner.load).parameters)
    assert of_load <= of_command
    of_frames = set(signature(clean_dataframe).parameters)
    assert of_frames - {"frame", "cleaner", "fields", "limits"} <= of_command


def test_one_option_may_be_given_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("pack: own\nrules:\n  - {kind: ad, line: An ad}\n")
    for folders in (tmp_path, str(tmp_path), [tmp_path], tmp_path / "own.yaml"):
        one = Cleaner.load(folders, bundled=False, lossy="quotes")
        assert one.clean("“A”\n\nAn ad").text == '"A"'
        assert package.load_rules(folders, bundled=False).version == one.rules.version


def test_a_mistake_in_a_rule_file_is_a_warning_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("pack: own\nrules:\n  - {kind: ad, lnie: An ad}\n")
    with pytest.warns(UserWarning, match=r"own\.yaml:3:\d+: unknown key 'lnie'") as caught:
        loaded = Cleaner.load(tmp_path, packs_only=True)
    assert caught[0].filename == __file__ and len(caught) == len(loaded.rules.problems)


@pytest.mark.parametrize(
    "wrong", [{"timeout": -1}, {"timeout": float("inf")}, {"memory": 512}, {"recycle": 0}]
)
def test_limits_that_cannot_be_kept_to_are_refused(wrong: dict[str, Any]) -> None:
    ((name, value),) = wrong.items()
    with pytest.raises(ValueError, match=f"^{name}={value}: "):
        Limits(**wrong)


def test_a_cleaner_and_its_rules_say_little_of_themselves(cleaner: Cleaner) -> None:
    assert len(repr(cleaner)) < 100 and cleaner.rules.version in repr(cleaner)
    assert len(repr(cleaner.rules)) < 100
