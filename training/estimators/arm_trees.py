"""Trees that ask for the arm, as trees of either arm: a LightGBM model without its last column."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

# A tree as LightGBM writes it, by the names of its lines.
Fields: TypeAlias = Mapping[str, str]

_CATEGORY = 1
_OF_LEAVES = ("leaf_value", "leaf_weight", "leaf_count")
_OF_COLUMNS = ("feature_names", "feature_infos")
_OF_CONDITIONS = (
    "split_feature", "split_gain", "threshold", "decision_type", "internal_value",
    "internal_weight",
)  # fmt: skip


@dataclass(frozen=True)
class ArmTrees:
    """The trees of a model whose last column is the arm: 1 left to marketing, 0 worked.

    Attributes
    ----------
    worked
        All trees as they are for a lead that sales works; the arm is no column any more.
    asking_worked, asking_unworked
        Those trees alone that ask for the arm, for either; "" where none does.
    """

    worked: str
    asking_worked: str
    asking_unworked: str


def arm_trees(text: str) -> ArmTrees:
    """Divide a model by its last column, which is the arm.

    A condition on the arm gives way to what follows on the side that is taken, so that the trees of
    an arm predict what the model does for a row of that arm. What a condition covers are the rows
    of the leaves that are left under it.

    Parameters
    ----------
    text
        The model as LightGBM writes it; its last column holds no category.
    """
    head, *trees = re.split(r"(?=^Tree=\d+$)", text, flags=re.MULTILINE)
    trees[-1], tail = trees[-1].split("end of trees", 1)
    read = [_fields(tree) for tree in trees]
    arm = _last_column(head)
    asking = [tree for tree in read if _asks(tree, arm)]
    worked, unworked = ({arm: value} for value in (0.0, 1.0))
    return ArmTrees(
        worked=_model(head, [_without(tree, worked) for tree in read], tail),
        asking_worked=_model(head, [_without(tree, worked) for tree in asking], tail),
        asking_unworked=_model(head, [_without(tree, unworked) for tree in asking], tail),
    )


def _fields(tree: str) -> Fields:
    return dict(line.split("=", 1) for line in tree.splitlines() if "=" in line)


def _written(tree: Fields) -> str:
    """Write a tree; a line that says nothing any more is left out."""
    lines = [f"{name}={value}" for name, value in tree.items() if value or name == "num_cat"]
    return "\n".join(lines) + "\n\n\n"


def _last_column(head: str) -> int:
    return int(_line(head, "max_feature_idx"))


def _line(text: str, name: str) -> str:
    line = re.search(rf"^{name}=(.*)$", text, re.MULTILINE)
    assert line is not None
    return line[1]


def _asks(tree: Fields, column: int) -> bool:
    return str(column) in tree.get("split_feature", "").split()


def _model(head: str, trees: Sequence[Fields], tail: str) -> str:
    """Write a model without its last column; "" where it has no tree."""
    if not trees:
        return ""
    texts = [_written({**tree, "Tree": str(place)}) for place, tree in enumerate(trees)]
    lines = {
        "max_feature_idx": str(_last_column(head) - 1),
        **{name: _line(head, name).rsplit(" ", 1)[0] for name in _OF_COLUMNS},
        "tree_sizes": " ".join(str(len(text.encode())) for text in texts),
    }
    for name, value in lines.items():
        head = head.replace(f"\n{name}={_line(head, name)}\n", f"\n{name}={value}\n")
    # The importances are of all columns, and nothing reads them.
    tail = re.sub(r"(?<=\nfeature_importances:\n).*?\n(?=\n)", "", tail, flags=re.DOTALL)
    return f"{head}{''.join(texts)}end of trees{tail}"


def _without(tree: Fields, values: Mapping[int, float]) -> Fields:
    """Return a tree as it is where the values of some columns are given."""
    if not any(_asks(tree, column) for column in values):
        return tree
    feature, left, right, covers = (
        [int(number) for number in tree[name].split()]
        for name in ("split_feature", "left_child", "right_child", "leaf_count")
    )
    thresholds = tree["threshold"].split()
    kept = _Kept([], [], [], [])

    def walk(node: int) -> tuple[int, int]:
        """Keep what can be reached; return the new number of a node, and what it covers."""
        if node < 0:
            kept.leaves.append(~node)
            return ~(len(kept.leaves) - 1), covers[~node]
        if feature[node] in values:
            goes_left = values[feature[node]] <= float(thresholds[node])
            return walk(left[node] if goes_left else right[node])
        place = len(kept.conditions)
        kept.conditions.append(node)
        kept.children.append((0, 0))
        kept.covers.append(0)
        (a, by_left), (b, by_right) = walk(left[node]), walk(right[node])
        kept.children[place], kept.covers[place] = (a, b), by_left + by_right
        return place, by_left + by_right

    walk(0)
    return kept.fields(tree)


@dataclass(frozen=True)
class _Kept:
    """What is left of a tree: conditions and leaves by their old numbers, in the new order."""

    conditions: list[int]
    leaves: list[int]
    children: list[tuple[int, int]]
    covers: list[int]

    def fields(self, tree: Fields) -> Fields:
        """Return the tree that is left."""
        of_leaves = {name: self._some(tree, name, self.leaves) for name in _OF_LEAVES}
        if not self.conditions:
            # LightGBM reads a tree of one leaf from its value alone.
            alone = {name: tree[name] for name in ("Tree", "is_linear", "shrinkage")}
            value = of_leaves["leaf_value"]
            return {**alone, "num_leaves": "1", "num_cat": "0", "leaf_value": value}
        of_conditions = {name: self._some(tree, name, self.conditions) for name in _OF_CONDITIONS}
        left, right = zip(*self.children, strict=True)
        return {
            **tree,
            **of_leaves,
            **of_conditions,
            "num_leaves": str(len(self.leaves)),
            "left_child": _joined(left),
            "right_child": _joined(right),
            "internal_count": _joined(self.covers),
            **self._categories(tree),
        }

    def _some(self, tree: Fields, name: str, places: Sequence[int]) -> str:
        numbers = tree[name].split()
        return " ".join(numbers[place] for place in places)

    def _categories(self, tree: Fields) -> Fields:
        """Return the sets of categories that are left, numbered anew."""
        if tree["num_cat"] == "0":
            return {}
        kinds, thresholds = tree["decision_type"].split(), tree["threshold"].split()
        ends = [int(end) for end in tree["cat_boundaries"].split()]
        words = tree["cat_threshold"].split()
        sets: list[list[str]] = []
        of_conditions = []
        for node in self.conditions:
            if int(kinds[node]) & _CATEGORY:
                run = int(float(thresholds[node]))
                of_conditions.append(str(len(sets)))
                sets.append(words[ends[run] : ends[run + 1]])
            else:
                of_conditions.append(thresholds[node])
        boundaries = [sum(map(len, sets[:place])) for place in range(len(sets) + 1)]
        left = {
            "cat_boundaries": _joined(boundaries),
            "cat_threshold": " ".join(map(" ".join, sets)),
        }
        none = dict.fromkeys(left, "")
        return {
            "threshold": " ".join(of_conditions),
            "num_cat": str(len(sets)),
            **(left if sets else none),
        }


def _joined(numbers: Sequence[int]) -> str:
    return " ".join(map(str, numbers))
