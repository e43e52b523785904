"""Undo in the toast, and the panel beside the queue."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.claims.pages import fill, form
from tests.factories import events_of, fresh
from tests.support.web import SignIn
from tracker.claims.enums import QuoteKind
from tracker.db import Database


def test_a_hand_over_is_undone_from_the_toast(
    sign_in: SignIn, make_claim: Callable[..., Any], make_editor: Callable[..., Any], database: Database
):
    first, second = make_editor(), make_editor()
    claim, client = make_claim("open", owner=first), sign_in("editor")
    fill(client, f"/claims/{claim.id}/assign", owner_id=second.id)
    page = client.get(f"/claims/{claim.id}")
    undo = form(page, "/undo")
    assert fresh(database, claim).owner_id == second.id
    answer = client.post(undo.action, data=undo.values)
    assert (answer.status_code, fresh(database, claim).owner_id) == (303, first.id)
    assert events_of(database, claim)[-1].kind == "claim.undo"
    assert "Undone." in client.get(answer.location).text
    assert client.post(undo.action, data=undo.values).status_code == 409


def test_a_note_offers_no_undo_of_what_was_done_before(
    sign_in: SignIn, make_claim: Callable[..., Any], make_editor: Callable[..., Any]
):
    claim, client = make_claim("open"), sign_in("editor")
    fill(client, f"/claims/{claim.id}/assign", owner_id=make_editor().id)
    client.get(f"/claims/{claim.id}")
    fill(client, f"/claims/{claim.id}", "/notes", body="A thought.")
    assert "data-undo" not in client.get(f"/claims/{claim.id}").text


def test_what_a_colleague_did_since_is_not_undone(
    sign_in: SignIn, make_claim: Callable[..., Any], make_editor: Callable[..., Any], database: Database
):
    claim, ann, bob = make_claim("open"), sign_in("editor"), sign_in("editor")
    fill(ann, f"/claims/{claim.id}/assign", owner_id=make_editor().id)
    undo = form(ann.get(f"/claims/{claim.id}"), "/undo")
    last = make_editor()
    fill(bob, f"/claims/{claim.id}/assign", owner_id=last.id)
    assert ann.post(undo.action, data=undo.values).status_code == 409
    assert fresh(database, claim).owner_id == last.id


@pytest.mark.parametrize("query", ["", "?version=x", "?version=-1"])
def test_an_undo_that_names_no_version_is_refused(sign_in: SignIn, make_claim: Callable[..., Any], query: str):
    assert sign_in("editor").post(f"/claims/{make_claim('open').id}/undo{query}").status_code == 422


def test_the_panel_shows_quote_test_and_verdicts_to_an_editor(sign_in: SignIn, make_claim: Callable[..., Any]):
    claim = make_claim("due", quote="It will come.", quote_kind=QuoteKind.PARAPHRASE)
    seen = sign_in("editor").get(f"/claims/{claim.id}/peek").text
    for text in ("It will come.", "A signed arms deal is published", f"/claims/{claim.id}?verdict=refuted#verdict"):
        assert text in seen
    assert "verdict=" not in sign_in("viewer").get(f"/claims/{claim.id}/peek").text
