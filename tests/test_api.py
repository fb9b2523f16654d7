"""The names that other programs build on."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import cleaner as package
from cleaner import Cleaner, Document, Limits, Lossy, Status
from tests.engines.poison import Poisonable

PAGE = Path(__file__).parent.parent / "docs/api.md"


def test_the_docs_list_the_stable_names() -> None:
    table = PAGE.read_text().split("## Stable names")[1]
    assert sorted(re.findall(r"^\| `(\w+)` \|", table, re.M)) == sorted(package.__all__)
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
    given = ["One.\n\nShare on Facebook", Document("b", ""), "Three."]
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
    done = cleaner.clean_many(texts, workers=1, limits=Limits(timeout=2))
    assert [d.status for d in done] == [Status.OK, Status.TIMEOUT, Status.OK]


def test_options_are_checked_when_a_cleaner_is_loaded(tmp_path: Path) -> None:
    assert Cleaner.load(sites=False, lossy=["quotes", Lossy.DASHES]).clean("“A”–b").text == '"A"-b'
    with pytest.raises(ValueError, match="qoutes"):
        Cleaner.load(sites=False, lossy=["qoutes"])
    with pytest.raises(OSError, match="nowhere"):
        Cleaner.load([str(tmp_path / "nowhere")])


def test_a_cleaner_and_its_rules_say_little_of_themselves(cleaner: Cleaner) -> None:
    assert len(repr(cleaner)) < 100 and cleaner.rules.version in repr(cleaner)
    assert len(repr(cleaner.rules)) < 100
