"""Labeled forms of articles come out clean, with the metadata that they state."""

from __future__ import annotations

import pytest

from cleaner.document import Document, Metadata
from cleaner.pipeline import Cleaner
from tests.forms import Form, read_forms

FORMS = list(read_forms())


def stated(metadata: Metadata, field: str) -> str:
    value = getattr(metadata, field)
    return "; ".join(value) if isinstance(value, tuple) else str(value)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_form(cleaner: Cleaner, form: Form) -> None:
    done = cleaner.clean(Document(form.name, form.text, url=form.url))
    left = [line for line in (done.text or "").split("\n") if line]
    optional = form.marked("~")
    assert [line for line in left if line not in optional] == form.marked(" ")
    found = {field: stated(done.metadata, field) for field in form.metadata}
    assert found == form.metadata


def test_every_line_of_a_form_is_labeled() -> None:
    marks = {mark for form in FORMS for mark, _ in form.lines}
    assert marks == {"-", "~", " ", ""}
    assert len({form.name for form in FORMS}) == len(FORMS)
