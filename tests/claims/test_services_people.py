"""Speakers and topics, as the services keep them."""

import unicodedata

import pytest
from sqlalchemy import func, select

from tests.factories import DESK, events_of
from tracker.claims.models import SpeakerAlias, Topic
from tracker.claims.services import speakers, topics
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
        speakers.add_speaker(session, actor=DESK, **values)
    assert refused.value.field == field


def test_a_name_is_measured_in_code_points(make_speaker):
    assert len(make_speaker("𝔘" * 200).name) == 200


def test_speaker_with_another_spelling_of_a_name_is_refused(make_speaker):
    make_speaker("José Müller", affiliation="Ministère")
    for spelling in (unicodedata.normalize("NFD", "José Müller"), "José\u200bMüller", "JOSÉ MÜLLER"):
        with pytest.raises(Invalid) as refused:
            make_speaker(spelling, affiliation="MINISTÈRE ")
        assert refused.value.field == "name"
    assert make_speaker("José Müller", affiliation="Université").id


def test_alias_in_another_spelling_is_stored_once(database: Database, make_speaker):
    speaker = make_speaker("Kim Min-ji", aliases=("Zoé", "ZOE\u0301", "Zo\u200bé"))
    with database.reading() as session:
        assert session.scalars(select(SpeakerAlias.name).where(SpeakerAlias.speaker_id == speaker.id)).all() == ["Zoé"]


def test_topic_key_is_made_of_the_letters_of_its_label(make_topic):
    topic = make_topic("Arms deals & électricité", "Ventes d’armes")
    assert (topic.key, topic.label("fr"), topic.label("en")) == (
        "arms-deals-electricite",
        "Ventes d’armes",
        "Arms deals & électricité",
    )
    assert make_topic("軍備", key="arms").key == "arms"


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Выборы 2024", "выборы-2024"),
        ("選挙", "選挙"),
        ("الطاقة", "الطاقة"),
        ("การเมือง", "การเมือง"),
        ("é" * 90, "e" * 56),
    ],
)
def test_topic_key_keeps_letters_of_every_script(make_topic, label: str, key: str):
    assert make_topic(label).key == key


def test_topics_whose_labels_differ_in_a_sign_are_different_topics(database: Database, make_topic):
    for label in ("C", "C++", "C#", "Выборы 2024", "Олимпиада 2024", "2024"):
        make_topic(label)
    with database.reading() as session:
        keys = session.scalars(select(Topic.key).order_by(Topic.id)).all()
    assert keys == ["c", "c-2", "c-3", "выборы-2024", "олимпиада-2024", "2024"]


@pytest.mark.parametrize("label", ["Énergie", "ÉNERGIE", "E\u0301nergie", " Éner\u00adgie\u200b "])
def test_topic_with_another_spelling_of_a_label_is_refused(database: Database, make_topic, label: str):
    make_topic("Énergie", "Power")
    with pytest.raises(Invalid, match="already such a topic") as refused:
        make_topic(label)
    assert refused.value.field == "label_en"
    with pytest.raises(Invalid) as refused:
        make_topic("Other", "POWER")
    assert refused.value.field == "label_fr"
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Topic)) == 1


def test_topic_cannot_be_renamed_to_another_spelling_of_a_label(database: Database, make_topic):
    make_topic("Energy", "Énergie")
    other = make_topic("Work", "Emploi")
    with database.writing() as session:
        mine = session.get_one(Topic, other.id)
        with pytest.raises(Invalid) as refused:
            topics.edit_topic(session, mine, actor=DESK, label_en="Work", label_fr="ÉNERGIE")
        assert refused.value.field == "label_fr"
        topics.edit_topic(session, mine, actor=DESK, label_en="WORK", label_fr="Travail")
    with database.reading() as session:
        topic = session.get_one(Topic, other.id)
        assert (topic.label_en, topic.label_en_key, topic.label_fr_key) == ("WORK", "work", "travail")


def test_a_refused_topic_leaves_the_rest_of_the_transaction_whole(database: Database):
    with database.writing() as session:
        topics.add_topic(session, actor=DESK, label_en="One", label_fr="Un")
        with pytest.raises(Invalid):
            topics.add_topic(session, actor=DESK, label_en="One", label_fr="Encore un")
        topics.add_topic(session, actor=DESK, label_en="Two", label_fr="Deux")
    with database.reading() as session:
        assert session.scalars(select(Topic.key).order_by(Topic.id)).all() == ["one", "two"]


def test_only_editors_add_people_and_topics(database: Database, make_editor):
    viewer = make_editor(roles=["viewer"]).actor
    with database.writing() as session:
        with pytest.raises(Forbidden):
            speakers.add_speaker(session, actor=viewer, name="X", kind="person")
        with pytest.raises(Forbidden):
            topics.add_topic(session, actor=viewer, label_en="X", label_fr="X")
