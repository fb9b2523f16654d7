"""The profiled engine, with a pool of workers."""

import os
import pickle

import pytest

from cleaner.clock import Stage
from cleaner.corpus.journal_entry import Recorder
from cleaner.document import CleanDocument, Document, Status
from cleaner.engines.profiler import STAGES, Profile, TimedCleaner, profiled
from cleaner.pipeline import Cleaner
from cleaner.workers.limits import Limits
from tests.helpers.rules import make_rules
from tests.helpers.texts import PROSE

RULES = "pack: a\nrules:\n  - {kind: social, id: share, line: 'Share {number} on Facebook'}\n"
TEXT = f"{PROSE}\n\nShare 7 on Facebook"


def unchanged(done: CleanDocument) -> CleanDocument:
    return done


def test_a_lost_worker_loses_only_its_own_figures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clean = Cleaner.clean

    def deadly(self: Cleaner, document: Document) -> CleanDocument:
        if document.id == "3":
            os._exit(9)
        return clean(self, document)

    monkeypatch.setattr(Cleaner, "clean", deadly)
    shown: list[Profile] = []
    cleaner = Cleaner(make_rules(RULES))
    with profiled(cleaner, 2, Limits(recycle=4), unchanged, shown.append) as engine:
        done = list(engine(Document(str(n), TEXT) for n in range(20)))
    assert [result.document.id for result in done] == [str(n) for n in range(20)]
    assert [result.status for result in done].count(Status.CRASH) == 1
    (profile,) = shown
    assert len(profile["slowest_documents"]) == 10 and "3" not in profile["slowest_documents"]
    assert profile["costliest_rules"].keys() == {"a/share"}


def test_a_pickled_cleaner_measures_all() -> None:
    cleaner = Cleaner(make_rules(RULES))
    recorder = Recorder(cleaner.rules.version)
    meter = TimedCleaner(cleaner, recorder)
    document = Document("1", TEXT)
    received, finish = pickle.loads(pickle.dumps((meter, meter.finish)))
    (done,) = received.clean_batch([document])
    timed = pickle.loads(pickle.dumps(finish(done)))
    assert timed.result == recorder(cleaner.clean(document))
    assert {row for table, row in timed.costs if table != STAGES} == {"1", "a/share"}
    assert {row for table, row in timed.costs if table == STAGES} >= {
        Stage.RUN, Stage.FIND, Stage.RECORD,
    }  # fmt: skip


def test_the_rules_of_the_cleaner_are_not_changed() -> None:
    cleaner = Cleaner(make_rules(RULES))
    meter = TimedCleaner(cleaner, unchanged)
    cleaner.clean(TEXT)
    assert not meter.watch.costs
