"""Reading and changing speakers and topics."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from tests.claims.crowd import watched
from tests.factories import DESK, events_of
from tracker.claims.enums import Attribution, SpeakerKind
from tracker.claims.models import Speaker, Topic
from tracker.claims.queries import name_lists, speakers, topics
from tracker.claims.services import speakers as services
from tracker.claims.services import topics as topic_services
from tracker.db import Database
from tracker.errors import Forbidden, Invalid, NotFound, Stale
from tracker.ledger import Actor
from tracker.search.name_keys import name_key


def names(session: Session, q: str = "", **more: Any) -> list[str]:
    return [row.name for row in speakers.list_speakers(session, q, with_sample=more.pop("with_sample", True), **more).rows]


def edit(database: Database, speaker: Speaker, *, actor: Actor = DESK, **changes: Any) -> None:
    given = {"name": speaker.name, "kind": speaker.kind, "affiliation": speaker.affiliation, "aliases": (), **changes}
    with database.sessions() as session, database.writing(session):
        services.edit_speaker(session, session.get_one(Speaker, speaker.id), actor=actor, **given)


def merge(database: Database, one: Speaker, into: Speaker) -> None:
    with database.writing() as session:
        session.execute(update(Speaker).where(Speaker.id == one.id).values(merged_into_id=into.id))


# --- lists ---


def test_speakers_are_listed_with_their_claims(
    session: Session, make_speaker: Callable[..., Speaker], make_claim: Callable[..., Any]
):
    oakes = make_speaker("Ilse Oakes", aliases=("Mayor Oakes",), affiliation="Mayor of Velmouth")
    make_speaker("Gereon Pike")
    make_claim(speaker_id=oakes.id, attribution=Attribution.STATED)
    pike, found = speakers.list_speakers(session, "", with_sample=True).rows
    assert (pike.name, pike.claims) == ("Gereon Pike", 0)
    assert (found.name, found.claims, found.aliases, found.affiliation) == (
        "Ilse Oakes",
        1,
        ("Mayor Oakes",),
        "Mayor of Velmouth",
    )


@pytest.mark.parametrize("q", ["oakes", "MAYOR", "velmouth oakes", "bürgerin", "BÜRGERIN"])
def test_speakers_are_found_by_name_alias_and_affiliation(session: Session, make_speaker: Callable[..., Speaker], q: str):
    make_speaker("Ilse Oakes", aliases=("Bürgerin Oakes",), affiliation="Mayor of Velmouth")
    make_speaker("Gereon Pike")
    assert names(session, q) == ["Ilse Oakes"]


@pytest.mark.parametrize("q", ["%", "_lse", "' OR 1=1--", "oakes pike"])
def test_unknown_words_find_no_speaker(session: Session, make_speaker: Callable[..., Speaker], q: str):
    make_speaker("Ilse Oakes")
    make_speaker("Gereon Pike")
    assert names(session, q) == []


def test_merged_speaker_is_shown_under_the_kept_one(
    database: Database, session: Session, make_speaker: Callable[..., Speaker], make_claim: Callable[..., Any]
):
    stands, merged = make_speaker("Ilse Oakes"), make_speaker("I. Oakes")
    claims = [make_claim(speaker_id=each.id, attribution=Attribution.STATED) for each in (stands, merged)]
    merge(database, merged, stands)
    assert names(session) == ["Ilse Oakes"]
    assert [label for _, label in speakers.speaker_choices(session, with_sample=True)] == ["Ilse Oakes"]
    found = speakers.claims_of_speaker(session, stands.id, "en").rows
    assert [(row.id, row.speaker) for row in found] == [(claim.id, "Ilse Oakes") for claim in reversed(claims)]


def test_speakers_come_in_pages(session: Session, make_speaker: Callable[..., Speaker], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(speakers, "SIZE", 2)
    for name in ("Bo", "Al", "Bo~b", "Cy"):
        make_speaker(name)
    first = speakers.list_speakers(session, "", with_sample=True)
    second = speakers.list_speakers(session, "", with_sample=True, after=str(first.after))
    assert [row.name for row in (*first.rows, *second.rows)] == ["Al", "Bo", "Bo~b", "Cy"]


def test_the_sample_is_left_out_where_it_is_hidden(
    session: Session, make_speaker: Callable[..., Speaker], make_topic: Callable[..., Topic]
):
    make_speaker("Invented", is_sample=True)
    make_topic("Invented", is_sample=True)
    assert names(session, with_sample=False) == []
    assert topics.list_topics(session, "en", with_sample=False).rows == []
    assert speakers.speaker_choices(session, with_sample=False) == []
    assert topics.topic_choices(session, "en", with_sample=False) == []


def test_topics_are_sorted_as_people_sort_them(
    session: Session, make_topic: Callable[..., Topic], make_claim: Callable[..., Any]
):
    energy = make_topic("Energy", "Énergie")
    make_topic("Work", "Emploi")
    make_topic("arms", "Zones")
    make_claim(topics=[energy])
    assert [row.label_en for row in topics.list_topics(session, "en", with_sample=True).rows] == ["arms", "Energy", "Work"]
    found = topics.list_topics(session, "fr", with_sample=True).rows
    assert [(row.label("fr"), row.claims) for row in found] == [("Emploi", 0), ("Énergie", 1), ("Zones", 0)]


def test_ten_thousand_topics_are_listed_by_page(database: Database, session: Session):
    made = [f"Topic {number:05d}" for number in range(10_000)]
    with database.writing() as writer:
        rows = [
            {
                "key": f"t{n}",
                "label_en": label,
                "label_fr": label,
                "label_en_key": name_key(label),
                "label_fr_key": name_key(label),
            }
            for n, label in enumerate(made)
        ]
        writer.execute(insert(Topic), rows)
    with watched(session) as seen:
        first = topics.list_topics(session, "en", with_sample=True)
    assert len(seen) == 2
    assert [row.label_en for row in first.rows] == made[:100]
    second = topics.list_topics(session, "en", with_sample=True, after=str(first.after))
    assert [row.label_en for row in second.rows] == made[100:200]
    assert topics.list_topics(session, "en", with_sample=True, before=str(second.before)).rows == first.rows
    assert topics.list_topics(session, "en", with_sample=True, after="x").rows == first.rows


def test_claims_of_a_topic_come_newest_first_and_in_pages(
    session: Session, make_topic: Callable[..., Topic], make_claim: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(name_lists, "SIZE", 2)
    topic = make_topic()
    claims = [make_claim(topics=[topic]).id for _ in range(3)]
    make_claim()
    first = topics.claims_of_topic(session, topic.id, "en")
    second = topics.claims_of_topic(session, topic.id, "en", after=str(first.after))
    assert [row.id for row in (*first.rows, *second.rows)] == claims[::-1]


def test_a_filter_offers_the_first_and_the_chosen_one(
    session: Session, make_speaker: Callable[..., Speaker], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(name_lists, "OFFERED", 1)
    first, last = make_speaker("Al"), make_speaker("Zo")
    assert speakers.speaker_choices(session, with_sample=True) == [(first.id, "Al")]
    assert speakers.speaker_choices(session, with_sample=True, chosen=last.id) == [(first.id, "Al"), (last.id, "Zo")]


def test_what_there_is_not_is_not_found(session: Session):
    for ask in (speakers.get_speaker, topics.get_topic):
        with pytest.raises(NotFound):
            ask(session, 987654)


# --- changes ---


def test_speaker_edit_is_recorded(database: Database, session: Session, make_speaker: Callable[..., Speaker]):
    speaker = make_speaker("Ilse Oakes", aliases=("Mayor Oakes",))
    edit(database, speaker, name="Ilse Oakes-Pike", affiliation="Mayor", aliases=("Ilse Oakes", " Ilse Oakes ", ""))
    now = speakers.get_speaker(session, speaker.id)
    assert (now.name, now.affiliation) == ("Ilse Oakes-Pike", "Mayor")
    assert speakers.list_aliases(session, [speaker.id]) == {speaker.id: ("Ilse Oakes",)}
    assert [event.kind for event in events_of(session, speaker)] == ["speaker.created", "speaker.edit"]
    assert "Oakes" not in events_of(session, speaker)[-1].canonical  # names lie beside the chain, where they can be erased


def test_a_change_that_changes_nothing_is_not_recorded(
    database: Database, session: Session, make_speaker: Callable[..., Speaker]
):
    speaker = make_speaker("Ilse Oakes", aliases=("Mayor Oakes",))
    edit(database, speaker, aliases=("Mayor Oakes",))
    assert len(events_of(session, speaker)) == 1


def test_two_speakers_are_not_alike_in_name_and_affiliation(
    database: Database, session: Session, make_speaker: Callable[..., Speaker]
):
    make_speaker("Ilse Oakes", affiliation="Mayor")
    other = make_speaker("Ilse Oakes", affiliation="Baker")
    with pytest.raises(Invalid) as refused:
        edit(database, other, affiliation="Mayor")
    assert refused.value.field == "name"
    edit(database, other, affiliation="Baker", kind=SpeakerKind.ORGANISATION)
    assert speakers.get_speaker(session, other.id).kind is SpeakerKind.ORGANISATION


def test_a_topic_gets_other_labels_and_keeps_its_key(database: Database, session: Session, make_topic: Callable[..., Topic]):
    topic = make_topic("Trade", "Commerce")
    with database.sessions() as writer, database.writing(writer):
        topic_services.edit_topic(writer, writer.get_one(Topic, topic.id), actor=DESK, label_en="Commerce", label_fr="Négoce")
    now = topics.get_topic(session, topic.id)
    assert (now.key, now.label_en, now.label_fr) == ("trade", "Commerce", "Négoce")
    assert [event.kind for event in events_of(session, topic)] == ["topic.created", "topic.edit"]


@pytest.mark.parametrize(("labels", "field"), [(("Works", "Autre"), "label_en"), (("Other", "Travaux"), "label_fr")])
def test_two_topics_do_not_share_a_label(
    database: Database, make_topic: Callable[..., Topic], labels: tuple[str, str], field: str
):
    make_topic("Works", "Travaux")
    topic = make_topic("Trade", "Commerce")
    with pytest.raises(Invalid) as refused, database.sessions() as writer, database.writing(writer):
        topic_services.edit_topic(writer, writer.get_one(Topic, topic.id), actor=DESK, label_en=labels[0], label_fr=labels[1])
    assert refused.value.field == field


def test_only_editors_change_speakers_and_topics(
    database: Database, make_speaker: Callable[..., Speaker], make_topic: Callable[..., Topic]
):
    viewer = Actor(7, frozenset({"viewer"}))
    with pytest.raises(Forbidden):
        edit(database, make_speaker(), actor=viewer, name="Other")
    topic = make_topic()
    with pytest.raises(Forbidden), database.sessions() as writer, database.writing(writer):
        topic_services.edit_topic(writer, writer.get_one(Topic, topic.id), actor=viewer, label_en="A", label_fr="B")


def test_stale_speaker_edit_overwrites_nothing(database: Database, session: Session, make_speaker: Callable[..., Speaker]):
    speaker = make_speaker("Ilse Oakes", aliases=("Mayor Oakes",))
    seen = services.basis_of(speaker, ("Mayor Oakes",))
    edit(database, speaker, aliases=("Mayor Oakes", "Ilse"), basis=seen)
    with pytest.raises(Stale):
        edit(database, speaker, name="Other", aliases=("Mayor Oakes",), basis=seen)
    assert speakers.get_speaker(session, speaker.id).name == "Ilse Oakes"
