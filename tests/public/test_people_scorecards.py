"""Scorecards of people: none until a chief editor shows one with a reason, gone at once when it is hidden again."""

import csv
import io
import json
import threading
from pathlib import Path

import pytest

from tests.factories import DESK, events_of, make_claim, make_editor, make_speaker
from tests.ledger.support import CHIEF, checked, tampering
from tests.public.sample import Sample, make_public
from tests.public.test_scorecards import card, count, differences, kinds, show
from tests.support.web import Client, SignIn
from tracker.claims.enums import Attribution, Certainty, SpeakerKind
from tracker.claims.models import Speaker
from tracker.claims.services import speakers
from tracker.config import Settings
from tracker.db import Database
from tracker.errors import Forbidden, IllegalMove, Invalid, NotFound, Refusal
from tracker.ledger import Actor, erasing
from tracker.ledger.findings import What
from tracker.public.score_models import CardKind
from tracker.publishing import people, rebuilding, services
from tracker.server import static_copy

NAME = "Zenobia Quill"
BAND = {"certainty": Certainty.HEDGED, "hedge": "probably", "likelihood_low": 55, "likelihood_high": 75}


def choose(database: Database, speaker_id: int, shown: bool = True, reason: str = "Holds a public office.") -> None:
    with database.writing() as session:
        people.show_card(session, speaker_id, shown, reason=reason, actor=DESK)


def make_person(database: Database, **given: object) -> int:
    """A person with a public prediction that came true, of a band of likelihood unless given otherwise."""
    person = make_speaker(database, NAME)
    make_public(database, speaker_id=person.id, attribution=Attribution.STATED, **{**BAND, **given})
    return person.id


def change_speaker(database: Database, speaker_id: int, name: str, kind: SpeakerKind) -> None:
    with database.writing() as session:
        own = session.get_one(Speaker, speaker_id)
        speakers.edit_speaker(session, own, actor=DESK, name=name, kind=kind, affiliation="", aliases=())


def merge(database: Database, speaker_id: int, into_id: int) -> None:
    with database.writing() as session:
        speakers.merge(session, session.get_one(Speaker, speaker_id), into_id, actor=DESK)


def kinds_of_events(database: Database, speaker_id: int) -> list[str]:
    return [event.kind for event in events_of(database, f"speaker:{speaker_id}")]


def status(client: Client, speaker_id: int, rest: str = "") -> int:
    return client.get(f"/public/en/scorecards/people/{speaker_id}{rest}").status_code


def files(client: Client) -> str:
    """Everything about scorecards that leaves but the cards of people themselves."""
    paths = ("en/scorecards", "fr/scorecards", "en/scorecards.json", "scorecards.csv", "scorecards.csv?table=bands")
    answers = [client.get(f"/public/{path}") for path in (*paths, "sitemap-0.xml")]
    assert {answer.status_code for answer in answers} == {200}
    return "".join(answer.text for answer in answers)


def rows_of_people(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/public/scorecards.csv{query}")
    assert answer.status_code == 200
    return [row for row in csv.DictReader(io.StringIO(answer.text)) if row["kind"] == "person"]


@pytest.fixture
def person(database: Database) -> int:
    """With scorecards for readers switched on and counted."""
    show(database)
    number = make_person(database)
    count(database)
    return number


def test_person_has_no_card_until_a_chief_shows_it(database: Database, client: Client, person: int):
    before = card(database)
    assert status(client, person) == status(client, person, ".json") == 404
    assert NAME not in files(client)
    assert f"people/{person}" not in files(client)
    assert rows_of_people(client) == rows_of_people(client, "?table=bands") == []

    choose(database, person)
    count(database)

    for language in ("en", "fr"):
        page = client.get(f"/public/{language}/scorecards/people/{person}")
        assert page.status_code == 200
        assert NAME in page.text
        assert f"/public/{language}/report" in page.text
    body = json.loads(client.get(f"/public/en/scorecards/people/{person}.json").text)
    assert (body["kind"], body["id"], body["name"], body["counts"]["confirmed"]) == ("person", person, NAME, 1)
    assert NAME in client.get("/public/en/scorecards").text
    assert f"/public/fr/scorecards/people/{person}<" in client.get("/public/sitemap-0.xml").text
    assert [(row["id"], row["name_en"], row["confirmed"]) for row in rows_of_people(client)] == [(str(person), NAME, "1")]
    bands = [(row["id"], row["band_low"], row["band_high"], row["confirmed"]) for row in rows_of_people(client, "?table=bands")]
    assert bands == [(str(person), "55", "75", "1")]
    assert card(database) == before  # the newsroom's own numbers


def test_shown_card_is_of_one_person_alone(database: Database, client: Client, person: int):
    other = make_speaker(database, "Another Voice")
    make_public(database, speaker_id=other.id, attribution=Attribution.STATED)
    choose(database, person)
    count(database)
    assert {number for kind, number in kinds(database) if kind == CardKind.PERSON} == {person}
    assert status(client, other.id) == 404
    assert "Another Voice" not in files(client)


def test_hidden_card_is_gone_before_anything_is_counted(database: Database, client: Client, person: int):
    choose(database, person)
    count(database)
    before = client.get("/public/en/scorecards")
    addresses = [f"/public/en/scorecards/people/{person}{rest}" for rest in ("", ".json")]
    known = {address: {"If-None-Match": client.get(address).headers["ETag"]} for address in addresses}
    choose(database, person, False)
    for address in addresses:
        assert client.get(address, headers=known[address]).status_code == client.get(address).status_code == 410
        assert NAME not in client.get(address).text
    assert NAME not in files(client)
    assert rows_of_people(client) == rows_of_people(client, "?table=bands") == []
    assert client.get("/public/en/scorecards", headers={"If-None-Match": before.headers["ETag"]}).status_code == 200
    count(database)
    assert (CardKind.PERSON.value, person) not in kinds(database)
    assert differences(database) == []
    choose(database, person)
    count(database)
    assert status(client, person) == 200


def test_card_answers_304_until_its_numbers_change(database: Database, client: Client, person: int):
    choose(database, person)
    count(database)
    address = f"/public/en/scorecards/people/{person}"
    known = {"If-None-Match": client.get(address).headers["ETag"]}
    assert client.get(address, headers=known).status_code == 304
    make_public(database, speaker_id=person, attribution=Attribution.STATED)
    count(database)
    assert client.get(address, headers=known).status_code == 200
    assert card(database, CardKind.PERSON, person).counts.confirmed == 2


def test_person_of_whom_no_rate_is_counted_is_listed(database: Database, client: Client):
    show(database)
    could = {"certainty": Certainty.POSSIBLE_ONLY, "likelihood_low": None, "likelihood_high": None}
    person = make_person(database, **could)
    choose(database, person)
    count(database)
    assert card(database, CardKind.PERSON, person).counts.tracked == 0
    assert f'href="/public/en/scorecards/people/{person}"' in client.get("/public/en/scorecards").text


def test_card_is_hidden_with_all_others(database: Database, client: Client, person: int):
    choose(database, person)
    count(database)
    show(database, shown=False)
    assert status(client, person) == 404
    count(database)
    assert kinds(database) == set()
    show(database)
    count(database)
    assert status(client, person) == 200  # the choice is kept


def test_choice_made_while_no_scorecards_are_shown_holds_later(database: Database, client: Client):
    person = make_person(database)
    choose(database, person)
    count(database)
    assert kinds(database) == set()
    assert status(client, person) == 404
    show(database)
    count(database)
    assert status(client, person) == 200
    assert differences(database) == []


def test_static_copy_has_the_cards_that_are_shown(database: Database, settings: Settings, tmp_path: Path, person: int):
    other = make_speaker(database, "Another Voice")
    make_public(database, speaker_id=other.id, attribution=Attribution.STATED)
    choose(database, person)
    count(database)
    static_copy.publish(settings, database, tmp_path / "site", "https://static.example.org")
    cards = sorted(str(path.relative_to(tmp_path / "site")) for path in (tmp_path / "site").rglob("*/people/*"))
    assert cards
    assert {Path(name).name.partition(".")[0] for name in cards} == {str(person)}
    choose(database, person, False)
    static_copy.publish(settings, database, tmp_path / "site", "https://static.example.org")
    assert list((tmp_path / "site").rglob("*/people/*")) == []
    assert (tmp_path / "site/public/en/scorecards/index.html").is_file()


def test_choice_needs_a_chief_and_a_reason(database: Database, person: int):
    for actor, reason, refusal in (
        (make_editor(database).actor, "Because.", Forbidden),
        (make_editor(database, roles=("admin",)).actor, "Because.", Forbidden),
        (DESK, "  ", Invalid),
    ):
        with database.writing() as session, pytest.raises(refusal):
            people.show_card(session, person, True, reason=reason, actor=actor)
    with database.writing() as session, pytest.raises(NotFound):
        people.show_card(session, 987_654, True, reason="Because.", actor=DESK)
    with database.reading() as session:
        assert not people.is_card_shown(session, person)
    assert kinds_of_events(database, person) == ["speaker.created"]


def test_choice_is_refused_where_it_changes_nothing(database: Database, person: int):
    with pytest.raises(IllegalMove):
        choose(database, person, False)
    choose(database, person)
    with pytest.raises(IllegalMove):
        choose(database, person)
    assert kinds_of_events(database, person)[1:] == ["scorecard.shown"]


def test_of_two_chiefs_who_choose_at_once_one_is_refused(database: Database, person: int):
    chiefs = [make_editor(database, roles=("chief",)).actor for _ in range(2)]
    for shown in (True, False, True):
        start = threading.Barrier(2)
        outcomes: list[str] = []

        def decide(actor: Actor, shown: bool = shown, start: threading.Barrier = start, outcomes: list[str] = outcomes) -> None:
            start.wait()
            try:
                with database.writing() as session:
                    people.show_card(session, person, shown, reason="Because.", actor=actor)
                outcomes.append("done")
            except Refusal as refusal:
                outcomes.append(type(refusal).__name__)

        threads = [threading.Thread(target=decide, args=(chief,)) for chief in chiefs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert sorted(outcomes) == ["IllegalMove", "done"]
    assert kinds_of_events(database, person)[1:] == ["scorecard.shown", "scorecard.hidden", "scorecard.shown"]
    assert checked(database, rows=True).ok


def test_organisation_and_merged_entry_have_no_card_to_show(database: Database, person: int):
    house = make_speaker(database, "The House", kind=SpeakerKind.ORGANISATION)
    twin = make_speaker(database, "Z. Quill")
    merge(database, twin.id, person)
    for number in (house.id, twin.id):
        with pytest.raises(IllegalMove):
            choose(database, number)


def test_merging_follows_the_entry_that_is_kept(database: Database, client: Client, person: int):
    kept = make_speaker(database, "Z. Quill")
    make_public(database, speaker_id=kept.id, attribution=Attribution.STATED)
    choose(database, person)
    count(database)
    merge(database, person, kept.id)
    for _ in ("before it is counted", "counted"):
        assert status(client, person) == status(client, kept.id) == 404
        assert NAME not in files(client)
        count(database)
    choose(database, kept.id)
    count(database)
    assert card(database, CardKind.PERSON, kept.id).counts.confirmed == 2
    with database.writing() as session:
        speakers.unmerge(session, session.get_one(Speaker, person), actor=DESK)
    count(database)
    assert card(database, CardKind.PERSON, kept.id).counts.confirmed == 1
    assert card(database, CardKind.PERSON, person).counts.confirmed == 1
    assert differences(database) == []


def test_renaming_changes_the_name_and_no_number(database: Database, client: Client, person: int):
    choose(database, person)
    count(database)
    before = card(database, CardKind.PERSON, person).counts
    change_speaker(database, person, "Zora Quill", SpeakerKind.PERSON)
    page = client.get(f"/public/en/scorecards/people/{person}").text
    assert "Zora Quill" in page
    assert NAME not in page + files(client)
    assert card(database, CardKind.PERSON, person).counts == before


def test_person_who_became_an_organisation_has_that_card_alone(database: Database, client: Client, person: int):
    choose(database, person)
    count(database)
    change_speaker(database, person, NAME, SpeakerKind.ORGANISATION)
    assert status(client, person) == status(client, person, ".json") == 404
    assert NAME not in files(client)
    count(database)
    assert status(client, person) == 404
    assert client.get(f"/public/en/scorecards/organisations/{person}").status_code == 200


def test_erased_name_is_on_no_card_and_in_no_reason(database: Database, sign_in: SignIn, client: Client, person: int):
    choose(database, person, reason=f"{NAME} asked for it.")
    count(database)
    before = card(database, CardKind.PERSON, person).counts
    browser, history = sign_in("chief"), f"/record?subject=speaker:{person}"
    assert f"{NAME} asked for it." in browser.get(history).text
    with database.writing() as session:
        erasing.erase(session, NAME, erasing.find_occurrences(session, NAME), "A court decided so.", CHIEF)
    page = client.get(f"/public/en/scorecards/people/{person}")
    assert page.status_code == 200
    assert NAME not in page.text + files(client)
    assert card(database, CardKind.PERSON, person).counts == before
    record = browser.get(history)
    assert record.status_code == 200
    assert "showed the scorecard of this person to readers" in record.text
    assert NAME not in record.text
    assert checked(database, rows=True).ok
    count(database)
    assert differences(database) == []


def test_implied_speaker_is_on_no_card_that_is_shown(database: Database, client: Client):
    show(database)
    person = make_speaker(database, NAME)
    make_public(database, speaker_id=person.id, attribution=Attribution.IMPLIED, statement="It will rain.")
    make_public(database)  # so that there are numbers
    choose(database, person.id)
    count(database)
    assert status(client, person.id) == 404
    assert NAME not in files(client)
    make_public(database, speaker_id=person.id, attribution=Attribution.STATED)
    count(database)
    assert card(database, CardKind.PERSON, person.id).counts.tracked == 1  # the implied one is not among them


def test_claim_that_is_not_published_changes_no_number_of_a_person(database: Database, person: int):
    choose(database, person)
    count(database)
    make_claim(database, "resolved", speaker_id=person, attribution=Attribution.STATED)
    count(database)
    assert card(database, CardKind.PERSON, person).counts.tracked == 1


def test_article_taken_offline_counts_for_a_person_no_longer(database: Database, client: Client, person: int):
    claim = make_public(database, speaker_id=person, attribution=Attribution.STATED)
    choose(database, person)
    count(database)
    assert card(database, CardKind.PERSON, person).counts.tracked == 2
    with database.writing() as session:
        services.take_offline(session, claim.article_id, actor=DESK, reason="Wrong.", line="Taken offline.")
    count(database)
    assert card(database, CardKind.PERSON, person).counts.tracked == 1
    assert status(client, person) == 200
    assert differences(database) == []


def test_rebuild_and_verify_agree_with_the_choice(database: Database, client: Client, person: int, sample: Sample):
    choose(database, person)
    choose(database, sample.person)
    count(database)
    assert differences(database) == []
    before = {number: card(database, CardKind.PERSON, number) for number in (person, sample.person)}
    rebuilding.rebuild(database)
    count(database)
    assert {number: card(database, CardKind.PERSON, number) for number in before} == before
    assert differences(database) == []


@pytest.mark.parametrize(
    ("chosen", "change"),
    [
        (True, "UPDATE public_score_person SET is_shown = false"),
        (True, "DELETE FROM public_score_person"),  # an event without its card
        (
            False,
            "INSERT INTO public_score_person (speaker_id, is_shown) SELECT id, true FROM speaker",
        ),  # a card without its event
    ],
    ids=["changed", "removed", "added"],
)
def test_choice_that_differs_from_the_history_is_found(database: Database, person: int, chosen: bool, change: str):
    if chosen:
        choose(database, person)
    assert checked(database, rows=True).ok
    with tampering(database) as connection:
        assert connection.exec_driver_sql(change).rowcount == 1
    report = checked(database, rows=True)
    assert not report.ok
    assert [(finding.what, finding.row) for finding in report.findings] == [(What.ROW_CHANGED, f"speaker:{person}")]


def test_chief_shows_and_hides_a_card_from_the_speaker_s_page(database: Database, sign_in: SignIn, client: Client, person: int):
    browser = sign_in("chief")
    address = f"/speakers/{person}/publication"
    assert f'href="{address}"' in browser.get(f"/speakers/{person}").text
    assert "Readers do not see a scorecard of this person." in browser.get(address).text
    assert browser.post(address, data={"shown": "1", "reason": ""}).status_code == 422
    assert browser.post(address, data={"shown": "1", "reason": "A minister."}).status_code == 303
    count(database)
    page = browser.get(address).text
    assert f'href="/public/en/scorecards/people/{person}"' in page
    assert browser.post(address, data={"shown": "1", "reason": "Once more."}).status_code == 409
    history = browser.get(f"/record?subject=speaker:{person}").text
    assert "showed the scorecard of this person to readers" in history
    assert "A minister." in history
    assert browser.post(address, data={"shown": "0", "reason": "They asked for it."}).status_code == 303
    assert f'href="/public/en/scorecards/people/{person}"' not in browser.get(address).text
    assert status(client, person) == 410


@pytest.mark.parametrize("choice", [{}, {"shown": ""}, {"shown": "2"}])
def test_form_without_a_choice_changes_nothing(database: Database, sign_in: SignIn, person: int, choice: dict[str, str]):
    show(database)
    choose(database, person)
    answer = sign_in("chief").post(f"/speakers/{person}/publication", data={**choice, "reason": "They asked for it."})
    assert answer.status_code == 422
    assert "Choose whether readers see the scorecard." in answer.text
    assert "They asked for it." in answer.text
    with database.reading() as session:
        assert people.is_card_shown(session, person)
    assert kinds_of_events(database, person) == ["speaker.created", "scorecard.shown"]


def test_editor_sees_the_choice_and_cannot_make_it(database: Database, sign_in: SignIn, person: int):
    browser = sign_in("editor")
    page = browser.get(f"/speakers/{person}/publication").text
    assert "Only a chief editor can do this." in page
    assert "Show the scorecard to readers" not in page
    assert browser.post(f"/speakers/{person}/publication", data={"shown": "1", "reason": "Me."}).status_code == 403
    with database.reading() as session:
        assert not people.is_card_shown(session, person)
    assert kinds_of_events(database, person) == ["speaker.created"]
    house = make_speaker(database, "The House", kind=SpeakerKind.ORGANISATION)
    assert browser.get(f"/speakers/{house.id}/publication").status_code == 404
    assert "publication" not in browser.get(f"/speakers/{house.id}").text


def test_page_of_a_merged_entry_points_to_the_one_that_was_kept(database: Database, sign_in: SignIn, person: int):
    kept = make_speaker(database, "Z. Quill")
    choose(database, person)
    count(database)
    merge(database, person, kept.id)
    browser, address = sign_in("chief"), f"/speakers/{person}/publication"
    page = browser.get(address).text
    assert "Its predictions count in the scorecard of that entry." in page
    assert "Readers see the scorecard" not in page
    assert "/public/en/scorecards/people/" not in page
    assert "Hide the scorecard from readers" in page
    choose(database, person, False)
    page = browser.get(address).text
    assert "Its predictions count in the scorecard of that entry." in page
    assert "the scorecard from readers" not in page
    assert "Show the scorecard to readers" not in page


def test_page_of_a_card_without_numbers_names_what_is_missing(database: Database, sign_in: SignIn):
    show(database)
    person = make_speaker(database, NAME).id
    choose(database, person)
    count(database)
    page = sign_in("chief").get(f"/speakers/{person}/publication").text
    assert "This scorecard is switched on." in page
    assert "Readers see the scorecard" not in page
    assert "Readers do not see" not in page
    assert "/public/en/scorecards/people/" not in page
    assert "Hide the scorecard from readers" in page


def test_page_while_the_settings_hide_all_scorecards_names_them(database: Database, sign_in: SignIn, person: int):
    choose(database, person)
    count(database)
    browser, address = sign_in("chief"), f"/speakers/{person}/publication"
    notice = "The newsroom’s settings hide all scorecards from readers."
    assert notice not in browser.get(address).text
    show(database, shown=False)
    page = browser.get(address).text
    assert notice in page
    assert "Readers do not see a scorecard of this person." in page
    assert "This scorecard is switched on." not in page
    assert "/public/en/scorecards/people/" not in page
    assert "Hide the scorecard from readers" in page


def test_page_offers_no_address_that_readers_do_not_find(database: Database, sign_in: SignIn, client: Client, person: int):
    choose(database, person)
    count(database)
    browser, address = sign_in("chief"), f"/speakers/{person}/publication"
    assert f'href="/public/en/scorecards/people/{person}"' in browser.get(address).text
    change_speaker(database, person, NAME, SpeakerKind.ORGANISATION)
    for _ in ("before it is counted", "counted"):
        assert status(client, person) == 404
        page = browser.get(address).text
        assert "Readers do not see a scorecard of this person." in page
        assert "/public/en/scorecards/people/" not in page
        assert "Hide the scorecard from readers" in page
        count(database)
