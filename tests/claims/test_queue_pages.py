"""The page of the queue: its links, filters, empty states, and what it does with an address that makes no sense."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tests.claims.crowd import watched
from tests.factories import change_settings
from tests.support.web import SignIn
from tracker.claims.enums import Attribution
from tracker.claims.queries import queue
from tracker.db import Database

TODAY = date(2024, 3, 12)


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[[date], None]) -> None:
    clock_at(TODAY)


def texts(page: str) -> str:
    """What a reader sees, on one line."""
    plain = re.sub(r"<[^>]+>", " ", re.sub(r"<(head|svg)\b.*?</\1>", "", page, flags=re.S))
    return re.sub(r"[ \n]+", " ", plain).strip()


def test_home_is_the_queue(sign_in: SignIn):
    answer = sign_in("viewer").get("/")
    assert (answer.status_code, answer.location) == (302, "/queue")


def test_signed_out_visitor_is_sent_to_sign_in(client: Any):
    answer = client.get("/queue?view=due")
    assert answer.status_code == 303
    assert answer.location.startswith("/login?next=")


def test_the_queue_shows_each_group_with_its_claims(
    sign_in: SignIn, make_claim: Callable[..., Any], make_editor: Callable[..., Any]
):
    make_claim("due", statement="The ferry will stop running.", review_on=TODAY - timedelta(days=12))
    make_claim("open", statement="The bridge will open.", review_on=TODAY + timedelta(days=3))
    make_claim("proposed", statement="The council will vote.", proposer=make_editor(name="Tom Adeyemi"))
    make_claim("open", statement="Rents will fall.", review_on=TODAY + timedelta(days=20))
    seen = texts(sign_in("editor").get("/queue").text)
    for words in (
        "1 Overdue 1 Due this week 1 Awaiting sign-off 1 Next 30 days",
        "Overdue 1 oldest is 12 days late",
        "The ferry will stop running.",
        "12 days late",
        "in 3 days",
        "Awaiting your sign-off 1",
        "Proposed: confirmed by Tom Adeyemi, 11 Mar 2024",
        "Rents will fall.",
    ):
        assert words in seen, words


def test_ones_own_proposal_waits_for_another_editor(
    sign_in: SignIn, make_claim: Callable[..., Any], make_editor: Callable[..., Any]
):
    me = make_editor()
    make_claim("proposed", proposer=me)
    seen = texts(sign_in(me).get("/queue").text)
    assert "Waiting for another editor 1" in seen
    assert "Awaiting your sign-off" not in seen


def test_a_viewer_is_offered_no_work(sign_in: SignIn, make_claim: Callable[..., Any]):
    make_claim("proposed")
    page = sign_in("viewer").get("/queue").text
    assert "/articles/new" not in page
    assert "Awaiting your sign-off" not in page
    assert "Awaiting sign-off" in page
    assert "Clear filters" not in page


def test_the_counts_are_links_that_keep_the_filters(sign_in: SignIn, make_topic: Callable[..., Any]):
    topic = make_topic()
    page = sign_in().get(f"/queue?topic={topic.id}&after=3~2024-01-01").text
    assert f'href="/queue?topic={topic.id}&amp;view=overdue"' in page
    current = re.search(r'href="([^"]+)" aria-current="page">\s*<span class="st', sign_in().get("/queue?view=overdue").text)
    assert current is not None
    assert current[1] == "/queue?view=overdue"


def test_filters_stand_in_the_address_and_in_the_form(
    sign_in: SignIn, make_claim: Callable[..., Any], make_speaker: Callable[..., Any], make_editor: Callable[..., Any]
):
    me, speaker = make_editor(), make_speaker(name="Ilse Oakes")
    make_claim("open", statement="Hers and mine.", speaker_id=speaker.id, attribution=Attribution.IMPLIED, owner=me)
    make_claim("open", statement="Somebody else’s.")
    client = sign_in(me)
    shown = client.get(f"/queue?speaker={speaker.id}&owner=me&sort=newest").text
    assert "Showing: Me, Ilse Oakes, Review date, newest first" in texts(shown)
    assert "<select" not in shown.partition('id="filters"')[2].partition("</p>")[0]
    page = client.get(f"/queue?speaker={speaker.id}&owner=me&sort=newest&filters=open").text
    assert "Hers and mine." in page
    assert "Ilse Oakes (implied)" in texts(page)
    assert "Somebody else’s." not in page
    assert f'<option value="{speaker.id}" selected>Ilse Oakes</option>' in page
    assert '<option value="me" selected>' in page
    assert "Clear filters" in page


def test_empty_filter_result_names_the_filter(sign_in: SignIn, make_topic: Callable[..., Any], make_claim: Callable[..., Any]):
    make_claim("open")
    topic = make_topic("Security")
    seen = texts(sign_in().get(f"/queue?topic={topic.id}&owner=nobody").text)
    assert "Nothing here fits your filters" in seen
    assert "Owner: No owner, Topic: Security" in seen
    assert "Topic: 987654" in texts(sign_in().get("/queue?topic=987654").text)


def test_when_nothing_is_due_the_next_day_is_named(sign_in: SignIn, make_claim: Callable[..., Any]):
    make_claim("open", review_on=date(2024, 3, 27))
    seen = texts(sign_in().get("/queue").text)
    assert "Nothing is due today" in seen
    assert "The next review is on 27 March 2024." in seen
    assert "See upcoming claims" in seen


def test_new_newsroom_sees_first_steps(sign_in: SignIn):
    page = sign_in().get("/queue").text
    assert "No claims yet" in page
    assert "/articles/new" in page


@pytest.mark.parametrize("view", ["overdue", "due", "signoff", "upcoming"])
def test_empty_group_explains_itself(sign_in: SignIn, make_claim: Callable[..., Any], view: str):
    make_claim("resolved")
    said = {"overdue": "Nothing is overdue", "due": "No review dates this week", "signoff": "No verdicts await sign-off"}
    page = texts(sign_in().get(f"/queue?view={view}").text)
    assert said.get(view, "No review dates in the next 30 days") in page


def test_a_long_group_is_cut_and_turned_page_by_page(
    sign_in: SignIn, make_claim: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(queue, "SHOWN", 2)
    monkeypatch.setattr(queue, "FIRST", 2)
    for number in range(5):
        make_claim("open", statement=f"Statement {number}.")
    client = sign_in()
    page = client.get("/queue").text
    assert "first 2 of 5" in page
    assert "Show all 5 overdue" in page
    seen: list[str] = []
    address: str | None = "/queue?view=overdue"
    while address:
        page = client.get(address).text
        seen += re.findall(r"Statement \d", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else None
    assert seen == [f"Statement {number}" for number in range(5)]
    assert 'rel="prev"' in page


def test_counts_over_a_thousand_are_capped(sign_in: SignIn, make_claim: Callable[..., Any], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queue, "COUNTED", 1)
    for _ in range(2):
        make_claim("open")
    assert "<b>1+</b>" in sign_in().get("/queue").text


def test_the_sample_can_be_hidden(
    sign_in: SignIn, database: Database, make_claim: Callable[..., Any], make_article: Callable[..., Any]
):
    make_claim("open", article=make_article("An invented tram", is_sample=True))
    assert "Sample" in texts(sign_in().get("/queue").text)
    change_settings(database, show_sample=False)
    page = sign_in().get("/queue").text
    assert "No claims yet" in page
    assert "An invented tram" not in page


def test_the_queue_speaks_french(sign_in: SignIn, make_claim: Callable[..., Any], make_editor: Callable[..., Any]):
    make_claim("due", review_on=date(2024, 3, 1))
    page = sign_in(make_editor(language="fr")).get("/queue").text
    seen = texts(page)
    assert 'lang="fr"' in page
    assert "Prévisions à vérifier Mardi 12 mars 2024" in seen
    assert "la plus ancienne a 11 jours de retard" in seen
    assert "11 jours de retard" in seen


STRANGE = (
    "' OR 1=1--",
    "id) UNION SELECT",
    "99999999999999999999",
    "-1",
    "1e3",
    "٣",
    "0",
    "\x00",
    "%00",
    "me'",
    "{{7*7}}",
    "1~2024-02-30",
)


@pytest.mark.parametrize("name", ["view", "owner", "desk", "topic", "speaker", "article", "sort", "after", "before"])
def test_what_makes_no_sense_in_the_address_makes_no_difference(sign_in: SignIn, make_claim: Callable[..., Any], name: str):
    make_claim("open", statement="Still here.")
    client = sign_in()
    plain = texts(client.get("/queue").text)
    for strange in STRANGE:
        answer = client.get("/queue", query_string={name: strange})
        assert answer.status_code == 200, strange
        assert texts(answer.text) == plain, strange
        if name in ("after", "before"):
            assert "Still here." in client.get("/queue", query_string={"view": "overdue", name: strange}).text


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_queue_is_only_read(sign_in: SignIn, method: str):
    assert getattr(sign_in(), method)("/queue").status_code == 405


def test_text_from_outside_is_shown_as_text(sign_in: SignIn, make_claim: Callable[..., Any], make_article: Callable[..., Any]):
    hostile = "<img src=x onerror=alert(1)> {{7*7}} %s \u202egnp.exe"
    make_claim("open", statement=hostile, article=make_article(hostile.replace("\u202e", "")))
    page = sign_in().get("/queue").text
    assert "<img" not in page
    assert "{{7*7}} %s" in page
    assert 'dir="auto">&lt;img src=x' in page


def test_a_page_takes_a_bounded_number_of_queries(
    sign_in: SignIn,
    database: Database,
    make_claim: Callable[..., Any],
    make_editor: Callable[..., Any],
    make_topic: Callable[..., Any],
):
    client = sign_in()

    def queries() -> int:
        with database.reading() as session, watched(session) as seen:
            assert client.get("/queue").status_code == 200
        return len(seen)

    for _ in range(2):
        make_claim("open", owner=make_editor(), topics=[make_topic()])
    few = queries()
    for _ in range(8):
        make_claim("open", owner=make_editor(), topics=[make_topic(), make_topic()])
    assert queries() == few
    assert few <= 25
