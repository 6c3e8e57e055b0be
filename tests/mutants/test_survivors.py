"""The draw, and the list of accepted survivors."""

from __future__ import annotations

from tests.mutants.modules import files_of, nearest_tests
from tests.mutants.mutations import mutants_of
from tests.mutants.survivors import accepted_in, gone, sample
from tests.source import ROOT

FIRST = mutants_of("first.py", b"def f(a, b):\n    return a + b > 2 * a - b\n")
SECOND = mutants_of("second.py", b"def g(a, b):\n    return a or b < 5\n")


def test_draw_is_the_same_each_time_and_another_for_another_seed():
    assert sample(FIRST + SECOND, 5, 1) == sample(SECOND + FIRST, 5, 1)
    draws = {tuple(m.key for m in sample(FIRST + SECOND, 5, seed)) for seed in range(8)}
    assert len(draws) > 1
    assert len(sample(FIRST, 100, 1)) == len(FIRST)


def test_draw_from_one_module_does_not_depend_on_another():
    alone = sample(FIRST, 4, 1)
    both = [m for m in sample(FIRST + SECOND, 6, 1) if m.file == "first.py"]
    assert both[:0] + [m for m in alone if m in both] == [m for m in both if m in alone]
    assert set(both) <= set(alone) or set(alone) <= set(both)


def test_accepted_survivors_that_are_gone_or_noticed_are_named(tmp_path):
    file = tmp_path / "accepted.toml"
    entry = (
        '[[accepted]]\nfile = "{}"\nfunction = "{}"\nbefore = "{}"\nafter = "{}"\nreason = "r"\n'
    )
    keys = [FIRST[0].key, SECOND[0].key, ("first.py", "f", "return 0", "return 1")]
    file.write_text("".join(entry.format(*key) for key in keys))

    accepted = accepted_in(file)

    assert list(accepted) == keys
    assert gone(accepted, FIRST + SECOND, []) == keys[2:]
    assert gone(accepted, FIRST + SECOND, [SECOND[0]]) == keys[1:]


def test_every_accepted_survivor_has_a_reason_and_can_be_planted():
    accepted = accepted_in(ROOT / "tests" / "mutants" / "accepted.toml")
    files = {key[0] for key in accepted}
    planted = [m for file in files for m in mutants_of(file, (ROOT / file).read_bytes())]
    assert all(len(reason.split()) > 3 for reason in accepted.values())
    assert gone(accepted, planted, []) == []


def test_every_mutated_module_has_tests_of_its_own_or_of_its_shelf():
    for file in files_of(ROOT):
        nearest = nearest_tests(ROOT, file).files
        assert nearest, file
        own = ROOT / "tests" / file.replace(file.split("/")[-1], f"test_{file.split('/')[-1]}")
        assert not own.is_file() or nearest[0] == own.relative_to(ROOT).as_posix()
