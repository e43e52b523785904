"""Scorecards by desk: the claims whose owner belongs to it now, and no ranking of persons."""

import csv
import io
import re

import pytest

from tests.accounts.test_desks import assign, make_desk
from tests.claims.crowd import plans
from tests.factories import DESK, make_article, make_claim, make_editor
from tests.scores.support import count_all, differences
from tests.scores.test_routes import page
from tests.support.web import SignIn
from tracker.accounts import desks
from tracker.accounts.models import Editor
from tracker.claims.enums import Certainty, Outcome
from tracker.claims.models import Claim
from tracker.claims.services import editing
from tracker.db import Database
from tracker.scores import cells, queries
from tracker.scores.cards import Card, Selection

BAND = {"certainty": Certainty.HEDGED, "hedge": "probably", "likelihood_low": 55, "likelihood_high": 75}


def card(database: Database, desk_id: int) -> Card:
    with database.reading() as session:
        found = queries.load_card(session, Selection(desk_id=desk_id))
    assert found is not None
    return found


def judged_of(database: Database, owner: Editor | None, article: object, *outcomes: Outcome) -> list[Claim]:
    given = {"article": article, **BAND} | ({"owner": owner} if owner else {})
    return [make_claim(database, "resolved", outcome=outcome, **given) for outcome in outcomes]


def test_desk_counts_the_claims_of_its_members_alone(database: Database):
    number, ann, bob, eve = make_desk(database), *(make_editor(database) for _ in range(3))
    for editor in (ann, bob):
        assign(database, editor, number)
    article = make_article(database)
    judged_of(database, ann, article, Outcome.CONFIRMED)
    judged_of(database, bob, article, Outcome.REFUTED)
    judged_of(database, eve, article, Outcome.CONFIRMED)
    judged_of(database, None, article, Outcome.CONFIRMED)
    count_all(database)
    counts = card(database, number).counts
    assert (counts.tracked, counts.confirmed, counts.refuted) == (2, 1, 1)
    assert card(database, 0).counts.tracked == 2


def test_article_of_two_members_is_one_article_of_the_desk(database: Database):
    number, ann, bob = make_desk(database), make_editor(database), make_editor(database)
    for editor in (ann, bob):
        assign(database, editor, number)
    article = make_article(database)
    judged_of(database, ann, article, Outcome.CONFIRMED, Outcome.CONFIRMED)
    judged_of(database, bob, article, Outcome.CONFIRMED)
    count_all(database)
    rate = card(database, number).in_full
    assert rate is not None
    # One article of three claims: 1 + 0.2 · (9/3 − 1).
    assert (rate.claims, rate.articles, rate.design_effect) == (3, 1, pytest.approx(1.4))


def test_editor_who_moves_takes_their_claims_along(database: Database):
    politics, culture = make_desk(database), make_desk(database, "Culture")
    ann, bob = make_editor(database), make_editor(database)
    article, other = make_article(database), make_article(database)
    judged_of(database, ann, article, Outcome.CONFIRMED, Outcome.REFUTED)
    judged_of(database, ann, other, Outcome.PARTLY_CONFIRMED)
    judged_of(database, bob, article, Outcome.CONFIRMED)
    count_all(database)
    with database.reading() as session:
        before = queries.load_card(session, Selection())
    for editor, desk in ((ann, politics), (bob, politics), (ann, culture), (bob, None)):
        assign(database, editor, desk)
        assert differences(database) == []
    assert card(database, politics).counts.tracked == 0
    assert card(database, culture).counts.tracked == 3
    assert card(database, 0).counts.tracked == 1
    with database.reading() as session:
        assert queries.load_card(session, Selection()) == before


def test_editor_who_moves_is_looked_up_by_indexes_alone(database: Database):
    ann = make_editor(database)
    judged_of(database, ann, make_article(database), Outcome.CONFIRMED)
    count_all(database)
    with database.writing() as session:
        found = plans(session, lambda: cells._move_owner(session, ann.id))
    assert len(found) == 3
    if database.is_sqlite:
        assert any("USING INDEX ix_claim_owner_id (owner_id=?)" in plan for plan in found)
        assert [plan for plan in found if "SCAN" in plan] == []


def test_claims_handed_over_with_a_move_are_of_their_new_owners(database: Database):
    politics, ann, bob = make_desk(database), make_editor(database), make_editor(database)
    assign(database, bob, politics)
    claim, _kept = judged_of(database, ann, make_article(database), Outcome.CONFIRMED, Outcome.REFUTED)
    count_all(database)
    with database.writing() as session:
        editing.assign(session, session.get_one(Claim, claim.id), bob.id, actor=DESK)
        desks.assign(session, session.get_one(Editor, ann.id), politics, actor=DESK)
        desks.assign(session, session.get_one(Editor, bob.id), None, actor=DESK)
    assert differences(database) == []
    assert (card(database, politics).counts.refuted, card(database, 0).counts.confirmed) == (1, 1)


def test_claim_handed_over_changes_the_desk(database: Database, sign_in: SignIn):
    number, ann = make_desk(database), make_editor(database)
    assign(database, ann, number)
    claim = make_claim(database, "due", **BAND)
    count_all(database)
    assert card(database, number).counts.tracked == 0
    editor = sign_in("editor")
    editor.post(f"/claims/{claim.id}/assign", data={"owner_id": str(ann.id), "version": str(claim.version)})
    assert card(database, number).counts.tracked == 1
    assert differences(database) == []


def test_desk_page_names_no_person(database: Database, sign_in: SignIn):
    number, ann = make_desk(database), make_editor(database, "Ann Quillfeather")
    assign(database, ann, number)
    judged_of(database, ann, make_article(database), Outcome.CONFIRMED)
    count_all(database)
    for address in (f"/scorecards/desks/{number}", "/scorecards/desk", "/scorecards?by=desk"):
        assert "Politics" in page(sign_in, address)
        for form in ("", "csv", "json"):
            joined = "&" if "?" in address else "?"
            assert "Quillfeather" not in page(sign_in, f"{address}{joined}format={form}" if form else address)
    assert sign_in("viewer").get(f"/scorecards/desks/{number}?by=speaker").status_code == 422


def test_desks_and_what_none_owns_add_up_to_the_newsroom(database: Database, sign_in: SignIn):
    number, ann = make_desk(database), make_editor(database)
    assign(database, ann, number)
    judged_of(database, ann, make_article(database), Outcome.CONFIRMED)
    judged_of(database, None, make_article(database), Outcome.REFUTED, Outcome.REFUTED)
    count_all(database)
    rows = list(csv.DictReader(io.StringIO(page(sign_in, "/scorecards?by=desk&format=csv"))))
    assert [(row["by"], row["key"], row["label"], row["tracked"]) for row in rows] == [
        ("all", "", "", "3"),
        ("desk", "0", "", "2"),
        ("desk", str(number), "Politics", "1"),
    ]
    shown = page(sign_in, "/scorecards?by=desk")
    assert re.search(r'href="/scorecards/no-desk"[^>]*><bdi>No desk', shown)
    assert f'href="/scorecards/desks/{number}"' in shown


@pytest.mark.parametrize("table", ["claims", "verdicts"])
def test_files_of_claims_are_filtered_by_desk(database: Database, sign_in: SignIn, table: str):
    number, ann = make_desk(database), make_editor(database)
    assign(database, ann, number)
    [own] = judged_of(database, ann, make_article(database), Outcome.CONFIRMED)
    judged_of(database, None, make_article(database), Outcome.REFUTED)
    rows = list(csv.DictReader(io.StringIO(page(sign_in, f"/export/{table}.csv?desk={number}"))))
    assert [row["claim_id"] for row in rows] == [str(own.id)]


def test_topic_is_not_counted_together_with_a_desk(database: Database, sign_in: SignIn):
    number = make_desk(database)
    count_all(database)
    assert sign_in("viewer").get(f"/scorecards?desk={number}&by=topic").status_code == 422
    assert "by=topic" not in page(sign_in, f"/scorecards?desk={number}")


@pytest.mark.parametrize(
    ("more", "title"),
    [("desk=DESK", "Politics"), ("desk=DESK&hedge=may", "Politics, Scorecard for “may”")],
)
def test_scorecard_of_a_desk_is_headed_by_its_name(database: Database, sign_in: SignIn, more: str, title: str):
    number = make_desk(database)
    count_all(database)
    shown = page(sign_in, f"/scorecards?{more.replace('DESK', str(number))}")
    assert f"<h1><bdi>{title}</bdi></h1>" in shown
    assert sign_in("viewer").get(f"/scorecards?desk={number + 99}").status_code == 404


def test_there_is_no_scorecard_of_an_editor(database: Database, sign_in: SignIn):
    ann = make_editor(database)
    judged_of(database, ann, make_article(database), Outcome.CONFIRMED)
    judged_of(database, None, make_article(database), Outcome.REFUTED)
    count_all(database)
    client = sign_in("viewer")
    assert client.get(f"/scorecards?owner={ann.id}&format=json").json == client.get("/scorecards?format=json").json
    assert client.get("/scorecards?by=owner").status_code == 422
