"""Harmful documents, and a cleaner that lets them do harm. Also a program that cleans with it:

python -m tests.helpers.poison SRC OUT WORKERS
"""

import json
import os
import signal
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cleaner.corpus import journal
from cleaner.corpus.journal_entry import Recorder
from cleaner.corpus.run import clean_corpus
from cleaner.document import CleanDocument, Document, Status
from cleaner.pipeline import Cleaner
from cleaner.workers.limits import Limits
from cleaner.workers.pool import Pool
from tests.helpers.texts import article

LIMITS = Limits(timeout=4.0, memory=3_000_000_000, recycle=40)
BOMB = 4_000_000_000
SIGNALS = ("SIGSEGV", "SIGKILL", "SIGABRT", "SIGTERM", "SIGBUS")
KINDS = {
    "hang": Status.TIMEOUT, "spin": Status.TIMEOUT, "bomb": Status.MEMORY, "exit": Status.CRASH,
    "quit": Status.CRASH, "raise": Status.ERROR, "recurse": Status.ERROR, "interrupt": Status.CRASH,
    **dict.fromkeys(SIGNALS, Status.CRASH),
}  # fmt: skip


@dataclass(frozen=True)
class Poisonable:
    """A cleaner that obeys documents that begin with `poison`."""

    cleaner: Cleaner

    def clean(self, document: Document) -> CleanDocument:
        word, _, kind = str(document.body).partition(" ")
        try:
            if word == "poison":
                harm(kind)
        except Exception as error:
            name = type(error).__name__
            return CleanDocument(document, Status.ERROR, message=f"{name}: {error}")
        return self.cleaner.clean(document)

    def clean_batch(self, documents: Iterable[Document]) -> list[CleanDocument]:
        return [self.clean(document) for document in documents]


def harm(kind: str) -> None:
    if kind == "hang":
        time.sleep(1000)
    elif kind == "spin":
        while True:
            pass
    elif kind == "bomb":
        _ = bytearray(BOMB)
    elif kind == "exit":
        os._exit(3)
    elif kind == "quit":
        sys.exit(4)
    elif kind == "raise":
        raise RuntimeError("a defect")
    elif kind == "recurse":
        harm(kind)
    elif kind == "interrupt":
        raise KeyboardInterrupt
    else:
        os.kill(os.getpid(), signal.Signals[kind])


def good(count: int) -> list[str]:
    return [
        json.dumps({"id": f"good-{n}", "text": f"{article(n)}\nShare on Facebook"}) + "\n"
        for n in range(count)
    ]


def poison(count: int) -> list[str]:
    kinds = list(KINDS)
    return [
        json.dumps({"id": f"bad-{n}", "text": f"poison {kinds[n % len(kinds)]}"}) + "\n"
        for n in range(count)
    ]


def mixed(good: list[str], bad: list[str]) -> list[str]:
    """Both, the bad ones spread evenly."""
    step = len(good) // len(bad)
    return [
        line
        for n, line in enumerate(good)
        for line in ([line, bad[n // step]] if n % step == 0 and n // step < len(bad) else [line])
    ]


def main(source: str, out: str, workers: str) -> None:
    journal.MAX_PART_RECORDS = 16
    cleaner = Cleaner.load(packs_only=True)
    cleaner.clean("Makes the rules ready before workers are forked.")
    recorder = Recorder(cleaner.rules.version)
    with Pool(Poisonable(cleaner), int(workers), LIMITS, recorder) as pool:
        clean_corpus(cleaner, [source], Path(out), engine=pool.map)


if __name__ == "__main__":
    main(*sys.argv[1:])
