"""Bad rows as CSV: as they are in the file, with two more columns that say what is wrong and whose numbers the rows have."""

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tracker.exports import formats
from tracker.imports.fields import ERROR, SOURCE
from tracker.imports.incoming import IncomingRow, Problem
from tracker.imports.rows import default_source
from tracker.imports.runner import Source
from tracker.web import i18n


def format_csv(
    columns: Sequence[str], rows: Iterable[tuple[list[str], list[Problem]]], *, delimiter: str, source: str
) -> Iterator[str]:
    """CSV in pieces, escaped as our exports are; with semicolons and a byte order mark where the file had semicolons."""
    kept = [place for place, name in enumerate(columns) if name not in (ERROR, SOURCE)]
    named = columns.index(SOURCE) if SOURCE in columns else None

    def line(row: list[str], problems: list[Problem]) -> list[str]:
        # What could not be stored is not written again.
        shown = [cell.replace("\x00", "\ufffd") for cell in row]
        shown += [""] * (len(columns) - len(shown))
        surplus = shown[len(columns) :]
        wrong = "; ".join(dict.fromkeys(map(_describe, problems)))
        whose = source if named is None else shown[named]
        return [*(shown[place] for place in kept), whose, f"{wrong} [{' | '.join(surplus)}]" if surplus else wrong]

    lines = (line(*row) for row in rows)
    return formats.format_csv([*(columns[place] for place in kept), SOURCE, ERROR], lines, excel=delimiter == ";")


def _describe(problem: Problem) -> str:
    text = i18n.translate(problem.message)
    return i18n.gettext("%(field)s: %(value)s", field=problem.column, value=text) if problem.column else text


@contextmanager
def open_file(path: Path, source: Source) -> Generator[Callable[[IncomingRow], None]]:
    """A function that takes bad rows and writes them to a file, which is there when the block ends well."""
    columns, delimiter = source.table.columns, source.table.about.delimiter
    name = source.plan.source or default_source(source.name)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as out:
            out.write(next(format_csv(columns, (), delimiter=delimiter, source=name)))

            def write(incoming: IncomingRow) -> None:
                pieces = format_csv(columns, [(incoming.cells, incoming.problems)], delimiter=delimiter, source=name)
                next(pieces)
                out.writelines(pieces)

            yield write
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
