"""The list of claims by desk: the claims whose owner belongs to it now, newest first, by an index however many there are."""

import re
from collections.abc import Callable
from functools import partial

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
from tracker.claims.queries.claim_rows import ClaimRow
from tracker.claims.queries.queue_groups import NO_DESK
from tracker.claims.search import matching
from tracker.db import Database
from tracker.pagination import Page


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


def walk(read: Callable[..., Page[ClaimRow]]) -> list[list[int]]:
    """The ids of each page, from the first to the last, with each seen again on the way back."""
    page = read()
    pages = [[row.id for row in page.rows]]
    assert page.before is None
    while page.after is not None:
        page = read(after=str(page.after))
        pages.append([row.id for row in page.rows])
    back = [pages[-1]]
    while page.before is not None:
        page = read(before=str(page.before))
        back.append([row.id for row in page.rows])
    assert back == pages[::-1]
    return pages


@pytest.mark.parametrize("desk", [1, NO_DESK])
@pytest.mark.parametrize("status", [None, Status.DUE])
@pytest.mark.parametrize("with_sample", [True, False])
def test_pages_of_a_desk_hold_each_claim_once_both_ways(
    filled: Crowd,  # noqa: F811
    session: Session,  # noqa: F811
    desk: int,
    status: Status | None,
    with_sample: bool,
):
    belongs = Editor.desk_id == desk if desk else Editor.desk_id.is_(None)
    query = select(Claim.id, Claim.is_sample).outerjoin(Editor, Editor.id == Claim.owner_id).where(belongs)
    query = query.where(Claim.status == status) if status else query
    rows = session.execute(query.order_by(Claim.id.desc())).all()
    assert any(row.is_sample for row in rows) == (desk == NO_DESK)
    read = partial(claim_list.read, session, "en", desk=desk, status=status, with_sample=with_sample)
    pages = walk(read)
    assert [number for page in pages for number in page] == [row.id for row in rows if with_sample or not row.is_sample]
    assert len(pages) > 3
    first = read(before=str(pages[0][3]))
    assert [row.id for row in first.rows] == pages[0]  # a short first page is the whole first one
    beyond = read(after="1")
    assert [row.id for row in beyond.rows] == pages[0]


def test_pages_of_words_of_a_desk_hold_each_claim_once_both_ways(database: Database):
    politics, ann, bob, eve = make_desk(database), *(make_editor(database) for _ in range(3))
    for editor in (ann, bob):
        assign(database, editor, politics)
    ferry, tram = "A ferry will sail.", "A tram will ride."
    made = [
        (owner, statement, make_claim(database, "open", owner=owner, statement=statement).id)
        for owner, statement in ((ann, ferry), (eve, ferry), (bob, ferry), (ann, tram), (bob, ferry), (None, ferry), (ann, ferry))
    ]
    wanted = [[number] for owner, statement, number in reversed(made) if owner in (ann, bob) and statement == ferry]
    assert len(wanted) == 4
    with database.reading() as reading:
        assert walk(partial(claim_list.read, reading, "en", desk=politics, q="ferry", size=1)) == wanted


@pytest.mark.parametrize("desk", [1, NO_DESK, 2**40])
@pytest.mark.parametrize("status", [None, Status.PROPOSED])
def test_list_of_a_desk_is_read_by_the_index_of_owners(filled: Crowd, session: Session, desk: int, status: Status | None):  # noqa: F811
    # PostgreSQL may sort the few proposals of an owner.
    sorted_few = "|ix_claim_proposed_owner" if status == Status.PROPOSED else ""
    index = re.compile(rf"Index (Only )?Scan Backward using ix_claim_owner_id|INDEX ix_claim_owner_id \(owner_id{sorted_few}")
    for after in (None, "900"):
        found = plans(session, lambda after=after: claim_list.read(session, "fr", desk=desk, status=status, after=after))  # type: ignore[misc]
        assert whole_table_reads(found, "claim") == []
        by_owner = [plan for plan in found if "ORDER BY claim.owner_id" in plan]
        is_read_again = after is not None and desk not in (1, NO_DESK)  # nothing is beyond the place, so the first page is read
        assert len(by_owner) == (2 if desk == NO_DESK or is_read_again else 1)
        for plan in by_owner:
            assert "claim_pkey" not in plan
            assert index.search(plan)
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
