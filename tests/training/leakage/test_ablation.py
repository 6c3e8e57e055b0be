"""Columns by which those that stay discriminate unusually well."""

import pytest

from benchmarks.inputs.leadforge import bare
from benchmarks.inputs.weak_leak_worlds import Nature, weak_world
from training.leakage.ablation import StrongSet
from training.leakage.probe import find_leaks

CONFIG = bare([0])


class Steps:
    """Discriminates by 0.07 more with each column."""

    def auc(self, without):
        return 0.98 - 0.07 * len(without)


def test_the_strongest_go_until_the_rest_is_usual():
    strong = StrongSet.of(Steps(), [], ["a", "b", "c", "d", "e"])
    assert strong.names == ("a", "b", "c")
    assert (strong.without, strong.with_them) == pytest.approx((0.77, 0.98))


@pytest.mark.parametrize(("left_out", "names"), [(["x"], ("a", "b")), (["x", "y"], ())])
def test_a_usual_auc_is_no_question(left_out, names):
    assert StrongSet.of(Steps(), left_out, ["a", "b", "c"]).names == names


def test_weak_leaks_that_nothing_shows_are_asked_about():
    world = weak_world(Nature(leads=2_000, base_rate=0.06), 2, "counters")
    report = find_leaks(world.history, CONFIG)
    assert not report.left_out("column")
    assert set(report.strong.names) & set(world.leaks)
    assert report.strong.with_them >= 0.9 > 0.8 > report.strong.without
    (question,) = [line for line in report.brief() if "unusually well" in line]
    assert question in report.sentences()
    assert f"AUC {report.strong.with_them:.2f} forward in time" in question


def test_honest_columns_of_usual_strength_are_not_asked_about():
    world = weak_world(Nature(leads=2_000, base_rate=0.3), 2)
    assert find_leaks(world.history, CONFIG).strong is None
