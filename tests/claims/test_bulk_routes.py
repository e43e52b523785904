"""Many claims at once: done one by one, and what was left out is said."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.claims.test_queue_pages import texts
from tests.factories import fresh
from tests.support.web import SignIn
from tracker.claims.models import Claim
from tracker.db import Database

LATER = "1 sep 2024"


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[[date], None]) -> None:
    clock_at(date(2024, 3, 12))


def picks(*claims: Claim) -> list[str]:
    return [f"{claim.id}:{claim.version}" for claim in claims]


def test_ticked_claims_are_handed_over_and_what_a_colleague_took_is_left(
    sign_in: SignIn, make_claim: Callable[..., Any], make_editor: Callable[..., Any], database: Database
):
    one, two, taken = (make_claim("due") for _ in range(3))
    client, to, colleague = sign_in("editor"), make_editor(), make_editor()
    client.post("/queue/bulk", data={"do": "assign", "pick": picks(taken), "owner_id": colleague.id})
    answer = client.post(
        "/queue/bulk",
        data={"do": "assign", "pick": [*picks(one, two, taken), "987654:1"], "owner_id": to.id, "next": "/queue?view=due"},
    )
    assert (answer.status_code, answer.location) == (303, "/queue?view=due")
    assert [fresh(database, each).owner_id for each in (one, two, taken)] == [to.id, to.id, colleague.id]
    said = texts(client.get("/queue").text)
    assert "Done for 2 claims." in said
    assert f"Claim {taken.id} was left as it was:" in said
    assert "Claim 987654 was left as it was:" in said


def test_a_later_day_needs_its_reason_and_then_holds_for_all(sign_in: SignIn, make_claim: Callable[..., Any], database: Database):
    one, signed = make_claim("due"), make_claim("resolved")
    client = sign_in("editor")
    data = {"do": "postpone", "pick": picks(one, signed), "review_on": LATER, "reason": ""}
    refused = client.post("/queue/bulk", data=data)
    assert refused.status_code == 422
    assert LATER in refused.text
    assert f'value="{one.id}:{one.version}"' in refused.text
    client.post("/queue/bulk", data=data | {"reason": "The vote was moved."})
    assert fresh(database, one).review_on == date(2024, 9, 1)
    assert fresh(database, signed).review_on == signed.review_on
    assert f"Claim {signed.id} was left as it was:" in texts(client.get("/queue").text)


def test_a_topic_is_added_to_those_there_are(sign_in: SignIn, make_claim: Callable[..., Any], make_topic: Callable[..., Any]):
    old, new = make_topic("Harbours"), make_topic("Bridges")
    claim, client = make_claim("due", topics=[old]), sign_in("editor")
    assert client.post("/queue/bulk", data={"do": "topic", "pick": picks(claim)}).status_code == 422
    client.post("/queue/bulk", data={"do": "topic", "pick": picks(claim), "topic_id": new.id})
    seen = texts(client.get(f"/claims/{claim.id}").text)
    assert "Harbours" in seen
    assert "Bridges" in seen


def test_nothing_ticked_and_nothing_asked_for_are_said(sign_in: SignIn, make_claim: Callable[..., Any]):
    client = sign_in("editor")
    assert client.post("/queue/bulk", data={"pick": picks(make_claim("due"))}).status_code == 422
    assert client.post("/queue/bulk", data={"do": "assign", "pick": ["x", "1", ":"]}).status_code == 303
    assert "Choose at least one claim first." in client.get("/queue").text


def test_everything_of_an_editor_goes_to_another_in_one_step(
    sign_in: SignIn, make_claim: Callable[..., Any], make_editor: Callable[..., Any], database: Database
):
    me, to, other = make_editor(), make_editor(), make_editor()
    mine = [make_claim("due", owner=me), make_claim("draft", owner=me)]
    ended, theirs = make_claim("resolved", owner=me), make_claim("open", owner=other)
    client = sign_in(me)
    assert client.post("/queue/handover", data={"from_id": other.id, "to_id": to.id}).status_code == 422
    assert client.post("/queue/handover", data={"from_id": me.id, "to_id": to.id}).status_code == 303
    assert [fresh(database, each).owner_id for each in (*mine, ended, theirs)] == [to.id, to.id, me.id, other.id]
    chief = sign_in("chief")
    chief.post("/queue/handover", data={"from_id": other.id, "to_id": to.id})
    assert fresh(database, theirs).owner_id == to.id
