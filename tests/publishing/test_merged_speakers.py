"""Readers see the last name of entries that were merged one after another, and none that was erased since."""

import pytest
from sqlalchemy import select

from tests.factories import make_speaker
from tests.ledger.support import CHIEF
from tests.public.sample import make_public
from tracker.claims.enums import Attribution
from tracker.claims.models import Speaker
from tracker.claims.services import merge_speakers
from tracker.db import Database
from tracker.ledger import erasing
from tracker.public.models import PublicClaim
from tracker.publishing import rebuilding

NAMES = ("Ada Reck", "Bo Vane", "Cy Marl")


@pytest.fixture
def last(database: Database) -> int:
    """The entry that two others were merged into, one after the other; each is quoted in a public article."""
    first, second, last = (make_speaker(database, name).id for name in NAMES)
    for each in (first, second, last):
        make_public(database, speaker_id=each, attribution=Attribution.STATED)
    for one, into in ((first, second), (second, last)):
        with database.writing() as session:
            merge_speakers.merge(session, session.get_one(Speaker, one), into, actor=CHIEF)
    return last


def test_public_claims_of_entries_merged_twice_name_the_last_one(database: Database, last: int):
    with database.reading() as session:
        bodies = session.scalars(select(PublicClaim.body)).all()
        assert set(session.scalars(select(PublicClaim.speaker_id))) == {last}
        assert list(rebuilding.verify(session)) == []
    assert len(bodies) == len(NAMES)
    assert [body for body in bodies if NAMES[2] in body] == bodies
    assert [body for body in bodies if NAMES[0] in body or NAMES[1] in body] == []


def test_erased_name_between_two_merges_is_in_no_public_claim(database: Database, last: int):
    with database.writing() as session:
        erasing.erase(session, NAMES[1], erasing.find_occurrences(session, NAMES[1]), "A court ordered it.", CHIEF)
    with database.reading() as session:
        assert [body for body in session.scalars(select(PublicClaim.body)) if NAMES[1] in body] == []
        assert list(rebuilding.verify(session)) == []
