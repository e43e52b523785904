"""Run a file through reading, mapping, parsing and storing; bad rows go to a file of their own."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker import clock
from tracker import ledger as history
from tracker.articles.models import Article, ArticleText
from tracker.db import Database
from tracker.errors import N_, Conflict, Invalid
from tracker.exports import formats
from tracker.imports import limits
from tracker.imports.columns.fields import ERROR, SOURCE, is_own_export
from tracker.imports.columns.incoming import IncomingRow, Problem
from tracker.imports.columns.mapping import ColumnMapping, require_columns
from tracker.imports.columns.rows import RowReader, default_source
from tracker.imports.job_store import Checkpoint
from tracker.imports.readers import Table
from tracker.imports.stats import BadRow, ImportStats
from tracker.imports.storing.batch_writer import BatchWriter, ImportContext
from tracker.imports.storing.claim_builder import ClaimBuilder
from tracker.imports.storing.lookups import ArticleRef, LookupIndex
from tracker.ledger import Actor, Text
from tracker.newsroom import settings
from tracker.paths import complete
from tracker.web import i18n

Progress = Callable[[int], None]
Stopping = Callable[[], bool]


@dataclass(frozen=True)
class Source:
    """A file that was opened, what it is called, and the plan for it."""

    name: str
    size: int
    sha256: str
    table: Table
    plan: ColumnMapping


def _ignore(_what: object) -> None:
    return None


def _never() -> bool:
    return False


def check_import(
    database: Database,
    source: Source,
    actor: Actor,
    *,
    bad_row: BadRow = _ignore,
    progress: Progress = _ignore,
    stopping: Stopping = _never,
) -> ImportStats | None:
    """What an import would do, without doing it; None if it was stopped. Raises Invalid for a plan that does not fit."""
    with LookupIndex() as index, database.reading() as session:
        run = _ImportRun(session, index, source, actor, bad_row, dry=True)
        for batch in run.batches():
            run.writer.write(session, batch, clock.now())
            session.expunge_all()
            progress(run.writer.tally.rows)
            if stopping():
                return None
        return run.writer.tally


def run_whole(
    database: Database,
    source: Source,
    actor: Actor,
    ledger: Checkpoint,
    *,
    bad_row: BadRow = _ignore,
    progress: Progress = _ignore,
) -> ImportStats:
    """Import a file in one transaction. Raises Conflict, and stores nothing, if other rows got in first."""
    try:
        with LookupIndex() as index, database.writing() as session:
            _disable_idle_timeout(session)
            ledger.lock(session)
            run = _ImportRun(session, index, source, actor, bad_row, dry=False)
            for batch in run.batches():
                run.writer.write(session, batch, clock.now())
                progress(run.writer.tally.rows)
            tally = run.writer.tally
            _record(session, "import.run", source, actor, ledger, tally)
            ledger.finish(session, tally)
            return tally
    except IntegrityError as error:
        raise _conflict() from error


def run_in_batches(
    database: Database,
    source: Source,
    actor: Actor,
    ledger: Checkpoint,
    *,
    tally: ImportStats | None = None,
    bad_row: BadRow = _ignore,
    progress: Progress = _ignore,
    stopping: Stopping = _never,
) -> ImportStats | None:
    """Import a file batch by batch, after the line that `ledger` has reached; None if it was stopped.

    `tally` has the counts so far. Raises Conflict if another process works on the same import.
    """
    with LookupIndex() as index:
        with database.reading() as session:
            run = _ImportRun(session, index, source, actor, bad_row, dry=False, tally=tally)
        for batch in run.batches(behind=ledger.line):
            try:
                with database.writing() as session:
                    _disable_idle_timeout(session)
                    ledger.lock(session)
                    run.writer.write(session, batch, clock.now())
                    _record(session, "import.batch", source, actor, ledger, run.writer.tally)
                    ledger.advance(session, run.writer.tally, batch[-1].line)
            except IntegrityError as error:
                raise _conflict() from error
            progress(run.writer.tally.rows)
            if stopping():
                return None
        with database.writing() as session:
            ledger.lock(session)
            _record(session, "import.run", source, actor, ledger, run.writer.tally)
            ledger.finish(session, run.writer.tally)
        return run.writer.tally


class _ImportRun:
    """One pass through a file."""

    def __init__(
        self,
        session: Session,
        index: LookupIndex,
        source: Source,
        actor: Actor,
        bad_row: BadRow,
        *,
        dry: bool,
        tally: ImportStats | None = None,
    ) -> None:
        require_columns(source.plan, source.table.columns)
        newsroom = settings.load(session)
        exact = is_own_export(source.table.columns)
        self._table = source.table
        self._reader = RowReader(source.plan, source.table.columns, newsroom.zone, exact=exact, name=source.name)
        maker = ClaimBuilder(source.plan, clock.today(newsroom.zone), exact=exact)
        terms = ImportContext(
            actor, exact, dry, source.name, newsroom.language, _article(session, source.plan.article), source.plan.own_articles
        )
        self.writer = BatchWriter(session, index, self._reader, maker, terms, bad_row)
        if tally is not None:
            self.writer.tally = tally
            maker.unplaced = tally.unplaced

    def batches(self, behind: int = 0) -> Iterator[list[IncomingRow]]:
        """The rows behind a line, read, so many at a time."""
        batch: list[IncomingRow] = []
        for row in self._table.rows():
            if row.line <= behind:
                continue
            batch.append(self._reader.read(row))
            if len(batch) == limits.BATCH:
                yield batch
                batch = []
        if batch:
            yield batch


def _article(session: Session, number: int | None) -> ArticleRef | None:
    if number is None:
        return None
    article = session.get(Article, number)
    if article is None:
        raise Invalid(N_("There is no article with this number."), field="article")
    has_text = session.scalar(select(ArticleText.id).where(ArticleText.article_id == number).limit(1)) is not None
    day = article.published_on.isoformat()
    return ArticleRef(article.id, article.language, day, article.outlet, article.is_sample, has_text)


def _record(session: Session, kind: str, source: Source, actor: Actor, ledger: Checkpoint, tally: ImportStats) -> None:
    data = {
        "file": Text(source.name),
        "sha256": source.sha256,
        "bytes": source.size,
        "kind": source.table.about.kind,
        "rows": tally.rows,
        "created": tally.created,
        "unchanged": tally.unchanged,
        "changed": tally.changed,
        "repeated": tally.repeated,
        "bad": tally.bad,
        "articles": tally.articles,
        "speakers": tally.speakers,
        "topics": tally.topics,
    }
    history.record(session, f"import:{ledger.job_id}", kind, actor=actor, data=data)


def _disable_idle_timeout(session: Session) -> None:
    # A scheduler's connections are cut where they do nothing within a transaction; parsing a batch takes longer.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


def _conflict() -> Conflict:
    return Conflict(N_("Another import has just stored some of these rows. Nothing of this one was stored; try again."))


def format_rejected_rows(
    columns: Sequence[str], rows: Iterable[tuple[list[str], list[Problem]]], *, delimiter: str, source: str
) -> Iterator[str]:
    """CSV in pieces, escaped as our exports are; with semicolons and a byte order mark where the file had semicolons."""
    kept = [place for place, name in enumerate(columns) if name not in (ERROR, SOURCE)]
    named = columns.index(SOURCE) if SOURCE in columns else None

    def line(row: list[str], problems: list[Problem]) -> list[str]:
        # What could not be stored is not written again.
        shown = [cell.replace("\x00", "\ufffd") for cell in row]
        shown += [""] * (len(columns) - len(shown))
        surplus = shown[len(columns) :]
        wrong = "; ".join(dict.fromkeys(map(_describe_problem, problems)))
        whose = source if named is None else shown[named]
        return [*(shown[place] for place in kept), whose, f"{wrong} [{' | '.join(surplus)}]" if surplus else wrong]

    lines = (line(*row) for row in rows)
    return formats.format_csv([*(columns[place] for place in kept), SOURCE, ERROR], lines, excel=delimiter == ";")


def _describe_problem(problem: Problem) -> str:
    text = i18n.translate(problem.message)
    return i18n.gettext("%(field)s: %(value)s", field=problem.column, value=text) if problem.column else text


@contextmanager
def open_rejected_rows(path: Path, source: Source) -> Generator[Callable[[IncomingRow], None]]:
    """A function that takes bad rows and writes them to a file, which is there when the block ends well."""
    columns, delimiter = source.table.columns, source.table.about.delimiter
    name = source.plan.source or default_source(source.name)
    with complete(path) as unfinished, unfinished.open("w", encoding="utf-8", newline="") as out:
        out.write(next(format_rejected_rows(columns, (), delimiter=delimiter, source=name)))

        def write(incoming: IncomingRow) -> None:
            pieces = format_rejected_rows(columns, [(incoming.cells, incoming.problems)], delimiter=delimiter, source=name)
            next(pieces)
            out.writelines(pieces)

        yield write
