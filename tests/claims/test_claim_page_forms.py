"""The forms of a claim's page: each a link until it is opened, so that looking at a claim does not cost drawing them."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.claims.pages import forms
from tests.factories import make_evidence
from tests.support.web import Client
from tracker.claims.models import Claim
from tracker.db import Database

SignIn = Callable[..., Client]
ADDRESSES = {"evidence": "add-ev", "checks": "add-check", "notes": "add-note", "postscript": "add-ps"}


def actions(client: Client, path: str) -> set[str]:
    """The last parts of the addresses of the page's own forms."""
    return {each.action.rpartition("/")[2] for each in forms(client.get(path)) if each.action.startswith("/claims/")}


@pytest.fixture
def resolved(database: Database, make_claim: Callable[..., Claim]) -> Claim:
    claim = make_claim("resolved")
    with database.writing() as session:
        make_evidence(session, session.get_one(Claim, claim.id))
    return claim


def test_claim_page_draws_no_form_that_is_not_open(resolved: Claim, sign_in: SignIn):
    client = sign_in("editor")
    assert actions(client, f"/claims/{resolved.id}") == set()
    page = client.get(f"/claims/{resolved.id}").text
    for ending, anchor in ADDRESSES.items():
        assert f'href="/claims/{resolved.id}/{ending}#{anchor}" data-opens>' in page


@pytest.mark.parametrize(("ending", "anchor"), ADDRESSES.items())
def test_link_of_a_form_leads_to_the_page_with_it_alone_open(resolved: Claim, sign_in: SignIn, ending: str, anchor: str):
    client = sign_in("editor")
    assert actions(client, f"/claims/{resolved.id}/{ending}") == {ending}
    page = client.get(f"/claims/{resolved.id}/{ending}").text
    assert f'id="{anchor}" open>' in page
    assert page.count(f'id="{anchor}"') == 1


def test_claim_without_evidence_asks_for_it_on_its_page(make_claim: Callable[..., Any], sign_in: SignIn):
    claim = make_claim("due")
    assert actions(sign_in("editor"), f"/claims/{claim.id}") == {"evidence", "verdict"}


def test_reader_of_the_newsroom_is_offered_no_form(resolved: Claim, sign_in: SignIn):
    page = sign_in("viewer").get(f"/claims/{resolved.id}").text
    assert "data-opens" not in page
