"""The `tracker history` commands."""

import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from tracker.command_context import Context, Refused

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.ledger import Actor
    from tracker.ledger.anchors import Anchor
    from tracker.ledger.findings import Report


@click.group()
def history() -> None:
    """Verify the history, export it, erase words from it."""


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
@click.pass_obj
def verify(context: Context, files: tuple[IO[str], ...], rows: bool) -> None:
    """Recompute the whole chain and name the first bad line."""
    from tracker.ledger.reading import one_moment
    from tracker.ledger.verify import verify as run

    anchors = [anchor for file in files for anchor in _anchors(file)] if files else None
    with _progress() as progress, one_moment(context.database()) as session:
        report = run(session, anchors=anchors, rows=rows, progress=progress)
    if not report.ok:
        for finding in report.findings[1:]:
            click.echo(finding)
        if report.more:
            click.echo("There are more; the first are named.")
        raise Refused(str(report.findings[0]))
    click.echo(_summary(report))


@history.command()
@click.pass_obj
def head(context: Context) -> None:
    """Print the last line's number and hash, with today's date, as an anchor."""
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
    """Write the history as JSON lines, one event a line."""
    from tracker.ledger import reading
    from tracker.ledger.export import lines

    database = context.database()
    with _writing(output) as out, _progress(show=not out.isatty()) as progress, reading.one_moment(database) as session:
        total = reading.head(session).seq
        for number, line in enumerate(lines(session, internal=internal), start=1):
            out.write(line + "\n")
            if progress and number % reading.BATCH == 0:
                progress("lines", number, total)
        out.flush()


@history.command()
@click.argument("seq", type=click.IntRange(min=1))
@click.argument("fields", nargs=-1, required=True, metavar="FIELD…")
@click.option("--reason", required=True, help="Why; it stays in the history.")
@click.option("--as", "email", required=True, metavar="EMAIL", help="The chief who does it.")
@click.pass_obj
def redact(context: Context, seq: int, fields: tuple[str, ...], reason: str, email: str) -> None:
    """Erase the words at FIELD… (such as set.statement) of line SEQ. The chain still verifies."""
    from tracker.ledger.erasing import erase_entry
    from tracker.ledger.scrubbing import scrub

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
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with unfinished.open("w", encoding="utf-8") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


@contextlib.contextmanager
def _progress(*, show: bool = True) -> Iterator[Callable[[str, int, int], None] | None]:
    """A line on a terminal that tells how far it is; nothing elsewhere."""
    if not (show and sys.stderr.isatty()):
        yield None
        return

    def tell(what: str, done: int, total: int) -> None:
        click.echo(f"\r{done:,} of {total:,} {what}", err=True, nl=False)

    try:
        yield tell
    finally:
        click.echo("\r\x1b[K", err=True, nl=False)
