"""The queue by desk: the claims whose owner belongs to it now."""

from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select

from tests.accounts.test_desks import assign, make_desk
from tests.claims.crowd import watched
from tests.claims.test_next_claim import due, judge
from tests.claims.test_queue_pages import texts
from tests.factories import DESK, make_article, make_claim, make_editor, make_evidence, make_speaker, make_topic
from tests.support.web import SignIn
from tracker.accounts import desks
from tracker.claims.enums import Attribution
from tracker.claims.models import SavedView
from tracker.claims.queries import queue
from tracker.claims.queries.queue_groups import NO_DESK, Asked, Filters, View
from tracker.db import Database

TODAY = date(2024, 3, 12)


def found(database: Database, **filters: Any) -> set[int]:
    """The claims of all groups; planned, and from either list, whose counts have to agree."""
    with database.reading() as session:
        planned = queue.planned(session, Filters(**filters))
        results = []
        for each in (planned, Filters(**filters), Filters(**filters, by_owner=True)):
            asked = Asked(TODAY, each)
            groups = queue.read(session, asked, "en").groups
            counts = queue.counts(session, asked)
            assert {view: len(group.rows) for view, group in groups.items()} == {view: counts.of(view) for view in View}
            results.append({row.id for group in groups.values() for row in group.rows})
    assert results[0] == results[1] == results[2]
    return results[0]


def test_queue_of_a_desk_holds_the_claims_of_its_members_alone(database: Database):
    politics, culture = make_desk(database), make_desk(database, "Culture")
    ann, bob, eve, zoe = (make_editor(database) for _ in range(4))
    for editor, number in ((ann, politics), (bob, politics), (eve, culture)):
        assign(database, editor, number)
    topic, speaker, article = make_topic(database), make_speaker(database), make_article(database)
    anns = make_claim(database, "open", owner=ann, topics=[topic]).id
    bobs = make_claim(database, "proposed", owner=bob, article=article).id
    eves = make_claim(database, "open", owner=eve, topics=[topic], speaker_id=speaker.id, attribution=Attribution.STATED).id
    zoes = make_claim(database, "open", owner=zoe, topics=[topic]).id
    unowned = make_claim(database, "open", article=article).id
    assert found(database, desk=politics) == {anns, bobs}
    assert found(database, desk=culture) == {eves}
    assert found(database, desk=NO_DESK) == {zoes, unowned}
    assert found(database, desk=2**62) == set()
    assert found(database, desk=politics, topic=topic.id) == {anns}
    assert found(database, desk=NO_DESK, topic=topic.id) == {zoes}
    assert found(database, desk=politics, article=article.id) == {bobs}
    assert found(database, desk=NO_DESK, article=article.id) == {unowned}
    assert found(database, desk=culture, speakers=(speaker.id,)) == {eves}
    assert found(database, desk=NO_DESK, speakers=(speaker.id,)) == set()
    assert found(database, desk=politics, owner=ann.id) == {anns}
    assert found(database, desk=culture, owner=ann.id) == set()
    assert found(database, desk=NO_DESK, unowned=True) == {unowned}


def test_owner_who_moves_takes_their_claims_to_the_other_desk(database: Database):
    politics, culture, ann = make_desk(database), make_desk(database, "Culture"), make_editor(database)
    claim = make_claim(database, "open", owner=ann).id
    for number, here in ((politics, politics), (culture, culture), (None, NO_DESK)):
        assign(database, ann, number)
        holding = [each for each in (politics, culture, NO_DESK) if found(database, desk=each) == {claim}]
        assert holding == [here]


@pytest.mark.parametrize("desk", ["1", "none"])
def test_long_queue_of_a_desk_is_turned_page_by_page(database: Database, monkeypatch: pytest.MonkeyPatch, desk: str):
    monkeypatch.setattr(queue, "SHOWN", 2)
    number, ann = make_desk(database), make_editor(database)
    assign(database, ann, number)
    claims = [make_claim(database, "open", owner=ann if desk == "1" else None).id for _ in range(5)]
    other = make_claim(database, "open", owner=None if desk == "1" else ann).id
    seen: list[int] = []
    with database.reading() as session:
        asked = Asked(TODAY, queue.planned(session, Filters(desk=number if desk == "1" else NO_DESK)))
        after: str | None = None
        for _ in range(3):
            page = queue.read(session, asked, "en", View.OVERDUE, after=after).groups[View.OVERDUE]
            seen += [row.id for row in page.rows]
            after = str(page.after) if page.after else None
    assert seen == claims
    assert after is None
    assert other not in seen


def test_filter_by_desk_is_offered_where_there_are_desks_alone(database: Database, sign_in: SignIn):
    client = sign_in()
    assert 'name="desk"' not in client.get("/queue?filters=open").text
    number = make_desk(database)
    page = client.get("/queue?filters=open").text
    assert 'name="desk"' in page
    assert f'<option value="{number}">Politics</option>' in page
    assert '<option value="none">No desk</option>' in page
    with database.writing() as session:
        desks.remove(session, number, actor=DESK)
    assert 'name="desk"' not in client.get("/queue?filters=open").text


def test_queue_page_shows_a_desk_and_names_it(database: Database, sign_in: SignIn):
    number, ann = make_desk(database), make_editor(database)
    assign(database, ann, number)
    make_claim(database, "open", statement="Of politics.", owner=ann)
    make_claim(database, "open", statement="Of no desk.")
    client = sign_in()
    page = client.get(f"/queue?desk={number}").text
    assert "Showing: Politics" in texts(page)
    assert "Of politics." in page
    assert "Of no desk." not in page
    page = client.get("/queue?desk=none&filters=open").text
    assert '<option value="none" selected>No desk</option>' in page
    assert "Of no desk." in page
    assert "Of politics." not in page


def test_desk_that_does_not_exist_leaves_an_empty_list_that_names_it(database: Database, sign_in: SignIn):
    make_claim(database, "open", statement="Still here.")
    page = sign_in().get("/queue?desk=987654").text
    assert "Nothing here fits your filters" in texts(page)
    assert "Desk: 987654" in texts(page)
    assert "Still here." not in page


def test_queue_by_desk_speaks_french(database: Database, sign_in: SignIn):
    make_desk(database, "Politique")
    page = sign_in(make_editor(database, language="fr")).get("/queue?desk=none&filters=open").text
    assert '<option value="">Tous les services</option>' in page
    assert '<option value="none" selected>Sans service</option>' in page
    assert "All desks" not in page


def test_saved_view_keeps_the_desk(database: Database, sign_in: SignIn):
    number = make_desk(database)
    client = sign_in()
    shown = client.get(f"/queue?desk={number}")
    assert f'name="desk" value="{number}"' in shown.text
    client.post("/queue/views", data={"name": "Ours", "desk": str(number)})
    with database.reading() as session:
        assert list(session.scalars(select(SavedView.query))) == [f"desk={number}"]
    assert f'href="/queue?desk={number}"' in client.get("/queue").text


def test_next_claim_is_of_the_same_desk(database: Database, sign_in: SignIn):
    number, ann = make_desk(database), make_editor(database)
    assign(database, ann, number)
    first, between, last = due(database, 9, owner=ann), due(database, 6), due(database, 3, owner=ann)
    make_evidence(database, first)
    listed = f"desk={number}"
    assert judge(sign_in(), first, listed) == f"/claims/{last.id}?list={quote(listed, safe='')}#verdict"
    assert between.id != last.id


def test_desks_ask_nothing_of_a_queue_without_that_filter(database: Database, sign_in: SignIn):
    client = sign_in()
    make_claim(database, "open", owner=make_editor(database))

    def queries(address: str) -> int:
        with database.reading() as session, watched(session) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    before = queries("/queue")
    numbers = [make_desk(database, f"Desk {number}") for number in range(3)]
    assert queries("/queue") == before
    by_desk = queries(f"/queue?desk={numbers[0]}")
    for number in range(3, 9):
        make_desk(database, f"Desk {number}")
    assert queries(f"/queue?desk={numbers[0]}") == by_desk
