"""`tracker scores`: how predictions came true, as numbers, and whether they are still what the claims amount to."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import click

from tracker.command_context import Context, Refused, day_option

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# Named here too so that the help needs no database.
GROUPINGS = ("speaker", "topic", "desk", "year", "hedge")
SHOWN: Final = 20  # differences that are named


@click.group(invoke_without_command=True)
@click.option("--by", type=click.Choice(GROUPINGS), help="One more row for each speaker, topic, desk, year or hedge word.")
@click.option("--bands", is_flag=True, help="What came of each stated band of likelihood instead.")
@click.option("--format", "kind", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@day_option("--as-of", "As it was at the end of that day.")
@click.pass_context
def scores(ctx: click.Context, by: str | None, bands: bool, kind: str, as_of: datetime | None) -> None:
    """Write scorecards: how often predictions came true.

    Counts, rates with their 95 % interval, and limits if the overdue were known. `tracker docs scorecards` explains each number.

    \b
    Example:
      tracker scores --by topic --format json
    """
    if ctx.invoked_subcommand is not None:
        return
    from tracker.exports import formats
    from tracker.scores import tables
    from tracker.scores.cards import Grouping, Selection

    if bands and by:
        raise click.UsageError("--bands has rows of its own; give it without --by.")
    with _open_source(ctx.obj, as_of.date() if as_of else None) as session:
        if bands:
            columns, rows = tables.BAND_COLUMNS, tables.band_rows(session, Selection())
        else:
            columns, rows = tables.COLUMNS, tables.rows(session, Grouping(by) if by else None, Selection())
        pieces = formats.format_csv(columns, rows, excel=False) if kind == "csv" else _as_json(columns, rows)
        for piece in pieces:
            click.echo(piece, nl=False)


@scores.command()
@click.pass_obj
def verify(context: Context) -> None:
    """Count every claim again and compare.

    Exits 1, with the first differences, if a number is not what the claims amount to.

    \b
    Example:
      tracker scores verify
    """
    from itertools import islice

    from tracker.ledger.reading import one_moment
    from tracker.scores import cells

    with one_moment(context.database()) as session:
        state = cells.load_state(session)
        if state is None or state.recount_from is not None:
            raise Refused("the claims are not counted yet; the scheduler does it within a minute.")
        found = list(islice(cells.find_differences(session), SHOWN + 1))
    if found:
        named = "\n".join(f"  {table} {', '.join(map(str, key))}" for table, key in found[:SHOWN])
        named += "\n  and others" if len(found) > SHOWN else ""
        raise Refused(f"the counts differ from the claims:\n{named}")
    click.echo(f"Every count is what the claims amount to, as of {state.as_of}.")


@contextmanager
def _open_source(context: Context, day: date | None) -> "Generator[Session]":
    """Yield a session over counted claims: those of today in a transaction that is not kept, or those of a day of the past."""
    from tracker import clock
    from tracker.exports import snapshot
    from tracker.ledger.reading import one_moment
    from tracker.newsroom import settings
    from tracker.scores import cells, jobs

    database = context.database()
    if day is None:
        with database.reading() as session:
            today = clock.today(settings.load(session).zone)
            state = cells.load_state(session)
        if state is None or state.as_of != today or state.recount_from is not None:
            jobs.count_ripe(database, lambda: False)
        with one_moment(database) as session:
            yield session
        return
    with snapshot.restore_snapshot(database, day) as past:
        jobs.count_as_of(past.database, day)
        with past.database.reading() as session:
            click.echo(f"As of the end of {day}: entry {past.head.seq} of the history, {past.head.hash}", err=True)
            yield session


def _as_json(columns: tuple[str, ...], rows: "Iterator[list[Any]]") -> list[str]:
    import json

    listed = [dict(zip(columns, row, strict=True)) for row in rows]
    return [json.dumps(listed, ensure_ascii=False, indent=1) + "\n"]
