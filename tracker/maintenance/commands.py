"""Commands that look after the data."""

import sys
from collections.abc import Callable
from pathlib import Path

import click

from tracker.command_context import Context, Refused


@click.group()
def db() -> None:
    """Bring the database up to date, check it, back it up."""


@db.command()
@click.pass_obj
def upgrade(context: Context) -> None:
    """Bring the database to the newest revision; makes it if there is none."""
    from tracker import schema
    from tracker.claims.search import indexing as words
    from tracker.newsroom import settings

    database = context.database(current=False)
    before = schema.state(database)
    if before.is_current:
        click.echo(f"The database is at revision {before.current} already.")
    else:
        schema.upgrade(database)
        click.echo(f"The database is now at revision {schema.state(database).current} (was {before.current or 'empty'}).")
    with database.writing() as session:
        settings.seed_timezone(session, context.settings.timezone)
    if indexed := words.fill(database):
        click.echo(f"Indexed the words of {indexed} claims.")


@db.command()
@click.pass_obj
def check(context: Context) -> None:
    """Check version, revision, integrity, guards, and that the tables are those the tracker expects."""
    from tracker.maintenance import checking

    faults = 0
    for finding in checking.check(context.database(current=False)):
        faults += finding.fault is not None
        click.echo(f"{finding.about}: {finding.fault or 'ok'}")
    if faults:
        raise Refused(f"the database has {faults} fault{'s' if faults > 1 else ''}.")


@db.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup(context: Context, file: Path) -> None:
    """Copy the database to FILE while it is in use, and check the copy.

    On SQLite FILE is a database that can be put in the place of the old one; on PostgreSQL it is an archive for pg_restore.
    """
    from tracker.maintenance import copying

    database = context.database()
    fault = copying.back_up(database, file, progress=_progress("Copying"))
    click.echo(f"Copied to {file} ({file.stat().st_size:,} bytes).")
    if fault:
        raise Refused(f"the copy is whole, but its history does not verify: {fault}")


@db.command()
@click.pass_obj
def restored(context: Context) -> None:
    """Run this after putting a backup in place, before serving.

    Mails that are due by now are held back, as they may have been sent before; everybody signs in anew.
    """
    from tracker.maintenance import restoring

    done = restoring.settle(context.database(), context.settings.home)
    click.echo(f"The history ends at line {done.line:,} and verifies.")
    click.echo(f"{done.held:,} mail{'s' if done.held != 1 else ''} held back; an admin may send them after all.")
    click.echo(f"{done.ended:,} session{'s' if done.ended != 1 else ''} ended.")
    if done.anchors_kept:
        click.echo(f"Lines are lost that were anchored; their anchors are kept in {done.anchors_kept}.")


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE]…", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def seed(context: Context, files: tuple[Path, ...]) -> None:
    """Load sample articles with their claims: those that come with the tracker, or the FILEs.

    What was loaded before is left as it is.
    """
    from tracker.imports import seeds

    loaded = seeds.seed(context.database(), files or None)
    for title in loaded.articles:
        click.echo(f"Loaded: {title}")
    click.echo(f"{loaded.claims} claims loaded." if loaded.articles else "Nothing to load: it is all there.")


def _progress(what: str) -> Callable[[int, int], None]:
    """Shows percents on a terminal, and nothing anywhere else."""

    def show(done: int, of: int) -> None:
        if sys.stderr.isatty():
            percent = 100 * done // max(of, 1)
            click.echo(f"\r{what} … {percent:3d} %", nl=done >= of, err=True)

    return show
