"""What tests share: small rule sets, and a cleaner with the bundled rules."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from hypothesis import settings

from cleaner.document import Document
from cleaner.pipeline import Cleaner
from tests.helpers.rules import make_rules

settings.register_profile(
    "cleaner", deadline=None, max_examples=150, derandomize="CI" in os.environ
)
settings.register_profile("thorough", deadline=None, max_examples=4000)
settings.load_profile("cleaner")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files with slow tests first: a file runs in one process, and the other would wait."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture
def clean_text() -> Callable[..., str | None]:
    """Clean a text with the rules of some YAML files, all packs or selected by their site."""

    def clean(text: str, *files: str) -> str | None:
        rules = make_rules(*files)
        sites = tuple(f.key for f in rules.files if not f.is_pack)
        return Cleaner(rules).clean(Document("1", text, sites=sites)).text

    return clean


@pytest.fixture(scope="session")
def cleaner() -> Cleaner:
    return Cleaner.load()
