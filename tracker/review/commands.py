"""Commands of the review area."""

from datetime import datetime

import click

from tracker.cli import Context


@click.command("flag-due")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="As if it were this day (YYYY-MM-DD) in the newsroom."
)
@click.pass_obj
def flag_due(context: Context, on: datetime | None) -> None:
    """Flag every claim whose review day has come, and print how many there were.

    The scheduler does the same every few seconds; this is for doing it by hand.
    """
    from tracker.review import flagging

    database = context.database()
    click.echo(flagging.flag_due(database, on.date() if on else flagging.newsroom_day(database)))
