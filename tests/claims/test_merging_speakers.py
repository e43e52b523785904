"""Two entries of one speaker become one, and two again."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.factories import events_of
from tests.support.web import SignIn
from tracker.claims.models import Speaker
from tracker.claims.queries import speakers
from tracker.claims.services import speakers as services
from tracker.db import Database
from tracker.errors import Forbidden, IllegalMove, Invalid
from tracker.ledger.verify import verify

MakeSpeaker = Callable[..., Speaker]


def merge(database: Database, one: Speaker, into: Speaker, actor: Any) -> None:
    with database.writing() as session:
        services.merge(session, session.get_one(Speaker, one.id), into.id, actor=actor)


def unmerge(database: Database, one: Speaker, actor: Any) -> None:
    with database.writing() as session:
        services.unmerge(session, session.get_one(Speaker, one.id), actor=actor)


def stands_for(database: Database, one: Speaker) -> int | None:
    with database.reading() as session:
        return session.get_one(Speaker, one.id).merged_into_id


def test_merged_entries_show_as_one_and_come_apart_again(
    database: Database, make_speaker: MakeSpeaker, make_claim: Callable[..., Any], make_editor: Callable[..., Any]
):
    chief = make_editor(roles=("chief",)).actor
    old, short, full = make_speaker("K. Min-ji"), make_speaker("Kim"), make_speaker("Kim Min-ji")
    make_claim("open", speaker_id=short.id, attribution="stated")
    make_claim("open", speaker_id=full.id, attribution="stated")
    merge(database, old, short, chief)
    merge(database, short, full, chief)  # what was merged before comes along
    with database.reading() as session:
        [row] = speakers.list_speakers(session, "K.", with_sample=True).rows
        assert (row.name, row.claims) == ("Kim Min-ji", 2)
        assert [claim.speaker for claim in speakers.claims_of_speaker(session, full.id, "en").rows] == ["Kim Min-ji"] * 2
        assert speakers.list_merged(session, full.id) == [(old.id, "K. Min-ji"), (short.id, "Kim")]
    unmerge(database, short, chief)
    assert [stands_for(database, each) for each in (old, short, full)] == [short.id, None, None]
    assert [event.kind for event in events_of(database, short)][-2:] == ["speaker.merge", "speaker.unmerge"]
    with database.reading() as session:
        assert verify(session, rows=True).findings == []
        assert [row.claims for row in speakers.list_speakers(session, "Kim", with_sample=True).rows] == [1, 1]


def test_merge_is_not_taken_back_while_another_speaker_has_the_name(
    database: Database, make_speaker: MakeSpeaker, make_editor: Callable[..., Any]
):
    chief = make_editor(roles=("chief",)).actor
    gone, into = make_speaker("Zoé"), make_speaker("Zoé Lefèvre")
    merge(database, gone, into, chief)
    make_speaker("ZOE\u0301")
    with pytest.raises(IllegalMove, match="already a speaker with this name"):
        unmerge(database, gone, chief)
    assert stands_for(database, gone) == into.id


def test_namesakes_are_offered_first(sign_in: SignIn, make_speaker: MakeSpeaker):
    make_speaker("Aaron")
    one, other = make_speaker("Zoé", affiliation="Ministry"), make_speaker("ZOE\u0301")
    page = sign_in("chief").get(f"/speakers/{one.id}/merge").text
    assert page.index(f'<option value="{other.id}"') < page.index(">Aaron<")
    assert f'<option value="{one.id}"' not in page


def test_what_cannot_be_merged(database: Database, make_speaker: MakeSpeaker, make_editor: Callable[..., Any]):
    chief, editor = make_editor(roles=("chief",)).actor, make_editor().actor
    one, two, three, sample = make_speaker(), make_speaker(), make_speaker(), make_speaker(is_sample=True)
    with pytest.raises(Forbidden):
        merge(database, one, two, editor)
    for into in (one, sample):
        with pytest.raises(Invalid):
            merge(database, one, into, chief)
    with pytest.raises(IllegalMove):
        unmerge(database, one, chief)
    merge(database, one, two, chief)
    with pytest.raises(IllegalMove):
        merge(database, one, three, chief)
    with pytest.raises(Invalid):
        merge(database, three, one, chief)
    with pytest.raises(Forbidden):
        unmerge(database, one, editor)
    assert stands_for(database, one) == two.id


def test_a_chief_merges_on_the_page_and_takes_it_back(sign_in: SignIn, make_speaker: MakeSpeaker, database: Database):
    one, two = make_speaker("Kim"), make_speaker("Kim Min-ji")
    chief, editor = sign_in("chief"), sign_in("editor")
    assert "Merge…" not in editor.get(f"/speakers/{one.id}").text
    assert "Merge…" in chief.get(f"/speakers/{one.id}").text
    assert chief.post(f"/speakers/{one.id}/merge", data={"into_id": ""}).status_code == 422
    answer = chief.post(f"/speakers/{one.id}/merge", data={"into_id": str(two.id)})
    page = chief.get(answer.location).text
    assert "Merged into this entry:" in page
    assert f'action="/speakers/{one.id}/unmerge"' in page  # the toast's undo
    assert "Undo the merge" in chief.get(f"/speakers/{one.id}").text
    chief.post(f"/speakers/{one.id}/unmerge")
    assert stands_for(database, one) is None
    assert "Merge undone" in chief.get(f"/speakers/{one.id}").text
    assert chief.post(f"/speakers/{one.id}/unmerge").status_code == 303
