"""The command that flags claims on their review date."""

from datetime import datetime

import click

from tracker.command_context import Context, day_option


@click.command("flag-due")
@day_option("--on", "As if today were that day.")
@click.pass_obj
def flag_due(context: Context, on: datetime | None) -> None:
    """Flag every claim whose review date has come.

    Prints how many there were. The scheduler does the same every few seconds; this is for doing it by hand.

    \b
    Examples:
      tracker flag-due
      tracker flag-due --on 2026-11-30
    """
    from tracker.scheduling import jobs

    database = context.database()
    click.echo(jobs.flag_due(database, on.date() if on else jobs.newsroom_day(database)))
