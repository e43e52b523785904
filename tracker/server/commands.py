"""The commands that keep running, and `tracker publish`: the public pages as a folder of files."""

import json
import logging
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.command_context import Context, Refused

if TYPE_CHECKING:
    import socket

    from tracker.db import Database

HOST, PORT = "127.0.0.1", 8000


@click.command()
@click.option("--host", default=HOST, show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(0, 65_535), help="Port to listen on; 0 for any.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that answer (default: 1 on SQLite, 2 on PostgreSQL).")
@click.option("--no-scheduler", is_flag=True, help="Leave the scheduler to `tracker scheduler`.")
@click.pass_obj
def serve(context: Context, host: str, port: int, workers: int | None, no_scheduler: bool) -> None:
    """Start the web pages and the scheduler.

    \b
    Examples:
      tracker serve
      tracker serve --host 0.0.0.0 --port 8080 --workers 4 --no-scheduler
    """
    from tracker.server import sockets

    database = _require_database(context)
    listener = sockets.listen(host, port)
    url = sockets.web_address(listener)
    context.settings = replace(context.settings, served_at=url.rstrip("/"))
    first_steps = _first_steps(database, context.settings.base_url or url.rstrip("/"))
    database.dispose()
    _run(
        context,
        listener,
        workers=workers or (1 if context.settings.is_sqlite else 2),
        scheduler=not no_scheduler,
        greeting=[f"The tracker is at {url}", *first_steps, "Ctrl-C stops it."],
    )


def _require_database(context: Context) -> "Database":
    """The database, once it is known to be there, of this version and writable; each process then opens its own."""
    from tracker.server import storage_probe

    # Before it is opened: SQLite would only say that it cannot open the file.
    storage_probe.require_writable_file(context.settings.database_url)
    database = context.database()
    storage_probe.require_writable(database)
    return database


def _first_steps(database: "Database", base_url: str) -> list[str]:
    """What to do before the first account exists: the link is printed here and nowhere else."""
    from tracker.accounts import first_run

    with database.writing() as session:
        if not first_run.is_needed(session):
            return []
        path = first_run.new_link(session)
    return [
        "Nobody has an account yet. Open this link to set up the newsroom:",
        f"  {base_url}{path}",
        "It works once, within a day. `tracker setup-link` prints a new one.",
    ]


@click.command()
@click.pass_obj
def scheduler(context: Context) -> None:
    """Start the scheduler alone. Several may run; one works and the others wait.

    \b
    Example:
      tracker scheduler
    """
    from tracker import logs
    from tracker.server.server import run_scheduler

    _require_database(context).dispose()
    logs.configure()
    run_scheduler(context.settings)


@click.command()
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(0, 65_535), help="Port to try first.")
@click.pass_obj
def demo(context: Context, port: int) -> None:
    """Start with sample data, and show how to sign in.

    The data lies in TRACKER_HOME or else in a folder of its own; started again, the demonstration continues.

    \b
    Example:
      tracker demo --port 8001
    """
    from tracker.server import demonstration, sockets

    context.settings = demonstration.settings_from(context.environ)
    database = context.database_as_it_is(context.settings, make=True)
    ways_in = demonstration.prepare(database, context.settings, say=lambda line: click.echo(line, err=True))
    database.dispose()
    listener = sockets.listen_near(HOST, port)
    url = sockets.web_address(listener)
    context.settings = replace(context.settings, served_at=url.rstrip("/"))
    greeting = [f"The demonstration is at {url}", "Sign in as one, and sign as the other:"]
    greeting += [f"  {way.email}  password: {way.password}  ({way.name})" for way in ways_in]
    greeting += [f"Its data is in {context.settings.home}", "Ctrl-C stops it."]
    _run(context, listener, workers=1, scheduler=True, greeting=greeting)


def _run(context: Context, listener: "socket.socket", *, workers: int, scheduler: bool, greeting: list[str]) -> None:
    from tracker import logs
    from tracker.server import storage_probe
    from tracker.server.server import Plan, serve

    def greet() -> None:
        click.echo("\n".join(greeting))
        sys.stdout.flush()

    # A demonstration prints how to sign in, and nothing that would scroll it off the screen.
    logs.configure(logging.WARNING if context.settings.demo else logging.INFO)
    temporary = storage_probe.find_temporary_folder(context.settings.home)
    serve(Plan(context.settings, listener, workers, scheduler, greet, temporary))


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
    from tracker.scheduler import message_jobs

    database = context.database()
    words = {
        "planned": "planned",
        "cancelled": "cancelled",
        "rung": "shown in the bell",
        "sent": "sent",
        "retried": "to be tried again",
        "set_aside": "set aside",
    }
    work = message_jobs(context.settings)
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


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--base-url", required=True, help="Where the folder will be found, such as https://static.example.org.")
@click.pass_obj
def publish(context: Context, folder: Path, base_url: str) -> None:
    """Write the public pages into a folder, for any web host.

    The same bytes that the server sends, with a manifest of their checksums.

    \b
    Example:
      tracker publish /srv/www --base-url https://static.example.org
    """
    from tracker.server import static_copy  # it brings the web application, which `serve` imports in its own order

    if not base_url.startswith(("http://", "https://")):
        raise Refused("--base-url begins with http:// or https://.")
    database = context.database()
    done = static_copy.publish(context.settings, database, folder, base_url.rstrip("/"))
    click.echo(f"{done.files} files, {done.changed} of them new or changed, {done.removed} removed: {folder}")
