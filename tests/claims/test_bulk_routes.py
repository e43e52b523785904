"""Many claims at once: done one by one, and what was left out is said."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tests.claims.test_queue_pages import texts
from tests.factories import fresh, on
from tests.support.web import SignIn
from tracker.claims.models import Claim, ClaimTopic
from tracker.claims.queries import queue
from tracker.claims.routes import saved_views
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


def test_bulk_without_selection_is_refused(sign_in: SignIn, make_claim: Callable[..., Any]):
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


# --- taking it back, all of a group, the selection as a file, views, news ---


def test_what_was_done_to_many_is_taken_back_but_for_what_changed_since(
    sign_in: SignIn, make_claim: Callable[..., Any], make_editor: Callable[..., Any], make_topic: Any, database: Database
):
    one, two, same = (make_claim("due") for _ in range(3))
    me, to = make_editor(), make_editor()
    client, other = sign_in(me), sign_in("editor")
    client.post("/queue/bulk", data={"do": "assign", "pick": picks(same), "owner_id": to.id})
    now = [one, two, fresh(database, same)]
    client.post("/queue/bulk", data={"do": "assign", "pick": picks(*now), "owner_id": to.id})
    page = client.get("/queue").text
    assert "Undo your last change to 2 claims" in page
    address = page.partition("/queue/steps/")[2].partition('"')[0]
    other.post(f"/queue/steps/{address}")
    assert [fresh(database, each).owner_id for each in (one, two)] == [to.id, to.id]
    other.post("/queue/bulk", data={"do": "assign", "pick": picks(fresh(database, two)), "owner_id": me.id})
    client.post(f"/queue/steps/{address}")
    assert [fresh(database, each).owner_id for each in (one, two, same)] == [None, me.id, to.id]
    said = texts(client.get("/queue").text)
    assert "Undone for 1 claim." in said
    assert f"Claim {two.id} was left as it was:" in said
    client.post(f"/queue/steps/{address}")
    assert "no change here that can still be undone" in texts(client.get("/queue").text)


def test_topics_of_many_and_a_late_undo(
    sign_in: SignIn, make_claim: Callable[..., Any], make_topic: Any, database: Database, clock_at: Callable[[Any], None]
):
    topic = make_topic()
    claim = make_claim("due")
    client = sign_in()
    data = {"do": "topic", "topic_id": topic.id}
    now = on(date(2024, 3, 12))
    for waited, undone in ((timedelta(minutes=9), True), (timedelta(minutes=11), False)):
        client.post("/queue/bulk", data=data | {"pick": picks(fresh(database, claim))})
        address = client.get("/queue").text.partition("/queue/steps/")[2].partition('"')[0]
        now += waited
        clock_at(now)
        assert ("Undo your last change" in client.get("/queue").text) is undone
        client.post(f"/queue/steps/{address}")
        with database.reading() as session:
            assert (session.get(ClaimTopic, (topic.id, claim.id)) is None) is undone


def test_all_of_a_group_is_counted_before_anything_is_done(
    sign_in: SignIn,
    make_claim: Callable[..., Any],
    make_editor: Callable[..., Any],
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
):
    claims, to = [make_claim("due") for _ in range(4)], make_editor()
    client = sign_in()
    monkeypatch.setattr(queue, "SHOWN", 3)
    assert "Select all 4…" in client.get("/queue?view=overdue").text
    page = client.get("/queue/all?view=overdue")
    assert "applies to 4 claims" in texts(page.text)
    late = make_claim("due")
    sent = page.text.partition('name="picks" value="')[2].partition('"')[0]
    client.post("/queue/bulk", data={"do": "assign", "picks": sent, "owner_id": to.id})
    # Exactly those that were counted, none that came later.
    assert [fresh(database, each).owner_id for each in [*claims, late]] == [to.id] * 4 + [None]
    assert client.get("/queue/all").location == "/queue"
    assert "No claims are left in this list" in client.get("/queue/all?view=upcoming").text
    monkeypatch.setattr(saved_views, "MOST", 3)
    assert "More than 3 claims are selected" in texts(client.get("/queue/all?view=overdue").text)


def test_the_selection_is_exported(sign_in: SignIn, make_claim: Callable[..., Any]):
    one, _two, three = (make_claim("due") for _ in range(3))
    client = sign_in()
    answer = client.post("/export/selection.csv", data={"pick": picks(one), "picks": f"{three.id}:1,x"})
    assert [row["claim_id"] for row in csv.DictReader(io.StringIO(answer.text))] == [str(one.id), str(three.id)]
    assert client.post("/export/selection.csv").status_code == 422


def test_a_view_is_kept_under_a_name_of_ones_own(sign_in: SignIn):
    client, other = sign_in("viewer"), sign_in("viewer")
    assert "Save the view" not in client.get("/queue").text
    sent = {"name": " Mine, <late> ", "view": "overdue", "owner": "nobody", "next": "//evil", "sort": ""}
    assert client.post("/queue/views", data=sent).location == "/queue?view=overdue&owner=nobody"
    page = client.get("/queue").text
    assert 'href="/queue?view=overdue&amp;owner=nobody"><bdi>Mine, &lt;late&gt;</bdi>' in page
    assert "Mine" not in other.get("/queue").text
    client.post("/queue/views", data=sent | {"owner": "me"})
    page = client.get("/queue").text
    assert page.count("<bdi>Mine") == 1
    number = page.partition("/queue/views/")[2].partition("/")[0]
    other.post(f"/queue/views/{number}/delete")
    assert "<bdi>Mine" in client.get("/queue").text
    assert client.post(f"/queue/views/{number}/delete").status_code == 303
    assert "Mine" not in client.get("/queue").text.partition("</nav>")[2].replace("“Mine, &lt;late&gt;” is kept", "")
    assert "Give the view a name." in client.get(client.post("/queue/views", data={"name": " "}).location).text


def test_news_counts_new_claims_only(sign_in: SignIn, make_claim: Callable[..., Any]):
    client = sign_in("viewer")
    had = client.get("/queue").text.partition('data-news="')[2].partition('"')[0].replace("&amp;", "&")
    assert had == "/queue/news?had=0,0,0,0"
    make_claim("due")
    assert "1 more, refresh" in client.get(had).text
    assert "more" not in client.get("/queue/news?had=1,0,0,0").text
    assert client.get("/queue/news?had=x,,9999999999,-1,5").status_code == 200
