"""Commands of the review area."""

from datetime import datetime

import click

from tracker.command_context import Context


@click.command("flag-due")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="As if it were this day (YYYY-MM-DD) in the newsroom."
)
@click.pass_obj
def flag_due(context: Context, on: datetime | None) -> None:
    """Flag every claim whose review day has come, and print how many there were.

    The scheduler does the same every few seconds; this is for doing it by hand.
    """
    from tracker.scheduling import flagging

    database = context.database()
    click.echo(flagging.flag_due(database, on.date() if on else flagging.newsroom_day(database)))


@click.command()
@click.pass_obj
def remind(context: Context) -> None:
    """Plan and send the reminders that are due, and print how many there were.

    The scheduler does the same every few seconds; this is for doing it by hand.
    """
    from tracker.notifications import jobs

    database = context.database()
    words = {
        "planned": "planned",
        "cancelled": "cancelled",
        "rung": "shown in the bell",
        "sent": "sent",
        "retried": "to be tried again",
        "set_aside": "set aside",
    }
    work = jobs.build_jobs(context.settings)
    counts: dict[str, int] = {}
    for job in work.values():
        for name, count in job(database, lambda: False).items():
            if isinstance(count, int):
                counts[name] = counts.get(name, 0) + count
    for name, count in counts.items():
        click.echo(f"{words[name]}: {count}")
    if "mail" not in work:
        click.echo("E-mail is off, because TRACKER_SMTP_URL is not set: reminders are shown in the bell alone.")
