"""What the table plants, and where it plants nothing."""

from __future__ import annotations

import ast

import pytest

from tests.mutants.mutations import mutants_of

MODULE = b'''"""A module."""

from __future__ import annotations

LIMIT = 3


def best(values: list[int] | None, *, strict: bool = True) -> int:
    """Return the best of 2."""
    if not values:
        raise ValueError(f"at least {1} of them")
    return max(v for v in values if v >= LIMIT and v != 7)
'''


def planted(line):
    """Return what stands in place of a line of a function, for every mutant of it."""
    source = f"def f(a, b, c):\n    {line}\n".encode()
    return {mutant.after for mutant in mutants_of("m.py", source)}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("return a <= b", {"return a < b", "return a > b"}),
        ("return a is not b", {"return a is b"}),
        ("return a not in b", {"return a in b"}),
        ("return a < b <= c", {
            "return a <= b <= c", "return a >= b <= c", "return a < b < c", "return a < b > c",
        }),
        ("return (a + b) * c", {"return (a - b) * c", "return (a + b) / c"}),
        ("return a and not b", {"return a or not b", "return a and b"}),
        ("a |= b", {"a &= b", "pass"}),
        ("return a[1:]", {"return a[2:]", "return a[0:]"}),
        ("return a * 0.5", {"return a / 0.5", "return a * 1.0"}),
        ("return b if a else c", {"return b if (not (a)) else c"}),
        ("return min(a, b)", {"return max(a, b)"}),
        ("return np.where(a, b, c)", {"return np.where(a, c, b)"}),
        ('return a.searchsorted(b, side="left")', {'return a.searchsorted(b, side="right")'}),
        ("a.append(b)", {"pass"}),
        ("return f'{a + b}'", set()),
        ("return 'a < b'", set()),
    ],
)  # fmt: skip
def test_table_plants_one_fault_at_a_time(line, expected):
    assert planted(line) == expected


def test_leaving_a_branch_early_is_taken_away():
    source = b"def f(a):\n    if a > 1:\n        return 2\n    return 3\n"
    assert "pass" in {m.after for m in mutants_of("m.py", source) if m.line == 3}


def test_hints_texts_messages_and_quiet_keywords_stay():
    changed = {(m.line, m.after) for m in mutants_of("m.py", MODULE)}

    assert {line for line, _ in changed} == {5, 8, 10, 11, 12}
    assert (8, "def best(values: list[int] | None, *, strict: bool = False) -> int:") in changed
    assert {after for line, after in changed if line == 11} == {"pass"}


def test_every_mutant_is_a_module_that_differs_in_one_line():
    mutants = mutants_of("m.py", MODULE)
    lines = MODULE.splitlines()

    assert len(mutants) > 8
    for mutant in mutants:
        ast.parse(mutant.source)
        other = mutant.source.splitlines()
        differing = [i + 1 for i, line in enumerate(lines) if line != other[i]]
        assert differing == [mutant.line]
        assert lines[mutant.line - 1].decode().strip() == mutant.before
        assert mutant.function == ("" if mutant.line == 5 else "best")
    assert len({mutant.key for mutant in mutants}) == len(mutants)
