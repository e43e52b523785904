"""Speakers and topics, as the services keep them."""

import pytest
from sqlalchemy import func, select

from tests.factories import DESK, events_of
from tracker.claims.models import SpeakerAlias, Topic
from tracker.claims.services import people
from tracker.db import Database
from tracker.errors import Forbidden, Invalid


def test_namesakes_differ_by_what_they_belong_to(make_speaker):
    one = make_speaker("Kim Min-ji", affiliation=" Ministry ")
    assert (one.name, one.affiliation, one.kind) == ("Kim Min-ji", "Ministry", "person")
    assert make_speaker("Kim Min-ji", affiliation="University").id != one.id
    assert make_speaker("Kim Min-ji").id != one.id
    for affiliation in ("Ministry", "  Ministry", ""):
        with pytest.raises(Invalid) as refused:
            make_speaker(" Kim Min-ji ", affiliation=affiliation)
        assert refused.value.field == "name"


def test_aliases_are_kept_once(database: Database, make_speaker):
    speaker = make_speaker("Kim Min-ji", aliases=("KMJ", " KMJ ", "", "\u200b", "Min-ji Kim"))
    with database.reading() as session:
        names = session.scalars(select(SpeakerAlias.name).where(SpeakerAlias.speaker_id == speaker.id)).all()
    assert sorted(names) == ["KMJ", "Min-ji Kim"]
    assert [event.kind for event in events_of(database, speaker)] == ["speaker.created"]


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("name", {"name": " "}),
        ("name", {"name": "x" * 201}),
        ("aliases", {"aliases": ("x" * 201,)}),
        ("kind", {"kind": "ghost"}),
        ("affiliation", {"affiliation": "x\x00"}),
    ],
)
def test_a_speaker_that_cannot_be_kept_is_refused(database: Database, field: str, given: dict):
    values = {"name": "Kim Min-ji", "kind": "person", **given}
    with database.writing() as session, pytest.raises(Invalid) as refused:
        people.add_speaker(session, actor=DESK, **values)
    assert refused.value.field == field


def test_a_name_is_measured_in_code_points(make_speaker):
    assert len(make_speaker("𝔘" * 200).name) == 200


def test_a_topic_has_a_key_of_its_own(database: Database, make_topic):
    topic = make_topic("Arms deals & électricité", "Ventes d’armes")
    assert (topic.key, topic.label("fr"), topic.label("en")) == (
        "arms-deals-electricite",
        "Ventes d’armes",
        "Arms deals & électricité",
    )
    for label in ("Arms deals & électricité", "ARMS DEALS — Electricite"):
        with pytest.raises(Invalid, match="already such a topic"):
            make_topic(label)
    with pytest.raises(Invalid) as refused:
        make_topic("軍備")
    assert refused.value.field == "label_en"
    assert make_topic("軍備", key="arms").key == "arms"
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Topic)) == 2


def test_a_refused_topic_leaves_the_rest_of_the_transaction_whole(database: Database):
    with database.writing() as session:
        people.add_topic(session, actor=DESK, label_en="One", label_fr="Un")
        with pytest.raises(Invalid):
            people.add_topic(session, actor=DESK, label_en="One", label_fr="Encore un")
        people.add_topic(session, actor=DESK, label_en="Two", label_fr="Deux")
    with database.reading() as session:
        assert session.scalars(select(Topic.key).order_by(Topic.id)).all() == ["one", "two"]


def test_only_editors_add_people_and_topics(database: Database, make_editor):
    viewer = make_editor(roles=["viewer"]).actor
    with database.writing() as session:
        with pytest.raises(Forbidden):
            people.add_speaker(session, actor=viewer, name="X", kind="person")
        with pytest.raises(Forbidden):
            people.add_topic(session, actor=viewer, label_en="X", label_fr="X")
