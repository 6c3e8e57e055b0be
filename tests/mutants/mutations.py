"""A table of small faults, and where in a module each of them can be planted.

A mutation replaces a few characters of one line, such as ``<=`` by ``<``. Its key names the file,
the function and the line before and after, not the line's number: what stands elsewhere in the
file may change.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

Edit = tuple[int, int, str]

COMPARISONS: dict[type[ast.cmpop], tuple[str, tuple[str, ...]]] = {
    ast.Lt: ("<", ("<=", ">=")),
    ast.LtE: ("<=", ("<", ">")),
    ast.Gt: (">", (">=", "<=")),
    ast.GtE: (">=", (">", "<")),
    ast.Eq: ("==", ("!=",)),
    ast.NotEq: ("!=", ("==",)),
    ast.Is: ("is", ("is not",)),
    ast.IsNot: ("is not", ("is",)),
    ast.In: ("in", ("not in",)),
    ast.NotIn: ("not in", ("in",)),
}
ARITHMETIC: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "/"),
    ast.Pow: ("**", "*"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
}
OPPOSITES = {
    "min": "max",
    "minimum": "maximum",
    "argmin": "argmax",
    "floor": "ceil",
    "any": "all",
    "nanmin": "nanmax",
    "isfinite": "isnan",
    "zeros": "ones",
    "zeros_like": "ones_like",
}
OPPOSITES |= {there: here for here, there in OPPOSITES.items() if there != "isnan"}
TEXTS = {"left": "right", "right": "left", "first": "last", "last": "first"}
# A change to one of these is seen by no caller that does what it should.
QUIET_KEYWORDS = {"strict", "copy", "stacklevel", "check", "usecols", "dtype", "repr"}


@dataclass(frozen=True)
class Mutant:
    """One fault in one module.

    Attributes
    ----------
    file
        Path of the module from the root of the project.
    function
        The function or class that it lies in, ``Policy.line``; "" at the module's root.
    line
        Its number, from 1.
    before, after
        That line without the space around it.
    source
        The whole module with the fault.
    """

    file: str
    function: str
    line: int
    before: str
    after: str
    source: bytes

    @property
    def key(self) -> tuple[str, str, str, str]:
        """File, function, line before and after."""
        return self.file, self.function, self.before, self.after


def mutants_of(file: str, source: bytes) -> list[Mutant]:
    """Return every mutant of a module that can be compiled, each key once, in order of lines."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    by_key: dict[tuple[str, str, str, str], Mutant] = {}
    for node, function in _mutable(ast.parse(source)):
        for edit in _edits(node, _Text(source, starts)):
            mutant = _mutant(file, function, source, edit)
            if mutant is not None:
                by_key.setdefault(mutant.key, mutant)
    return sorted(by_key.values(), key=lambda mutant: mutant.line)


def _mutant(file: str, function: str, source: bytes, edit: Edit) -> Mutant | None:
    start, end, text = edit
    changed = source[:start] + text.encode() + source[end:]
    try:
        compile(changed, file, "exec")
    except SyntaxError:
        return None
    first = source.rfind(b"\n", 0, start) + 1
    before = source[first : source.find(b"\n", end)].decode()
    after = changed[first : changed.find(b"\n", start + len(text))].decode()
    line = source.count(b"\n", 0, start) + 1
    return Mutant(file, function, line, before.strip(), after.strip(), changed)


@dataclass(frozen=True)
class _Text:
    """The bytes of a module and where its lines start."""

    source: bytes
    starts: list[int]

    def start(self, node: ast.AST) -> int:
        return self.starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]

    def end(self, node: ast.AST) -> int:
        return self.starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]

    def of(self, node: ast.AST) -> str:
        return self.source[self.start(node) : self.end(node)].decode()

    def replaced(self, node: ast.AST, text: str) -> Iterator[Edit]:
        """Replace a node that stands on one line."""
        start, end = self.start(node), self.end(node)
        if b"\n" not in self.source[start:end]:
            yield start, end, text

    def between(self, left: ast.AST, right: ast.AST, old: str, new: str) -> Iterator[Edit]:
        """Replace the operator between two nodes."""
        start, end = self.end(left), self.start(right)
        gap = self.source[start:end].decode()
        pattern = rf"\b{old}\b" if old[0].isalpha() else re.escape(old)
        places = list(re.finditer(pattern.replace(r"\ ", r"\s+").replace(" ", r"\s+"), gap))
        if len(places) == 1 and "#" not in gap and "\n" not in places[0].group():
            yield start + places[0].start(), start + places[0].end(), new


def _mutable(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Yield the nodes in which a fault means something, with the function around each."""
    waiting: list[tuple[ast.AST, str]] = [(tree, "")]
    while waiting:
        node, function = waiting.pop()
        yield node, function
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            function = f"{function}.{node.name}".lstrip(".")
        waiting += [(child, function) for child in _children(node)]


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """Leave out hints, texts, decorators, messages of errors and what only a type checker reads."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.JoinedStr | ast.Raise | ast.Assert):
                continue
            if isinstance(child, ast.keyword) and child.arg in QUIET_KEYWORDS:
                continue
            if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
                continue
            if isinstance(child, ast.AST):
                yield child


def _edits(node: ast.AST, text: _Text) -> Iterator[Edit]:
    for kind, edits in TABLE.items():
        if isinstance(node, kind):
            yield from edits(node, text)


def _comparison(node: ast.Compare, text: _Text) -> Iterator[Edit]:
    sides = pairwise([node.left, *node.comparators])
    for (left, right), operator in zip(sides, node.ops, strict=True):
        old, new = COMPARISONS[type(operator)]
        for other in new:
            yield from text.between(left, right, old, other)


def _arithmetic(node: ast.BinOp, text: _Text) -> Iterator[Edit]:
    if type(node.op) in ARITHMETIC:
        yield from text.between(node.left, node.right, *ARITHMETIC[type(node.op)])


def _in_place(node: ast.AugAssign, text: _Text) -> Iterator[Edit]:
    if type(node.op) in ARITHMETIC:
        old, new = ARITHMETIC[type(node.op)]
        yield from text.between(node.target, node.value, f"{old}=", f"{new}=")


def _boolean(node: ast.BoolOp, text: _Text) -> Iterator[Edit]:
    old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
    for left, right in pairwise(node.values):
        yield from text.between(left, right, old, new)


def _sign(node: ast.UnaryOp, text: _Text) -> Iterator[Edit]:
    yield text.start(node), text.start(node.operand), ""


def _constant(node: ast.Constant, text: _Text) -> Iterator[Edit]:
    value = node.value
    if isinstance(value, bool):
        yield from text.replaced(node, str(not value))
    elif isinstance(value, int):
        yield from text.replaced(node, str(value + 1))
        yield from text.replaced(node, str(value - 1) if value else "(-1)")
    elif isinstance(value, float):
        yield from text.replaced(node, repr(2 * value if value else 1.0))
    elif isinstance(value, str) and value in TEXTS:
        yield from text.replaced(node, f'"{TEXTS[value]}"')


def _opposite(node: ast.Name | ast.Attribute, text: _Text) -> Iterator[Edit]:
    name = node.id if isinstance(node, ast.Name) else node.attr
    if name in OPPOSITES and isinstance(node.ctx, ast.Load):
        yield text.end(node) - len(name), text.end(node), OPPOSITES[name]


def _swapped(node: ast.Call, text: _Text) -> Iterator[Edit]:
    """Swap what `numpy.where` chooses from."""
    if text.of(node.func) == "np.where" and len(node.args) == 3:
        yes, no = node.args[1:]
        if yes.lineno == no.end_lineno:
            yield text.start(yes), text.end(no), f"{text.of(no)}, {text.of(yes)}"


def _condition(
    node: ast.If | ast.While | ast.IfExp | ast.comprehension, text: _Text
) -> Iterator[Edit]:
    tests = node.ifs if isinstance(node, ast.comprehension) else [node.test]
    for test in tests:
        # The other way round of one comparison, or of `not`, is in the table already.
        if not isinstance(test, ast.Compare | ast.UnaryOp):
            yield from text.replaced(test, f"(not ({text.of(test)}))")


def _without_leaving(node: ast.If, text: _Text) -> Iterator[Edit]:
    """Go on where a branch returned, continued or raised."""
    last = node.body[-1]
    if isinstance(last, ast.Return | ast.Continue | ast.Break | ast.Raise):
        yield from text.replaced(last, "pass")


def _without_statement(node: ast.Expr | ast.AugAssign, text: _Text) -> Iterator[Edit]:
    if not isinstance(node.value, ast.Constant | ast.Yield | ast.YieldFrom):
        yield from text.replaced(node, "pass")


TABLE: dict[type[ast.AST], Callable[..., Iterator[Edit]]] = {
    ast.Compare: _comparison,
    ast.BinOp: _arithmetic,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _sign,
    ast.Constant: _constant,
    ast.Name: _opposite,
    ast.Attribute: _opposite,
    ast.Call: _swapped,
    ast.IfExp: _condition,
    ast.While: _condition,
    ast.comprehension: _condition,
    ast.Expr: _without_statement,
}


def _of_branch(node: ast.If, text: _Text) -> Iterator[Edit]:
    yield from _condition(node, text)
    yield from _without_leaving(node, text)


def _of_augmented(node: ast.AugAssign, text: _Text) -> Iterator[Edit]:
    yield from _in_place(node, text)
    yield from _without_statement(node, text)


TABLE |= {ast.If: _of_branch, ast.AugAssign: _of_augmented}
