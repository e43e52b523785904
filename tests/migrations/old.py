"""A database as an older tracker left it. Its rows are written by the tables as they stand, never by today's models."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from tracker import paths, schema
from tracker.db import Database

THEN = datetime(2024, 3, 11, 8, 0, tzinfo=UTC)


def revisions() -> list[str]:
    """The numbers of all revisions, oldest first."""
    script = ScriptDirectory(str(paths.migrations_dir()))
    return [revision.revision for revision in script.walk_revisions()][::-1]


def before(revision: str) -> str:
    """The number of the revision that this one follows."""
    known = revisions()
    return known[known.index(revision) - 1]


@contextmanager
def writing(database: Database) -> Generator[Connection]:
    """A transaction without sessions and models."""
    with database.engine.connect() as connection, connection.execution_options(writing=True).begin():
        yield connection


def insert(connection: Connection, table: str, **values: Any) -> int:
    """Write a row into a table as it stands; its id, 0 where it has none."""
    target = sa.Table(table, sa.MetaData(), autoload_with=connection)
    key = connection.execute(target.insert().values(**values)).inserted_primary_key
    return key[0] if key is not None and isinstance(key[0], int) else 0


def rows(database: Database, table: str) -> list[dict[str, Any]]:
    """All rows of a table as it stands, by their first column."""
    with database.engine.connect() as connection:
        target = sa.Table(table, sa.MetaData(), autoload_with=connection)
        found = connection.execute(sa.select(target).order_by(next(iter(target.c))))
        return [dict(row) for row in found.mappings()]


def a_claim_with_its_verdict(database: Database) -> None:
    """An editor, an article with a text, and a claim that was proposed, in the tables of revision 0001 and later."""
    with writing(database) as connection:
        editor = insert(connection, "editor", email="a@example.org", name="A", fs_uniquifier="u", created_at=THEN)
        article = insert(
            connection, "article", title="T", language="en", published_on=date(2024, 1, 15), created_at=THEN, version=1
        )
        insert(connection, "article_text", article_id=article, number=1, body="B", sha256="0" * 64, received_at=THEN)
        claim = insert(
            connection,
            "claim",
            article_id=article,
            statement="It will be so.",
            language="en",
            attribution="article",
            certainty="flat",
            made_on=date(2024, 1, 15),
            review_on=date(2024, 3, 11),
            status="due",
            owner_id=editor,
            created_at=THEN,
            updated_at=THEN,
        )
        insert(
            connection,
            "verdict",
            claim_id=claim,
            number=1,
            proposal_kind="verdict",
            outcome="void",
            verdict_kind="first",
            rationale="Because.",
            proposed_by_id=editor,
            proposed_at=THEN,
        )


def an_event(connection: Connection) -> None:
    """The first line of a history, of which no one verifies the hash."""
    given = {"at": THEN, "actor": "system", "subject": "thing:1", "kind": "thing.noted", "canonical": "{}"}
    insert(connection, "event", seq=1, prev_hash="0" * 64, hash="1" * 64, **given)


def triggers(database: Database) -> list[str]:
    """The names of all triggers it has."""
    with database.engine.connect() as connection:
        query = (
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            if database.is_sqlite
            else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        )
        return sorted(connection.scalars(sa.text(query)))


def upgraded(database: Database, revision: str) -> list[str]:
    """Bring it to the revision; its triggers then."""
    schema.upgrade(database, revision)
    return triggers(database)
