"""`tracker export`: what leaves the newsroom, from the command line."""

import os
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from tracker.cli import Context


@click.group()
def export() -> None:
    """Write what the newsroom found to a file or to standard output."""


@export.command()
@click.option("--format", "kind", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True)
@click.option("--excel", is_flag=True, help="CSV as Excel in French opens it: semicolons and a byte order mark.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file; it appears when complete.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only verdicts signed on this day or later.")
@click.pass_obj
def verdicts(context: "Context", kind: str, excel: bool, output: Path | None, since: datetime | None) -> None:
    """The latest signed verdict of every claim."""
    from tracker.exchange import cells
    from tracker.exchange import verdicts as signed
    from tracker.history.reading import one_moment

    if excel and kind != "csv":
        raise click.UsageError("--excel goes with --format csv.")
    filters = signed.Filters(since=_day(since), with_sample=context.settings.demo)
    with one_moment(context.database()) as session:
        rows = _counted(signed.rows(session, filters), to_file=output is not None)
        pieces = cells.as_csv(signed.COLUMNS, rows, excel=excel) if kind == "csv" else cells.as_jsonl(signed.COLUMNS, rows)
        write(pieces, output)


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def write(pieces: Iterable[str], output: Path | None) -> None:
    """Write text to standard output, or to a file that appears under its name only when it is complete."""
    if output is None:
        stream = sys.stdout.buffer
        for piece in pieces:
            stream.write(piece.encode("utf-8"))
        stream.flush()
        return
    unfinished = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as file:
            for piece in pieces:
                file.write(piece.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(output)
    finally:
        unfinished.unlink(missing_ok=True)


def _counted(rows: Iterator[list[Any]], *, to_file: bool) -> Iterator[list[Any]]:
    """Tell on a terminal how far it has come, where the rows themselves do not show it."""
    shown = to_file and sys.stderr.isatty()
    count = 0
    for row in rows:
        yield row
        count += 1
        if shown and count % 5_000 == 0:
            click.echo(f"\r{count} verdicts", nl=False, err=True)
    if to_file:
        click.echo(("\r" if shown else "") + f"{count} verdicts written.", err=True)
