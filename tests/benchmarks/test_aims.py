import pytest

from benchmarks.machinery.aims import Aim, Aims, matching
from benchmarks.machinery.catalogue import parse_option

FIGURES = {"a": {"ratio": 1.5, "what": ""}, "b": {"ratio": 3.0}}


def aims(*given: Aim) -> Aims:
    return Aims(given, {})


@pytest.mark.parametrize(
    ("direction", "value", "holds"),
    [
        ("at most", 1.5, True), ("at most", 1.5000001, False), ("at least", 1.5, True),
        ("at least", 1.4999999, False), ("at most", None, False), ("at least", "2", False),
    ],
)  # fmt: skip
def test_aim_holds_at_its_limit_and_not_beyond(direction, value, holds):
    assert Aim("g/b", "a: ratio", 1.5, direction).holds(value) is holds


def test_aim_of_every_row_names_the_row_that_misses_it():
    missed = aims(Aim("g/b", "*: ratio", 2.0, "at most")).missed("g/b", FIGURES, small=False)
    assert missed == ["b: ratio is 3.0, not at most 2"]


def test_aim_without_its_figure_is_missed():
    missed = aims(Aim("g/b", "c: ratio", 2.0, "at most")).missed("g/b", FIGURES, small=False)
    assert missed == ["c: ratio: there is no such figure"]


def test_aim_is_asked_of_a_smoke_run_only_where_it_says_so():
    given = aims(Aim("g/b", "b: ratio", 2.0, "at most"))
    assert given.missed("g/b", FIGURES, small=True) == []
    given = aims(Aim("g/b", "b: ratio", 2.0, "at most", small=True))
    assert len(given.missed("g/b", FIGURES, small=True)) == 1
    assert given.missed("g/other", FIGURES, small=True) == []


def test_direction_that_nobody_understands_is_refused():
    with pytest.raises(ValueError, match="direction 'below'"):
        Aim("g/b", "a: ratio", 1.0, "below")


def test_figures_of_a_star_are_those_of_every_row_with_the_column():
    assert matching(FIGURES, "*: what") == {"a: what": ""}


@pytest.mark.parametrize(
    ("text", "value"),
    [("n=3", 3), ("sets=a,b", ("a", "b")), ("seeds=7,8", (7, 8)), ("all=yes", True)],
)
def test_option_is_read_as_the_type_of_its_default(text, value):
    defaults = {"n": 1, "sets": ("x",), "seeds": (1,), "all": False}
    assert parse_option(text, defaults) == (text.split("=")[0], value)


def test_option_that_there_is_not_is_named_with_those_that_there_are():
    with pytest.raises(ValueError, match="no option m; there are: n"):
        parse_option("m=1", {"n": 1})
