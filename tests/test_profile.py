"""What runs cost, and the sums of that."""

from cleaner.clock import Stage
from cleaner.profile import MOST, DocumentCost, Profile
from cleaner.rules.rule_costs import Cost


def test_profiles_add_up_and_keep_what_cost_the_most() -> None:
    whole = Profile()
    for n in range(3 * MOST):
        part = Profile(stages={Stage.FIND: 1.0}, rules={f"a/{n}": Cost(n, 2, 1)})
        part.rules["a/each"] = Cost(1.0, 3, 0)
        part.add_document(DocumentCost(str(n), float(n % 7), 10))
        whole.add(part)
    assert (whole.documents, whole.size, whole.seconds) == (30, 300, 30.0)
    assert [cost.id for cost in whole.slowest] == [
        "13", "20", "27", "6", "12", "19", "26", "5", "11", "18"
    ]  # fmt: skip
    most = whole.costliest_rules
    assert len(most) == MOST and most[0][0] == "a/each" and most[1][0] == "a/29"
    assert most[0][1] == Cost(30.0, 90, 0)
    assert whole.compared == Cost(30.0 + sum(range(30)), 150, 30)
    assert sum(whole.record()["stages"].values()) == whole.record()["cpu"] == 30.0
