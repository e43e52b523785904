"""Bad rows as CSV: as they stood in the file, with one more column that says what is wrong with each."""

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tracker.exports import cells
from tracker.imports.reading import Table
from tracker.imports.rows import Incoming, Problem
from tracker.web import speech

# A column of this name is left out when the mended file is imported.
ERROR: Final = "import_error"


def as_csv(columns: Sequence[str], rows: Iterable[tuple[list[str], list[Problem]]], *, delimiter: str) -> Iterator[str]:
    """CSV in pieces, guarded as our exports are; with semicolons and a mark for Excel where the file had semicolons."""
    lines = (_row(columns, *row) for row in rows)
    return cells.as_csv([*columns, ERROR], lines, excel=delimiter == ";")


def _row(columns: Sequence[str], row: list[str], problems: list[Problem]) -> list[str]:
    # What could not be stored is not written again.
    shown = [cell.replace("\x00", "\ufffd") for cell in row]
    shown += [""] * (len(columns) - len(shown))
    surplus = shown[len(columns) :]
    said = "; ".join(dict.fromkeys(_said(problem) for problem in problems))
    return [*shown[: len(columns)], f"{said} [{' | '.join(surplus)}]" if surplus else said]


def _said(problem: Problem) -> str:
    text = speech.say(problem.message)
    return speech.gettext("%(field)s: %(value)s", field=problem.column, value=text) if problem.column else text


@contextmanager
def file(path: Path, table: Table) -> Generator[Callable[[Incoming], None]]:
    """A function that takes bad rows and writes them to a file, which is there when the block ends well."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as out:
            head = next(as_csv(table.columns, (), delimiter=table.about.delimiter))
            out.write(head)

            def write(incoming: Incoming) -> None:
                pieces = as_csv(table.columns, [(incoming.cells, incoming.problems)], delimiter=table.about.delimiter)
                next(pieces)
                out.writelines(pieces)

            yield write
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
