"""`tracker export`: what leaves the newsroom, from the command line."""

import json
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tracker.command_context import Context, day_option
from tracker.paths import complete
from tracker.progress import Report, by_unit, show_progress

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

STEP: Final = 1_000  # rows between two movements of the bar
NO_LIMIT: Final = 10**12

# Named here a second time so that the help needs no database.
NAMES = ("verdicts", "claims", "evidence", "checks", "verdict-history", "events")


@click.group()
def export() -> None:
    """Write verdicts and other tables to a file or standard output.

    \b
    Examples:
      tracker export verdicts --since 2026-01-01 --output verdicts.csv
      tracker export all --output tracker.zip
    """


_HELP: Final = """The table “{name}”.

`tracker docs exports` explains the columns.

\b
Examples:
  tracker export {name}
  tracker export {name} --since 2026-01-01 --output {name}.csv
  tracker export {name} --format jsonl --as-of 2026-06-30
"""


def _command(name: str) -> None:
    @export.command(name, help=_HELP.format(name=name))
    @click.option("--format", "kind", type=click.Choice(["csv", "jsonl", "xlsx"]), default="csv", show_default=True)
    @click.option("--excel", is_flag=True, help="CSV as Excel in French opens it: semicolons and a byte order mark.")
    @click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write here; it appears when complete.")
    @day_option("--since", "Only what is from that day or later.")
    @day_option("--until", "Only what is from that day or earlier.")
    @day_option("--as-of", "As it was at the end of that day.")
    @click.pass_obj
    def command(
        context: Context,
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
        filters = Filters(since=_day(since), until=_day(until), with_sample=context.read_settings().demo)
        table.check(filters, _day(as_of))
        with _source(context, _day(as_of)) as session, show_progress("Writing", hide=output is None) as report:
            total = table.count(session, filters, NO_LIMIT) if report else 0
            rows = _counted(table.rows(session, filters), report, total, to_file=output is not None)
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
@day_option("--as-of", "As it was at the end of that day.")
@click.pass_obj
def everything(context: Context, output: Path, as_of: datetime | None) -> None:
    """Every table and the history in one ZIP.

    With a dictionary of the columns.

    \b
    Example:
      tracker export all --output tracker-2026-11-30.zip
    """
    from tracker.exports import archive

    demo = context.read_settings().demo
    with _source(context, _day(as_of)) as session, complete(output) as path, show_progress("Writing") as report:
        archive.write_archive(path, session, with_sample=demo, past=as_of is not None, progress=by_unit(report))
    click.echo(f"{output} written.", err=True)


@export.command("person")
@click.argument("who")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write here; it appears when complete.")
@click.pass_obj
def person(context: Context, who: str, output: Path | None) -> None:
    """Everything that is stored about one person, as JSON.

    WHO is an e-mail address (of an editor, or of a reader who wrote), editor:NUMBER or speaker:NUMBER. Secrets are left out.
    `tracker docs data-protection` explains what is stored, and how to erase.

    \b
    Examples:
      tracker export person ann@example.org --output ann.json
      tracker export person speaker:12
    """
    from tracker.exports import person as of_person

    with _source(context, None) as session:
        found = of_person.collect(session, who)
    write([json.dumps(found, ensure_ascii=False, indent=2) + "\n"], output)


@contextmanager
def _source(context: Context, day: date | None) -> "Generator[Session]":
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


def write(pieces: Iterable[str], output: Path | None) -> None:
    """Write text to standard output, or to a file that appears when it is complete."""
    if output is None:
        _pour(pieces, sys.stdout.buffer.write)
        sys.stdout.buffer.flush()
        return
    with complete(output) as path, path.open("wb") as file:
        _pour(pieces, file.write)


def _pour(pieces: Iterable[str], into: Callable[[bytes], object]) -> None:
    for piece in pieces:
        into(piece.encode("utf-8"))


def _counted(rows: Iterator[list[object]], report: Report | None, total: int, *, to_file: bool) -> Iterator[list[object]]:
    """Move the bar of a terminal, and print the count where the rows themselves do not show it."""
    count = 0
    for row in rows:
        yield row
        count += 1
        if report and count % STEP == 0:
            report(count, total)
    if report:
        report(count, count)
        click.echo(err=True)
    if to_file:
        click.echo(f"{count} rows written.", err=True)
