"""`tracker import`: claims from a file, from the command line."""

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.command_context import Context, Refused
from tracker.progress import show_progress

if TYPE_CHECKING:
    from tracker.db import Database
    from tracker.imports.columns.mapping import ColumnMapping
    from tracker.imports.columns.profile import FileProfile
    from tracker.imports.runner import Source
    from tracker.imports.stats import ImportStats
    from tracker.ledger import Actor

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("import")
def import_() -> None:
    """Import claims from CSV, XLSX or JSON.

    \b
    Example:
      tracker import claims claims.csv --dry-run
    """


@import_.command()
@click.argument("file", type=_FILE)
@click.option("--article", metavar="TITLE|ID|URL", help="The article of all rows; a title that is not there yet is made.")
@click.option("--default", "defaults", multiple=True, metavar="FIELD=VALUE", help="A value for rows without one; repeatable.")
@click.option("--source", metavar="NAME", help="Whose row numbers these are. Default: the site that rows link to, or the file.")
@click.option(
    "--moments",
    type=click.Choice(["newsroom", "utc", "as-written"]),
    help="In which zone times with an offset are a day. Default: the newsroom's.",
)
@click.option("--map", "plan_file", type=_FILE, help="What the columns are, as JSON; see --print-map.")
@click.option("--print-map", is_flag=True, help="Print the mapping as recognised, to be edited for --map, and stop.")
@click.option("--dry-run", is_flag=True, help="Show what would be imported and store nothing.")
@click.option("--skip-bad", is_flag=True, help="Import the good rows although there are bad ones.")
@click.option("--bad-rows", type=click.Path(dir_okay=False, path_type=Path), help="Write the bad rows to this CSV file.")
@click.option("--encoding", metavar="NAME", help="Such as UTF-8, Windows-1252 or latin-1. Default: recognised.")
@click.option("--delimiter", type=click.Choice(list(DELIMITERS)), help="Of CSV. Default: recognised.")
@click.option("--sheet", metavar="NAME", help="Of a workbook. Default: the first with column names.")
@click.option("--header-row", type=click.IntRange(1), help="The row with the column names. Default: recognised.")
@click.option("--as", "email", metavar="EMAIL", help="The editor who imports, for the history. Default: Tracker.")
@click.pass_obj
def claims(
    context: Context,
    file: Path,
    article: str | None,
    defaults: tuple[str, ...],
    source: str | None,
    moments: str | None,
    plan_file: Path | None,
    print_map: bool,
    dry_run: bool,
    skip_bad: bool,
    bad_rows: Path | None,
    encoding: str | None,
    delimiter: str | None,
    sheet: str | None,
    header_row: int | None,
    email: str | None,
) -> None:
    """Import the claims of FILE as drafts and open claims.

    Rows that were imported before are left as they are. With any bad row nothing is stored, unless --skip-bad is given. An import
    of more than 5,000 rows goes in batches; if it breaks off, run it again.

    \b
    Examples:
      tracker import claims claims.csv --dry-run --bad-rows bad.csv
      tracker import claims claims.xlsx --sheet 2026 --default language=fr --as ann@example.org
    """
    from tracker.errors import Invalid
    from tracker.imports import job_store, limits, presentation, runner
    from tracker.imports.columns import mapping, profile
    from tracker.imports.readers import ReadOptions, open_table

    try:
        choices = ReadOptions(encoding, DELIMITERS.get(delimiter or ""), sheet, header_row)
        table = open_table(file, file.name, choices, limits.COMMAND)
        with _show_rows("Reading") as progress:
            facts = profile.profile_table(table, progress)
        click.echo(presentation.describe_source(table.about, facts), err=True)
        wanted = _read_plan(plan_file, facts)
        wanted = mapping.change_mapping(wanted, _read_defaults(defaults), source=source, moments=moments)
        if article is not None:
            wanted = _with_article(context.database(), wanted, article)
        if print_map:
            click.echo(presentation.to_pretty_json(wanted))
            return
        mapping.require_columns(wanted, facts.names)
        profile.require_answers(wanted, facts)
        for line in presentation.describe_columns(wanted, facts):
            click.echo(line, err=True)
        found = runner.Source(job_store.safe_filename(file.name), file.stat().st_size, job_store.hash_file(file), table, wanted)
        database = context.database()
        actor = _find_actor(database, email)
        tally = _check(database, found, actor, facts.rows, bad_rows)
    except Invalid as refused:
        raise Refused(f"{refused}{presentation.hint_for(refused)}") from None
    if tally.bad and not skip_bad:
        nothing = "" if dry_run else "; nothing was stored. Correct them, or give --skip-bad"
        raise Refused(f"{presentation.count(tally.bad, 'row')} cannot be imported{nothing}.")
    if dry_run:
        click.echo("Dry run: nothing was stored.")
    else:
        tally = _run(database, found, actor, facts.rows)
    if tally.changed:
        raise Refused(
            f"{presentation.count(tally.changed, 'row')} left out: the number is here with other words. "
            "If they are other claims, give --source NAME; else change the claims by hand."
        )


def _read_plan(plan_file: Path | None, facts: "FileProfile") -> "ColumnMapping":
    from tracker.errors import Invalid
    from tracker.imports.columns import mapping, profile

    if plan_file is None:
        return profile.guess_mapping(facts)
    try:
        return profile.with_inferred_answers(mapping.from_json(plan_file.read_text("utf-8-sig")), facts)
    except UnicodeDecodeError:
        raise Refused(f"{plan_file}: the mapping is no UTF-8.") from None
    except KeyError as missing:
        raise Refused(f"{plan_file}: the file has no column called {missing}.") from None
    except Invalid as refused:
        raise Refused(f"{plan_file}: {refused}") from None


def _read_defaults(given: tuple[str, ...]) -> dict[str, str]:
    from tracker.imports.columns.mapping import DEFAULTS

    found: dict[str, str] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or name.strip() not in DEFAULTS:
            raise click.UsageError(f"--default {each}: give FIELD=VALUE with one of the fields {', '.join(DEFAULTS)}.")
        found[name.strip()] = value.strip()
    return found


def _with_article(database: "Database", wanted: "ColumnMapping", given: str) -> "ColumnMapping":
    """The plan with the article that was named: one that is here, or a new one, of which all that it needs is known."""
    from tracker.imports.columns import mapping
    from tracker.imports.storing import lookups

    with database.reading() as session:
        found = lookups.find_articles(session, given)
    if len(found) > 1:
        raise Refused(
            f"There are several articles “{given}”: give --article with one of the numbers {', '.join(map(str, found))}."
        )
    if found:
        return mapping.change_mapping(wanted, {}, article=found[0])
    if given.isdigit():
        raise Refused(f"There is no article with the number {given}: give --article with a title, a number or an address.")
    is_address = given.startswith(("https://", "http://"))
    wanted = mapping.change_mapping(wanted, {"article_url" if is_address else "article_title": given})
    known_fields = {*wanted.columns.values(), *wanted.defaults}
    missing = [] if "article_title" in known_fields else ["--default article_title=TITLE"]
    if "article_published_on" not in known_fields:
        missing.append("--default article_published_on=YYYY-MM-DD")
    if not {"article_language", "language"} & known_fields:
        missing.append("--default language=CODE")
    if missing:
        raise Refused(f"There is no article “{given}” yet. To make it, add {' '.join(missing)}.")
    return wanted


def _find_actor(database: "Database", email: str | None) -> "Actor":
    from tracker.accounts import people
    from tracker.accounts.roles import Role
    from tracker.ledger import SYSTEM, Actor

    if email is None:
        return Actor(None, SYSTEM.roles | {Role.EDITOR})
    with database.reading() as session:
        editor = people.find(session, email)
        if editor is None or Role.EDITOR not in editor.actor.roles:
            raise Refused(f"--as {email}: this is no editor who may import.")
        return editor.actor


def _check(database: "Database", source: "Source", actor: "Actor", rows: int, into: Path | None) -> "ImportStats":
    from tracker.imports import presentation, runner

    with ExitStack() as stack:
        progress = stack.enter_context(_show_rows("Checking", rows))
        sink = stack.enter_context(runner.open_rejected_rows(into, source)) if into is not None else _ignore
        tally = runner.check_import(database, source, actor, bad_row=sink, progress=progress)
    assert tally is not None
    _report(presentation.describe_tally(tally, source.plan, "would be made"))
    return tally


def _run(database: "Database", source: "Source", actor: "Actor", rows: int) -> "ImportStats":
    from tracker.imports import job_store, limits, presentation, runner
    from tracker.imports.models import State

    with database.writing() as session:
        kind = source.table.about.kind
        job = job_store.create_cli_job(
            session, source.name, kind=kind, size=source.size, sha256=source.sha256, editor_id=actor.editor_id
        )
        ledger = job_store.Checkpoint(job.id, State.COMMAND)
    with _show_rows("Importing", rows) as progress:
        if rows <= limits.WHOLE:
            tally = runner.run_whole(database, source, actor, ledger, progress=progress)
        else:
            click.echo(
                f"More than {limits.WHOLE:,} rows: stored in batches of {limits.BATCH:,}. If this breaks off, run it again.",
                err=True,
            )
            found = runner.run_in_batches(database, source, actor, ledger, progress=progress)
            assert found is not None
            tally = found
    _report(presentation.describe_tally(tally, source.plan, "made"))
    return tally


def _report(lines: list[tuple[str, bool]]) -> None:
    for line, is_detail in lines:
        click.echo(line, err=is_detail)


def _ignore(_row: object) -> None:
    return None


@contextmanager
def _show_rows(label: str, total: int = 0) -> Generator[Callable[[int], None]]:
    with show_progress(label) as report:
        yield (lambda rows: report(rows, total)) if report else _ignore
