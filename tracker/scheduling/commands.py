"""Commands of the review area."""

import json
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
    from tracker.scheduling import flagging

    database = context.database()
    click.echo(flagging.flag_due(database, on.date() if on else flagging.newsroom_day(database)))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object of counts.")
@click.pass_obj
def remind(context: Context, as_json: bool) -> None:
    """Plan and send the reminders that are due.

    Prints how many there were. The scheduler does the same every few seconds; this is for doing it by hand.

    \b
    Examples:
      tracker remind
      tracker remind --json
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
    if as_json:
        click.echo(json.dumps(counts | {"email": "mail" in work}, indent=2))
        return
    for name, count in counts.items():
        click.echo(f"{words[name]}: {count}")
    if "mail" not in work:
        click.echo("E-mail is off, because TRACKER_SMTP_URL is not set: reminders are shown in the bell alone.")
