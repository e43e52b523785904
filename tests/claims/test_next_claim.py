"""Save and next: after judging, signing, moving the date and handing over, the next claim of the same list opens."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.claims.pages import form
from tests.factories import change_settings, fresh, make_article, make_claim, make_editor, make_speaker, make_topic
from tests.ledger.support import checked
from tests.support.web import Client, SignIn
from tracker import clock
from tracker.articles.models import Article
from tracker.claims.models import Claim, Speaker
from tracker.claims.routes import next_claim
from tracker.db import Database

VERDICT = {
    "outcome": "confirmed", "rationale": "Both governments published it.", "known_on": "10 Mar 2024",
    "occurred_from": "10 Mar 2024",
}  # fmt: skip


@pytest.fixture
def client(sign_in: SignIn) -> Client:
    return sign_in()


def due(database: Database, days_late: int, **fields: Any) -> Claim:
    """A claim that became due so many days ago."""
    return make_claim(database, "due", review_on=clock.today("Europe/Paris") - timedelta(days=days_late), **fields)


def judge(client: Client, claim: Claim, listed: str = "") -> str:
    """Propose a verdict by "propose and next" on a claim's page; return where that leads."""
    address = f"/claims/{claim.id}" + (f"?list={quote(listed, safe='')}" if listed else "")
    shown = form(client.get(address), "/verdict")
    target = f"/claims/{claim.id}/verdict?then=next" + (f"&list={quote(listed, safe='')}" if listed else "")
    answer = client.post(target, data={**shown.values, **VERDICT})
    assert answer.status_code == 303
    return str(answer.location)


def test_judging_opens_the_claim_after_it_not_the_first(database: Database, client: Client, make_evidence):
    claims = [due(database, days) for days in (9, 6, 3)]
    make_evidence(claims[1])

    assert judge(client, claims[1]) == f"/claims/{claims[2].id}#verdict"
    assert fresh(database, claims[1]).status == "proposed"


def test_judging_the_last_of_a_group_opens_its_first(database: Database, client: Client, make_evidence):
    claims = [due(database, days) for days in (9, 6, 3)]
    make_evidence(claims[2])
    assert judge(client, claims[2]) == f"/claims/{claims[0].id}#verdict"


def test_judging_the_only_one_of_its_group_opens_the_other_group(database: Database, client: Client, make_evidence):
    late, today = due(database, 9), due(database, 0)
    make_evidence(late)
    assert judge(client, late) == f"/claims/{today.id}#verdict"


def test_filters_of_the_queue_are_kept(database: Database, client: Client, make_evidence):
    owners = ((9, client.editor), (6, None), (3, client.editor))
    mine, other, second = (due(database, days, owner=owner) for days, owner in owners)
    make_evidence(mine)

    location = judge(client, mine, "owner=me")

    assert location == f"/claims/{second.id}?list=owner%3Dme#verdict"
    assert f"/claims/{other.id}" not in location


def test_filtered_queue_of_which_nothing_is_left_is_shown(database: Database, client: Client, make_evidence):
    mine = due(database, 9, owner=client.editor)
    due(database, 6)
    make_evidence(mine)
    assert judge(client, mine, "owner=me") == "/queue?owner=me"


def test_order_of_the_queue_is_kept(database: Database, client: Client, make_evidence):
    old, middle, _new = (due(database, days) for days in (9, 6, 3))
    make_evidence(middle)
    assert judge(client, middle, "sort=newest").startswith(f"/claims/{old.id}?")


def test_saved_view_names_its_filters_in_the_links_of_its_claims(database: Database, client: Client):
    topic = make_topic(database, "Works")
    claim = due(database, 3, topics=[topic])
    page = client.get(f"/queue?view=overdue&topic={topic.id}").text
    assert f'href="/claims/{claim.id}?list=topic%3D{topic.id}"' in page
    assert f'href="/claims/{claim.id}"' in client.get("/queue?view=overdue").text


@pytest.fixture
def article(database: Database) -> Article:
    return make_article(database, "The ferry")


def test_judging_in_an_article_follows_its_reading_order(database: Database, client: Client, article: Article, make_evidence):
    third, first, second = (due(database, 3, article=article, paragraph=number) for number in (None, 1, 4))
    due(database, 9)
    for each in (first, second, third):
        make_evidence(each)
    assert f'href="/claims/{first.id}?list=article"' in client.get(f"/articles/{article.id}-the-ferry").text

    assert judge(client, first, "article") == f"/claims/{second.id}?list=article#verdict"
    assert judge(client, second, "article") == f"/claims/{third.id}?list=article#verdict"
    assert judge(client, third, "article") == f"/articles/{article.id}"


def test_judging_the_last_of_an_article_opens_an_earlier_one_that_is_left(
    database: Database, client: Client, article: Article, make_evidence
):
    first, last = (due(database, 3, article=article, paragraph=number) for number in (1, 4))
    make_claim(database, "draft", article=article, paragraph=2)
    make_evidence(last)
    assert judge(client, last, "article") == f"/claims/{first.id}?list=article#verdict"


def sign(client: Client, claim: Claim, more: str = "", **sent: str) -> str:
    shown = form(client.get(f"/claims/{claim.id}"), "/signoff")
    answer = client.post(f"/claims/{claim.id}/signoff?then=next{more}", data={**shown.values, "action": "sign", **sent})
    assert answer.status_code == 303
    return str(answer.location)


def test_signing_opens_the_next_proposal_that_the_editor_may_sign(database: Database, client: Client):
    first, own, other = (make_claim(database, "proposed", proposer=who) for who in (None, client.editor, None))
    due(database, 9)

    assert sign(client, first) == f"/claims/{other.id}#verdict"
    assert sign(client, other) == "/queue"
    assert [fresh(database, each).status for each in (first, own, other)] == ["resolved", "proposed", "resolved"]


def test_signing_from_a_topic_opens_its_next_proposal(database: Database, client: Client):
    topic = make_topic(database, "Works")
    first, _other, second = (make_claim(database, "proposed", topics=topics) for topics in ([topic], [], [topic]))
    assert sign(client, first, f"&list=topic%3D{topic.id}") == f"/claims/{second.id}?list=topic%3D{topic.id}#verdict"
    assert fresh(database, first).status == "resolved"


def test_signing_opens_first_what_the_editor_was_asked_to_sign(database: Database, session: Session, client: Client):
    claims = [make_claim(database, "proposed") for _ in range(3)]
    with database.writing() as writer:
        writer.get_one(Claim, claims[2].id).requested_signer_id = client.editor.id
    assert sign(client, claims[0]) == f"/claims/{claims[2].id}#verdict"


def test_signing_in_an_article_stays_in_it(database: Database, client: Client, article: Article):
    first, second = (make_claim(database, "proposed", article=article, paragraph=number) for number in (1, 2))
    make_claim(database, "proposed")
    assert sign(client, first, "&list=article") == f"/claims/{second.id}?list=article#verdict"
    assert sign(client, second, "&list=article") == f"/articles/{article.id}"


@pytest.mark.parametrize("more", ["", "&list=article", "&list=topic%3A1", "&list=claims%3Astatus%3Dproposed"])
def test_sending_back_opens_the_next_proposal_of_the_list(database: Database, client: Client, article: Article, more: str):
    topics = [make_topic(database, "Works")]
    due(database, 9, article=article, topics=topics)
    first, second = (make_claim(database, "proposed", article=article, paragraph=each, topics=topics) for each in (1, 2))
    assert "Send back and next" in client.get(f"/claims/{first.id}").text

    location = sign(client, first, more, action="return", note="Which date?")

    assert location.partition("?")[0].partition("#")[0] == f"/claims/{second.id}"
    assert ("list=" in location) == bool(more)
    assert (fresh(database, first).status, fresh(database, second).status) == ("due", "proposed")


def test_topics_page_is_followed_newest_first_then_from_its_first(database: Database, client: Client, make_evidence):
    topic = make_topic(database, "Works")
    lists = ((1, [topic]), (2, []), (30, [topic]), (4, [topic]))
    first, other, second, third = (due(database, days, topics=topics) for days, topics in lists)
    make_claim(database, "resolved", topics=[topic])
    for each in (first, second, third):
        make_evidence(each)
    page = client.get(f"/topics/{topic.id}").text
    assert f'href="/claims/{third.id}?list=topic:{topic.id}"' in page

    listed = f"topic:{topic.id}"
    assert judge(client, second, listed) == f"/claims/{first.id}?list=topic:{topic.id}#verdict"
    assert judge(client, first, listed) == f"/claims/{third.id}?list=topic:{topic.id}#verdict"
    assert judge(client, third, listed) == f"/topics/{topic.id}"
    assert fresh(database, other).status == "due"


def test_speakers_page_is_followed_with_those_merged_into_it(database: Database, client: Client, make_evidence):
    kept, merged, other = (make_speaker(database, name) for name in ("Ada", "A. Ada", "Ben"))
    with database.writing() as writer:
        writer.get_one(Speaker, merged.id).merged_into_id = kept.id
    claims = [due(database, 3, speaker_id=who.id, attribution="stated") for who in (merged, other, kept)]
    make_evidence(claims[2])
    assert f'href="/claims/{claims[2].id}?list=speaker:{kept.id}"' in client.get(f"/speakers/{kept.id}").text

    assert judge(client, claims[2], f"speaker:{kept.id}") == f"/claims/{claims[0].id}?list=speaker:{kept.id}#verdict"


@pytest.mark.parametrize("query", ["", "?status=due", "?q=tram", "?q=tram&status=due", "?q=tram&status=nonsense"])
def test_list_of_claims_is_followed_with_its_filters(database: Database, client: Client, make_evidence, query: str):
    statements = ("The tram runs", "The tram is green", "The ferry runs", "The tram is blue")
    claims = [due(database, 3, statement=each) for each in statements]
    make_claim(database, "open", statement="The ferry is late")
    make_evidence(claims[3])
    page = client.get(f"/claims{query}").text
    listed = "claims:" + query.removeprefix("?")
    link = f"/claims/{claims[3].id}?list={quote(listed, safe='')}"
    assert f'href="{link}"' in page

    following = claims[1 if "tram" in query else 2]
    assert judge(client, claims[3], listed).startswith(f"/claims/{following.id}?list=claims")


def test_list_of_claims_of_which_nothing_is_left_is_shown(database: Database, client: Client, make_evidence):
    claim = due(database, 3, statement="The tram runs")
    due(database, 3, statement="The ferry runs")
    make_evidence(claim)
    assert judge(client, claim, "claims:q=tram&status=due") == "/claims?q=tram&status=due"


@pytest.mark.parametrize("failing", ["SELECT 1 FROM nowhere", ""])
def test_work_stays_when_the_next_claim_cannot_be_found(
    database: Database, client: Client, make_evidence, monkeypatch: pytest.MonkeyPatch, failing: str
):
    def fail(session: Session, *_: object) -> str:
        session.execute(text(failing)) if failing else session.get_one(Claim, 10**9)
        return ""

    first, second = due(database, 9), due(database, 6)
    make_evidence(first)
    monkeypatch.setattr(next_claim, "_find_next_url", fail)

    assert judge(client, first) == f"/claims/{first.id}"

    assert fresh(database, first).status == "proposed"
    assert fresh(database, second).status == "due"
    assert checked(database, rows=True).ok


def test_moving_the_date_opens_the_claim_after_its_old_place(database: Database, client: Client):
    first, second, third = (due(database, days) for days in (9, 6, 3))
    page = client.get(f"/claims/{second.id}/postpone")
    assert "Move and next" in page.text
    later = clock.today("Europe/Paris") + timedelta(days=400)
    sent = {**form(page, "").values, "review_on": later.isoformat(), "reason": "Delayed."}

    answer = client.post(f"/claims/{second.id}/postpone?then=next", data=sent)

    assert (answer.status_code, answer.location) == (303, f"/claims/{third.id}#verdict")
    assert fresh(database, second).review_on == later
    assert fresh(database, first).review_on < later


def test_handing_over_opens_the_next_of_ones_own(database: Database, client: Client):
    colleague = make_editor(database, "Ben Okafor")
    first, second = (due(database, days, owner=client.editor) for days in (9, 6))
    page = client.get(f"/claims/{first.id}/assign?list=owner%3Dme")
    assert f"/claims/{first.id}/assign?list=owner%3Dme&amp;then=next" in page.text

    sent = {**form(page, "").values, "owner_id": str(colleague.id)}
    answer = client.post(f"/claims/{first.id}/assign?list=owner%3Dme&then=next", data=sent)

    assert (answer.status_code, answer.location) == (303, f"/claims/{second.id}?list=owner%3Dme#verdict")
    assert fresh(database, first).owner_id == colleague.id


def test_list_is_carried_by_the_claims_own_links_alone(database: Database, client: Client):
    claim, other = due(database, 9), due(database, 6)
    page = client.get(f"/claims/{claim.id}?list=owner%3Dme").text
    assert f'href="/claims/{claim.id}/edit?list=owner%3Dme"' in page
    assert f"/claims/{other.id}?" not in page
    assert "list=" not in client.get(f"/claims/{claim.id}").text


@pytest.mark.parametrize("listed", ["nonsense", "owner=ü&topic=x", "=&=&", "view=other&sort=", "a" * 900, f"article={10**20}"])
def test_list_that_cannot_be_read_is_the_queue_without_filters(database: Database, client: Client, make_evidence, listed: str):
    first, second = due(database, 9), due(database, 6)
    make_evidence(first)
    assert judge(client, first, listed).startswith(f"/claims/{second.id}")


def test_double_click_leads_twice_to_the_same_claim(database: Database, client: Client, make_evidence):
    first, second, _third = (due(database, days) for days in (9, 6, 3))
    make_evidence(first)
    shown = form(client.get(f"/claims/{first.id}"), "/verdict")
    answers = [client.post(f"/claims/{first.id}/verdict?then=next", data={**shown.values, **VERDICT}) for _ in range(2)]
    assert {answer.location for answer in answers} == {f"/claims/{second.id}#verdict"}


def test_deciding_alone_opens_the_next_claim(database: Database, client: Client, make_evidence):
    first, second = due(database, 9), due(database, 6)
    make_evidence(first)
    change_settings(database, second_signature=False)
    page = client.get(f"/claims/{first.id}")
    assert "Decide and next" in page.text

    sent = {**form(page, "/verdict").values, **VERDICT, "how": "decide"}
    answer = client.post(f"/claims/{first.id}/verdict?then=next", data=sent)

    assert answer.location == f"/claims/{second.id}#verdict"
    assert fresh(database, first).status == "resolved"


def test_longest_search_of_the_list_of_claims_is_followed_whole(database: Database, client: Client, make_evidence):
    claim, searched = due(database, 3, statement="The tram runs"), "😀" * 400
    due(database, 3, statement="The ferry runs")
    make_evidence(claim)
    listed = urlencode({"q": searched, "status": "due"})
    assert judge(client, claim, f"claims:{listed}") == f"/claims?{listed}"


def test_list_in_an_address_is_not_kept_for_the_navigation_of_other_pages(client: Client):
    assert client.get("/claims?list=topic%3D1").status_code == 200
    assert "list=" not in client.get("/speakers").text


def test_addresses_within_an_area_are_those_of_the_page_that_asks(client: Client):
    first = {area: client.get(f"/{area}").text for area in ("topics", "speakers", "articles")}
    for area, page in first.items():
        assert f'href="/{area}/new"' in page
        assert not [other for other in first if other != area and f'href="/{other}/new"' in page]
        assert area == "topics" or f'action="/{area}"' in page  # topics have no filters
