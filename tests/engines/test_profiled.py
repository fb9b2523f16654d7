"""The engine that tells what its results cost: what the pool does to it."""

import os
import pickle

import pytest

from cleaner.clock import Stage
from cleaner.corpus.result_record import Recorder
from cleaner.document import CleanDocument, Document, Status
from cleaner.engines.profiled import Meter, profiled
from cleaner.pipeline import Cleaner
from cleaner.profile import Profile
from cleaner.workers.limits import Limits
from tests.helpers.rules import make_rules
from tests.helpers.texts import PROSE

RULES = "pack: a\nrules:\n  - {kind: social, id: share, line: 'Share {number} on Facebook'}\n"
TEXT = f"{PROSE}\n\nShare 7 on Facebook"


def as_it_is(done: CleanDocument) -> CleanDocument:
    return done


def test_a_lost_worker_takes_no_more_than_its_own_figures_along(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also: documents whose workers were lost are none that were timed."""
    clean = Cleaner.clean

    def deadly(self: Cleaner, document: Document) -> CleanDocument:
        if document.id == "3":
            os._exit(9)
        return clean(self, document)

    monkeypatch.setattr(Cleaner, "clean", deadly)
    shown: list[Profile] = []
    cleaner = Cleaner(make_rules(RULES))
    with profiled(cleaner, 2, Limits(recycle=4), as_it_is, shown.append) as engine:
        done = list(engine(Document(str(n), TEXT) for n in range(20)))
    assert [result.document.id for result in done] == [str(n) for n in range(20)]
    assert [result.status for result in done].count(Status.CRASH) == 1
    (profile,) = shown
    assert profile.documents == 19 and "3" not in {cost.id for cost in profile.slowest}
    assert profile.rules["a/share"].matched >= 19  # what was not answered is done again
    assert 0 <= profile.waited <= profile.elapsed and profile.workers == 2


def test_a_meter_arrives_whole_where_nothing_is_forked() -> None:
    cleaner = Cleaner(make_rules(RULES))
    recorder = Recorder(cleaner.rules.version)
    meter = Meter(cleaner, recorder)
    document = Document("1", TEXT)
    arrived, finish = pickle.loads(pickle.dumps((meter, meter.finish)))
    (done,) = arrived.clean_batch([document])
    priced = pickle.loads(pickle.dumps(finish(done)))
    assert priced.made == recorder(cleaner.clean(document))
    assert [cost.id for cost in priced.cost.slowest] == ["1"]
    assert priced.cost.rules["a/share"].matched == 1
    assert priced.cost.stages.keys() >= {Stage.MOVE, Stage.FIND, Stage.RECORD}
    assert Stage.BEGIN not in priced.cost.stages
