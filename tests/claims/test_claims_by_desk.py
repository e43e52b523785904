"""The list of claims by desk: the claims whose owner belongs to it now, newest first, by an index however many there are."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.accounts.test_desks import assign, make_desk
from tests.claims.crowd import Crowd, plans, whole_table_reads
from tests.claims.test_next_claim import due, judge
from tests.claims.test_queue_plans import crowded, filled, session  # noqa: F401  (fixtures)
from tests.factories import make_claim, make_editor
from tests.support.web import SignIn
from tracker.accounts.models import Editor
from tracker.claims.enums import Status
from tracker.claims.models import Claim
from tracker.claims.queries import claim_list
from tracker.claims.queries.queue_groups import NO_DESK
from tracker.claims.search import matching
from tracker.db import Database


def listed(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<li id="c(\d+)"', page)]


def test_list_of_a_desk_holds_the_claims_of_its_members_alone(database: Database, sign_in: SignIn):
    politics, ann, bob, eve = make_desk(database), *(make_editor(database) for _ in range(3))
    for editor in (ann, bob):
        assign(database, editor, politics)
    anns = make_claim(database, "open", owner=ann, statement="A ferry will sail.").id
    bobs = make_claim(database, "resolved", owner=bob).id
    eves = make_claim(database, "open", owner=eve, statement="Another ferry will sail.").id
    unowned = make_claim(database, "draft").id
    client = sign_in("viewer")

    def shown(query: str) -> list[int]:
        return listed(client.get(f"/claims?{query}").text)

    assert shown(f"desk={politics}") == [bobs, anns]
    assert shown("desk=none") == [unowned, eves]
    assert shown(f"desk={politics}&status=open") == [anns]
    assert shown(f"desk={politics}&q=ferry") == [anns]
    assert shown("desk=none&q=ferry") == [eves]
    assert shown(f"desk={politics}&q={eves}") == []
    assert shown(f"desk={politics}&q={anns}") == [anns]
    assert shown("desk=987654") == []
    assert shown("desk=nonsense") == [unowned, eves, bobs, anns]
    assign(database, bob, None)
    assert shown(f"desk={politics}") == [anns]
    assert shown("desk=none") == [unowned, eves, bobs]


def test_filter_by_desk_is_offered_where_there_are_desks_alone(database: Database, sign_in: SignIn):
    client = sign_in("viewer")
    assert 'name="desk"' not in client.get("/claims").text
    number = make_desk(database)
    assert f'<option value="{number}">Politics</option>' in client.get("/claims").text
    page = client.get(f"/claims?desk={number}").text
    assert f'<option value="{number}" selected>' in page
    assert "No claim matches these filters." in page
    assert "Tous les services" in sign_in(make_editor(database, language="fr")).get("/claims").text


def test_next_claim_is_of_the_same_desk(database: Database, sign_in: SignIn, make_evidence):
    number, ann = make_desk(database), make_editor(database)
    assign(database, ann, number)
    mine, _other, first = (due(database, 3, owner=owner) for owner in (ann, None, ann))
    make_evidence(first)
    client = sign_in("editor")
    page = client.get(f"/claims?desk={number}").text
    assert f"/claims/{first.id}?list=claims%3Adesk%3D{number}" in page
    assert judge(client, first, f"claims:desk={number}").startswith(f"/claims/{mine.id}?list=")


@pytest.mark.parametrize("desk", [1, NO_DESK])
@pytest.mark.parametrize("status", [None, Status.DUE])
def test_pages_of_a_desk_hold_each_claim_once_both_ways(filled: Crowd, session: Session, desk: int, status: Status | None):  # noqa: F811
    belongs = Editor.desk_id == desk if desk else Editor.desk_id.is_(None)
    query = select(Claim.id).outerjoin(Editor, Editor.id == Claim.owner_id).where(belongs)
    query = query.where(Claim.status == status) if status else query
    wanted = list(session.scalars(query.order_by(Claim.id.desc())))
    found, after, pages = list[int](), None, []
    while True:
        page = claim_list.read(session, "en", desk=desk, status=status, after=after)
        found += [row.id for row in page.rows]
        pages.append([row.id for row in page.rows])
        if page.after is None:
            break
        after = str(page.after)
    assert found == wanted
    assert len(pages) > 3
    back = claim_list.read(session, "en", desk=desk, status=status, before=str(page.before))
    assert [row.id for row in back.rows] == pages[-2]
    first = claim_list.read(session, "en", desk=desk, status=status, before=str(pages[0][3]))
    assert [row.id for row in first.rows] == pages[0]  # a short first page is the whole first one
    beyond = claim_list.read(session, "en", desk=desk, status=status, after="1")
    assert [row.id for row in beyond.rows] == pages[0]


@pytest.mark.parametrize("desk", [1, NO_DESK, 2**40])
@pytest.mark.parametrize("status", [None, Status.PROPOSED])
def test_list_of_a_desk_is_read_by_the_index_of_owners(filled: Crowd, session: Session, desk: int, status: Status | None):  # noqa: F811
    for after in (None, "900"):
        found = plans(session, lambda after=after: claim_list.read(session, "fr", desk=desk, status=status, after=after))  # type: ignore[misc]
        assert whole_table_reads(found, "claim") == []
        for plan in found[: 2 if desk == NO_DESK else 1]:
            assert "claim_pkey" not in plan
            # PostgreSQL may sort the few proposals of an owner.
            assert re.search(r"Index (Only )?Scan Backward using ix_claim_owner_id|INDEX ix_claim_owner_id \(owner_id", plan) or (
                "ix_claim_proposed_owner" in plan
            )
            assert "TEMP B-TREE" not in plan


def test_words_are_looked_for_in_each_claim_of_a_small_desk(database: Database, monkeypatch: pytest.MonkeyPatch):
    number, ann = make_desk(database), make_editor(database)
    assign(database, ann, number)
    ferry = {"statement": "A ferry will sail."}
    own = [make_claim(database, "open", owner=ann, **ferry).id for _ in range(2)]
    make_claim(database, "open", owner=ann, statement="A tram will ride.")
    for _ in range(3):
        make_claim(database, "open", **ferry)

    with database.reading() as reading:

        def ids(status: Status | None = None) -> list[int]:
            return [row.id for row in claim_list.read(reading, "en", desk=number, q="ferry", status=status).rows]

        assert ids() == own[::-1]
        monkeypatch.setattr(matching, "COMMON", 1)
        assert ids() == ids(Status.OPEN) == own[::-1]
        assert ids(Status.DRAFT) == []
        if database.is_sqlite:
            found = plans(reading, ids)
            assert any("ix_claim_owner_id (owner_id=?)" in plan and "claim_search" in plan for plan in found)
            monkeypatch.setattr(matching, "RARE", 1)
            assert ids() == own[::-1]
