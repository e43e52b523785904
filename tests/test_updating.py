"""Updating several hosts one after the other: the older code goes on working on the newer schema, where that was made for it."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories import make_article, make_claim, make_editor
from tests.support.databases import as_owner
from tests.support.web import SignIn
from tracker import paths, schema
from tracker.claims.models import Claim
from tracker.claims.services import moves
from tracker.db import Database
from tracker.errors import Unavailable
from tracker.scheduling import jobs
from tracker.schema import SchemaError
from tracker.server import health
from tracker.server.storage_probe import StorageProbe

# What `docs/operations.md` allows a revision that older code lives through.
ADDITIVE = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "9001", "{last}", None, None
{says}

def upgrade():
    op.add_column("claim", sa.Column("weight", sa.Integer(), nullable=True))
    op.add_column("evidence", sa.Column("archived", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.create_index("ix_claim_weight", "claim", ["weight", "id"])
    op.create_table("depot", sa.Column("id", sa.Integer(), primary_key=True))
"""

Newer = Callable[..., None]


@pytest.fixture
def newer(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Newer:
    """`newer(keeps=True)`: somebody else migrates the database, with one revision more than this code knows."""

    def migrate(*, keeps: bool) -> None:
        last = schema.state(database).wanted
        folder = tmp_path / "newer"
        shutil.copytree(paths.migrations_dir(), folder)
        says = "keeps_older_code = True" if keeps else ""
        (folder / "versions" / "9001_more.py").write_text(ADDITIVE.format(last=last, says=says))
        with monkeypatch.context() as theirs:
            theirs.setattr(paths, "migrations_dir", lambda: folder)
            with as_owner(database) as owner:
                schema.upgrade(owner)

    database.require_revision(schema.check_current(database))
    return migrate


def test_older_code_goes_on_reading_and_writing_on_a_schema_that_was_only_added_to(
    database: Database, newer: Newer, sign_in: SignIn
):
    client = sign_in("editor")
    editor = make_editor(database)
    article = make_article(database)
    newer(keeps=True)

    claim = make_claim(database, article=article, status="draft")
    with database.writing() as session:
        mine = session.get_one(Claim, claim.id)
        moves.track(session, mine, actor=editor.actor, version=mine.version)
    assert jobs.flag_due(database, claim.review_on) == 1
    assert client.get("/queue").status_code == 200
    assert client.get(f"/claims/{claim.id}").status_code == 200
    # Whoever starts late, starts all the same.
    assert schema.check_current(database) == schema.state(database).wanted
    assert health.look(database, StorageProbe(database)).schema


def test_older_code_stops_writing_on_a_schema_that_was_changed_under_it(database: Database, newer: Newer):
    newer(keeps=False)

    with pytest.raises(Unavailable, match="updated"), database.writing():
        pass
    with pytest.raises(SchemaError, match="newer than this tracker knows"):
        schema.check_current(database)
    assert not health.look(database, StorageProbe(database)).schema


def test_a_database_that_does_not_say_is_taken_for_changed(database: Database, newer: Newer):
    newer(keeps=True)
    with as_owner(database) as owner, owner.engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE schema_fit"))

    with pytest.raises(Unavailable, match="updated"), database.writing():
        pass
    assert not health.look(database, StorageProbe(database)).schema


@pytest.mark.parametrize(
    ("own", "found", "works_from", "fits"),
    [
        ("0009", "0010", "0009", True),
        ("0008", "0010", "0009", False),
        ("0010", "0009", "0009", False),
        ("0009", "0010", None, False),
        (None, "0010", "0009", False),
    ],
)
def test_only_code_that_the_database_names_and_no_newer_one_fits(own: Any, found: str, works_from: Any, fits: bool):
    from tracker import db

    assert db.fits(own, found, works_from) is fits
