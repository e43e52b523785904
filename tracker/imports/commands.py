"""`tracker import`: claims from a file, from the command line."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.command_context import Context, Refused

if TYPE_CHECKING:
    from tracker.db import Database
    from tracker.imports.analysis import Facts
    from tracker.imports.plan import Plan
    from tracker.imports.running import Source
    from tracker.imports.tally import Tally
    from tracker.ledger import Actor

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("import")
def import_() -> None:
    """Bring in claims from CSV, XLSX or JSON Lines."""


@import_.command()
@click.argument("file", type=_FILE)
@click.option("--map", "plan_file", type=_FILE, help="What the columns are, as JSON; see --print-map.")
@click.option("--print-map", is_flag=True, help="Print what the columns seem to be, to be edited for --map, and stop.")
@click.option("--dry-run", is_flag=True, help="Say what would be imported, and store nothing.")
@click.option("--skip-bad", is_flag=True, help="Import the good rows although there are bad ones.")
@click.option("--bad-rows", type=click.Path(dir_okay=False, path_type=Path), help="Write the bad rows here, as CSV.")
@click.option("--encoding", help="Such as utf-8 or cp1252; found out where it is not given.")
@click.option("--delimiter", type=click.Choice(list(DELIMITERS)), help="Of CSV; found out where it is not given.")
@click.option("--sheet", help="Of a workbook: the first with rows where it is not given.")
@click.option("--as", "email", metavar="EMAIL", help="The editor who imports, for the history; else the system does.")
@click.pass_obj
def claims(
    context: Context,
    file: Path,
    plan_file: Path | None,
    print_map: bool,
    dry_run: bool,
    skip_bad: bool,
    bad_rows: Path | None,
    encoding: str | None,
    delimiter: str | None,
    sheet: str | None,
    email: str | None,
) -> None:
    """Import the claims of FILE as drafts and open claims.

    Rows that were imported before are left as they are. With any bad row nothing is stored, unless --skip-bad is given. An import
    of more than 5,000 rows goes in batches; if it breaks off, run it again.
    """
    from tracker.imports import analysis, fields, limits, plan, running, uploads
    from tracker.imports.reading import Choices, open_table

    choices = Choices(encoding, DELIMITERS.get(delimiter or ""), sheet)
    table = open_table(file, file.name, choices, limits.COMMAND)
    with _Progress("Looking") as progress:
        facts = analysis.look_at(table, progress)
    click.echo(_described(table.about, facts.rows), err=True)
    wanted = _wanted(plan_file, facts)
    if print_map:
        click.echo(_written(wanted))
        return
    plan.need_columns(wanted, facts.names)
    analysis.need_answers(wanted, facts)
    _tell_columns(wanted, facts)
    source = running.Source(uploads.called(file.name), file.stat().st_size, uploads.digest_of(file), table, wanted)
    database = context.database()
    actor = _actor(database, email)
    tally = _check(database, source, actor, facts.rows, bad_rows)
    if dry_run:
        click.echo("Dry run: nothing was stored.")
        if tally.bad and not skip_bad:
            raise Refused(f"{_count(tally.bad, 'row')} cannot be imported.")
        return
    if tally.bad and not skip_bad:
        raise Refused(f"{_count(tally.bad, 'row')} cannot be imported; nothing was stored. Mend them, or give --skip-bad.")
    _run(database, source, actor, facts.rows)


def _wanted(plan_file: Path | None, facts: "Facts") -> "Plan":
    from tracker.errors import Invalid
    from tracker.imports import analysis, plan

    if plan_file is None:
        return analysis.first_plan(facts)
    try:
        given = plan.from_json(plan_file.read_text("utf-8-sig"))
        return analysis.answered(given, facts)
    except UnicodeDecodeError:
        raise Refused(f"{plan_file}: the mapping is no UTF-8.") from None
    except KeyError as missing:
        raise Refused(f"{plan_file}: the file has no column called {missing}.") from None
    except Invalid as refused:
        raise Refused(f"{plan_file}: {refused}") from None


def _written(wanted: "Plan") -> str:
    import json

    return json.dumps(json.loads(wanted.to_json()), ensure_ascii=False, indent=2)


def _described(about: object, rows: int) -> str:
    from tracker.imports.describing import described
    from tracker.imports.reading import About

    assert isinstance(about, About)
    return f"{described(about)}, {_count(rows, 'row')}."


def _tell_columns(wanted: "Plan", facts: "Facts") -> None:
    from tracker.imports.fields import FIELDS

    for name in facts.names:
        key = wanted.columns.get(name, "")
        order = {"day": ", day first", "month": ", month first"}.get(wanted.days.get(name, ""), "")
        click.echo(f"  {name} → {FIELDS[key].label + order if key in FIELDS else '(left out)'}", err=True)


def _actor(database: "Database", email: str | None) -> "Actor":
    from tracker.accounts import people
    from tracker.accounts.roles import Role
    from tracker.ledger import SYSTEM, Actor

    if email is None:
        return Actor(None, SYSTEM.roles | {Role.EDITOR})
    with database.reading() as session:
        editor = people.find(session, email)
        if editor is None or Role.EDITOR not in editor.actor.roles:
            raise Refused(f"{email} is no editor who may import.")
        return editor.actor


def _check(database: "Database", source: "Source", actor: "Actor", rows: int, into: Path | None) -> "Tally":
    from contextlib import ExitStack

    from tracker.imports import badrows, running

    with ExitStack() as stack:
        progress = stack.enter_context(_Progress("Checking", rows))
        sink = stack.enter_context(badrows.file(into, source.table)) if into is not None else _nothing
        tally = running.check(database, source, actor, bad_row=sink, progress=progress)
    assert tally is not None
    _tell(tally, "would be made")
    return tally


def _run(database: "Database", source: "Source", actor: "Actor", rows: int) -> None:
    from tracker.imports import limits, running, uploads
    from tracker.imports.states import State

    with database.writing() as session:
        kind = source.table.about.kind
        job = uploads.named(session, source.name, kind=kind, size=source.size, sha256=source.sha256, editor_id=actor.editor_id)
        ledger = uploads.Ledger(job.id, State.COMMAND)
    with _Progress("Importing", rows) as progress:
        if rows <= limits.WHOLE:
            tally = running.run_whole(database, source, actor, ledger, progress=progress)
        else:
            click.echo(
                f"More than {limits.WHOLE:,} rows: stored in batches of {limits.BATCH:,}. If this breaks off, run it again.",
                err=True,
            )
            found = running.run_in_batches(database, source, actor, ledger, progress=progress)
            assert found is not None
            tally = found
    _tell(tally, "made")


def _tell(tally: "Tally", made: str) -> None:
    new = [_count(tally.created, "new claim")]
    if tally.drafts:
        new.append(f"of these {_count(tally.drafts, 'draft')}")
    click.echo(f"{', '.join(new)} {made}.")
    for count, noun in ((tally.articles, "article"), (tally.speakers, "speaker"), (tally.topics, "topic")):
        if count:
            click.echo(f"  with {_count(count, f'new {noun}')}")
    for count, text in (
        (tally.unchanged, "here already"),
        (tally.repeated, "the same as one further up"),
        (tally.changed, "different from what is here, or further up; left out"),
        (tally.unowned, "with an owner who is nobody here"),
        (tally.unplaced, "with a quote that is not found once in the article's text"),
        (tally.bad, "bad"),
    ):
        if count:
            click.echo(f"  {_count(count, 'row')} {text}")
    for each in tally.differing[:10]:
        where = f"claim {each.claim}: {', '.join(each.fields)}" if each.claim else f"line {each.other_line}"
        click.echo(f"    line {each.line} differs from {where}", err=True)
    for group in tally.groups:
        lines = ", ".join(map(str, group.lines)) + (", …" if group.count > len(group.lines) else "")
        column = f"column “{group.column}”: " if group.column else ""
        found = f" ({group.value[:60]!r})" if group.value else ""
        click.echo(f"    line {lines}: {column}{group.message}{found}", err=True)


def _nothing(_row: object) -> None:
    return None


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


class _Progress:
    """Shows on a terminal how far it has come, and nothing anywhere else."""

    def __init__(self, what: str, of: int = 0) -> None:
        self._what = what
        self._of = of
        self._shown = False

    def __enter__(self) -> "_Progress":
        return self

    def __call__(self, rows: int) -> None:
        if sys.stderr.isatty():
            percent = f" ({100 * rows // self._of} %)" if self._of else ""
            click.echo(f"\r{self._what} … {rows:,} rows{percent}", nl=False, err=True)
            self._shown = True

    def __exit__(self, *_error: object) -> None:
        if self._shown:
            click.echo(err=True)
