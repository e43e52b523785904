"""Readers' search asks an index for every word, also for one that no claim or every claim has."""

import re
from collections.abc import Generator
from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tests.claims.crowd import plans
from tests.public.sample import make_public
from tests.support.databases import BACKENDS, Databases, analyze
from tracker.db import Database
from tracker.public import queries
from tracker.public.models import PublicClaim, PublicSearch

MANY = 8_000  # claims: more than are gone through before the index is asked
WORDS = {"school": 1, "school council": 1, "oslo77": 2, "zxywv": 2, "school zxywv": 2}  # with how often PostgreSQL is asked
_WHOLE = re.compile(r"SCAN public_(?:claim|search)\b|Seq Scan on public_(?:claim|search)\b")


@pytest.fixture(scope="module", params=BACKENDS)
def published(request: pytest.FixtureRequest, databases: Databases) -> Generator[Database]:
    """Many public claims of one article; only read here."""
    own = databases.create(request.param, fresh=True)
    database = own.open()
    make_public(database, statement="The council will open a school. " * 20)
    with database.writing() as session:
        [row] = session.execute(select(PublicClaim.__table__)).mappings()
        numbers = range(row["claim_id"] + 1, MANY + 1)
        moments = ((n, row["changed_at"] + timedelta(seconds=n)) for n in numbers)
        session.execute(insert(PublicClaim), [{**row, "claim_id": n, "position": n, "changed_at": at} for n, at in moments])
        texts = [{"claim_id": n, "folded": f"the council will open school {n} oslo{n}. " * 10} for n in numbers]
        session.execute(insert(PublicSearch), texts)
    analyze(database)
    yield database
    own.remove()


@pytest.fixture
def session(published: Database) -> Generator[Session]:
    with published.reading() as session:
        yield session


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("older", ["", "4000"])
def test_search_reads_neither_all_claims_nor_all_words(session: Session, words: str, older: str):
    found = plans(session, lambda: queries.find(session, words, "en", older=older))
    assert [plan for plan in found if _WHOLE.search(plan)] == []
    if session.get_bind().dialect.name == "sqlite":
        assert len(found) == 1
        assert "SCAN public_fts VIRTUAL TABLE INDEX" in found[0]
    else:
        assert re.search(r"Subquery Scan on \w+.*\n.*Filter.*\n *->  Limit.*\n.*pk_public_search", found[0])
        assert [("Bitmap Index Scan on ix_public_search_words" in plan) for plan in found[1:]] == [True] * (WORDS[words] - 1)


def test_words_of_one_claim_are_asked_of_the_index_beyond_the_newest(session: Session):
    asked = plans(session, lambda: queries.find(session, "oslo77", "en"))
    assert len(asked) == (1 if session.get_bind().dialect.name == "sqlite" else 2)
    assert [claim.id for claim in queries.find(session, "school", "en").rows] == list(range(MANY, MANY - queries.PAGE, -1))


def test_common_words_are_found_in_the_newest_claims_alone(session: Session):
    assert len(plans(session, lambda: queries.find(session, "school", "en"))) == 1
