"""Going through a file, once without storing anything and once for good.

Up to `limits.WHOLE` rows all of it is one transaction: either every good row becomes a claim or none does. A longer file goes in
batches, each a transaction of its own; what is stored is known again, so that an import that broke off is simply run once more.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker import clock
from tracker import ledger as history
from tracker.articles.models import Article, ArticleText
from tracker.db import Database
from tracker.errors import N_, Conflict, Invalid
from tracker.imports import limits
from tracker.imports.batch_writer import BatchWriter, ImportContext
from tracker.imports.claim_builder import ClaimBuilder
from tracker.imports.fields import is_own_export
from tracker.imports.index import Index
from tracker.imports.job_store import Checkpoint
from tracker.imports.lookups import ArticleRef
from tracker.imports.mapping import ColumnMapping, require_columns
from tracker.imports.readers import Table
from tracker.imports.rows import IncomingRow, Reader
from tracker.imports.stats import BadRow, ImportStats
from tracker.ledger import Actor, Text
from tracker.newsroom import settings

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


def _nothing(_what: Any) -> None:
    return None


def _never() -> bool:
    return False


def check_import(
    database: Database,
    source: Source,
    actor: Actor,
    *,
    bad_row: BadRow = _nothing,
    progress: Progress = _nothing,
    stopping: Stopping = _never,
) -> ImportStats | None:
    """What an import would do, without doing it; None if it was stopped. Raises Invalid for a plan that does not fit."""
    with Index() as index, database.reading() as session:
        course = _ImportRun(session, index, source, actor, bad_row, dry=True)
        for batch in course.batches():
            course.storer.take(session, batch, clock.now())
            session.expunge_all()
            progress(course.storer.tally.rows)
            if stopping():
                return None
        return course.storer.tally


def run_whole(
    database: Database,
    source: Source,
    actor: Actor,
    ledger: Checkpoint,
    *,
    bad_row: BadRow = _nothing,
    progress: Progress = _nothing,
) -> ImportStats:
    """Import all of a file in one transaction. Raises Conflict if somebody else stored the same meanwhile; then nothing is."""
    try:
        with Index() as index, database.writing() as session:
            _take_time(session)
            ledger.begin(session)
            course = _ImportRun(session, index, source, actor, bad_row, dry=False)
            for batch in course.batches():
                course.storer.take(session, batch, clock.now())
                progress(course.storer.tally.rows)
            tally = course.storer.tally
            _record(session, "import.run", source, actor, ledger, tally)
            ledger.finish(session, tally)
            return tally
    except IntegrityError as error:
        raise _overtaken() from error


def run_in_batches(
    database: Database,
    source: Source,
    actor: Actor,
    ledger: Checkpoint,
    *,
    tally: ImportStats | None = None,
    bad_row: BadRow = _nothing,
    progress: Progress = _nothing,
    stopping: Stopping = _never,
) -> ImportStats | None:
    """Import a file batch by batch, from behind the line up to which `ledger` has it; None if it was stopped on the way.

    `tally` is what was counted so far. Raises Conflict if somebody else works on the same import.
    """
    with Index() as index:
        with database.reading() as session:
            course = _ImportRun(session, index, source, actor, bad_row, dry=False, tally=tally)
        for batch in course.batches(behind=ledger.line):
            try:
                with database.writing() as session:
                    _take_time(session)
                    ledger.begin(session)
                    course.storer.take(session, batch, clock.now())
                    _record(session, "import.batch", source, actor, ledger, course.storer.tally)
                    ledger.advance(session, course.storer.tally, batch[-1].line)
            except IntegrityError as error:
                raise _overtaken() from error
            progress(course.storer.tally.rows)
            if stopping():
                return None
        with database.writing() as session:
            ledger.begin(session)
            _record(session, "import.run", source, actor, ledger, course.storer.tally)
            ledger.finish(session, course.storer.tally)
        return course.storer.tally


class _ImportRun:
    """One way through a file."""

    def __init__(
        self,
        session: Session,
        index: Index,
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
        self._reader = Reader(source.plan, source.table.columns, newsroom.zone, exact=exact, name=source.name)
        maker = ClaimBuilder(source.plan, clock.today(newsroom.zone), exact=exact)
        terms = ImportContext(actor, exact, dry, source.name, newsroom.language, _article(session, source.plan.article))
        self.storer = BatchWriter(session, index, self._reader, maker, terms, bad_row)
        if tally is not None:
            self.storer.tally = tally
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


def _take_time(session: Session) -> None:
    # A scheduler's connections are cut where they do nothing within a transaction; reading a batch is not nothing.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


def _overtaken() -> Conflict:
    return Conflict(N_("Another import has just stored some of these rows. Nothing of this one was stored; try again."))
