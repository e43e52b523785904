"""Who is called in a note, and how often they hear of it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from tests.claims.pages import fill
from tests.factories import fresh
from tests.support.web import SignIn
from tracker.claims.mentions import called
from tracker.claims.models import Claim, Relation
from tracker.db import Database
from tracker.notifications.models import Reminder

PEOPLE = [(1, "Inès Carpentier"), (2, "Tom Adeyemi"), (3, "Tom Bell"), (4, "Anna"), (5, "Anna Lind")]


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        ("@Inès, please look", [1]),
        ("@ines carpentier and (@Tom  Bell)", [1, 3]),
        ("@Tom: which one?", []),  # two are called so
        ("@Anna Lind and @anna", [5, 4]),
        ("@Anna @Anna", [4]),
        ("write to ines@inès.example or @@inès", []),
        ("@Inèsita, @", []),
        ("", []),
    ],
)
def test_people_are_called_by_their_names(body: str, ids: list[int]):
    assert called(body, PEOPLE) == ids


def test_who_is_called_hears_it_once_and_the_author_does_not(
    sign_in: SignIn, make_claim: Callable[..., Claim], make_editor: Callable[..., Any], database: Database
):
    claim, tom, me = make_claim("open"), make_editor("Tom Adeyemi"), make_editor("Inès Carpentier")
    make_editor("Vera Viewer", roles=("viewer",))
    client = sign_in(me)
    sent = {"body": "@Tom, see this; @Inès and @Vera, too. Really, @Tom Adeyemi!"}
    answer = client.post(f"/claims/{claim.id}/notes", data=sent)
    assert "Notified: Tom Adeyemi." in client.get(answer.location).text
    with database.reading() as session:
        [rung] = session.scalars(select(Reminder).where(Reminder.kind == "mention"))
    assert rung.delivered_to_id == tom.id
    bell = sign_in(tom).get("/reminders").text
    assert "Inès Carpentier mentioned you in a note" in bell
    assert f"/claims/{claim.id}#n" in bell
    client.post(f"/claims/{claim.id}/notes", data={"body": "Nothing more."})
    with database.reading() as session:
        assert len(session.scalars(select(Reminder.id).where(Reminder.kind == "mention")).all()) == 1


# --- siblings, duplicates, patterns ---


def test_a_claim_is_split_into_siblings(sign_in: SignIn, make_claim: Callable[..., Claim], database: Database):
    claim = make_claim("due", hedge="probably", certainty="hedged")
    client = sign_in()
    path = f"/claims/{claim.id}/split"
    assert fill(client, path, statements="Only one.\n\nOnly one.").status_code == 422
    assert fill(client, path, statements="Arms deals follow.\r\n\r\nTrade deals follow.").status_code == 303
    old = fresh(database, claim)
    assert (old.status, old.withdraw_reason) == ("withdrawn", "split")
    with database.reading() as session:
        made = session.scalars(select(Claim).where(Claim.id != claim.id).order_by(Claim.id)).all()
        assert [each.statement for each in made] == ["Arms deals follow.", "Trade deals follow."]
        assert {(each.status, each.review_on, each.hedge, each.article_id) for each in made} == {
            ("open", old.review_on, "probably", old.article_id)
        }
        said = session.execute(select(Relation.claim_id, Relation.other_id, Relation.kind)).all()
    assert [tuple(each) for each in said] == [(each.id, claim.id, "split_from") for each in made]


def test_a_duplicate_is_withdrawn_with_what_it_repeats_and_a_relation_taken_back(
    sign_in: SignIn, make_claim: Callable[..., Claim], database: Database
):
    claim, other = make_claim("open"), make_claim("open")
    client = sign_in()
    sent = {"reason": "duplicate", "other_id": str(other.id), "note": ""}
    page = client.get(f"/claims/{claim.id}/withdraw").text
    assert "Number of the claim that it repeats" in page
    assert fill(client, f"/claims/{claim.id}/withdraw", **{**sent, "other_id": "999"}).status_code == 422
    assert fresh(database, claim).status == "open"
    assert fill(client, f"/claims/{claim.id}/withdraw", **sent).status_code == 303
    with database.reading() as session:
        [relation] = session.scalars(select(Relation))
        assert (relation.claim_id, relation.other_id, relation.kind) == (claim.id, other.id, "duplicate_of")
    assert client.post(f"/claims/{other.id}/relations/{relation.id}/remove").status_code == 303
    assert client.post(f"/claims/{other.id}/relations/{relation.id}/remove").status_code == 404
    with database.reading() as session:
        assert session.scalars(select(Relation)).all() == []
    assert "removed the note that the claim" in client.get(f"/claims/{claim.id}/history").text


def test_criteria_template_keeps_existing_text(sign_in: SignIn, make_claim: Callable[..., Claim], database: Database):
    claim = make_claim("open", confirmed_if="As agreed.")
    client = sign_in()
    page = fill(client, f"/claims/{claim.id}/edit", hedge="perhaps", other_statement="Un énoncé.", pattern="delivery")
    assert page.status_code == 200
    assert "As agreed.\nAt least [quantity] of [goods]" in page.text
    assert "Au moins [quantité] de [biens]" in page.text
    assert 'value="perhaps"' in page.text
    assert fresh(database, claim).hedge != "perhaps"
    assert "Au moins [quantité]" not in fill(client, f"/claims/{claim.id}/edit", pattern="delivery").text
