"""The `tracker history` commands."""

import contextlib
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from tracker.command_context import Context, Refused
from tracker.paths import complete
from tracker.progress import by_unit, show_progress

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.ledger import Actor
    from tracker.ledger.anchors import Anchor
    from tracker.ledger.findings import Report


@click.group()
def history() -> None:
    """Verify and export the history, print its head, erase texts.

    \b
    Examples:
      tracker history verify --rows
      tracker history head >> anchors.jsonl
    """


@history.command()
@click.option(
    "--anchors",
    "files",
    type=click.File(encoding="utf-8"),
    multiple=True,
    metavar="FILE",
    help="Compare with the anchors in this file. May be given several times.",
)
@click.option("--rows", is_flag=True, help="Compare the tables with the history.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object: whether it verifies, the last entry, the findings.")
@click.pass_obj
def verify(context: Context, files: tuple[IO[str], ...], rows: bool, as_json: bool) -> None:
    """Recompute the hash chain; name the first bad entry.

    \b
    Examples:
      tracker history verify
      tracker history verify --rows --anchors anchors.jsonl
      tracker history verify --json
    """
    from tracker.ledger.reading import one_moment
    from tracker.ledger.verify import verify as run

    anchors = [anchor for file in files for anchor in _anchors(file)] if files else None
    with show_progress("Verifying") as progress, one_moment(context.database()) as session:
        report = run(session, anchors=anchors, rows=rows, progress=by_unit(progress))
    if as_json:
        click.echo(json.dumps(_as_json(report), ensure_ascii=False, indent=2))
    if not report.ok:
        for finding in () if as_json else report.findings[1:]:
            click.echo(finding)
        if report.more and not as_json:
            click.echo("There are more; the first are named.")
        raise Refused(str(report.findings[0]))
    if not as_json:
        click.echo(_summary(report))


def _as_json(report: "Report") -> dict[str, object]:
    return {
        "ok": report.ok,
        "last": {"seq": report.last.seq, "hash": report.last.hash},
        "anchors_compared": report.anchors,
        "rows_compared": report.rows,
        "texts_erased": report.erased,
        "findings": [str(finding) for finding in report.findings],
        "more_findings": bool(report.more),
    }


@history.command()
@click.pass_obj
def head(context: Context) -> None:
    """Print the last entry as an anchor.

    One JSON object: its number, its hash and today's date.

    \b
    Example:
      tracker history head >> /mnt/elsewhere/anchors.jsonl
    """
    from tracker import clock
    from tracker.ledger import anchors
    from tracker.newsroom import settings

    with context.database().reading() as session:
        anchor = anchors.head(session, clock.today(settings.load(session).zone))
    if anchor is None:
        raise Refused("the history is empty.")
    click.echo(anchors.write(anchor))


@history.command()
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write to this file.")
@click.option("--internal", is_flag=True, help="With the words of private notes and internal evidence. Not for handing on.")
@click.pass_obj
def export(context: Context, output: Path | None, internal: bool) -> None:
    """Write the history as JSON Lines, one entry a line.

    \b
    Examples:
      tracker history export --output history.jsonl
      tracker history export | gzip > history.jsonl.gz
    """
    from tracker.ledger import reading
    from tracker.ledger.export import lines

    database = context.database()
    with (
        _writing(output) as out,
        show_progress("Writing", hide=out.isatty()) as progress,
        reading.one_moment(database) as session,
    ):
        total = reading.head(session).seq
        for number, line in enumerate(lines(session, internal=internal), start=1):
            out.write(line + "\n")
            if progress and number % reading.BATCH == 0:
                progress(number, total)
        out.flush()


@history.command()
@click.argument("seq", type=click.IntRange(min=1))
@click.argument("fields", nargs=-1, required=True, metavar="FIELD…")
@click.option("--reason", required=True, help="Why; it stays in the history.")
@click.option("--as", "email", required=True, metavar="EMAIL", help="The chief who does it.")
@click.pass_obj
def redact(context: Context, seq: int, fields: tuple[str, ...], reason: str, email: str) -> None:
    """Erase the texts at FIELD… of entry SEQ.

    A FIELD is such as set.statement. The chain still verifies.

    \b
    Example:
      tracker history redact 812 set.statement --reason "A private person" --as chief@example.org
    """
    from tracker.ledger.erasing import erase_entry, scrub

    database = context.database()
    with database.writing() as session:
        texts = erase_entry(session, seq, fields, reason, _actor(session, email))
    clean = scrub(database, texts)
    click.echo(f"Erased from line {seq}: {', '.join(dict.fromkeys(fields))}.")
    if database.is_sqlite and not clean:
        click.echo("The database is being read: the last traces on the disk are removed with the next erasure.")


def _actor(session: "Session", email: str) -> "Actor":
    from tracker.accounts import people

    editor = people.find(session, email)
    if editor is None:
        raise Refused(f"there is no editor with the address {email}.")
    return editor.actor


def _anchors(file: IO[str]) -> "list[Anchor]":
    from tracker.ledger.anchors import BadAnchor, read_all

    try:
        return read_all(file)
    except (BadAnchor, UnicodeDecodeError) as error:
        raise Refused(f"{file.name}: {error if isinstance(error, BadAnchor) else 'not a text file'}.") from error


def _summary(report: "Report") -> str:
    parts = [f"{_count(report.last.seq, 'line')} verified"]
    if report.last.seq:
        parts[0] += f", the last with hash {report.last.hash}"
    if report.anchors:
        parts.append(f"{_count(report.anchors, 'anchor')} compared")
    if report.erased:
        parts.append(f"{_count(report.erased, 'text')} erased by a chief")
    if report.rows is not None:
        parts.append(f"{_count(report.rows, 'row')} as in the history")
    if report.rows_unjudged:
        parts.append(f"{_count(report.rows_unjudged, 'field')} not judged, as the words were erased from the history")
    return "; ".join(parts) + "."


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


@contextlib.contextmanager
def _writing(path: Path | None) -> Iterator[IO[str]]:
    """The file, which is there when all of it is written and not before; without a path, standard output."""
    if path is None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")
        yield sys.stdout
        return
    with complete(path) as unfinished, unfinished.open("w", encoding="utf-8") as file:
        yield file
