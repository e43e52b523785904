"""The pages of speakers and topics."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.claims.crowd import watched
from tests.support.web import SignIn, form_token
from tracker.claims.enums import Attribution
from tracker.claims.models import Speaker, Topic
from tracker.claims.queries import speakers
from tracker.db import Database


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[[date], None]) -> None:
    clock_at(date(2024, 3, 12))


def texts(page: str) -> str:
    """What a reader sees, on one line."""
    plain = re.sub(r"<[^>]+>", " ", re.sub(r"<(head|svg)\b.*?</\1>", "", page, flags=re.S))
    return re.sub(r"[ \n]+", " ", plain).strip()


def a_speaker(**changes: str) -> dict[str, str]:
    return {
        "name": "Ilse Oakes",
        "kind": "person",
        "affiliation": "Mayor of Velmouth",
        "aliases": "Mayor Oakes\r\nIlse",
        **changes,
    }


def a_topic(**changes: str) -> dict[str, str]:
    return {"label_en": "Trade", "label_fr": "Commerce", **changes}


def basis(page: str) -> str:
    found = re.search(r'name="basis" value="(\w+)"', page)
    assert found
    return found[1]


def test_a_speaker_is_added_and_shown(sign_in: SignIn, session: Session):
    client = sign_in()
    answer = client.post("/speakers/new", data=a_speaker())
    speaker = session.scalars(select(Speaker)).one()
    assert (answer.status_code, answer.location) == (303, f"/speakers/{speaker.id}")
    seen = texts(client.get(answer.location).text)
    assert "Ilse Oakes Person · Mayor of Velmouth" in seen
    assert "also: Mayor Oakes , Ilse" in seen
    assert "This speaker has no claims yet." in seen
    assert "Ilse Oakes Person Mayor of Velmouth also: Mayor Oakes also: Ilse no predictions yet" in texts(
        client.get("/speakers").text
    )


def test_a_topic_is_added_and_shown(sign_in: SignIn, session: Session):
    client = sign_in()
    answer = client.post("/topics/new", data=a_topic())
    topic = session.scalars(select(Topic)).one()
    assert (answer.status_code, answer.location) == (303, f"/topics/{topic.id}")
    assert "Trade Commerce" in texts(client.get(answer.location).text)
    assert "Trade Commerce no predictions yet" in texts(client.get("/topics").text)


@pytest.mark.parametrize(("address", "form", "row"), [("/speakers/new", a_speaker, Speaker), ("/topics/new", a_topic, Topic)])
def test_a_double_click_adds_one(sign_in: SignIn, session: Session, address: str, form: Any, row: Any):
    client = sign_in()
    token = form_token(client.get(address))
    answers = [client.post(address, data=form(form_token=token)) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {303}
    assert len(session.scalars(select(row)).all()) == 1


def test_speaker_page_shows_claims_and_links_to_the_queue(
    sign_in: SignIn, make_speaker: Callable[..., Any], make_claim: Callable[..., Any]
):
    speaker = make_speaker("Ilse Oakes")
    make_claim("resolved", speaker_id=speaker.id, attribution=Attribution.STATED, statement="The tram runs.")
    make_claim("due", speaker_id=speaker.id, attribution=Attribution.IMPLIED, statement="Rents fall.")
    page = sign_in("editor").get(f"/speakers/{speaker.id}").text
    seen = texts(page)
    assert seen.index("Rents fall. Ilse Oakes (implied)") < seen.index("The tram runs. Ilse Oakes ")
    assert "Overdue" in seen
    assert "Confirmed signed off 11 Mar 2024" in seen
    assert f"/queue?speaker={speaker.id}" in page
    read = sign_in("viewer").get(f"/speakers/{speaker.id}").text
    assert "The tram runs." in read
    assert "Rents fall." not in read
    assert "/edit" not in read


def test_a_topics_page_shows_its_claims(sign_in: SignIn, make_topic: Callable[..., Any], make_claim: Callable[..., Any]):
    topic = make_topic("Trade", "Commerce")
    make_claim("draft", topics=[topic], statement="Tariffs fall.")
    make_claim("draft", statement="Something else.")
    page = sign_in().get(f"/topics/{topic.id}").text
    assert "Tariffs fall." in page
    assert "Something else." not in page


def test_merged_speaker_redirects_to_the_kept_one(sign_in: SignIn, database: Database, make_speaker: Callable[..., Any]):
    stands, merged = make_speaker("Ilse Oakes"), make_speaker("I. Oakes")
    with database.sessions() as session, database.writing(session):
        session.get_one(Speaker, merged.id).merged_into_id = stands.id
    page = sign_in().get(f"/speakers/{merged.id}").text
    assert "This entry was merged into another one:" in page
    assert f'href="/speakers/{stands.id}"' in page


def test_speakers_are_searched(sign_in: SignIn, make_speaker: Callable[..., Any]):
    make_speaker("Ilse Oakes")
    make_speaker("Gereon Pike")
    client = sign_in()
    found = client.get("/speakers?q=oakes").text
    assert "Ilse Oakes" in found
    assert "Gereon Pike" not in found
    assert "No speakers found" in client.get("/speakers?q=nobody").text


def test_a_speaker_is_changed(sign_in: SignIn, session: Session, make_speaker: Callable[..., Any]):
    speaker = make_speaker("Ilse Oakes", aliases=("Mayor Oakes",))
    client = sign_in()
    page = client.get(f"/speakers/{speaker.id}/edit").text
    assert "Mayor Oakes</textarea>" in page
    answer = client.post(f"/speakers/{speaker.id}/edit", data=a_speaker(name="Ilse Pike", basis=basis(page)))
    assert answer.status_code == 303
    assert speakers.get_speaker(session, speaker.id).name == "Ilse Pike"
    assert speakers.list_aliases(session, [speaker.id])[speaker.id] == ("Mayor Oakes", "Ilse")


@pytest.mark.parametrize("kind", ["speakers", "topics"])
def test_a_change_on_an_outdated_page_shows_both_and_overwrites_nothing(
    sign_in: SignIn, make_speaker: Callable[..., Any], make_topic: Callable[..., Any], kind: str
):
    row = make_speaker("Ilse Oakes") if kind == "speakers" else make_topic("Works", "Travaux")
    form, field = (a_speaker, "name") if kind == "speakers" else (a_topic, "label_en")
    address = f"/{kind}/{row.id}/edit"
    first, second = sign_in(), sign_in()
    seen = basis(first.get(address).text)
    assert first.post(address, data=form(**{field: "Theirs", "basis": seen})).status_code == 303
    answer = second.post(address, data=form(**{field: "Mine", "basis": seen}))
    assert answer.status_code == 409
    assert "Mine Theirs" in texts(answer.text)
    assert "Theirs" in second.get(f"/{kind}").text
    again = second.post(address, data=form(**{field: "Mine", "basis": basis(answer.text)}))
    assert again.status_code == 303
    assert "Mine" in second.get(f"/{kind}").text


BAD_SPEAKERS = {
    "no name": ({"name": " \u200b"}, "name", "This cannot be empty."),
    "NUL": ({"name": "a\x00b"}, "name", "NUL"),
    "a long name": ({"name": "A" * 1_048_576}, "name", "Keep this under 200 characters"),
    "no such kind": ({"kind": "robot"}, "kind", "Choose one of the options."),
    "a long other name": ({"aliases": "x" * 300}, "aliases", "This is too long"),
    "a long affiliation": ({"affiliation": "x" * 20_000}, "affiliation", "Keep this under"),
}


@pytest.mark.parametrize("name", BAD_SPEAKERS)
def test_a_speaker_that_cannot_be_kept_comes_back(sign_in: SignIn, session: Session, name: str):
    changes, field, said = BAD_SPEAKERS[name]
    answer = sign_in().post("/speakers/new", data=a_speaker(**changes))
    assert answer.status_code == 422
    assert answer.text.count(said) == 2
    assert f'href="#{field}"' in answer.text
    assert ("Mayor of Velmouth" in answer.text) or field == "affiliation"
    assert session.scalars(select(Speaker)).all() == []


BAD_TOPICS = {
    "no English": ({"label_en": "\ufeff"}, "label_en", "This cannot be empty."),
    "no French": ({"label_fr": ""}, "label_fr", "This cannot be empty."),
    "no letters": ({"label_en": "…"}, "label_en", "The English label needs some letters."),
    "a long label": ({"label_fr": "é" * 121}, "label_fr", "Keep this under 120 characters"),
}


@pytest.mark.parametrize("name", BAD_TOPICS)
def test_a_topic_that_cannot_be_kept_comes_back(sign_in: SignIn, session: Session, name: str):
    changes, field, said = BAD_TOPICS[name]
    answer = sign_in().post("/topics/new", data=a_topic(**changes))
    assert answer.status_code == 422
    assert answer.text.count(said) == 2
    assert f'href="#{field}"' in answer.text
    assert session.scalars(select(Topic)).all() == []


def test_a_twin_is_refused_by_name(sign_in: SignIn, make_speaker: Callable[..., Any], make_topic: Callable[..., Any]):
    make_speaker("Ilse Oakes", affiliation="Mayor of Velmouth")
    make_topic("Trade", "Commerce")
    client = sign_in()
    assert (
        "There is already a speaker with this name and role or organisation."
        in client.post("/speakers/new", data=a_speaker()).text
    )
    assert "There is already such a topic." in client.post("/topics/new", data=a_topic()).text


@pytest.mark.parametrize("kind", ["speakers", "topics"])
@pytest.mark.parametrize("rest", ["", "/edit"])
def test_unknown_speaker_is_not_found(sign_in: SignIn, kind: str, rest: str):
    client = sign_in()
    for number in ("0", "01", "-1", "1e3", "99999999999999999999", "9223372036854775808", "%00", "٣", "987654", "x"):
        assert client.get(f"/{kind}/{number}{rest}").status_code == 404, number


@pytest.mark.parametrize("kind", ["speakers", "topics"])
def test_a_viewer_reads_and_changes_nothing(
    sign_in: SignIn, make_speaker: Callable[..., Any], make_topic: Callable[..., Any], kind: str
):
    row = make_speaker() if kind == "speakers" else make_topic()
    client = sign_in("viewer")
    assert client.get(f"/{kind}").status_code == 200
    assert client.get(f"/{kind}/{row.id}").status_code == 200
    for address in (f"/{kind}/new", f"/{kind}/{row.id}/edit"):
        assert client.get(address).status_code == 404
        assert client.post(address, data={**a_speaker(), **a_topic()}).status_code == 403
    assert "/new" not in client.get(f"/{kind}").text


@pytest.mark.parametrize("kind", ["speakers", "topics"])
@pytest.mark.parametrize("name", ["after", "before", "q"])
def test_what_makes_no_sense_in_the_address_is_left_out(sign_in: SignIn, kind: str, name: str):
    client = sign_in()
    for strange in ("' OR 1=1--", "99999999999999999999", "1~", "~x", "\x00", "٣"):
        assert client.get(f"/{kind}", query_string={name: strange}).status_code == 200


def test_text_from_outside_is_shown_as_text(sign_in: SignIn, make_speaker: Callable[..., Any], make_topic: Callable[..., Any]):
    hostile = "<img src=x> {{7*7}}"
    speaker = make_speaker(hostile, aliases=(hostile,), affiliation=hostile)
    topic = make_topic("x" + hostile, hostile)
    client = sign_in()
    for address in (
        "/speakers",
        f"/speakers/{speaker.id}",
        f"/speakers/{speaker.id}/edit",
        "/topics",
        f"/topics/{topic.id}",
        "/queue?filters=open",
    ):
        page = client.get(address).text
        assert "<img" not in page
        assert "{{7*7}}" in page


def test_lists_take_as_many_queries_for_many_as_for_few(
    sign_in: SignIn,
    database: Database,
    make_speaker: Callable[..., Any],
    make_topic: Callable[..., Any],
    make_claim: Callable[..., Any],
):
    client = sign_in()
    speaker, topic = make_speaker(), make_topic()
    addresses = ("/speakers", "/topics", f"/speakers/{speaker.id}", f"/topics/{topic.id}")

    def made() -> list[int]:
        counts = []
        for address in addresses:
            with database.reading() as session, watched(session) as seen:
                assert client.get(address).status_code == 200
            counts.append(len(seen))
        return counts

    make_claim(speaker_id=speaker.id, attribution=Attribution.STATED, topics=[topic])
    few = made()
    for _ in range(5):
        make_claim(speaker_id=speaker.id, attribution=Attribution.STATED, topics=[topic, make_topic()])
        make_speaker(aliases=("One", "Two"))
    assert made() == few
    assert max(few) <= 16


def test_speakers_and_topics_speak_french(sign_in: SignIn, make_editor: Callable[..., Any], make_topic: Callable[..., Any]):
    topic = make_topic("Trade", "Commerce")
    client = sign_in(make_editor(language="fr"))
    assert "Aucun auteur cité pour l’instant" in client.get("/speakers").text
    assert "<h1><bdi>Commerce</bdi></h1>" in client.get(f"/topics/{topic.id}").text
    assert "Ajouter un thème" in client.get("/topics").text


@pytest.mark.parametrize("kind", ["speakers", "topics"])
def test_counts_beyond_what_is_counted_say_so(
    sign_in: SignIn, database: Database, make_speaker: Callable[..., Any], make_topic: Callable[..., Any],
    make_claim: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, kind: str,
):  # fmt: skip
    monkeypatch.setattr(f"tracker.claims.queries.{kind}.COUNTED", 2)
    speaker, topic = make_speaker(name="Zoe Young"), make_topic("Harbour", "Port")
    client = sign_in("viewer")

    def add() -> str:
        make_claim(speaker_id=speaker.id, attribution="stated", topics=[topic])
        return " ".join(re.sub(r"<[^>]+>", " ", client.get(f"/{kind}").text).split())

    add()
    assert "2+" not in add()
    assert "2+" in add()
