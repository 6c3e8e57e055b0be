"""What a command says: words for people, or one JSON object for machines."""

from __future__ import annotations

import contextlib
import json
import sys
import textwrap
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from leadgate.jsonfile import json_values

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

PATIENCE_SECONDS = 2.0
INTERRUPTED = 130
# Of what stands below a title.
INDENT = 2


class Verbatim(str):
    """Words that are printed as they stand, however narrow the terminal: commands to copy."""

    __slots__ = ()


class Screen:
    """The output of one command.

    Standard output belongs to the answer: while `work` runs, whatever a library prints goes to
    standard error.

    Parameters
    ----------
    command
        The name of the command, as the JSON object repeats it.
    as_json
        One JSON object instead of words.
    """

    def __init__(self, command: str, *, as_json: bool) -> None:
        self.command = command
        self.as_json = as_json

    @contextlib.contextmanager
    def work(self, doing: str) -> Iterator[Progress]:
        """Keep standard output clean, and show progress once it takes longer than two seconds."""
        with contextlib.redirect_stdout(sys.stderr), Progress(doing) as progress:
            yield progress

    def step(self, title: str, *words: RenderableType) -> None:
        """Print one step of many under its title; machines only get the answer."""
        if self.as_json:
            return
        console = console_on("stdout")
        console.print(f"\n{title}", style="bold")
        for block in words:
            _print(console, block, indent=INDENT)

    def answer(
        self,
        facts: Mapping[str, object],
        *words: RenderableType,
        then: str = "",
        bare: bool = False,
    ) -> None:
        """Print the answer.

        Parameters
        ----------
        facts
            What the JSON object holds.
        *words
            What people read, one block after the other.
        then
            The next step, as a command.
        bare
            The JSON object holds `facts` alone, as the design fixes it for this command.
        """
        if self.as_json:
            frame = {} if bare else {"command": self.command, "ok": True, "next": then}
            sys.stdout.write(to_json({**frame, **facts}) + "\n")
            return
        console = console_on("stdout")
        for block in words:
            _print(console, block)
        if then:
            console.print(f"\nNext: {then}", style="bold", soft_wrap=True)


class Progress:
    """Names the step under way on standard error: on a terminal only, after two seconds."""

    def __init__(self, doing: str) -> None:
        self._text = doing
        self._status: Any = None
        self._done = False
        self._lock = threading.Lock()
        self._timer = threading.Timer(PATIENCE_SECONDS, self._show)
        self._timer.daemon = True

    def __enter__(self) -> Progress:
        if sys.stderr.isatty():
            self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            if self._status is not None:
                self._status.stop()
            self._done = True

    def __call__(self, step: str, share: float | None = None) -> None:
        """Say which step is under way, and which share of the work is done, 0 to 1."""
        self._text = step if share is None else f"{step} ({share:.0%})"
        with self._lock:
            if self._status is not None:
                self._status.update(self._text)

    def _show(self) -> None:
        with self._lock:
            if not self._done:
                self._status = console_on("stderr").status(self._text)
                self._status.start()


def console_on(stream: str) -> Console:
    """Return a rich console on ``stdout`` or ``stderr`` that prints words as they are."""
    from rich.console import Console

    return Console(stderr=stream == "stderr", markup=False, highlight=False)


def _print(console: Console, block: RenderableType, indent: int = 0) -> None:
    """Wrap sentences between words, so that a path or a command can be copied whole."""
    if isinstance(block, Verbatim):
        console.print(textwrap.indent(block, " " * indent), soft_wrap=True)
    elif isinstance(block, str):
        margin = " " * indent
        lines = [
            textwrap.fill(
                line,
                console.width,
                initial_indent=margin,
                subsequent_indent=margin,
                break_long_words=False,
                break_on_hyphens=False,
            )
            for line in block.split("\n")
        ]
        console.print("\n".join(lines), soft_wrap=True)
    else:
        from rich.padding import Padding

        console.print(Padding(block, (0, 0, 0, indent), expand=False))


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> RenderableType:
    """Return a table without lines; numbers are aligned to the right.

    No word is ever cut: where the terminal is too narrow for that, each row becomes a sentence.
    """
    from rich.table import Table

    cells = [[str(value) for value in row] for row in rows]
    columns = list(zip(heads, *cells, strict=True))
    words = [max(map(len, " ".join(column).split())) for column in columns]
    room = console_on("stdout").width - INDENT
    gap = min((room - sum(words)) // max(len(words) - 1, 1), 2)
    if gap < 1:
        return "\n".join(_sentence(heads, row) for row in cells)
    widths = _widths(columns, words, room - gap * (len(words) - 1))
    made = Table(box=None, pad_edge=False, padding=(0, gap, 0, 0), header_style="dim")
    for place, head in enumerate(heads):
        numbers = any(row[place][:1].isdigit() for row in cells)
        made.add_column(head, justify="right" if numbers else "left", width=widths[place])
    for row in cells:
        made.add_row(*row)
    return made


def _widths(columns: Sequence[Sequence[str]], words: Sequence[int], room: int) -> list[int]:
    """Return the widths of columns that have room: what is too wide is wrapped between words.

    Rich narrows the widest columns, and cuts the words of the last one where they have but one.
    """
    widths = [max(len(line) for cell in column for line in cell.split("\n")) for column in columns]
    while sum(widths) > room:
        spare = [width - word for width, word in zip(widths, words, strict=True)]
        widths[spare.index(max(spare))] -= 1
    return widths


def _sentence(heads: Sequence[str], row: Sequence[str]) -> str:
    cells_named = [
        f"{head} {' '.join(cell.split())}" for head, cell in zip(heads, row, strict=True)
    ]
    return "; ".join(cells_named) + "."


def refuse(error: Mapping[str, str], *, as_json: bool) -> None:
    """Print a refusal: the JSON object on standard output, or a sentence on standard error."""
    if as_json:
        sys.stdout.write(to_json({"error": dict(error)}) + "\n")
        return
    sys.stderr.write(f"leadgate: {error['message']}\n")
    if error["hint"]:
        sys.stderr.write(f"{error['hint']}\n")


def refuse_interrupted(*, as_json: bool) -> int:
    """Say that the user ended the command; return its exit code."""
    refuse({"code": "interrupted", "message": "Interrupted.", "hint": ""}, as_json=as_json)
    return INTERRUPTED


def to_json(value: object) -> str:
    """Write JSON that every reader accepts: NaN and infinite numbers become null."""
    return json.dumps(json_values(value), ensure_ascii=False, allow_nan=False, default=_scalar)


def _scalar(value: object) -> object:
    """NumPy scalars as their Python selves, paths and times as text."""
    item = getattr(value, "item", None)
    return str(value) if item is None else json_values(item())
