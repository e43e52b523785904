"""Bounds of what one person keeps or does at once: the last that fits is taken, the next is refused with the number."""

import pytest

from tests.factories import DESK, fresh, make_claim, make_editor, make_speaker
from tests.support.web import SignIn
from tracker.articles.models import ArticleText
from tracker.claims.models import Claim
from tracker.claims.queries import quotes
from tracker.claims.routes import bulk_actions
from tracker.claims.services import quoting, saved_views
from tracker.db import Database
from tracker.errors import Invalid
from tracker.exports import routes as exports
from tracker.web.forms import choices as choice_fields


def test_view_beyond_the_last_is_refused(database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(saved_views, "VIEWS_MAX", 2)
    editor = make_editor(database).id
    with database.writing() as session:
        for name in ("one", "two", "two"):
            saved_views.save_view(session, editor, name, "")
        with pytest.raises(Invalid, match="You have 2 views; delete one first"):
            saved_views.save_view(session, editor, "three", "")
        assert [view.name for view in saved_views.views(session, editor)] == ["one", "two"]


@pytest.mark.parametrize(("statements", "fits"), [(1, False), (2, True), (quoting.MOST, True), (quoting.MOST + 1, False)])
def test_claim_is_split_into_so_many_and_no_more(database: Database, statements: int, fits: bool):
    claim = make_claim(database)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        parts = [f"Part {number} comes." for number in range(statements)]
        if fits:
            assert len(quoting.split(session, own, parts, actor=DESK, version=own.version)) == statements
        else:
            with pytest.raises(Invalid, match="at most 10"):
                quoting.split(session, own, parts, actor=DESK, version=own.version)


def test_selection_of_one_too_many_is_not_exported(database: Database, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(exports, "SELECTION_MAX", 2)
    client = sign_in("viewer")
    picks = [f"{make_claim(database).id}:1" for _ in range(3)]
    whole = client.post("/export/selection.csv", data={"pick": picks[:2]})
    assert len(whole.text.splitlines()) == 3
    refused = client.post("/export/selection.csv", data={"pick": picks})
    assert refused.status_code == 422
    assert "At most 2 claims at once." in refused.text


def test_claims_that_were_left_are_named_up_to_a_number_and_counted(
    database: Database, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bulk_actions, "REPORTED", 1)
    client = sign_in("editor")
    sent = {"do": "assign", "owner_id": str(make_editor(database).id), "pick": ["987653:1", "987654:1"]}
    assert client.post("/queue/bulk", data=sent).status_code == 303
    page = client.get("/queue").text
    assert page.count("was left as it was:") == 1
    assert "1 more claim was left as it was." in page


def test_names_alike_beyond_those_listed_are_counted(database: Database, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(choice_fields, "ALIKE_SHOWN", 2)
    monkeypatch.setattr("tracker.claims.queries.choices.MOST", 1)
    for number in range(3):
        make_speaker(database, "Zoe Young", affiliation=f"Office {number}")
    claim = make_claim(database, quote="", quote_kind=None)
    client = sign_in("editor")
    sent = {"speaker_id-named": "Zoe Young", "attribution": "stated", "version": str(claim.version)}
    page = client.post(f"/claims/{claim.id}/edit", data=sent).text
    assert "3 entries have the name “Zoe Young”. Type one of these: Zoe Young (Office 0); Zoe Young (Office 1)." in page
    assert fresh(database, claim).speaker_id is None


def test_of_many_places_of_a_quote_the_nearest_are_compared(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(quotes, "PLACES_MAX", 2)
    text = quotes.NumberedText(ArticleText(number=1, body="Rain. " * 5))
    found = quotes._nearest(text.finder.find_alike("Rain"), 24)
    assert [each.start for each in found] == [18, 24]
