"""The readers' tables always hold what a rebuild from the newsroom's rows would write."""

import pytest
from sqlalchemy import delete, select

from tests.publishing.moves import MOVES, Newsroom
from tracker.db import Database
from tracker.public.models import Publication, PublicChange, PublicClaim, PublicSearch, PublicTopic
from tracker.publishing import rebuilding

TABLES = (PublicTopic, PublicSearch, PublicChange, PublicClaim)


def dump(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """All rows of the readers' tables, without the numbers that only count them."""
    found = {}
    with database.reading() as session:
        for model in (*TABLES, Publication):
            columns = [column for column in model.__table__.c if column.name != "id"]
            found[model.__tablename__] = sorted(map(tuple, session.execute(select(*columns))), key=repr)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_projection_equals_rebuild_after_random_moves(database: Database, seed: int):
    newsroom = Newsroom(database, seed)
    for step in range(1, 251):
        newsroom.move()
        if step % 25 == 0:
            with database.reading() as session:
                assert list(rebuilding.verify(session)) == []
    kept = dump(database)
    assert len(newsroom.done) >= len(MOVES) - 6
    assert kept["public_claim"]
    with database.writing() as session:
        for model in TABLES:
            session.execute(delete(model))
    with database.reading() as session:
        assert list(rebuilding.verify(session)) != []

    rebuilding.rebuild(database)

    assert dump(database) == kept
