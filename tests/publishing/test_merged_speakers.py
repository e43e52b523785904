"""Readers see merged speakers as the newsroom does: after every merge, renaming and undoing."""

import pytest
from sqlalchemy import select

from tests.factories import make_speaker
from tests.ledger.support import CHIEF
from tests.public.sample import make_public
from tracker.claims.enums import Attribution, SpeakerKind
from tracker.claims.models import Speaker
from tracker.claims.services import speakers
from tracker.db import Database
from tracker.public.models import PublicClaim
from tracker.publishing import rebuilding


def merge(database: Database, speaker_id: int, into_id: int) -> None:
    with database.writing() as session:
        speakers.merge(session, session.get_one(Speaker, speaker_id), into_id, actor=CHIEF)


def unmerge(database: Database, speaker_id: int) -> None:
    with database.writing() as session:
        speakers.unmerge(session, session.get_one(Speaker, speaker_id), actor=CHIEF)


def add_alias(database: Database, speaker_id: int, alias: str) -> None:
    with database.writing() as session:
        speaker = session.get_one(Speaker, speaker_id)
        given = {"name": speaker.name, "kind": SpeakerKind.PERSON, "affiliation": "", "aliases": (alias,)}
        speakers.edit_speaker(session, speaker, actor=CHIEF, **given)  # type: ignore[arg-type]


def read_public(database: Database) -> tuple[list[int | None], str]:
    """The speakers of public claims, and all their texts; a rebuild would write the same."""
    with database.reading() as session:
        assert list(rebuilding.verify(session)) == []
        rows = session.execute(select(PublicClaim.speaker_id, PublicClaim.body).order_by(PublicClaim.claim_id)).all()
    return [row.speaker_id for row in rows], "\n".join(row.body for row in rows)


@pytest.fixture
def three(database: Database) -> list[int]:
    return [make_speaker(database, name).id for name in ("Ada Reck", "Bo Vane", "Cy Marl")]


def test_entry_that_came_along_is_shown_by_the_last_name(database: Database, three: list[int]):
    first, second, last = three
    make_public(database, speaker_id=first, attribution=Attribution.STATED)
    merge(database, first, second)
    assert read_public(database)[0] == [second]
    merge(database, second, last)
    found, texts = read_public(database)
    assert found == [last]
    assert "Cy Marl" in texts
    assert "Bo Vane" not in texts
    unmerge(database, second)
    assert read_public(database)[0] == [second]


@pytest.mark.parametrize("quoted", [0, 1, 2])
def test_other_name_of_any_merged_entry_is_kept_from_a_claim_that_implies_one(database: Database, three: list[int], quoted: int):
    make_public(database, speaker_id=three[quoted], attribution=Attribution.IMPLIED, statement="Quackenbush will close the quay.")
    assert "Quackenbush" in read_public(database)[1]
    merge(database, three[0], three[1])
    merge(database, three[1], three[2])
    add_alias(database, three[1], "Quackenbush")
    assert "Quackenbush" not in read_public(database)[1]


def test_name_is_kept_from_claims_that_imply_the_entry_it_is_merged_into_until_it_is_undone(database: Database, three: list[int]):
    first, second, _ = three
    make_public(database, speaker_id=second, attribution=Attribution.IMPLIED, statement="Ada Reck’s quay will close.")
    assert "Ada Reck" in read_public(database)[1]
    merge(database, first, second)
    assert "Ada Reck" not in read_public(database)[1]
    unmerge(database, first)
    assert "Ada Reck" in read_public(database)[1]
