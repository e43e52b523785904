"""`tracker export`: what leaves the newsroom, from the command line."""

import os
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.command_context import Context

# Named here a second time so that the help needs no database.
NAMES = ("verdicts", "claims", "evidence", "checks", "verdict-history", "events")


@click.group()
def export() -> None:
    """Write what the newsroom found to a file or to standard output."""


def _command(name: str) -> None:
    @export.command(name, help=f"The table “{name}”; the columns are explained in docs/exports.md.")
    @click.option("--format", "kind", type=click.Choice(["csv", "jsonl", "xlsx"]), default="csv", show_default=True)
    @click.option("--excel", is_flag=True, help="CSV as Excel in French opens it: semicolons and a byte order mark.")
    @click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write here; it appears when complete.")
    @click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only what is from this day or later.")
    @click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Only what is from this day or earlier.")
    @click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="As of the end of this day.")
    @click.pass_obj
    def command(
        context: "Context",
        kind: str,
        excel: bool,
        output: Path | None,
        since: datetime | None,
        until: datetime | None,
        as_of: datetime | None,
    ) -> None:
        from tracker.exports import formats, workbook
        from tracker.exports.query import Filters
        from tracker.exports.tables import TABLES

        if excel and kind != "csv":
            raise click.UsageError("--excel goes with --format csv.")
        if kind == "xlsx" and output is None:
            raise click.UsageError("--format xlsx needs --output FILE.")
        table = TABLES[name]
        filters = Filters(since=_day(since), until=_day(until), with_sample=context.settings.demo)
        table.check(filters, _day(as_of))
        with _source(context, _day(as_of)) as session:
            rows = _counted(table.rows(session, filters), to_file=output is not None)
            if output is not None and kind == "xlsx":
                with complete(output) as path:
                    workbook.write_workbook(path, table.name, table.columns, rows)
            else:
                pieces = (
                    formats.format_csv(table.columns, rows, excel=excel)
                    if kind == "csv"
                    else formats.format_jsonl(table.columns, rows)
                )
                write(pieces, output)


for _name in NAMES:
    _command(_name)


@export.command("all")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The archive, a ZIP file.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="As of the end of this day.")
@click.pass_obj
def everything(context: "Context", output: Path, as_of: datetime | None) -> None:
    """Every table and the history in one ZIP, with a dictionary of its columns."""
    from tracker.exports import archive

    with _source(context, _day(as_of)) as session, complete(output) as path:
        archive.write_archive(path, session, with_sample=context.settings.demo, past=as_of is not None)
    click.echo(f"{output} written.", err=True)


@contextmanager
def _source(context: "Context", day: date | None) -> "Generator[Session]":
    from tracker.ledger.reading import one_moment

    if day is None:
        with one_moment(context.database()) as session:
            yield session
        return
    from tracker.exports import snapshot

    with snapshot.restore_snapshot(context.database(), day) as past, past.database.reading() as session:
        click.echo(f"As of the end of {day}: line {past.head.seq} of the history, {past.head.hash}", err=True)
        yield session


def _day(given: datetime | None) -> date | None:
    from tracker.web.dates import UnreadableDay, parse_iso_day

    try:
        return parse_iso_day(given.date().isoformat()) if given else None
    except UnreadableDay as error:
        raise click.UsageError(str(error)) from None


@contextmanager
def complete(output: Path) -> Generator[Path]:
    """A path to write to; the file appears under its own name only when the block ends well."""
    unfinished = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        yield unfinished
        descriptor = os.open(unfinished, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        unfinished.replace(output)
    finally:
        unfinished.unlink(missing_ok=True)


def write(pieces: Iterable[str], output: Path | None) -> None:
    """Write text to standard output, or to a file that appears when it is complete."""
    if output is None:
        _pour(pieces, sys.stdout.buffer.write)
        sys.stdout.buffer.flush()
        return
    with complete(output) as path, path.open("wb") as file:
        _pour(pieces, file.write)


def _pour(pieces: Iterable[str], into: Callable[[bytes], Any]) -> None:
    for piece in pieces:
        into(piece.encode("utf-8"))


def _counted(rows: Iterator[list[Any]], *, to_file: bool) -> Iterator[list[Any]]:
    """Tell on a terminal how far it has come, where the rows themselves do not show it."""
    shown = to_file and sys.stderr.isatty()
    count = 0
    for row in rows:
        yield row
        count += 1
        if shown and count % 5_000 == 0:
            click.echo(f"\r{count} rows", nl=False, err=True)
    if to_file:
        click.echo(("\r" if shown else "") + f"{count} rows written.", err=True)
