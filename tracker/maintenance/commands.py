"""`tracker db`, `seed`, `config` and `docs`: looking after the data, the settings in use, the documentation."""

import json
import sys
from pathlib import Path

import click

from tracker import paths
from tracker.command_context import Context, Refused
from tracker.maintenance.rights import APPLICATION
from tracker.progress import by_unit, ignore_progress, show_progress

_STANDARD_OUTPUT = Path("-")


@click.group()
def db() -> None:
    """Upgrade, check and back up the database; after a restore; rights.

    \b
    Examples:
      tracker db upgrade
      tracker db backup /backups/tracker-2026-11-22.db
    """


@db.command()
@click.pass_obj
def upgrade(context: Context) -> None:
    """Bring the database to the newest revision.

    Makes it if there is none. Needs no secret key.

    \b
    Example:
      tracker db upgrade
    """
    from tracker import schema
    from tracker.claims.search import indexing as words
    from tracker.newsroom import settings

    given = context.read_settings(makes_home=True)
    database = context.database_as_it_is(given, make=True)
    before = schema.state(database)
    if before.is_current:
        click.echo(f"The database is at revision {before.current} already.")
    else:
        schema.upgrade(database)
        click.echo(f"The database is now at revision {schema.state(database).current} (was {before.current or 'empty'}).")
    with database.writing() as session:
        settings.seed_timezone(session, given.timezone)
    if indexed := words.fill(database):
        click.echo(f"Indexed the words of {indexed} claims.")


@db.command()
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object: each question, and its fault or null.")
@click.pass_obj
def check(context: Context, as_json: bool) -> None:
    """Check version, revision, integrity, guards and tables.

    Changes nothing and makes nothing. Exits 1 if there is a fault. Needs no secret key.

    \b
    Examples:
      tracker db check
      tracker db check --json
    """
    from tracker.maintenance import checking

    database = context.database_as_it_is(context.read_settings(), make=False)
    found: dict[str, str | None] = {}
    for finding in checking.check(database):
        found[finding.about] = finding.fault
        if not as_json:
            click.echo(f"{finding.about}: {finding.fault or 'ok'}")
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    if faults := sum(fault is not None for fault in found.values()):
        raise Refused(f"the database has {faults} fault{'s' if faults > 1 else ''}.")


@db.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup(context: Context, file: Path) -> None:
    """Copy the database to FILE while it is in use.

    The copy is checked, and readable by its owner alone. On SQLite FILE is a database that can be put in the place
    of the old one; on PostgreSQL it is an archive for pg_restore. With - the copy goes to standard output, once it is whole.

    \b
    Examples:
      tracker db backup /backups/tracker-2026-11-22.db
      tracker db backup - | gzip | ssh backup.example.org 'cat > tracker.db.gz'
    """
    from tracker.maintenance import copying

    database = context.database()
    if file == _STANDARD_OUTPUT:
        if sys.stdout.isatty():
            raise Refused("standard output is a terminal; give a file, or send the copy into a pipe.")
        with show_progress("Copying") as progress:
            fault = copying.stream(
                database, sys.stdout.buffer, context.read_settings().home, progress=progress or ignore_progress
            )
    else:
        with show_progress("Copying") as progress:
            fault = copying.back_up(database, file, progress=progress or ignore_progress)
        click.echo(f"Copied to {file} ({file.stat().st_size:,} bytes).")
    if fault:
        raise Refused(f"the copy is whole, but its history does not verify: {fault}")


@db.command()
@click.pass_obj
def restored(context: Context) -> None:
    """Settle a restored database, once, before serving.

    Mails that are due by now are held back, as they may have been sent before; everyone signs in anew.

    \b
    Example:
      tracker db restored
    """
    from tracker.maintenance import restoring

    with show_progress("Verifying the history") as progress:
        done = restoring.settle(context.database(), context.read_settings().home, progress=by_unit(progress))
    click.echo(f"The history ends at entry {done.line:,} and verifies.")
    click.echo(f"{done.held:,} mail{'s' if done.held != 1 else ''} held back; an administrator may send them after all.")
    click.echo(f"{done.ended:,} session{'s' if done.ended != 1 else ''} ended.")
    if done.anchors_kept:
        click.echo(f"Entries are lost that were anchored; their anchors are kept in {done.anchors_kept}.")


@db.command()
@click.option("--app", "application", default=APPLICATION, show_default=True, metavar="NAME", help="The application's account.")
@click.option("--apply", "applies", is_flag=True, help="Give the rights, signed in as the owner, instead of printing the SQL.")
@click.pass_obj
def rights(context: Context, application: str, applies: bool) -> None:
    """Rights for two accounts on PostgreSQL, as SQL.

    One account owns the tables, the other is the application's and cannot change what was written. Again after each upgrade.

    \b
    Examples:
      tracker db rights | psql "postgresql://tracker_owner@db.example.org/tracker" -1 -v ON_ERROR_STOP=1
      TRACKER_DATABASE_URL=postgresql://tracker_owner@db.example.org/tracker tracker db rights --apply
    """
    from tracker.maintenance import rights as of_accounts

    if not applies:
        click.echo(of_accounts.build_script(application), nl=False)
        return
    owner = of_accounts.apply_rights(context.database(), application)
    click.echo(f"{application} has the rights of the application on the tables of {owner}.")


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE]…", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def seed(context: Context, files: tuple[Path, ...]) -> None:
    """Load sample articles and claims.

    Those that come with Tracker, or those of the FILEs.

    What was loaded before is left as it is.

    \b
    Example:
      tracker seed
    """
    from tracker.samples import seeds

    loaded = seeds.seed(context.database(), files or None)
    for title in loaded.articles:
        click.echo(f"Loaded: {title}")
    click.echo(f"{loaded.claims} claims loaded." if loaded.articles else "Nothing to load: it is all there.")


@click.group("config")
def config() -> None:
    """Show the settings and where each comes from.

    \b
    Example:
      tracker config show
    """


@config.command("show")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object instead of lines.")
@click.pass_obj
def show(context: Context, as_json: bool) -> None:
    """Print every setting that is given, and its source.

    Secrets are not shown. Refuses with one line if a setting cannot be used, exactly as the server would.

    \b
    Examples:
      tracker config show
      tracker config show --json
    """
    from tracker import config_sources

    values = config_sources.read(context.environ)
    context.read_settings()
    given = [(name, values[name]) for name in config_sources.VARIABLES if name in values]
    rows = [
        {"name": f"{config_sources.PREFIX}{name}", "value": config_sources.masked(name, value.text), "source": value.source}
        for name, value in given
    ]
    defaults = [f"{config_sources.PREFIX}{name}" for name in config_sources.VARIABLES if name not in values]
    if as_json:
        click.echo(json.dumps({"settings": rows, "not_set": defaults}, indent=2))
        return
    for row in rows:
        click.echo(f"{row['name']} = {row['value']}  [{row['source']}]")
    click.echo(f"Not set, so the default holds: {', '.join(defaults)}")


@click.command()
@click.argument("page", required=False)
@click.option("--path", "as_path", is_flag=True, help="Print where the file lies instead of its text.")
@click.option("--json", "as_json", is_flag=True, help="Write the list of pages as one JSON array.")
def docs(page: str | None, as_path: bool, as_json: bool) -> None:
    """Read the documentation that came with this version.

    Without PAGE, lists the pages; a page is shown in a pager on a terminal.

    \b
    Examples:
      tracker docs
      tracker docs operations
      tracker docs fr/start
    """
    pages = paths.docs_pages()
    if page is None:
        _print_list(pages, as_json)
        return
    file = pages.get(page.removeprefix("docs/").removesuffix(".md").lower())
    if file is None:
        raise Refused(f"there is no page {page!r}; `tracker docs` lists them.")
    if as_path:
        click.echo(file)
        return
    click.echo_via_pager(file.read_text("utf-8"))


def _print_list(pages: dict[str, Path], as_json: bool) -> None:
    rows = [{"name": name, "title": _find_title(file), "file": str(file)} for name, file in pages.items()]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        click.echo(f"{row['name']:<{width}}  {row['title']}")
    click.echo("\nRead one with: tracker docs NAME")


def _find_title(file: Path) -> str:
    """The text of the first heading."""
    with file.open(encoding="utf-8") as lines:
        return next((line.removeprefix("# ").strip() for line in lines if line.startswith("# ")), file.stem)
