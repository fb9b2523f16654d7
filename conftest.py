"""No test, nor doctest, touches what the user's own runs keep."""

from __future__ import annotations

import os
from tempfile import TemporaryDirectory

import pytest


def pytest_configure(config: pytest.Config) -> None:
    folder = TemporaryDirectory()
    config.add_cleanup(folder.cleanup)
    os.environ["CLEANER_CACHE"] = folder.name
